"""Metrics against scikit-learn's, and the initialisers LeCun's and orthogonal."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as theirs

from bpworkbook.nn import init, training
from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.metrics import accuracy, confusion_matrix, precision_recall_f1


@given(n=st.integers(1, 30), classes=st.integers(1, 6), seed=st.integers(0, 999))
def test_scikit_learn_counts_alike(n: int, classes: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    if classes == 1:
        scores, labels = rng.standard_normal((n, 1)), rng.random((n, 1)).round()
        answers, right, classes = (scores > 0).ravel() * 1, labels.ravel().astype(int), 2
    else:
        scores = rng.standard_normal((n, classes))
        labels = right = rng.integers(0, classes, n).astype(rng.choice(["u1", "i8", "u8"]))
        answers = np.argmax(scores, axis=1)
    every = np.arange(classes)
    counts = confusion_matrix(scores, labels)
    np.testing.assert_array_equal(counts, theirs.confusion_matrix(right, answers, labels=every))
    wanted = theirs.precision_recall_fscore_support(right, answers, labels=every, zero_division=0.0)
    for ours, other in zip(precision_recall_f1(scores, labels), wanted, strict=True):
        np.testing.assert_allclose(ours, other, atol=1e-15)
    assert accuracy(scores, labels) == pytest.approx(theirs.accuracy_score(right, answers))


def test_accuracy_is_one_function() -> None:
    assert training.accuracy is accuracy


def test_many_classes_with_small_labels() -> None:
    labels = np.arange(200, dtype=np.uint8)
    np.testing.assert_array_equal(confusion_matrix(np.eye(200), labels), np.eye(200))


@given(rows=st.integers(1, 9), columns=st.integers(1, 9), seed=st.integers(0, 99))
def test_orthogonal_weights_are(rows: int, columns: int, seed: int) -> None:
    W = init.orthogonal((rows, columns), np.random.default_rng(seed), gain=2.0)
    assert W.shape == (rows, columns)
    assert W.flags.c_contiguous
    small = W.T @ W if rows >= columns else W @ W.T
    np.testing.assert_allclose(small, 4 * np.eye(min(rows, columns)), atol=1e-12)


def test_orthogonal_weights_turn_any_way() -> None:
    rng = np.random.default_rng(0)
    drawn = [init.orthogonal((2, 2), rng) for _ in range(2000)]
    assert abs(np.mean([W[0, 0] for W in drawn])) < 0.05  # without the signs it is -0.64
    assert abs(np.mean([np.linalg.det(W) for W in drawn])) < 0.1


def test_lecun_keeps_the_variance() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((1000, 300))
    assert np.var(x @ init.lecun((300, 200), rng)) == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("initialiser", [init.lecun, init.orthogonal])
def test_one_seed_gives_the_same_weights_rounded(initialiser: Any) -> None:
    double, single = (initialiser((3, 4), np.random.default_rng(0), t) for t in ("f8", "f4"))
    assert single.dtype == np.float32
    np.testing.assert_array_equal(double.astype(np.float32), single)


REFUSED: list[tuple[str, Callable[[], Any]]] = [
    (
        "confusion_matrix: labels holds 3 at [1], expected 0 to 2",
        lambda: confusion_matrix(np.ones((2, 3)), np.array([0, 3])),
    ),
    (
        "precision_recall_f1: labels is (2,), but scores is (2, 1)",
        lambda: precision_recall_f1(np.ones((2, 1)), np.array([0, 1])),
    ),
    (
        "confusion_matrix: scores is (0, 3), which is an empty batch",
        lambda: confusion_matrix(np.ones((0, 3)), np.array([], int)),
    ),
    (
        "lecun: shape is (3,), expected (d_in, d_out), each at least 1",
        lambda: init.lecun((3,), np.random.default_rng(0)),
    ),
    (
        "orthogonal: gain is -1, expected a finite number of at least 0",
        lambda: init.orthogonal((3, 3), np.random.default_rng(0), gain=-1),
    ),
    (
        "orthogonal: rng is 0, expected a Generator: np.random.default_rng(0)",
        lambda: init.orthogonal((3, 3), 0),  # type: ignore
    ),
]


@pytest.mark.parametrize(("message", "call"), REFUSED, ids=[message for message, _ in REFUSED])
def test_refused(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ArgumentError, match=f"^{re.escape(message)}$"):
        call()
