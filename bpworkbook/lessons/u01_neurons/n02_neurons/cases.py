"""Lesson 02: the arguments that its answers are tried on; the first can be worked by hand."""

from typing import Any

import numpy as np

from bpworkbook import nn
from bpworkbook.lessons.u01_neurons.n02_neurons import answers
from bpworkbook.workbook.examples import digit

Rng = np.random.Generator
Cases = list[tuple[Any, ...]]


def sum_cases(rng: Rng) -> Cases:
    """Return inputs (d,), weights (d,) and a bias."""
    by_hand = np.array([1.0, 2.0]), np.array([3.0, -1.0]), 4.0
    sizes = (2, 3, 5, 1, 4)
    return [
        by_hand,
        *((rng.normal(size=d), rng.normal(size=d), float(rng.normal())) for d in sizes),
    ]


def neuron_cases(rng: Rng) -> Cases:
    """Return examples (n, d), weights (d,), a bias and an activation."""

    def case(n: int, d: int, f: Any) -> Any:
        return rng.normal(size=(n, d)), rng.normal(size=d), float(rng.normal()), f

    by_hand = (
        np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 1.0]]),
        np.array([2.0, -1.0]),
        -3.0,
        nn.relu,
    )
    sizes = [(3, 2, nn.sigmoid), (3, 3, nn.tanh), (4, 4, nn.sigmoid), (1, 3, nn.tanh)]
    return [by_hand, *(case(*size) for size in sizes), case(5, 1, nn.sigmoid)]


def shift_cases(rng: Rng) -> Cases:
    """Return weights (d,) and a bias."""
    by_hand = np.array([3.0, 4.0]), -10.0
    return [by_hand, *((rng.normal(size=d), float(rng.normal())) for d in (2, 3, 5, 1))]


def current_cases(rng: Rng) -> Cases:
    """Return current, leak, threshold, step and time; the first two land on it."""
    silent = [(40.0, 50.0, 1.0, 0.001, 0.5), (70.0, 40.0, 2.0, 0.001, 1.5)]
    firing = [
        (float(current), 50.0, 1.0, 0.0005, T)
        for current, T in zip(
            rng.uniform([60, 90, 140], [70, 110, 180]), (1.0, 2.0, 1.5), strict=True
        )
    ]
    return [
        (4.0, 0.5, 6.0, 1.0, 12.0),
        (1.0, 0.0, 1.0, 0.25, 10.0),
        (4.0, 0.0, 6.0, 1.0, 12.0),
        (5.0, 0.0, 8.0, 1.0, 16.0),
        *silent,
        *firing,
        (100.0, 20.0, 2.0, 0.0005, 2.0),
        (100.0, 0.0, 1.5, 0.0005, 2.0),
    ]


def layer_cases(rng: Rng) -> Cases:
    """Return examples (n, d), weights (d, h), biases (h,) and an activation."""

    def case(n: int, d: int, h: int, f: Any) -> Any:
        return rng.normal(size=(n, d)), rng.normal(size=(d, h)), rng.normal(size=h), f

    by_hand = (
        np.array([[1.0, 2.0], [3.0, -1.0]]),
        np.array([[3.0, -1.0, 2.0], [1.0, 4.0, -5.0]]),
        np.array([1.0, -8.0, 2.0]),
        nn.relu,
    )
    sizes = [
        (2, 2, 3, nn.sigmoid),
        (3, 3, 3, nn.tanh),
        (4, 4, 4, nn.sigmoid),
        (5, 3, 2, nn.tanh),
        (1, 4, 3, nn.sigmoid),
        (4, 2, 1, nn.tanh),
    ]
    return [by_hand, *(case(*size) for size in sizes)]


def layer_to_time(rng: Rng) -> tuple[Any, ...]:
    """Return a layer large enough to time."""
    return rng.normal(size=(40, 30)), rng.normal(size=(30, 20)), rng.normal(size=20), nn.tanh


def firing(X: Any, w: Any, b: Any, f: Any) -> Any:
    """Return which neurons fire for which examples, 1, and which do not, -1."""
    return np.sign(X @ w + b)


def whole_shift(rng: Rng) -> tuple[Any, ...]:
    """Return weights whose length is a whole number, and a bias that it divides."""
    weights = np.array([(3.0, 4.0), (4.0, 3.0), (6.0, 8.0), (8.0, 6.0)][int(rng.integers(4))])
    length = float(np.sqrt(weights @ weights))
    return weights * rng.choice((-1.0, 1.0), size=2), digit(rng) * length


def fires_now_and_then(*args: float) -> bool:
    """Tell whether a cell fires, and not at every step."""
    return 0 < answers.lif_rate(*args) < 1
