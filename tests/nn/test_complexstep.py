"""Gradients by the complex step."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook import nn
from bpworkbook.nn.complexstep import complex_step_gradient


@given(n=st.integers(1, 4), d=st.integers(1, 4), seed=st.integers(0, 2**32 - 1))
def test_exact_where_a_central_difference_is_not(n: int, d: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, W, u = rng.standard_normal((n, d)), rng.standard_normal((d, 3)), rng.standard_normal((n, 3))
    before = W.copy()
    exact = x.T @ (u * (1 - np.tanh(x @ W) ** 2))
    stepped = complex_step_gradient(lambda W: np.sum(u * np.tanh(x @ W)), W)
    np.testing.assert_allclose(stepped, exact, rtol=0, atol=1e-14 * max(1, np.abs(exact).max()))
    np.testing.assert_array_equal(W, before)


def test_it_finds_the_gradient_of_the_cross_entropy(rng: np.random.Generator) -> None:
    scores, labels = rng.standard_normal((4, 3)), np.array([0, 2, 1, 1])

    def loss(s: Any) -> Any:
        return np.mean(np.log(np.sum(np.exp(s), axis=1)) - s[np.arange(4), labels])

    gradient = nn.cross_entropy_backward(nn.cross_entropy_forward(scores, labels)[1])
    np.testing.assert_allclose(complex_step_gradient(loss, scores), gradient, rtol=0, atol=1e-15)


def test_float32_and_scalars() -> None:
    x = np.array([0.5, 2.0], np.float32)
    gradient = complex_step_gradient(lambda x: np.sum(x**3), x)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, 3 * x**2, rtol=1e-6)
    assert complex_step_gradient(lambda x: complex(np.exp(x)), np.array(1.0)) == np.e


TWO = np.ones(2)
MESSAGES: list[tuple[str, Callable[[], Any]]] = [
    (
        "complex_step_gradient: f returned an array of dtype float64, expected a complex number",
        lambda: complex_step_gradient(lambda x: np.sum(np.abs(x)), TWO),
    ),
    (
        "complex_step_gradient: f returned 1.0, expected a complex number",
        lambda: complex_step_gradient(lambda x: 1.0, TWO),
    ),
    (
        "complex_step_gradient: f returned (2,), expected one number",
        lambda: complex_step_gradient(lambda x: x, TWO),
    ),
    (
        "complex_step_gradient: x is a list",
        lambda: complex_step_gradient(np.sum, [1.0]),
    ),
    (
        "complex_step_gradient: h is 0, expected a finite number above 0",
        lambda: complex_step_gradient(np.sum, TWO, h=0),
    ),
]


@pytest.mark.parametrize(("message", "call"), MESSAGES, ids=[text for text, _ in MESSAGES])
def test_bad_input_is_named(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(nn.ArgumentError) as caught:
        call()
    assert str(caught.value).startswith(message)
