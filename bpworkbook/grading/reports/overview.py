"""What the page of the class says: totals, questions, common mistakes, and who needs a look."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from bpworkbook.grading.gradebook import (
    BY_HAND,
    NOT_GRADABLE,
    NOT_GRADED,
    NOT_HANDED_IN,
    Asked,
    Cell,
    Gradebook,
    Row,
)
from bpworkbook.grading.reports.exercises import (
    Chapter,
    Exercise,
    Known,
    chapter,
    exercise,
    known_mistake,
)
from bpworkbook.grading.reports.outcomes import (
    RIGHT,
    Look,
    Segment,
    is_right,
    look_of,
    stacked,
)
from bpworkbook.grading.reports.texts import count, listed

BINS = 10
FOLLOW_THROUGH = re.compile(r"Follow-through: [\w ]+\.")
URGENT = {NOT_GRADABLE: 3, NOT_GRADED: 3, "killed": 2, "timeout": 2}
MOST_REASONS = 12


@dataclass(frozen=True)
class QuestionBar:
    """The outcomes of a question."""

    exercise: Exercise
    bar: tuple[Segment, ...]
    right: int
    asked: int
    counted: bool

    def many(self, outcome: str) -> int:
        """Return how many answers ended so."""
        return sum(piece.count for piece in self.bar if piece.look.outcome == outcome)


@dataclass(frozen=True)
class Common:
    """A mistake and how often it was made; `hints` are for the questions that tell it alike."""

    known: Known
    answers: int
    students: int
    width: float
    hints: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    """A student in the table of all: `needs` are the reasons to look, the worst first."""

    login: str
    name: str
    page: str
    total: float
    complete: bool
    looks: tuple[Look, ...]
    needs: tuple[str, ...]
    urgency: int


@dataclass(frozen=True)
class Bin:
    """Students whose totals lie between two percents."""

    low: int
    high: int
    count: int
    height: float

    @property
    def words(self) -> str:
        """The range in words; each but the last ends below its upper end."""
        return f"{self.low} % to {'' if self.high == 100 else 'below '}{self.high} %"


@dataclass(frozen=True)
class ClassPage:
    """All that the page of the class says."""

    assignment: str
    due: datetime | None
    graded: datetime | None
    possible: float
    lines: tuple[Line, ...]
    unread: tuple[tuple[str, str], ...]
    chapters: tuple[tuple[Chapter, tuple[QuestionBar, ...]], ...]
    looks: tuple[Look, ...]
    bins: tuple[Bin, ...]
    median: float | None
    mistakes: tuple[Common, ...]
    remarks: tuple[Common, ...]
    not_isolated: int

    @property
    def questions(self) -> tuple[QuestionBar, ...]:
        """The questions of all lessons."""
        return tuple(one for _, bars in self.chapters for one in bars)

    @property
    def complete(self) -> int:
        """How many have a total."""
        return sum(line.complete for line in self.lines)

    @property
    def needing(self) -> tuple[Line, ...]:
        """Those who need a look."""
        return tuple(line for line in self.lines if line.urgency)


def class_page(book: Gradebook, page_of: Callable[[str], str]) -> ClassPage:
    """Return what the page of the class says.

    Parameters
    ----------
    book : Gradebook
    page_of : callable
        Gives the address of a student's page by login.
    """
    lines = class_lines(book, page_of)
    cells = [cell.machine for row in book.rows for cell in row.cells.values()]
    totals = [line.total for line in lines if line.complete]
    there = {row.cells[asked.key].outcome for row in book.rows for asked in book.questions}
    return ClassPage(
        assignment=book.assignment,
        due=book.due,
        graded=max((cell.graded for cell in cells if cell.graded is not None), default=None),
        possible=book.possible,
        lines=tuple(lines),
        unread=book.unread,
        chapters=_chapters(book),
        looks=tuple(piece.look for piece in stacked([Cell(outcome) for outcome in sorted(there)])),
        bins=distribution(totals, book.possible),
        median=median(totals) if totals else None,
        mistakes=common(book, lambda cell: cell.outcome == "known mistake"),
        remarks=common(book, lambda cell: cell.outcome in RIGHT),
        not_isolated=sum(
            any(cell.machine.box.endswith("not isolated") for cell in row.cells.values())
            for row in book.rows
        ),
    )


def class_lines(book: Gradebook, page_of: Callable[[str], str]) -> list[Line]:
    """Return the students, those who need a look first; ``page_of`` as `class_page` takes it."""
    lines = [_line(book, row, page_of(row.login)) for row in book.rows]
    return sorted(lines, key=lambda line: (-line.urgency, line.complete, line.total, line.login))


def _chapters(book: Gradebook) -> tuple[tuple[Chapter, tuple[QuestionBar, ...]], ...]:
    bars: dict[str, list[QuestionBar]] = defaultdict(list)
    for asked in book.questions:
        bars[asked.lesson].append(_question(book, asked))
    return tuple((chapter(number), tuple(found)) for number, found in bars.items())


def _question(book: Gradebook, asked: Asked) -> QuestionBar:
    cells = [row.cells[asked.key] for row in book.rows]
    right = sum(is_right(cell, asked) for cell in cells)
    return QuestionBar(exercise(asked), tuple(stacked(cells)), right, len(cells), asked.gradable)


def _line(book: Gradebook, row: Row, page: str) -> Line:
    needs = reasons(book, row)
    return Line(
        login=row.login,
        name=row.name if row.name != row.login else "",
        page=page,
        total=book.total(row),
        complete=not book.open_questions(row),
        looks=tuple(look_of(row.cells[asked.key].outcome) for asked in book.questions),
        needs=tuple(text for _, text in needs),
        urgency=needs[0][0] if needs else 0,
    )


def reasons(book: Gradebook, row: Row) -> list[tuple[int, str]]:
    """Return why someone should look at a student's work, the most urgent first."""
    found = [(3, text) for text in row.troubles]
    ended = defaultdict(list)
    for asked in book.questions:
        cell, label = row.cells[asked.key], exercise(asked).label
        if cell.outcome == BY_HAND or not asked.gradable:
            continue
        unmarked = cell.outcome == NOT_HANDED_IN and not cell.counts
        urgency = 3 if unmarked else URGENT.get(cell.outcome, 0)
        if urgency:
            remark = cell.remark if cell.outcome in (NOT_GRADABLE, "killed") else ""
            ended[urgency, f"{cell.outcome} ({remark})" if remark else cell.outcome].append(label)
        elif remark := FOLLOW_THROUGH.sub("", cell.remark).strip():
            ended[1, remark.removesuffix(".")].append(label)
    found += [(urgency, f"{_some(labels)}: {what}") for (urgency, what), labels in ended.items()]
    return sorted(found, key=lambda reason: -reason[0])[:MOST_REASONS]


