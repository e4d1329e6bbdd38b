"""Lesson 03: the panels of its experiments and pictures."""

from typing import Any

import numpy as np

from bpworkbook.figures import Dots, Field, Panel
from bpworkbook.figures.scene_marks import Mark
from bpworkbook.lessons.u01_neurons.n03_perceptron_and_delta_rule import lines

GRID = 41
Window = tuple[float, float, float, float]


def line_panel(
    X: Any, y: Any, u: Any, window: Window, *, names: tuple[str, str] = ("-1", "+1"),
    now: int | None = None, **panel: Any,
) -> Panel:  # fmt: skip
    """Return points with labels, and the two sides of the line u.

    Parameters
    ----------
    X, y : array (n, 2), array (n,)
        Points, and their labels 1 and -1.
    u : array (3,)
        Two weights and a bias.
    window : tuple of four float
        Left, right, bottom, top.
    names : tuple of two str
        Of the labels -1 and 1.
    now : int, optional
        The row that is visited now; it gets a larger sign.

    Examples
    --------
    >>> X, y = np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([-1, 1])
    >>> line_panel(X, y, np.array([1.0, 1.0, -1.0]), (-1, 2, -1, 2)).told
    'all 2 points on their own side'
    """
    x1, x2 = np.linspace(*window[:2], GRID), np.linspace(*window[2:], GRID)
    z = u[0] * x1[None, :] + u[1] * x2[:, None] + u[2]
    # A slope as wide as a cell of the grid keeps the slanting line straight.
    cell = (window[1] - window[0]) / (GRID - 1) * float(np.hypot(u[0], u[1]))
    side = np.clip(0.5 + z / cell, 0, 1) if cell else 0.5 + 0.5 * np.sign(z)
    marks: list[Mark] = [Field(side, window, low=-0.7, high=1.7, contour=0.5 if cell else None)]
    if now is not None:
        marks.append(Dots([X[now, 0]], [X[now, 1]], "its turn", size=13, marker="D", fill="yellow"))
    for label, name, marker, fill in ((-1, names[0], "o", "white"), (1, names[1], "s", "ink")):
        of = X[y == label]
        marks.append(Dots(of[:, 0], of[:, 1], name, marker=marker, fill=fill))
    wrong = X[y * (lines.with_ones(X) @ u) <= 0]
    ring = Dots(wrong[:, 0], wrong[:, 1], "wrong", size=12, fill="none", edge="red", width=2)
    told = f"{len(X) - len(wrong)} of {len(X)} points on their own side"
    if not len(wrong):
        told = f"all {len(X)} points on their own side"
    return Panel(
        *marks, ring,
        **{"xlim": window[:2], "ylim": window[2:], "grid": "", "told": told, **panel},
    )  # fmt: skip


def window_of(X: Any, edge: float = 0.08) -> Window:
    """Return the part of the plane that holds all points.

    Examples
    --------
    >>> window_of(np.array([[0.0, 0.0], [1.0, 2.0]]), edge=0.5)
    (-0.5, 1.5, -1.0, 3.0)
    """
    low, high = X.min(axis=0), X.max(axis=0)
    room = edge * (high - low)
    (left, bottom), (right, top) = (low - room).tolist(), (high + room).tolist()
    return left, right, bottom, top
