"""The database and the journal: the same in SQLite and PostgreSQL, and nothing is lost or twice."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bpworkbook.grading import tables as t
from bpworkbook.grading.archives import RefusedError
from bpworkbook.grading.gradebook import read_gradebook
from bpworkbook.grading.journal import Journal, Mark, counts
from bpworkbook.grading.owners import Owner
from bpworkbook.grading.store import Store, StoreError
from bpworkbook.grading.submissions import Finds, Found, Trouble
from tests.grading.classroom import assignment

KEY = "09.1:linear_backward"


def handed_in(login: str = "ada", digest: str = "d1", **changes: Any) -> Found:
    def read() -> bytes:
        raise RefusedError("is not needed here")

    given = {"place": f"{login}.ipynb", "submitted": None, "read": read, **changes}
    return Found(Owner(login), changes.pop("lesson", "09"), digest, **given)


@contextmanager
def journal_in(place: str, version: str = "v1", **changes: Any) -> Iterator[Journal]:
    asked = assignment(**changes)
    with Store(place) as store:
        yield Journal(store, asked, dict.fromkeys(asked.questions, version))


def test_a_mark_is_there_after_the_store_is_closed(database: str) -> None:
    found = handed_in(submitted=datetime(2026, 10, 1, 12, tzinfo=UTC))
    with journal_in(database) as journal:
        journal.enter(Finds([found]))
        journal.record(found, [Mark(KEY, "passed", 3, 3)], box="b")
    with journal_in(database) as journal:
        journal.enter(Finds([found]))
        number = journal.rows.submission_ids["ada", "09", "d1"]
        assert journal.graded() == {(number, KEY, "v1")}
        with journal.store.reading() as db:
            when = db.execute(select(t.submission.c.submitted)).scalar_one()
        assert when == found.submitted


def test_the_same_mark_is_kept_once(database: str) -> None:
    found = handed_in()
    with journal_in(database) as journal:
        journal.enter(Finds([found]))
        for outcome in ("passed", "wrong"):
            journal.record(found, [Mark(KEY, outcome, 0, 3)])
        assert counts(journal.store)["result"] == 1
        book = read_gradebook(journal.store)
    assert book.rows[0].cells[KEY].outcome == "passed", "the first mark was replaced"


def test_a_regrade_replaces_and_says_so(database: str) -> None:
    found = handed_in()
    with journal_in(database) as journal:
        journal.enter(Finds([found]))
        journal.record(found, [Mark(KEY, "passed", 3, 3)])
        journal.record(found, [Mark(KEY, "wrong", 0, 3)], again=True)
        assert counts(journal.store)["result"] == 1
        assert read_gradebook(journal.store).rows[0].cells[KEY].outcome == "wrong"
        with journal.store.reading() as db:
            (event,) = db.execute(select(t.event)).all()
    assert (event.kind, event.login, event.text) == ("regraded", "ada", "lesson 09: 3 became 0")


def test_a_transaction_that_fails_leaves_nothing(database: str) -> None:
    found = handed_in()
    with journal_in(database) as journal:
        journal.enter(Finds([found]))
        bad = [Mark(KEY, "passed", 3, 3), Mark("09.2:relu_backward", "passed", 2, 1)]
        with pytest.raises(ValueError, match="which is no mark"):
            journal.record(found, bad)
        with pytest.raises(ZeroDivisionError):
            half_a_transaction(journal.store)
        assert counts(journal.store)["result"] == 0
        assert counts(journal.store)["course"] == 1


def half_a_transaction(store: Store) -> None:
    with store.writing() as db:
        db.execute(insert(t.course).values(name="half"))
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "mark",
    [
        Mark(KEY, "passed", float("nan"), 3),
        Mark(KEY, "passed", float("inf"), float("inf")),
        Mark(KEY, "passed", -1, 3),
        Mark(KEY, "passed", 4, 3),
        Mark(KEY, "passed", 0, 0),
        Mark(KEY, "", 3, 3),
        Mark("99.9:other", "passed", 3, 3),
    ],
)
def test_what_is_no_mark_is_not_kept(tmp_path: Path, mark: Mark) -> None:
    found = handed_in()
    with journal_in(str(tmp_path / "g.db")) as journal:
        journal.enter(Finds([found]))
        with pytest.raises(ValueError, match="which is no mark"):
            journal.record(found, [mark])


def test_what_a_submission_says_is_stored_whatever_it_is(database: str) -> None:
    odd = "a\x00b\ud800c\u202e'; DROP TABLE result; --\N{PILE OF POO}" + "\x1b" * 9_000
    found = handed_in("Zoë\N{PILE OF POO} O'Neil")
    with journal_in(database) as journal:
        journal.enter(Finds([found], [Trouble(found.owner.login, odd)]))
        lines = tuple(("not yet", odd) for _ in range(50))
        journal.record(found, [Mark(KEY, "error", 0, 3, "M55", lines, odd)])
        journal.enter(Finds([found], [Trouble(found.owner.login, odd)]))
        (row,) = read_gradebook(journal.store).rows
    cell = row.cells[KEY]
    assert cell.lines[0][1].startswith("a\N{REPLACEMENT CHARACTER}b?c")
    assert len(cell.lines) < 20
    assert len(cell.remark) < 10_000
    assert len(row.troubles) == 1, "the same trouble was noted twice"


def test_of_two_hand_ins_the_later_run_counts(database: str) -> None:
    first, second = handed_in(digest="d1"), handed_in(digest="d2")
    with journal_in(database) as journal:
        journal.enter(Finds([first]))
        journal.record(first, [Mark(KEY, "passed", 3, 3)])
        journal.enter(Finds([second]))
        journal.record(second, [Mark(KEY, "wrong", 0, 3)])
        assert read_gradebook(journal.store).rows[0].cells[KEY].outcome == "wrong"
        journal.enter(Finds([first]))  # the first is handed in again: graded, but made current
        assert read_gradebook(journal.store).rows[0].cells[KEY].outcome == "passed"
        journal.enter(Finds([handed_in("bob")]))  # another's run leaves it alone
        ada = next(row for row in read_gradebook(journal.store).rows if row.login == "ada")
    assert ada.cells[KEY].outcome == "passed"


def test_of_two_versions_the_present_one_counts(database: str) -> None:
    found = handed_in()
    for version, outcome in (("v1", "wrong"), ("v2", "passed")):
        with journal_in(database, version) as journal:
            journal.enter(Finds([found]))
            journal.record(found, [Mark(KEY, outcome, 0, 3)])
    with Store(database) as store:
        assert read_gradebook(store).rows[0].cells[KEY].outcome == "passed"
    with journal_in(database, "v1") as journal:
        assert read_gradebook(journal.store).rows[0].cells[KEY].outcome == "wrong"
        assert counts(journal.store)["result"] == 2, "an older result was thrown away"


def test_a_trouble_that_is_over_is_no_longer_told(database: str) -> None:
    found, other = handed_in("ada"), handed_in("bob")
    bomb, gone = Trouble("ada", "a bomb"), Trouble("bob", "no notebook")
    with journal_in(database) as journal:
        journal.enter(Finds([found], [bomb, gone]))
        book = read_gradebook(journal.store)
        assert (book.rows[0].troubles, book.unread) == (["a bomb"], (("bob", "no notebook"),))
        journal.enter(Finds([other]))
        book = read_gradebook(journal.store)
    assert [row.troubles for row in book.rows] == [["a bomb"], []], "ada's is not over"


def test_a_mark_by_hand_counts_instead(database: str) -> None:
    found = handed_in()
    with journal_in(database) as journal:
        journal.enter(Finds([found]))
        journal.record(found, [Mark(KEY, "wrong", 0, 3)])
        journal.set_manual("ada", KEY, 1.0, comment="see me", by="eva")
        journal.set_manual("ada", KEY, 2.5, comment="after a talk", by="eva")
        cell = read_gradebook(journal.store).rows[0].cells[KEY]
        assert (cell.points, cell.remark, cell.outcome) == (2.5, "after a talk", "by hand")
        for login, key in (("eve", KEY), ("ada", "99.9:x")):
            with pytest.raises(ValueError, match="there is no"):
                journal.set_manual(login, key, 1)


def test_points_and_due_dates_can_change_without_grading_again(database: str) -> None:
    found = handed_in(submitted=datetime(2026, 10, 2, tzinfo=UTC))
    with journal_in(database) as journal:
        journal.enter(Finds([found]))
        journal.record(found, [Mark(KEY, "passed", 3, 3)])
    from bpworkbook.grading.assignment import Late

    due = datetime(2026, 10, 1, tzinfo=UTC)
    with journal_in(database, points={KEY: 10}, due=due, late=Late(per_day=0.1)) as journal:
        book = read_gradebook(journal.store)
        assert book.total(book.rows[0]) == 9.0
    extended = {"ada": datetime(2026, 10, 3, tzinfo=UTC)}
    with journal_in(database, points={KEY: 10}, due=due, extensions=extended) as journal:
        book = read_gradebook(journal.store)
        assert book.total(book.rows[0]) == 10.0


def test_the_seed_is_drawn_once_and_kept(database: str) -> None:
    with journal_in(database, seed="") as journal:
        seed, of_ada = journal.rows.seed, journal.seed_of("ada", "09")
    with journal_in(database, seed="") as journal:
        assert (journal.rows.seed, journal.seed_of("ada", "09")) == (seed, of_ada)
        seeds = {journal.seed_of(who, what) for who in ("ada", "bob") for what in ("08", "09")}
    assert len(seeds) == 4
    assert len(seed) == 32


def test_many_writers_at_once_lose_nothing(database: str) -> None:
    everyone = [handed_in(f"s{n}") for n in range(40)]
    with journal_in(database) as journal:
        journal.enter(Finds(everyone))
        with ThreadPoolExecutor(4) as pool:
            list(
                pool.map(lambda one: journal.record(one, [Mark(KEY, "passed", 3, 3)]), everyone * 3)
            )
        assert counts(journal.store)["result"] == 40


def test_two_processes_can_open_a_new_database_at_once(database: str) -> None:
    code = "import sys; from bpworkbook.grading.store import Store; Store(sys.argv[1]).close()"
    both = [subprocess.Popen([sys.executable, "-c", code, database]) for _ in range(3)]
    assert [one.wait(60) for one in both] == [0, 0, 0]


def test_reading_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    with Store(tmp_path / "g.db") as store, store.writing() as db:
        db.execute(insert(t.course).values(name="not yet"))
        assert counts(store)["course"] == 0


# What cannot be opened


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello " * 100)
    with pytest.raises(StoreError, match="file is not a database"):
        Store(tmp_path / "notes.txt")
    assert (tmp_path / "notes.txt").read_text() == "hello " * 100


def test_no_file_where_one_must_be(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no gradebook"):
        Store(tmp_path / "no.db", create=False)
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(tmp_path / "no" / "folder" / "g.db")
    assert list(tmp_path.iterdir()) == []


def test_a_gradebook_of_a_later_version(tmp_path: Path) -> None:
    with Store(tmp_path / "g.db") as store, store.writing() as db:
        db.execute(update(t.setting).values(value="99"))
    with pytest.raises(StoreError, match="update bpworkbook"):
        Store(tmp_path / "g.db")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://me:secret@host/grades", "not in mysql"),
        ("sqlite://", "needs a file"),
        ("postgresql://me:secret@127.0.0.1:1/grades", "cannot be opened"),
        ("postgresql://host:port/grades", "cannot be read"),
    ],
)
def test_a_url_that_is_of_no_use_is_told_without_its_password(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as caught:
        Store(url)
    assert "secret" not in str(caught.value)


def test_a_file_of_ours_is_an_ordinary_sqlite_database(tmp_path: Path) -> None:
    Store(tmp_path / "g.db").close()
    with sqlite3.connect(tmp_path / "g.db") as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
