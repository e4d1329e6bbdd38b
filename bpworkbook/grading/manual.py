"""Marks by hand: what a filled-in table changes in the gradebook, and how it gets there."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, and_, delete, insert, select

from bpworkbook.grading import tables as t
from bpworkbook.grading.exports.sheets import number
from bpworkbook.grading.gradebook import BY_HAND, NOT_HANDED_IN, Asked, Cell, Gradebook, Row
from bpworkbook.grading.manual_sheet import tidy, unguarded
from bpworkbook.grading.store import Store, StoreError

NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.I | re.A)


@dataclass(frozen=True)
class Change:
    """A mark by hand to set, or to take away where `points` is None."""

    login: str
    question: str
    points: float | None
    comment: str = ""


@dataclass
class Plan:
    """What a filled-in table asks for.

    Attributes
    ----------
    changes : list of Change
        Only what differs from the gradebook.
    problems : list of (line, sentence)
        Why lines cannot be used.
    same : int
        How many marks by hand are in the gradebook already.
    lost_comments : list of int
        Lines with a comment but without points; such a comment has no mark to stand with.
    """

    changes: list[Change] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    same: int = 0
    lost_comments: list[int] = field(default_factory=list)


def plan(
    book: Gradebook, rows: list[tuple[int, dict[str, str]]], *, allow_more: bool = False
) -> Plan:
    """Return what a table changes in the gradebook, and which of its lines cannot be used."""
    made = Plan()
    cells = {
        (row.login, asked.key): (asked, row.cells.get(asked.key, Cell(NOT_HANDED_IN)))
        for row in [*book.rows, *(Row(login) for login, _ in book.unread if login)]
        for asked in book.questions
    }
    seen: dict[tuple[str, str], int] = {}
    for line, texts in rows:
        login, key = unguarded(texts["login"]).strip(), texts["question"].strip()
        try:
            asked, there = _place(cells, login, key)
            if (login, key) in seen:
                raise ValueError(f"{login}, {key} stands in line {seen[login, key]} already")
            seen[login, key] = line
            points = read_points(texts["manual points"], asked.points, allow_more=allow_more)
        except ValueError as error:
            made.problems.append((line, str(error)))
            continue
        comment = tidy(unguarded(texts["comment"]))
        if points is None and comment:
            made.lost_comments.append(line)
        _add(made, Change(login, key, points, comment if points is not None else ""), there)
    return made


def _place(
    cells: Mapping[tuple[str, str], tuple[Asked, Cell]], login: str, key: str
) -> tuple[Asked, Cell]:
    if (login, key) in cells:
        return cells[login, key]
    if login in {known for known, _ in cells}:
        raise ValueError(f"there is no question {key!r}")
    raise ValueError(f"there is no student {login!r}")


def read_points(text: str, of: float, *, allow_more: bool = False) -> float | None:
    """Return points as someone wrote them, None where nothing is written.

    Raises
    ------
    ValueError
        If it is no number, less than zero, or more than there are to be had.

    Examples
    --------
    >>> read_points("2,5", of=3), read_points(" ", of=3)
    (2.5, None)
    """
    word = unguarded(text.strip())
    if not word:
        return None
    if not NUMBER.fullmatch(word):
        raise ValueError(f"manual points is {t.storable(word)[:40]!r}, but a number is wanted")
    points = float(word.replace(",", "."))
    if points < 0:
        raise ValueError(f"manual points is {word}, but less than 0 is not possible")
    if not points <= of and not allow_more:
        raise ValueError(f"manual points is {word}, but {number(of)} is the most")
    if not math.isfinite(points):
        raise ValueError(f"manual points is {word}, but a number is wanted")
    return abs(points)  # no -0


def _add(made: Plan, change: Change, there: Cell) -> None:
    """Add a change to a plan, unless the gradebook says so already."""
    marked = there.outcome == BY_HAND
    if change.points is None:
        if marked:
            made.changes.append(change)
    elif marked and (there.points, tidy(there.remark)) == (change.points, change.comment):
        made.same += 1
    else:
        made.changes.append(change)


def apply(store: Store, book: Gradebook, changes: Sequence[Change]) -> None:
    """Write changes into the gradebook, all of them or none.

    Raises
    ------
    StoreError
        If a question has left the gradebook since it was read.
    """
    if not changes:
        return
    with store.writing() as db:
        c = t.assignment.c
        course = db.execute(select(c.course_id).where(c.id == book.id)).scalar_one()
        students = _students(store, db, course, {change.login for change in changes})
        q = t.question.c
        found = db.execute(select(q.key, q.id).where(q.assignment_id == book.id))
        questions = {row.key: row.id for row in found}
        for change in changes:
            if change.question not in questions:
                raise StoreError(f"{store.name} has no question {change.question} any more")
            _write(store, db, students[change.login], questions[change.question], change)
        events = [_event(book, change) for change in changes]
        db.execute(insert(t.event), events)


def _students(store: Store, db: Connection, course: int, logins: set[str]) -> dict[str, int]:
    """Return the students' ids; of one whose work could not be read there is no row yet."""
    rows = [{"course_id": course, "login": login} for login in sorted(logins)]
    db.execute(store.upsert(t.student, ("course_id", "login")), rows)
    c = t.student.c
    found = db.execute(select(c.login, c.id).where(c.course_id == course))
    return {row.login: row.id for row in found}


def _write(store: Store, db: Connection, student: int, question: int, change: Change) -> None:
    if change.points is None:
        c = t.manual_mark.c
        db.execute(
            delete(t.manual_mark).where(and_(c.student_id == student, c.question_id == question))
        )
        return
    put_mark(store, db, student, question, change.points, change.comment)


def put_mark(
    store: Store,
    db: Connection,
    student: int,
    question: int,
    points: float,
    comment: str,
    by: str = "",
) -> None:
    """Write a mark by hand, in the place of one that is there, by the ids of their rows."""
    row = {
        "student_id": student,
        "question_id": question,
        "points": points,
        "comment": comment,
        "given_by": by,
        "given": datetime.now(UTC),
    }
    fresh = ("points", "comment", "given_by", "given")
    db.execute(store.upsert(t.manual_mark, ("student_id", "question_id"), update=fresh), row)


def _event(book: Gradebook, change: Change) -> dict[str, object]:
    what = "taken away" if change.points is None else f"{change.points:g} by hand"
    return {
        "assignment_id": book.id,
        "kind": "manual",
        "login": change.login,
        "text": f"{change.question}: {what}",
        "at": datetime.now(UTC),
    }
