"""Dropout: what it keeps, how often, and that backward uses the mask of forward."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook.nn import ArgumentError
from bpworkbook.nn.dropout import dropout_backward, dropout_forward
from bpworkbook.nn.norm_layers import Dropout


@given(
    shape=st.lists(st.integers(1, 6), max_size=4),
    p=st.floats(0, 0.99),
    dtype=st.sampled_from([np.float32, np.float64]),
    seed=st.integers(0, 99),
)
def test_each_value_is_zero_or_scaled(shape: list[int], p: float, dtype: Any, seed: int) -> None:
    x = np.full(shape, 3, dtype)
    out, mask = dropout_forward(x, p, np.random.default_rng(seed))
    assert (out.shape, out.dtype, mask.dtype) == (tuple(shape), dtype, dtype)
    for kept, value in zip(np.ravel(mask), np.ravel(out), strict=True):
        assert kept in (0, dtype(1 / (1 - p)))
        assert value == 3 * kept
    again, _ = dropout_forward(x, p, np.random.default_rng(seed))
    np.testing.assert_array_equal(out, again)
    # It is linear for a given mask, so the gradient is exact.
    grad_out = np.full(shape, -2, dtype)
    np.testing.assert_array_equal(dropout_backward(grad_out, mask), grad_out * mask)


@pytest.mark.parametrize("p", [0.0, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("generator", [np.random.PCG64, np.random.MT19937])
def test_the_share_of_zeros(p: float, generator: Any) -> None:
    out, _ = dropout_forward(np.ones((500, 401)), p, np.random.Generator(generator(0)))
    bound = 5 * np.sqrt(p * (1 - p) / out.size)
    assert abs((out == 0).mean() - p) <= bound + 1e-5
    assert abs(out.mean() - 1) <= bound / (1 - p) + 1e-4
    # Neighbours, which share a draw of 64 bits, are decided apart.
    zero = (out == 0) - (out == 0).mean()
    for shift in (1, 2, 3, 4):
        assert abs((zero[:, shift:] * zero[:, :-shift]).mean()) <= 5 * p * (1 - p) / 400


def test_evaluation_passes_all_on(rng: np.random.Generator) -> None:
    x = rng.standard_normal((3, 4)).astype(np.float32)
    out, cache = dropout_forward(x, 0.5, training=False)
    np.testing.assert_array_equal(out, x)
    grad = dropout_backward(x, cache)
    np.testing.assert_array_equal(grad, x)
    assert grad.dtype == np.float32
    layer = Dropout(0.5, rng=rng).eval()
    state = rng.bit_generator.state
    np.testing.assert_array_equal(layer(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)
    assert rng.bit_generator.state == state, "evaluation drew random numbers"


def test_the_layer_draws_anew_and_remembers(rng: np.random.Generator) -> None:
    layer, x = Dropout(rng=rng), np.ones((20, 20))
    first, second = layer(x), layer(x)
    assert (first != second).any()
    np.testing.assert_array_equal(layer.backward(x), second)
    assert layer.parameters() == []
    assert repr(layer) == "Dropout(0.5)"
    with pytest.raises(RuntimeError, match="call forward first"):
        Dropout(rng=rng).backward(x)


X = np.ones((2, 3))
RNG = np.random.default_rng(0)
REFUSED = {
    "dropout_forward: x is a list, expected an array of float32 or float64": lambda: (
        dropout_forward([1.0], 0.5, RNG)
    ),
    "dropout_forward: p is 1, expected at least 0 and below 1": lambda: dropout_forward(X, 1, RNG),
    "dropout_forward: p is nan, expected a finite number of at least 0": lambda: dropout_forward(
        X, np.nan, RNG
    ),
    "dropout_forward: rng is None, expected a Generator for training": lambda: dropout_forward(
        X, 0.5
    ),
    "dropout_forward: rng is 7, expected a Generator: np.random.default_rng(0)": lambda: (
        dropout_forward(X, 0.5, 7)
    ),
    "dropout_backward: grad_out is (2,), but out was (2, 3)": lambda: dropout_backward(
        np.ones(2), X
    ),
    "dropout_backward: cache is None, expected that of dropout_forward": lambda: dropout_backward(
        X, None
    ),
    "Dropout: p is -0.5, expected a finite number of at least 0": lambda: Dropout(-0.5, rng=RNG),
    "Dropout: rng is None, expected a Generator: np.random.default_rng(0)": lambda: Dropout(
        rng=None
    ),
}


@pytest.mark.parametrize("message", REFUSED)
def test_refused(message: str) -> None:
    with pytest.raises(ArgumentError) as refusal:
        REFUSED[message]()
    assert str(refusal.value) == message
