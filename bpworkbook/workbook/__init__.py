"""The learner's side of an exercise: questions, checks, hints, progress and review."""

from bpworkbook.workbook.cards import Card, Tone
from bpworkbook.workbook.checking import check
from bpworkbook.workbook.choice import Choice, ReviewQuestion
from bpworkbook.workbook.outcome import FEEDBACK_MIME, Feedback, Outcome
from bpworkbook.workbook.question import AnswerError, Mistake, Question, SlowAnswer
from bpworkbook.workbook.store import Store, default_store

__all__ = [
    "FEEDBACK_MIME",
    "AnswerError",
    "Card",
    "Choice",
    "Feedback",
    "Mistake",
    "Outcome",
    "Question",
    "ReviewQuestion",
    "SlowAnswer",
    "Store",
    "Tone",
    "check",
    "default_store",
]
