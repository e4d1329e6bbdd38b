"""Marks for Canvas, Moodle and a spreadsheet: right students, right totals, no silent zero."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bpworkbook.grading.assignment import Late
from bpworkbook.grading.exports import Exported, ExportError, export_marks
from bpworkbook.grading.gradebook import Gradebook, read_gradebook
from bpworkbook.grading.journal import Journal, Mark
from bpworkbook.grading.owners import Owner
from bpworkbook.grading.store import Store, StoreError
from bpworkbook.grading.submissions import Finds, Found, Trouble
from tests.grading.classroom import assignment, grade, lay_class

DUE = datetime(2026, 10, 1, tzinfo=UTC)
LATE = datetime(2026, 10, 1, 12, tzinfo=UTC)


def book_of(place: str, *owners: Owner, trouble: str = "") -> Gradebook:
    """Lesson 09 of each; the first student passes all late, the others pass the first question."""
    asked = assignment(lessons=("09",), due=DUE, late=Late(per_day=0.5))
    with Store(place) as store:
        journal = Journal(store, asked, {"09": "v1"})
        found = [
            Found(who, "09", f"d{n}", f"{who.login}.ipynb", None if n else LATE, lambda: b"")
            for n, who in enumerate(owners)
        ]
        journal.enter(Finds(found, [Trouble("eve", trouble)] if trouble else []))
        for n, one in enumerate(found):
            marks = [
                Mark(q.key, "wrong", 0.0, q.points)
                if n and place
                else Mark(q.key, "passed", q.points, q.points)
                for place, q in enumerate(asked.questions["09"])
            ]
            journal.record(one, marks, box="b")
        return read_gradebook(store)


def rows_of(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


ADA = Owner("lovelaceada_12", "lovelaceada", "12")
BOB = Owner("=bob_77", "=bob", "77")


def test_the_table_holds_everything(database: str, tmp_path: Path) -> None:
    book = book_of(database, ADA, BOB, trouble="sent a bomb")
    done = export_marks(book, tmp_path / "marks.csv", "csv")
    header, bob, ada, eve = rows_of(done.path)
    points = sum(asked.points for asked in book.questions)
    assert header[3] == "09.1:linear_backward"
    assert ada[:4] == ["lovelaceada_12", "lovelaceada", "12", "1.5"]
    assert ada[header.index("late")] == "09 x 0.5"
    assert ada[header.index("total")] == f"{points / 2:g}"
    assert ada[header.index("possible")] == f"{points:g}"
    assert bob[:2] == ["'=bob_77", "'=bob"], "a spreadsheet would run this as a formula"
    assert bob[header.index("total")] == "3"
    assert (eve[0], eve[header.index("total")], eve[-1]) == ("eve", "", "sent a bomb")


def test_canvas_without_a_roster(tmp_path: Path) -> None:
    book = book_of(str(tmp_path / "g.db"), ADA, BOB, Owner("carl"))
    done = export_marks(book, tmp_path / "canvas.csv", "canvas")
    header, possible, *rows = rows_of(done.path)
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "some-unit"]
    assert possible[0].strip() == "Points Possible"
    assert float(possible[-1]) == book.possible
    assert rows == [
        ["'=bob", "77", "", "", "", "3"],
        ["carl", "", "", "carl", "", "3"],
        ["lovelaceada", "12", "", "", "", f"{book.possible / 2:g}"],
    ]


CANVAS_ROSTER = """\
Student,ID,SIS User ID,SIS Login ID,Section,Old work (3),some-unit (4711),Current Score
    Points Possible,,,,,10,99,(read only)
