"""The marks of an assignment as a table: what exports and reports are made of."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, select

from bpworkbook.grading import tables as t
from bpworkbook.grading.assignment import Late
from bpworkbook.grading.store import Store, StoreError

NOT_GRADABLE = "not gradable"
NOT_GRADED = "not graded yet"
NOT_HANDED_IN = "not handed in"
BY_HAND = "by hand"
USED = ("version", "outcome", "points", "of", "mistake", "lines", "remark", "seed", "box", "graded")


@dataclass(frozen=True)
class Asked:
    """A question of an assignment; `gradable` is false where the grader could mark nobody's."""

    key: str
    lesson: str
    points: float
    gradable: bool = True


@dataclass(frozen=True)
class Cell:
    """One student's mark for one question.

    Parameters
    ----------
    outcome : str
        The grader's, or "not graded yet", "not handed in", "by hand".
    points : float
        What counts before lateness.
    counts : bool
        Whether it can be counted; otherwise someone has to look at it.
    remark : str
        For the instructor; of a mark by hand, the comment for the student.
    before : Cell, optional
        What a mark by hand counts instead of.
    """

    outcome: str
    points: float = 0.0
    counts: bool = True
    mistake: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    remark: str = ""
    seed: str = ""
    box: str = ""
    graded: datetime | None = None
    before: "Cell | None" = None

    @property
    def machine(self) -> "Cell":
        """The mark without anybody's hand in it."""
        return self.before or self


@dataclass(frozen=True)
class Handed:
    """A notebook that counts: where it was when it was graded, and the digest of its bytes."""

    place: str
    digest: str


@dataclass
class Row:
    """One student.

    Parameters
    ----------
    cells : dict of str to Cell
        By the question's key.
    late : dict of str to float
        The share of the points that lateness leaves, by lesson.
    submitted : dict of str to datetime or None
        When each lesson was handed in.
    handed : dict of str to Handed
        The notebook of each lesson.
    due : datetime, optional
        The due date of this student.
    troubles : list of str
        What was handed in and not graded.
    """

    login: str
    name: str = ""
    lms_id: str = ""
    cells: dict[str, Cell] = field(default_factory=dict)
    late: dict[str, float] = field(default_factory=dict)
    submitted: dict[str, datetime | None] = field(default_factory=dict)
    handed: dict[str, Handed] = field(default_factory=dict)
    due: datetime | None = None
    marked_late: bool = False
    troubles: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Gradebook:
    """All marks of an assignment.

    Parameters
    ----------
    unread : tuple of (login, why)
        Those of whom nothing could be read: they have no row, which is not the same as no points.
    id : int
        The assignment's row in the store.
    """

    assignment: str
    due: datetime | None
    questions: tuple[Asked, ...]
    rows: tuple[Row, ...]
    unread: tuple[tuple[str, str], ...] = ()
    id: int = 0

    @property
    def possible(self) -> float:
        """The points that can be had; a question that nobody could be marked for has none."""
        return sum(asked.points for asked in self.questions if asked.gradable)

    def earned(self, row: Row, asked: Asked) -> float:
        """Return the points for one question, lateness taken off."""
        return row.cells[asked.key].points * row.late.get(asked.lesson, 1.0)

    def total(self, row: Row) -> float:
        """Return a student's points, to two places."""
        return round(sum(self.earned(row, asked) for asked in self.questions if asked.gradable), 2)

    def open_questions(self, row: Row) -> list[str]:
        """Return the questions whose mark is missing: a total without them would be too low."""
        return [
            asked.key
            for asked in self.questions
            if asked.gradable and not row.cells[asked.key].counts
        ]

    def left_out(self) -> list[str]:
        """Return the questions that nobody could be marked for."""
        return [asked.key for asked in self.questions if not asked.gradable]


def read_gradebook(store: Store, assignment: str = "") -> Gradebook:
    """Read the marks of an assignment.

    Parameters
    ----------
    store : Store
    assignment : str
        Its name; may be left out where there is only one.

    Raises
    ------
    StoreError
        If there is no such assignment, or more than one of that name.
    """
    with store.reading() as db:
        row = _assignment(db, store, assignment)
        cells = _results(db, row.id)
        manual = _manual(db, row.id)
        asked = _questions(db, row.id, cells, manual)
        rows = _students(db, row)
        _add_marked_by_hand(db, row, rows, {login for login, _ in manual})
        unread = _troubles(db, row.id, rows)
        for login, who in rows.items():
            for one in asked:
                who.cells[one.key] = _cell(one, cells.get((login, one.key)), manual, who)
    ordered = tuple(rows[login] for login in sorted(rows))
    return Gradebook(row.name, row.due, asked, ordered, unread, row.id)


def _assignment(db: Connection, store: Store, name: str) -> Any:
    c = t.assignment.c
    found = db.execute(select(t.assignment).order_by(c.id)).all()
    fits = [row for row in found if not name or row.name == name]
    if len(fits) == 1:
        return fits[0]
    there = ", ".join(dict.fromkeys(row.name for row in found)) or "none"
    if not fits:
        raise StoreError(f"{store.name} has no assignment {name!r}; it has {there}")
    what = f"{len(fits)} courses with {name}" if name else f"several assignments ({there})"
    raise StoreError(f"{store.name} has {what}; name one with --assignment, or use one file each")


