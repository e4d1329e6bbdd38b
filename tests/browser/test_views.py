"""The view of an experiment, in a real JupyterLab: keys, fast hands, errors, states, films."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bpworkbook.lessons import catalogue
from bpworkbook.live import Experiment
from tests.browser import tiny
from tests.browser.lab import Notebook
from tests.browser.shown import Shown
from tests.browser.tour import try_everything, try_pause

pytestmark = pytest.mark.browser

WATCH = """(root) => {
  const stage = root.querySelector('.bp-stage'), code = root.querySelector('[data-state]');
  const seen = [], words = (one) => [one.firstChild.textContent, one.lastChild.textContent];
  const values = () => [...stage.querySelectorAll('.bp-values div')].map(words);
  const see = () => seen.push([
    Number(stage.dataset.seq), code.textContent, Object.fromEntries(values())]);
  new MutationObserver(see).observe(stage, { attributeFilter: ['data-seq'] });
  return seen;
}"""


DRAWS_SLOWLY = """import time
import matplotlib.pyplot as plt
figure, axes = plt.subplots()
print("drawing", flush=True)
time.sleep(3)
axes.plot([1, 2])
None"""


@pytest.fixture(scope="module")
def notebook(open_lesson: Callable[..., Any]) -> Iterator[Notebook]:
    """Lesson 09, at hand as ``w``, in a page that asks for reduced motion."""
    with open_lesson("09") as opened:
        opened.run_new('from bpworkbook import lesson\nw = lesson("09")')
        yield opened


@pytest.fixture
def show(notebook: Notebook) -> Callable[..., Shown]:
    """A function that shows an experiment of lesson 09, or a tiny one, in a new cell."""

    def show_it(experiment: Experiment, **options: Any) -> Shown:
        told = "".join(f", {name}={value!r}" for name, value in options.items())
        own = f"w.experiment({experiment.name!r}{told})"
        other = tiny.source(experiment.name)
        place = notebook.run_new(own if experiment.id.startswith("E09") else other)
        return Shown(notebook.page, experiment, place)

    return show_it


@pytest.fixture(scope="module")
def lesson_09() -> dict[str, Experiment]:
    """The experiments of lesson 09 by name."""
    return {one.name: one for one in catalogue.module("09", "experiments").EXPERIMENTS}


@pytest.mark.parametrize("name", ["film", "digits_live"])
def test_a_fast_drag_ends_on_the_right_picture(
    name: str, show: Callable[..., Shown], lesson_09: dict[str, Experiment]
) -> None:
    shown = show(lesson_09[name])
    shown.skip()
    seen = shown.handle.evaluate_handle(WATCH)
    drag(shown, shown.control("lr").locator("input"))
    shown.judge("after the drag", shown.settled())
    seqs, states, values = zip(*seen.json_value(), strict=True)
    assert len(seqs) > 1, "nothing was shown before the hand came to rest"
    assert list(seqs) == sorted(seqs), "an older picture came after a newer one"
    for state, told in zip(states, values, strict=True):
        result = shown.result(state, 0)
        assert result is not None
        assert told == result.texts, f"numbers beside {state!r} are of another setting"
    assert shown.problems == []


def drag(shown: Shown, slider: Any) -> None:
    """Drag a slider to and fro and let go at a quarter of its length, without a rest."""
    slider.scroll_into_view_if_needed()
    box, mouse = slider.bounding_box(), shown.page.mouse
    at = slider.evaluate("(one) => (one.value - one.min) / (one.max - one.min)")
    y = box["y"] + box["height"] / 2
    mouse.move(box["x"] + 8 + at * (box["width"] - 16), y)
    mouse.down()
    for goal in (0.95, 0.05, 0.8, 0.25):
        mouse.move(box["x"] + goal * box["width"], y, steps=15)
    mouse.up()


MOVED_TWICE_THEN_END = """(root) => {
  const slider = root.querySelector('[data-control] input[type=range]');
  for (const at of [3, 5]) {
    slider.value = at;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  }
  root.querySelector('button[data-act=end]').click();
}"""


def test_the_end_of_a_film_waits_for_the_setting_that_was_asked_for_before(
    show: Callable[..., Shown], lesson_09: dict[str, Experiment]
) -> None:
    shown = show(lesson_09["film"])
    shown.skip()
    shown.handle.evaluate(MOVED_TWICE_THEN_END)
    shown.judge("end", shown.settled(), frame=-1)
    assert shown.problems == []


def test_a_drag_on_a_playing_film_leads_to_its_end(
    show: Callable[..., Shown], lesson_09: dict[str, Experiment]
) -> None:
    shown = show(lesson_09["film"])
    shown.page.emulate_media(reduced_motion="no-preference")
    shown.skip()
    drag(shown, shown.control("lr").locator("input"))
    shown.wait_until("playing", "true")
    shown.judge("end", shown.after(shown.button("end").click), frame=-1)
    shown.page.emulate_media(reduced_motion="reduce")
    assert shown.problems == []


def test_a_film_starts_by_itself_only_where_motion_is_welcome(
    show: Callable[..., Shown], lesson_09: dict[str, Experiment]
) -> None:
    still = show(lesson_09["film"])
    still.skip()
    still.page.wait_for_timeout(300)
    rests = still.look()
    assert not rests.playing
    assert rests.wanted == rests.seq <= 1
    moving = show(lesson_09["film"])
    moving.page.emulate_media(reduced_motion="no-preference")
    try_pause(moving, moving.skip)
    moving.page.emulate_media(reduced_motion="reduce")
    assert moving.problems == []


@pytest.mark.parametrize("experiment", [tiny.breaks, tiny.breaks_later], ids=lambda one: one.name)
def test_an_error_is_a_sentence_and_a_way_back(
    experiment: Experiment, notebook: Notebook, show: Callable[..., Shown]
) -> None:
    shown = show(experiment)
    shown.skip()
    slider = shown.control("n").locator("input")
    for _ in range(tiny.FAILS_AT - 4):
        shown.after(lambda: slider.press("ArrowRight"))
    broken = shown.after(shown.button("end").click) if experiment.film else shown.look()
    assert "could not be computed (ZeroDivisionError: division by zero)" in broken.error
    assert not broken.playing
    told = shown.root.get_by_role("alert")
    assert told.is_visible()
    back = shown.after(told.get_by_role("button", name="Reset").click)
    shown.judge("Reset", back)
    assert (back.state, shown.problems) == (experiment.id, [])
    assert not told.is_visible()
    assert notebook.troubles() == []


def test_a_cell_that_runs_keeps_its_figure_and_experiments_wait(
    notebook: Notebook, show: Callable[..., Shown], lesson_09: dict[str, Experiment]
) -> None:
    """Answered beside the cell, in a thread of its own, a slider takes the cell's figure away."""
    new, moved = show(lesson_09["film"]), show(lesson_09["digits_live"])
    moved.skip()
    outputs = notebook.start_new(DRAWS_SLOWLY)
    outputs.get_by_text("drawing").wait_for()
    moved.control("lr").locator("input").press("End")
    new.button("skip").press("Enter")
    new.root.get_by_text("Python is busy with a cell.").wait_for()
    moved.root.get_by_text("Computing").wait_for()
    outputs.locator("img").wait_for()
    new.wait_for_phase("try")
    assert new.root.get_by_text("Python is busy").count() == 0
    for shown in (new, moved):
        shown.judge("after the cell", shown.settled())
        assert shown.problems == []


def test_a_slow_experiment_waits_for_run(show: Callable[..., Shown]) -> None:
    shown = show(tiny.slow)
    try_everything(shown)
    slider = shown.control("n").locator("input")
    before = shown.look()
    slider.press("End")
    stale = shown.look()
    assert stale.stale
    assert (stale.wanted, stale.state, stale.pixels) == (before.wanted, before.state, before.pixels)
    assert "press Run" in shown.root.inner_text()
    assert shown.problems == []


def test_a_state_is_restored_and_copied(
    show: Callable[..., Shown], lesson_09: dict[str, Experiment]
) -> None:
    shown = show(lesson_09["film"], state="E09.4 lr=3")
    look = shown.skip()
    shown.judge("restored", look)
    assert (look.state, look.words["lr"]) == ("E09.4 lr=3", "3")
    shown.after(lambda: shown.control("width").locator("input").press("End"))
    shown.button("copy").click()
    shown.root.get_by_text("Copied.").wait_for()
    assert shown.page.evaluate("navigator.clipboard.readText()") == "E09.4 lr=3 width=16"
    assert shown.problems == []
