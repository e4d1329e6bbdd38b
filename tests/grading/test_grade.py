"""Whole notebooks in a real box: every question gets its mark, whatever the others do."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpworkbook.grading.box import Box, BoxError, best_backend
from bpworkbook.grading.grade import Mark, grade_submission
from bpworkbook.grading.judging import Result
from bpworkbook.grading.reader import read_notebook
from bpworkbook.lessons import all_lessons, lesson
from bpworkbook.lessons.catalogue import slug, unit

ROOT = Path(__file__).parents[2]
SETUP = 'import numpy as np\nfrom bpworkbook import lesson, nn\nw = lesson("09")'
LINEAR = "def linear_backward(grad_out, cache):\n    x, W = cache\n    return {}"
RIGHT_LINEAR = LINEAR.format("grad_out @ W.T, x.T @ grad_out, grad_out.sum(axis=0)")
WRONG_LINEAR = LINEAR.format("grad_out @ W.T, x.T @ grad_out, grad_out.mean(axis=0)")
RELU = "def relu_backward(grad_out, cache):\n    return {}"
RIGHT_RELU = RELU.format("grad_out * (cache > 0)")
MLP = """
def mlp_backward(grad_out, caches):
    grads = []
    for depth, (x, W, z) in reversed(list(enumerate(caches))):
        if depth < len(caches) - 1:
            grad_out = relu_backward(grad_out, z)
        grad_out, grad_W, grad_b = linear_backward(grad_out, (x, W))
        grads.insert(0, (grad_W, grad_b))
    return grads
