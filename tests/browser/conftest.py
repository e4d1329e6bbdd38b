"""Fixtures: a browser, JupyterLab, and a lesson open in it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest

from benchmarks.chromium import find_chromium, running_chromium
from benchmarks.servers import EXPOSED, running_lab
from bpworkbook.lessons import catalogue
from tests.browser.lab import Notebook, Tab
from tests.browser.needed import SKIPPED, must_have_one


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A running headless browser; without one tests are skipped, but fail where CI=true."""
    if find_chromium() is None:
        if must_have_one():
            pytest.fail("no Chromium found, and with CI=true the browser tests may not be skipped")
        pytest.skip(SKIPPED)
    with running_chromium() as running:
        yield running


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
