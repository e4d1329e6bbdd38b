"""Lesson 04: the trainings and the fit that its cells measure."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from bpworkbook import nn
from bpworkbook.datasets import digits, xor
from bpworkbook.nn.validation import FloatArray


def train_on_xor(model: nn.Sequential, rng: np.random.Generator) -> float:
    """Train a network with two inputs and one score on the four points, and return its last loss.

    300 steps of gradient descent at learning rate 0.5, each on all four points.
    """
    X, y = xor()
    targets = y[:, None].astype(float)
    sgd = nn.SGD(model.parameters(), lr=0.5)
    history = nn.fit(
        model, "bce_with_logits", sgd, X, targets, epochs=300, batch_size=4, rng=rng, progress=False
    )
    return history["loss"][-1]


def train_classifier(sizes: list[int], seed: int) -> list[tuple[FloatArray, FloatArray]]:
    """Train a ReLU network on the digits and return its ``params``, one (W, b) for each layer.

    20 epochs of gradient descent at learning rate 0.3, in batches of 32.
    """
    data = digits()
    rng = np.random.default_rng(seed)
    linear = [nn.Linear(d, h, rng=rng) for d, h in pairwise(sizes)]
    bent = [part for layer in linear[:-1] for part in (layer, nn.ReLU())]
    model = nn.Sequential(*bent, linear[-1])
    sgd = nn.SGD(model.parameters(), lr=0.3)
    nn.fit(
        model, "cross_entropy", sgd, data.X_train, data.y_train, epochs=20, batch_size=32, rng=rng,
        progress=False,
    )  # fmt: skip
    return [(layer.W.data, layer.b.data) for layer in linear]


def sine_error(
    forward: Callable[..., Any], width: int, f: Callable[[Any], Any], seed: int
) -> float:
    r"""Return how far a network with a random hidden layer stays from the sine.

    The hidden layer is drawn: normal weights, and biases that put the kinks anywhere between
    $-\pi$ and $\pi$. The output weights are those of least squares. What the hidden layer gives is
    read from the cache of ``forward``: it is the input of the second layer.

    Parameters
    ----------
    forward : callable
        ``forward(X, params, f) -> (out, cache)``, the answer to exercise 04.2.
    width : int
        Hidden units.
    f : callable
        The activation.
    seed : int
        Draws the hidden layer.

    Returns
    -------
    float
        The root of the mean squared error at 200 points.

    Examples
    --------
    >>> from bpworkbook.lessons.u01_neurons.n04_forward_propagation.answers import mlp_forward
    >>> f"{sine_error(mlp_forward, 64, np.tanh, 0):.3f}"
    '0.000'
    """
    rng = np.random.default_rng(seed)
    x = np.linspace(-np.pi, np.pi, 200)[:, None]
    W1 = rng.normal(size=(1, width))
    b1 = -W1[0] * rng.uniform(-np.pi, np.pi, width)
    _, cache = forward(x, [(W1, b1), (np.zeros((width, 1)), np.zeros(1))], f)
    columns = np.hstack([cache[1], np.ones_like(x)])
    W2 = np.linalg.lstsq(columns, np.sin(x), rcond=None)[0]
    return float(np.sqrt(np.mean((columns @ W2 - np.sin(x)) ** 2)))
