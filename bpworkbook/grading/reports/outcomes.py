"""How each outcome looks and what it is called: a word, a sign, a fill and a hatch."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bpworkbook.figures.palette import COLORS
from bpworkbook.grading.gradebook import (
    BY_HAND,
    NOT_GRADABLE,
    NOT_GRADED,
    NOT_HANDED_IN,
    Asked,
    Cell,
)


@dataclass(frozen=True)
class Look:
    """How an outcome is shown.

    Parameters
    ----------
    outcome : str
        As the gradebook has it.
    css : str
        The name of its style.
    sign : str
        A character that stands for it where there is little room.
    words : str
        What it is called in front of a student.
    told : str
        A sentence on it.
    fill, hatch : str
        A colour of the palette and the name of a hatch, so that colour alone says nothing.
    """

    outcome: str
    css: str
    sign: str
    words: str
    told: str
    fill: str
    hatch: str = ""

    @property
    def color(self) -> str:
        """The fill as CSS has it."""
        return COLORS.get(self.fill, self.fill)

    @property
    def ink(self) -> str:
        """The colour of words on the fill."""
        return "#ffffff" if self.fill == "blue" else "#000000"


LOOKS = {
    look.outcome: look
    for look in (
        Look("passed", "passed", "✓", "Passed", "", "green"),
        Look(
            "passed with remark",
            "remark",
            "✓*",
            "Passed, with a remark",
            "Your answer is right.",
            "sky",
            "dots",
        ),
        Look(BY_HAND, "hand", "✎", "Marked by hand", "A person marked this answer.", "blue"),
        Look(
            "known mistake",
            "known",
            "→",
            "Known mistake",
            "",
            "orange",
            "up",
        ),
        Look("wrong", "wrong", "×", "Not right yet", "", "yellow"),
        Look("error", "error", "!", "Ended with an error", "", "purple", "down"),
        Look("timeout", "timeout", "∞", "Took too long", "", "red", "lines"),
        Look("killed", "killed", "■", "Had to be stopped", "", "red", "cross"),
        Look(
            "not attempted",
            "empty",
            "○",
            "Not attempted",
            "There is no answer in your notebook yet.",
            "pale",
        ),
        Look(
            NOT_HANDED_IN,
            "none",
            "–",
            "Not handed in",
            "There is no notebook of yours for this lesson.",
            "#ffffff",
            "dots",
        ),
        Look(
            NOT_GRADED,
            "waiting",
            "…",
            "Not marked yet",
            "This answer has still to be marked.",
            "#ffffff",
            "lines",
        ),
        Look(
            NOT_GRADABLE,
            "open",
            "?",
            "Not marked yet",
            "It could not be marked by the grader, so a person has to look at it.",
            "#ffffff",
            "cross",
        ),
    )
}
RIGHT = ("passed", "passed with remark")


def look_of(outcome: str) -> Look:
    """Return how an outcome is shown; one from another version of the grader is shown as it is."""
    known = LOOKS.get(outcome)
    return known or Look(outcome, "open", "?", outcome.capitalize(), "", "#ffffff", "cross")


@dataclass(frozen=True)
class Segment:
    """A piece of a stacked bar: how many, and from where to where in percents."""

    look: Look
    count: int
    left: float
    width: float

    @property
    def shows_count(self) -> bool:
        """Whether there is room for the number, also on a phone."""
        return self.width >= 3 + 2 * len(str(self.count))


def stacked(cells: Iterable[Cell]) -> list[Segment]:
    """Return the outcomes of a question as the pieces of a bar, the good ones first."""
    counts = Counter(cell.outcome for cell in cells)
    order = [*LOOKS, *sorted(set(counts) - set(LOOKS))]
    total, left = max(1, counts.total()), 0.0
    pieces = []
    for outcome in order:
        if many := counts[outcome]:
            width = 100 * many / total
            pieces.append(Segment(look_of(outcome), many, round(left, 3), round(width, 3)))
            left += width
    return pieces


def is_right(cell: Cell, asked: Asked) -> bool:
    """Tell whether an answer has all that there was to have."""
    return cell.outcome in RIGHT or (cell.outcome == BY_HAND and cell.points >= asked.points)
