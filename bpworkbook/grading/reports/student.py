"""What a student's page says. It holds nothing of the hidden cases, and nobody else's data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bpworkbook.grading.exports.sheets import number
from bpworkbook.grading.gradebook import BY_HAND, Asked, Cell, Gradebook, Row
from bpworkbook.grading.reports.exercises import (
    Chapter,
    Exercise,
    Known,
    chapter,
    exercise,
    known_mistake,
)
from bpworkbook.grading.reports.outcomes import Look, Segment, is_right, look_of, stacked
from bpworkbook.grading.reports.texts import listed, moment, percent, span

# What `follow.py`'s caller tells a student; only names of functions can stand in it.
FOLLOWED = re.compile(r"right, once (\w+(?: and \w+)*) (?:is|are) right: it was asked with .*")
HEADS = {
    "right": "Right already",
    "not yet": "Not yet",
    "likely": "Likely",
    "next": "Next",
    "remark": "Remark",
    "more": "In your notebook",
}
HINT = "The hint that helps"


@dataclass(frozen=True)
class Answer:
    """A question on a student's page.

    Parameters
    ----------
    earned, of, full : float
        The points with lateness taken off, those to be had, and the points before lateness.
    lines : tuple of (heading, text)
        What the check says.
    mistake : Known, optional
    followed : str
        How the credit came about where an earlier answer was wrong.
    comment : str
        What a person wrote.
    counted : bool
        False where nobody could be marked for this question.
    """

    exercise: Exercise
    look: Look
    earned: float
    of: float
    full: float
    lines: tuple[tuple[str, str], ...] = ()
    mistake: Known | None = None
    followed: str = ""
    comment: str = ""
    counted: bool = True
    open: bool = False


@dataclass(frozen=True)
class Part:
    """A lesson on a student's page."""

    chapter: Chapter
    answers: tuple[Answer, ...]
    late: str = ""

    @property
    def to_read(self) -> bool:
        """Whether there is something to read again."""
        return any(one.earned < one.of or one.open for one in self.answers)


@dataclass(frozen=True)
class StudentPage:
    """All that a student's page says."""

    login: str
    name: str
    assignment: str
    total: float
    possible: float
    parts: tuple[Part, ...]
    bar: tuple[Segment, ...]
    open: int
    right: int
    isolated: bool
    troubles: bool
    due: datetime | None
    graded: datetime | None

    @property
    def share(self) -> float:
        """The share of the points, between 0 and 1."""
        return max(0.0, min(1.0, self.total / self.possible)) if self.possible else 0.0


def student_page(book: Gradebook, row: Row) -> StudentPage:
    """Return what the page of a student says."""
    parts = tuple(
        _part(book, row, number_, [asked for asked in book.questions if asked.lesson == number_])
        for number_ in dict.fromkeys(asked.lesson for asked in book.questions)
    )
    cells = [row.cells[asked.key].machine for asked in book.questions]
    times = [cell.graded for cell in cells if cell.graded is not None]
    return StudentPage(
        login=row.login,
        name=row.name if row.name != row.login else "",
        assignment=book.assignment,
        total=book.total(row),
        possible=book.possible,
        parts=parts,
        bar=tuple(stacked(row.cells.values())),
        open=len(book.open_questions(row)),
        right=sum(is_right(row.cells[asked.key], asked) for asked in book.questions),
        isolated=not any(cell.box.endswith("not isolated") for cell in cells),
        troubles=bool(row.troubles),
        due=row.due,
        graded=max(times, default=None),
    )


def _part(book: Gradebook, row: Row, lesson: str, questions: Sequence[Asked]) -> Part:
    answers = tuple(_answer(book, row, asked) for asked in questions)
    return Part(chapter(lesson), answers, lateness(row, lesson))


def _answer(book: Gradebook, row: Row, asked: Asked) -> Answer:
    cell = row.cells[asked.key]
    found = cell.machine
    # Where a person gave all the points, what the grader said would only confuse.
    silent = cell.outcome == BY_HAND and cell.points >= asked.points
    followed = "" if silent else follow_through(asked, found)
    return Answer(
        exercise=exercise(asked),
        look=look_of(cell.outcome),
        earned=book.earned(row, asked),
        of=asked.points,
        full=cell.points,
        lines=() if silent or followed else _lines(found),
        mistake=None if silent or followed else _mistake(asked, found),
        followed=followed,
        comment=cell.remark if cell.outcome == BY_HAND else "",
        counted=asked.gradable,
        open=not cell.counts,
    )


def _lines(cell: Cell) -> tuple[tuple[str, str], ...]:
    heads = HEADS | ({"likely": HINT} if cell.mistake else {})
    return tuple((heads.get(label, label.capitalize()), text) for label, text in cell.lines if text)


def _mistake(asked: Asked, cell: Cell) -> Known | None:
    """Return the mistake, with its hint only where the lines do not give it already."""
    if not cell.mistake or cell.outcome != "known mistake":
        return None
    known = known_mistake(asked.key, asked.lesson, cell.mistake)
    told = dict(cell.lines).get("likely")
    return Known(known.code, known.title, "") if told else known


def follow_through(asked: Asked, cell: Cell) -> str:
    """Return how an answer got its points though an earlier one is wrong, ``""`` where it did not.

    Examples
    --------
    >>> cell = Cell("passed with remark", 3, lines=(
    ...     ("remark", "right, once f is right: it was asked with a right one in its place"),))
    >>> follow_through(Asked("09.4:g", "09", 3), cell)[:38]
    'Your `g` uses `f`, which is not right '
    """
    text = cell.lines[0][1] if len(cell.lines) == 1 else ""
    found = FOLLOWED.fullmatch(text)
    if found is None or cell.outcome != "passed with remark":
        return ""
    names = found.group(1).split(" and ")
    name = exercise(asked).name
    used = listed([f"`{one}`" for one in names])
    are, its = ("are", "their places") if len(names) > 1 else ("is", "its place")
    what = "right ones" if len(names) > 1 else "a right one"
    return (
        f"Your `{name}` uses {used}, which {are} not right yet. So `{name}` was asked again with "
        f"{what} in {its}, and was right: that is what counts."
    )


def lateness(row: Row, lesson: str) -> str:
    """Return what lateness cost in a lesson, ``""`` where it cost nothing."""
    share = row.late.get(lesson, 1.0)
    if share >= 1:
        return ""
    handed_in = row.submitted.get(lesson)
    left = f"Of the points for this lesson {percent(share)} are left."
    if share == 0:
        left = "None of the points for this lesson are left."
    if handed_in is None or row.due is None:
        return f"Handed in late. {left}"
    return (
        f"Handed in on {moment(handed_in)}, {span(handed_in - row.due)} after the due date. {left}"
    )


def points(answer: Answer) -> str:
    """Return the points of an answer in words.

    Examples
    --------
    >>> one = Exercise("09.1:f")
    >>> points(Answer(one, look_of("passed"), 1.5, 3.0, 3.0))
    '1.5 of 3 points (3 before lateness)'
    """
    if not answer.counted:
        return "not counted"
    if answer.open:
        return f"no points yet, of {number(answer.of)}"
    late = f" ({number(answer.full)} before lateness)" if answer.full != answer.earned else ""
    return f"{number(answer.earned)} of {number(answer.of)} point{'s' * (answer.of != 1)}{late}"
