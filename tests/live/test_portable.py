"""Experiments run wherever there are widgets: JupyterLab, Voilà, and a kernel inside a browser."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bpworkbook

ROOT = Path(bpworkbook.__file__).parent

MISSING = {"threading", "multiprocessing", "subprocess", "concurrent", "socket", "signal"}
"""What a kernel in a browser cannot do, or does only by blocking the page."""

FILES = [
    *ROOT.glob("live/**/*.py"),
    *ROOT.glob("figures/*.py"),
    *ROOT.glob("nn/*.py"),
    *ROOT.glob("lessons/u*/n*/*.py"),
]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_threads_no_processes_no_jupyterlab(path: Path) -> None:
    assert not (MISSING | {"jupyterlab", "ipykernel"}) & set(imported(path))


@pytest.mark.parametrize("path", sorted(ROOT.glob("live/**/*.js")), ids=lambda path: path.name)
def test_scripts_know_nothing_of_the_page_around_them(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    script = "\n".join(line for line in lines if not line.lstrip().startswith("//"))
    for foreign in ("jupyterapp", "jupyterlab", ".jp-", "window.parent", "fetch(", "import("):
        assert foreign not in script.lower(), f"{path.name} uses {foreign}"


SEEN = """
import sys
for name in ("matplotlib", "scipy"):  # scikit-learn needs SciPy
    sys.modules[name] = None  # whoever imports it gets an ImportError
from bpworkbook.lessons import all_lessons, catalogue

for number in all_lessons():
    for experiment in catalogue.module(number, "experiments").EXPERIMENTS:
        next(iter(experiment.frames(**experiment.defaults))).picture.packed()
"""


def test_first_pictures_need_nothing_that_takes_a_browser_long_to_get() -> None:
    done = subprocess.run([sys.executable, "-c", SEEN], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
