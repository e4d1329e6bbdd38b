"""nbgrader's own commands on this repository as its course: generate, validate, autograde.

They work in a copy; each starts a Python, and for a notebook a kernel, so there are few of them.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted(folder.name for folder in (ROOT / "solutions").iterdir() if folder.is_dir())
FIRST = "00-start"
NOTEBOOK = "00_start_here.ipynb"
# What nbgrader writes into the cells of a release; it adds what is missing when it grades.
ADDED = {"deletable", "editable"}
ADDED_BY_SCHEMA = {"checksum", "cell_type"}

pytest.importorskip("nbgrader", reason="nbgrader is not installed")
Nbgrader = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what nbgrader reads of the repository; the exercises are still to be made."""
    root = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "solutions", root / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return root


@pytest.fixture(scope="module")
def nbgrader(course: Path) -> Nbgrader:
    """Run a command of nbgrader in the course, with a learner's home that has to stay empty."""
    programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": programs, "BPWORKBOOK_HOME": str(course / "home")}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "nbgrader", *words]
        return subprocess.run(
            command, cwd=course, env=environment, capture_output=True, text=True, timeout=300
        )

    return run


def cells_of(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells


def plain(cell: dict[str, Any]) -> dict[str, Any]:
    """A cell without outputs, and without what nbgrader adds."""
    metadata = {key: value for key, value in cell["metadata"].items() if key not in ADDED}
    if "nbgrader" in metadata:
        known = metadata["nbgrader"].items()
        metadata["nbgrader"] = {k: v for k, v in known if k not in ADDED_BY_SCHEMA}
    return {**{key: cell[key] for key in ("id", "cell_type", "source")}, "metadata": metadata}


@pytest.mark.parametrize("unit", UNITS)
def test_nbgrader_makes_our_exercises_from_our_solutions(
    unit: str, course: Path, nbgrader: Nbgrader
) -> None:
    done = nbgrader("generate_assignment", unit)
    assert done.returncode == 0, done.stderr[-2000:]
    ours = sorted((ROOT / "exercises" / unit).glob("*.ipynb"))
    theirs = sorted((course / "exercises" / unit).glob("*.ipynb"))
    assert [path.name for path in ours] == [path.name for path in theirs]
    for our, their in zip(ours, theirs, strict=True):
        for one, other in zip(cells_of(our), cells_of(their), strict=True):
            assert plain(one) == plain(other), f"{our.name} differs in cell {one['id']}"


def test_validate_passes_a_solution_and_fails_an_exercise(course: Path, nbgrader: Nbgrader) -> None:
    shutil.copy(ROOT / "exercises" / FIRST / NOTEBOOK, course / "mine.ipynb")
    told = nbgrader("validate", f"solutions/{FIRST}/{NOTEBOOK}", "mine.ipynb").stdout
    solution, failed, exercise = told.partition("VALIDATION FAILED ON")
    assert solution.strip() == "Success! Your notebook passes all the tests."
    assert failed, "an exercise passes"
    assert "not attempted" in exercise, "the card should be the error's text"
    assert "Traceback" not in exercise, "a stack of ours helps no learner"
    assert not (course / "home").exists(), "a validation was counted as attempts of the learner"


def with_answer(unit: str, notebook: str, name: str, code: str) -> dict[str, Any]:
    """The solutions with another answer in one cell."""
    made: dict[str, Any] = json.loads((ROOT / "solutions" / unit / notebook).read_text("utf-8"))
    cell = next(
        c for c in made["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == name
    )
    cell["source"] = code
    return made


def test_autograde_gives_points_for_right_answers_only(course: Path, nbgrader: Nbgrader) -> None:
    if not (course / "exercises" / FIRST).is_dir():
        assert nbgrader("generate_assignment", FIRST).returncode == 0
    exercise = json.loads((ROOT / "exercises" / FIRST / NOTEBOOK).read_text("utf-8"))
    noisy = "import sys\ndef double(x):\n    print('here', file=sys.stderr)\n    return x + x"
    wrong = "def double(x):\n    return x"
    handed_in = {
        "noisy": with_answer(FIRST, NOTEBOOK, "double", noisy),
        "stub": exercise,
        "wrong": with_answer(FIRST, NOTEBOOK, "double", wrong),
    }
    for login, notebook in handed_in.items():
        folder = course / "submitted" / login / FIRST
        folder.mkdir(parents=True)
        (folder / NOTEBOOK).write_text(json.dumps(notebook), encoding="utf-8")
    done = nbgrader("autograde", FIRST)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "cannot be converted to" not in done.stderr, "nbgrader may soon take this for an error"

    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        found = gradebook.find_assignment(FIRST).submissions
        scores = {one.student.id: one.score for one in found}
        worth = found[0].max_score
        first = gradebook.find_grade_cell("check-double", NOTEBOOK[:-6], FIRST).max_score
    assert scores == {"noisy": worth, "stub": 0, "wrong": worth - first}
    assert not (course / "home").exists(), "autograding was counted as attempts of the learner"
