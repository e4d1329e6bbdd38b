"""Examples with other numbers: as hard as the first case, right, and not the same for all."""

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from bpworkbook.lessons import all_lessons, lesson
from bpworkbook.workbook import Question
from bpworkbook.workbook.examples import redrawn
from bpworkbook.workbook.variants import seed_of

SEEDS = range(200)
QUESTIONS = [q for number in all_lessons() for q in lesson(number).questions.values()]
WITH = [question for question in QUESTIONS if question.example]

# A function, a record, an order or letters: an example by hand has no numbers to change, or its
# right answer can be written in many ways.
WITHOUT = {
    "01.5:training_loop",
    "02.5:counterparts",
    "02.5:left_out",
    "03.2:train_perceptron",
    "03.4:xor_inequalities",
    "03.4:xor_reason",
    "04.4:xor_network",
    "07.1:topological_order",
    "07.2:neuron_graph",
    "07.4:find_faults",
    "07.5:needed",
    "08.4:train_xor",
    "08.5:name_fault",
    "10.6:zero_grad",
    "10.6:detach",
    "11.3:projection_check",
    "11.4:choose_h",
    "11.4:frozen_gradient",
    "11.5:find_faults",
    "12.1:order_events",
    "12.3:train_encoder",
    "12.4:match_claims",
}

# In one the targets 1 and 0 may change places; of the other the first case is told in words.
OTHER_ZEROS = {"08.2:output_delta", "08.1:backward_chunks"}

every_question = pytest.mark.parametrize("question", WITH, ids=lambda question: question.key)


def examples(question: Question, count: int) -> list[Any]:
    assert question.example is not None
    drawn = [np.random.default_rng(seed_of(f"{n:06x} {question.key}")) for n in range(1, count + 1)]
    return [question.example(rng) for rng in drawn]


def numbers(value: Any) -> Iterator[float]:
    """Every number in a value, in order; of what was computed from others, those others."""
    value = getattr(value, "inputs", value)
    if isinstance(value, np.ndarray | list | tuple):
        for part in value:
            yield from numbers(part)
    elif isinstance(value, dict):
        yield from numbers(list(value.values()))
    elif isinstance(value, int | float | np.number):
        yield float(value)
    elif hasattr(value, "data"):
        yield float(value.data)


def make(value: Any) -> Any:
    """The make of a value: shapes, dtypes, lengths and types."""
    if isinstance(value, np.ndarray):
        return value.shape, value.dtype
    if isinstance(value, list | tuple):
        return type(value), [make(part) for part in value]
    if isinstance(value, dict):
        return {key: make(part) for key, part in value.items()}
    if isinstance(value, float | np.floating):
        return float
    return value if isinstance(value, str) or callable(value) else type(value)


def test_it_is_known_which_questions_have_none() -> None:
    assert {question.key for question in QUESTIONS if not question.example} == WITHOUT


@every_question
def test_an_example_is_made_as_the_first_case_is(question: Question) -> None:
    first = question.cases(np.random.default_rng(0))[0]
    right = question.value(question.reference, first)
    for args in examples(question, len(SEEDS)):
        assert make(args) == make(first)
        value = question.value(question.reference, args)
        assert make(value) == make(right)
        assert np.isfinite(list(numbers(value))).all(), (args, value)
        if question.accept:
            assert question.accept(value, args) == ""


@every_question
def test_an_example_has_numbers_for_paper(question: Question) -> None:
    first = question.cases(np.random.default_rng(0))[0]
    for args in examples(question, len(SEEDS)):
        drawn = list(numbers(args))
        assert all(abs(x) < 100 and (x * 10) % 1 in (0, 0.5) for x in drawn), args
        if question.key not in OTHER_ZEROS:
            zeros = [x == 0 for x in drawn]
            assert zeros == [x == 0 for x in numbers(first)], "zeros stand where they stood"


@every_question
def test_students_of_a_class_have_different_examples(question: Question) -> None:
    drawn = [list(numbers(args)) for args in examples(question, 30)]
    pairs = list(itertools.combinations(drawn, 2))
    different = sum(one != other for one, other in pairs)
    assert different >= 0.9 * len(pairs), f"{different} of {len(pairs)} pairs differ"


def test_gates_stay_as_they_are() -> None:
    questions = lesson("09").questions
    for args in examples(questions["relu_backward"], 200):
        assert (args[1] > 0).tolist() == [[True, False, False], [True, True, False]]
    for _, ((_, _, z), _) in examples(questions["mlp_backward"], 200):
        assert (z > 0).tolist() == [[True, False]], "one hidden unit is open, one closed"


def test_the_same_variant_gives_the_same_example() -> None:
    question = lesson("09").questions["linear_backward"]
    one, two = (repr(examples(question, 3)) for _ in range(2))
    assert one == two


def test_an_example_that_cannot_be_kept_is_an_error() -> None:
    calls = itertools.count()
    never = redrawn(lambda rng: [(1.0,)], kept=lambda x: next(calls))
    with pytest.raises(RuntimeError, match="keeps what it must keep"):
        never(np.random.default_rng(0))