"""


@pytest.fixture(scope="module")
def box() -> Iterator[Box]:
    try:
        backend = best_backend(isolated=False)
    except BoxError as error:
        pytest.skip(str(error))
    with backend.start() as started:
        yield started


def graded(box: Box, *cells: str, seed: int = 3, number: str = "09") -> dict[str, Mark]:
    found = [{"cell_type": "code", "source": source} for source in (SETUP, *cells)]
    submission = read_notebook(json.dumps({"cells": found, "nbformat": 4}).encode())
    questions = list(lesson(number).questions.values())
    marks = grade_submission(submission, questions, box, seed)
    assert [mark.question for mark in marks] == [q.key for q in questions], "one mark a question"
    return {mark.question.split(":")[1]: mark for mark in marks}


def of_notebook(box: Box, kind: str, number: str, seed: int) -> list[Mark]:
    path = ROOT / kind / unit(number) / f"{slug(number)}.ipynb"
    return grade_submission(read_notebook(path), list(lesson(number).questions.values()), box, seed)


@pytest.mark.parametrize("number", all_lessons())
def test_solutions_get_all_points(box: Box, number: str) -> None:
    for seed in (11, 2**47 + 1):
        marks = of_notebook(box, "solutions", number, seed)
        lost = [mark for mark in marks if mark.points < mark.of]
        assert not lost, lost


@pytest.mark.parametrize("number", all_lessons())
def test_an_empty_notebook_is_not_attempted(box: Box, number: str) -> None:
    marks = of_notebook(box, "exercises", number, 11)
    assert {mark.outcome for mark in marks} == {Result.NOT_ATTEMPTED}, marks


def test_outcomes(box: Box) -> None:
    marks = graded(
        box,
        WRONG_LINEAR,
        RIGHT_RELU,
        "def sigmoid_backward(grad_out, cache):\n    raise ValueError('boom')",
        "def softmax_ce_backward(Z, labels):\n    return Z",
        "def example_norms(x, grad_out):\n    while True:\n        pass",
        "def train_step(params, X, y, lr):\n    import os\n    os._exit(3)",
    )
    assert marks["linear_backward"].outcome is Result.KNOWN
    assert marks["linear_backward"].mistake == "M55"
    assert marks["relu_backward"].outcome is Result.PASSED
    assert marks["sigmoid_backward"].outcome is Result.ERROR
    told = dict(marks["sigmoid_backward"].lines)["not yet"]
    assert "in your line 2: `raise ValueError('boom')`" in told
    assert marks["softmax_ce_backward"].outcome is Result.WRONG
    assert marks["mlp_backward"].outcome is Result.NOT_ATTEMPTED
    assert marks["example_norms"].outcome is Result.TIMEOUT
    assert marks["train_step"].outcome is Result.KILLED


def test_an_endless_cell_costs_its_own_question(box: Box) -> None:
    marks = graded(
        box,
        LINEAR.format("0") + "\nwhile True:\n    pass",
        RIGHT_RELU,
        "def sigmoid_backward(grad_out, cache):\n    return grad_out * cache * (1 - cache)",
    )
    assert marks["linear_backward"].outcome is Result.TIMEOUT
    assert marks["relu_backward"].outcome is Result.PASSED
    assert marks["sigmoid_backward"].outcome is Result.PASSED


def test_a_cell_that_fails_is_told(box: Box) -> None:
    marks = graded(box, "def relu_backward(grad_out, cache)\n    return 1", RIGHT_LINEAR)
    assert marks["relu_backward"].outcome is Result.ERROR
    assert marks["linear_backward"].outcome is Result.PASSED
    marks = graded(box, "1 / 0\n" + RIGHT_RELU, RIGHT_LINEAR)
    assert marks["relu_backward"].outcome is Result.ERROR
    assert "ZeroDivisionError" in dict(marks["relu_backward"].lines)["not yet"]
    assert marks["linear_backward"].outcome is Result.PASSED


def test_follow_through(box: Box) -> None:
    wrong_relu = RELU.format("grad_out * (grad_out > 0)")
    marks = graded(box, RIGHT_LINEAR, wrong_relu, MLP)
    assert marks["relu_backward"].points == 0
    assert marks["mlp_backward"].outcome is Result.REMARK, marks["mlp_backward"]
    assert marks["mlp_backward"].points == marks["mlp_backward"].of
    assert "relu_backward" in marks["mlp_backward"].remark


def test_follow_through_of_what_is_not_written(box: Box) -> None:
    stub = LINEAR.format("0").replace("return 0", "raise NotImplementedError()")
    marks = graded(box, stub, RIGHT_RELU, MLP)
    assert marks["linear_backward"].outcome is Result.NOT_ATTEMPTED
    assert marks["mlp_backward"].points == marks["mlp_backward"].of


def test_no_follow_through_for_a_wrong_answer(box: Box) -> None:
    marks = graded(box, WRONG_LINEAR, RIGHT_RELU, MLP.replace("insert(0, ", "append("))
    assert marks["mlp_backward"].points == 0


def test_a_stand_in_is_no_oracle(box: Box) -> None:
    """What is learnt while a right answer stands in reaches no mark."""
    spy = """
def relu_backward(grad_out, cache):
    return known.get(cache.tobytes(), 0 * cache)

known = {}

def mlp_backward(grad_out, caches):
    for x, W, z in caches:
        known[z.tobytes()] = relu_backward(z, z)
    return []

def train_step(params, X, y, lr):
    import sys
    return sys.modules["__main__"].known
"""
    marks = graded(box, RIGHT_LINEAR, spy)
    for name in ("relu_backward", "mlp_backward", "train_step"):
        assert marks[name].points == 0, marks[name]


def test_what_was_printed_and_changed_in_place_costs_nothing(box: Box) -> None:
    linear = RIGHT_LINEAR.replace("    return", "    print(x)\n    W *= 1\n    return")
    assert graded(box, linear)["linear_backward"].outcome is Result.PASSED
    linear = RIGHT_LINEAR.replace("return ", "out = ") + "\n    x += 1\n    return out"
    mark = graded(box, linear)["linear_backward"]
    assert (mark.outcome, mark.mistake, mark.points) == (Result.REMARK, "M02", mark.of)


def test_the_package_is_no_answer(box: Box) -> None:
    cheat = RIGHT_RELU.replace("grad_out * (cache > 0)", "nn.relu_backward(grad_out, cache)")
    mark = graded(box, cheat)["relu_backward"]
    assert mark.outcome is Result.ERROR
    assert "not there while your work is graded" in dict(mark.lines)["not yet"]


def test_marks_tell_nothing_of_the_graded_cases(box: Box) -> None:
    """An answer that is right for the notebook's cases alone is not shown the others."""
    hard_coded = """
def relu_backward(grad_out, cache):
    if cache.shape == (3, 2) or cache.size < 5:
        return grad_out * (cache > 0)
    raise ValueError(f"seen {cache!r}")
"""
    mark = graded(box, hard_coded, seed=99)["relu_backward"]
    assert mark.points == 0
    public = graded(box, hard_coded, seed=100)["relu_backward"]
    assert mark.lines == public.lines, "the lines depend on the hidden seed"


