"""What lesson 10 measures: an old backward pass on a new network, and what gradients cost."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from bpworkbook import autodiff, nn
from bpworkbook.lessons.timing import best_seconds
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised import network
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.arrays import forward, moons_network

SIZES = {1: (1, 1), 10: (2, 2, 3), 100: (5, 10, 5), 1000: (20, 20, 30), 10_000: (50, 100, 50)}
"""Layers without biases, by their number of weights."""

BATCH = 256


def true_gradient(Tensor: Any, bend: Callable[[Any], Any]) -> Any:
    """Return the gradient of the first weights of the moons network by finite differences.

    Parameters
    ----------
    Tensor : class
        From `arrays.tensor_class`.
    bend : callable
        The activation, such as ``Tensor.relu``.

    Returns
    -------
    array, shape (2, 8)

    Examples
    --------
    >>> from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.arrays import tensor_class
    >>> Tensor = tensor_class()
    >>> true_gradient(Tensor, Tensor.tanh).shape
    (2, 8)
    """
    X, y, layers = moons_network(Tensor, (2, 8, 8, 8, 2))

    def loss(_: Any = None) -> float:
        return float(forward(Tensor, X, layers, bend).cross_entropy(y).data)

    return nn.numerical_gradient(loss, layers[0][0].data)


def gradient_by_hand(Tensor: Any, bend: Callable[[Any], Any]) -> Any:
    """Return what the backward pass of lesson 09 makes of the network with activation ``bend``.

    Examples
    --------
    >>> from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.arrays import tensor_class
    >>> Tensor = tensor_class()
    >>> wanted = true_gradient(Tensor, Tensor.relu)
    >>> difference(gradient_by_hand(Tensor, Tensor.relu), wanted) < 1e-6
    True
    """
    X, y, layers = moons_network(Tensor, (2, 8, 8, 8, 2))
    a, caches = Tensor(X), []
    for W, b in layers:
        z = a @ W + b
        caches.append((a.data, W.data, z.data))
        a = bend(z)
    grad = network.softmax_ce_backward(z.data, y)
    return network.mlp_backward(grad, caches)[0][0]


def gradient_by_engine(Tensor: Any, bend: Callable[[Any], Any]) -> Any:
    """Return the same gradient by recording and sweeping back.

    Examples
    --------
    >>> from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.arrays import tensor_class
    >>> Tensor = tensor_class()
    >>> wanted = true_gradient(Tensor, Tensor.tanh)
    >>> difference(gradient_by_engine(Tensor, Tensor.tanh), wanted) < 1e-6
    True
    """
    X, y, layers = moons_network(Tensor, (2, 8, 8, 8, 2))
    forward(Tensor, X, layers, bend).cross_entropy(y).backward()
    return layers[0][0].grad


def difference(came: Any, wanted: Any) -> float:
    """Return how far two arrays are apart, as a share of the length of the second.

    >>> difference(np.array([3.0, 4.0]), np.array([3.0, 0.0]))
    1.3333333333333333
    """
    return float(np.linalg.norm(came - wanted) / np.linalg.norm(wanted))


@dataclass(frozen=True)
class Cost:
    """What one gradient costs: counted in forward passes, and in measured seconds.

    Seconds of forward mode and of finite differences are those of one pass times the passes.
    """

    weights: int
    counted: dict[str, float]
    seconds: dict[str, float]
    backward_over_forward: float


def gradient_cost(weights: int, repeats: int = 7) -> Cost:
    """Count and measure the gradient of a network with so many weights, in three ways.

    Counted are multiplications of the linear layers, in units of one forward pass.

    Examples
    --------
    >>> gradient_cost(1, repeats=1).counted
    {'reverse': 2.0, 'forward mode': 2.0, 'differences': 2.0}
    """
    sizes = SIZES[weights]
    rng = np.random.default_rng(0)
    X = rng.normal(size=(BATCH, sizes[0]))
    layers = [rng.normal(size=pair) / np.sqrt(pair[0]) for pair in pairwise(sizes)]
    tangents = [np.zeros_like(W) for W in layers]
    tangents[0][0, 0] = 1.0

    def loss(*layers: Any) -> Any:
        a = X
        for W in layers:
            a = np.tanh(a @ W)
        return np.mean(a**2)

    once = best_seconds(
        {
            "forward": lambda: loss(*layers),
            "with backward": lambda: autodiff.grad(loss)(*layers),
            "dual": lambda: autodiff.jvp(loss, layers, tangents),
        },
        repeats,
    )
    seconds = {
        "reverse": once["with backward"],
        "forward mode": weights * once["dual"],
        "differences": (weights + 1) * once["forward"],
    }
    ratio = (once["with backward"] - once["forward"]) / once["forward"]
    return Cost(weights, _counted(sizes), seconds, ratio)


def _counted(sizes: Sequence[int]) -> dict[str, float]:
    weights = sum(i * o for i, o in pairwise(sizes))
    # The data do not move: the first layer sends nothing further back, nor carries a tangent.
    again = 1 - sizes[0] * sizes[1] / weights
    return {
        "reverse": 2.0 + again,
        "forward mode": weights * (2.0 + again),
        "differences": 1.0 + weights,
    }


def gain_in_words(ratio: float) -> str:
    """Return how many times faster, in steps that hold on other machines.

    >>> [gain_in_words(ratio) for ratio in (0.2, 1.0, 12.0, 3200.0)]
    ['slower', 'little', 'more than 5 times', 'more than 1,000 times']
    """
    if ratio < 0.5:
        return "slower"
    steps = [step for step in (1000, 100, 5) if ratio > step]
    return f"more than {steps[0]:,} times" if steps else "little"
