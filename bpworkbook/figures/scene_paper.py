"""A scene drawn by Matplotlib, for readers without a browser; scene.js draws it in a notebook."""

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from bpworkbook.figures.palette import COLORS, DIVERGING, HATCHES, SEQUENTIAL
from bpworkbook.figures.style import DPI, house_style

if TYPE_CHECKING:
    from bpworkbook.figures.scene import Scene

_MAPS = {"DIVERGING": DIVERGING, "SEQUENTIAL": SEQUENTIAL, "GREY": "gray_r"}
_POINT = 72 / DPI  # points to a pixel


def draw_scene(scene: "Scene") -> Figure:
    """Draw a scene as a Matplotlib figure in the house style.

    Examples
    --------
    >>> from bpworkbook.figures.scene import Line, Panel, Scene
    >>> fig = draw_scene(Scene(Panel(Line([1, 2], [4.0, 1.0], "loss"), title="Loss")))
    >>> fig.axes[0].get_title(loc="left")
    'Loss'
    """
    wide, high = (DPI * inches for inches in scene.size)
    with house_style():
        fig = Figure(figsize=scene.size, dpi=DPI, facecolor="white")
        for panel in scene.panels:
            left, top, width, height = panel["box"]
            share = (left / wide, 1 - (top + height) / high, width / wide, height / high)
            ax = fig.add_axes(share)
            _draw_axes(ax, panel)
            for order, part in enumerate(panel["parts"]):
                _DRAW[part["kind"]](ax, part, 2 + 0.01 * order)
            if panel["legend"]:
                handles = _handles([panel])
                ax.legend(handles=handles, loc=panel["legend"], handlelength=3.5)
        if scene.below:
            handles = by_rows(_handles(scene.panels), scene.below)
            fig.legend(handles=handles, loc="lower center", ncols=scene.below, frameon=False)
    return fig


def _draw_axes(ax: Axes, panel: dict[str, Any]) -> None:
    ax.set(xlim=(0, 1), ylim=(0, 1), title=panel["title"])
    if not panel["frame"]:
        ax.set_axis_off()
        return
    ax.set(xlabel=panel["labels"][0], ylabel=panel["labels"][1])
    for axis, pairs in zip((ax.xaxis, ax.yaxis), panel["ticks"], strict=True):
        axis.set_ticks([place for place, _ in pairs], [word for _, word in pairs])
    ax.grid(False)
    if panel["grid"] and not panel["paper"]:
        ax.grid(True, axis=panel["grid"])


def _color(name: str) -> str:
    return COLORS.get(name, name)


def _draw_line(ax: Axes, part: dict[str, Any], order: float) -> None:
    ax.plot(part["x"], part["y"], markevery=part["every"], zorder=order, **_line_look(part))
    if part["arrow"]:
        tip, tail = ((part["x"][k], part["y"][k]) for k in (-1, -2))
        look = {"arrowstyle": "-|>", "color": _color(part["color"]), "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", tip, tail, arrowprops=look, zorder=order)


def _line_look(part: dict[str, Any]) -> dict[str, Any]:
    return {
        "color": _color(part["color"]),
        "linewidth": _POINT * part["width"],
        "linestyle": (0, part["dash"]) if part["dash"] else "-",
        "marker": part["marker"] or "none",
    }


def _draw_dots(ax: Axes, part: dict[str, Any], order: float) -> None:
    ax.plot(part["x"], part["y"], zorder=order, **_dot_look(part))


def _dot_look(part: dict[str, Any]) -> dict[str, Any]:
    return {
        "linestyle": "none",
        "marker": part["marker"],
        "markersize": _POINT * part["size"],
        "markerfacecolor": _color(part["fill"]),
        "markeredgecolor": _color(part["edge"]),
        "markeredgewidth": _POINT * part["width"],
    }


def _draw_area(ax: Axes, part: dict[str, Any], order: float) -> None:
    ax.fill(part["x"], part["y"], zorder=order, **_area_look(part))


def _area_look(part: dict[str, Any]) -> dict[str, Any]:
    return {
        "facecolor": _color(part["fill"]),
        "edgecolor": _color(part["edge"]),
        "linewidth": _POINT * part["width"],
        "linestyle": (0, part["dash"]) if part["dash"] else "-",
        "hatch": HATCHES[1] if part["hatch"] else "",
    }


def _draw_text(ax: Axes, part: dict[str, Any], order: float) -> None:
    look: dict[str, Any] = {"ha": part["align"], "va": part["valign"].replace("middle", "center")}
    if part["rim"]:  # keeps the words legible where a line passes behind them
        look["bbox"] = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}
    ax.annotate(
        part["words"],
        (part["x"], part["y"]),
        (0, _POINT * part.get("above", 0)),
        textcoords="offset points",
        color=_color(part["color"]),
        fontsize=_POINT * part["size"],
        fontweight="bold" if part["bold"] else "normal",
        zorder=order + 1,
        annotation_clip=False,
        **look,
    )


def _draw_field(ax: Axes, part: dict[str, Any], order: float) -> None:
    values = part["values"].reshape(part["rows"], part["cols"])
    x_low, x_high, y_low, y_high = part["box"]
    # Values of a smooth field lie on its edges, the colours of Matplotlib's cells around them.
    wide, high = (
        0.5 / max(count - 1, 1) * part["smooth"] for count in (part["cols"], part["rows"])
    )
    aside, above = wide * (x_high - x_low), high * (y_high - y_low)
    ax.imshow(
        values, origin="lower", aspect="auto", cmap=_MAPS[part["colors"]], vmin=0, vmax=1, zorder=1,
        extent=(x_low - aside, x_high + aside, y_low - above, y_high + above),
        interpolation="bilinear" if part["smooth"] else "nearest",
    )  # fmt: skip
    contour = part["contour"]
    if contour is not None and np.nanmin(values) < contour <= np.nanmax(values):
        xs = np.linspace(x_low, x_high, part["cols"])
        ys = np.linspace(y_low, y_high, part["rows"])
        ink = COLORS["ink"]
        ax.contour(xs, ys, values, [contour], colors=ink, linewidths=1.8, zorder=order)


_DRAW = {
    "line": _draw_line,
    "dots": _draw_dots,
    "area": _draw_area,
    "text": _draw_text,
    "field": _draw_field,
}


def _handles(panels: list[dict[str, Any]]) -> list[Any]:
    found: dict[str, Any] = {}
    for panel in panels:
        for part in panel["parts"]:
            name = part.get("name")
            if not name or name in found:
                continue
            if part["kind"] == "area":
                found[name] = Patch(label=name, **_area_look(part))
            else:
                look = _line_look(part) if part["kind"] == "line" else _dot_look(part)
                found[name] = Line2D([], [], label=name, **look)
    return list(found.values())


def by_rows(entries: list[Any], columns: int) -> list[Any]:
    """Reorder entries so that Matplotlib, which fills a legend by columns, fills it by rows.

    Examples
    --------
    >>> by_rows([1, 2, 3, 4, 5], 3)
    [1, 4, 2, 5, 3]
    """
    return [entry for start in range(columns) for entry in entries[start::columns]]
