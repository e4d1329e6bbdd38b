"""What an assignment is: a unit's lessons, their questions, points, due dates and extensions.

One TOML file says what differs from the unit; without a file the unit itself is the assignment.

    name = "02-gradients"              # default: the unit
    course = "Deep learning 2026"      # default: "course"
    unit = "02-gradients"              # whose lessons are asked
    lessons = ["08", "09"]             # default: all of the unit
    leave_out = ["09.5"]               # questions, by number, by key or by a lesson's number
    due = 2026-10-01T23:59:00+02:00
    seed = "any text"                  # default: drawn once and kept in the gradebook

    [points]                           # default: what the question says
    "09.1" = 5

    [late]
    per_day = 0.1                      # taken off for each day begun
    days = 5                           # after so many days nothing is left; default: no end
    grace_minutes = 15

    [extensions]
    ada = 2026-10-08T23:59:00+02:00
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from bpworkbook.lessons import all_lessons
from bpworkbook.lessons import lesson as open_lesson
from bpworkbook.lessons.catalogue import unit as unit_of
from bpworkbook.workbook import Question

KEYS = {
    "name": str,
    "course": str,
    "unit": str,
    "lessons": list,
    "leave_out": list,
    "due": date,
    "seed": str,
    "points": dict,
    "late": dict,
    "extensions": dict,
}


class AssignmentError(ValueError):
    """There is no such assignment, or its file is wrong; the message is one sentence."""


@dataclass(frozen=True)
class Late:
    """What lateness costs.

    Parameters
    ----------
    per_day : float
        The share of the points taken off for each day begun.
    days : int, optional
        After so many days nothing is left.
    grace_minutes : float
        Minutes after the due date that do not count.
    """

    per_day: float = 0.0
    days: int | None = None
    grace_minutes: float = 0.0

    def share(self, submitted: datetime | None, due: datetime | None) -> float:
        """Return the share of the points that is left: 1 for work in time or of unknown time.

        Examples
        --------
        >>> from datetime import UTC
        >>> due = datetime(2026, 10, 1, 12, tzinfo=UTC)
        >>> Late(per_day=0.25, days=3).share(due + timedelta(hours=30), due)
        0.5
        """
        if submitted is None or due is None:
            return 1.0
        over = submitted - due
        if over <= timedelta(minutes=self.grace_minutes):
            return 1.0
        begun = -(-over // timedelta(days=1))
        if self.days is not None and begun > self.days:
            return 0.0
        return max(0.0, 1.0 - self.per_day * begun)


@dataclass(frozen=True)
class Assignment:
    """An assignment: which questions are asked, and what they count.

    Parameters
    ----------
    name, course : str
    lessons : tuple of str
        Numbers, in order.
    due : datetime, optional
    late : Late
    extensions : mapping of str to datetime
        The due date of single students, by their names as submissions give them.
    points : mapping of str to float
        By the number or the key of a question.
    leave_out : tuple of str
    seed : str
        What the cases are drawn from; ``""`` leaves it to the gradebook.

    Examples
    --------
    >>> gradients = assignment_of_unit("02-gradients")
    >>> "09" in gradients.lessons, gradients.worth["09.1:linear_backward"]
    (True, 3.0)
    """

    name: str
    lessons: tuple[str, ...]
    course: str = "course"
    due: datetime | None = None
    late: Late = Late()
    extensions: Mapping[str, datetime] = field(default_factory=dict)
    points: Mapping[str, float] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    seed: str = ""

    @cached_property
    def questions(self) -> Mapping[str, tuple[Question, ...]]:
        """The questions of each lesson that has any, in the lesson's order."""
        asked = {
            number: tuple(
                question
                for question in open_lesson(number).questions.values()
                if not {number, question.id, question.key} & set(self.leave_out)
            )
            for number in self.lessons
        }
        return {number: questions for number, questions in asked.items() if questions}

    @cached_property
    def worth(self) -> Mapping[str, float]:
        """The points of each question by its key."""
        return {
            question.key: float(
                self.points.get(question.key, self.points.get(question.id, question.points))
            )
            for questions in self.questions.values()
            for question in questions
        }

    def check(self) -> None:
        """Raise AssignmentError where the file names a question that is not asked."""
        if not self.worth:
            raise AssignmentError(f"assignment {self.name}: none of its lessons asks a question")
        everything = [q for number in self.lessons for q in open_lesson(number).questions.values()]
        asked = {name for q in everything for name in (q.id, q.key)} | set(self.lessons)
        for place, named in (("points", self.points), ("leave_out", self.leave_out)):
            for name in named:
                if name not in asked:
                    raise AssignmentError(
                        f"assignment {self.name}: {place} names {name!r}, but no lesson of "
                        f"{', '.join(self.lessons)} asks such a question"
                    )


