"""Fit straight lines under squared, absolute and Huber loss, and draw one fit among its peers."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from bpworkbook.figures import Dots, Line, Panel, Scene, Text, dots_panel
from bpworkbook.nn.validation import FloatArray

LOSSES = ("squared", "absolute", "Huber")
X = np.linspace(0.0, 11.0, 12)
TRUE = (1.0, 0.5)
"""Intercept and slope that the points are drawn from."""

DELTA = 1.0
"""Where Huber's loss turns from a square into a straight line."""


def fit(y: FloatArray, loss: str) -> Any:
    """Return the intercept and slope that minimise a loss over the points ``(X, y)``.

    Parameters
    ----------
    y : array (m, 12)
        One set of targets a row.
    loss : str
        One of `LOSSES`.

    Returns
    -------
    array (m, 2)

    Examples
    --------
    >>> y = (1.0 + 0.5 * X)[None]
    >>> [fit(y, loss).round(6).tolist() for loss in LOSSES]
    [[[1.0, 0.5]], [[1.0, 0.5]], [[1.0, 0.5]]]
    """
    if loss == "absolute":
        return _least_absolute(y)
    line = _weighted(y, np.ones_like(y))
    if loss == "Huber":
        for _ in range(60):
            size = np.abs(y - _heights(line))
            line = _weighted(y, DELTA / np.maximum(size, DELTA))
    return line


def _weighted(y: FloatArray, weight: FloatArray) -> FloatArray:
    """Return the weighted least-squares lines."""
    total = weight.sum(axis=1)
    x_mean = (weight @ X) / total
    y_mean = (weight * y).sum(axis=1) / total
    x_off = X - x_mean[:, None]
    slope = (weight * x_off * y).sum(axis=1) / (weight * x_off**2).sum(axis=1)
    return np.stack([y_mean - slope * x_mean, slope], axis=1)


def _least_absolute(y: FloatArray) -> Any:
    """Return the lines of least absolute error: one of them passes through two of the points."""
    first, second = np.array(list(combinations(range(X.size), 2))).T
    slope = (y[:, second] - y[:, first]) / (X[second] - X[first])
    candidates = np.stack([y[:, first] - slope * X[first], slope], axis=2)
    error = np.abs(y[:, None, :] - _heights(candidates)).sum(axis=2)
    return candidates[np.arange(len(y)), error.argmin(axis=1)]


def _heights(line: FloatArray) -> FloatArray:
    """Return the heights of lines (..., 2) at every X."""
    return line[..., :1] + line[..., 1:] * X


def height(line: FloatArray, x: float) -> Any:
    """Return the height of each line (..., 2) at one place."""
    return line[..., 0] + line[..., 1] * x


def distance(line: FloatArray) -> Any:
    """Return the mean distance of each line (m, 2) from the true one over the range of X.

    >>> distance(np.array([[2.0, 0.5]]))
    array([1.])
    """
    return np.abs(_heights(line) - _heights(np.array(TRUE))).mean(axis=1)


def fit_scene(
    y: FloatArray,
    at: int,
    moved: float,
    line: FloatArray,
    far: Mapping[str, FloatArray],
    *,
    title: str,
    told: str,
) -> Scene:
    """Draw points with their fitted line, and beside it how far each loss ends from the truth.

    Parameters
    ----------
    y : array (12,)
        Targets, the wrong one among them.
    at : int
        Which one is wrong.
    moved : float
        How far up it was moved.
    line : array (2,)
        The fitted line.
    far : mapping of str to array (m,)
        Distances from the true line of each loss, one for each draw.
    title, told : str
        Of the points' panel.

    Examples
    --------
    >>> line = np.array(TRUE)
    >>> fit_scene(_heights(line), 6, 0.0, line, {"squared": np.zeros(1)},
    ...           title="", told="points").alt
    'Left: points. Right: distance from the true line: squared median 0 (0 to 0, 1 runs).'
    """
    others = np.arange(X.size) != at
    x, top = X[at], y[at]
    left = Panel(
        Line(X, _heights(np.array(TRUE)), "true line", color="grey", dash=":"),
        Line(X, _heights(line), "fitted line", color="ink", width=2.2),
        Line([x, x], [top - moved, top], color="red", dash="--", width=1.2),
        Dots(X[others], y[others], size=5, fill="blue", edge="blue"),
        Dots([x], [top], marker="D", size=8, fill="red"),
        Text(x - 0.5, top, "wrong target" if moved else "", align="right", rim=True),
        xlabel="x", ylabel="y", xlim=(-0.6, 11.6), ylim=(-5, 24),
        xticks=range(0, 12, 2), yticks=range(0, 21, 5), legend="lower right",
        title=title, told=told,
    )  # fmt: skip
    runs = {name: values.tolist() for name, values in far.items()}
    right = dots_panel(
        runs, ylabel="distance from the true line", title="8 draws, each loss", ylim=(0, 2.7)
    )
    return Scene(left, right, height=3.3, ratios=(1.25, 1))
