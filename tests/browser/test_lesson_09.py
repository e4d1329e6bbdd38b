"""Mistakes get their cards in a real JupyterLab."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bpworkbook.workspace import create_or_update

pytestmark = pytest.mark.browser

NOTEBOOK = "course/02-gradients/09_backprop_vectorised.ipynb"
WRONG = """def linear_backward(grad_out, cache):
    x, W = cache
    return grad_out @ W.T, x.T @ grad_out, grad_out.mean(axis=0)
"""
RIGHT = WRONG.replace("mean", "sum")


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return tmp_path / "mine"


@pytest.fixture
def page(browser: Any, start_lab: Callable[..., str], workspace: Path) -> Iterator[Any]:
    """Lesson 09, open, with its kernel ready; what it looked like at the end is kept."""
    page = browser.new_page(viewport={"width": 1300, "height": 1000})
    page.set_default_timeout(60_000)  # a busy machine is slow, not wrong
    clear_counts(workspace)
    address = start_lab(workspace)
    root, token = re.match(r"(https?://[^/]+).*[?&](token=[^&\s]+)", address).groups()  # type: ignore[union-attr]
    page.goto(f"{root}/lab/tree/{NOTEBOOK}?{token}")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
    yield page
    page.screenshot(path=workspace.parent / "at-the-end.png")


def clear_counts(workspace: Path) -> None:
    """Lay the workspace and clear the stored counts, so that a count says: run here."""
    create_or_update(workspace)
    notebook = json.loads((workspace / NOTEBOOK).read_text())
    for one in notebook["cells"]:
        if one["cell_type"] == "code":
            one |= {"outputs": [], "execution_count": None}
    (workspace / NOTEBOOK).write_text(json.dumps(notebook))


def cell(page: Any, text: str) -> Any:
    """Return the code cell whose source holds ``text``, scrolled into view."""
    found = page.locator(".jp-Notebook .jp-CodeCell").filter(
        has=page.locator(".jp-InputArea", has_text=text)
    )
    found.first.scroll_into_view_if_needed()
    return found.first


def run(page: Any, text: str) -> Any:
    """Run the code cell that holds ``text`` and wait until it is done."""
    target = cell(page, text)
    target.locator(".jp-InputPrompt").click()
    for _ in range(10):
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(1000)
        if not target.locator(".jp-InputPrompt", has_text="[ ]").count():
            break  # else the key came before the session was ready, and was lost
    target.locator(".jp-InputPrompt", has_text=re.compile(r"\[\d+\]")).wait_for()
    return target


def rewrite(page: Any, text: str, source: str) -> None:
    """Replace the source of the code cell that holds ``text``, as a learner would."""
    cell(page, text).locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)
    page.keyboard.press("Escape")


def test_a_wrong_and_then_a_right_answer_get_their_cards(page: Any, workspace: Path) -> None:
    run(page, 'w = lesson("09")')
    rewrite(page, "def linear_backward", WRONG)
    run(page, "def linear_backward")
    card = run(page, "w.check(linear_backward)").locator(".jp-OutputArea-output").first
    card.get_by_text("09.1 linear_backward: known mistake").wait_for()
    assert "You divided by n again" in card.inner_text()
    rewrite(page, "def linear_backward", RIGHT)
    run(page, "def linear_backward")
    card = run(page, "w.check(linear_backward)").locator(".jp-OutputArea-output").first
    card.get_by_text("09.1 linear_backward: passed").wait_for()
    progress = json.loads((workspace / ".bpworkbook/progress.json").read_text())
    record = progress["questions"]["09.1:linear_backward"]
    assert (record["attempts"], record["mistakes"], record["passed"]) == (2, ["M55"], True)
