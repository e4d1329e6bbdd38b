"""Pictures of lesson 00: what a shape counts, and how two shapes line up.

Sizes are in inches, so that a cell of an array is as large in every picture.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from bpworkbook.figures import COLORS, Picture, figure, house_style
from bpworkbook.figures.palette import HATCHES
from bpworkbook.lessons.u00_start.n00_start_here.trap import Shape, broadcast

CELL = 0.3  # inches of the side of one entry
_ARROW: dict[str, Any] = {"arrowstyle": "-|>", "color": COLORS["blue"], "linewidth": 1.4}


def array_shapes() -> Picture:
    """Draw the arrays of the opening, and a table, with their axes.

    Examples
    --------
    >>> array_shapes().alt[:44]
    'Three arrays. y has one axis with 5 entries:'
    """
    fig, ax = _inches(6.0, 2.4)
    column = np.arange(1, 6).reshape(5, 1)
    with house_style():
        _array(ax, column.T, 0.2, 1.95, name="y", shape=(5,))
        _array(ax, column, 2.65, 1.95, name="pred", shape=(5, 1))
        _array(ax, np.array([[7, 2, 9], [4, 8, 1]]), 4.3, 1.95, name="X", shape=(2, 3))
        for row in range(2):
            ax.text(5.27, 1.8 - CELL * row, f"example {row}", va="center", fontsize=9)
    alt = (
        "Three arrays. y has one axis with 5 entries: shape (5,). pred has two axes, 5 rows and "
        "1 column: shape (5, 1). X has 2 rows and 3 columns: shape (2, 3). Axis 0 runs down the "
        "rows, axis 1 along the columns; in y, axis 0 is the only one."
    )
    return Picture(fig, alt)


def lined_up(pairs: Mapping[str, tuple[Shape, Shape]]) -> Picture:
    """Draw pairs of shapes lined up from the right, with what broadcasting makes of them.

    Parameters
    ----------
    pairs : mapping of str to two shapes
        At most four pairs, each under its own words.

    Examples
    --------
    >>> lined_up({"scores + b": ((4, 3), (3,))}).alt
    'Shapes lined up from the right. scores + b: (4, 3) and (3,) give (4, 3).'
    """
    width = 6.0 / max(len(pairs), 3)
    fig, ax = _inches(6.0, 1.95)
    told = []
    with house_style():
        for place, (name, (first, second)) in enumerate(pairs.items()):
            made = broadcast(first, second)
            middle = (place + 0.5) * width
            ax.text(middle, 1.7, name, ha="center", fontsize=11, fontweight="bold")
            for row, shape in enumerate((first, second)):
                _shape_boxes(ax, shape, (first, second)[1 - row], middle, 1.2 - 0.46 * row)
            ax.plot([middle - 0.6, middle + 0.6], [0.62, 0.62], "-", color=COLORS["ink"], lw=1)
            verdict = f"✓ {made}" if made else "✗ error"
            ax.text(middle, 0.42, verdict, ha="center", va="center", fontsize=11)
            ax.text(middle, 0.15, _reason(first, second), ha="center", va="center", fontsize=9)
            told.append(f"{name}: {first} and {second} give {made or 'an error'}")
    return Picture(fig, f"Shapes lined up from the right. {'; '.join(told)}.")


def _inches(width: float, height: float) -> tuple[Any, Axes]:
    fig, ax = figure(width, height, margins={"left": 0, "right": 0, "top": 0, "bottom": 0})
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.set_axis_off()
    return fig, ax


def _array(
    ax: Axes, values: NDArray[Any], left: float, top: float, *, name: str, shape: Shape
) -> None:
    """Draw an array with its name above, its shape below, and an arrow along each axis."""
    rows, cols = values.shape
    for (row, col), value in np.ndenumerate(values):
        corner = (left + col * CELL, top - (row + 1) * CELL)
        look: dict[str, Any] = {"facecolor": COLORS["sky"], "edgecolor": COLORS["ink"]}
        ax.add_patch(Rectangle(corner, CELL, CELL, **look))
        centre = (corner[0] + CELL / 2, corner[1] + CELL / 2)
        ax.text(*centre, str(value), ha="center", va="center", fontsize=10)
    middle, bottom = left + cols * CELL / 2, top - rows * CELL
    ax.text(middle, bottom - 0.1, f"{name}  {shape}", ha="center", va="top", fontsize=11)
    across = "axis 1" if len(shape) == 2 else "axis 0"
    tip = (left + max(cols * CELL, 0.5), top + 0.1)
    ax.annotate("", xy=tip, xytext=(left, top + 0.1), arrowprops=_ARROW)
    ax.text(left, top + 0.17, across, fontsize=9, color=COLORS["blue"])
    if len(shape) == 2:
        ax.annotate("", xy=(left - 0.1, bottom), xytext=(left - 0.1, top), arrowprops=_ARROW)
        ax.text(
            left - 0.17, (top + bottom) / 2, "axis 0",
            rotation=90, ha="right", va="center", fontsize=9, color=COLORS["blue"],
        )  # fmt: skip


def _shape_boxes(ax: Axes, shape: Shape, other: Shape, middle: float, bottom: float) -> None:
    """Draw the numbers of a shape in two boxes; dashed where stretched, crossed where refused."""
    padded = (0,) * (2 - len(shape)) + shape
    against = (0,) * (2 - len(other)) + other
    for place, (n, m) in enumerate(zip(padded, against, strict=True)):
        look: dict[str, Any] = {"facecolor": COLORS["sky"], "edgecolor": COLORS["ink"]}
        text = str(n) if n else ""
        if n < 2 and m > 1:
            look = {"facecolor": "white", "edgecolor": COLORS["ink"], "linestyle": "--"}
            text = f"{n or ''} → {m}".strip()
        elif n > 1 and m > 1 and n != m:
            look = {"facecolor": "white", "edgecolor": COLORS["red"], "hatch": HATCHES[3]}
        corner = (middle - 0.6 + 0.62 * place, bottom)
        ax.add_patch(Rectangle(corner, 0.58, 0.38, **look))
        plate = {"facecolor": "white", "edgecolor": "none", "pad": 1.5} if "hatch" in look else None
        ax.text(
            corner[0] + 0.29, bottom + 0.19, text,
            ha="center", va="center", fontsize=11, bbox=plate,
        )  # fmt: skip


def _reason(first: Shape, second: Shape) -> str:
    made = broadcast(first, second)
    if made is None:
        pairs = zip(first[::-1], second[::-1], strict=False)
        n, m = next((n, m) for n, m in pairs if 1 < n != m > 1)
        return f"{n} is not {m}"
    stretched = [shape for shape in (first, second) if shape != made]
    return ("nothing is stretched", "one is stretched", "both are stretched")[len(stretched)]