def _results(db: Connection, assignment: int) -> dict[tuple[str, str], Any]:
    """Return the result that counts: of the present version, else the newest there is."""
    r, q, s = t.result.c, t.question.c, t.submission.c
    query = (
        select(t.student.c.login, q.key, q.version.label("wanted"), *(r[name] for name in USED))
        .select_from(t.result.join(t.question).join(t.submission).join(t.student))
        .where(and_(q.assignment_id == assignment, q.asked, s.current))
        .order_by(r.id)
    )
    best: dict[tuple[str, str], Any] = {}
    for row in db.execute(query):
        known = best.get((row.login, row.key))
        if known is None or known.version != row.wanted:
            best[row.login, row.key] = row
    return best


def _manual(db: Connection, assignment: int) -> dict[tuple[str, str], Any]:
    m, q = t.manual_mark, t.question
    query = select(t.student.c.login, q.c.key, m.c.points, m.c.comment).select_from(
        m.join(t.student).join(q)
    )
    rows = db.execute(query.where(q.c.assignment_id == assignment))
    return {(row.login, row.key): row for row in rows}


def _questions(
    db: Connection,
    assignment: int,
    results: Mapping[tuple[str, str], Any],
    manual: Mapping[tuple[str, str], Any],
) -> tuple[Asked, ...]:
    # A notebook that cannot be read has no outcome of its own to speak for the question.
    outcomes: dict[str, set[str]] = {}
    for (_, key), row in results.items():
        outcomes.setdefault(key, set()).add("" if row.box == "" else row.outcome)
    by_hand = {key for _, key in manual}
    c = t.question.c
    query = select(t.question).where(and_(c.assignment_id == assignment, c.asked))
    return tuple(
        Asked(
            row.key,
            row.lesson,
            row.points,
            gradable=row.key in by_hand or outcomes.get(row.key, set()) - {""} != {NOT_GRADABLE},
        )
        for row in db.execute(query.order_by(c.position))
    )


def _students(db: Connection, assignment: Any) -> dict[str, Row]:
    """Return a row for each student who handed something in."""
    late = Late(**json.loads(assignment.late))
    e = t.extension.c
    granted = db.execute(select(e.login, e.due).where(e.assignment_id == assignment.id))
    extended = {row.login: row.due for row in granted}
    s, who = t.submission.c, t.student.c
    query = (
        select(who.login, who.name, who.lms_id, s.lesson, s.submitted, s.marked_late)
        .add_columns(s.place, s.digest)
        .select_from(t.submission.join(t.student))
        .where(and_(s.assignment_id == assignment.id, s.current))
    )
    rows: dict[str, Row] = {}
    for login, name, lms_id, lesson, submitted, marked, place, digest in db.execute(query):
        row = rows.setdefault(login, Row(login, name, lms_id))
        names = (login, lms_id, name)
        row.due = next((extended[n] for n in names if n in extended), assignment.due)
        row.submitted[lesson] = submitted
        row.handed[lesson] = Handed(place, digest)
        row.late[lesson] = late.share(submitted, row.due)
        row.marked_late |= marked
    return rows


def _add_marked_by_hand(
    db: Connection, assignment: Any, rows: dict[str, Row], logins: set[str]
) -> None:
    """Add those of whom nothing could be read, but whose work someone has marked."""
    c = t.student.c
    query = select(c.login, c.name, c.lms_id).where(c.course_id == assignment.course_id)
    for login, name, lms_id in db.execute(query):
        if login in logins and login not in rows:
            rows[login] = Row(login, name, lms_id, due=assignment.due)


def _troubles(db: Connection, assignment: int, rows: dict[str, Row]) -> tuple[tuple[str, str], ...]:
    """Put troubles beside the students who have them, and return those of nobody else."""
    unread = []
    c = t.event.c
    open_ones = and_(c.assignment_id == assignment, c.kind == "trouble")
    for login, text in db.execute(select(c.login, c.text).where(open_ones)):
        if login in rows:
            rows[login].troubles.append(text)
        else:
            unread.append((login, text))
    for row in rows.values():
        row.troubles.sort()
    return tuple(sorted(unread))


def _cell(asked: Asked, result: Any, manual: Mapping[tuple[str, str], Any], row: Row) -> Cell:
    found = _found(asked, result, row)
    by_hand = manual.get((row.login, asked.key))
    if by_hand is None:
        return found
    return Cell(BY_HAND, by_hand.points, remark=by_hand.comment, before=found)


def _found(asked: Asked, result: Any, row: Row) -> Cell:
    if result is None:
        if asked.lesson in row.late:
            return Cell(NOT_GRADED, counts=False)
        # Of one who has handed nothing in, but was marked by hand, the rest is still to be marked.
        return Cell(NOT_HANDED_IN, counts=bool(row.late))
    return Cell(
        outcome=result.outcome,
        points=asked.points * result.points / result.of,
        counts=result.outcome != NOT_GRADABLE,
        mistake=result.mistake,
        lines=tuple((label, text) for label, text in json.loads(result.lines)),
        remark=result.remark,
        seed=result.seed,
        box=result.box,
        graded=result.graded,
    )
