"""The checks are themselves tested: every mistake is named, and no wrong answer passes."""

import copy
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook.lessons import all_lessons, lesson
from bpworkbook.workbook import Feedback, Mistake, Outcome, Question, check
from bpworkbook.workbook.catalogue import catalogue
from bpworkbook.workbook.checking import expected, try_all
from bpworkbook.workbook.comparison import close, leaves
from bpworkbook.workbook.diagnosis import matching_mistakes

CHECK_BUDGET = 0.3  # seconds, on two cores
REMARKS = {"M07", "M08"}
QUESTIONS = [q for number in all_lessons() for q in lesson(number).questions.values()]
MISTAKES = [(q, m) for q in QUESTIONS for m in q.mistakes]
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q.key)


def unwritten(*args: Any) -> Any:
    """A stub as the exercise hands it out."""
    raise NotImplementedError


def only_docstring(*args: Any) -> Any:
    """Nothing written."""


@each_question
@pytest.mark.parametrize("stub", [unwritten, only_docstring], ids=lambda f: f.__name__)
def test_stub_is_not_attempted(question: Question, stub: Callable[..., Any]) -> None:
    assert check(question, stub).outcome is Outcome.NOT_ATTEMPTED


@each_question
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_right_answers_pass(question: Question, seed: int) -> None:
    assert question.also_right, "one differently written right answer is needed"
    for answer in (question.reference, *question.also_right):
        feedback = check(question, answer, seed=seed)
        assert feedback.outcome is Outcome.PASSED, f"{answer.__name__}: {feedback}"


@pytest.mark.parametrize(
    ("question", "mistake"), MISTAKES, ids=[f"{q.key}-{m.code}" for q, m in MISTAKES]
)
def test_mistake_is_named(question: Question, mistake: Mistake) -> None:
    for seed in (0, 1):
        feedback = check(question, mistake.wrong, seed=seed)
        remark = mistake.code in REMARKS and not (question.slow and question.slow.required)
        wanted = Outcome.PASSED_WITH_REMARK if remark else Outcome.KNOWN_MISTAKE
        assert (feedback.outcome, feedback.mistake) == (wanted, mistake.code), str(feedback)
        assert mistake.advice in feedback.line("remark" if remark else "likely")


@pytest.mark.parametrize(
    ("question", "mistake"), MISTAKES, ids=[f"{q.key}-{m.code}" for q, m in MISTAKES]
)
def test_cases_separate_mistakes(question: Question, mistake: Mistake) -> None:
    trials = try_all(question, mistake.wrong, expected(question, 0))
    codes = {known.code for known in matching_mistakes(question, trials)[0]}
    assert codes <= {mistake.code}, f"cases do not separate {' and '.join(codes)}: add a case"


@each_question
def test_no_mistake_is_listed_twice(question: Question) -> None:
    answers = [mistake.wrong for mistake in question.mistakes]
    assert len(answers) == len(set(answers))


