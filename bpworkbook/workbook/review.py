"""Choose three questions from earlier lessons: one recent, one older, one that was missed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bpworkbook.workbook.choice import ReviewQuestion

HOW_MANY = 3
LAST_BOX = 5


def choose(
    lesson: str,
    bank: Mapping[str, Sequence[ReviewQuestion]],
    records: Mapping[str, Mapping[str, Any]],
) -> list[ReviewQuestion]:
    """Return up to three review questions for the start of a lesson.

    One comes from the lesson before, one from three to five lessons back, one from those that the
    learner missed (Leitner's first box); gaps are filled from the lowest boxes. Boxes count
    lessons, not days, so the choice needs no calendar.

    Parameters
    ----------
    lesson : str
        The number of the lesson that begins; only earlier lessons are asked about.
    bank : mapping of lesson number to review questions
    records : mapping of question id to ``{"box": int, "seen": int}``
        The ``review`` section of the progress file.

    Examples
    --------
    >>> one = ReviewQuestion("2 + 2?", ("3", "4"), 1, "Count.", id="00.r1")
    >>> [q.id for q in choose("01", {"00": [one]}, {})]
    ['00.r1']
    """
    earlier = [number for number in sorted(bank) if number < lesson]
    chosen: list[ReviewQuestion] = []
    for pool in _pools(earlier, bank, records):
        fresh = [question for question in pool if question not in chosen]
        if fresh and len(chosen) < HOW_MANY:
            chosen.append(min(fresh, key=lambda question: _rank(question, records)))
    everything = [question for number in reversed(earlier) for question in bank[number]]
    rest = sorted(
        (question for question in everything if question not in chosen),
        key=lambda question: _rank(question, records)[:2],
    )
    return [*chosen, *rest][:HOW_MANY]


def _pools(
    earlier: Sequence[str],
    bank: Mapping[str, Sequence[ReviewQuestion]],
    records: Mapping[str, Mapping[str, Any]],
) -> Iterator[list[ReviewQuestion]]:
    yield list(bank[earlier[-1]]) if earlier else []
    yield [question for number in earlier[-5:-2] for question in bank[number]]
    asked = [question for number in earlier for question in bank[number] if question.id in records]
    yield [question for question in asked if records[question.id]["box"] == 1]


def _rank(
    question: ReviewQuestion, records: Mapping[str, Mapping[str, Any]]
) -> tuple[int, int, str]:
    record = records.get(question.id, {"box": 1, "seen": 0})
    return (min(record["box"], LAST_BOX), record["seen"], question.id)
