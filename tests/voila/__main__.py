"""`python -m tests.voila [NUMBER ...]`: try every experiment in Voilà, as in JupyterLab.

Voilà runs a notebook and shows its outputs as a page of their own. Everything that the browser
tests do to an experiment is done here too. It takes some minutes, and a first time to install.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.environment import ROOT
from bpworkbook.lessons import catalogue
from tests.browser.chromium import FLAGS
from tests.browser.elsewhere import made_ready, sum_up, tell
from tests.browser.lab import fresh_page, own_port

STEPS = [("Voilà and the project", ["voila>=0.5.8,<0.6", "--editable", str(ROOT)])]
"""What is installed to serve the course."""


def main(arguments: Sequence[str]) -> int:
    """Try the lessons asked for, or all, and return how it went."""
    wanted, chromium, python = made_ready("voila", __doc__, STEPS, arguments)
    with (
        tempfile.TemporaryDirectory(prefix="bpworkbook-voila-") as folder,
        served(python, Path(folder)) as address,
    ):
        return sum_up(list(tried(chromium, address, wanted)))


def tried(chromium: str, address: str, lessons: Sequence[str]) -> Iterator[str]:
    """Try the experiments of some lessons, and give a word on each."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for number in lessons:
            path = f"{catalogue.unit(number)}/{catalogue.slug(number)}.ipynb"
            page = fresh_page(browser, f"{address}/voila/render/{path}")
            place = page.locator("body")
            for experiment in catalogue.module(number, "experiments").EXPERIMENTS:
                yield tell(page, experiment, lambda _experiment, place=place: place)
            page.context.close()
        browser.close()


@contextmanager
def served(python: Path, folder: Path) -> Iterator[str]:
    """Serve a copy of the course with Voilà, and give its address."""
    shutil.copytree(ROOT / "course", folder / "course")
    port = own_port()
    command = [str(python), "-m", "voila", "course", "--no-browser", f"--port={port}"]
    env = {**os.environ, "BPWORKBOOK_HOME": str(folder / "home")}
    env |= {"JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_DATA_DIR": str(folder / "data")}
    with (folder / "voila.log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
        try:
            yield answering(f"http://localhost:{port}", process, folder / "voila.log")
        finally:
            process.terminate()
            process.wait(timeout=30)


def answering(address: str, process: "subprocess.Popen[Any]", log: Path) -> str:
    """Return the address once a server answers there."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return address
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
    raise SystemExit(f"Voilà does not answer at {address}:\n{log.read_text()}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
