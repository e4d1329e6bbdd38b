"""The data sets: their shapes, values, order, and what they refuse."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpworkbook import datasets
from bpworkbook.datasets import bundled
from bpworkbook.lessons.u01_neurons.n03_perceptron_and_delta_rule.flowers import iris
from bpworkbook.nn import ArgumentError


def test_digits_are_the_stated_rows_of_scikit_learn() -> None:
    load_digits = pytest.importorskip("sklearn.datasets").load_digits
    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(1797)
    X_train, y_train, X_test, y_test = datasets.digits()
    np.testing.assert_array_equal(np.vstack([X_train, X_test]), X[order] / 16)
    np.testing.assert_array_equal(np.concatenate([y_train, y_test]), y[order])


def test_digits_are_the_same_where_scikit_learn_keeps_its_file_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("sklearn.datasets")
    quick = datasets.digits()
    monkeypatch.setattr(bundled, "find_spec", lambda _: None)
    for one, other in zip(quick, datasets.digits(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_digits_have_the_stated_shapes_types_and_range() -> None:
    digits = datasets.digits()
    shapes = [array.shape for array in digits]
    assert shapes == [(1200, 64), (1200,), (597, 64), (597,)]
    assert [array.dtype for array in digits] == [np.float64, np.int64] * 2
    assert all(array.flags.c_contiguous and array.flags.writeable for array in digits)
    assert digits.X_train.min() == 0
    assert digits.X_train.max() == 1
    assert set(digits.y_train) == set(digits.y_test) == set(range(10))


def test_digits_without_a_split_are_the_same_rows() -> None:
    X, y = datasets.digits(split=False)
    digits = datasets.digits()
    np.testing.assert_array_equal(X[:1200], digits.X_train)
    np.testing.assert_array_equal(y[1200:], digits.y_test)


def test_no_test_picture_is_a_training_picture() -> None:
    digits = datasets.digits()
    train = {row.tobytes() for row in digits.X_train}
    assert not any(row.tobytes() in train for row in digits.X_test)


def test_each_call_of_digits_gives_fresh_arrays() -> None:
    datasets.digits().X_train[:] = -1
    assert datasets.digits().X_train.min() == 0


def test_xor() -> None:
    X, y = datasets.xor()
    assert (X.shape, X.dtype, y.dtype) == ((4, 2), np.float64, np.int64)
    np.testing.assert_array_equal(y, X[:, 0] != X[:, 1])
    assert len(np.unique(X, axis=0)) == 4


@settings(deadline=None, derandomize=True, max_examples=30)
@given(n=st.integers(2, 60), seed=st.integers(0, 99))
def test_two_moons_without_noise_lie_on_half_circles(n: int, seed: int) -> None:
    X, y = datasets.two_moons(n, 0.0, np.random.default_rng(seed))
    assert (X.shape, y.shape, X.dtype, y.dtype) == ((n, 2), (n,), np.float64, np.int64)
    assert y.sum() == n - n // 2
    centres = np.array([[0.0, 0.0], [1.0, 0.5]])[y]
    np.testing.assert_allclose(np.hypot(*(X - centres).T), 1)
    assert np.all((X - centres)[:, 1] * np.where(y == 0, 1, -1) > -1e-9)


def test_two_moons_are_those_of_scikit_learn() -> None:
    make_moons = pytest.importorskip("sklearn.datasets").make_moons
    theirs, labels = make_moons(51, shuffle=False)
    X, y = datasets.two_moons(51, 0.0, np.random.default_rng(0))
    for moon in (0, 1):
        ours, other = X[y == moon], theirs[labels == moon]
        np.testing.assert_allclose(ours[np.argsort(ours[:, 0])], other[np.argsort(other[:, 0])])


def test_two_moons_noise_has_the_asked_size_and_comes_from_rng() -> None:
    clean, noisy, again = (
        datasets.two_moons(4000, noise, np.random.default_rng(5))[0] for noise in (0.0, 0.2, 0.2)
    )
    assert (noisy - clean).std() == pytest.approx(0.2, rel=0.05)
    np.testing.assert_array_equal(noisy, again)


@pytest.mark.parametrize(
    ("message", "call"),
    [
        ("n is 1, expected an integer of at least 2", lambda rng: (1, 0.1, rng)),
        ("n is 10.0, expected an integer of at least 2", lambda rng: (10.0, 0.1, rng)),
        ("noise is -0.1, expected a finite number of at least 0", lambda rng: (10, -0.1, rng)),
        ("noise is nan, expected a finite number of at least 0", lambda rng: (10, np.nan, rng)),
        ("rng is 0, expected a Generator: np.random.default_rng(0)", lambda rng: (10, 0.1, 0)),
    ],
)
def test_two_moons_refuses(message: str, call: Callable[..., Any]) -> None:
    with pytest.raises(ArgumentError, match=f"^{re.escape(f'two_moons: {message}')}$"):
        datasets.two_moons(*call(np.random.default_rng(0)))


@pytest.mark.parametrize("ships_its_file", [True, False])
def test_irises_are_those_of_scikit_learn(
    ships_its_file: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_iris = pytest.importorskip("sklearn.datasets").load_iris
    if not ships_its_file:
        monkeypatch.setattr(bundled, "find_spec", lambda _: None)
    for ours, theirs in zip(iris.__wrapped__(), load_iris(return_X_y=True), strict=True):
        np.testing.assert_array_equal(ours, theirs)
        assert not ours.flags.writeable
