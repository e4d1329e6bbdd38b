"""Ready-made panels for scenes: lines, decision maps, bars and dots, each with its alt text."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bpworkbook.figures.alt import describe_counts, describe_dots
from bpworkbook.figures.palette import CYCLE, MARKERS
from bpworkbook.figures.scene import Panel
from bpworkbook.figures.scene_grounds import Bars, Field, Levels, Marks
from bpworkbook.figures.scene_marks import Dots, Line, Mark, next_style
from bpworkbook.nn.errors import ArgumentError


def lines_panel(
    series: Mapping[str, tuple[Any, Any]],
    *,
    xlabel: str,
    ylabel: str,
    title: str = "",
    levels: Mapping[str, float] | None = None,
    marks: Mapping[str, float] | None = None,
    **panel: Any,
) -> Panel:
    """Return a panel with one line for each entry of ``series``; see `draw_lines`.

    Raises
    ------
    ArgumentError
        If ``series`` is empty, or x and y of a line differ in length.

    Examples
    --------
    >>> lines_panel({"loss": ([1, 2], [4.0, 1.0])}, xlabel="epoch", ylabel="loss").told
    'loss falls from 4.00 to 1.00 by epoch 2'
    """
    if not series:
        raise ArgumentError("lines_panel: series is empty, but needs at least one line")
    drawn: list[Mark] = [Levels(levels or {}), Marks(marks or {})]
    drawn += [Line(x, y, name) for name, (x, y) in series.items()]
    return Panel(*drawn, xlabel=xlabel, ylabel=ylabel, title=title, **panel)


def decision_panel(
    predict: Callable[[Any], Any],
    X: Any,
    y: Any,
    *,
    title: str = "",
    limits: tuple[float, float, float, float] | None = None,
    names: tuple[str, str] = ("class 0", "class 1"),
    grid: int = 61,
    **panel: Any,
) -> Panel:
    """Return a panel with a decision map and the points it is to tell apart; see `draw_decision`.

    Raises
    ------
    ArgumentError
        If ``X``, ``y`` or the answer of ``predict`` has the wrong shape.

    Examples
    --------
    >>> decision_panel(lambda p: p[:, 0], [[0.0, 0.0], [1.0, 1.0]], [0, 1]).told
    'all 2 points on their own side; class 1 fills 51 % of the window'
    """
    points, labels = np.asarray(X, dtype=float), np.asarray(y)
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1]:
        raise ArgumentError(
            f"decision_panel: X is {points.shape} and y is {labels.shape}, wanted (n, 2) and (n,)"
        )
    window = limits or window_around(points)
    axes = np.linspace(window[0], window[1], grid), np.linspace(window[2], window[3], grid)
    mesh = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    said = np.asarray(predict(np.concatenate([mesh, points])), dtype=float).ravel()
    if said.size != len(mesh) + len(points):
        raise ArgumentError(
            f"decision_panel: predict gave {said.size} values for {len(mesh) + len(points)} points"
        )
    field = said[: len(mesh)].reshape(grid, grid)
    right = (said[len(mesh) :] >= 0.5) == (labels == 1)
    drawn: list[Mark] = [Field(field, window, low=-0.7, high=1.7, contour=0.5)]
    # Circles and squares, white and black: classes are told without any colour.
    for label, marker, fill in ((0, "o", "white"), (1, "s", "ink")):
        of = points[labels == label]
        drawn.append(Dots(of[:, 0], of[:, 1], names[label], marker=marker, fill=fill))
    wrong = points[~right]
    drawn.append(
        Dots(wrong[:, 0], wrong[:, 1], "wrong side", size=13, fill="none", edge="red", width=2)
    )
    share = round(100 * float(np.mean(field >= 0.5)))
    where = describe_counts(int(right.sum()), len(right), how="on their own side")
    told = f"{where}; {names[1]} fills {share} % of the window"
    return Panel(*drawn, title=title, **{"told": told, **panel})


def window_around(points: Any) -> tuple[float, float, float, float]:
    """Return left, right, bottom and top of a window with room around points (n, 2).

    Examples
    --------
    >>> window_around(np.array([[0.0, 0.0], [10.0, 1.0]]))
    (-1.5, 11.5, -0.25, 1.25)
    """
    low, high = points.min(axis=0), points.max(axis=0)
    edge = np.maximum(0.15 * (high - low), 0.25)
    (left, bottom), (right, top) = (low - edge).tolist(), (high + edge).tolist()
    return left, right, bottom, top


def bars_panel(
    values: Mapping[str, float],
    *,
    ylabel: str,
    title: str = "",
    unit: str = "",
    highlight: str = "",
    **panel: Any,
) -> Panel:
    """Return a panel with upright bars, each with its number on top; see `draw_bars`.

    Raises
    ------
    ArgumentError
        If ``values`` is empty.

    Examples
    --------
    >>> bars_panel({"plain": 363, "momentum": 58}, ylabel="steps").told
    'steps: plain 363, momentum 58'
    """
    return Panel(Bars(values, highlight, unit=unit), ylabel=ylabel, title=title, **panel)


def dots_panel(
    groups: Mapping[str, Sequence[float]], *, ylabel: str, title: str = "", **panel: Any
) -> Panel:
    """Return a panel with a dot for each run and a bar at each median; see `draw_dots`.

    Raises
    ------
    ArgumentError
        If ``groups`` is empty.

    Examples
    --------
    >>> dots_panel({"tanh": [1, 2, 3]}, ylabel="stuck").told
    'stuck: tanh median 2.00 (1.00 to 3.00, 3 runs)'
    """
    if not groups:
        raise ArgumentError("dots_panel: groups is empty, but needs at least one group")
    drawn: list[Mark] = []
    style = next_style()
    for index, runs in enumerate(groups.values()):
        # Spread by rank, not at random: the picture must not depend on a generator.
        aside = np.linspace(-0.18, 0.18, len(runs)) if len(runs) > 1 else np.zeros(len(runs))
        color, marker = style()["color"], MARKERS[index % len(CYCLE)]
        drawn.append(Dots(index + aside, runs, marker=marker, size=7, fill=color))
        finite = [run for run in runs if np.isfinite(run)]
        if finite:
            middle = float(np.median(finite))
            drawn.append(Line([index - 0.3, index + 0.3], [middle] * 2, color="ink"))
    look: dict[str, Any] = {"xlim": (-0.6, len(groups) - 0.4), "grid": "y"}
    look["xticks"] = {name: place for place, name in enumerate(groups)}
    look["told"] = describe_dots(groups, name=ylabel)
    return Panel(*drawn, ylabel=ylabel, title=title, **{**look, **panel})
