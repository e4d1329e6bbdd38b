"""The graders compared: ours, nbgrader and Otter, each as its own command on the same notebooks.

All three ask the same checks of the same notebooks. Ours asks them outside the submission's
process, with cases of its own; the others run the notebook in a kernel and the checks inside it,
which is how they work.
"""

import csv
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from benchmarks.environment import ROOT
from benchmarks.tree_memory import Ran, run_watched
from bpworkbook.lessons import lesson
from bpworkbook.lessons.catalogue import slug, unit

LESSON = "09"
NAME = unit(LESSON)
NOTEBOOK = f"{slug(LESSON)}.ipynb"
PEERS = ("nbgrader==0.9.6", "otter-grader==7.0.0")


class Grader(Protocol):
    """One of the graders compared."""

    name: str

    def grade(self, class_: Path, home: Path) -> list[Ran]:
        """Grade ``class_/<student>/<unit>/<notebook>`` in a new folder, one command or several."""

    def marks(self, home: Path) -> dict[str, float]:
        """Return each student's points."""


class Ours:
    """``bpworkbook grade``, with one worker as the others have one."""

    name = "bpworkbook"

    def grade(self, class_: Path, home: Path) -> list[Ran]:
        """Grade a class with one command."""
        asked = home / "asked.toml"
        asked.write_text(
            f'name = "{NAME}"\nunit = "{NAME}"\nlessons = ["{LESSON}"]\nseed = "benchmark"\n',
            encoding="utf-8",
        )
        command = [*self._program, "grade", str(class_), "--assignment", str(asked), "--workers=1"]
        return [run_watched([*command, "--db", "grades.db"], home, os.environ)]

    def marks(self, home: Path) -> dict[str, float]:
        """Return each student's points, from the exported table."""
        run_watched([*self._program, "export", "marks.csv", "--db", "grades.db"], home, os.environ)
        return dict(_points(home / "marks.csv", "student", "total"))

    _program = (sys.executable, "-m", "bpworkbook")


class NbGrader:
    """``nbgrader autograde``: a kernel for each notebook."""

    name = "nbgrader"

    def __init__(self, programs: Path) -> None:
        self._programs = programs

    def grade(self, class_: Path, home: Path) -> list[Ran]:
        """Grade a class with one command; making the assignment before it is not timed."""
        (home / "nbgrader_config.py").write_text(
            'c = get_config()\nc.CourseDirectory.course_id = "benchmark"\n', encoding="utf-8"
        )
        source = home / "source" / NAME
        source.mkdir(parents=True)
        shutil.copy(ROOT / "solutions" / NAME / NOTEBOOK, source)
        shutil.copytree(class_, home / "submitted")
        self._run(home, "generate_assignment", NAME, "--create")
        return [self._run(home, "autograde", NAME, "--create")]

    def marks(self, home: Path) -> dict[str, float]:
        """Return each student's points, from the exported table."""
        self._run(home, "export", "--to", "marks.csv")
        return dict(_points(home / "marks.csv", "student_id", "score"))

    def _run(self, home: Path, *words: str) -> Ran:
        return run_watched([str(self._programs / "nbgrader"), *words], home, _path(self._programs))


class Otter:
    """``otter run``: one command for each notebook. Its containers need Docker, and take longer."""

    name = "otter"

    def __init__(self, programs: Path) -> None:
        self._programs = programs

    def grade(self, class_: Path, home: Path) -> list[Ran]:
        """Grade one notebook after another; packing the tests before it is not timed."""
        tests = home / "tests"
        tests.mkdir()
        for name, question in lesson(LESSON).questions.items():
            (tests / f"{name}.py").write_text(_test(name, question.points), encoding="utf-8")
        self._run(home, "generate", "-t", "tests", "-o", "autograder.zip", "--no-environment")
        ran = []
        for submission in sorted(class_.glob(f"*/{NAME}/{NOTEBOOK}")):
            out = home / "out" / submission.parts[-3]
            out.mkdir(parents=True)
            shutil.copy(submission, out)
            words = ("-a", str(home / "autograder.zip"), "-o", ".", "--no-logo", NOTEBOOK)
            ran.append(self._run(out, "run", *words))
        return ran

    def marks(self, home: Path) -> dict[str, float]:
        """Return each student's points, from the result files."""
        found = {}
        for path in (home / "out").glob("*/results.json"):
            tests = json.loads(path.read_text(encoding="utf-8"))["tests"]
            found[path.parent.name] = float(sum(test.get("score", 0.0) for test in tests))
        return found

    def _run(self, home: Path, *words: str) -> Ran:
        return run_watched([str(self._programs / "otter"), *words], home, _path(self._programs))


def all_graders(programs: Path) -> Sequence[Grader]:
    """Return the graders, given the folder with the programs of the others."""
    return (Ours(), NbGrader(programs), Otter(programs))


def _path(programs: Path) -> dict[str, str]:
    # Both start further programs of theirs, which they look for on the path.
    return {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}"}


def _test(name: str, points: float) -> str:
    case = {
        "code": f">>> w.check({name}).outcome.passed\nTrue",
        "hidden": False,
        "locked": False,
    }
    suite = {"cases": [case], "scored": True, "setup": "", "teardown": "", "type": "doctest"}
    return (
        f"OK_FORMAT = True\n\ntest = { ({'name': name, 'points': points, 'suites': [suite]})!r}\n"
    )


def _points(path: Path, student: str, points: str) -> Iterator[tuple[str, float]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            yield row[student], float(row[points])