def find_assignment(name: str, folder: Path | None = None) -> Assignment:
    """Return the assignment of a TOML file, of ``<name>.toml`` in a folder, or of a unit.

    Raises
    ------
    AssignmentError
        If there is neither, or the file is wrong.
    """
    path = Path(name)
    if path.suffix == ".toml":
        return read_assignment(path)
    beside = (folder or Path()) / f"{name}.toml"
    return read_assignment(beside) if beside.is_file() else assignment_of_unit(name)


def assignment_of_unit(unit: str) -> Assignment:
    """Return a unit as it is as an assignment."""
    return Assignment(name=unit, lessons=_lessons_of(unit))


def read_assignment(path: Path) -> Assignment:
    """Read an assignment from its TOML file.

    Raises
    ------
    AssignmentError
        If the file cannot be read, is no TOML, or holds what an assignment cannot have.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise AssignmentError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AssignmentError(f"{path} is no TOML file: {error}") from error
    for key, value in table.items():
        _expect(path, key, value, KEYS)
    unit = table.get("unit", table.get("name", path.stem))
    asked = table.get("lessons")
    made = Assignment(
        name=table.get("name", path.stem),
        lessons=_lessons_of(unit) if asked is None else _named_lessons(path, asked),
        course=table.get("course", "course"),
        due=_moment(path, "due", table["due"]) if "due" in table else None,
        late=_late(path, table.get("late", {})),
        extensions={
            login: _moment(path, f"extensions.{login}", due)
            for login, due in table.get("extensions", {}).items()
        },
        points={key: _points(path, key, value) for key, value in table.get("points", {}).items()},
        leave_out=tuple(str(name) for name in table.get("leave_out", [])),
        seed=table.get("seed", ""),
    )
    made.check()
    return made


def _expect(path: Path, key: str, value: Any, kinds: Mapping[str, Any]) -> None:
    if key not in kinds:
        raise AssignmentError(f"{path}: it has {key!r}, but it may have {', '.join(kinds)}")
    if not isinstance(value, kinds[key]):
        wanted = getattr(kinds[key], "__name__", "number")
        raise AssignmentError(f"{path}: {key} is {value!r}, but a {wanted} is wanted")


def _lessons_of(unit: str) -> tuple[str, ...]:
    units = {number: unit_of(number) for number in all_lessons()}
    found = tuple(number for number, name in units.items() if name == unit)
    if not found:
        known = ", ".join(dict.fromkeys(units.values()))
        raise AssignmentError(
            f"there is no unit {unit!r} and no file {unit}.toml; the units are {known}"
        )
    return found


def _named_lessons(path: Path, numbers: Sequence[Any]) -> tuple[str, ...]:
    known = all_lessons()
    for number in numbers:
        if number not in known:
            raise AssignmentError(
                f"{path}: lessons names {number!r}, but the lessons are {', '.join(known)}"
            )
    return tuple(dict.fromkeys(numbers))


def _late(path: Path, table: Mapping[str, Any]) -> Late:
    number = int | float
    for key, value in table.items():
        _expect(path, key, value, {"per_day": number, "days": int, "grace_minutes": number})
        if not 0 <= value < 1e6:
            raise AssignmentError(f"{path}: late.{key} is {value}, but it must not be negative")
    return Late(**table)


def _points(path: Path, key: str, value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 1e6:
        raise AssignmentError(f"{path}: points of {key} are {value!r}, but a number is wanted")
    return float(value)


def _moment(path: Path, key: str, value: Any) -> datetime:
    """Return an aware time: a date means the end of that day, local time where no zone is said."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.astimezone()
    if isinstance(value, date):
        return datetime.combine(value, time(23, 59, 59)).astimezone()
    raise AssignmentError(f"{path}: {key} is {value!r}, but a date is wanted")
