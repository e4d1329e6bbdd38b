"""`python -m tests.voila [NUMBER ...]`: try every experiment in Voilà, as in JupyterLab.

Voilà runs a notebook and shows its outputs as a page of their own. Everything that the browser
tests do to an experiment is done here too. It takes some minutes, and a first time to install.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.chromium import running_chromium
from benchmarks.environment import ROOT
from benchmarks.servers import own_port, running_server
from bpworkbook.lessons import catalogue
from tests.browser.elsewhere import made_ready, sum_up, tell
from tests.browser.lab import fresh_page

STEPS = [("Voilà and the project", ["voila>=0.5.8,<0.6", "--editable", str(ROOT)])]
"""What is installed to serve the course."""


def main(arguments: Sequence[str]) -> int:
    """Try the lessons asked for, or all, and return how it went."""
    wanted, python = made_ready("voila", __doc__, STEPS, arguments)
    with (
        tempfile.TemporaryDirectory(prefix="bpworkbook-voila-") as folder,
        served(python, Path(folder)) as address,
    ):
        return sum_up(list(tried(address, wanted)))


def tried(address: str, lessons: Sequence[str]) -> Iterator[str]:
    """Try the experiments of some lessons, and give a word on each."""
    with running_chromium() as browser:
        for number in lessons:
            path = f"{catalogue.unit(number)}/{catalogue.slug(number)}.ipynb"
            page = fresh_page(browser, f"{address}/voila/render/{path}")
            place = page.locator("body")
            for experiment in catalogue.module(number, "experiments").EXPERIMENTS:
                yield tell(page, experiment, lambda _experiment, place=place: place)
            page.context.close()


@contextmanager
def served(python: Path, folder: Path) -> Iterator[str]:
    """Serve a copy of the course with Voilà, and give its address."""
    shutil.copytree(ROOT / "course", folder / "course")
    port = own_port()
    command = [str(python), "-m", "voila", "course", "--no-browser", f"--port={port}"]
    home = str(folder / "home")
    with running_server(command, folder, "voila", BPWORKBOOK_HOME=home) as server:
        yield server.address(f"http://localhost:{port}", timeout=60)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
