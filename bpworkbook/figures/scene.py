"""A scene: a picture that is described, not drawn, so that a browser can draw it at once.

The same description is drawn by Matplotlib for readers without a kernel; see `scene_paper`.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from bpworkbook.figures.alt import describe_bars, describe_line, describe_panels
from bpworkbook.figures.scene_grounds import Bars, Field, color_stops
from bpworkbook.figures.scene_layout import (
    Limits,
    boxes,
    fitting,
    limits,
    mark_words_on_color,
    quiet_corner,
    same_unit,
    ticks,
    unit,
)
from bpworkbook.figures.scene_marks import Line, Mark, Placing, check_word, next_style
from bpworkbook.figures.stored import Output, stored_output
from bpworkbook.nn.errors import ArgumentError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_CORNERS = ("best", "upper right", "upper left", "lower left", "lower right", "")


class Panel:
    """One pair of axes with its marks.

    Parameters
    ----------
    *marks : Mark
        What is drawn, from the back to the front.
    xlabel, ylabel, title : str
        Words; ``xlabel`` also names places in the alt text.
    xlim, ylim : (low, high), optional
        By default all data with a margin.
    xscale, yscale : str
        "linear" or "log".
    xticks, yticks : sequence of float or mapping of str to float, optional
        Places, or places with words of their own; empty for none.
    legend : str
        "best", a corner such as "upper right", or "" for none.
    grid : str
        "both", "x", "y" or "".
    frame : bool
        Without it there are no axes at all.
    equal : bool
        Whether one unit is as long across as up.
    told : str
        The clause for the alt text; by default it is made from lines and bars.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> Panel(Line([1, 2], [4.0, 1.0], "loss"), xlabel="epoch").told
    'loss falls from 4.00 to 1.00 by epoch 2'
    """

    def __init__(
        self,
        *marks: Mark,
        xlabel: str = "",
        ylabel: str = "",
        title: str = "",
        xlim: Limits | None = None,
        ylim: Limits | None = None,
        xscale: str = "linear",
        yscale: str = "linear",
        xticks: Sequence[float] | Mapping[str, float] | None = None,
        yticks: Sequence[float] | Mapping[str, float] | None = None,
        legend: str = "best",
        grid: str = "both",
        frame: bool = True,
        equal: bool = False,
        told: str = "",
    ) -> None:
        check_word("Panel", "xscale", xscale, ("linear", "log"))
        check_word("Panel", "yscale", yscale, ("linear", "log"))
        check_word("Panel", "legend", legend, _CORNERS)
        check_word("Panel", "grid", grid, ("both", "x", "y", ""))
        self.marks, self.title, self.labels = marks, title, (xlabel, ylabel)
        self.scales, self.limits, self.ticks = (xscale, yscale), (xlim, ylim), (xticks, yticks)
        for given, scale in zip(self.limits, self.scales, strict=True):
            limits([], given, scale)
        self.legend, self.grid, self.frame, self.equal = legend, grid, frame, equal
        self.told = told or self._tell()

    @property
    def names(self) -> list[str]:
        """The entries of the legend; a line that is alone needs none."""
        named = [mark for mark in self.marks if getattr(mark, "name", "")]
        alone = len(named) == 1 and isinstance(named[0], Line)
        return [] if alone else [getattr(mark, "name", "") for mark in named]

    def _tell(self) -> str:
        clauses = []
        for mark in self.marks:
            if isinstance(mark, Line) and mark.name:
                xname = self.labels[0] or "x"
                clauses.append(describe_line(mark.x, mark.y, name=mark.name, xname=xname))
            elif isinstance(mark, Bars):
                clauses.append(describe_bars(mark.values, name=self.labels[1], unit=mark.unit))
        return "; ".join(clauses)

    def placed(self, box: list[float]) -> dict[str, Any]:
        """Return all that is drawn, in shares of the panel, for a box in pixels."""
        bars = next((mark for mark in self.marks if isinstance(mark, Bars)), None)
        ends = [self._ends(axis, bars) for axis in (0, 1)]
        if self.equal:
            ends = same_unit(ends, box)
        placing = Placing(
            lambda v: unit(v, ends[0], self.scales[0]),
            lambda v: unit(v, ends[1], self.scales[1]),
            next_style(),
        )
        parts = [part for mark in self.marks for part in mark.placed(placing)]
        mark_words_on_color(parts, box)
        corner = self.legend if self.names else ""
        if corner == "best":
            corner = quiet_corner(self.names, parts, box)
        parts = parts if self.names else [{**part, "name": ""} for part in parts]
        return {
            "box": box,
            "title": self.title,
            "labels": list(self.labels),
            "ticks": [self._ticks(axis, ends[axis], box, bars) for axis in (0, 1)],
            "grid": self.grid if bars is None else self.grid.replace("both", "y"),
            "frame": self.frame,
            "equal": self.equal,
            "legend": corner,
            "paper": any(part["kind"] == "field" for part in parts),
            "parts": parts,
        }

    def _ends(self, axis: int, bars: Bars | None) -> Limits:
        field = next((mark for mark in self.marks if isinstance(mark, Field)), None)
        given = self.limits[axis]
        if given is None and axis == 0 and bars is not None:
            given = (-0.6, len(bars.values) - 0.4)
        elif given is None and field is not None:
            given = (field.extent[2 * axis], field.extent[2 * axis + 1])
        arrays = [mark.spread()[axis] for mark in self.marks]
        zero = axis == 1 and bars is not None
        return limits(arrays, given, self.scales[axis], from_zero=zero)

    def _ticks(self, axis: int, ends: Limits, box: list[float], bars: Bars | None) -> list[Any]:
        given, scale = self.ticks[axis], self.scales[axis]
        if not self.frame:
            return []
        if given is None and axis == 0 and bars is not None:
            given = {name: float(place) for place, name in enumerate(bars.values)}
        if isinstance(given, Mapping):
            pairs = [(float(place), word) for word, place in given.items()]
        elif given is not None:
            pairs = [(float(place), f"{place:g}") for place in given]
        else:
            most = max(2, int(box[2] / 62 if axis == 0 else box[3] / 34))
            pairs = ticks(ends, scale, min(most, 7), whole=axis == 0 and self._whole())
        return [[round(float(unit(place, ends, scale)), 5), word] for place, word in pairs]

    def _whole(self) -> bool:
        lines = [mark.x for mark in self.marks if isinstance(mark, Line)]
        return bool(lines) and all(bool(np.all(x == np.round(x))) for x in lines)


class Scene:
    """One or more panels and the words that stand for them.

    Parameters
    ----------
    *panels : Panel
        Row by row.
    width, height : float
        Inches, of 90 pixels each.
    ratios : sequence of float, optional
        Relative widths of the columns.
    columns : int, optional
        Panels in a row; all of them by default.
    tall : bool
        Whether the first panel fills the left of two columns, and the others stand on its right.
    margins : mapping of str to float, optional
        As in `bpworkbook.figures.figure`.
    legend : str
        "panels" for one in each panel, "below" for one row under all of them, "" for none.
    alt : str
        The alt text; by default it is made from what the panels tell.

    Raises
    ------
    ArgumentError
        If there is no panel, no room, or nothing for the alt text.

    Examples
    --------
    >>> scene = Scene(Panel(Line([1, 2], [4.0, 1.0], "loss"), xlabel="epoch"))
    >>> scene.alt
    'Loss falls from 4.00 to 1.00 by epoch 2.'
    >>> scene.packed()["scene"]["size"], len(scene.packed()["values32"])
    ([540.0, 306.0], 16)
    """

    def __init__(
        self,
        *panels: Panel,
        width: float = 6.0,
        height: float = 3.4,
        ratios: Sequence[float] | None = None,
        columns: int | None = None,
        tall: bool = False,
        margins: Mapping[str, float] | None = None,
        legend: str = "panels",
        alt: str = "",
    ) -> None:
        if not panels:
            raise ArgumentError("Scene: panels is empty, but needs at least one panel")
        if legend not in ("panels", "below", ""):
            raise ArgumentError(f"Scene: legend is {legend!r}, wanted 'panels', 'below' or ''")
        if tall and len(panels) < 2:
            raise ArgumentError("Scene: tall is set, but there is no second panel")
        columns = 2 if tall else columns or len(panels)
        if ratios is not None and len(ratios) != columns:
            raise ArgumentError(f"Scene: ratios has {len(ratios)} widths for {columns} columns")
        self.alt = alt or describe_panels([panel.told for panel in panels])
        if not self.alt.strip():
            raise ArgumentError("Scene: alt is empty, and no panel tells what it shows")
        names = list(dict.fromkeys(name for panel in panels for name in panel.names))
        self.size, self.below = (width, height), 0
        if legend == "below" and names:
            self.below = fitting(names, 90 * width)
        rows = -(-len(names) // self.below) if self.below else 0
        self._given, self._legend = panels, legend
        self._boxes = boxes(
            len(panels), (width, height), columns=columns, ratios=ratios or [1.0] * columns,
            margins=margins or {}, below=rows * 0.2 + (rows > 0) * 0.12, tall=tall,
        )  # fmt: skip

    @cached_property
    def panels(self) -> list[dict[str, Any]]:
        """What is drawn, panel by panel; placed when asked for, since a film skips most frames."""
        placed = [panel.placed(box) for panel, box in zip(self._given, self._boxes, strict=True)]
        if self._legend != "panels":
            placed = [{**panel, "legend": ""} for panel in placed]
        return placed

    @cached_property
    def figure(self) -> "Figure":
        """The scene drawn by Matplotlib."""
        from bpworkbook.figures.scene_paper import draw_scene

        return draw_scene(self)

    def png(self) -> bytes:
        """Return the picture as PNG bytes, the same bytes for the same data."""
        from bpworkbook.figures.style import png

        return png(self.figure)

    def packed(self) -> dict[str, Any]:
        """Return what a browser draws: the words, a description, the float32 values of its arrays.

        An array stands in the description as its start and its length.
        """
        arrays: list[Any] = []

        def pack(value: Any) -> Any:
            if not isinstance(value, np.ndarray):
                return value
            arrays.append(value)
            return [sum(array.size for array in arrays[:-1]), value.size]

        panels = []
        for panel in self.panels:
            parts = [{key: pack(value) for key, value in part.items()} for part in panel["parts"]]
            for part in parts:
                if part["kind"] == "field":
                    part["colors"] = color_stops(part["colors"])
            panels.append({**panel, "parts": parts})
        size = [round(90 * inches, 2) for inches in self.size]
        values = np.concatenate([np.empty(0), *arrays]).astype("<f4")
        scene = {"size": size, "below": self.below, "panels": panels}
        return {"alt": self.alt, "scene": scene, "values32": values.tobytes()}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Output:
        return stored_output(self.png(), self.alt)