def test_a_clock_that_is_set_back_makes_nothing_fast(box: Box) -> None:
    slow = """
import time
time.perf_counter = time.monotonic = time.time = lambda: 0.0

def example_norms(x, grad_out):
    norms = np.zeros(len(x))
    for i in range(len(x)):
        for _ in range(3):
            norms[i] = sum(g * g for g in np.outer(x[i], grad_out[i]).ravel())
    return norms
"""
    mark = graded(box, slow)["example_norms"]
    assert (mark.points, mark.mistake) == (0, "M07"), mark


@pytest.mark.parametrize(
    "forged",
    [
        "__bridge_ask__ = lambda *args: {'value': 1, 'args': {}, 'nodes': {}, 'seconds': 0.0}",
        "__bridge_ask__ = lambda *args: 3",
        "__bridge_ask__ = lambda *args: {'!': 'error', 'types': [], 'message': 0}",
        "__bridge_ask__ = lambda *a: {'value': {'!': 'array', 'dtype': 'x', 'shape': (-1,)}, "
        "'args': {}, 'nodes': {}, 'seconds': 0.0}",
        "__bridge_ask__ = lambda *a: {'value': 0, 'args': {'9': 1}, 'nodes': {}, 'seconds': 0.0}",
        "__bridge_ask__ = lambda *a: {'value': 0, 'args': {}, 'nodes': {'data': 3}, "
        "'seconds': 0.0}",
        "__bridge_about__ = lambda *args: 'stub'",
        "__bridge_about__ = lambda *args: ['x']",
        "del globals()['__bridge_ask__']",
    ],
)
def test_a_forged_bridge_earns_nothing(box: Box, forged: str) -> None:
    marks = graded(box, forged + "\n" + WRONG_LINEAR, "def relu_backward(g, c):\n    return g")
    assert sum(mark.points for mark in marks.values()) == 0


def test_helpers_that_were_defined_twice(box: Box) -> None:
    marks = graded(
        box,
        "scale = 1.0",
        RIGHT_RELU.replace("grad_out *", "scale * grad_out *"),
        "w.check(relu_backward)",
        "scale = 2.0",
        RIGHT_LINEAR.replace("grad_out @", "scale / 2 * grad_out @"),
        "w.check(linear_backward)",
    )
    assert marks["relu_backward"].outcome is Result.PASSED, marks["relu_backward"]
    assert marks["linear_backward"].outcome is Result.PASSED, marks["linear_backward"]


def test_what_a_wrong_answer_spoils_costs_no_other_answer(box: Box) -> None:
    spoiler = "factor = 1.0\n\n" + LINEAR.format(
        "grad_out @ W.T, x.T @ grad_out, grad_out.mean(axis=0), globals().update(factor=0.0)"
    )
    relu = RELU.format("factor * grad_out * (cache > 0)")
    marks = graded(box, spoiler, relu)
    assert marks["linear_backward"].points == 0
    assert marks["relu_backward"].outcome is Result.PASSED, marks["relu_backward"]


def test_wrong_answers_are_told_apart_in_one_child(box: Box) -> None:
    together = graded(box, WRONG_LINEAR, RELU.format("grad_out * cache"), MLP)
    for cell, name in ((WRONG_LINEAR, "linear_backward"), (RELU.format("grad_out * cache"), "")):
        alone = graded(box, cell)[name or "relu_backward"]
        found = together[name or "relu_backward"]
        assert (found.outcome, found.lines) == (alone.outcome, alone.lines)
    assert together["mlp_backward"].outcome is Result.REMARK, "its own part is right"
