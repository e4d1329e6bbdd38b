"""Lesson 02: right answers to its exercises, each written in two ways."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Activation = Callable[[Any], Any]


def weighted_sum(x: Any, w: Any, b: Any) -> Any:
    """Return the weighted sum of one example, one number.

    Examples
    --------
    >>> float(weighted_sum(np.array([1.0, 2.0]), np.array([3.0, -1.0]), 4.0))
    5.0
    """
    return x @ w + b


def weighted_sum_by_addition(x: Any, w: Any, b: Any) -> Any:
    z = b
    for value, weight in zip(x, w, strict=True):
        z = z + value * weight
    return z


def neuron(X: Any, w: Any, b: Any, f: Activation) -> Any:
    """Return what one neuron answers to n examples, shape (n,).

    Examples
    --------
    >>> neuron(np.array([[1.0, 2.0], [0.0, 3.0]]), np.array([2.0, -1.0]), 1.0, np.abs).tolist()
    [1.0, 2.0]
    """
    return f(X @ w + b)


def neuron_row_by_row(X: Any, w: Any, b: Any, f: Activation) -> Any:
    return f(np.stack([weighted_sum(row, w, b) for row in X]))


def line_shift(w: Any, b: Any) -> Any:
    """Return how far from the origin, going along w, the weighted sum is 0.

    Examples
    --------
    >>> float(line_shift(np.array([3.0, 4.0]), -10.0))
    2.0
    """
    return -b / np.sqrt(w @ w)


def shift_of_nearest_point(w: Any, b: Any) -> Any:
    nearest = -b * w / (w**2).sum()
    return nearest @ w / np.linalg.norm(w)


def lif_rate(I: float, leak: float, threshold: float, dt: float, T: float) -> float:  # noqa: E741
    """Return the spikes per unit of time of a leaky integrate-and-fire cell.

    Parameters
    ----------
    I : float
        What the input adds to v in one unit of time.
    leak : float
        Share of v that is lost in one unit of time.
    threshold : float
        At v = threshold or more the cell spikes, and v is set to 0.
    dt, T : float
        Length of a step, and of the whole run.

    Examples
    --------
    >>> lif_rate(4.0, 0.5, 6.0, 1.0, 12.0)
    0.5
    """
    v, spikes = 0.0, 0
    for _ in range(round(T / dt)):
        v = v + dt * (I - leak * v)
        if v >= threshold:
            spikes += 1
            v = 0.0
    return spikes / T


def lif_rate_by_counting_one_wait(
    current: float, leak: float, threshold: float, dt: float, T: float
) -> float:
    steps, v, wait = round(T / dt), 0.0, 0
    while v < threshold:
        v += dt * current - dt * leak * v
        wait += 1
        if wait > steps:
            return 0.0
    return math.floor(steps / wait) / T


def layer(X: Any, W: Any, B: Any, f: Activation) -> Any:
    """Return what h neurons answer to n examples, shape (n, h).

    Examples
    --------
    >>> W, B = np.array([[3.0, -1.0, 2.0], [1.0, 4.0, -5.0]]), np.array([10.0, 20.0, 30.0])
    >>> layer(np.array([[1.0, 2.0]]), W, B, np.abs).tolist()
    [[15.0, 27.0, 22.0]]
    """
    return f(X @ W + B)


def layer_neuron_by_neuron(X: Any, W: Any, B: Any, f: Activation) -> Any:
    return np.stack([f(X @ W[:, k] + B[k]) for k in range(len(B))], axis=1)


def counterparts() -> dict[str, str]:
    """Return the letter of the model's part for each part of a cell.

    Examples
    --------
    >>> sorted(counterparts())
    ['axon', 'dendrite', 'soma', 'synapse']
    """
    return {"synapse": "C", "dendrite": "A", "soma": "D", "axon": "B"}


def counterparts_in_small_letters() -> dict[str, str]:
    return {part: letter.lower() for part, letter in sorted(counterparts().items())}


def left_out() -> str:
    """Return the letters of the sentences that the model neuron knows nothing of.

    Examples
    --------
    >>> len(left_out())
    3
    """
    return "BCF"


def left_out_in_another_order() -> str:
    return "f, c, b"
