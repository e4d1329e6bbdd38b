"""The journal of an assignment: who handed in what, and each mark as it is produced.

One row per (submission, question, version of the grader), written in one transaction for each
notebook. Killed at any moment and run again, a grader finds what is done and does the rest.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update

from bpworkbook.grading import tables as t
from bpworkbook.grading.assignment import Assignment
from bpworkbook.grading.manual import put_mark
from bpworkbook.grading.register import Register
from bpworkbook.grading.store import Store
from bpworkbook.grading.submissions import Finds, Found


class MarkLike(Protocol):
    """What the journal reads of a mark."""

    @property
    def question(self) -> str:
        """The question's key."""

    @property
    def outcome(self) -> str:
        """Such as ``"passed"``."""

    @property
    def points(self) -> float:
        """The points earned."""

    @property
    def of(self) -> float:
        """The points that a right answer earns."""

    @property
    def mistake(self) -> str:
        """The code of the mistake, or ``""``."""

    @property
    def lines(self) -> Sequence[tuple[str, str]]:
        """What the learner is told."""

    @property
    def remark(self) -> str:
        """What the instructor is told."""

    @property
    def seconds(self) -> float:
        """How long it took."""


@dataclass(frozen=True)
class Mark:
    """A mark that needed no box, such as for a notebook that cannot be read."""

    question: str
    outcome: str
    points: float = 0.0
    of: float = 1.0
    mistake: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    remark: str = ""
    seconds: float = 0.0


