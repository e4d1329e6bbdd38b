"""What the lessons say about the questions of a gradebook: titles, hints, where to read again."""

import re
from dataclasses import dataclass
from functools import cache

from bpworkbook.grading.gradebook import Asked
from bpworkbook.lessons import lesson
from bpworkbook.lessons.catalogue import slug, unit
from bpworkbook.workbook import Question
from bpworkbook.workbook.catalogue import catalogue

HEADING = re.compile(r"^#+ +Exercise +(\d\d\.\w+): *(.+?)(?: *\(about [^)]*\))? *$", re.M)


@dataclass(frozen=True)
class Exercise:
    """A question as people know it.

    Parameters
    ----------
    key : str
        The question's key, ``"09.1:linear_backward"``.
    title : str
        The exercise's title, ``""`` where the lesson is not there any more.
    """

    key: str
    title: str = ""

    @property
    def id(self) -> str:
        """The exercise's number."""
        return self.key.split(":")[0]

    @property
    def name(self) -> str:
        """The name of the function asked for."""
        return self.key.partition(":")[2] or self.key

    @property
    def label(self) -> str:
        """Number and name."""
        return f"{self.id} {self.name}" if ":" in self.key else self.key


@dataclass(frozen=True)
class Chapter:
    """A lesson: its number, its title, and the notebook to read again."""

    number: str
    title: str = ""
    notebook: str = ""

    @property
    def label(self) -> str:
        """Number and title."""
        return f"Lesson {self.number}: {self.title}" if self.title else f"Lesson {self.number}"


@cache
def chapter(number: str) -> Chapter:
    """Return what is known of a lesson; a gradebook may be older than the lessons.

    >>> chapter("09").title, chapter("09").notebook
    ('Backprop, vectorised', 'course/02-gradients/09_backprop_vectorised.ipynb')
    >>> chapter("99").label
    'Lesson 99'
    """
    try:
        notebook = f"course/{unit(number)}/{slug(number)}.ipynb"
    except ValueError:
        return Chapter(number)
    return Chapter(number, lesson(number).source.title, notebook)


def exercise(asked: Asked) -> Exercise:
    """Return what is known of a question.

    >>> exercise(Asked("09.1:linear_backward", "09", 3.0)).title
    'A linear layer'
    """
    number = asked.key.split(":")[0]
    return Exercise(asked.key, _titles(asked.lesson).get(number, ""))


@cache
def _titles(number: str) -> dict[str, str]:
    if not chapter(number).notebook:
        return {}
    text = "\n".join(cell.text for cell in lesson(number).source.cells if cell.role == "exercise")
    return {name: title[:1].upper() + title[1:] for name, title in HEADING.findall(text)}


@dataclass(frozen=True)
class Known:
    """A mistake: its code, what it is called, and the hint that helps."""

    code: str
    title: str
    hint: str


@cache
def known_mistake(key: str, number: str, code: str) -> Known:
    """Return a mistake as the question tells it, else as the catalogue does.

    >>> known_mistake("09.1:linear_backward", "09", "M55").hint[:40]
    'You divided by n again. The gradient tha'
    """
    entry = catalogue().get(code)
    listed = question.mistake(code) if (question := _question(key, number)) else None
    hint = listed.advice if listed else entry.hint if entry else ""
    return Known(code, entry.title if entry else code, hint)


def _question(key: str, number: str) -> Question | None:
    if not chapter(number).notebook:
        return None
    return lesson(number).questions.get(key.partition(":")[2])
