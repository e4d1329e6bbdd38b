"""Matrices drawn as boxes, rows high and columns wide: which products fit, and which do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from bpworkbook.figures.alt import join_words
from bpworkbook.figures.palette import COLORS, HATCHES
from bpworkbook.figures.picture import Picture
from bpworkbook.figures.style import figure, house_style
from bpworkbook.nn.errors import ArgumentError

_LONGEST = 0.95  # inches of the longest side drawn
_SHORTEST = 0.17  # inches of a side of one element, so that it can still be seen
_GAP = 0.42  # inches for an operator between boxes
_ABOVE, _BELOW = 0.26, 0.40  # inches for the name above and the shape below


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


def draw_shapes(ax: Axes, rows: Sequence[ShapeRow], scale: float) -> None:
    """Draw rows of boxes on axes whose unit is the inch, from the top down.

    Parameters
    ----------
    ax : Axes
        Axes without a frame, whose data units are inches; y grows upwards.
    rows : sequence of ShapeRow
        What to draw.
    scale : float
        Inches for one row or column of a matrix.

    Examples
    --------
    >>> fig, ax = figure()
    >>> draw_shapes(ax, [ShapeRow((Box("b", (4,)),))], scale=0.2)
    >>> len(ax.patches)
    1
    """
    top = ax.get_ylim()[1]
    with house_style():
        for row in rows:
            height = _row_height(row, scale)
            middle = top - _ABOVE - (height - _ABOVE - _BELOW) / 2
            x = 0.1
            for item in row.items:
                if isinstance(item, str):
                    ax.text(x + _GAP / 2, middle, item, ha="center", va="center", fontsize=13)
                    x += _GAP
                else:
                    last = row.wanted and item is row.boxes[-1]
                    x += _draw_box(ax, item, x, middle, scale, row.legal, last)
            # The sign comes first, so that no reader depends on the colour.
            notes = [row.note] * bool(row.note) + ["the wanted shape"] * row.wanted
            words = f"{'✓' if row.legal else '✗'} " + "\n".join(notes)
            weight = "bold" if row.wanted else "normal"
            ax.text(x + 0.2, middle, words, va="center", fontsize=10, fontweight=weight)
            top -= height


def _side(n: int, scale: float) -> float:
    return max(_SHORTEST, n * scale)


def _row_height(row: ShapeRow, scale: float) -> float:
    return max(_side(b.sides[0], scale) for b in row.boxes) + _ABOVE + _BELOW


def _row_width(row: ShapeRow, scale: float) -> float:
    boxes = sum(max(_side(b.sides[1], scale), _label_width(b)) for b in row.boxes)
    return boxes + _GAP * (len(row.items) - len(row.boxes))


def _label_width(box: Box) -> float:
    return 0.075 * max(len(str(box.shape)), len(box.name)) + 0.1


def _draw_box(
    ax: Axes, box: Box, x: float, middle: float, scale: float, legal: bool, wanted: bool
) -> float:
    height, width = (_side(n, scale) for n in box.sides)
    room = max(width, _label_width(box))
    left = x + (room - width) / 2
    look: dict[str, Any] = {"facecolor": COLORS["sky"], "edgecolor": COLORS["ink"]}
    if wanted:
        look = {"facecolor": COLORS["orange"], "edgecolor": COLORS["black"], "linewidth": 3}
    elif not legal:
        look = {"facecolor": "white", "edgecolor": COLORS["red"], "linestyle": "--"}
        look["hatch"] = HATCHES[3]
    ax.add_patch(Rectangle((left, middle - height / 2), width, height, **look))
    centre = left + width / 2
    ax.text(centre, middle + height / 2 + 0.05, box.name, ha="center", va="bottom", fontsize=11)
    shape = str(box.shape) if box.shape else "number"
    ax.text(centre, middle - height / 2 - 0.06, shape, ha="center", va="top", fontsize=9)
    return room


def shape_boxes(rows: Sequence[ShapeRow], *, title: str = "", alt: str = "") -> Picture:
    """Make a picture of arrays as boxes, one operation in each row.

    Parameters
    ----------
    rows : sequence of ShapeRow
        At most about six are legible.
    title : str
        Words above the picture.
    alt : str, optional
        The alt text; by default every row in words.

    Returns
    -------
    Picture
        Six inches wide, as high as the rows need.

    Raises
    ------
    ArgumentError
        If ``rows`` is empty, or a row has no box.

    Examples
    --------
    >>> row = ShapeRow((Box("X", (5, 3)), "@", Box("W", (3, 2)), "=", Box("Z", (5, 2))))
    >>> shape_boxes([row]).alt
    'Arrays as boxes: X (5, 3) @ W (3, 2) = Z (5, 2): fits.'
    """
    if not rows or any(not row.boxes for row in rows):
        raise ArgumentError("shape_boxes: rows is empty or has a row without a box")
    width = 6.0
    scale = _LONGEST / max(n for row in rows for box in row.boxes for n in box.sides)
    notes = max(len(row.note) for row in rows)
    room = width - 0.6 - max(0.085 * notes, 1.1)
    while scale > 0.001 and max(_row_width(row, scale) for row in rows) > room:
        scale *= 0.9
    head = 0.35 if title else 0.05
    height = sum(_row_height(row, scale) for row in rows) + head
    fig, ax = figure(width, height, margins={"left": 0, "right": 0, "top": head, "bottom": 0})
    ax.set(xlim=(0, width), ylim=(0, height - head))
    ax.set_axis_off()
    draw_shapes(ax, rows, scale)
    if title:
        with house_style():
            ax.text(0.1, height - head + 0.08, title, fontsize=11, fontweight="bold")
    return Picture(fig, alt or f"Arrays as boxes: {join_words([row.words for row in rows])}.")
