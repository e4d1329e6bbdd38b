"""Where things stand on a scene: limits, ticks, boxes of panels, and the corner for a legend.

All of it is worked out here, once, so that Matplotlib and the browser only draw.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bpworkbook.figures.alt import short
from bpworkbook.nn.errors import ArgumentError

MARGINS = {"left": 0.8, "right": 0.2, "top": 0.4, "bottom": 0.55, "wspace": 0.8, "hspace": 0.9}
"""Inches kept free at the edges of a figure and between its axes."""

PIXELS = 90
"""Pixels to an inch."""

Limits = tuple[float, float]

_FAR = 1e150


def limits(
    arrays: Sequence[Any], given: Limits | None, scale: str, *, from_zero: bool = False
) -> Limits:
    """Return limits that show all finite values, with a margin.

    Parameters
    ----------
    arrays : sequence of arrays
        The values.
    given : (low, high), optional
        What an author asks for.
    scale : str
        "linear" or "log"; only positive values count on the latter.
    from_zero : bool
        Whether values stand on 0, as bars do.

    Raises
    ------
    ArgumentError
        If the given limits are none.

    Examples
    --------
    >>> limits([np.array([0.0, 10.0, np.inf])], None, "linear")
    (-0.5, 10.5)
    >>> limits([np.array([1.0, 10.0, -1.0])], (0.1, 100), "log")
    (0.1, 100.0)
    """
    log = scale == "log"
    if given is not None:
        low, high = float(given[0]), float(given[1])
        if not (math.isfinite(low) and math.isfinite(high) and low < high and (low > 0 or not log)):
            raise ArgumentError(f"limits: {given} came for a {scale} axis, wanted low below high")
        return low, high
    values = np.concatenate([np.empty(0), *arrays])
    values = values[np.isfinite(values) & ((values > 0) | (not log))]
    if values.size == 0:
        return (0.1, 10.0) if log else (0.0, 1.0)
    # A loss that explodes reaches 1e300, and a margin around that is infinite.
    values = np.clip(values, 1 / _FAR if log else -_FAR, _FAR)
    low, high = float(values.min()), float(values.max())
    if log:
        room = max((high / low) ** 0.05, 1.05)
        return (low / (3.0 if from_zero else room), high * (room**2 if from_zero else room))
    if from_zero:
        low, high = min(low, 0.0), max(high, 0.0)
        span = (high - low) or 1.0
        return (low - 0.12 * span if low < 0 else 0.0, high + 0.12 * span)
    span = high - low or max(abs(high), 1.0)
    return low - 0.05 * span, high + 0.05 * span


def unit(values: Any, ends: Limits, scale: str) -> Any:
    """Return values as shares of an axis; what lies far outside stays only a little outside.

    Examples
    --------
    >>> unit(np.array([1.0, 10.0, 100.0]), (1, 100), "log").tolist()
    [0.0, 0.5, 1.0]
    >>> unit(np.array([5.0, 1e300]), (0, 10), "linear").tolist()
    [0.5, 6.0]
    """
    low, high = ends
    given = np.asarray(values, dtype=float)
    if scale == "log":
        low, high = math.log10(low), math.log10(high)
        given = np.where(given > 0, np.log10(np.where(given > 0, given, 1.0)),
                         np.where(np.isnan(given), np.nan, -np.inf))  # fmt: skip
        shares = (given - low) / (high - low)
        return np.where(np.isposinf(shares), np.nan, np.clip(shares, -5.0, 6.0))
    shares = (given - low) / (high - low)
    return np.where(np.isfinite(given), np.clip(shares, -5.0, 6.0), np.nan)


def ticks(ends: Limits, scale: str, most: int, *, whole: bool = False) -> list[tuple[float, str]]:
    """Return at most about ``most`` round places on an axis, each with its words.

    Examples
    --------
    >>> ticks((0, 1), "linear", 5)
    [(0.0, '0'), (0.2, '0.2'), (0.4, '0.4'), (0.6, '0.6'), (0.8, '0.8'), (1.0, '1')]
    >>> ticks((0.01, 100), "log", 5)
    [(0.01, '0.01'), (0.1, '0.1'), (1.0, '1'), (10.0, '10'), (100.0, '100')]
    """
    low, high = ends
    if scale == "log":
        decades = math.log10(high / low)
        if decades >= 0.7:
            powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
            every = max(1, math.ceil(decades / most))
            factors = (1, 2, 5) if decades < 1.5 else (1,)
            places = [float(f"{m}e{p}") for p in powers if p % every == 0 for m in factors]
            return [(v, short(v)) for v in places if low * 0.999 <= v <= high * 1.001]
    rough = (high - low) / most
    power = math.floor(math.log10(rough))
    step = next(m * 10.0**power for m in (1, 2, 2.5, 5, 10) if m * 10.0**power >= rough * 0.9999)
    if whole:
        step = max(1.0, math.ceil(step))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    places = [float(f"{k * step:.12g}") for k in range(first, last + 1)]
    large = max(abs(low), abs(high)) >= 1e6 or step < 1e-4
    return [(v, short(v) if large else f"{v:.6f}".rstrip("0").rstrip(".")) for v in places]


def boxes(
    count: int,
    size: tuple[float, float],
    *,
    columns: int,
    ratios: Sequence[float],
    margins: Mapping[str, float],
    below: float = 0.0,
    tall: bool = False,
) -> list[list[float]]:
    """Return left, top, width and height of each panel in pixels, row by row.

    Parameters
    ----------
    count : int
        How many panels.
    size : (width, height)
        Of the scene, in inches.
    columns : int
        Panels in a row.
    ratios : sequence of float
        Relative widths of the columns.
    margins : mapping of str to float
        Inches, where the usual ones do not suit.
    below : float
        More inches at the bottom, for a legend.
    tall : bool
        Whether the first panel fills the left of two columns, and the others the right.

    Raises
    ------
    ArgumentError
        If a margin is unknown, or no room is left.

    Examples
    --------
    >>> boxes(1, (6, 3.4), columns=1, ratios=(1,), margins={})
    [[72.0, 36.0, 450.0, 220.5]]
    """
    unknown = sorted(set(margins) - set(MARGINS))
    if unknown:
        raise ArgumentError(f"Scene: margins has {unknown}, but knows only {sorted(MARGINS)}")
    edge = {**MARGINS, **margins}
    rows = count - 1 if tall else -(-count // columns)
    width = size[0] - edge["left"] - edge["right"] - edge["wspace"] * (columns - 1)
    height = size[1] - edge["top"] - edge["bottom"] - below - edge["hspace"] * (rows - 1)
    if width <= 0 or height <= 0:
        raise ArgumentError(f"Scene: {size} inches are too small for {count} panels and margins")
    widths = [width * ratio / sum(ratios) for ratio in ratios]
    made = []
    for place in range(count):
        row, column = divmod(place, columns)
        if tall:
            row, column = max(place - 1, 0), min(place, 1)
        spans = rows if tall and place == 0 else 1
        left = edge["left"] + sum(widths[:column]) + edge["wspace"] * column
        top = edge["top"] + (height / rows + edge["hspace"]) * row
        high = height / rows * spans + edge["hspace"] * (spans - 1)
        inches = (left, top, widths[column], high)
        made.append([round(PIXELS * value, 2) for value in inches])
    return made


def quiet_corner(words: Sequence[str], parts: Sequence[Mapping[str, Any]], box: Any) -> str:
    """Return the corner of a panel where a legend hides least.

    Examples
    --------
    >>> rising = {"kind": "line", "x": np.array([0.0, 1.0]), "y": np.array([0.0, 1.0])}
    >>> quiet_corner(["loss"], [rising], [0, 0, 300, 200])
    'upper left'
    """
    wide = (60 + 6.3 * max(len(word) for word in words)) / box[2]
    high = (14 + 17 * len(words)) / box[3]
    xs, ys = [], []
    for part in parts:
        if part["kind"] in ("line", "dots", "area"):
            x, y = part["x"], part["y"]
            if part["kind"] == "line" and 1 < x.size < 60:  # between points there is a line, too
                fine = np.linspace(0, x.size - 1, 60)
                x, y = (np.interp(fine, np.arange(x.size), values) for values in (x, y))
            xs.append(x)
            ys.append(y)
    x, y = np.concatenate([np.empty(0), *xs]), np.concatenate([np.empty(0), *ys])
    right, left = x > 1 - wide, x < wide
    upper, lower = y > 1 - high, y < high
    hidden = {
        "upper right": right & upper,
        "upper left": left & upper,
        "lower right": right & lower,
        "lower left": left & lower,
    }
    return min(hidden, key=lambda corner: int(hidden[corner].sum()))


def fitting(words: Sequence[str], width: float) -> int:
    """Return how many entries of a legend fit side by side in ``width`` pixels.

    Examples
    --------
    >>> fitting(["class 0", "class 1", "wrong side"], 540), fitting(["class 0"] * 9, 540)
    (3, 5)
    """
    entry = 58 + 6.3 * max(len(word) for word in words)
    rows = -(-len(words) // max(1, int(width / entry)))
    return -(-len(words) // rows)


def mark_words_on_color(parts: Sequence[dict[str, Any]], box: Sequence[float]) -> None:
    """Give each text a mark ``dark``: whether it stands on a colour that no theme changes.

    Examples
    --------
    >>> node = {"kind": "dots", "x": np.array([0.5]), "y": np.array([0.5]), "size": 30,
    ...         "fill": "sky"}
    >>> word = {"kind": "text", "x": 0.5, "y": 0.52}
    >>> mark_words_on_color([node, word], [0, 0, 200, 200])
    >>> word["dark"]
    True
    """
    bright = [p for p in parts if p.get("fill", "none") not in ("none", "white", "pale", "ink")]
    for text in (part for part in parts if part["kind"] == "text"):
        x, y = text["x"], text["y"]
        on = False
        for part in bright:
            xs, ys = part["x"], part["y"]
            if part["kind"] == "dots":
                away = np.hypot((xs - x) * box[2], (ys - y) * box[3])
                on = on or bool((away < part["size"] / 2).any())
            else:
                on = on or bool(xs.min() <= x <= xs.max() and ys.min() < y < ys.max())
        text["dark"] = on


def same_unit(ends: Sequence[Limits], box: Sequence[float]) -> list[Limits]:
    """Widen the limits of one axis, so that a unit is as long across as up.

    Examples
    --------
    >>> same_unit([(0, 1), (0, 1)], [0, 0, 200, 100])
    [(-0.5, 1.5), (0.0, 1.0)]
    """
    spans = [high - low for low, high in ends]
    scale = max(spans[0] / box[2], spans[1] / box[3])  # units in a pixel
    made = []
    for (low, high), pixels in zip(ends, box[2:], strict=True):
        middle, half = (low + high) / 2, scale * pixels / 2
        made.append((middle - half, middle + half))
    return made
