"""Marks by hand: what a spreadsheet does to the table, and that no mark is changed by accident."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from bpworkbook.cli import app
from bpworkbook.grading import tables as t
from bpworkbook.grading.exports import ExportError, export_marks
from bpworkbook.grading.gradebook import NOT_GRADABLE, Cell, Gradebook, read_gradebook
from bpworkbook.grading.journal import Journal, Mark
from bpworkbook.grading.manual import Change, Plan, apply, plan, read_points
from bpworkbook.grading.manual_sheet import guarded, read_sheet, unguarded, write_sheet
from bpworkbook.grading.owners import Owner
from bpworkbook.grading.reports import write_reports
from bpworkbook.grading.store import Store
from bpworkbook.grading.submissions import Finds, Found, Trouble
from tests.grading.classroom import assignment
from tests.grading.marked_class import QUESTIONS, by_hand, student
from tests.grading.marked_class import book as book_of

LINEAR, RELU = "09.1:linear_backward", "09.2:relu_backward"
LOGINS = ("=ada", "bob")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@pytest.fixture
def place(database: str) -> str:
    """A gradebook: two students of lesson 09, and one whose work could not be read."""
    with Store(database) as store:
        journal = Journal(store, assignment(lessons=("09",)), {"09": "v1"})
        found = [
            Found(Owner(login, f"Name of {login}"), "09", f"d{login}", "", None, lambda: b"")
            for login in LOGINS
        ]
        journal.enter(Finds(found, [Trouble("eve", "no notebook, but homework.pdf")]))
        questions = assignment(lessons=("09",)).questions["09"]
        first, *others = [Mark(q.key, "passed", q.points, q.points) for q in questions]
        for one, outcome in zip(found, (NOT_GRADABLE, "wrong"), strict=True):
            odd = Mark(first.question, outcome, 0.0, first.of)
            journal.record(one, [odd, *others], box="b")
    return database


def read(place: str) -> Gradebook:
    with Store(place) as store:
        return read_gradebook(store)


def marks(place: str) -> dict[tuple[str, str], Cell]:
    """The marks by hand."""
    rows = read(place).rows
    return {
        (row.login, key): cell for row in rows for key, cell in row.cells.items() if cell.before
    }


def table(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode("utf-8-sig")
    mark = max(",;\t", key=text.split("\n")[0].count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))


def fill_in(path: Path, change: Callable[[dict[str, str]], None], mark: str = ",") -> None:
    """Change rows of a table and save it as a spreadsheet does."""
    header, *rows = table(path)
    filled = [dict(zip(header, row, strict=True)) for row in rows]
    for row in filled:
        change(row)
    text = io.StringIO()
    writer = csv.DictWriter(text, header, delimiter=mark, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(filled)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))


def put_in(place: str, path: Path, *, allow_more: bool = False) -> Plan:
    with Store(place) as store:
        book = read_gradebook(store)
        made = plan(book, read_sheet(path), allow_more=allow_more)
        if not made.problems:
            apply(store, book, made.changes)
        return made


def test_a_table_there_and_back(place: str, tmp_path: Path) -> None:
    path = tmp_path / "marks.csv"
    assert write_sheet(read(place), path) == 3 * 7
    header, first, *_ = table(path)
    assert header[-2:] == ["manual points", "comment"]
    assert first == ["'=ada", "Name of =ada", LINEAR, NOT_GRADABLE, "", "3", "", ""]
    assert put_in(place, path) == Plan(), "an untouched table changes something"

    def fill(row: dict[str, str]) -> None:
        if (row["login"], row["question"]) == ("'=ada", LINEAR):
            row |= {"manual points": "2,5", "comment": "=well done\nsee me"}
        if (row["login"], row["question"]) == ("eve", RELU):
            row |= {"manual points": " 1 ", "comment": ""}

    fill_in(path, fill, mark=";")
    assert len(put_in(place, path).changes) == 2
    cells = marks(place)
    assert cells["=ada", LINEAR].points == 2.5
    assert cells["=ada", LINEAR].remark == "=well done\nsee me"
    assert cells["=ada", LINEAR].machine.outcome == NOT_GRADABLE
    assert cells["eve", RELU].points == 1
    again = put_in(place, path)
    assert (again.changes, again.same) == ([], 2), "a second import changes something"

    def empty(row: dict[str, str]) -> None:
        row["manual points"] = ""

    fill_in(path, empty, mark="\t")
    taken = put_in(place, path)
    assert [change.points for change in taken.changes] == [None, None]
    assert len(taken.lost_comments) == 1
    assert marks(place) == {}
    assert put_in(place, path).changes == []


def test_only_what_is_open(place: str, tmp_path: Path) -> None:
    with Store(place) as store:
        apply(store, read_gradebook(store), [Change("bob", RELU, 0.5, "half")])
    assert write_sheet(read(place), tmp_path / "open.csv", only_open=True) == 1 + 1 + 7
    rows = table(tmp_path / "open.csv")[1:]
    assert [(row[0], row[2]) for row in rows[:2]] == [("'=ada", LINEAR), ("bob", RELU)]
    assert rows[1][-2:] == ["0.5", "half"]
    assert {row[0] for row in rows[2:]} == {"eve"}


def test_a_filled_in_table_is_never_written_over(place: str, tmp_path: Path) -> None:
    write_sheet(read(place), tmp_path / "marks.csv")
    (tmp_path / "link.csv").symlink_to(tmp_path / "nowhere")
    for name in ("marks.csv", "link.csv"):
        with pytest.raises(ExportError, match="perhaps filled in"):
            write_sheet(read(place), tmp_path / name)
    with pytest.raises(ExportError, match="cannot be written"):
        write_sheet(read(place), tmp_path / "no" / "where.csv")


def test_lines_that_cannot_be_used(place: str, tmp_path: Path) -> None:
    lines = (
        "login,question,manual points,comment",
        f'bob,{LINEAR},1,"two\nlines"',
        f"carl,{LINEAR},1,",
        f"bob,{RELU}x,1,",
        "",
        f"bob,{RELU},one,",
        f"eve,{RELU},-0.5,",
        f"eve,{LINEAR},3.01,",
        f"=ada,{LINEAR},nan,",
        f"bob,{LINEAR},2,",
    )
    path = tmp_path / "marks.csv"
    path.write_text("\n".join(lines))
    made = put_in(place, path)
    assert made.problems == [
        (4, "there is no student 'carl'"),
        (5, f"there is no question '{RELU}x'"),
        (7, "manual points is 'one', but a number is wanted"),
        (8, "manual points is -0.5, but less than 0 is not possible"),
        (9, "manual points is 3.01, but 3 is the most"),
        (10, "manual points is 'nan', but a number is wanted"),
        (11, f"bob, {LINEAR} stands in line 2 already"),
    ]
    assert marks(place) == {}, "a table with wrong lines was put in"
    path.write_text("\n".join((lines[0], lines[7])))
    assert put_in(place, path, allow_more=True).problems == []
    assert marks(place)["eve", LINEAR].points == 3.01


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "has no column 'login'"),
        (b"login,question,points,comment\n", "has no column 'manual points'"),
        ("login\xe9".encode("latin-1"), "is not UTF-8; save it as"),
        (b"login,question,manual points,comment\n" + b"x" * 200_000, "line 2: this is no CSV"),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "marks.csv").write_bytes(content)
    with pytest.raises(ExportError, match=said):
        read_sheet(tmp_path / "marks.csv")
    with pytest.raises(ExportError, match="cannot be read"):
        read_sheet(tmp_path / "nothing.csv")


@pytest.mark.parametrize(
    ("text", "points"),
    [("2", 2.0), ("2,5", 2.5), (".5", 0.5), ("1.", 1.0), ("1e-3", 0.001), ("'+1", 1.0), ("-0", 0)],
)
def test_how_points_are_written(text: str, points: float) -> None:
    assert read_points(text, of=3) == points


@pytest.mark.parametrize("text", ["1_0", "1.000,5", "2 points", "inf", "0x1", "1,2,3", "½"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="a number is wanted"):
        read_points(text, of=10_000, allow_more=True)


@given(texts)
def test_a_guarded_text_is_no_formula_and_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in tuple("=+-@\t\r")


@settings(deadline=None)
@given(
    login=st.text(min_size=1, max_size=20).map(str.strip).filter(bool),
    given_=st.lists(st.tuples(st.floats(0, 1e6), texts), min_size=1, max_size=len(QUESTIONS)),
)
def test_every_mark_comes_back_as_it_was(
    login: str, given_: list[tuple[float, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    row = student(login, "wrong")
    for asked, (points, comment) in zip(QUESTIONS, given_, strict=False):
        by_hand(row, asked.key, points, comment)
    path = tmp_path_factory.mktemp("sheet") / "marks.csv"
    write_sheet(book_of(row), path)
    made = plan(book_of(row), read_sheet(path), allow_more=True)
    assert made == Plan(same=len(given_))
    fresh = plan(book_of(student(login, "wrong")), read_sheet(path), allow_more=True)
    assert [change.points for change in fresh.changes] == [points for points, _ in given_]


def test_one_marked_by_hand_alone_has_no_silent_zeros(place: str, tmp_path: Path) -> None:
    with Store(place) as store:
        apply(store, read_gradebook(store), [Change("eve", RELU, 1.0)])
    book = read(place)
    eve = next(row for row in book.rows if row.login == "eve")
    assert eve.troubles == ["no notebook, but homework.pdf"]
    assert len(book.open_questions(eve)) == len(book.questions) - 1
    assert book.unread == ()
    done = export_marks(book, tmp_path / "canvas.csv", "canvas")
    assert "eve" in {login for login, _ in done.left_out}
    page = write_reports(book, tmp_path / "reports", ["eve"]).students[0].read_text()
    assert "Marked by hand" in page


def test_marks_by_hand_are_noted(place: str) -> None:
    with Store(place) as store:
        book = read_gradebook(store)
        apply(store, book, [Change("bob", RELU, 0.5)])
        apply(store, book, [Change("bob", RELU, None)])
        with store.reading() as db:
            rows = db.execute(t.event.select().where(t.event.c.kind == "manual")).all()
    assert [(row.login, row.text) for row in rows] == [
        ("bob", f"{RELU}: 0.5 by hand"),
        ("bob", f"{RELU}: taken away"),
    ]


def test_the_commands(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def marks_(*words: str) -> tuple[int, str]:
        ran = CliRunner().invoke(app, ["marks", *words, "--db", place])
        return ran.exit_code, " ".join(ran.output.split())

    code, said = marks_("export", "m.csv", "--open")
    assert code == 0
    assert "Wrote m.csv: 8 rows of some-unit." in said

    def fill(row: dict[str, str]) -> None:
        row["manual points"] = "1" if row["question"] == RELU else ""
        row["comment"] = "why?" if row["question"] == LINEAR else ""

    fill_in(Path("m.csv"), fill, mark=";")
    code, said = marks_("import", "m.csv")
    assert code == 0
    assert "Line 2: a comment without points was not kept." in said
    assert "1 mark by hand set, 0 taken away, 0 as before." in said
    fill_in(Path("m.csv"), lambda row: row.update({"manual points": "9"}))
    code, said = marks_("import", "m.csv")
    assert code == 2
    assert "Line 2: manual points is 9, but 3 is the most." in said
    assert "8 lines of m.csv cannot be used, so nothing was changed." in said
    assert len(marks(place)) == 1
    assert marks_("import", "m.csv", "--allow-more")[0] == 0
