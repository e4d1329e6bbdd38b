"""An nbgrader gradebook, where nbgrader is installed (`pip install 'bpworkbook[nbgrader]'`)."""

import importlib.util
import sys
from pathlib import Path

import pytest

from bpworkbook.grading.exports import ExportError, export_marks
from bpworkbook.grading.gradebook import read_gradebook
from bpworkbook.grading.store import Store
from tests.grading.classroom import assignment, grade, lay_class

needs_nbgrader = pytest.mark.skipif(
    importlib.util.find_spec("nbgrader") is None, reason="nbgrader is not installed"
)


@needs_nbgrader
def test_scores_of_nbgrader_are_ours_also_after_a_change(tmp_path: Path) -> None:
    from nbgrader.api import Gradebook

    folder, place = lay_class(tmp_path / "class", 4), str(tmp_path / "g.db")
    for asked in (assignment(leave_out=("09.1",)), assignment(), assignment(points={"09.1": 7})):
        grade(place, folder, asked)
        with Store(place) as store:
            book = read_gradebook(store)
        assert export_marks(book, tmp_path / "gradebook.db", "nbgrader").students == 4
        with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
            found = gradebook.find_assignment("some-unit")
            scores = {one.student.id: one.score for one in found.submissions}
            assert not any(one.needs_manual_grade for one in found.submissions)
        assert scores == {row.login: book.total(row) for row in book.rows}


@needs_nbgrader
def test_another_database_is_not_touched(tmp_path: Path) -> None:
    folder, place = lay_class(tmp_path / "class", 1), str(tmp_path / "g.db")
    grade(place, folder)
    (tmp_path / "notes.txt").write_text("mine " * 200)
    with Store(place) as store:
        book = read_gradebook(store)
    with pytest.raises(ExportError, match="is no gradebook of nbgrader"):
        export_marks(book, tmp_path / "notes.txt", "nbgrader")
    assert (tmp_path / "notes.txt").read_text() == "mine " * 200


def test_without_nbgrader_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("nbgrader", "nbgrader.api"):
        monkeypatch.setitem(sys.modules, name, None)
    folder, place = lay_class(tmp_path / "class", 1), str(tmp_path / "g.db")
    grade(place, folder)
    with Store(place) as store, pytest.raises(ExportError, match=r"bpworkbook\[nbgrader\]"):
        export_marks(read_gradebook(store), tmp_path / "gradebook.db", "nbgrader")
