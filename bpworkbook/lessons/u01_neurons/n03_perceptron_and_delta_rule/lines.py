"""Lesson 03: lines that part points: how wide they can be, and how a perceptron comes to one."""

from dataclasses import dataclass
from typing import Any

import numpy as np


def with_ones(X: Any) -> Any:
    """Return X with a column of ones, so that the bias is one more weight.

    Examples
    --------
    >>> with_ones(np.array([[2.0, 3.0]])).tolist()
    [[2.0, 3.0, 1.0]]
    """
    return np.column_stack([X, np.ones(len(X))])


def widest_line(X: Any, y: Any, turns: int = 200) -> tuple[Any, float]:
    """Return a line of length 1 with nearly the largest margin, and its margin.

    The smallest mixture of the points y (x, 1) is looked for, step by step (Gilbert's way). Where
    no line parts the points the margin comes out as 0 or less.

    Examples
    --------
    >>> line, margin = widest_line(np.array([[2.0], [-2.0]]), np.array([1, -1]))
    >>> (line.round(3) + 0.0).tolist(), round(margin, 3)
    ([1.0, 0.0], 2.0)
    """
    Z = with_ones(X) * y[:, None]
    v = Z[0]
    for _ in range(turns):
        nearest = Z[np.argmin(Z @ v)]
        way = v - nearest
        square = float(way @ way)
        share = min(1.0, float(way @ v) / square) if square else 0.0
        if share <= 0 or not v.any():
            break
        v = v - share * way
    length = float(np.linalg.norm(v))
    if length < 1e-9:
        return v, 0.0
    return v / length, float(np.min(Z @ v)) / length


@dataclass(frozen=True)
class Mistake:
    """A mistake of a perceptron, and its line afterwards.

    Parameters
    ----------
    visit : int
        Which visit it was, counted from 1.
    row : int
        The row of the point.
    u : array (d + 1,)
        The weights afterwards, and last the bias.
    """

    visit: int
    row: int
    u: Any


def run(X: Any, y: Any, *, epochs: int, most: int = 10_000, start: Any = None) -> list[Mistake]:
    """Return the mistakes of a perceptron that visits the rows from top to bottom.

    Visits without a mistake cost nothing, so that many points are no more work than few.

    Parameters
    ----------
    X : array (n, d)
        Points.
    y : array (n,)
        Labels, 1 and -1.
    epochs : int
        How often it goes through the rows, at most.
    most : int
        How many mistakes are listed, at most.
    start : array (d + 1,), optional
        First weights, and last the bias; zeros by default.

    Examples
    --------
    >>> X, y = np.array([[1.0], [3.0]]), np.array([-1, 1])
    >>> [(one.visit, one.u.tolist()) for one in run(X, y, epochs=9)][:3]
    [(1, [-1.0, -1.0]), (2, [2.0, 0.0]), (3, [1.0, -1.0])]
    """
    Z, n = with_ones(X) * y[:, None], len(X)
    u = np.zeros(Z.shape[1]) if start is None else np.asarray(start, dtype=float)
    found: list[Mistake] = []
    seen = quiet = 0
    while seen < epochs * n and quiet < n and len(found) < most:
        rest = Z[seen % n :] @ u <= 0
        wrong = int(np.argmax(rest)) if rest.any() else len(rest)
        seen, quiet = seen + wrong, quiet + wrong
        if wrong < len(rest) and quiet < n:
            u = u + Z[seen % n]
            seen, quiet = seen + 1, 0
            found.append(Mistake(seen, (seen - 1) % n, u))
    return found


def wrong_side(X: Any, y: Any, u: Any) -> int:
    """Return how many points are on the wrong side of the line u, or on it.

    Examples
    --------
    >>> wrong_side(np.array([[1.0], [3.0]]), np.array([-1, 1]), np.array([1.0, -1.0]))
    1
    """
    return int(np.sum(y * (with_ones(X) @ u) <= 0))
