"""Measure experiments in a page, the way a hand would move them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.live_figures import Drag, Measured

if TYPE_CHECKING:
    from bpworkbook.live import Experiment, Result

MOVES, SECONDS = 30, 1.0
"""A fast drag: this many moves in this time."""

TIMED = frozenset({"E09.2"})
"""Experiments that time something: their pictures differ from call to call."""


@dataclass(frozen=True)
class Probe:
    """The last cell that was run in a page, with `live_probe.js` watching it.

    Parameters
    ----------
    page : Page
        From `lab_page.open_notebook`.
    runs : bool
        Whether the picture is drawn only when "Run" is pressed.
    """

    page: Any
    runs: bool = False

    def ask(self, call: str) -> Any:
        """Call a function of the probe, and wait for what it gives."""
        return self.page.evaluate(f"() => bpBench.probe.{call}")

    def step(self) -> float:
        """Press a key, wait for the picture, and return the milliseconds between the two.

        Raises
        ------
        ValueError
            If the experiment shows an error.
        """
        self.page.keyboard.press(self.ask("ready()"))
        if self.runs:
            self.page.locator(".jp-CodeCell").last.locator("[data-act=run]").click()
        found = self.ask("answer()")
        if found["error"]:
            raise ValueError(f"shows: {found['error']}")
        return float(found["ms"])

    def steps(self, count: int) -> list[float]:
        """Return the milliseconds of so many steps, each waited for."""
        return [self.step() for _ in range(count)]

    def drag(self) -> dict[str, Any]:
        """Move the control fast, without waiting, and return what the page saw."""
        key = self.ask("ready()")
        track = self.ask("track()")
        self.ask("startDrag()")
        if track is None:
            self._paced(lambda move: self.page.keyboard.press(key))
        else:
            places = to_and_fro(track["at"], track["last"], MOVES)
            self.page.mouse.move(on_track(track, track["at"]), track["y"])
            self.page.mouse.down()
            self._paced(
                lambda move: self.page.mouse.move(on_track(track, places[move]), track["y"])
            )
            self.page.mouse.up()
        found: dict[str, Any] = self.ask("endDrag()")
        return found

    def _paced(self, move: Callable[[int], None]) -> None:
        started = time.monotonic()
        for k in range(MOVES):
            time.sleep(max(0.0, started + k * SECONDS / MOVES - time.monotonic()))
            move(k)


def to_and_fro(at: int, last: int, count: int) -> list[int]:
    """Return the stops that a drag goes through: every move is a change, and ends turn it back.

    Examples
    --------
    >>> to_and_fro(1, 3, 6), to_and_fro(0, 300, 3)
    ([2, 3, 2, 1, 0, 1], [10, 20, 30])
    """
    stride, forward, found = max(1, last // MOVES), True, []
    for _ in range(count):
        forward = (forward or at - stride < 0) and at + stride <= last
        at = min(max(at + (stride if forward else -stride), 0), last)
        found.append(at)
    return found


def on_track(track: Mapping[str, float], at: float) -> float:
    """Return how far right on the page the handle is at a stop; it is about 16 pixels wide.

    >>> on_track({"x": 100, "width": 216, "last": 10}, 5)
    208.0
    """
    return track["x"] + 8 + (track["width"] - 16) * at / max(track["last"], 1)


def read_drag(found: Mapping[str, Any], experiment: "Experiment") -> Drag:
    """Make sense of what the page saw of a drag.

    Parameters
    ----------
    found : mapping
        "moves" with "time" and "wanted", "pictures" with "time", "seq", "alt", "error" and
        "state", and "chosen": the name of the control and its words at the end.
    experiment : Experiment
        Knows which picture is the right one.
    """
    moves, pictures = found["moves"], found["pictures"]
    if not moves:
        return Drag(0, 0.0, 0, float("nan"), "the control did not move")
    begin, end, wanted = moves[0]["time"], moves[-1]["time"], moves[-1]["wanted"]
    during = [one for one in pictures if begin < one["time"] <= end]
    last = next((one for one in pictures if one["seq"] >= wanted), None)
    seconds = (end - begin) / 1000
    if last is None:
        return Drag(len(moves), seconds, len(during), float("nan"), "the last picture is missing")
    wrong = what_is_wrong(last, found["chosen"], experiment)
    return Drag(len(moves), seconds, len(during), last["time"] - end, wrong)


def what_is_wrong(
    look: Mapping[str, str], chosen: tuple[str, str], experiment: "Experiment"
) -> str:
    """Say why a picture is not the one of the last move, or "" if it is."""
    name, words = chosen
    setting = experiment.read_state(look["state"])
    shown = experiment.controls[name].text(setting[name])
    if shown != words:
        return f"{name} is {words}, but the last picture is of {shown}"
    if look["error"]:
        return f"shows: {look['error']}"
    right: Result = next(experiment.frames(**setting))
    if experiment.id not in TIMED and look["alt"] != right.picture.alt:
        return f"the last picture says {look['alt']!r}, not {right.picture.alt!r}"
    return ""


def measure(page: Any, experiment: "Experiment", steps: int) -> Measured:
    """Measure one experiment in a kernel whose setup cell has run."""
    shown = page.evaluate("(source) => bpBench.first(source)", f'w.experiment("{experiment.name}")')
    probe = Probe(page, experiment.slow)
    more = ["film"] * experiment.film + ["slow"] * experiment.slow
    times = probe.steps(steps)
    drag = None if experiment.slow else read_drag(probe.drag(), experiment)
    kind = ", ".join([shown["kind"], *more])
    return Measured(
        experiment.id, experiment.title, kind, times, shown["ms"], shown["appears"], drag
    )