"Lovelace, Ada",12,u1,ada,A,7,,50
"Twelve, Mr",90,12,carl,A,7,,50
"Same, Name",91,u3,x1,B,7,,50
"Same, Name",92,u4,x2,B,7,,50
"""


def test_canvas_with_a_roster(tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(CANVAS_ROSTER)
    who = (ADA, Owner("carl"), BOB, Owner("Same, Name"))
    done = export_marks(book_of(str(tmp_path / "g.db"), *who), tmp_path / "c.csv", "canvas", roster)
    header, _, *rows = rows_of(done.path)
    assert header[5:] == ["some-unit (4711)"], "another assignment's marks would be overwritten"
    assert [row[:2] for row in rows] == [["Twelve, Mr", "90"], ["Lovelace, Ada", "12"]]
    assert {login for login, _ in done.left_out} == {"=bob_77", "Same, Name"}


def test_moodle_without_a_worksheet(tmp_path: Path) -> None:
    book = book_of(str(tmp_path / "g.db"), ADA, Owner("carl"))
    done = export_marks(book, tmp_path / "m.csv", "moodle")
    header, row = rows_of(done.path)
    assert {"Identifier", "Grade", "Last modified (grade)"} <= set(header)
    assert row[0] == "Participant 12"
    assert "09.1 linear_backward: 1.5 of 3, passed" in row[-1]
    assert done.left_out == (("carl", "no number in Moodle"),)
    alone = book_of(str(tmp_path / "h.db"), Owner("carl"))
    with pytest.raises(ExportError, match="--roster"):
        export_marks(alone, tmp_path / "n.csv", "moodle")


WORKSHEET = """\
Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Last modified (grade),\
Feedback comments
Participant 12,Ada Lovelace,carl,ada@x.org,Submitted,,100.00,-,
Participant 13,Carl C,,carl,Submitted,,100.00,-,
Participant 14,Dora D,,dora@x.org,Submitted,3,100.00,-,
"""


def test_moodle_with_a_worksheet(tmp_path: Path) -> None:
    worksheet = tmp_path / "worksheet.csv"
    worksheet.write_text(WORKSHEET)
    who = (ADA, Owner("dora@x.org"), Owner("carl"), Owner("12"))
    book = book_of(str(tmp_path / "g.db"), *who)
    done = export_marks(book, tmp_path / "m.csv", "moodle", worksheet)
    _, ada, carl, dora = rows_of(done.path)
    assert ada[5] == "50", "the points were not scaled to Moodle's maximum"
    assert carl[5] == "", "a name of two students was taken for one"
    assert float(dora[5]) == pytest.approx(100 * 3 / book.possible, abs=0.01)
    assert {login for login, _ in done.left_out} == {"carl", "12"}


@pytest.mark.parametrize("form", ["canvas", "moodle"])
@pytest.mark.parametrize(
    ("text", "said"),
    [("", "is empty"), ("a,b\n1,2\n", "is no g"), ('"a\n', "is no"), ("\xff", "cannot be read")],
)
def test_a_roster_that_is_none(tmp_path: Path, form: str, text: str, said: str) -> None:
    (tmp_path / "r.csv").write_bytes(text.encode("latin-1"))
    book = book_of(str(tmp_path / "g.db"), ADA)
    with pytest.raises(ExportError, match=said):
        export_marks(book, tmp_path / "x.csv", form, tmp_path / "r.csv")
    assert not (tmp_path / "x.csv").exists()


# No silent zero


def partly(tmp_path: Path, outcome: str, box: str) -> Exported:
    asked = assignment(lessons=("09",))
    with Store(tmp_path / "g.db") as store:
        journal = Journal(store, asked, {"09": "v1"})
        found = [Found(owner, "09", owner.login, "", None, lambda: b"") for owner in (ADA, BOB)]
        journal.enter(Finds(found))
        marks = [Mark(q.key, "passed", q.points, q.points) for q in asked.questions["09"]]
        journal.record(found[0], marks, box="b")
        if outcome:
            odd = Mark(marks[0].question, outcome, 0.0, marks[0].of)
            journal.record(found[1], [odd, *marks[1:]], box=box)
        return export_marks(read_gradebook(store), tmp_path / "c.csv", "canvas")


@pytest.mark.parametrize(("outcome", "box"), [("", ""), ("not gradable", "")])
def test_who_has_no_mark_has_no_total(tmp_path: Path, outcome: str, box: str) -> None:
    done = partly(tmp_path, outcome, box)
    assert done.students == 1
    assert done.left_out[0][0] == "=bob_77"
    assert "09.1:linear_backward" in done.left_out[0][1]


def test_killed_is_a_zero_and_not_a_gap(tmp_path: Path) -> None:
    assert partly(tmp_path, "killed", "b").left_out == ()


def test_a_question_that_nobody_could_be_marked_for_does_not_count(tmp_path: Path) -> None:
    asked = assignment(lessons=("09",))
    with Store(tmp_path / "g.db") as store:
        journal = Journal(store, asked, {"09": "v1"})
        found = Found(ADA, "09", "d", "", None, lambda: b"")
        journal.enter(Finds([found]))
        first, *others = [Mark(q.key, "passed", q.points, q.points) for q in asked.questions["09"]]
        odd = Mark(first.question, "not gradable", 0.0, first.of)
        journal.record(found, [odd, *others], box="b")
        book = read_gradebook(store)
        assert book.left_out() == [first.question]
        assert book.possible == sum(mark.of for mark in others) == book.total(book.rows[0])
        journal.set_manual(ADA.login, first.question, 2)
        book = read_gradebook(store)
        assert book.possible == sum(asked.worth.values())
        assert book.total(book.rows[0]) == book.possible - 1


# Files and names


def test_an_export_replaces_only_an_export(tmp_path: Path) -> None:
    book = book_of(str(tmp_path / "g.db"), ADA)
    for _ in range(2):
        export_marks(book, tmp_path / "marks.csv", "csv")
    (tmp_path / "thesis.csv").write_text("a,b\n")
    with pytest.raises(ExportError, match="is no earlier export"):
        export_marks(book, tmp_path / "thesis.csv", "csv")
    assert (tmp_path / "thesis.csv").read_text() == "a,b\n"
    with pytest.raises(ExportError, match="is a folder"):
        export_marks(book, tmp_path, "csv")
    with pytest.raises(ExportError, match="cannot be written"):
        export_marks(book, tmp_path / "no" / "where.csv", "csv")
    with pytest.raises(ExportError, match="csv or canvas or moodle or nbgrader"):
        export_marks(book, None, "xlsx")


def test_which_assignment_is_meant(tmp_path: Path) -> None:
    place = str(tmp_path / "g.db")
    with Store(place) as store:
        with pytest.raises(StoreError, match="it has none"):
            read_gradebook(store)
        for name in ("one", "two"):
            Journal(store, assignment(name=name), {"08": "v", "09": "v"})
        assert read_gradebook(store, "two").assignment == "two"
        with pytest.raises(StoreError, match=r"several assignments \(one, two\)"):
            read_gradebook(store)
        with pytest.raises(StoreError, match="no assignment 'three'; it has one, two"):
            read_gradebook(store, "three")


@pytest.mark.parametrize("form", ["csv", "canvas"])
def test_both_databases_give_the_same_file(postgres_url: str, tmp_path: Path, form: str) -> None:
    folder = lay_class(tmp_path / "class", 7)
    files = []
    for place, name in ((str(tmp_path / "g.db"), "a.csv"), (postgres_url, "b.csv")):
        grade(place, folder)
        with Store(place) as store:
            export_marks(read_gradebook(store), tmp_path / name, form)
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1]
    assert all(f"student{number:03}".encode() in files[0] for number in range(7))
