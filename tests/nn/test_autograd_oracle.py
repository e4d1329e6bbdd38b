"""HIPS autograd, given the textbook formulas, arrives at the same values and gradients."""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import make_vjp
from autograd.scipy.stats import norm

from bpworkbook import nn


def _softmax(z: Any) -> Any:
    return anp.exp(z) / anp.sum(anp.exp(z), axis=-1, keepdims=True)


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + anp.exp(-z))


def _binary_cross_entropy(z: Any, y: Any) -> Any:
    a = _sigmoid(z)
    return -anp.mean(y * anp.log(a) + (1 - y) * anp.log(1 - a))


# Written out of the book, without a thought to overflow: nothing is shared with nn.
FORMULAS: dict[str, Callable[..., Any]] = {
    "sigmoid": _sigmoid,
    "tanh": lambda z: (anp.exp(z) - anp.exp(-z)) / (anp.exp(z) + anp.exp(-z)),
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "softmax": _softmax,
    "log_softmax": lambda z: anp.log(_softmax(z)),
    "gelu": lambda z: z * norm.cdf(z),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "mae": lambda p, y: anp.mean(anp.abs(p - y)),
    "huber": lambda p, y: anp.mean(
        anp.where(anp.abs(p - y) <= 1, 0.5 * (p - y) ** 2, anp.abs(p - y) - 0.5)
    ),
    "linear": lambda x, W, b: anp.dot(x, W) + b,
    "mse": lambda p, y: anp.mean((p - y) ** 2),
    "bce_with_logits": _binary_cross_entropy,
    "cross_entropy": lambda s, labels: (
        -anp.mean(anp.log(_softmax(s)[anp.arange(len(labels)), labels]))
    ),
}


@pytest.mark.parametrize(("n", "d"), [(1, 1), (1, 4), (5, 1), (6, 3)])
def test_autograd_agrees(pair: Any, n: int, d: int, rng: np.random.Generator) -> None:
    inputs = pair.draw(rng, n, d, np.float64)
    formula = FORMULAS[pair.name]
    out, cache = pair.forward(*inputs)
    np.testing.assert_allclose(out, formula(*inputs), rtol=1e-12, atol=1e-15)
    u = rng.standard_normal(np.shape(out))[()]
    gradients = pair.backward(grad_out=u, cache=cache)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    for position, gradient in enumerate(gradients):
        vjp, _ = make_vjp(formula, position)(*inputs)
        np.testing.assert_allclose(gradient, vjp(u), rtol=1e-10, atol=1e-14)


def test_autograd_agrees_on_a_whole_network(rng: np.random.Generator) -> None:
    model = nn.Sequential(nn.Linear(4, 6, rng=rng), nn.Tanh(), nn.Linear(6, 3, rng=rng))
    X, labels = rng.standard_normal((8, 4)), rng.integers(0, 3, 8)
    values = [parameter.data for parameter in model.parameters()]

    def loss(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        hidden = FORMULAS["tanh"](anp.dot(X, W1) + b1)
        return FORMULAS["cross_entropy"](anp.dot(hidden, W2) + b2, labels)

    model.backward(nn.cross_entropy_backward(nn.cross_entropy_forward(model(X), labels)[1]))
    for position, parameter in enumerate(model.parameters()):
        vjp, _ = make_vjp(loss, position)(*values)
        np.testing.assert_allclose(parameter.grad, vjp(1.0), rtol=1e-10, atol=1e-14)
