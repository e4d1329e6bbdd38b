"""`bpworkbook grade`, and which `bpworkbook export` is an instructor's."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from bpworkbook.cli import app
from bpworkbook.grading import box, process
from bpworkbook.grading.box import doctor
from bpworkbook.workbook import Store as Progress
from tests.grading.classroom import StandInGrader, lay_class, notebook

GRADE = ("grade", "class", "--assignment", "02-gradients")


@pytest.fixture
def classroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a class, in which grading needs no box."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BPWORKBOOK_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(process, "opener", lambda *given: StandInGrader)
    stand_in = SimpleNamespace(name="stand-in", isolated=True)
    monkeypatch.setattr(box, "best_backend", lambda isolated=True: stand_in)
    lay_class(tmp_path / "class", 4)
    return tmp_path


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


def test_grade_then_export(classroom: Path) -> None:
    first = run(*GRADE)
    assert first.exit_code == 0, first.output
    assert "8 notebooks of 4 students, 0 graded before, 8 to grade (stand-in)." in first.output
    assert "Graded 8 notebooks. Marks are in grades.db." in first.output
    again = run(*GRADE)
    assert "8 graded before, 0 to grade" in again.output
    marks = run("export", "--assignment", "02-gradients")
    assert marks.exit_code == 0, marks.output
    assert "Wrote 02-gradients-marks.csv: 4 students of 02-gradients." in marks.output
    assert (classroom / "02-gradients-marks.csv").read_text().count("student00") == 4


def test_limit_workers_db_and_regrade(classroom: Path) -> None:
    options = ("--db", "other.db", "--workers", "3")
    assert "Graded 3 notebooks, 5 left" in run(*GRADE, *options, "--limit", "3").output
    assert "Graded 5 notebooks." in run(*GRADE, *options).output
    assert "Graded 8 notebooks." in run(*GRADE, *options, "--regrade").output
    assert not (classroom / "grades.db").exists()
    done = run("export", "c.csv", "--format", "canvas", "--db", "other.db")
    assert "Wrote c.csv: 4 students" in done.output


def test_someone_to_look_at_is_exit_code_1(classroom: Path) -> None:
    (classroom / "class" / "eve").mkdir()
    (classroom / "class" / "eve" / "report.pdf").write_bytes(b"%PDF")
    done = run(*GRADE)
    assert done.exit_code == 1
    assert "eve: no notebook of these lessons, but report.pdf" in done.output
    marks = run("export", "--format", "canvas")
    assert marks.exit_code == 1
    assert "Without a total: eve" in marks.output


def test_an_assignment_from_a_file(classroom: Path) -> None:
    (classroom / "first.toml").write_text('unit = "02-gradients"\nlessons = ["09"]\n')
    for name in ("first", "first.toml"):
        done = run("grade", "class", "--assignment", name)
        assert "first: 4 notebooks of 4 students" in done.output, done.output
    assert run("export", "--assignment", "first.toml").exit_code == 0


def test_where_no_box_isolates_nothing_is_run(
    classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = SimpleNamespace(name="plain", isolated=False)

    def best(isolated: bool = True) -> Any:
        if isolated:
            raise box.BoxError("no box can be used here; plain: does not isolate")
        return plain

    monkeypatch.setattr(box, "best_backend", best)
    refused = run(*GRADE)
    assert refused.exit_code == 2
    assert "give --not-isolated if you trust all who handed in." in refused.output
    assert not (classroom / "grades.db").exists()
    allowed = run(*GRADE, "--not-isolated")
    assert allowed.exit_code == 0
    assert "Not isolated" in allowed.output


def test_ctrl_c_is_exit_code_130(classroom: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bpworkbook.grading.journal import Journal

    record, count = Journal.record, 0

    def interrupted(self: Journal, *given: Any, **named: Any) -> int:
        nonlocal count
        count += 1
        if count == 3:
            raise KeyboardInterrupt
        return record(self, *given, **named)

    monkeypatch.setattr(Journal, "record", interrupted)
    done = run(*GRADE)
    assert done.exit_code == 130
    assert "Stopped. Graded 2 notebooks, 6 left: run it again." in done.output
    assert "6 to grade" in run(*GRADE).output


def test_what_a_student_writes_is_no_markup(classroom: Path) -> None:
    (classroom / "class" / "[red]x[bold]").mkdir()
    (classroom / "class" / "[red]x[bold]" / "[link=x]y.ipynb").write_bytes(b'{"cells": []}')
    done = run(*GRADE)
    assert "[red]x[bold]: " in done.output
    assert "[link=x]y.ipynb" in done.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("grade", "nowhere", "--assignment", "02-gradients"),
        ("grade", "class", "--assignment", "no-such-unit"),
        ("grade", "class", "--assignment", "bad.toml"),
        (*GRADE, "--db", "notes.txt"),
        (*GRADE, "--db", "mysql://x/y"),
        ("export", "--assignment", "02-gradients", "--db", "no.db"),
        ("export", "--format", "canvas"),
        ("export", "--db", "bad.toml"),
    ],
)
def test_an_expected_failure_is_one_sentence(classroom: Path, arguments: tuple[str, ...]) -> None:
    for name in ("notes.txt", "bad.toml"):
        (classroom / name).write_text("what is this? " * 50)
    done = run(*arguments)
    assert done.exit_code == 2, done.output
    assert done.output.startswith("Error: ")
    assert done.output.count("\n") == 1, done.output
    assert done.output.rstrip().endswith(".")


# A learner's export stays what it was


def test_without_an_assignment_export_is_a_learners(classroom: Path) -> None:
    Progress(classroom / "home" / "progress.json")
    for form in ("csv", "json"):
        done = run("export", "--format", form)
        assert done.exit_code == 0, done.output
        assert f"Wrote backprop-progress.{form}." in done.output
    assert json.loads((classroom / "backprop-progress.json").read_text()) is not None
    assert run("export", "mine.json").output == "Wrote mine.json.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--folder", ".", "--assignment", "02-gradients"),
        ("--roster", "roster.csv"),
        ("--format", "xlsx"),
        ("--format", "json", "--assignment", "02-gradients"),
    ],
)
def test_what_does_not_go_together_is_refused(classroom: Path, arguments: tuple[str, ...]) -> None:
    run(*GRADE)
    done = run("export", *arguments)
    assert done.exit_code == 2
    assert "Error" in done.output
    assert not list(classroom.glob("*.csv")), "something was written"


def test_a_notebook_is_enough(classroom: Path) -> None:
    (classroom / "ada.ipynb").write_bytes(notebook())
    done = run("grade", "ada.ipynb", "--assignment", "02-gradients")
    assert "1 notebook of 1 student" in done.output


@pytest.mark.parametrize(("why", "code"), [("", 0), ("user namespaces are forbidden", 1)])
def test_the_doctor_says_which_box_there_is(
    why: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [doctor.Finding("best", True, why), doctor.Finding("plain", False, "")]
    monkeypatch.setattr(doctor, "findings", lambda: found)
    done = run("grade", "--doctor")
    assert done.exit_code == code, done.output
    assert done.output.splitlines()[0] == (f"✗ best: {why}" if why else "✓ best: works")
    assert doctor.advice(found) in done.output
