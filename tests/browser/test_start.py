"""`bpworkbook lab`, seen from a browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bpworkbook.workspace import create_or_update

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """An empty page, closed before the server stops."""
    page = browser.new_page()
    yield page
    page.close()


def test_lab_opens_the_first_lesson_and_asks_nothing(
    page: Any, start_lab: Callable[..., str], tmp_path: Path
) -> None:
    page.goto(start_lab(tmp_path / "mine"))
    tab = page.locator(".jp-mod-current .lm-TabBar-tabLabel", has_text="00_start_here.ipynb")
    tab.wait_for(timeout=60_000)
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
    # The question about official Jupyter news would come up as a toast or a dialog by now.
    page.wait_for_timeout(1000)
    assert page.locator(".jp-Dialog").count() == 0, "a dialog hides the first lesson"
    assert page.locator(".Toastify__toast").count() == 0, "a pop-up greets the learner"


def test_work_done_in_the_browser_survives_an_update(
    page: Any, start_lab: Callable[..., str], tmp_path: Path
) -> None:
    workspace = tmp_path / "mine"
    page.goto(start_lab(workspace))
    page.locator(".jp-Notebook .jp-Cell .jp-InputPrompt").first.click(timeout=60_000)
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.type("mine = 'kept'")
    page.keyboard.press("Control+s")
    notebook = workspace / "course/00-start/00_start_here.ipynb"
    before = saved(page, notebook, "mine = 'kept'")
    assert b"mine = 'kept'" in before, "the cell typed in the browser was not saved"
    report = create_or_update(workspace)
    assert notebook.read_bytes() == before, "starting again touched the learner's notebook"
    assert report.kept == ["course/00-start/00_start_here.ipynb"]


def saved(page: Any, notebook: Path, text: str) -> bytes:
    """Return the notebook's bytes once they hold ``text`` and the server has done writing them."""
    before = b""
    for _ in range(60):
        page.wait_for_timeout(500)
        now = notebook.read_bytes()
        if text.encode() in now and now == before:
            break
        before = now
    return before