class Journal:
    """The journal of one assignment in a store.

    Parameters
    ----------
    store : Store
    assignment : Assignment
    versions : mapping of str to str
        The version of the grader for each lesson.
    """

    def __init__(self, store: Store, assignment: Assignment, versions: Mapping[str, str]) -> None:
        self.store = store
        self.versions = dict(versions)
        self.rows = Register(store, assignment, versions)

    def seed_of(self, login: str, lesson: str) -> int:
        """Return the seed of a student's cases, made from the assignment's: it can be redone."""
        digest = hashlib.sha256(f"{self.rows.seed}\0{login}\0{lesson}".encode()).digest()
        return int.from_bytes(digest[:6])

    def enter(self, finds: Finds) -> None:
        """Note who handed in what, and what is wrong with it."""
        self.rows.enter(finds)
        with self.store.writing() as db:
            self._forget_troubles(finds, db)
            for trouble in finds.troubles:
                self.note("trouble", trouble.text, trouble.login, once=True, db=db)

    def graded(self) -> set[tuple[int, str, str]]:
        """Return what is done: submission, key of the question, version of the grader."""
        with self.store.reading() as db:
            rows = db.execute(
                select(t.result.c.submission_id, t.question.c.key, t.result.c.version)
                .join(t.question)
                .where(t.question.c.assignment_id == self.rows.id)
            )
            return {(submission, key, version) for submission, key, version in rows}

    def record(
        self, found: Found, marks: Sequence[MarkLike], *, box: str = "", again: bool = False
    ) -> None:
        """Write the marks of one notebook in one transaction.

        Parameters
        ----------
        found : Found
            A notebook that was registered.
        marks : sequence
        box : str
            What it was run in.
        again : bool
            Whether a mark that is there already is replaced.
        """
        rows = [self._result(found, mark, box) for mark in marks]
        if not rows:
            return
        keys = ("submission_id", "question_id", "version")
        fresh = tuple(set(rows[0]) - set(keys)) if again else ()
        write = self.store.upsert(t.result, keys, update=fresh)
        with self.store.writing() as db:
            there = self._points_of(db, rows) if again else {}
            db.execute(write, rows)
            for row in rows:
                old = there.get(row["question_id"])
                if old is not None and old != row["points"]:
                    text = f"lesson {found.lesson}: {old:g} became {row['points']:g}"
                    self.note("regraded", text, found.owner.login, db=db)

    def remark(self, found: Found, text: str) -> None:
        """Add a remark to those marks of a notebook that lack it; no mark changes."""
        c = t.result.c
        number = self.rows.submission_ids[found.owner.login, found.lesson, found.digest]
        lacking = and_(
            c.submission_id == number,
            c.outcome != "not attempted",
            ~c.remark.contains(text, autoescape=True),
        )
        with self.store.writing() as db:
            for row in db.execute(select(c.id, c.remark).where(lacking)).all():
                told = f"{text} {row.remark}".strip()
                db.execute(update(t.result).where(c.id == row.id).values(remark=told))

    def set_manual(
        self, login: str, key: str, points: float, *, comment: str = "", by: str = ""
    ) -> None:
        """Set a mark by hand, which counts instead of the grader's.

        Raises
        ------
        ValueError
            If there is no such student or question, or the points are no number.
        """
        if not math.isfinite(points):
            raise ValueError(f"set_manual: points is {points}, but a number is wanted")
        with self.store.writing() as db:
            student = db.execute(
                select(t.student.c.id).where(
                    and_(t.student.c.course_id == self.rows.course_id, t.student.c.login == login)
                )
            ).scalar_one_or_none()
            if student is None or key not in self.rows.question_ids:
                what, name = ("student", login) if student is None else ("question", key)
                raise ValueError(f"set_manual: there is no {what} {name!r}")
            put_mark(self.store, db, student, self.rows.question_ids[key], points, comment, by)
            self.note("manual", f"{key}: {points:g} by {by or 'hand'}", login, db=db)

    def note(
        self, kind: str, text: str, login: str = "", *, once: bool = False, db: Any = None
    ) -> None:
        """Add an event; with ``once``, unless the same is there."""
        if db is None:
            with self.store.writing() as own:
                self.note(kind, text, login, once=once, db=own)
            return
        c = t.event.c
        same = {
            "assignment_id": self.rows.id,
            "kind": kind,
            "login": login,
            "text": t.storable(text),
        }
        if (
            once
            and db.execute(
                select(c.id)
                .where(and_(*(c[name] == value for name, value in same.items())))
                .limit(1)
            ).first()
        ):
            return
        db.execute(insert(t.event).values(**same, at=datetime.now(UTC)))

    def _forget_troubles(self, finds: Finds, db: Connection) -> None:
        """Close what was wrong with the students at hand; what still is will be noted anew."""
        c = t.event.c
        open_ones = and_(c.assignment_id == self.rows.id, c.kind == "trouble")
        seen = {one.owner.login for one in finds.found} | {one.login for one in finds.troubles}
        still = {(one.login, t.storable(one.text)) for one in finds.troubles}
        gone = [
            {"number": number}
            for number, login, text in db.execute(select(c.id, c.login, c.text).where(open_ones))
            if login in seen and (login, text) not in still
        ]
        if gone:
            closed = update(t.event).where(c.id == bindparam("number")).values(kind="solved")
            db.execute(closed, gone)

    def _result(self, found: Found, mark: MarkLike, box: str) -> dict[str, Any]:
        """Return the row of a mark; one that makes no sense is a fault of ours and is not kept."""
        whose = (found.owner.login, found.lesson, found.digest)
        fits = math.isfinite(mark.points) and mark.of > 0 and 0 <= mark.points <= mark.of
        if not fits or not mark.outcome or mark.question not in self.rows.question_ids:
            raise ValueError(f"record: the mark is {mark!r:.200}, which is no mark")
        return {
            "submission_id": self.rows.submission_ids[whose],
            "question_id": self.rows.question_ids[mark.question],
            "version": self.versions[found.lesson],
            "outcome": str(mark.outcome),
            "points": float(mark.points),
            "of": float(mark.of),
            "mistake": mark.mistake,
            "lines": _lines(mark.lines),
            "remark": mark.remark,
            "seconds": round(mark.seconds, 4),
            "seed": str(self.seed_of(found.owner.login, found.lesson)),
            "box": box,
            "graded": datetime.now(UTC),
        }

    def _points_of(self, db: Connection, rows: list[dict[str, Any]]) -> dict[int, float]:
        c = t.result.c
        there = db.execute(
            select(c.question_id, c.points).where(
                and_(
                    c.submission_id == rows[0]["submission_id"],
                    c.version == rows[0]["version"],
                    c.question_id.in_([row["question_id"] for row in rows]),
                )
            )
        )
        return {row.question_id: row.points for row in there}


def _lines(lines: Sequence[tuple[str, str]]) -> str:
    """Return lines as JSON that stays JSON when it is stored: cut line by line, not as a whole."""
    short = [[t.storable(label)[:40], t.storable(text)[:700]] for label, text in lines[:8]]
    return json.dumps(short, ensure_ascii=False)


def counts(store: Store) -> dict[str, int]:
    """Return how many rows each table has."""
    with store.reading() as db:
        return {
            name: db.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in t.metadata.tables.items()
        }
