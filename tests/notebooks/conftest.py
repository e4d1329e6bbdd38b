"""Each notebook is built anew once in a test run, and all tests look at that one result."""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from bpworkbook.authoring.build import rebuilt
from bpworkbook.authoring.execute import ExecutionError
from bpworkbook.authoring.project import NotebookKind, Project, open_project


@dataclass(frozen=True)
class Rebuilt:
    """A notebook built anew: its text, the seconds that it ran, or why a cell failed.

    ``work_seconds`` is the time that a processor worked for it, 0 where the system does not say.
    """

    text: str = ""
    seconds: float = 0.0
    work_seconds: float = 0.0
    error: str = ""


@pytest.fixture(scope="session")
def project() -> Project:
    """Return the project under test."""
    return open_project()


@pytest.fixture(scope="session")
def rebuild(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, NotebookKind], Rebuilt]:
    """Return a function that gives a notebook built anew, by lesson and kind."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # the workers share it

    def get(number: str, kind: NotebookKind) -> Rebuilt:
        record = folder / f"rebuilt-{number}-{kind}.json"
        with FileLock(f"{record}.lock"):
            if not record.exists():
                result = _rebuild(project, number, kind)
                record.write_text(json.dumps(asdict(result)), encoding="utf-8")
        return Rebuilt(**json.loads(record.read_text(encoding="utf-8")))

    return get


def _rebuild(project: Project, number: str, kind: NotebookKind) -> Rebuilt:
    before = _work_of_children()
    try:
        text, seconds = rebuilt(project, project.lesson(number), kind)
    except ExecutionError as error:
        return Rebuilt(error=str(error))
    return Rebuilt(text, seconds, _work_of_children() - before)


def _work_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


@pytest.fixture
def committed(project: Project) -> Callable[[str, NotebookKind], Path]:
    """Return a function that gives the path of a committed notebook."""

    def get(number: str, kind: NotebookKind) -> Path:
        path = project.notebook(project.lesson(number), kind)
        assert path.is_file(), f"{path} is missing: run bpworkbook build {number}"
        return path

    return get
