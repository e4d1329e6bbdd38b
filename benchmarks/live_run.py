"""A run over the course: every experiment, `interact` beside one, and many in one notebook."""

from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice, product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Error as PageError

from benchmarks.lab_page import open_notebook
from benchmarks.live_figures import MANY, Measured, Run
from benchmarks.live_measure import Probe, measure
from benchmarks.live_peer import ID, SOURCE

if TYPE_CHECKING:
    from bpworkbook.live import Experiment

SCRIPT = Path(__file__).with_name("live_probe.js")
STEPS, QUICK_STEPS = 30, 8
SETUP = 'import numpy as np\n\nfrom bpworkbook import lesson\n\nw = lesson("{}")'
"""The first cell of a lesson's notebook."""

TURNS = 3
"""Of an experiment alone in its notebook and the same among others, to compare the two."""

READING = 3
"""Seconds that a learner reads before the first experiment; the kernel loads what it needs."""

MAIN_LESSON = ID[1:3]
Tell = Callable[[str, str], None]
"""Called with what was measured: "lesson 09", "E09.4"."""

Lessons = dict[str, "Sequence[Experiment] | str"]
"""By number, the experiments that are measured, or why there are none."""


def plan(numbers: Sequence[str], *, quick: bool = False) -> Lessons:
    """Return the experiments of each lesson; a quick run takes the first of each, and E09.4."""
    from bpworkbook.lessons import catalogue

    made: Lessons = {}
    for number in numbers:
        try:
            found = catalogue.module(number, "experiments").EXPERIMENTS
        except Exception as error:  # an author's mistake is a row of the table
            made[number] = f"cannot be imported: {error}"
            continue
        made[number] = [one for k, one in enumerate(found) if not quick or k == 0 or one.id == ID]
    return made


def count(lessons: Lessons, *, quick: bool = False) -> int:
    """Return how often a run will tell that something was measured."""
    single = sum(1 if isinstance(found, str) else len(found) for found in lessons.values())
    return single + (MAIN_LESSON in lessons) * (1 if quick else 2)


class Course:
    """Measures in one browser and one JupyterLab.

    Parameters
    ----------
    browser : Browser
        From `running_chromium`.
    lab : (Path, str)
        The workspace, and the address from `running_lab`.
    tell : function
        Hears what was measured.
    steps : int
        Keys for each experiment.
    """

    def __init__(self, browser: Any, lab: tuple[Path, str], tell: Tell, steps: int) -> None:
        self.browser, self.lab, self.tell, self.steps = browser, lab, tell, steps
        self.run = Run()

    def measure(self, lessons: Lessons, *, many: bool) -> Run:
        """Measure all experiments, and then many in one notebook."""
        for number, experiments in lessons.items():
            if isinstance(experiments, str):
                self._keep(number, Measured(f"E{number}", trouble=experiments))
                continue
            rest, more = iter(experiments), True
            while more:  # after a trouble the others get a page of their own
                try:
                    more = self._lesson(number, rest)
                except PageError as error:
                    self._keep(number, Measured(f"E{number}", trouble=in_words(error)))
        if many and MAIN_LESSON in lessons:
            self._many(lessons)
        return self.run

    def _keep(self, number: str, found: Measured) -> None:
        self.run.experiments.append(found)
        self.tell(f"lesson {number}", found.id)

    def _open(self, number: str, what: str = "") -> Any:
        name = f"live_{number}_{what or len(self.run.experiments)}.ipynb"
        return open_notebook(self.browser, self.lab, name, SCRIPT.read_text(encoding="utf-8"))

    def _lesson(self, number: str, rest: "Iterator[Experiment]") -> bool:
        """Measure experiments until one gives trouble; return whether there may be more."""
        experiment = next(rest, None)
        if experiment is None:
            return False
        with self._open(number) as page:
            while experiment is not None:
                found = self._one(page, number, experiment)
                self._keep(number, found)
                if found.trouble:
                    return True
                if experiment.id == ID:
                    self._interact(page)
                page.evaluate("() => bpBench.restart()")
                experiment = next(rest, None)
        return False

    def _one(self, page: Any, number: str, experiment: "Experiment") -> Measured:
        try:
            run_cell(page, SETUP.format(number))
            page.wait_for_timeout(1000 * READING)
            return measure(page, experiment, self.steps)
        except Exception as error:  # so that one experiment does not cost the figures of all
            return Measured(experiment.id, experiment.title, trouble=in_words(error))

    def _interact(self, page: Any) -> None:
        """Measure the same with `interact`, in the same kernel, right after."""
        try:
            page.evaluate("(source) => bpBench.interact(source)", SOURCE)
            self.run.interact = Probe(page).steps(self.steps)
        except PageError as error:
            self._keep(MAIN_LESSON, Measured("interact", trouble=in_words(error)))
        else:
            self.tell(f"lesson {MAIN_LESSON}", "interact")

    def _many(self, lessons: Lessons) -> None:
        """Measure one experiment alone in its notebook and as the last of many, in turns."""
        cell, others = neighbours(lessons)
        try:
            with self._open(MAIN_LESSON, "alone") as one, self._open(MAIN_LESSON, "many") as many:
                for page, cells in ((one, [cell]), (many, [*others, cell])):
                    run_cell(page, SETUP.format(MAIN_LESSON))
                    for source in cells:
                        page.evaluate("(source) => bpBench.first(source)", source)
                self.run.alone, self.run.among = self._in_turns(Probe(one), Probe(many))
        except (PageError, ValueError) as error:
            self._keep(MAIN_LESSON, Measured("many", trouble=in_words(error)))
        else:
            self.tell(f"{MANY} experiments in a notebook", ID)

    def _in_turns(self, *probes: Probe) -> list[list[float]]:
        """Measure in pages that take turns: what the machine does besides, it does to all."""
        times: list[list[float]] = [[] for _ in probes]
        for _, (probe, found) in product(range(TURNS), zip(probes, times, strict=True)):
            probe.page.bring_to_front()
            found += probe.steps(self.steps)
        return times


def neighbours(lessons: Lessons) -> tuple[str, list[str]]:
    """Return the cell of the main experiment, and those of others to fill a notebook with it."""
    cells, main = [], ""
    for number, found in lessons.items():
        for one in [] if isinstance(found, str) else found:
            cell = f'lesson("{number}").experiment("{one.name}")'
            if one.id == ID:
                main = cell
            else:
                cells.append(cell)
    return main, list(islice(cycle(cells), MANY - 1))


def run_cell(page: Any, source: str) -> None:
    """Run code in a new cell.

    Raises
    ------
    playwright.sync_api.Error
        If it fails.
    """
    page.evaluate("(source) => bpBench.run(source)", source)


def in_words(error: Exception) -> str:
    """Return the sentence that stands first in an error's message.

    >>> in_words(ValueError("Page.evaluate: Error: no picture in 30 s\\n  at until"))
    'no picture in 30 s'
    """
    return str(error).partition("\n")[0].removeprefix("Page.evaluate: ").removeprefix("Error: ")
