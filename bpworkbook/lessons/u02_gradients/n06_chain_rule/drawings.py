"""The pictures of lesson 06: dials in a row, a rectangle that grows, two ways through a chain."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpworkbook.figures import (
    Area,
    Box,
    Graph,
    GraphEdge,
    GraphNode,
    Line,
    Panel,
    Scene,
    ShapeRow,
    Text,
    bars_panel,
    boxes_panel,
    graph_panel,
    short,
)
from bpworkbook.figures.scene_marks import Mark

TURN = 20  # degrees of the first dial; three slopes of 2 make it 160
RADIUS, APART = 0.58, 1.84
BOX_SCALE = 0.024  # inches for a row or column, at every setting, so that a box is seen to grow


def words(value: float) -> str:
    """Return a number as a picture shows it.

    >>> words(-0.125), words(3.0), words(-0.0)
    ('−0.125', '3', '0')
    """
    return short(round(value, 9) + 0.0).replace("-", "−")


def dials(names: Sequence[str], slopes: Sequence[float], title: str) -> Scene:
    """Draw a dial for each name; each turns as many times as far as the one before it.

    Parameters
    ----------
    names : sequence of str
        One more than there are slopes.
    slopes : sequence of float
        Of each dial by the one before it.

    Examples
    --------
    >>> dials(("x", "u"), (2.0,), "Two dials").alt
    'Two dials. Dials in a row: x turns 20°, u turns 40°.'
    """
    turns = [TURN * float(product) for product in np.cumprod([1.0, *slopes])]
    marks: list[Mark] = []
    for place, (name, turn) in enumerate(zip(names, turns, strict=True)):
        marks += _dial(place * APART, name, turn)
    for place, slope in enumerate(slopes):
        middle = (place + 0.5) * APART
        marks.append(
            Line([middle - 0.22, middle + 0.22], [0, 0], color="ink", width=1.4, arrow=True)
        )
        marks.append(Text(middle, 0.2, f"× {words(slope)}", size=10, bold=True))
    told = ", ".join(f"{n} turns {words(t)}°" for n, t in zip(names, turns, strict=True))
    across = (len(names) - 1) * APART
    panel = Panel(
        *marks, title=title, frame=False, equal=True,
        xlim=(-RADIUS - 0.15, across + RADIUS + 0.15), ylim=(-1.05, 0.98),
    )  # fmt: skip
    margins = {"left": 0.05, "right": 0.05, "bottom": 0.02, "top": 0.32}
    alt = f"{title}. Dials in a row: {told}."
    return Scene(panel, width=6.6, height=2.4, margins=margins, legend="", alt=alt)


def _dial(x: float, name: str, turn: float) -> list[Mark]:
    around = np.linspace(0, 2 * np.pi, 73)
    sector = np.radians(np.linspace(0, turn, 41))
    end = np.radians(turn)
    marks: list[Mark] = [
        Area(x + RADIUS * np.sin(around), RADIUS * np.cos(around), fill="white", width=1.4),
        Line([x, x], [0, RADIUS], color="grey", dash=":", width=1.4),
    ]
    if turn:
        # Stripes tell which way it turned, so that colour is not needed.
        back = turn < 0
        reach = 0.8 * RADIUS
        xs = x + np.concatenate([[0], reach * np.sin(sector)])
        ys = np.concatenate([[0], reach * np.cos(sector)])
        fill = "orange" if back else "sky"
        marks.append(Area(xs, ys, fill=fill, edge="none", hatch=back, width=0))
    tip = [x, x + RADIUS * np.sin(end)], [0, RADIUS * np.cos(end)]
    marks.append(Line(*tip, color="ink", width=2.6))
    marks.append(Text(x, RADIUS + 0.17, name, size=12, bold=True))
    marks.append(Text(x, -RADIUS - 0.2, f"{words(turn)}°", size=11))
    return marks


def growing(a: float, b: float, x: float, dx: float) -> Scene:
    """Draw the rectangle u times v, u = a x and v = 2 + b x, and what a nudge of x adds.

    Parameters
    ----------
    a, b : float
        Slopes of the sides.
    x, dx : float
        Where, and how far x is nudged.

    Examples
    --------
    >>> growing(1.0, 1.0, 2.0, 0.25).alt[:66]
    'Through u 4, through v 2: together 6. A nudge measures 6.25. A rec'
    """
    u, v = a * x, 2 + b * x
    through_u, through_v, corner = v * a, u * b, a * b * dx
    total, measured = through_u + through_v, through_u + through_v + corner
    sums = f"through u {words(through_u)}, through v {words(through_v)}: together {words(total)}"
    title = f"{sums[0].upper()}{sums[1:]}"
    area = f"A rectangle with sides {words(u)} and {words(v)} gains {words(a * dx)} in width and "
    area += f"{words(b * dx)} in height"
    alt = f"{title}. A nudge measures {words(measured)}. {area}; the corner adds {words(corner)}."
    panels = (
        _rectangle(u, v, a * dx, b * dx),
        _arrows(a, b, x, u, v),
        _stack(through_u, through_v, measured),
    )
    margins = {"left": 0.5, "right": 0.1, "top": 0.35, "bottom": 0.45}
    return Scene(
        *panels, tall=True, ratios=(1, 1.35), width=6.6, height=4.4, legend="below", alt=alt,
        margins={**margins, "wspace": 0.75, "hspace": 0.5},
    )  # fmt: skip


def _arrows(a: float, b: float, x: float, u: float, v: float) -> Panel:
    nodes = [
        GraphNode("x", "x", words(x), leaf=True),
        GraphNode("u", "u", words(u)),
        GraphNode("v", "v", words(v)),
        GraphNode("y", "y = u·v", words(u * v)),
    ]
    edges = [
        GraphEdge("x", "u", words(a)),
        GraphEdge("x", "v", words(b)),
        GraphEdge("u", "y", words(v)),
        GraphEdge("v", "y", words(u)),
    ]
    return graph_panel(Graph(nodes, edges), title="Two paths, slopes on the arrows")


def _box(left: float, right: float, low: float, high: float, name: str = "", **look: Any) -> Area:
    return Area([left, right, right, left], [low, low, high, high], name, **look)


_LOOKS: dict[str, dict[str, Any]] = {
    "through u": {"fill": "sky"},
    "through v": {"fill": "orange", "hatch": True},
    "corner": {"fill": "black"},
}


def _rectangle(u: float, v: float, du: float, dv: float) -> Panel:
    marks: list[Mark] = [
        _box(0, u, 0, v),
        _box(u, u + du, 0, v, "through u", **_LOOKS["through u"]),
    ]
    if dv:
        dash = "-" if dv > 0 else "--"  # a side that shrinks takes a strip away
        marks.append(_box(0, u, v, v + dv, "through v", dash=dash, **_LOOKS["through v"]))
        marks.append(_box(u, u + du, v, v + dv, "corner", **_LOOKS["corner"]))
    return Panel(
        *marks, xlabel="u = a·x", ylabel="v = 2 + b·x", title=f"Area y = u·v = {words(u * v)}",
        xlim=(0, 3.9), ylim=(0, 5.75), equal=True, grid="",
    )  # fmt: skip


def _stack(through_u: float, through_v: float, measured: float) -> Panel:
    # What is taken away hangs below the axis.
    base = through_u if through_v > 0 else 0.0
    marks: list[Mark] = [_box(-0.32, 0.32, 0, through_u, **_LOOKS["through u"])]
    if through_v:
        marks.append(_box(-0.32, 0.32, base, base + through_v, **_LOOKS["through v"]))
    marks.append(_box(0.68, 1.32, 0, measured, fill="pale"))
    total = through_u + through_v
    marks.append(Line([-0.32, 1.45], [total, total], color="ink", dash="--", width=1.4))
    return Panel(
        *marks, xticks={"two paths": 0, "nudge": 1}, ylabel="dy/dx",
        title=f"Paths {words(total)}, nudge {words(measured)}",
        xlim=(-0.6, 1.6), ylim=(-2, 10.5), grid="y",
    )  # fmt: skip


def two_ways(n: int, h1: int, h2: int, m: int, forward: int, reverse: int) -> Scene:
    """Draw the product of three Jacobians after one step, from the input and from the output.

    Parameters
    ----------
    n, h1, h2, m : int
        Sizes of the input, of two layers and of the output.
    forward, reverse : int
        Multiplications of each way.

    Examples
    --------
    >>> two_ways(3, 2, 2, 1, 18, 10).alt[:57]
    'From the output 10 multiplications, from the input 18. Af'
    """
    rows = [
        ShapeRow((Box("J3", (m, h2)), "@", Box("J2 @ J1", (h2, n))), note="from the input"),
        ShapeRow((Box("J3 @ J2", (m, h1)), "@", Box("J1", (h1, n))), note="from the output"),
    ]
    boxes = boxes_panel(rows, BOX_SCALE, size=(3.9, 2.9), title="After the first product")
    bars = {"from input": forward, "from output": reverse}
    highest = max(forward, reverse)
    counts = bars_panel(
        bars, ylabel="multiplications", title="In all", ylim=(0, 1.12 * highest),
        highlight=min(bars, key=lambda way: bars[way]) if forward != reverse else "",
    )  # fmt: skip
    told = f"From the output {reverse:,} multiplications, from the input {forward:,}"
    alt = f"{told}. After the first product {boxes.told}."
    return Scene(
        boxes, counts, ratios=(3.9, 1.8), width=6.6, height=3.4, alt=alt, legend="",
        margins={"left": 0.05, "right": 0.1, "top": 0.35, "bottom": 0.3, "wspace": 0.7},
    )  # fmt: skip
