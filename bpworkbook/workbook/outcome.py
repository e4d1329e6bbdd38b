"""The five outcomes of a check, and what the learner is told."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from bpworkbook.workbook.cards import Card, Tone

FEEDBACK_MIME = "application/vnd.bpworkbook.feedback+json"


class Outcome(StrEnum):
    """What a check can end with."""

    NOT_ATTEMPTED = "not attempted"
    PASSED = "passed"
    PASSED_WITH_REMARK = "passed with a remark"
    KNOWN_MISTAKE = "known mistake"
    UNKNOWN_MISTAKE = "not yet"

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self in (Outcome.PASSED, Outcome.PASSED_WITH_REMARK)


TONES = {
    Outcome.NOT_ATTEMPTED: Tone.NEUTRAL,
    Outcome.PASSED: Tone.PASS,
    Outcome.PASSED_WITH_REMARK: Tone.REMARK,
    Outcome.KNOWN_MISTAKE: Tone.MISTAKE,
    Outcome.UNKNOWN_MISTAKE: Tone.MISTAKE,
}


@dataclass(frozen=True)
class Feedback:
    """The answer of a check: an outcome and at most six lines.

    Parameters
    ----------
    id, name : str
        The question.
    outcome : Outcome
    mistake : str
        The code of the recognised mistake, or of the remark; ``""`` where there is none.
    lines : tuple of (label, text)
        What is right, what is not yet, the likely cause, and what to do next.
    """

    id: str
    name: str
    outcome: Outcome
    mistake: str = ""
    lines: tuple[tuple[str, str], ...] = ()

    def card(self) -> Card:
        """Return the feedback as a card."""
        heading = f"{self.id} {self.name}: {self.outcome.value}"
        return Card(heading, TONES[self.outcome], self.lines)

    def line(self, label: str) -> str:
        """Return the text of one line, ``""`` where there is none."""
        return dict(self.lines).get(label, "")

    def as_dict(self) -> dict[str, Any]:
        """Return the feedback as plain data."""
        return {
            **asdict(self),
            "outcome": self.outcome.value,
            "lines": [list(x) for x in self.lines],
        }

    def __str__(self) -> str:
        return str(self.card())

    def __repr__(self) -> str:
        return str(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {**self.card()._repr_mimebundle_(), FEEDBACK_MIME: self.as_dict()}
