"""The paragraph "Your numbers": what is printed is what was asked, and the right result."""

import ast
import itertools
import re
from typing import Any

import numpy as np
import pytest

from bpworkbook import nn
from bpworkbook.grading.worked import your_numbers
from bpworkbook.lessons import all_lessons, lesson
from bpworkbook.lessons.u02_gradients.n08_backprop_by_hand.network import forward_chunks
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine import engine
from bpworkbook.workbook import Question
from bpworkbook.workbook.comparison import leaves
from bpworkbook.workbook.literals import literal
from bpworkbook.workbook.variants import seed_of

WITH = [q for number in all_lessons() for q in lesson(number).questions.values() if q.example]


def parameters(question: Question) -> list[str]:
    code = lesson(question.lesson).source.answer(question.name).code
    functions = [node for node in ast.parse(code).body if isinstance(node, ast.FunctionDef)]
    found = next(node for node in functions if node.name == question.name)
    return [argument.arg for argument in found.args.args]


def arrays(value: Any, like: Any) -> Any:
    """A printed value with arrays where the other one has them."""
    if callable(like):
        return value
    if isinstance(like, np.ndarray):
        return np.array(value, dtype=like.dtype)
    if isinstance(like, list | tuple):
        assert len(value) == len(like)
        return type(like)(arrays(*pair) for pair in zip(value, like, strict=True))
    return value


def evaluated(call: str, like: Any) -> list[Any]:
    """The arguments of a printed call."""
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    space = {name: getattr(engine, name) for name in ("Value", "add", "multiply")}

    def chunks(**inputs: Any) -> Any:
        return forward_chunks(**{name: np.array(value, float) for name, value in inputs.items()})

    space |= {"nn": nn, "np": np, "forward_chunks": chunks}
    values = [
        eval(compile(ast.Expression(keyword.value), "<call>", "eval"), space)
        for keyword in node.keywords
    ]
    return [arrays(*pair) for pair in zip(values, like, strict=True)]


def same(one: Any, other: Any) -> bool:
    if callable(one) and callable(other):
        x = np.array([0.5, -2.0])
        return bool(np.array_equal(one(x), other(x)))
    if isinstance(one, engine.Value):
        return bool(one.data == other.data)
    left, right = leaves(one), leaves(other)
    return left.keys() == right.keys() and all(
        np.array_equal(left[key], right[key]) for key in left
    )


@pytest.mark.parametrize("question", WITH, ids=lambda question: question.key)
def test_what_is_printed_is_the_example_and_its_result(question: Question) -> None:
    names = parameters(question)
    assert question.example is not None
    for number in range(40):
        variant = f"{number:06x}"
        text = your_numbers(question, variant, names)
        assert text.startswith("**Your numbers.**")
        rng = np.random.default_rng(seed_of(f"{variant} {question.key}"))
        args = question.example(rng)
        block = re.search(r"```python\n(.*?)```", text, re.S) or re.search(r"`(.*?)` gives", text)
        assert block is not None, text
        read = evaluated(block[1], args)
        assert all(itertools.starmap(same, zip(read, args, strict=True))), text
        right = question.value(question.reference, args)
        printed = [float(x) for x in re.findall(r"(?<![\w.])-?\d+\.?\d*(?:e-?\d+)?", told(text))]
        wanted = [float(x) for leaf in leaves(right).values() for x in flat(leaf)]
        assert np.allclose(printed, wanted, rtol=6e-3, atol=6e-5), (text, wanted)


def told(text: str) -> str:
    """What stands behind "gives", without the names of the outputs."""
    return re.sub(r"`[^`=]* = ", "`", text.split("gives ", 1)[1])


def flat(leaf: Any) -> list[Any]:
    return [] if isinstance(leaf, str) else list(np.ravel(leaf))


def test_a_question_without_an_example_has_no_paragraph() -> None:
    assert your_numbers(lesson("12").questions["order_events"], "3f9a1c", []) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([[1.0, -0.0], [0.25, 30.0]]), "[[1, 0], [0.25, 30]]"),
        ((3,), "(3,)"),
        ([(np.array([1.0]), 2.0)], "[([1], 2)]"),
        ({"x": 5.0, "L": ("*", "a")}, '{"x": 5, "L": ("*", "a")}'),
        (nn.relu, "nn.relu"),
        (True, "True"),
    ],
)
def test_literals(value: Any, text: str) -> None:
    assert literal(value) == text
