"""What a scene is made of: lines, dots, areas and words, as plain data; more in `scene_grounds`.

A mark knows the data that it spreads over, and what it becomes once a panel has placed it. Placed,
there are only five kinds of thing, all in shares of the panel from 0 to 1, so that Matplotlib and
the browser need neither scales nor limits, and cannot disagree.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from bpworkbook.figures.palette import COLORS, LINESTYLES, line_style
from bpworkbook.nn.errors import ArgumentError

Placed = dict[str, Any]
"""A line, dots, an area, a text or a field, with arrays of shares of the panel."""

DASHES: dict[Any, list[float]] = {
    "-": [],
    "--": [3.7, 1.6],
    "-.": [6.4, 1.6, 1, 1.6],
    ":": [1, 1.65],
    LINESTYLES[4]: [6, 1.5, 1, 1.5, 1, 1.5],
}
"""Strokes and gaps of each line style, in widths of the line."""

_FEW_POINTS = 25  # more markers than this hide the line they stand on
_MARKERS = ("o", "s", "^", "D", "v")


@dataclass(frozen=True)
class Placing:
    """How a panel turns data into shares of itself, and the style of its next line."""

    x: Callable[[Any], Any]
    y: Callable[[Any], Any]
    style: Callable[[], dict[str, Any]]


class Mark(Protocol):
    """What a panel asks of a mark."""

    def spread(self) -> tuple[Any, Any]:
        """Return the places and heights that must be seen, as arrays."""

    def placed(self, at: Placing) -> list[Placed]:
        """Return the mark as lines, dots, areas, texts and fields."""


def as_numbers(who: str, name: str, values: Any) -> Any:
    """Return values as one row of floats.

    Examples
    --------
    >>> as_numbers("Line", "x", [1, 2])
    array([1., 2.])
    """
    try:
        return np.asarray(values, dtype=float).ravel()
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"{who}: {name} is {values!r}, but must be numbers") from error


def check_word(who: str, name: str, value: Any, known: Sequence[Any]) -> None:
    """Refuse a word that is not known.

    Examples
    --------
    >>> check_word("Text", "align", "left", ("left", "right"))
    """
    if value not in known:
        told = ", ".join(repr(one) for one in known)
        raise ArgumentError(f"{who}: {name} is {value!r}, but must be one of {told}")


def check_color(who: str, name: str, value: str) -> None:
    """Refuse a colour that is not in the palette.

    Examples
    --------
    >>> check_color("Text", "color", "#ff0000")
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: Text: color is '#ff0000', but must be one of 'black', \
'orange', 'sky', 'green', 'yellow', 'blue', 'red', 'purple', 'grey', 'ink', 'pale', 'white', 'none'
    """
    check_word(who, name, value, [*COLORS, "white", "none"])


class Curve:
    """The common part of `Line`, `Dots` and `Area`: points by place and height."""

    x: Any
    y: Any

    def _keep_points(self) -> None:
        who = type(self).__name__
        x, y = as_numbers(who, "x", self.x), as_numbers(who, "y", self.y)
        if x.shape != y.shape:
            raise ArgumentError(f"{who}: x has {x.size} values, but y has {y.size}")
        object.__setattr__(self, "x", x)
        object.__setattr__(self, "y", y)

    def spread(self) -> tuple[Any, Any]:
        """Return places and heights."""
        return self.x, self.y


@dataclass(frozen=True)
class Line(Curve):
    """A line through points; where a value is not finite it is broken.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Places and heights.
    name : str
        What the legend and the alt text call it; an unnamed line is in neither.
    color, dash, marker : str
        By default the next style of the house, which differs in all three. ``marker="none"``
        draws none.
    width : float
        In points.
    arrow : bool
        Whether it ends in a head.

    Raises
    ------
    ArgumentError
        If lengths differ, or a colour, dash or marker is unknown.

    Examples
    --------
    >>> Line([1, 2], [4.0, 1.0], "loss").spread()[1].tolist()
    [4.0, 1.0]
    """

    x: Any
    y: Any
    name: str = ""
    color: str = ""
    dash: str = ""
    marker: str = ""
    width: float = 1.8
    arrow: bool = False

    def __post_init__(self) -> None:
        self._keep_points()
        check_color("Line", "color", self.color or "ink")
        check_word("Line", "dash", self.dash or "-", [d for d in DASHES if isinstance(d, str)])
        check_word("Line", "marker", self.marker or "none", [*_MARKERS, "none"])

    def placed(self, at: Placing) -> list[Placed]:
        """Return a line."""
        plain = not (self.color or self.dash)
        style = at.style() if plain else {"linestyle": "-", "marker": "none"}
        marker = self.marker or style["marker"]
        size = self.x.size
        line: Placed = {"kind": "line", "x": at.x(self.x), "y": at.y(self.y)}
        line |= {"color": style.get("color", self.color or "ink"), "width": 1.25 * self.width}
        line |= {"dash": DASHES[self.dash or style["linestyle"]], "arrow": self.arrow}
        line |= {"marker": "" if marker == "none" else marker, "name": self.name}
        return [line | {"every": max(1, size // 8) if size > _FEW_POINTS else 1}]


@dataclass(frozen=True)
class Dots(Curve):
    """Points, each with an outline.

    Parameters
    ----------
    x, y : array_like, shape (n,)
        Places and heights.
    name, marker, fill, edge : str
        In the legend; the sign; its two colours.
    size, width : float
        Of the sign and of its outline, in points.

    Raises
    ------
    ArgumentError
        As for `Line`.

    Examples
    --------
    >>> Dots([1], [2], "wrong side", size=13, fill="none", edge="red").name
    'wrong side'
    """

    x: Any
    y: Any
    name: str = ""
    marker: str = "o"
    size: float = 6
    fill: str = "white"
    edge: str = "ink"
    width: float = 1.0

    def __post_init__(self) -> None:
        self._keep_points()
        check_word("Dots", "marker", self.marker, _MARKERS)
        check_color("Dots", "fill", self.fill)
        check_color("Dots", "edge", self.edge)

    def placed(self, at: Placing) -> list[Placed]:
        """Return dots."""
        dots: Placed = {"kind": "dots", "x": at.x(self.x), "y": at.y(self.y), "name": self.name}
        dots |= {"marker": self.marker, "size": 1.25 * self.size, "fill": self.fill}
        return [dots | {"edge": self.edge, "width": 1.25 * self.width}]


@dataclass(frozen=True)
class Area(Curve):
    """A closed shape through its corners; ``hatch`` draws stripes on it.

    Examples
    --------
    >>> Area([0, 2, 2, 0], [0, 0, 1, 1], fill="sky", hatch=True).x.size
    4
    """

    x: Any
    y: Any
    name: str = ""
    fill: str = "pale"
    edge: str = "ink"
    dash: str = "-"
    hatch: bool = False
    width: float = 1.2

    def __post_init__(self) -> None:
        self._keep_points()
        check_color("Area", "fill", self.fill)
        check_color("Area", "edge", self.edge)
        check_word("Area", "dash", self.dash, [d for d in DASHES if isinstance(d, str)])

    def placed(self, at: Placing) -> list[Placed]:
        """Return an area."""
        area: Placed = {"kind": "area", "x": at.x(self.x), "y": at.y(self.y), "name": self.name}
        area |= {"fill": self.fill, "edge": self.edge, "dash": DASHES[self.dash]}
        return [area | {"hatch": self.hatch, "width": 1.25 * self.width}]


@dataclass(frozen=True)
class Text:
    """Words at a place; ``rim`` keeps them legible where a line passes behind.

    Examples
    --------
    >>> Text(0.5, 1.0, "hidden layer", align="left").words
    'hidden layer'
    """

    x: float
    y: float
    words: str
    color: str = "ink"
    size: float = 9
    align: str = "center"
    valign: str = "middle"
    bold: bool = False
    rim: bool = False

    def __post_init__(self) -> None:
        check_color("Text", "color", self.color)
        check_word("Text", "align", self.align, ("center", "left", "right"))
        check_word("Text", "valign", self.valign, ("middle", "bottom", "top"))

    def spread(self) -> tuple[Any, Any]:
        """Return the place, unless it is none."""
        return np.array([self.x]), np.array([self.y])

    def placed(self, at: Placing) -> list[Placed]:
        """Return a text; none where the place is not finite."""
        if not np.isfinite([self.x, self.y]).all():
            return []
        text: Placed = {"kind": "text", "x": float(at.x(self.x)), "y": float(at.y(self.y))}
        text |= {"words": self.words, "color": self.color, "size": 1.25 * self.size}
        text |= {"align": self.align, "valign": self.valign, "bold": self.bold, "rim": self.rim}
        return [text]


def next_style() -> Callable[[], dict[str, Any]]:
    """Return a function that gives the styles of the house one after the other.

    Examples
    --------
    >>> style = next_style()
    >>> style()["linestyle"], style()["linestyle"]
    ('-', '--')
    """
    given = iter(range(10**6))
    names = {value: name for name, value in COLORS.items()}

    def style() -> dict[str, Any]:
        made = line_style(next(given))
        return {**made, "color": names[made["color"]]}

    return style
