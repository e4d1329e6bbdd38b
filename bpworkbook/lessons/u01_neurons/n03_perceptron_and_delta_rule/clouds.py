"""Lesson 03: clouds of points with a gap of a chosen width between them, and the four gates."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpworkbook.lessons.u01_neurons.n03_perceptron_and_delta_rule import lines

CENTRE = np.array([2.0, 1.6])
REACH, TURN = 1.6, np.radians(25)
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
GATES = {
    "AND": np.array([-1, -1, -1, 1]),
    "OR": np.array([-1, 1, 1, 1]),
    "NAND": np.array([1, 1, 1, -1]),
    "XOR": np.array([-1, 1, 1, -1]),
}
"""What a gate says of each of the `CORNERS`."""


@dataclass(frozen=True)
class Cloud:
    """Points on both sides of a gap, and the line in its middle.

    Parameters
    ----------
    X : array (n, 2)
        Points.
    y : array (n,)
        Labels, 1 and -1.
    line : array (3,)
        The line in the middle of the gap, of length 1 with its bias.
    margin : float
        The least y (x, 1) @ line; 0 if labels were flipped.
    longest : float
        The length of the longest row (x, 1).
    """

    X: Any
    y: Any
    line: Any
    margin: float
    longest: float

    @property
    def bound(self) -> float:
        """The most mistakes there can be; infinite if labels were flipped."""
        return (self.longest / self.margin) ** 2 if self.margin else float("inf")


def cloud(n: int, gap: float, flipped: float, rng: np.random.Generator) -> Cloud:
    """Draw n points, no nearer than ``gap`` to a line, and flip a share of their labels.

    Examples
    --------
    >>> drawn = cloud(100, 0.4, 0.0, np.random.default_rng(0))
    >>> drawn.X.shape, round(drawn.margin, 2), round(drawn.bound)
    ((100, 2), 0.15, 996)
    """
    y = np.where(np.arange(n) % 2 == 0, 1, -1)
    along = y * (gap + (REACH - gap) * rng.random(n))
    across = rng.uniform(-REACH, REACH, n)
    axes = np.array([[np.cos(TURN), np.sin(TURN)], [-np.sin(TURN), np.cos(TURN)]])
    X = np.column_stack([along, across]) @ axes + CENTRE
    order = rng.permutation(n)
    y[order[: round(n * flipped)]] *= -1
    line = np.append(axes[0], -axes[0] @ CENTRE)
    length = float(np.linalg.norm(line))
    longest = float(np.linalg.norm(lines.with_ones(X), axis=1).max())
    return Cloud(X[order], y[order], line / length, 0.0 if flipped else gap / length, longest)
