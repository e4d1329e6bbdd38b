"""One experiment in the page, and what it ought to show.

What ought to be shown is asked of the experiment itself, which is a pure function: at the setting
that the page names, the picture in words and the numbers beside it must be those of the function.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any

from bpworkbook.live import Experiment, Result
from tests.browser.moves import Move

LOOK = """(root) => {
  const stage = root.querySelector('.bp-stage');
  const picture = stage.querySelector('[data-picture]:not([hidden])');
  const said = stage.querySelector('.bp-told:not([hidden])');
  let pixels = 0;
  if (picture) {
    for (const sign of picture.toDataURL()) pixels = (pixels * 31 + sign.charCodeAt(0)) | 0;
  }
  const words = (box) => {
    const [one] = box.querySelectorAll('input[type=range], select, [role=switch], :checked');
    if (one.type === 'range') return one.getAttribute('aria-valuetext');
    if (one.tagName === 'SELECT') return one.selectedOptions[0].textContent;
    return one.getAttribute('role') ? (one.checked ? 'on' : 'off') : one.parentElement.textContent;
  };
  const boxes = [...root.querySelectorAll('[data-control]')];
  const values = [...stage.querySelectorAll('.bp-values dt')];
  return {
    pixels,
    alt: picture ? picture.getAttribute('aria-label') : '',
    values: Object.fromEntries(values.map((dt) => [dt.textContent, dt.nextSibling.textContent])),
    error: said ? said.textContent : '',
    state: root.querySelector('[data-state]').textContent,
    words: Object.fromEntries(boxes.map((box) => [box.dataset.control, words(box)])),
    playing: stage.dataset.playing === 'true',
    done: stage.dataset.done === 'true',
    stale: stage.dataset.stale === 'true',
    wanted: Number(stage.dataset.wanted),
    seq: Number(stage.dataset.seq),
  };
}"""
REACHED = """([root, wanted]) => {
  const { seq, wanted: latest } = root.querySelector('.bp-stage').dataset;
  return Number(seq) >= (wanted ?? Number(latest));
}"""
IS = "([root, name, value]) => root.querySelector('.bp-stage').dataset[name] === value"


@dataclass(frozen=True)
class Look:
    """What is to be seen: the picture, its words, the numbers, and where the controls stand."""

    pixels: int
    alt: str
    values: dict[str, str]
    error: str
    state: str
    words: dict[str, str]
    playing: bool
    done: bool
    stale: bool
    wanted: int
    seq: int


@dataclass
class Shown:
    """An experiment that the page shows.

    Parameters
    ----------
    page : Page
        Playwright's page.
    experiment : Experiment
        What ought to be shown.
    place : Locator, optional
        The part of the page to look in.
    same_twice : bool
        Whether the function gives the same twice; one that takes its own time does not.
    """

    page: Any
    experiment: Experiment
    place: Any = None
    same_twice: bool = True
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        inside = self.page if self.place is None else self.place
        self.root = inside.locator(f'.bp-live[data-id="{self.experiment.id}"]').first
        self.root.wait_for()
        self.root.scroll_into_view_if_needed()
        self.handle = self.root.element_handle()
        self.result: Callable[[str, int], Result | None] = cache(self._result)

    def button(self, act: str) -> Any:
        """Return the button of an action, such as "skip" or "play"."""
        return self.root.locator(f'button[data-act="{act}"]').first

    def preset(self, name: str) -> Any:
        """Return the button of a scenario, or "Reset"."""
        return self.root.locator(f'.bp-controls button[data-preset="{name}"]')

    def control(self, name: str) -> Any:
        """Return the box of a control."""
        return self.root.locator(f'[data-control="{name}"]')

    def skip(self) -> Look:
        """Skip the prediction and wait for the first picture.

        By keyboard: after "Run All Cells" the notebook may still scroll, and a mouse's button that
        goes down on one thing and up on another has clicked on neither.
        """
        self.button("skip").press("Enter")
        self.wait_for_phase("try")
        self.root.scroll_into_view_if_needed()  # the notebook may have moved on meanwhile
        self.root.locator(".bp-stage [data-picture]:visible").wait_for()
        return self.settled()

    def wait_for_phase(self, phase: str) -> None:
        """Wait until the experiment is at this step: "predict", "try" or "done"."""
        there = self.page.locator(f'[data-phase="{phase}"]')
        self.root.and_(there).wait_for(state="attached")

    def look(self) -> Look:
        """Return what is to be seen now."""
        return Look(**self.handle.evaluate(LOOK))

    def settled(self) -> Look:
        """Return what is to be seen once the page shows what was asked for last."""
        self.wait_for_picture(None)
        return self.look()

    def wait_for_picture(self, wanted: int | None) -> None:
        """Wait until the picture of this wish is painted; without one, of the newest."""
        self.page.wait_for_function(REACHED, arg=[self.handle, wanted])

    def wait_until(self, name: str, value: str) -> None:
        """Wait until the stage carries this data attribute."""
        self.page.wait_for_function(IS, arg=[self.handle, name, value])

    def after(self, move: Move) -> Look:
        """Make a move and return what it led to."""
        move()
        return self.settled()

    def try_move(self, name: str, move: Move, *, frame: int = 0, state: str = "") -> Look:
        """Make a move and note everything that is wrong with what it led to.

        Without ``state`` any other setting will do. ``frame`` counts in a film; -1 is the last.
        """
        before = self.look()
        after = self.after(move)
        if state and after.state != state:
            self.note(f"{name}: leads to {after.state!r}, not to {state!r}")
        elif not state and after.state == before.state:
            self.note(f"{name}: the control did not move from {after.words}")
        self.judge(name, after, frame)
        if after.pixels == before.pixels and not self._alike(before, after, frame):
            self.note(f"{name}: the picture is still that of {before.state!r}")
        return after

    def note(self, problem: str) -> None:
        """Keep a problem, under the experiment's name."""
        self.problems.append(f"{self.experiment.id} {problem}")

    def judge(self, name: str, look: Look, frame: int = 0) -> None:
        """Hold what is to be seen against the function; ``frame`` counts in a film, -1 is last."""
        if look.error:
            self.note(f"{name}: says {look.error!r} at {look.state!r}")
            return
        if not look.alt.strip():
            self.note(f"{name}: no alt text at {look.state!r}")
        if look.stale:
            self.note(f"{name}: the picture is stale at {look.state!r}")
        setting = self.experiment.read_state(look.state)
        controls = self.experiment.controls
        told = {name: control.text(setting[name]) for name, control in controls.items()}
        if look.words != told:
            self.note(f"{name}: controls at {look.words}, but the state says {told}")
        if self.same_twice:
            self._compare(f"{name} {look.state!r}", look, self.result(look.state, frame))

    def _compare(self, name: str, look: Look, result: Result | None) -> None:
        if result is None:
            self.note(f"{name}: the film has no such frame")
        elif look.alt != result.picture.alt:
            self.note(f"{name}: shows {look.alt!r}, but the result is {result.picture.alt!r}")
        elif look.values != result.texts:
            self.note(f"{name}: shows {look.values}, but the result is {result.texts}")

    def _result(self, state: str, frame: int) -> Result | None:
        frames = self.experiment.frames(**self.experiment.read_state(state))
        wanted = deque(frames, 1) if frame < 0 else deque(islice(frames, frame, frame + 1))
        return wanted.pop() if wanted else None

    def _alike(self, before: Look, after: Look, frame: int) -> bool:
        """Say whether two settings really give the same picture."""
        one, other = (self.result(look.state, frame) for look in (before, after))
        if not one or not other:
            return False
        if one.picture.packed() == other.picture.packed():
            return True
        # What differs by less than can be seen is drawn alike, too; drawing it takes long.
        return one.picture.png() == other.picture.png()
