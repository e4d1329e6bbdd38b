"""The register of an assignment: its questions, the students, and who handed in what."""

import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from bpworkbook.grading import tables as t
from bpworkbook.grading.assignment import Assignment
from bpworkbook.grading.store import Store
from bpworkbook.grading.submissions import Finds, Found


class Register:
    """The rows of one assignment, made or brought up to date.

    Parameters
    ----------
    store : Store
    assignment : Assignment
    versions : mapping of str to str
        The version of the grader for each lesson.

    Attributes
    ----------
    id, course_id : int
    seed : str
        What the seed of each student is made from.
    question_ids : dict of str to int
        By the question's key; those no longer asked are among them.
    submission_ids : dict of (login, lesson, digest) to int
    """

    def __init__(self, store: Store, assignment: Assignment, versions: Mapping[str, str]) -> None:
        self.store = store
        self.assignment = assignment
        self.versions = dict(versions)
        with store.writing() as db:
            self.course_id = _row_id(store, db, t.course, name=assignment.course)
            self.id = self._lay_assignment(db)
            self.question_ids = self._lay_questions(db)
            self.seed = db.execute(
                select(t.assignment.c.seed).where(t.assignment.c.id == self.id)
            ).scalar_one()
        self.submission_ids: dict[tuple[str, str, str], int] = {}

    def enter(self, finds: Finds) -> None:
        """Note who handed in what; of each student's notebooks for a lesson the new one counts."""
        with self.store.writing() as db:
            students = self._lay_students(db, finds.found)
            rows = [self._submission(students[one.owner.login], one) for one in finds.found]
            if rows:
                self._lay_submissions(db, rows)
        c = t.submission.c
        query = select(c.id, t.student.c.login, c.lesson, c.digest).join(t.student)
        with self.store.reading() as db:
            self.submission_ids |= {
                (login, lesson, digest): number
                for number, login, lesson, digest in db.execute(
                    query.where(c.assignment_id == self.id)
                )
            }

    def _lay_assignment(self, db: Connection) -> int:
        asked = self.assignment
        number = _row_id(
            self.store,
            db,
            t.assignment,
            {"seed": asked.seed or secrets.token_hex(16)},
            course_id=self.course_id,
            name=asked.name,
        )
        late = {
            "per_day": asked.late.per_day,
            "days": asked.late.days,
            "grace_minutes": asked.late.grace_minutes,
        }
        values: dict[str, Any] = {"due": asked.due, "late": json.dumps(late)}
        if asked.seed:
            values["seed"] = asked.seed
        db.execute(update(t.assignment).where(t.assignment.c.id == number).values(**values))
        db.execute(t.extension.delete().where(t.extension.c.assignment_id == number))
        if asked.extensions:
            rows = [
                {"assignment_id": number, "login": login, "due": due}
                for login, due in asked.extensions.items()
            ]
            db.execute(insert(t.extension), rows)
        return number

    def _lay_questions(self, db: Connection) -> dict[str, int]:
        table = t.question
        ours = table.c.assignment_id == self.id
        db.execute(update(table).where(ours).values(asked=False))
        rows = [
            {
                "assignment_id": self.id,
                "key": question.key,
                "lesson": lesson,
                "points": self.assignment.worth[question.key],
                "version": self.versions[lesson],
                "asked": True,
            }
            for lesson, questions in self.assignment.questions.items()
            for question in questions
        ]
        rows = [{**row, "position": place} for place, row in enumerate(rows)]
        changed = ("lesson", "points", "version", "asked", "position")
        db.execute(self.store.upsert(table, ("assignment_id", "key"), update=changed), rows)
        found = db.execute(select(table.c.key, table.c.id).where(ours))
        return {row.key: row.id for row in found}

    def _lay_students(self, db: Connection, found: Iterable[Found]) -> dict[str, int]:
        owners = {one.owner.login: one.owner for one in found}
        rows = [
            {"course_id": self.course_id, "login": login, "name": who.name, "lms_id": who.lms_id}
            for login, who in owners.items()
        ]
        if rows:
            db.execute(self.store.upsert(t.student, ("course_id", "login")), rows)
        c = t.student.c
        there = db.execute(select(c.login, c.id).where(c.course_id == self.course_id))
        return {row.login: row.id for row in there}

    def _submission(self, student_id: int, found: Found) -> dict[str, Any]:
        return {
            "assignment_id": self.id,
            "student_id": student_id,
            "lesson": found.lesson,
            "digest": found.digest,
            "place": found.place,
            "submitted": found.submitted,
            "marked_late": found.owner.late,
            "current": True,
        }

    def _lay_submissions(self, db: Connection, rows: list[dict[str, Any]]) -> None:
        table, keys = t.submission, ("assignment_id", "student_id", "lesson", "digest")
        fresh = ("place", "submitted", "marked_late", "current")
        c = table.c
        older = update(table).where(
            and_(
                c.assignment_id == self.id,
                c.student_id == bindparam("whose"),
                c.lesson == bindparam("what"),
            )
        )
        db.execute(
            older.values(current=False),
            [{"whose": row["student_id"], "what": row["lesson"]} for row in rows],
        )
        db.execute(self.store.upsert(table, keys, update=fresh), rows)


def _row_id(
    store: Store, db: Connection, table: Any, values: Mapping[str, Any] | None = None, **keys: Any
) -> int:
    """Return the id of the row with these keys, which is made if it is not there."""
    db.execute(store.upsert(table, tuple(keys)), {**keys, **(values or {})})
    where = and_(*(table.c[key] == value for key, value in keys.items()))
    number: int = db.execute(select(table.c.id).where(where)).scalar_one()
    return number
