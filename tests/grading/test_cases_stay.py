"""Cases are drawn once and used more than once: nobody may change them."""

from collections.abc import Iterator
from typing import Any

import pytest

from bpworkbook.grading.parcel import Parcel
from bpworkbook.grading.wire import MOST_BYTES, encode
from bpworkbook.lessons import all_lessons, lesson
from bpworkbook.workbook import Question, check
from bpworkbook.workbook.checking import expected

SEED = 7


def all_questions() -> Iterator[Question]:
    for number in all_lessons():
        yield from lesson(number).questions.values()


def written(question: Question) -> list[bytes]:
    """Return the cases and their right values as bytes, with all that hangs on them."""
    frames = []
    for pair in expected(question, SEED):
        for part in pair:
            parcel = Parcel()
            packed: Any = parcel.pack(part)
            message = {"op": "case", "id": 0, "part": packed, "nodes": parcel.columns()}
            frames.append(encode(message, default=repr))
    assert all(len(frame) < MOST_BYTES for frame in frames)
    return frames


@pytest.mark.parametrize("question", list(all_questions()), ids=lambda question: question.key)
def test_checking_changes_no_case(question: Question) -> None:
    before = written(question)
    for answer in (question.reference, *(mistake.wrong for mistake in question.mistakes)):
        check(question, answer, seed=SEED)
        assert written(question) == before, f"{answer.__name__} has changed a case"
