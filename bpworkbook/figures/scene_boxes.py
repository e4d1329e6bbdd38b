"""Matrices as boxes on a scene: the rows of `boxes`, which a browser can draw at once."""

from collections.abc import Sequence
from typing import Any

from bpworkbook.figures.alt import join_words
from bpworkbook.figures.boxes import (
    _ABOVE,
    _BELOW,
    _GAP,
    Box,
    ShapeRow,
    _label_width,
    _row_height,
    _row_width,
    _side,
)
from bpworkbook.figures.scene import Panel
from bpworkbook.figures.scene_marks import Area, Mark, Text
from bpworkbook.nn.errors import ArgumentError

_EDGE = 0.1  # inches left of the first box
_AFTER = 0.2  # inches before the words at the end of a row


def boxes_panel(
    rows: Sequence[ShapeRow],
    scale: float,
    *,
    size: tuple[float, float] | None = None,
    title: str = "",
    **panel: Any,
) -> Panel:
    """Return a panel with rows of boxes and the operators between them, from the top down.

    Lengths are inches if the panel is as large as ``size``; else boxes grow or shrink with it, but
    words do not.

    Parameters
    ----------
    rows : sequence of ShapeRow
        What to draw.
    scale : float
        Inches for one row or column of a matrix. One that is the same at every setting lets a
        learner see a matrix grow.
    size : (width, height), optional
        Inches; by default 6 across, and as high as the rows are. Rows share what is left over.
    title : str
        Words above the boxes.
    **panel : Any
        Further arguments of `Panel`, such as ``told``.

    Returns
    -------
    Panel
        Without axes; it tells every row in words.

    Raises
    ------
    ArgumentError
        If ``rows`` is empty, a row has no box, ``scale`` is not positive, or boxes do not fit.

    Examples
    --------
    >>> row = ShapeRow((Box("X", (5, 3)), "@", Box("W", (3, 2)), "=", Box("Z", (5, 2))))
    >>> boxes_panel([row], 0.15).told
    'arrays as boxes: X (5, 3) @ W (3, 2) = Z (5, 2): fits'
    """
    if not rows or any(not row.boxes for row in rows):
        raise ArgumentError("boxes_panel: rows is empty or has a row without a box")
    if not scale > 0:
        raise ArgumentError(f"boxes_panel: scale is {scale}, but must be above 0")
    across = max(_row_width(row, scale) for row in rows) + _EDGE
    high = sum(_row_height(row, scale) for row in rows)
    width, height = size or (6.0, high)
    if across > width or high > height + 1e-9:
        raise ArgumentError(
            f"boxes_panel: the boxes need {across:.2f} by {high:.2f} inches, "
            f"but there are {width:.2f} by {height:.2f}"
        )
    marks: list[Mark] = []
    spare = (height - high) / len(rows)
    top = height
    for row in rows:
        marks += _row_marks(row, top - spare / 2, scale)
        top -= _row_height(row, scale) + spare
    look: dict[str, Any] = {"frame": False, "equal": True, "xlim": (0, width), "ylim": (0, height)}
    look["told"] = f"arrays as boxes: {join_words([_in_one_line(row.words) for row in rows])}"
    return Panel(*marks, title=title, **{**look, **panel})


def _row_marks(row: ShapeRow, top: float, scale: float) -> list[Mark]:
    marks: list[Mark] = []
    middle = top - _ABOVE - (_row_height(row, scale) - _ABOVE - _BELOW) / 2
    x = _EDGE
    for item in row.items:
        if isinstance(item, str):
            marks.append(Text(x + _GAP / 2, middle, item, size=13))
            x += _GAP
        else:
            wanted = row.wanted and item is row.boxes[-1]
            room = max(_side(item.sides[1], scale), _label_width(item))
            marks += _box_marks(item, x + room / 2, middle, scale, row.legal, wanted)
            x += room
    # The sign comes first, so that no reader depends on the colour.
    notes = [row.note] * bool(row.note) + ["the wanted shape"] * row.wanted
    words = f"{'✓' if row.legal else '✗'} " + "\n".join(notes)
    marks.append(Text(x + _AFTER, middle, words, size=10, align="left", bold=row.wanted))
    return marks


def _box_marks(
    box: Box, centre: float, middle: float, scale: float, legal: bool, wanted: bool
) -> list[Mark]:
    up, aside = (_side(n, scale) / 2 for n in box.sides)
    look: dict[str, Any] = {"fill": "sky"}
    if wanted:
        look = {"fill": "orange", "width": 3}
    elif not legal:
        look = {"fill": "white", "edge": "red", "dash": "--", "hatch": True}
    x = [centre - aside, centre + aside, centre + aside, centre - aside]
    y = [middle - up, middle - up, middle + up, middle + up]
    shape = str(box.shape) if box.shape else "number"
    return [
        Area(x, y, **look),
        Text(centre, middle + up + 0.05, box.name, size=11, valign="bottom"),
        Text(centre, middle - up - 0.06, shape, size=9, valign="top"),
    ]


def _in_one_line(words: str) -> str:
    return words.replace("\n", " ")
