"""Lesson 03: the cases that its exercises are tried on; the first of each fits on paper."""

from typing import Any

import numpy as np

Rng = np.random.Generator


def one_example(rng: Rng) -> list[Any]:
    """Return weights, a bias and one labelled example: wrong, right, and on the line."""

    def drawn(d: int, right: bool) -> Any:
        w, b, x = rng.normal(size=d), float(rng.normal()), rng.normal(size=d)
        y = 1 if (w @ x + b > 0) == right else -1
        return w, b, x, y

    on_the_line = [
        (np.zeros(2), 0.0, np.array([3.0, -1.0]), -1),
        (np.array([2.0, 1.0]), -4.0, np.array([1.0, 2.0]), 1),
        (np.array([3.0, 1.0]), -2.0, np.array([1.0, -1.0]), 1),
        (np.array([1.0, -3.0, 2.0]), 5.0, np.array([2.0, 3.0, 1.0]), -1),
    ]
    by_hand = np.array([1.0, -2.0]), 2.0, np.array([3.0, 1.0]), -1
    sizes = [(3, False), (2, True), (4, False), (1, False), (3, True), (5, True)]
    return [by_hand, *(drawn(d, right) for d, right in sizes), *on_the_line]


def parted(rng: Rng, n: int, d: int, margin: float = 0.4) -> tuple[Any, Any]:
    """Return points with labels that a plane, away from the origin, parts with this margin.

    Examples
    --------
    >>> X, y = parted(np.random.default_rng(0), 6, 2)
    >>> X.shape, y.tolist()
    ((6, 2), [1, -1, 1, -1, 1, -1])
    """
    direction = rng.normal(size=d)
    direction /= np.linalg.norm(direction)
    X = rng.uniform(-1, 1, size=(n, d))
    y = np.where(np.arange(n) % 2 == 0, 1, -1)
    wanted = y * (margin + rng.uniform(0, 0.6, size=n)) + 1.5
    return X + (wanted - X @ direction)[:, None] * direction, y


def to_train_on(rng: Rng) -> list[Any]:
    """Return clouds that a line parts, the four points of XOR, and one point for very long."""
    sizes = [(12, 2), (14, 3), (16, 2)]
    clouds = [(*parted(rng, n, d), 50) for n, d in sizes]
    xor = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([-1, 1, 1, -1])
    one = np.array([[2.0, -1.0]]), np.array([-1])
    # Whoever does not stop at an epoch without mistakes is still counting when the time is up.
    return [(*one, 5), *clouds, (*xor, 10), (*one, 10**9)]


def with_a_line(rng: Rng) -> list[Any]:
    """Return clouds, each with a line that parts it."""

    def drawn(n: int, d: int) -> Any:
        w, b, X = rng.normal(size=d), float(rng.normal()), rng.normal(size=(n, d))
        z = X @ w + b
        return X, np.where(z > 0, 1, -1), w, b

    X, y = np.array([[1.0, 2.0], [5.0, 3.0], [-1.0, 1.0]]), np.array([-1, 1, -1])
    by_hand = X, y, np.array([2.0, -1.0]), -2.0
    sizes = [(3, 2), (4, 3), (3, 3), (4, 4), (2, 1), (7, 2)]
    return [by_hand, *(drawn(n, d) for n, d in sizes)]


def batches(rng: Rng) -> list[Any]:
    """Return weights, a bias, and a batch with labels."""

    def drawn(n: int, d: int) -> Any:
        y = np.where(rng.random(n) < 0.5, -1, 1)
        return rng.normal(size=d), float(rng.normal()), rng.normal(size=(n, d)), y

    X = np.array([[1.0, 2.0], [3.0, -1.0], [2.0, 5.0], [4.0, 1.0]])
    by_hand = np.array([2.0, -1.0]), 1.0, X, np.array([1, -1, -1, 1])
    sizes = [(4, 2), (5, 3), (3, 3), (4, 4), (1, 2), (6, 1)]
    return [by_hand, *(drawn(n, d) for n, d in sizes)]


def batches_with_a_rate(rng: Rng) -> list[Any]:
    """Return the same with a learning rate."""
    rates = [0.5, 0.1, 0.3, 0.05, 2.0, 0.2, 0.7]
    return [(*args, lr) for args, lr in zip(batches(rng), rates, strict=True)]
