"""Finding a browser, and JupyterLab started the way a learner starts it.

Run as a script, this prints one line on how to get a browser where there is none.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bpworkbook.cli.lab import port_problem

CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "%PROGRAMFILES%/Google/Chrome/Application/chrome.exe",
    "%PROGRAMFILES(X86)%/Microsoft/Edge/Application/msedge.exe",
)
NO_BROWSER = (
    "No browser: the browser tests are skipped; "
    "`python tasks.py browser` gets one (about 150 MB), or install Chromium."
)


def find_chromium() -> str | None:
    """Return a Chromium: the one named by CHROMIUM_PATH, the system's, or Playwright's own."""
    named = os.environ.get("CHROMIUM_PATH")
    if named:
        return named if Path(named).is_file() else None
    for found in (*map(shutil.which, NAMES), *map(os.path.expandvars, PLACES)):
        if found and Path(found).is_file():
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).is_file() else None


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser to drive; without one the test is skipped, but fails where CI=true."""
    found = find_chromium()
    if found is not None:
        return found
    if os.environ.get("CI", "").lower() in ("true", "1"):
        pytest.fail("no Chromium found, and with CI=true the browser tests may not be skipped")
    pytest.skip(NO_BROWSER)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Any]:
    """A running headless browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium_path, args=list(CHROMIUM_FLAGS)
        )
        yield running
        running.close()


@pytest.fixture
def start_lab(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """A function that runs `bpworkbook lab FOLDER --no-browser` and returns the address to open.

    The server has the usual token and its own Jupyter folders, so that no setting of the person
    who runs the tests gets in; it is stopped at the end of the test.
    """
    running: list[subprocess.Popen[str]] = []

    def start(folder: Path, *options: str, timeout: float = 60) -> str:
        env = {**os.environ, "JUPYTER_CONFIG_DIR": str(tmp_path / "jupyter-config")}
        env |= {"JUPYTER_DATA_DIR": str(tmp_path / "jupyter-data")}
        env |= {"JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "jupyter-settings")}
        command = [sys.executable, "-m", "bpworkbook", "lab", str(folder), "--no-browser"]
        command += ["--port", str(own_port())]
        process = subprocess.Popen(
            [*command, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=env,
            cwd=tmp_path,
        )
        running.append(process)
        address = _address(process, timeout)
        _wait_until_it_answers(address, process, timeout)
        return address

    yield start
    for process in running:
        process.terminate()
        try:
            process.wait(timeout=3)
        except subprocess.TimeoutExpired:  # it waits for a kernel that was just starting
            process.kill()
            process.wait()


def own_port() -> int:
    """Return a free port that no other test process will try.

    JupyterLab looks for a free port first and takes it a moment later, so two that start together
    on the usual port both print its address, and one of them stops.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 18888 + 100 * worker
    return next(port for port in range(first, first + 100) if not port_problem(port))


def _wait_until_it_answers(address: str, process: "subprocess.Popen[str]", timeout: float) -> None:
    """Wait until the server takes connections: it prints its address a little earlier."""
    place = urlsplit(address)
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection((place.hostname or "", place.port or 80), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"no server answers at {address} (exit code: {process.poll()})")


def _address(process: "subprocess.Popen[str]", timeout: float) -> str:
    """Read the server's output, and never stop reading it lest the server waits."""
    lines: list[str] = []
    assert process.stdout is not None
    reader = threading.Thread(target=lines.extend, args=(process.stdout,), daemon=True)
    reader.start()
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"https?://(localhost|127\.0\.0\.1)\S*token=\S+", "".join(lines))
        if found:
            return found.group()
        time.sleep(0.05)
    raise AssertionError(f"JupyterLab printed no address in {timeout:.0f} s:\n{''.join(lines)}")


if __name__ == "__main__":
    if find_chromium() is None and os.environ.get("CI", "").lower() not in ("true", "1"):
        print(NO_BROWSER)
