"""JupyterLab in a headless Chromium, as far as a benchmark needs it."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from benchmarks.environment import BenchmarkError

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
NO_BROWSER = "no Chromium was found; `python tasks.py browser` gets one (about 150 MB)."
EXPOSED = "--LabApp.expose_app_in_browser=True"
"""Lets a page call JupyterLab's own commands, such as the one that runs a cell."""

PATIENCE = 90_000
"""Milliseconds to wait for JupyterLab."""

READY = """async () => {
  await window.jupyterapp.restored;
  let panel = null;
  while (!(panel && panel.content && panel.sessionContext)) {
    await new Promise((then) => setTimeout(then, 50));
    panel = window.jupyterapp.shell.currentWidget;
  }
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
}"""
CLOSE = """async () => {
  const { shell, serviceManager } = window.jupyterapp;
  const enough = new Promise((then) => setTimeout(then, 10000));  // a kernel that hangs may stay
  await Promise.race([enough, shell.currentWidget.context.save()]);
  await Promise.race([enough, serviceManager.sessions.shutdownAll()]);
}"""
EMPTY = """{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata":
{"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}}"""


@contextmanager
def running_browser() -> Iterator[Any]:
    """Start a headless Chromium: CHROMIUM_PATH's, the system's, or Playwright's own.

    Raises
    ------
    BenchmarkError
        If there is none.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        places = [os.environ.get("CHROMIUM_PATH"), *map(shutil.which, NAMES)]
        places.append(playwright.chromium.executable_path)
        path = next((place for place in places if place and Path(place).is_file()), None)
        if path is None:
            raise BenchmarkError(NO_BROWSER)
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *QUIET])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def running_lab() -> Iterator[tuple[Path, str]]:
    """Run `bpworkbook lab` in a new folder; give the workspace, and the address to open.

    The server has its own Jupyter folders, so that no setting of this machine's user counts.
    """
    with tempfile.TemporaryDirectory(prefix="bp-live-", ignore_cleanup_errors=True) as name:
        base = Path(name)
        own = {key: str(base / key) for key in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
        own["JUPYTERLAB_SETTINGS_DIR"] = str(base / "settings")
        command = [sys.executable, "-m", "bpworkbook", "lab", str(base / "course"), "--no-browser"]
        with (base / "log").open("w") as log:
            process = subprocess.Popen(
                [*command, "--port", str(free_port()), EXPOSED],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **own},
                cwd=base,
            )
        try:
            yield base / "course", _address(process, base / "log")
        finally:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _address(process: "subprocess.Popen[bytes]", log: Path, timeout: float = 90) -> str:
    """Return the address that the server prints, once it takes connections."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline and process.poll() is None:
        found = re.search(r"https?://(localhost|127\.0\.0\.1)\S*token=\S+", log.read_text())
        if found:
            place = urlsplit(found.group())
            try:
                socket.create_connection((place.hostname or "", place.port or 80), 1).close()
                return found.group()
            except OSError:
                pass
        time.sleep(0.05)
    raise BenchmarkError(f"JupyterLab did not start: {log.read_text().strip()[-500:]}")


@contextmanager
def open_notebook(browser: Any, lab: tuple[Path, str], name: str, script: str) -> Iterator[Any]:
    """Open a new notebook in a fresh profile; give the page, with ``script`` run in it.

    Parameters
    ----------
    browser : Browser
        From `running_browser`.
    lab : (Path, str)
        From `running_lab`.
    name : str
        Of the notebook.
    script : str
        JavaScript, run once the kernel is ready.
    """
    workspace, address = lab
    (workspace / name).write_text(EMPTY, encoding="utf-8")
    root, token = address.split("/lab")[0], address.partition("token=")[2]
    profile = browser.new_context(viewport={"width": 1300, "height": 1000})
    try:
        page = profile.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{root}/lab/tree/{quote(name)}?token={token}&reset")
        page.wait_for_function("() => window.jupyterapp")
        page.evaluate(READY)
        page.evaluate(script)
        yield page
        page.evaluate(CLOSE)
    finally:
        profile.close()
