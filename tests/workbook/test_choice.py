"""A question with a few options: what is none is refused."""

from typing import Any

import pytest

from bpworkbook.workbook import Choice, ReviewQuestion


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("", ("a", "b"), 0, "So."), "prompt or why is empty"),
        (("Which?", ("a", "b"), 0, " "), "prompt or why is empty"),
        (("Which?", ("a",), 0, "So."), "two or more"),
        (("Which?", "ab", 0, "So."), "two or more"),
        (("Which?", ("a", "a"), 0, "So."), "each once"),
        (("Which?", ("a", ""), 0, "So."), "none empty"),
        (("Which?", ("a", "b"), 2, "So."), "answer is 2, wanted 0 to 1"),
        (("Which?", ("a", "b"), True, "So."), "answer is True"),
        (("Which?", ("a", "b"), "a", "So."), "answer is 'a'"),
    ],
)
def test_a_choice_that_is_none_is_refused(parts: tuple[Any, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Choice(*parts)


def test_a_review_question_is_refused_by_its_own_name() -> None:
    with pytest.raises(ValueError, match="ReviewQuestion: answer is 2, wanted 0 to 1"):
        ReviewQuestion("Which?", ("a", "b"), 2, "So.", id="00.r1")
