"""Pictures of the plane and of matrices: decision maps, digits, tables of numbers."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from bpworkbook.figures.alt import describe_counts, describe_matrix, number
from bpworkbook.figures.palette import COLORS, DIVERGING
from bpworkbook.figures.picture import Picture
from bpworkbook.figures.scene_panels import window_around
from bpworkbook.figures.style import figure, house_style
from bpworkbook.nn.errors import ArgumentError


def draw_decision(
    ax: Axes,
    predict: Callable[[Any], Any],
    X: Any,
    y: Any,
    *,
    title: str = "",
    limits: tuple[float, float, float, float] | None = None,
    names: tuple[str, str] = ("class 0", "class 1"),
    grid: int = 121,
) -> str:
    """Draw where a classifier says 0 and where 1, with the points it is to tell apart.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    predict : callable
        Takes points of shape (m, 2) and returns m values in [0, 1]; 0.5 is the boundary.
    X : array_like, shape (n, 2)
        The points.
    y : array_like, shape (n,)
        Their classes, 0 or 1.
    title : str
        Title of the axes.
    limits : (x_low, x_high, y_low, y_high), optional
        The window; the points with a margin by default.
    names : tuple of two str
        What the classes are called.
    grid : int
        Values along each side of the map.

    Returns
    -------
    str
        One clause: how many points lie on the right side, and how much of the window is class 1.

    Raises
    ------
    ArgumentError
        If ``X``, ``y`` or the answer of ``predict`` has the wrong shape.

    Examples
    --------
    >>> fig, ax = figure(width=4)
    >>> draw_decision(ax, lambda p: p[:, 0], [[0.0, 0.0], [1.0, 1.0]], [0, 1])
    'all 2 points on their own side; class 1 fills 50 % of the window'
    """
    points, labels = np.asarray(X, dtype=float), np.asarray(y)
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1]:
        raise ArgumentError(
            f"draw_decision: X is {points.shape} and y is {labels.shape}, wanted (n, 2) and (n,)"
        )
    window = limits or window_around(points)
    xs, ys = np.linspace(window[0], window[1], grid), np.linspace(window[2], window[3], grid)
    mesh = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    field = np.asarray(predict(mesh), dtype=float)
    if field.size != len(mesh):
        raise ArgumentError(
            f"draw_decision: predict gave {field.shape} for {mesh.shape}, wanted one value a point"
        )
    field = field.reshape(grid, grid)
    right = (np.asarray(predict(points), dtype=float).ravel() >= 0.5) == (labels == 1)
    share = round(100 * float(np.mean(field >= 0.5)))
    with house_style():
        ax.grid(False)
        extent = (window[0], window[1], window[2], window[3])
        ax.imshow(
            field, origin="lower", extent=extent, aspect="auto", cmap=DIVERGING, vmin=-0.7,
            vmax=1.7, interpolation="bilinear",
        )  # fmt: skip
        if np.nanmin(field) < 0.5 <= np.nanmax(field):
            ax.contour(xs, ys, field, levels=[0.5], colors=COLORS["ink"], linewidths=1.8)
        # Circles and squares, white and black: classes are told without any colour.
        for label, marker, fill in ((0, "o", "white"), (1, "s", COLORS["ink"])):
            rows = points[labels == label]
            ax.plot(
                rows[:, 0], rows[:, 1], linestyle="none", marker=marker, markersize=6,
                markerfacecolor=fill, markeredgecolor=COLORS["ink"], label=names[label],
            )  # fmt: skip
        wrong = points[~right]
        if len(wrong):
            ax.plot(
                wrong[:, 0], wrong[:, 1], linestyle="none", marker="o", markersize=13,
                markerfacecolor="none", markeredgecolor=COLORS["red"], markeredgewidth=2,
                label="wrong side",
            )  # fmt: skip
        ax.set(title=title, xlim=window[:2], ylim=window[2:])
    where = describe_counts(int(right.sum()), len(right), how="on their own side")
    return f"{where}; {names[1]} fills {share} % of the window"


def decision_map(
    predict: Callable[[Any], Any],
    X: Any,
    y: Any,
    *,
    xlabel: str = "",
    ylabel: str = "",
    alt: str = "",
    **options: Any,
) -> Picture:
    """Make a picture of a decision map with its key; see `draw_decision` for the options.

    Examples
    --------
    >>> decision_map(lambda p: p[:, 0], [[0.0, 0.0], [1.0, 1.0]], [0, 1]).alt
    'Decision map: all 2 points on their own side; class 1 fills 50 % of the window.'
    """
    fig, ax = figure(margins={"right": 1.45})
    told = draw_decision(ax, predict, X, y, **options)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    with house_style():
        ax.legend(loc="upper left", bbox_to_anchor=(1.02, 1), borderaxespad=0, labelspacing=0.9)
    return Picture(fig, alt or f"Decision map: {told}.")


def digit_grid(
    images: Any, titles: Sequence[str], *, columns: int = 8, title: str = "", alt: str = ""
) -> Picture:
    """Show small grey images side by side, each under its own words.

    Parameters
    ----------
    images : array_like, shape (n, 64) or (n, height, width)
        Grey values; 64 in a row are an image of 8 by 8. White is the smallest value of all.
    titles : sequence of str
        One for each image, for example "3, said 8".
    columns : int
        Images in a row.
    title : str
        Title above all of them.
    alt : str, optional
        The alt text; by default the titles, in order.

    Raises
    ------
    ArgumentError
        If there is no image, or not one title for each.

    Examples
    --------
    >>> digit_grid(np.zeros((2, 64)), ["a 3", "a 5"]).alt
    '2 small images: a 3, a 5.'
    """
    grey = np.asarray(images, dtype=float)
    if grey.ndim == 2 and grey.shape[1] == 64:
        grey = grey.reshape(-1, 8, 8)
    if grey.ndim != 3 or len(grey) == 0 or len(titles) != len(grey):
        raise ArgumentError(
            f"digit_grid: images is {np.shape(images)} with {len(titles)} titles, wanted (n, 64) "
            "or (n, height, width) and one title for each image"
        )
    columns = min(columns, len(grey))
    rows = -(-len(grey) // columns)
    top = 0.58 if title else 0.35
    fig, axes = figure(
        width=6.0,
        height=top + 0.1 + rows * 0.72 + (rows - 1) * 0.3,
        margins={
            "left": 0.1,
            "right": 0.1,
            "top": top,
            "bottom": 0.1,
            "wspace": 0.1,
            "hspace": 0.3,
        },
        nrows=rows,
        ncols=columns,
        squeeze=False,
    )
    span = {"vmin": float(grey.min()), "vmax": max(float(grey.max()), float(grey.min()) + 1e-12)}
    for index, ax in enumerate(axes.ravel()):
        ax.set_axis_off()
        if index < len(grey):
            ax.imshow(grey[index], cmap="gray_r", **span)
            ax.set_title(titles[index], fontsize=9, fontweight="normal", loc="center", pad=3)
    if title:
        with house_style():
            fig.suptitle(title, x=0.02, ha="left", fontsize=11, fontweight="bold")
    images_word = "small image" if len(grey) == 1 else "small images"
    return Picture(fig, alt or f"{len(grey)} {images_word}: {', '.join(titles)}.")


def draw_matrix(ax: Axes, values: Any, *, title: str = "", name: str = "matrix") -> str:
    """Draw a matrix as cells, each with its number; zero is white, the sign is written.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    values : array_like, shape (rows, cols)
        At most 12 by 12 are legible.
    title, name : str
        Title of the axes, and what the alt text calls the matrix.

    Returns
    -------
    str
        One clause: shape and extremes.

    Raises
    ------
    ArgumentError
        If ``values`` has no two axes, or is empty.

    Examples
    --------
    >>> fig, ax = figure(width=3)
    >>> draw_matrix(ax, [[1, -2], [0, 3]], name="W")
    'W is 2 x 2 with values from -2.00 to 3.00'
    """
    cells = np.asarray(values, dtype=float)
    if cells.ndim != 2 or cells.size == 0:
        raise ArgumentError(f"draw_matrix: values is {cells.shape}, wanted (rows, cols)")
    finite = cells[np.isfinite(cells)]
    reach = max(float(np.abs(finite).max(initial=0.0)), 1e-12)
    with house_style():
        ax.grid(False)
        # Twice the reach keeps every cell pale enough for dark figures on it.
        ax.imshow(cells, cmap=DIVERGING, vmin=-2 * reach, vmax=2 * reach, aspect="auto")
        for (row, col), value in np.ndenumerate(cells):
            ax.text(col, row, number(value, 2), ha="center", va="center", fontsize=9)
        ax.set_xticks(range(cells.shape[1]))
        ax.set_yticks(range(cells.shape[0]))
        ax.tick_params(length=0)
        ax.set_title(title)
    return describe_matrix(name, cells)


def matrix_picture(values: Any, *, title: str = "", name: str = "matrix", alt: str = "") -> Picture:
    """Make a picture of one matrix; see `draw_matrix`.

    Examples
    --------
    >>> matrix_picture([[1.0, 2.0]], name="W").alt
    'Table of numbers: W is 1 x 2 with values from 1.00 to 2.00.'
    """
    rows, cols = np.shape(np.atleast_2d(values))
    fig, ax = figure(width=min(6.0, 1.2 + 0.65 * cols), height=min(5.0, 0.95 + 0.42 * rows))
    told = draw_matrix(ax, values, title=title, name=name)
    return Picture(fig, alt or f"Table of numbers: {told}.")
