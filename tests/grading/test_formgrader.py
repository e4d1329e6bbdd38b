"""Formgrader over HTTP: it shows the marks of our export, and marks given there come home."""

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import chdir, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from benchmarks.servers import Server, running_server
from bpworkbook.grading.exports import ExportError, export_marks
from bpworkbook.grading.exports.nbgrader import FOLDER
from bpworkbook.grading.from_nbgrader import Findings, read_formgrader
from bpworkbook.grading.gradebook import Gradebook, Row, read_gradebook
from bpworkbook.grading.manual import Change, apply
from bpworkbook.grading.store import Store
from tests.grading.classroom import assignment, grade, lay_class, notebook

pytest.importorskip("nbgrader", reason="nbgrader is not installed")
UNIT, NOTEBOOK = "some-unit", "09_backprop_vectorised"
EVIL = "<script>document.title = 'owned'</script>"
TOKEN = "a-token-of-this-test"


@dataclass
class Course:
    """A folder with a gradebook of ours, and what was exported from it for nbgrader."""

    root: Path

    @property
    def place(self) -> str:
        return str(self.root / "grades.db")

    @property
    def gradebook(self) -> Path:
        return self.root / "gradebook.db"

    def book(self) -> Gradebook:
        with Store(self.place) as store:
            return read_gradebook(store)

    def row(self, number: int) -> Row:
        return self.book().rows[number]

    def export(self) -> tuple[tuple[str, str], ...]:
        return export_marks(self.book(), self.gradebook, "nbgrader").notes

    def read(self, **options: Any) -> Findings:
        return read_formgrader(self.gradebook, self.book(), **options)

    def apply(self, *changes: Change) -> None:
        with Store(self.place) as store:
            apply(store, read_gradebook(store), changes)

    def give(self, login: str, cell: str, points: float | None = None, **more: Any) -> None:
        """Do what formgrader does when someone types in a score or a comment."""
        from nbgrader.api import Gradebook as NbGradebook

        with NbGradebook(f"sqlite:///{self.gradebook}") as there:
            if "comment" in more:
                comment = there.find_comment(cell, NOTEBOOK, UNIT, login)
                comment.manual_comment = more["comment"]
            else:
                found = there.find_grade(cell, NOTEBOOK, UNIT, login)
                found.manual_score, found.extra_credit = points, more.get("extra")
            there.db.commit()

    def score(self, login: str, cell: str) -> tuple[float | None, float | None]:
        """What nbgrader has: the automatic score, and the one by hand."""
        from nbgrader.api import Gradebook as NbGradebook

        with NbGradebook(f"sqlite:///{self.gradebook}") as there:
            found = there.find_grade(cell, NOTEBOOK, UNIT, login)
            return found.auto_score, found.manual_score


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two students; the notebook of the first is hostile, the second has a mark by hand."""
    made = Course(tmp_path_factory.mktemp("course"))
    with chdir(made.root):  # the gradebook knows the notebooks as the grader was given them
        folder = lay_class(Path("submitted"), 2)
        content = json.loads(notebook("def relu_backward(g, c):\n    return g"))
        content["cells"].append({"cell_type": "markdown", "source": EVIL, "metadata": {}})
        (folder / "student000" / UNIT / f"{NOTEBOOK}.ipynb").write_text(json.dumps(content))
        grade(made.place, folder, assignment())
        made.apply(Change("student001", "09.1:linear_backward", 1.0, "See me & bring your notes"))
        assert made.export() == ()
    return made.root


@pytest.fixture
def course(exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course of one's own, for a new gradebook of nbgrader takes seconds."""
    made = Course(Path(shutil.copytree(exported, tmp_path / "course")))
    monkeypatch.chdir(made.root)
    return made


@pytest.fixture
def formgrader(course: Course) -> Iterator[str]:
    """The address of a Jupyter server with formgrader, started in the course."""
    runtime = course.root / "runtime"
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--ServerApp.port=0"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={course.root}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    with running_server(command, course.root, "server", JUPYTER_RUNTIME_DIR=str(runtime)) as server:
        yield address_of(runtime, server)


