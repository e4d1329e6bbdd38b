"""Marks that hold a whole panel: bars on named places, levels and marks across it, fields."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpworkbook.figures.alt import number
from bpworkbook.figures.palette import STOPS
from bpworkbook.figures.scene_marks import (
    DASHES,
    Area,
    Placed,
    Placing,
    Text,
    as_numbers,
    check_word,
)
from bpworkbook.nn.errors import ArgumentError

MOST_CELLS = 121
"""A field may not have more rows or columns: it is sent at every move of a control."""


@dataclass(frozen=True)
class Bars:
    """Upright bars from 0, at 0, 1, 2 ..., named on the axis; ``highlight`` is orange and striped.

    Parameters
    ----------
    values : mapping of str to float
        Height by name; one that is not finite leaves a gap.
    highlight, unit : str
        Name of the bar that stands out; words after each number.
    labels : sequence of str, optional
        What stands on the bars; by default their heights.
    width : float
        Share of the room.

    Raises
    ------
    ArgumentError
        If there is no bar, or not one label for each.

    Examples
    --------
    >>> Bars({"plain": 363, "momentum": 58}, unit="steps").labels
    ('363 steps', '58 steps')
    """

    values: Mapping[str, float]
    highlight: str = ""
    labels: Sequence[str] | None = None
    unit: str = ""
    width: float = 0.65

    def __post_init__(self) -> None:
        if not self.values:
            raise ArgumentError("Bars: values is empty, but needs at least one bar")
        unit = f" {self.unit}" if self.unit else ""
        made = [number(value) + unit for value in self.values.values()]
        labels = tuple(made if self.labels is None else self.labels)
        if len(labels) != len(self.values):
            raise ArgumentError(f"Bars: labels has {len(labels)} words for {len(self.values)} bars")
        object.__setattr__(self, "labels", labels)

    @property
    def heights(self) -> Any:
        """Heights as an array, not a number where there is none."""
        heights = np.array([float(value) for value in self.values.values()])
        return np.where(np.isfinite(heights), heights, np.nan)

    def spread(self) -> tuple[Any, Any]:
        """Return the edges of the first and the last bar, and the heights."""
        return np.array([-0.6, len(self.values) - 0.4]), self.heights

    def placed(self, at: Placing) -> list[Placed]:
        """Return an area and a text for each bar."""
        parts: list[Placed] = []
        for place, (name, height) in enumerate(zip(self.values, self.heights, strict=True)):
            stands, half = name == self.highlight, self.width / 2
            if np.isfinite(height):
                sides = place + np.array([-half, half, half, -half])
                box = Area(sides, [0, 0, height, height], fill="orange" if stands else "sky",
                           hatch=stands)  # fmt: skip
                parts += box.placed(at)
            word = self.labels[place] if self.labels else ""
            top = height if np.isfinite(height) else 0
            text: Placed = Text(place, 0, word, valign="bottom").placed(at)[0]
            parts.append(text | {"y": float(np.clip(at.y(top), 0, 1)), "above": 3})
        return parts


@dataclass(frozen=True)
class Levels:
    """Grey dotted lines across, each with its name.

    Examples
    --------
    >>> Levels({"guessing": 2.3}).spread()[1].tolist()
    [2.3]
    """

    heights: Mapping[str, float]

    def spread(self) -> tuple[Any, Any]:
        """Return the heights."""
        return np.empty(0), as_numbers("Levels", "heights", list(self.heights.values()))

    def placed(self, at: Placing) -> list[Placed]:
        """Return a line and a text for each."""
        parts: list[Placed] = []
        for name, height in self.heights.items():
            if np.isfinite(height):
                y = float(at.y(height))
                parts.append(_ruler([0, 1], [y, y]))
                parts.append(_ruler_word(0.99, y, name, "right"))
        return parts


@dataclass(frozen=True)
class Marks:
    """Grey dotted lines upright, each with its name, to their right where there is room.

    Examples
    --------
    >>> Marks({"here": 4}).spread()[0].tolist()
    [4.0]
    """

    places: Mapping[str, float]

    def spread(self) -> tuple[Any, Any]:
        """Return the places."""
        return as_numbers("Marks", "places", list(self.places.values())), np.empty(0)

    def placed(self, at: Placing) -> list[Placed]:
        """Return a line and a text for each."""
        parts: list[Placed] = []
        for name, place in self.places.items():
            if np.isfinite(place):
                x = float(at.x(place))
                parts.append(_ruler([x, x], [0, 1]))
                side = ("left", f" {name}") if x < 0.75 else ("right", f"{name} ")
                parts.append(_ruler_word(x, 0.03, side[1], side[0]))
        return parts


def _ruler(x: list[float], y: list[float]) -> Placed:
    line: Placed = {"kind": "line", "x": np.array(x), "y": np.array(y), "color": "grey"}
    line |= {"width": 1.5, "dash": DASHES[":"], "marker": "", "every": 1, "name": ""}
    return line | {"arrow": False}


def _ruler_word(x: float, y: float, words: str, align: str) -> Placed:
    text: Placed = {"kind": "text", "x": x, "y": y, "words": words, "color": "grey", "size": 11.25}
    return text | {"align": align, "valign": "bottom", "bold": False, "rim": True}


@dataclass(frozen=True)
class Field:
    """Values over a part of the plane as colours: decision regions, images, matrices.

    Parameters
    ----------
    values : array_like, shape (rows, cols)
        Row 0 is at the bottom.
    extent : (x_low, x_high, y_low, y_high)
        Smooth, the first and the last value lie on these; else the outer edges of cells do.
    low, high : float, optional
        Values of the first and the last colour; by default those of the data.
    colors : str
        "DIVERGING", "SEQUENTIAL" or "GREY" (white to black).
    contour : float, optional
        A height at which a line is drawn; only on a smooth field.
    smooth : bool
        Whether colours run into each other.

    Raises
    ------
    ArgumentError
        If ``values`` has no two axes or too many cells, or ``colors`` is unknown.

    Examples
    --------
    >>> Field([[0, 1], [1, 0]], (0, 1, 0, 1)).placed(Placing(float, float, dict))[0]["cols"]
    2
    """

    values: Any
    extent: tuple[float, float, float, float]
    low: float | None = None
    high: float | None = None
    colors: str = "DIVERGING"
    contour: float | None = None
    smooth: bool = True

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=float)
        if values.ndim != 2 or values.size == 0 or max(values.shape) > MOST_CELLS:
            raise ArgumentError(
                f"Field: values is {values.shape}, wanted (rows, cols), each at most {MOST_CELLS}"
            )
        check_word("Field", "colors", self.colors, ("DIVERGING", "SEQUENTIAL", "GREY"))
        object.__setattr__(self, "values", values)

    def spread(self) -> tuple[Any, Any]:
        """Return the corners."""
        return np.array(self.extent[:2], float), np.array(self.extent[2:], float)

    def placed(self, at: Placing) -> list[Placed]:
        """Return a field, its values from 0 (the first colour) to 1 (the last)."""
        finite = self.values[np.isfinite(self.values)]
        low = float(finite.min(initial=np.inf)) if self.low is None else self.low
        high = float(finite.max(initial=-np.inf)) if self.high is None else self.high
        low, span = (low, (high - low) or 1.0) if np.isfinite([low, high]).all() else (0.0, 1.0)
        rows, cols = self.values.shape
        field: Placed = {"kind": "field", "values": ((self.values - low) / span).ravel()}
        field |= {"rows": rows, "cols": cols, "colors": self.colors, "smooth": self.smooth}
        field["box"] = [float(at.x(v)) for v in self.extent[:2]]
        field["box"] += [float(at.y(v)) for v in self.extent[2:]]
        return [field | {"contour": None if self.contour is None else (self.contour - low) / span}]


def color_stops(name: str) -> list[str]:
    """Return 33 colours, evenly chosen from a colour map of the house, as hexadecimal words.

    Examples
    --------
    >>> color_stops("GREY")[0], color_stops("GREY")[-1], len(color_stops("DIVERGING"))
    ('#ffffff', '#000000', 33)
    """
    return [f"#{stop}" for stop in STOPS[name].split()]
