"""Matrices drawn as boxes, rows high and columns wide: which products fit, and which do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bpworkbook.figures.alt import join_words
from bpworkbook.figures.scene import Panel
from bpworkbook.figures.scene_marks import Area, Mark, Text
from bpworkbook.nn.errors import ArgumentError

_SHORTEST = 0.17  # inches of a side of one element, so that it can still be seen
_GAP = 0.42  # inches for an operator between boxes
_ABOVE, _BELOW = 0.26, 0.40  # inches for the name above and the shape below
_EDGE = 0.1  # inches left of the first box
_AFTER = 0.2  # inches before the words at the end of a row


@dataclass(frozen=True)
class Box:
    """An array to draw: its name and its shape, of no, one or two axes.

    Examples
    --------
    >>> Box("W", (3, 4)).words
    'W (3, 4)'
    """

    name: str
    shape: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.shape) > 2 or any(n < 1 for n in self.shape):
            raise ArgumentError(
                f"Box: shape is {self.shape}, but must have at most two axes of 1 or more"
            )

    @property
    def words(self) -> str:
        """Name and shape as a sentence writes them."""
        return f"{self.name} {self.shape}".strip()

    @property
    def sides(self) -> tuple[int, int]:
        """Rows and columns on the picture; one axis is drawn as a row."""
        rows_cols = (1, 1, *self.shape)[-2:]
        return rows_cols[0], rows_cols[1]


@dataclass(frozen=True)
class ShapeRow:
    """One line of the picture: boxes and the operators between them.

    Parameters
    ----------
    items : sequence of Box or str
        For example ``(Box("X", (5, 3)), "@", Box("W", (3, 4)), "=", Box("Z", (5, 4)))``.
    legal : bool
        Whether the shapes fit. Where they do not, boxes are crossed and their outline is dashed.
    wanted : bool
        Whether the last box is the shape that was looked for; it then gets a thick outline.
    note : str
        Words after a tick or a cross, for example "3 is not 4".

    Examples
    --------
    >>> row = ShapeRow((Box("X", (5, 3)), "@", Box("W", (4, 2))), legal=False, note="3 is not 4")
    >>> row.words
    'X (5, 3) @ W (4, 2): does not fit, 3 is not 4'
    """

    items: Sequence[Box | str]
    legal: bool = True
    wanted: bool = False
    note: str = ""

    @property
    def words(self) -> str:
        """The row as a clause of the alt text."""
        told = " ".join(i.words if isinstance(i, Box) else i for i in self.items)
        verdict = "fits" if self.legal else "does not fit"
        if self.wanted:
            verdict += " and has the wanted shape"
        return f"{told}: {verdict}{', ' + self.note if self.note else ''}"

    @property
    def boxes(self) -> list[Box]:
        """The boxes of the row."""
        return [item for item in self.items if isinstance(item, Box)]


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


def _side(n: int, scale: float) -> float:
    return max(_SHORTEST, n * scale)


def _row_height(row: ShapeRow, scale: float) -> float:
    return max(_side(b.sides[0], scale) for b in row.boxes) + _ABOVE + _BELOW


def _row_width(row: ShapeRow, scale: float) -> float:
    boxes = sum(max(_side(b.sides[1], scale), _label_width(b)) for b in row.boxes)
    return boxes + _GAP * (len(row.items) - len(row.boxes))


def _label_width(box: Box) -> float:
    return 0.075 * max(len(str(box.shape)), len(box.name)) + 0.1


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
