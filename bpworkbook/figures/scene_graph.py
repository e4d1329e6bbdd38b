"""A computational graph as a picture: boxes with values and gradients, arrows with derivatives."""

from typing import Any

import numpy as np

from bpworkbook.figures.graph import Graph, GraphEdge, GraphNode
from bpworkbook.figures.graph_layout import GraphLayout, layout
from bpworkbook.figures.scene import Panel, Scene
from bpworkbook.figures.scene_marks import Area, Line, Mark, Text

Point = tuple[float, float]

_BOX = (0.68, 0.58)  # inches: three lines of "−0.123" at 9 points
_PITCH = (1.3, 0.84)  # inches from node to node; the arrow between has room for its derivative
_EDGE = (0.2, 0.16)  # inches around the outermost boxes
_WIDEST = 10.6
_LINE = 0.165
_BEND = 0.16

_FILL = {"plain": "pale", "active": "yellow", "done": "sky", "off": "white", "wrong": "orange"}
_STROKE = {"plain": "ink", "active": "ink", "done": "ink", "off": "grey", "wrong": "red"}
_ARROW = {"plain": "grey", "active": "ink", "done": "blue", "off": "grey", "wrong": "red"}


def graph_panel(graph: Graph, *, title: str = "", told: str = "") -> Panel:
    """Return a panel with a computational graph, inputs on the left, the result on the right.

    A node shows its name or sign, its value, and after "∂" its gradient; what was given has a white
    box. An arrow shows the local derivative and, below, after "←", what has come back along it.
    Looks differ in outline and stripes as well as in colour.

    Parameters
    ----------
    graph : Graph
        At most some 40 nodes stay legible.
    title, told : str
        Above the picture; for the alt text, by default made from the graph.

    Examples
    --------
    >>> from bpworkbook.figures.graph import GraphEdge, GraphNode
    >>> nodes = [GraphNode("x", "x", "3", leaf=True), GraphNode("y", "square", "9")]
    >>> graph_panel(Graph(nodes, [GraphEdge("x", "y", "6")])).told
    '2 nodes: x 3, then y (square) 9 from x'
    """
    placed = layout(graph)
    pitch = _PITCH[0] if placed.columns < 2 else _pitch(placed)
    at = {key: _inches(place, pitch) for key, place in placed.nodes.items()}
    marks: list[Mark] = []
    twins: dict[tuple[str, str], int] = {}
    for edge, way in zip(graph.edges, placed.edges, strict=True):
        twin = twins.get((edge.source, edge.target), 0)
        twins[edge.source, edge.target] = twin + 1
        marks += _arrow(edge, [_inches(place, pitch) for place in way], twin)
    for node in graph.nodes:
        marks += _box(node, *at[node.key])
    width, height = _inner(placed)
    return Panel(
        *marks,
        title=title,
        xlim=(-_BOX[0] / 2 - _EDGE[0], width - _BOX[0] / 2 - _EDGE[0]),
        ylim=(-_BOX[1] / 2 - _EDGE[1], height - _BOX[1] / 2 - _EDGE[1]),
        frame=False,
        equal=True,
        told=told or graph.told(),
    )


def graph_scene(graph: Graph, *, title: str = "", alt: str = "") -> Scene:
    """Return a scene as large as the graph needs.

    Examples
    --------
    >>> from bpworkbook.figures.graph import GraphNode
    >>> graph_scene(Graph([GraphNode("x", "x", "3", leaf=True)])).alt
    '1 node: x 3.'
    """
    width, height = graph_size(graph)
    margins = {"left": 0.02, "right": 0.02, "bottom": 0.02, "top": 0.3 if title else 0.02}
    panel = graph_panel(graph, title=title)
    return Scene(
        panel, width=width, height=height + margins["top"], margins=margins, legend="", alt=alt
    )


def graph_size(graph: Graph) -> Point:
    """Return the width and height in inches that a graph is legible at.

    Examples
    --------
    >>> from bpworkbook.figures.graph import GraphNode
    >>> graph_size(Graph([GraphNode("x")]))
    (3.0, 0.9)
    """
    width, height = _inner(layout(graph))
    return max(width, 3.0), round(height, 2)


def _pitch(placed: GraphLayout) -> float:
    room = _WIDEST - _BOX[0] - 2 * _EDGE[0]
    return min(_PITCH[0], room / (placed.columns - 1))


def _inner(placed: GraphLayout) -> Point:
    across = (placed.columns - 1) * _pitch(placed) if placed.columns > 1 else 0.0
    return across + _BOX[0] + 2 * _EDGE[0], placed.rows * _PITCH[1] + _BOX[1] + 2 * _EDGE[1]


def _inches(place: Point, pitch: float) -> Point:
    return place[0] * pitch, place[1] * _PITCH[1]


def _box(node: GraphNode, x: float, y: float) -> list[Mark]:
    half, tall = _BOX[0] / 2, _BOX[1] / 2
    fill = "white" if node.leaf and node.look == "plain" else _FILL[node.look]
    across = [x - half, x + half, x + half, x - half]
    marks: list[Mark] = [
        Area(
            across,
            [y - tall, y - tall, y + tall, y + tall],
            fill=fill,
            edge=_STROKE[node.look],
            dash="--" if node.look == "off" else "-",
            hatch=node.look == "wrong",
            width=2.4 if node.look in ("active", "wrong") else 1.2,
        )
    ]
    color = "grey" if node.look == "off" else "ink"
    lines = [(node.label or node.key, color, True), (node.value, color, False)]
    lines.append((f"∂ {node.grad}" if node.grad else "", "red", True))
    rim = node.look not in ("plain", "off")
    for place, (words, tint, bold) in zip((1, 0, -1), lines, strict=True):
        if words:
            marks.append(Text(x, y + place * _LINE, words, tint, size=8.5, bold=bold, rim=rim))
    return marks


def _arrow(edge: GraphEdge, points: list[Point], twin: int) -> list[Mark]:
    xs, ys = np.array(points).T
    xs[0] += _BOX[0] / 2
    xs[-1] -= _BOX[0] / 2
    if twin:
        # A node that uses another twice, as in a + a: the second arrow goes round.
        xs = np.array([xs[0], (xs[0] + xs[-1]) / 2, xs[-1]])
        ys = np.array([ys[0], (ys[0] + ys[-1]) / 2 - twin * 1.6 * _BEND, ys[-1]])
    look: dict[str, Any] = {"color": _ARROW[edge.look], "marker": "none", "arrow": True}
    look["dash"] = {"off": ":", "wrong": "--"}.get(edge.look, "-")
    look["width"] = 2.2 if edge.look in ("active", "wrong") else 1.3
    marks: list[Mark] = [Line(xs, ys, **look)]
    x, y = _middle(xs, ys)
    color = "grey" if edge.look == "off" else "ink"
    if edge.local:
        low = 0.07 if edge.flow else 0.0
        marks.append(Text(x, y + low, edge.local, color, size=8, rim=True))
    if edge.flow:
        marks.append(Text(x, y - 0.09, f"← {edge.flow}", "red", size=8, bold=True, rim=True))
    return marks


def _middle(xs: Any, ys: Any) -> Point:
    """Return the middle of the last stretch: there, arrows from one node have parted."""
    return float(xs[-2] + xs[-1]) / 2, float(ys[-2] + ys[-1]) / 2