def _some(labels: list[str], most: int = 4) -> str:
    if len(labels) <= most + 1:
        return listed(labels)
    return f"{', '.join(labels[:most])} and {count(len(labels) - most, 'other')}"


def distribution(totals: list[float], possible: float) -> tuple[Bin, ...]:
    """Return how many totals lie in each tenth of the points that can be had.

    Examples
    --------
    >>> [one.count for one in distribution([0, 0.5, 4.9, 10, 12], possible=10)]
    [2, 0, 0, 0, 1, 0, 0, 0, 0, 2]
    """
    if not possible:
        return ()
    # A total that is a little below an edge only because it is a sum of floats belongs above it.
    places = [int(BINS * total / possible + 1e-9) for total in totals]
    counts = Counter(min(BINS - 1, max(0, place)) for place in places)
    most = max(counts.values(), default=1)
    step = 100 // BINS
    return tuple(
        Bin(n * step, (n + 1) * step, counts[n], round(100 * counts[n] / most, 2))
        for n in range(BINS)
    )


def common(book: Gradebook, counts_in: Callable[[Cell], bool]) -> tuple[Common, ...]:
    """Return the mistakes of some cells, the most common first."""
    made: dict[str, list[tuple[str, Asked]]] = defaultdict(list)
    for row in book.rows:
        for asked in book.questions:
            cell = row.cells[asked.key].machine
            if cell.mistake and counts_in(cell):
                made[cell.mistake].append((row.login, asked))
    most = max(map(len, made.values()), default=1)
    ordered = sorted(made.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(_common(code, found, most) for code, found in ordered)


def _common(code: str, found: list[tuple[str, Asked]], most: int) -> Common:
    where: dict[str, list[str]] = defaultdict(list)
    known = Known(code, code, "")
    for asked, many in Counter(asked for _, asked in found).items():
        known = known_mistake(asked.key, asked.lesson, code)
        where[known.hint].append(f"{exercise(asked).label} ({many})")
    return Common(
        known=known,
        answers=len(found),
        students=len({login for login, _ in found}),
        width=round(100 * len(found) / most, 2),
        hints=tuple((", ".join(labels), hint) for hint, labels in where.items()),
    )
