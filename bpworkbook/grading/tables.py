"""The tables of the gradebook, the same in SQLite and in PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy.types import TypeDecorator

SCHEMA = 1
LONGEST_TEXT = 8_000


def storable(text: str) -> str:
    r"""Return text that both databases take: no NUL, no half of a surrogate pair, not too long.

    What a submission printed ends up in remarks, and PostgreSQL refuses a NUL, SQLite a surrogate.

    Examples
    --------
    >>> storable("a\x00b") == "a\N{REPLACEMENT CHARACTER}b"
    True
    """
    text = text[:LONGEST_TEXT].replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return text.encode("utf-8", "replace").decode("utf-8") if not text.isascii() else text


class Words(TypeDecorator[str]):
    """Text that has been made storable."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """Clean what is written."""
        return None if value is None else storable(value)


class Moment(TypeDecorator[datetime]):
    """A point in time: UTC in the database, aware in Python, whichever database it is."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Take an aware time only; a naive one would shift by the time zone of the machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"Moment: value is {value.isoformat()}, but it needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Return an aware time."""
        return None if value is None else value.replace(tzinfo=UTC)


metadata = MetaData()


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _to(table: str, *, nullable: bool = False) -> Column[int]:
    return Column(f"{table}_id", Integer, ForeignKey(f"{table}.id"), nullable=nullable)


def _words(name: str, default: str | None = "") -> Column[str]:
    # A mark without its outcome must fail; a remark that is not there is empty.
    return (
        Column(name, Words, nullable=False)
        if default is None
        else Column(name, Words, nullable=False, default=default)
    )


setting = Table(
    "setting", metadata, Column("key", Words, primary_key=True), _words("value", default=None)
)
course = Table("course", metadata, _id(), Column("name", Words, nullable=False, unique=True))
# late: the rule as JSON; seed: what every student's seed is made from.
assignment = Table(
    "assignment",
    metadata,
    _id(),
    _to("course"),
    _words("name", default=None),
    _words("seed", default=None),
    Column("due", Moment),
    _words("late", default="{}"),
    UniqueConstraint("course_id", "name"),
)
# version: of the grader for this question at the last run. A question that left the assignment
# keeps its row and its results, with `asked` false.
question = Table(
    "question",
    metadata,
    _id(),
    _to("assignment"),
    _words("key", default=None),
    _words("lesson", default=None),
    Column("points", Float, nullable=False),
    Column("position", Integer, nullable=False),
    _words("version"),
    Column("asked", Boolean, nullable=False, default=True),
    UniqueConstraint("assignment_id", "key"),
)
student = Table(
    "student",
    metadata,
    _id(),
    _to("course"),
    _words("login", default=None),
    _words("name"),
    _words("lms_id"),
    UniqueConstraint("course_id", "login"),
)
# One notebook of one student. `current` marks the one that counts of those for a lesson.
submission = Table(
    "submission",
    metadata,
    _id(),
    _to("assignment"),
    _to("student"),
    _words("lesson", default=None),
    _words("digest", default=None),
    _words("place"),
    Column("submitted", Moment),
    Column("marked_late", Boolean, nullable=False, default=False),
    Column("current", Boolean, nullable=False, default=True),
    UniqueConstraint("assignment_id", "student_id", "lesson", "digest"),
)
# The journal: one row per (submission, question, version of the grader).
result = Table(
    "result",
    metadata,
    _id(),
    _to("submission"),
    _to("question"),
    _words("version", default=None),
    _words("outcome", default=None),
    Column("points", Float, nullable=False),
    Column("of", Float, nullable=False),
    _words("mistake"),
    Column("lines", String, nullable=False, default="[]"),  # JSON must not be cut
    _words("remark"),
    Column("seconds", Float, nullable=False, default=0.0),
    _words("seed", default=None),
    _words("box"),
    Column("graded", Moment, nullable=False),
    UniqueConstraint("submission_id", "question_id", "version"),
    Index("result_by_question", "question_id"),
)
manual_mark = Table(
    "manual_mark",
    metadata,
    _id(),
    _to("student"),
    _to("question"),
    Column("points", Float, nullable=False),
    _words("comment"),
    _words("given_by"),
    Column("given", Moment, nullable=False),
    UniqueConstraint("student_id", "question_id"),
)
extension = Table(
    "extension",
    metadata,
    _id(),
    _to("assignment"),
    _words("login", default=None),
    Column("due", Moment, nullable=False),
    UniqueConstraint("assignment_id", "login"),
)
event = Table(
    "event",
    metadata,
    _id(),
    _to("assignment", nullable=True),
    Column("at", Moment, nullable=False),
    _words("kind", default=None),
    _words("login"),
    _words("text", default=None),
)
