"""Alt text made from the data: sentences that state what a picture shows, with its numbers."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bpworkbook.nn.errors import ArgumentError


def number(value: float, digits: int = 3) -> str:
    """Write a measured number with ``digits`` significant digits; whole numbers stay whole.

    Examples
    --------
    >>> number(2.3), number(97.66), number(0.12345), number(64), number(0.0)
    ('2.30', '97.7', '0.123', '64', '0')
    >>> number(1234.5), number(1.5e-5), number(float("inf"))
    ('1230', '1.50e-5', 'infinite')
    """
    if isinstance(value, int | np.integer):
        return str(int(value))
    value = float(value)
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "infinite" if value > 0 else "minus infinite"
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    if not -4 < power < 6:
        return f"{mantissa}e{power}"
    return f"{float(f'{mantissa}e{power}'):.{max(digits - 1 - power, 0)}f}"


def short(value: float) -> str:
    """Write a setting or a position: as `number`, without zeros at the end.

    Examples
    --------
    >>> short(0.3), short(2.0), short(1e-3), short(20), short(1.5e-5)
    ('0.3', '2', '0.001', '20', '1.5e-5')
    """
    text = number(value)
    head, e, power = text.partition("e") if text[-1].isdigit() else (text, "", "")
    if "." in head:
        head = head.rstrip("0").rstrip(".")
    return head + e + power


def describe_matrix(name: str, cells: Any) -> str:
    """Tell the size of a table of numbers and its finite extremes.

    Examples
    --------
    >>> describe_matrix("W", np.array([[1.0, -0.5, np.nan]]))
    'W is 1 x 3 with values from -0.500 to 1.00'
    """
    size = f"{name} is {cells.shape[0]} x {cells.shape[1]}"
    finite = cells[np.isfinite(cells)]
    if finite.size == 0:
        return f"{size} without a finite value"
    ends = f"values from {number(float(finite.min()))} to {number(float(finite.max()))}"
    return f"{size} with {ends}"


def join_words(words: Sequence[str]) -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> join_words(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def describe_line(x: Any, y: Any, *, name: str, xname: str = "x") -> str:
    """Say in one clause how a line runs.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Positions and heights.
    name, xname : str
        What the line is, and what runs along it.

    Returns
    -------
    str
        A clause without a full stop.

    Raises
    ------
    ArgumentError
        If ``x`` and ``y`` differ in length.

    Examples
    --------
    >>> describe_line([1, 10, 20], [2.3, 0.5, 0.12], name="loss", xname="epoch")
    'loss falls from 2.30 to 0.120 by epoch 20'
    >>> describe_line([0, 1, 2], [0, 4, 1], name="height", xname="second")
    'height rises from 0 to 4.00 at second 1, then falls to 1.00'
    >>> describe_line([0, 1], [1, float("nan")], name="loss", xname="step")
    'loss is 1.00 at step 0 and is no longer finite from step 1 on'
    """
    xs, ys = np.asarray(x, dtype=float).ravel(), np.asarray(y, dtype=float).ravel()
    if xs.shape != ys.shape:
        raise ArgumentError(f"describe_line: x has {xs.size} values, but y has {ys.size}")
    good = np.isfinite(ys) & np.isfinite(xs)
    if not good.any():
        return f"{name} has no finite value"
    tail = ""
    if not good.all():
        tail = f" and is no longer finite from {xname} {short(xs[np.argmin(good)])} on"
    return f"{name} {_course(xs[good], ys[good], xname)}{tail}"


def _course(x: Any, y: Any, xname: str) -> str:
    start, end, low, high = y[0], y[-1], y.min(), y.max()
    at_low, at_high = short(x[y.argmin()]), short(x[y.argmax()])
    if y.size == 1:
        return f"is {number(start)} at {xname} {short(x[0])}"
    span, near = high - low, 0.05 * (high - low)
    if span <= 0.01 * max(abs(low), abs(high)):
        return f"stays near {number(float(np.median(y)))}"
    if start <= low + near and end >= high - near:
        return f"rises from {number(start)} to {number(end)} by {xname} {short(x[-1])}"
    if start >= high - near and end <= low + near:
        return f"falls from {number(start)} to {number(end)} by {xname} {short(x[-1])}"
    if start <= low + near or (end <= low + near and start < high - near):
        peak = f"rises from {number(start)} to {number(high)} at {xname} {at_high}"
        return f"{peak}, then falls to {number(end)}"
    if start >= high - near or end >= high - near:
        trough = f"falls from {number(start)} to {number(low)} at {xname} {at_low}"
        return f"{trough}, then rises to {number(end)}"
    return (
        f"starts at {number(start)}, ends at {number(end)} and moves between "
        f"{number(low)} and {number(high)}"
    )


def describe_bars(values: Mapping[str, float], *, name: str, unit: str = "") -> str:
    """Say which bar is highest and which lowest, and name the others when they are few.

    Examples
    --------
    >>> describe_bars({"plain": 363, "momentum": 58}, name="steps")
    'steps: plain 363, momentum 58'
    """
    unit = f" {unit}" if unit else ""
    told = {label: f"{label} {number(value)}{unit}" for label, value in values.items()}
    if len(told) <= 6:
        return f"{name}: {', '.join(told.values())}"
    finite = {label: value for label, value in values.items() if math.isfinite(value)}
    if not finite:
        return f"{name}: {len(values)} bars, none of them finite"
    top, bottom = max(finite, key=finite.__getitem__), min(finite, key=finite.__getitem__)
    return f"{name}: {len(values)} bars, highest {told[top]}, lowest {told[bottom]}"


def describe_dots(groups: Mapping[str, Sequence[float]], *, name: str) -> str:
    """Say the median and the range of each group of runs.

    Examples
    --------
    >>> describe_dots({"clipped": [98, 99, 100], "plain": [25, 50, 100]}, name="accuracy")
    'accuracy: clipped median 99.0 (98.0 to 100, 3 runs), plain median 50.0 (25.0 to 100, 3 runs)'
    """
    parts = []
    for label, runs in groups.items():
        values = np.asarray(runs, dtype=float)
        values = values[np.isfinite(values)]
        if values.size == 0:
            parts.append(f"{label} without a finite value")
            continue
        spread = f"{number(float(values.min()))} to {number(float(values.max()))}"
        middle = number(float(np.median(values)))
        parts.append(f"{label} median {middle} ({spread}, {values.size} runs)")
    return f"{name}: {', '.join(parts)}"


def describe_counts(right: int, total: int, *, what: str = "points", how: str = "right") -> str:
    """Say how many of how many.

    Examples
    --------
    >>> describe_counts(3, 4, how="on the right side")
    '3 of 4 points on the right side'
    >>> describe_counts(4, 4)
    'all 4 points right'
    """
    if right == total:
        return f"all {total} {what} {how}"
    return f"{right if right else 'none'} of {total} {what} {how}"


def describe_panels(told: Sequence[str]) -> str:
    """Join what the panels of a picture tell to sentences, each with its place.

    Examples
    --------
    >>> describe_panels(["loss falls"]), describe_panels(["loss falls", "accuracy rises"])
    ('Loss falls.', 'Left: loss falls. Right: accuracy rises.')
    """
    if len(told) == 1:
        return f"{told[0][:1].upper()}{told[0][1:]}." if told[0] else ""
    places = ("Left", "Right") if len(told) == 2 else [f"Panel {k}" for k in range(1, 99)]
    clauses = [f"{place}: {text}." for place, text in zip(places, told, strict=False) if text]
    return " ".join(clauses)
