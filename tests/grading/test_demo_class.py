"""The class for demonstrations: its wrong answers are known mistakes, and it never changes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpworkbook.grading.reader import ReadError, read_notebook
from bpworkbook.lessons import lesson
from bpworkbook.workbook import Question, check
from tests.grading.demo_class import LESSONS, as_answer, lay, portable

QUESTIONS = [
    question
    for number in LESSONS
    for question in lesson(number).questions.values()
    if portable(question)
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)
def test_what_is_put_into_a_notebook_is_the_mistake(question: Question) -> None:
    for wrong in dict.fromkeys(portable(question)):
        names: dict[str, Any] = {"np": np}
        exec(as_answer(question, wrong), names)
        codes = [known.code for known in question.mistakes if known.wrong is wrong]
        assert check(question, names[question.name]).mistake in codes, wrong.__name__


def test_the_class_is_always_the_same(tmp_path: Path) -> None:
    names = ("ada", "bob", "carl", "dora")
    laid = [lay(tmp_path / folder, names) for folder in ("one", "two")]
    files = [sorted(folder.rglob("*.ipynb")) for folder in laid]
    contents = [[path.read_bytes() for path in found] for found in files]
    assert contents[0] == contents[1]
    assert len({*contents[0]}) == len(names) * len(LESSONS), "two students handed in the same"
    unread = 0
    for content in contents[0]:
        try:
            read_notebook(content)
        except ReadError:
            unread += 1
    assert unread == 1
