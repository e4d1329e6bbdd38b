"""Fit straight lines under squared, absolute and Huber loss, and draw one fit among its peers."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from bpworkbook.figures import COLORS, figure, house_style
from bpworkbook.figures.charts import draw_dots
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


def picture(
    y: FloatArray, at: int, line: FloatArray, loss: str, far: Mapping[str, FloatArray]
) -> Figure:
    """Draw the points with the fitted line, and beside it how far each loss ends from the truth."""
    fig, (left, right) = figure(ncols=2, height=3.3, width_ratios=(1.25, 1))
    with house_style():
        others = np.arange(X.size) != at
        left.plot(X[others], y[others], "o", color=COLORS["blue"], markersize=5)
        left.plot(X[at], y[at], "X", color=COLORS["red"], markersize=9)
        left.text(X[at] - 0.5, y[at], "wrong target", ha="right", va="center", fontsize=9)
        left.plot(X, _heights(np.array(TRUE)), ":", color=COLORS["grey"], label="true line")
        left.plot(X, _heights(line), "-", color=COLORS["ink"], linewidth=2.2, label="fitted line")
        left.set(xlabel="x", ylabel="y", title=f"Fitted by {loss} error", ylim=(-5, 24))
        left.set(xticks=range(0, 12, 2), yticks=range(0, 21, 5))
        left.legend(loc="lower right")
    runs = {name: values.tolist() for name, values in far.items()}
    draw_dots(right, runs, ylabel="distance from the true line", title="8 draws, each loss")
    right.set_ylim(0, 2.7)
    return fig
