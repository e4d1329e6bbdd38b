"""A ready-made panel for scenes: a matrix as cells, each with its number."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bpworkbook.figures.alt import describe_matrix, number
from bpworkbook.figures.scene import Panel
from bpworkbook.figures.scene_grounds import Field
from bpworkbook.figures.scene_marks import Mark, Text
from bpworkbook.nn.errors import ArgumentError


def matrix_panel(
    values: Any,
    *,
    title: str = "",
    name: str = "matrix",
    rows: Sequence[str] = (),
    columns: Sequence[str] = (),
    **panel: Any,
) -> Panel:
    """Return a panel with a matrix, its first row on top; see `draw_matrix`.

    Parameters
    ----------
    values : array_like, shape (rows, cols)
        At most 12 by 12 are legible.
    title, name : str
        Title of the panel, and what the alt text calls the matrix.
    rows, columns : sequence of str, optional
        What the rows and the columns are called, each name once; by default they are counted.
    **panel
        More arguments of `Panel`.

    Raises
    ------
    ArgumentError
        If ``values`` has no two axes or is empty, or the names do not fit it.

    Examples
    --------
    >>> matrix_panel([[1, -2], [0, 3]], name="W").told
    'W is 2 x 2 with values from -2.00 to 3.00'
    """
    cells = np.asarray(values, dtype=float)
    if cells.ndim != 2 or cells.size == 0:
        raise ArgumentError(f"matrix_panel: values is {cells.shape}, wanted (rows, cols)")
    height, width = cells.shape
    finite = cells[np.isfinite(cells)]
    reach = max(float(np.abs(finite).max(initial=0.0)), 1e-12)
    # Twice the reach keeps every cell pale enough for dark figures on it.
    extent = (-0.5, width - 0.5, -0.5, height - 0.5)
    drawn: list[Mark] = [Field(cells[::-1], extent, low=-2 * reach, high=2 * reach, smooth=False)]
    drawn += [
        Text(col, height - 1 - row, number(value, 2)) for (row, col), value in np.ndenumerate(cells)
    ]
    across = _places("columns", columns, width)
    up = {word: height - 1 - place for word, place in _places("rows", rows, height).items()}
    look = {"xticks": across, "yticks": up, "told": describe_matrix(name, cells)}
    return Panel(*drawn, title=title, **{**look, **panel})


def _places(name: str, words: Sequence[str], count: int) -> Mapping[str, float]:
    words = words or [str(place) for place in range(count)]
    places = {word: float(place) for place, word in enumerate(words)}
    if len(words) != count or len(places) != count:
        raise ArgumentError(f"matrix_panel: {name} is {words}, wanted {count} different names")
    return places
