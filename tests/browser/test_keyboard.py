"""From the prediction to the read-off with the keyboard alone, in a real JupyterLab."""

from collections.abc import Callable
from typing import Any

import pytest

from bpworkbook.lessons import catalogue
from tests.browser.shown import Shown

pytestmark = pytest.mark.browser

HERE = """(root) => {
  const one = document.activeElement;
  if (!root.contains(one)) return null;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
  const ring = (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none';
  const box = one.closest('[data-control]'), { act, preset } = one.dataset;
  const question = one.closest('.bp-ask') ? 'answers' : one.tagName;
  const name = preset || act || (box ? box.dataset.control : question);
  return { name, ring: one.matches(':focus-visible') && ring };
}"""
PATIENCE = 40
"""How many places of a page may come before the one that is looked for."""


def test_predict_try_and_read_off_by_keyboard(open_lesson: Callable[..., Any]) -> None:
    experiment = next(one for one in catalogue.module("09", "experiments").EXPERIMENTS if one.film)
    with open_lesson("09") as notebook:
        notebook.run_new('from bpworkbook import lesson\nw = lesson("09")')
        place = notebook.run_new(f"w.experiment({experiment.name!r})")
        shown = Shown(notebook.page, experiment, place)
        keys = notebook.page.keyboard
        assert walk(shown, "answers") == ["answers"]
        choose(keys, experiment.predict.answer)
        assert walk(shown, "skip") == ["predict", "skip"]
        keys.press("Shift+Tab")
        keys.press("Enter")
        shown.root.locator(".bp-stage [data-picture]:visible").wait_for()
        shown.settled()
        assert shown.root.get_attribute("data-phase") == "try"
        controls = list(experiment.controls)
        assert walk(shown, controls[0]) == controls[:1], "the focus was lost with the question"
        shown.try_move("ArrowRight", lambda: keys.press("ArrowRight"))
        film = ["play", "step", "end", "rewind"]
        presets = [*experiment.scenarios, "Reset"]
        order = [*controls[1:], *film, *presets, "copy", "answers"]
        assert walk(shown, "answers") == order
        choose(keys, experiment.read_off.answer)
        assert walk(shown, "check") == ["check"]
        keys.press("Enter")
        shown.root.locator(".bp-told.bp-right:visible").wait_for()
        assert shown.root.get_attribute("data-phase") == "done"
        assert shown.problems == []
        assert notebook.troubles() == []


def walk(shown: Shown, goal: str) -> list[str]:
    """Press Tab until ``goal`` has the focus, and return the places on the way that are ours."""
    places = []
    for _ in range(PATIENCE):
        shown.page.keyboard.press("Tab")
        here = shown.handle.evaluate(HERE)
        if here is None:
            continue
        assert here["ring"], f"the focus on {here['name']} cannot be seen"
        places.append(here["name"])
        if here["name"] == goal:
            return places
    raise AssertionError(f"Tab does not lead to {goal}, but to {places}")


def choose(keys: Any, answer: int) -> None:
    """Choose an answer of the question that has the focus."""
    keys.press("Space")
    for _ in range(answer):
        keys.press("ArrowDown")
