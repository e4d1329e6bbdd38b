"""Every experiment of every lesson, moved as a learner moves it, in a real JupyterLab."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bpworkbook.lessons import all_lessons, catalogue
from bpworkbook.live import Experiment
from tests.browser.lab import Notebook
from tests.browser.looks import axe_problems, dark_problems, narrow_problems
from tests.browser.shown import Shown
from tests.browser.tour import try_everything

pytestmark = pytest.mark.browser

ZOOMED = {"width": 650, "height": 2000}
"""As wide as a window of 1300 is at a zoom of 200 %; higher, for the screenshots."""


@pytest.mark.parametrize("number", all_lessons())
def test_every_experiment_of_a_lesson(
    number: str, open_lesson: Callable[..., Any], tmp_path: Path
) -> None:
    """One page for a lesson, since running its cells takes long."""
    problems: list[str] = []
    with open_lesson(number) as notebook:
        notebook.run_all()
        problems += axe_problems(notebook.page, "before a prediction")
        experiments = catalogue.module(number, "experiments").EXPERIMENTS
        shown = [toured(notebook, experiment) for experiment in experiments]
        problems += [problem for one in shown for problem in one.problems]
        problems += looks(notebook, shown, tmp_path)
        problems += notebook.troubles() + notebook.complaints + notebook.cut_off()
    assert not problems, "\n".join(problems)


def toured(notebook: Notebook, experiment: Experiment) -> Shown:
    """Try everything in an experiment, and go on with the next one where that comes to a halt."""
    shown = Shown(notebook.page, experiment, same_twice=not experiment.measures_time)
    try:
        try_everything(shown)
    except AssertionError as error:
        shown.note(f"comes to a halt: {error}")
    return shown


def looks(notebook: Notebook, shown: list[Shown], folder: Path) -> Iterator[str]:
    """Give what is wrong with the page in the light theme, the dark one, and enlarged."""
    yield from axe_problems(notebook.page, "after a prediction")
    notebook.set_theme("JupyterLab Dark")
    for one in shown:
        yield from pictured(one, dark_problems(one), folder / f"{one.experiment.id}-dark.png")
    yield from axe_problems(notebook.page, "in the dark theme")
    notebook.set_theme("JupyterLab Light")
    notebook.page.set_viewport_size(ZOOMED)
    for one in shown:
        one.root.scroll_into_view_if_needed()
        one.page.wait_for_timeout(200)
        yield from pictured(one, narrow_problems(one), folder / f"{one.experiment.id}-zoomed.png")


def pictured(shown: Shown, problems: Iterable[str], path: Path) -> list[str]:
    """Return the problems, and where there are some, keep what the experiment looks like."""
    found = list(problems)
    if found:
        shown.root.screenshot(path=path)
    return found