def per_number(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return a function that applies ``change`` to every array and number of a nested value."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: walk(part) for key, part in value.items()}
        if isinstance(value, tuple | list):
            return type(value)(walk(part) for part in value)
        return value if isinstance(value, str) or callable(value) else change(value)

    return walk


HOSTILE: dict[str, Callable[[Any], Any]] = {
    "zeros": per_number(lambda v: np.zeros_like(v) if np.ndim(v) else 0.0),
    "ones": per_number(lambda v: np.ones_like(v) if np.ndim(v) else 1.0),
    "negated": per_number(lambda v: -v),
    "doubled": per_number(lambda v: 2 * v),
    "transposed": per_number(lambda v: np.ascontiguousarray(np.transpose(v))),
    "extra row": per_number(lambda v: np.stack([v, v])),
    "flattened": per_number(lambda v: np.ravel(v)),
    "complex": per_number(lambda v: v + 0j),
    "text": per_number(lambda v: np.asarray(v).astype(str) if np.ndim(v) else str(v)),
    "objects": per_number(lambda v: np.asarray(v).astype(object)),
    "nan": per_number(lambda v: v * np.nan),
    "infinity": per_number(lambda v: v + np.inf),
    "nothing": lambda v: None,
    "a word": lambda v: "forty-two",
    "a set": lambda v: {1, 2},
    "an empty list": lambda v: [],
    "wrapped in a list": lambda v: [v, v],
    "equal to everything": lambda v: EqualsAll(),
}
# An XOR network with doubled weights is still one: these need a single right value.
NEED_ONE_VALUE = {"negated", "doubled", "transposed", "ones"}


class EqualsAll:
    """An object that claims to equal whatever it is compared with."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


@each_question
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_answer_never_passes(question: Question, name: str) -> None:
    def answer(*args: Any) -> Any:
        return HOSTILE[name](question.reference(*args))

    if _is_the_right_value(question, HOSTILE[name]):
        pytest.skip(f"{name} is the right value here")
    assert_helpful(check(question, answer))


@each_question
@pytest.mark.parametrize(
    "error",
    [ValueError("boom"), KeyError("W"), IndexError(), RecursionError(), SystemExit(1)],
    ids=lambda e: type(e).__name__,
)
def test_exception_never_passes(question: Question, error: BaseException) -> None:
    def answer(*args: Any) -> Any:
        raise error

    feedback = check(question, answer)
    assert_helpful(feedback)
    assert type(error).__name__ in feedback.line("not yet")


@each_question
@pytest.mark.parametrize("answer", [None, 3, "text", [1]], ids=repr)
def test_not_a_function_never_passes(question: Question, answer: Any) -> None:
    assert "function itself" in check(question, answer).line("not yet")


@each_question
def test_wrong_number_of_arguments_is_explained(question: Question) -> None:
    def answer(a: Any, b: Any, c: Any, d: Any, e: Any, f: Any) -> Any:
        return a + b + c + d + e + f

    feedback = check(question, answer)
    assert_helpful(feedback)
    assert "TypeError" in feedback.line("not yet")


def assert_helpful(feedback: Feedback) -> None:
    """Hold that a wrong answer fails with a message that a beginner can act on."""
    assert not feedback.outcome.passed, str(feedback)
    text = feedback.line("not yet")
    assert 10 <= len(text) <= 400, str(feedback)
    assert feedback.line("likely") or feedback.line("more"), str(feedback)
    assert "Traceback" not in text, "the checker's stack is shown"
    assert "site-packages" not in text, "the checker's files are shown"
    assert len(feedback.lines) <= 6, "at most six lines"


def _is_the_right_value(question: Question, change: Callable[[Any], Any]) -> bool:
    if question.accept is not None and change in {HOSTILE[name] for name in NEED_ONE_VALUE}:
        return True
    for args, _ in expected(question, 0):
        right = question.reference(*copy.deepcopy(args))
        try:
            before, after = leaves(right), leaves(change(right))
            same = before.keys() == after.keys() and all(
                type(after[k]) is type(before[k])
                and np.asarray(after[k]).dtype == np.asarray(before[k]).dtype
                and (
                    before[k] == after[k]
                    if isinstance(before[k], str)
                    else close(after[k], before[k], question.rtol)
                )
                for k in before
            )
        except (TypeError, ValueError):
            same = False
        if not same:
            return False
    return True


@each_question
def test_check_answers_at_once(question: Question) -> None:
    answers = [question.reference, *(m.wrong for m in question.mistakes)]
    for answer in answers:
        times = []
        for _ in range(3):
            start = time.process_time()
            check(question, answer)
            times.append(time.process_time() - start)
        assert min(times) < CHECK_BUDGET, f"{answer.__name__}: {min(times):.2f} s"


@each_question
def test_three_hints_and_a_summary(question: Question) -> None:
    assert len({*question.hints}) == 3
    assert all(10 <= len(hint) <= 220 for hint in question.hints), "a hint is one or two sentences"
    assert question.summary


@each_question
def test_cases_are_reproducible_and_varied(question: Question) -> None:
    first, second = (question.cases(np.random.default_rng(3)) for _ in range(2))
    assert repr(first) == repr(second), "the same seed must give the same cases"


def test_every_catalogue_entry_is_used() -> None:
    found_by_checks = {"M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08"}
    used = {mistake.code for _, mistake in MISTAKES} | found_by_checks
    assert set(catalogue()) == used


def test_hints_are_short() -> None:
    for code, known in catalogue().items():
        assert len(known.hint) <= 160, f"{code}: at most two short sentences"


@pytest.mark.parametrize("number", all_lessons())
def test_review_questions(number: str) -> None:
    questions = lesson(number).review_questions
    assert 3 <= len(questions) <= 5
    for question in questions:
        assert question.id.startswith(f"{number}.r")
        assert len(set(question.options)) == len(question.options) >= 2
        assert question.why.endswith(".")
