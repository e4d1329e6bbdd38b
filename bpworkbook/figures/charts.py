"""Lines, bars and dots. Each ``draw_`` function draws on given axes and returns its alt text."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from bpworkbook.figures.alt import describe_bars, describe_dots, describe_line, number
from bpworkbook.figures.palette import COLORS, HATCHES, line_style
from bpworkbook.figures.picture import Picture
from bpworkbook.figures.style import figure, house_style, plain_log
from bpworkbook.nn.errors import ArgumentError

_FEW_POINTS = 25  # more markers than this hide the line they stand on


def draw_lines(
    ax: Axes,
    series: Mapping[str, tuple[Any, Any]],
    *,
    xlabel: str,
    ylabel: str,
    title: str = "",
    xscale: str = "linear",
    yscale: str = "linear",
    levels: Mapping[str, float] | None = None,
    marks: Mapping[str, float] | None = None,
) -> str:
    """Draw one line for each entry of ``series`` and return what they show.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    series : mapping of str to (x, y)
        Positions and heights, each of shape (n,), by the name of the line.
    xlabel, ylabel, title : str
        Words on the picture; ``xlabel`` also names positions in the alt text.
    xscale, yscale : str
        "linear", "log" or another scale of Matplotlib.
    levels, marks : mapping of str to float, optional
        Grey lines across (heights) and upright (positions), each with its name.

    Returns
    -------
    str
        One clause for each line, joined by semicolons.

    Raises
    ------
    ArgumentError
        If ``series`` is empty, or x and y of a line differ in length.

    Examples
    --------
    >>> fig, ax = figure()
    >>> draw_lines(ax, {"loss": ([1, 2], [4.0, 1.0])}, xlabel="epoch", ylabel="loss")
    'loss falls from 4.00 to 1.00 by epoch 2'
    """
    if not series:
        raise ArgumentError("draw_lines: series is empty, but needs at least one line")
    clauses = [describe_line(x, y, name=n, xname=xlabel) for n, (x, y) in series.items()]
    with house_style():
        for index, (name, (x, y)) in enumerate(series.items()):
            style = line_style(index)
            if np.size(x) > _FEW_POINTS:
                style["markevery"] = max(1, np.size(x) // 8)
            ax.plot(np.ravel(x), np.ravel(y), label=name, **style)
        ax.set(xlabel=xlabel, ylabel=ylabel, title=title, xscale=xscale, yscale=yscale)
        across, down = ax.get_yaxis_transform(), ax.get_xaxis_transform()
        # A white rim keeps the words legible where a line passes behind them.
        words: dict[str, Any] = {"color": COLORS["grey"], "fontsize": 9}
        words["bbox"] = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}
        for name, height in (levels or {}).items():
            ax.axhline(height, color=COLORS["grey"], linestyle=":", linewidth=1.2)
            ax.text(0.99, height, name, transform=across, ha="right", va="bottom", **words)
        for name, place in (marks or {}).items():
            ax.axvline(place, color=COLORS["grey"], linestyle=":", linewidth=1.2)
            ax.text(place, 0.03, f" {name}", transform=down, ha="left", va="bottom", **words)
        for axis, scale in ((ax.xaxis, xscale), (ax.yaxis, yscale)):
            if scale == "log":
                plain_log(axis)
        if xscale == "linear" and _all_whole(series):
            ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        if len(series) > 1:
            ax.legend(handlelength=3.5)
    return "; ".join(clauses)


def _all_whole(series: Mapping[str, tuple[Any, Any]]) -> bool:
    xs = [np.asarray(x, dtype=float) for x, _ in series.values()]
    return all(bool(np.all(x == np.round(x))) for x in xs)


def line_chart(
    series: Mapping[str, tuple[Any, Any]],
    xlabel: str,
    ylabel: str,
    *,
    title: str = "",
    alt: str = "",
    **options: Any,
) -> Picture:
    """Make a picture of one or more lines; see `draw_lines` for the options.

    Examples
    --------
    >>> line_chart({"loss": ([1, 2], [4.0, 1.0])}, "epoch", "loss").alt
    'Line chart: loss falls from 4.00 to 1.00 by epoch 2.'
    """
    fig, ax = figure()
    told = draw_lines(ax, series, xlabel=xlabel, ylabel=ylabel, title=title, **options)
    return Picture(fig, alt or f"Line chart: {told}.")


def draw_bars(
    ax: Axes,
    values: Mapping[str, float],
    *,
    ylabel: str,
    title: str = "",
    yscale: str = "linear",
    unit: str = "",
    highlight: str = "",
) -> str:
    """Draw upright bars, each with its number on top, and return what they show.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    values : mapping of str to float
        Height by name.
    ylabel, title, yscale : str
        As in `draw_lines`.
    unit : str
        Written after each number.
    highlight : str
        Name of a bar that is drawn in orange with a hatch.

    Returns
    -------
    str
        One clause.

    Raises
    ------
    ArgumentError
        If ``values`` is empty.

    Examples
    --------
    >>> fig, ax = figure()
    >>> draw_bars(ax, {"plain": 363, "momentum": 58}, ylabel="steps")
    'steps: plain 363, momentum 58'
    """
    if not values:
        raise ArgumentError("draw_bars: values is empty, but needs at least one bar")
    heights = [float(v) if np.isfinite(v) else np.nan for v in values.values()]
    suffix = f" {unit}" if unit else ""
    with house_style():
        bars = ax.bar(
            range(len(values)),
            heights,
            width=0.65,
            color=[COLORS["orange" if n == highlight else "sky"] for n in values],
            hatch=[HATCHES[1] if n == highlight else "" for n in values],
            edgecolor=COLORS["ink"],
        )
        ax.bar_label(bars, [number(v) + suffix for v in values.values()], padding=2, fontsize=9)
        ax.set_xticks(range(len(values)), list(values))
        ax.grid(False, axis="x")
        ax.set(ylabel=ylabel, title=title, yscale=yscale)
        ax.margins(y=0.12)
        if yscale == "log":
            plain_log(ax.yaxis)
    return describe_bars(values, name=ylabel, unit=unit)


def bar_chart(
    values: Mapping[str, float], ylabel: str, *, title: str = "", alt: str = "", **options: Any
) -> Picture:
    """Make a picture of bars; see `draw_bars` for the options.

    Examples
    --------
    >>> bar_chart({"plain": 363, "momentum": 58}, "steps").alt
    'Bar chart: steps: plain 363, momentum 58.'
    """
    fig, ax = figure()
    told = draw_bars(ax, values, ylabel=ylabel, title=title, **options)
    return Picture(fig, alt or f"Bar chart: {told}.")


def draw_dots(
    ax: Axes,
    groups: Mapping[str, Sequence[float]],
    *,
    ylabel: str,
    title: str = "",
    yscale: str = "linear",
) -> str:
    """Draw one dot for each run and a bar at the median: chance must be seen, not averaged away.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    groups : mapping of str to sequence of float
        The results of several seeds, by setting.
    ylabel, title, yscale : str
        As in `draw_lines`.

    Returns
    -------
    str
        One clause with median and range of each group.

    Raises
    ------
    ArgumentError
        If ``groups`` is empty.

    Examples
    --------
    >>> fig, ax = figure()
    >>> draw_dots(ax, {"tanh": [1, 2, 3]}, ylabel="stuck")
    'stuck: tanh median 2.00 (1.00 to 3.00, 3 runs)'
    """
    if not groups:
        raise ArgumentError("draw_dots: groups is empty, but needs at least one group")
    with house_style():
        for index, runs in enumerate(groups.values()):
            # Spread by rank, not at random: the picture must not depend on a generator.
            aside = np.linspace(-0.18, 0.18, len(runs)) if len(runs) > 1 else np.zeros(len(runs))
            style = {**line_style(index), "linestyle": "none"}
            ax.plot(index + aside, runs, markersize=7, markeredgecolor=COLORS["ink"], **style)
            if np.isfinite(runs).any():
                middle = float(np.nanmedian(np.where(np.isfinite(runs), runs, np.nan)))
                ax.plot([index - 0.3, index + 0.3], [middle] * 2, "-", color=COLORS["ink"])
        ax.set_xticks(range(len(groups)), list(groups))
        ax.set_xlim(-0.6, len(groups) - 0.4)
        ax.grid(False, axis="x")
        ax.set(ylabel=ylabel, title=title, yscale=yscale)
        if yscale == "log":
            plain_log(ax.yaxis)
    return describe_dots(groups, name=ylabel)


def dot_chart(
    groups: Mapping[str, Sequence[float]],
    ylabel: str,
    *,
    title: str = "",
    alt: str = "",
    **options: Any,
) -> Picture:
    """Make a picture of several runs in each group; see `draw_dots` for the options.

    Examples
    --------
    >>> dot_chart({"tanh": [1, 2, 3]}, "stuck").alt
    'Dot chart, a bar at each median: stuck: tanh median 2.00 (1.00 to 3.00, 3 runs).'
    """
    fig, ax = figure()
    told = draw_dots(ax, groups, ylabel=ylabel, title=title, **options)
    return Picture(fig, alt or f"Dot chart, a bar at each median: {told}.")
