"""The way through an experiment: every control, every scenario, and the buttons of a film."""

from functools import partial

from tests.browser.moves import Move, moves
from tests.browser.shown import Shown

SECONDS_TO_REST = 0.25
"""How long a paused film is watched; its frames come faster than that."""


def try_everything(shown: Shown) -> None:
    """Move what can be moved in an experiment that has just been opened, with motion reduced."""
    first = shown.skip()
    shown.judge("at the start", first)
    if first.playing:
        shown.note("plays by itself, though motion is to be reduced")
    for name, control in shown.experiment.controls.items():
        for how, move in moves(shown.control(name), control):
            shown.try_move(f"{name} by {how}", partial(_moved, shown, move))
        if shown.experiment.film:
            try_end(shown, name)
    presets = {**shown.experiment.scenarios, "Reset": shown.experiment.defaults}
    for name, setting in presets.items():
        state = shown.experiment.state_text(setting)
        shown.try_move(f"scenario {name!r}", shown.preset(name).click, state=state)
    if shown.experiment.film:
        try_film(shown)


def _moved(shown: Shown, move: Move) -> None:
    """Make a move; where it takes a while, the picture must say that it is old until it is run."""
    move()
    if shown.experiment.slow:
        if not shown.look().stale:
            shown.note("is slow, but the picture of the setting before is not marked as stale")
        shown.button("run").click()


def try_end(shown: Shown, name: str) -> None:
    """Go to the end of a film, which must be that of the setting."""
    end = shown.after(shown.button("end").click)
    shown.judge(f"end after {name}", end, frame=-1)
    if not end.done or end.playing:
        shown.note(f"end after {name}: done is {end.done}, playing is {end.playing}")


PAUSE = """root => root.querySelector(".bp-stage").dataset.playing === "true"
    && root.querySelector('button[data-act="play"]').click()"""


def try_film(shown: Shown) -> None:
    """Press every button of a film, then let it play as it does where motion is welcome."""
    for frame in (1, 2):
        shown.judge("step", shown.after(shown.button("step").click), frame)
    shown.judge("rewind", shown.after(shown.button("rewind").click))
    try_pause(shown, shown.button("play").click)
    try_end(shown, "play")
    try_pause(shown, shown.button("play").click)
    shown.page.emulate_media(reduced_motion="no-preference")
    try_pause(shown, shown.preset(next(iter(shown.experiment.scenarios))).click)
    shown.page.emulate_media(reduced_motion="reduce")
    last = shown.after(shown.button("rewind").click)
    shown.judge("rewind after play", last)
    if last.done or last.playing:
        shown.note(f"rewind after play: done is {last.done}, playing is {last.playing}")


def try_pause(shown: Shown, start: Move) -> None:
    """Let a film play for some frames, pause it, and see that it rests."""
    before = shown.look()
    start()
    shown.wait_until("playing", "true")
    shown.wait_for_picture(before.wanted + 4)
    # On a busy machine a short film may have come to its end, where the button starts it anew.
    shown.handle.evaluate(PAUSE)
    paused = shown.settled()
    shown.page.wait_for_timeout(1000 * SECONDS_TO_REST)
    now = shown.look()
    if paused.playing or now.wanted != paused.wanted or now.pixels != paused.pixels:
        shown.note(f"play: goes on after Pause: {paused}, then {now}")
    first = shown.result(paused.state, 0)
    if first and (paused.alt, paused.values) == (first.picture.alt, first.texts):
        shown.note("play: the picture stays that of the first frame")
