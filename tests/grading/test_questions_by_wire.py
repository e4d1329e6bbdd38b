"""Every question of every lesson is graded over the wire as it is checked in a notebook."""

from typing import Any

import pytest

from bpworkbook.grading.proxy import RemoteFunction
from bpworkbook.lessons import all_lessons, lesson
from bpworkbook.workbook import Feedback, Mistake, Outcome, Question, check
from tests.grading.stand_in import StandIn

QUESTIONS = [q for number in all_lessons() for q in lesson(number).questions.values()]
MISTAKES = [(q, m) for q in QUESTIONS for m in q.mistakes]
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.key)
REMARKS = {"M07", "M08"}


def over_the_wire(question: Question, answer: Any, seed: int) -> Feedback:
    return check(question, RemoteFunction(StandIn(answer=answer), "answer"), seed=seed)


@each_question
@pytest.mark.parametrize("seed", [0, 7])
def test_right_answers_pass(question: Question, seed: int) -> None:
    for answer in (question.reference, *question.also_right):
        feedback = over_the_wire(question, answer, seed)
        # A busy machine may add the remark that an answer is slow.
        assert feedback.outcome.passed, f"{answer.__name__}: {feedback}"


@pytest.mark.parametrize(
    ("question", "mistake"), MISTAKES, ids=[f"{q.key}-{m.code}" for q, m in MISTAKES]
)
def test_mistake_is_named(question: Question, mistake: Mistake) -> None:
    feedback = over_the_wire(question, mistake.wrong, seed=1)
    remark = mistake.code in REMARKS and not (question.slow and question.slow.required)
    wanted = Outcome.PASSED_WITH_REMARK if remark else Outcome.KNOWN_MISTAKE
    assert (feedback.outcome, feedback.mistake) == (wanted, mistake.code), str(feedback)
    assert mistake.advice in feedback.line("remark" if remark else "likely")


@each_question
def test_stub_is_not_attempted(question: Question) -> None:
    def unwritten(*args: Any) -> Any:
        raise NotImplementedError

    def only_docstring(*args: Any) -> Any:
        """Nothing written."""

    for stub in (unwritten, only_docstring):
        assert over_the_wire(question, stub, 0).outcome is Outcome.NOT_ATTEMPTED


@each_question
@pytest.mark.parametrize(
    "error", [ValueError("boom"), KeyError("W"), RecursionError(), SystemExit(1)], ids=repr
)
def test_exception_is_told_as_in_a_notebook(question: Question, error: BaseException) -> None:
    def answer(*args: Any) -> Any:
        raise error

    there, here = over_the_wire(question, answer, 0), check(question, answer)
    assert there.outcome is here.outcome is Outcome.UNKNOWN_MISTAKE
    assert type(error).__name__ in there.line("not yet")


ODD = {
    "nothing": lambda v: None,
    "a word": lambda v: "forty-two",
    "a set": lambda v: {1, 2},
    "an object": lambda v: object(),
    "a function": lambda v: print,
    "numbers as keys": lambda v: {1: v},
    "the mark of a parcel": lambda v: {"!": "set", "items": [1]},
    "deep": lambda v: [[[[[[[[[[v]]]]]]]]]],
    "long": lambda v: [0] * 6_000,
    "wrapped": lambda v: [v, v],
}


@each_question
@pytest.mark.parametrize("name", ODD)
def test_odd_value_is_judged_as_in_a_notebook(question: Question, name: str) -> None:
    def answer(*args: Any) -> Any:
        return ODD[name](question.reference(*args))

    there, here = over_the_wire(question, answer, 0), check(question, answer)
    # What only works on its arguments returns nothing, and passes.
    assert not there.outcome.passed or (here.outcome.passed and name == "nothing"), str(there)
    assert (there.outcome, there.mistake) == (here.outcome, here.mistake), f"{there}\n{here}"
