"""The house style: figures that look alike, without touching Matplotlib's global settings."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator
from PIL import Image

from bpworkbook.figures.alt import short
from bpworkbook.figures.palette import COLORS, CYCLE, LINESTYLES
from bpworkbook.nn.errors import ArgumentError

DPI = 90
"""Dots per inch of stored pictures: 540 pixels across at the default width."""

_GROUPS = ("agg", "axes", "figure", "font", "grid", "hatch", "image", "legend", "lines")
_MORE = ("markers", "mathtext", "patch", "path", "scatter", "text", "xtick", "ytick")

_STYLE: dict[str, Any] = {
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelcolor": COLORS["ink"],
    "axes.edgecolor": COLORS["grey"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=CYCLE)
    + cycler(linestyle=LINESTYLES)
    + cycler(linewidth=[1.8] * len(CYCLE)),
    "grid.color": COLORS["pale"],
    "text.color": COLORS["ink"],
    "xtick.color": COLORS["ink"],
    "ytick.color": COLORS["ink"],
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.frameon": True,
    "legend.framealpha": 0.9,
    "legend.edgecolor": COLORS["pale"],
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "hatch.linewidth": 0.6,
}

_MARGINS = {"left": 0.8, "right": 0.2, "top": 0.4, "bottom": 0.55, "wspace": 0.8, "hspace": 0.9}


@contextmanager
def house_style() -> Iterator[None]:
    """Use the house style inside a ``with`` block; the reader's own settings come back after it.

    Examples
    --------
    >>> before = matplotlib.rcParams["axes.grid"]
    >>> with house_style():
    ...     matplotlib.rcParams["axes.grid"]
    True
    >>> matplotlib.rcParams["axes.grid"] == before
    True
    """
    # The reader may have settings of their own: start from Matplotlib's defaults, so that the
    # same data give the same picture everywhere.
    groups = (*_GROUPS, *_MORE)
    plain = {k: v for k, v in matplotlib.rcParamsDefault.items() if k.split(".")[0] in groups}
    settings: dict[Any, Any] = {**plain, **_STYLE}
    with matplotlib.rc_context(settings):
        yield


def figure(
    width: float = 6.0,
    height: float = 3.4,
    *,
    margins: dict[str, float] | None = None,
    **subplots: Any,
) -> tuple[Figure, Any]:
    """Make a figure and its axes in the house style, without pyplot.

    Parameters
    ----------
    width, height : float
        Size in inches.
    margins : dict, optional
        Inches kept free at "left", "right", "top" and "bottom", and between axes ("wspace",
        "hspace"), where the usual ones do not suit. They are fixed because an automatic layout
        doubles the drawing time of a live picture.
    **subplots
        Given on to ``Figure.subplots``: ``nrows``, ``ncols``, ``sharex``, ``width_ratios`` ...

    Returns
    -------
    tuple of Figure and Axes
        The axes are one ``Axes``, or an array of them where ``nrows`` or ``ncols`` is more than 1.

    Raises
    ------
    ArgumentError
        If a margin has an unknown name, or the margins leave no room for the axes.

    Examples
    --------
    >>> fig, (left, right) = figure(ncols=2)
    >>> lines = left.plot([0, 1], [0, 1])
    >>> png(fig)[:4]
    b'\\x89PNG'
    """
    unknown = sorted(set(margins or {}) - set(_MARGINS))
    if unknown:
        raise ArgumentError(f"figure: margins has {unknown}, but knows only {sorted(_MARGINS)}")
    edge = {**_MARGINS, **(margins or {})}
    rows, cols = subplots.get("nrows", 1), subplots.get("ncols", 1)
    cell_width = (width - edge["left"] - edge["right"] - edge["wspace"] * (cols - 1)) / cols
    cell_height = (height - edge["top"] - edge["bottom"] - edge["hspace"] * (rows - 1)) / rows
    if cell_width <= 0 or cell_height <= 0:
        raise ArgumentError(
            f"figure: width and height are {width} x {height} inches, too small for "
            f"{rows} x {cols} axes and their margins"
        )
    with house_style():
        fig = Figure(figsize=(width, height), dpi=DPI, facecolor="white")
        axes = fig.subplots(**subplots)
    fig.subplots_adjust(
        left=edge["left"] / width,
        right=1 - edge["right"] / width,
        bottom=edge["bottom"] / height,
        top=1 - edge["top"] / height,
        wspace=edge["wspace"] / cell_width,
        hspace=edge["hspace"] / cell_height,
    )
    return fig, axes


def plain_log(axis: Axis) -> None:
    """Label a logarithmic axis with plain numbers, few enough to fit beside its name.

    Parameters
    ----------
    axis : Axis
        ``ax.xaxis`` or ``ax.yaxis``, with its scale and data already set.

    Examples
    --------
    >>> fig, ax = figure()
    >>> limits = ax.set(yscale="log", ylim=(0.01, 10))
    >>> plain_log(ax.yaxis)
    >>> [text.get_text() for text in ax.yaxis.get_ticklabels()][1:-1]
    ['0.01', '0.1', '1', '10']
    """
    words = FuncFormatter(lambda value, _: short(value))
    low, high = sorted(axis.get_view_interval())
    decades = np.log10(high / low) if low > 0 else np.inf
    if decades < 0.7:
        axis.set_major_locator(MaxNLocator(5))
    elif decades < 1.5:
        axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(words)
    axis.set_minor_locator(NullLocator())  # they cost a third of the drawing


def png(fig: Figure, dpi: float = DPI) -> bytes:
    """Draw a figure as PNG; the same figure gives the same bytes, with no date or version inside.

    Parameters
    ----------
    fig : Figure
        The figure to draw.
    dpi : float
        Dots per inch.

    Returns
    -------
    bytes
        The PNG file.

    Examples
    --------
    >>> fig, ax = figure()
    >>> png(fig) == png(fig)
    True
    """
    usual = fig.dpi
    canvas: Any = FigureCanvasAgg(fig)
    with house_style():
        fig.set_dpi(dpi)
        try:
            canvas.draw()
            pixels = np.asarray(canvas.buffer_rgba())[..., :3]
        finally:
            fig.set_dpi(usual)
    out = io.BytesIO()
    # 256 colours of the picture's own choice: a third of the size, and no difference to the eye.
    # The picture is opaque, so alpha is left out; Pillow writes no metadata unless told to.
    image = Image.fromarray(np.ascontiguousarray(pixels))
    few = image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(out, "png", compress_level=6)
    return out.getvalue()
