"""Fixtures: a browser, JupyterLab, and a lesson open in it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest

from bpworkbook.lessons import catalogue
from tests.browser.chromium import FLAGS, NO_BROWSER, find_chromium, must_have_one
from tests.browser.lab import EXPOSED, Notebook, Tab, running_lab


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser to drive; without one the test is skipped, but fails where CI=true."""
    found = find_chromium()
    if found is not None:
        return found
    if must_have_one():
        pytest.fail("no Chromium found, and with CI=true the browser tests may not be skipped")
    pytest.skip(NO_BROWSER)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Any]:
    """A running headless browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture
def start_lab(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """A function that runs `bpworkbook lab FOLDER` and returns the address; stopped at the end."""
    with ExitStack() as running:

        def start(folder: Path, *options: str) -> str:
            return running.enter_context(running_lab(folder, tmp_path, *options))

        yield start


@pytest.fixture(scope="session")
def shared_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one server for all lessons that this process tests."""
    base = tmp_path_factory.mktemp("lab")
    with running_lab(base / "mine", base, EXPOSED) as address:
        yield address


@pytest.fixture(scope="session")
def open_lesson(
    browser: Any, shared_lab: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], AbstractContextManager[Notebook]]]:
    """A function that opens a lesson's course notebook, by number."""
    folder = tmp_path_factory.mktemp("at-the-end")
    tab = Tab(browser, shared_lab)

    def open_it(number: str) -> AbstractContextManager[Notebook]:
        path = f"course/{catalogue.unit(number)}/{catalogue.slug(number)}.ipynb"
        return tab.opened(path, folder / f"{number}.png")

    yield open_it
    tab.close()