def address_of(runtime: Path, server: Server) -> str:
    """Wait until the server answers, and return where."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and server.process.poll() is None:
        for said in runtime.glob("jpserver-*.json"):
            with suppress(ValueError, URLError):  # written by half, or not listening yet
                address = str(json.loads(said.read_text(encoding="utf-8"))["url"])
                ask(f"{address}api/status")
                return address
        time.sleep(0.2)
    raise RuntimeError(f"the server did not start: {server.said()[-2000:]}")


def ask(url: str, content: Any = None) -> str:
    """Get a page, or put something there."""
    data = None if content is None else json.dumps(content).encode()
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    request = Request(url, data, headers, method="GET" if data is None else "PUT")
    with urlopen(request, timeout=60) as answer:
        return str(answer.read().decode())


def test_formgrader_shows_marks_and_sends_them_home(course: Course, formgrader: str) -> None:
    api = f"{formgrader}formgrader/api"
    listed = {one["student"]: one for one in json.loads(ask(f"{api}/submissions/{UNIT}"))}
    book = course.book()
    assert {login: one["score"] for login, one in listed.items()} == {
        row.login: book.total(row) for row in book.rows
    }
    assert all(one["autograded"] and not one["needs_manual_grade"] for one in listed.values())
    for page in (f"manage_submissions/{UNIT}", f"gradebook/{UNIT}/{NOTEBOOK}"):
        assert "nbgrader" in ask(f"{formgrader}formgrader/{page}")

    opened = json.loads(ask(f"{api}/submitted_notebooks/{UNIT}/{NOTEBOOK}"))
    ids = {one["student"]: one["id"] for one in opened}
    page = ask(f"{formgrader}formgrader/submissions/{ids['student000']}/")
    assert "check-linear_backward" in page
    assert "def</span>" in page, "the student's code is missing"
    told = next(a for a in course.row(0).cells["09.2:relu_backward"].lines)[1]
    assert told in page, "what the student is told is missing"
    assert EVIL not in page, "what a student writes runs in the instructor's browser"
    assert EVIL.replace("<", "&lt;").split("'")[0].replace(">", "&gt;") in page

    grades = json.loads(ask(f"{api}/grades?submission_id={ids['student001']}"))
    by_hand = next(one for one in grades if one["name"] == "check-linear_backward")
    assert by_hand["manual_score"] == 1.0
    comments = json.loads(ask(f"{api}/comments?submission_id={ids['student001']}"))
    assert "See me & bring your notes" in [one["manual_comment"] for one in comments]

    ask(f"{api}/grade/{by_hand['id']}", {"manual_score": 2.5, "extra_credit": None})
    course.apply(*course.read().changes)
    assert course.row(1).cells["09.1:linear_backward"].points == 2.5
    assert course.row(1).cells["09.1:linear_backward"].remark == "See me & bring your notes"


def test_a_mark_of_formgrader_stays_until_it_is_brought_home(course: Course) -> None:
    course.give("student000", "check-relu_backward", 1.5)
    course.give("student000", "relu_backward", comment="The idea is right.")
    assert [login for login, _ in course.export()] == ["student000"]
    assert course.score("student000", "check-relu_backward")[1] == 1.5
    course.apply(*course.read().changes)
    cells = course.row(0).cells
    shared = [cells["09.2:relu_backward"], cells["09.2:sigmoid_backward"]]
    assert [cell.points for cell in shared] == [0.75, 0.75]
    assert {cell.remark for cell in shared} == {"The idea is right."}
    assert course.read().changes == []
    assert course.export() == ()
    assert course.score("student000", "check-relu_backward") == (1.5, 1.5)


def test_a_mark_that_is_taken_away_here_is_taken_away_there(course: Course) -> None:
    machine = course.row(1).cells["09.1:linear_backward"].machine.points
    course.apply(Change("student001", "09.1:linear_backward", None))
    course.export()
    assert course.score("student001", "check-linear_backward") == (machine, None)


def test_what_has_no_place_here_is_said(course: Course) -> None:
    course.give("student000", "linear_backward", comment="Nice.")
    course.give("student000", "check-mlp_backward", None, extra=1.0)
    found = course.read()
    assert found.changes == []
    told = " ".join(sentence for _, sentence in found.notes)
    assert "comment on linear_backward" in told
    assert "extra credit of 1 for check-mlp_backward" in told


def test_too_many_points_and_strangers_are_refused(course: Course) -> None:
    course.give("student000", "check-linear_backward", 30.0)
    assert [login for login, _ in course.read().problems] == ["student000"]
    assert course.read(allow_more=True).changes[0].points == 30.0


def test_other_files_are_no_gradebooks(course: Course) -> None:
    before = Path(course.place).read_bytes()
    for path in (Path(course.place), course.root / "nothing.db", course.root):
        with pytest.raises(ExportError):
            read_formgrader(path, course.book())
    with pytest.raises(ExportError, match="is no gradebook of nbgrader"):
        export_marks(course.book(), Path(course.place), "nbgrader")
    assert Path(course.place).read_bytes() == before


def test_a_notebook_that_is_gone_is_said_and_its_marks_are_shown(course: Course) -> None:
    (course.root / "submitted" / "student000" / UNIT / f"{NOTEBOOK}.ipynb").unlink()
    assert [login for login, _ in course.export()] == ["student000"]
    path = course.root / FOLDER / "student000" / UNIT / f"{NOTEBOOK}.ipynb"
    assert "no longer where it was graded" in path.read_text(encoding="utf-8")
