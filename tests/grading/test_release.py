"""Notebooks that are handed out: valid, with the points of the file, and they can come back."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest

from bpworkbook.grading.assignment import Assignment, assignment_of_unit, read_assignment
from bpworkbook.grading.box import BoxError, best_backend
from bpworkbook.grading.boxed import opener
from bpworkbook.grading.gradebook import read_gradebook
from bpworkbook.grading.release import ReleaseError, release
from bpworkbook.grading.roster import Member
from bpworkbook.grading.store import Store
from bpworkbook.grading.template import lay_toml
from bpworkbook.grading.variants import variant_of
from bpworkbook.lessons import all_lessons
from bpworkbook.lessons.catalogue import slug, unit
from tests.grading.classroom import grade

ROOT = Path(__file__).parents[2]
SEED = "spring"
CLASS = [Member("ada", "Ada Lovelace"), Member("bob"), Member("zoë@uni.edu", "=Zoë")]
OF_ADA = "Holds the variant of ada."
NBGRADER = {"schema_version", "grade_id", "solution", "grade", "locked", "task"}


def read(path: Path) -> Any:
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    return notebook


def assignment(**changes: Any) -> Assignment:
    given: dict[str, Any] = {"name": "02-gradients", "lessons": ("09",), "seed": SEED}
    return Assignment(**{**given, **changes})


def solved(path: Path, number: str) -> bytes:
    """A released notebook with the answers of the solutions in their places."""
    right = read(ROOT / "solutions" / unit(number) / f"{slug(number)}.ipynb")
    answers = {
        cell.id: cell.source
        for cell in right.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    notebook = read(path)
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    return json.dumps(notebook).encode()


@pytest.mark.parametrize("name", sorted({unit(number) for number in all_lessons()}))
def test_every_unit_is_released_as_valid_notebooks_of_nbgrader(name: str, tmp_path: Path) -> None:
    asked = assignment_of_unit(name)
    done = release(asked, tmp_path / "hw")
    assert done.written == len(asked.questions)
    for number, questions in asked.questions.items():
        notebook = read(tmp_path / "hw" / f"{slug(number)}.ipynb")
        told = [cell.metadata["nbgrader"] for cell in notebook.cells if "nbgrader" in cell.metadata]
        assert len({one["grade_id"] for one in told}) == len(told)
        for one in told:
            assert set(one) == NBGRADER | ({"points"} if one["grade"] else set())
            assert one["schema_version"] == 3
            assert one["locked"] is one["grade"] is not one["solution"]
        points = sum(one["points"] for one in told if one["grade"])
        assert points == sum(asked.worth[question.key] for question in questions)
        assert not any(cell.get("outputs") for cell in notebook.cells)
        text = "\n".join(cell.source for cell in notebook.cells)
        assert "](../" not in text, "a link to a file that is not handed out"
        assert "variant=" not in text
        assert "Your numbers" not in text
        assert "SOLUTION" not in text


def test_nbgrader_takes_them(tmp_path: Path) -> None:
    nbgraderformat = pytest.importorskip("nbgrader.nbgraderformat")
    release(assignment(leave_out=("09.4",)), tmp_path / "hw", roster=CLASS[:1])
    path = tmp_path / "hw" / "ada" / f"{slug('09')}.ipynb"
    nbgraderformat.read(str(path), as_version=4)
    notebook = read(path)
    graded = next(cell for cell in notebook.cells if cell.metadata.get("nbgrader"))
    del graded.metadata["nbgrader"]["grade_id"]
    with pytest.raises(nbgraderformat.ValidationError):
        nbgraderformat.MetadataValidator().validate_nb(notebook)


def test_points_due_date_and_what_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "hw2.toml"
    path.write_text(
        'unit = "02-gradients"\nlessons = ["08", "09"]\nleave_out = ["08", "09.6"]\n'
        "due = 2026-10-01T23:59:00+02:00\n"
        '[points]\n"09.2:relu_backward" = 2.5\n"09.4" = 7\n'
        "[extensions]\nbob = 2026-10-09T12:00:00+02:00\n"
    )
    asked = read_assignment(path)
    release(asked, tmp_path / "hw")
    assert [file.name for file in (tmp_path / "hw").iterdir()] == [f"{slug('09')}.ipynb"]
    notebook = read(tmp_path / "hw" / f"{slug('09')}.ipynb")
    points = {
        cell.metadata["nbgrader"]["grade_id"]: cell.metadata["nbgrader"]["points"]
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert points == {
        "check-linear_backward": 3,
        "check-relu_backward": 3.5,  # with the sigmoid's
        "check-softmax_ce_backward": 2,
        "check-mlp_backward": 7,
        "check-train_step": 2,
    }
    assert "October 2026" in notebook.cells[0].source.split("Hand in by")[1]
    assert "17.5 points" in notebook.cells[0].source
    assert not any("example_norms" in cell.source for cell in notebook.cells)
    # With a roster everyone reads their own due date.
    own = assignment(due=asked.due, extensions=asked.extensions)
    release(own, tmp_path / "class", roster=CLASS)
    lines = [
        read(tmp_path / "class" / login / f"{slug('09')}.ipynb").cells[0].source.split("\n")[2]
        for login in ("ada", "bob")
    ]
    assert " 1 October" in lines[0]
    assert " 9 October" in lines[1]


def test_a_roster_gives_everyone_a_folder_with_their_own_numbers(tmp_path: Path) -> None:
    done = release(assignment(), tmp_path / "hw", roster=CLASS)
    assert (done.written, done.unchanged) == (3, 0)
    codes = [variant_of(SEED, member.login) for member in CLASS]
    assert (tmp_path / "hw" / "variants.csv").read_text() == (
        f"login,name,variant\nada,Ada Lovelace,{codes[0]}\nbob,,{codes[1]}\n"
        f"zoë@uni.edu,'=Zoë,{codes[2]}\n"
    )
    texts = []
    for member, code in zip(CLASS, codes, strict=True):
        notebook = read(tmp_path / "hw" / member.login / f"{slug('09')}.ipynb")
        setup = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
        assert f'w = lesson("09", variant="{code}")' in setup
        text = "\n".join(cell.source for cell in notebook.cells)
        assert text.count("**Your numbers.**") == 7, "one for each question of lesson 09"
        texts.append(text.split("**Your numbers.**")[1])
    assert len(set(texts)) == 3


def test_a_second_release_writes_what_is_new_and_replaces_nothing(tmp_path: Path) -> None:
    release(assignment(), tmp_path / "hw", roster=CLASS[:2])
    late = release(assignment(), tmp_path / "hw", roster=CLASS)
    assert (late.written, late.unchanged) == (1, 2)
    file = tmp_path / "hw" / "ada" / f"{slug('09')}.ipynb"
    file.write_text("my notes")
    shutil.rmtree(tmp_path / "hw" / "bob")
    with pytest.raises(ReleaseError, match=r"ada.*would be replaced"):
        release(assignment(), tmp_path / "hw", roster=CLASS)
    assert file.read_text() == "my notes"
    assert not (tmp_path / "hw" / "bob").exists(), "something was written before it was refused"
    release(assignment(), tmp_path / "hw", roster=CLASS, force=True)
    assert read(file).cells


def test_what_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="has no seed"):
        release(assignment(seed=""), tmp_path / "hw", roster=CLASS)
    with pytest.raises(ReleaseError, match="does not ask lesson '08', but 09"):
        release(assignment(), tmp_path / "hw", lessons=["08"])
    (tmp_path / "hw").mkdir()
    (tmp_path / "hw" / "variants.csv").write_text("mine")
    with pytest.raises(ReleaseError, match="no list of variants"):
        release(assignment(), tmp_path / "hw", roster=CLASS)
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ReleaseError, match="cannot be written to"):
        release(assignment(), tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_the_toml_file_says_what_the_unit_is(tmp_path: Path) -> None:
    for name in {unit(number) for number in all_lessons()}:
        asked = assignment_of_unit(name)
        laid = read_assignment(lay_toml(asked, tmp_path))
        assert (laid.name, laid.lessons, laid.worth) == (name, asked.lessons, asked.worth)
        assert len(laid.seed) == 32
        with pytest.raises(FileExistsError):
            lay_toml(asked, tmp_path)
        # What is commented out can be used as it stands.
        path = tmp_path / f"{name}.toml"
        lines = path.read_text().splitlines()
        head = next(n for n, line in enumerate(lines) if line.startswith("name"))
        used = [line.removeprefix("# ") if "=" in line or "[" in line else line for line in lines]
        path.write_text("\n".join(lines[:head] + used[head:]))
        full = read_assignment(path)
        assert full.due is not None
        assert full.late.days == 5
        assert list(full.extensions) == ["ada"]
        assert full.leave_out


def test_the_toml_file_of_some_lessons_asks_no_other(tmp_path: Path) -> None:
    some = replace(assignment_of_unit("02-gradients"), lessons=("08", "09"))
    laid = read_assignment(lay_toml(some, tmp_path))
    assert laid.lessons == ("08", "09")
    assert {key[:2] for key in laid.worth} == {"08", "09"}


def test_what_comes_back_is_graded(tmp_path: Path) -> None:
    try:
        backend = best_backend(isolated=False)
    except BoxError as error:
        pytest.skip(str(error))
    asked = assignment(lessons=("05", "09"), leave_out=("09.4",))
    release(asked, tmp_path / "hw", roster=CLASS)
    back = tmp_path / "submitted"
    for number in ("05", "09"):
        home = tmp_path / "ada" / asked.name
        home.mkdir(parents=True, exist_ok=True)
        mine = solved(tmp_path / "hw" / "ada" / f"{slug(number)}.ipynb", number)
        (home / f"{slug(number)}.ipynb").write_bytes(mine)
    nine = solved(tmp_path / "hw" / "bob" / f"{slug('09')}.ipynb", "09")
    back.mkdir()
    (back / "bob.ipynb").write_bytes(nine)
    place = str(tmp_path / "grades.db")
    (back / "zoë@uni.edu.ipynb").write_bytes(mine)  # Ada's, who is still at work
    assert grade(place, back, asked, grader=opener(backend)).graded == 2
    code = variant_of(SEED, "ada")
    before = f"Holds the variant {code}, which is someone else's."
    assert remarks(place) == {"bob": set(), "zoë@uni.edu": {before}}
    shutil.move(tmp_path / "ada", back / "ada")
    summary = grade(place, back, asked, grader=opener(backend))
    assert summary.graded == 2, "something was graded twice"
    assert set(summary.outcomes) == {"passed"}, summary.outcomes
    for again, told in ((False, f"Holds the variant of ada. {before}"), (True, OF_ADA)):
        grade(place, back, asked, grader=opener(backend), regrade=again)
        assert remarks(place) == {"ada": set(), "bob": set(), "zoë@uni.edu": {told}}
    with Store(place) as store:
        book = read_gradebook(store)
    ada = next(row for row in book.rows if row.login == "ada")
    assert book.total(ada) == book.possible


def remarks(place: str) -> dict[str, set[str]]:
    with Store(place) as store:
        rows = read_gradebook(store).rows
    return {row.login: {cell.remark for cell in row.cells.values() if cell.remark} for row in rows}
