"""The ``lesson:`` table at the head of a lesson's file, read field by field."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bpworkbook.lessons.myst import LessonError

_NUMBER = re.compile(r"\d\d")
_KEY = re.compile(r"[\w-]+")
_EXERCISE = re.compile(r"\d\d\.\d+")


@dataclass(frozen=True)
class Objective:
    """What a learner can do afterwards, and the exercises that test it."""

    text: str
    exercises: tuple[str, ...]


class Fields:
    """The ``lesson:`` table of the front matter; each reader checks what it returns.

    Raises
    ------
    LessonError
        From every reader: the field is missing or wrong.

    Examples
    --------
    >>> Fields(Path("lesson.md"), {"minutes": "an hour"}).minutes()  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    bpworkbook...LessonError: lesson.md, front matter: lesson.minutes is 'an hour'; wanted a ...
    """

    def __init__(self, path: Path, table: dict[str, Any]) -> None:
        self.path = path
        self.table = table
        self.read: set[str] = set()

    def error(self, name: str, wanted: str) -> LessonError:
        """Return the error that names the field, what it holds, and what was wanted."""
        got = repr(self.table[name]) if name in self.table else "missing"
        return LessonError(f"{self.path}, front matter: lesson.{name} is {got}; wanted {wanted}")

    def number(self) -> str:
        """Return the lesson's number, which its folder must bear too."""
        number = self.text("number")
        if not _NUMBER.fullmatch(number):
            raise self.error("number", 'two digits in quotation marks, such as "09"')
        if self.path.parent.name[1:3] != number:
            raise self.error("number", f"the number of its folder, {self.path.parent.name}")
        return number

    def text(self, name: str) -> str:
        """Return a field that must be text."""
        self.read.add(name)
        value = self.table.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.error(name, "text in quotation marks" if name == "number" else "text")
        return value

    def minutes(self) -> int:
        """Return the time that the lesson takes."""
        self.read.add("minutes")
        value = self.table.get("minutes")
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 600:
            raise self.error("minutes", "a whole number from 1 to 600")
        return value

    def prerequisites(self) -> tuple[str, ...]:
        """Return the numbers of the lessons to do before."""
        return self._texts("prerequisites", _NUMBER, 'lesson numbers such as ["08"]')

    def references(self) -> tuple[str, ...]:
        """Return the keys of the works that the lesson cites."""
        return self._texts("references", _KEY, "bibliography keys")

    def _texts(self, name: str, form: re.Pattern[str], wanted: str) -> tuple[str, ...]:
        self.read.add(name)
        value = self.table.get(name)
        if not isinstance(value, list) or not all(
            isinstance(item, str) and form.fullmatch(item) for item in value
        ):
            raise self.error(name, f"a list of {wanted}, [] for none")
        return tuple(value)

    def objectives(self) -> tuple[Objective, ...]:
        """Return the objectives, each with its exercises."""
        self.read.add("objectives")
        value = self.table.get("objectives")
        wanted = 'a list of {text: "...", exercises: ["09.1"]}'
        if not isinstance(value, list) or not value:
            raise self.error("objectives", wanted)
        found = []
        for index, item in enumerate(value):
            if not _is_objective(item):
                raise LessonError(
                    f"{self.path}, front matter: lesson.objectives[{index}] is {item!r}; "
                    f"wanted {wanted[10:]}"
                )
            found.append(Objective(item["text"], tuple(item["exercises"])))
        return tuple(found)

    def refuse_unknown(self) -> None:
        """Refuse a field that no reader asked for: most likely a slip of the pen."""
        if unknown := sorted(set(self.table) - self.read):
            raise LessonError(
                f"{self.path}, front matter: lesson.{unknown[0]} is not a field; "
                f"there are {', '.join(sorted(self.read))}"
            )


def _is_objective(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and set(item) == {"text", "exercises"}
        and isinstance(item["text"], str)
        and isinstance(item["exercises"], list)
        and all(isinstance(x, str) and _EXERCISE.fullmatch(x) for x in item["exercises"])
    )
