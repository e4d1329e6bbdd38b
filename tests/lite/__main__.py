"""`python -m tests.lite [NUMBER ...]`: try every experiment in JupyterLite, as in JupyterLab.

The kernel is Python in the browser, with one thread and nothing installed. Everything that the
browser tests do to an experiment is done here too, and what is shown is held against the same
experiment computed outside. It takes some minutes, npm, and a first time to install JupyterLite.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.chromium import running_chromium
from benchmarks.environment import ROOT
from bpworkbook.lessons import catalogue
from bpworkbook.live import Experiment
from tests.browser.elsewhere import Opened, made_ready, sum_up, tell
from tests.browser.lab import Notebook, started
from tests.lite.site import STEPS, build, served

NEW_NOTEBOOK = """async () => {
  const app = window.jupyterapp;
  const { path } = await app.commands.execute('docmanager:new-untitled', { type: 'notebook' });
  const how = { path, factory: 'Notebook', kernel: { name: 'python' } };
  const panel = await app.commands.execute('docmanager:open', how);
  await panel.context.ready;
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
}"""
NO_PAPER = "from bpworkbook.figures import Scene\nScene.png = lambda self: b''"
"""Pictures for readers without a browser are Matplotlib's, which is not to be had here."""

NOT_HERE = "igraph"


def main(arguments: Sequence[str]) -> int:
    """Try the lessons asked for, or all, and return how it went."""
    wanted, python = made_ready("lite", __doc__, STEPS, arguments)
    with tempfile.TemporaryDirectory(prefix="bpworkbook-lite-") as folder:
        print("Building the site ...", flush=True)
        site = build(Path(folder), python, ROOT)
        with served(site) as address:
            return sum_up(list(tried(address, wanted)))


def tried(address: str, lessons: Sequence[str]) -> Iterator[str]:
    """Try the experiments of some lessons, and give a word on each."""
    with running_chromium() as browser:
        for number in lessons:
            with opened(browser, address) as notebook:
                notebook.run_new(
                    f'{NO_PAPER}\nfrom bpworkbook import lesson\nw = lesson("{number}")'
                )
                for experiment in catalogue.module(number, "experiments").EXPERIMENTS:
                    yield tell(notebook.page, experiment, shown_in(notebook))


def shown_in(notebook: Notebook) -> Opened:
    """Return a function that shows an experiment in a notebook; None where igraph is needed."""

    def show(experiment: Experiment) -> Any:
        place = notebook.run_new(f"w.experiment({experiment.name!r})")
        place.locator("details").wait_for()
        return None if NOT_HERE in place.text_content() else place

    return show


@contextmanager
def opened(browser: Any, address: str) -> Iterator[Notebook]:
    """Open a new notebook in a fresh profile, its kernel ready."""
    page = started(browser, f"{address}/lab/index.html")
    try:
        page.evaluate(NEW_NOTEBOOK)
        yield Notebook(page)
    finally:
        page.context.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
