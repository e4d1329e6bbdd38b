"""The pictures of lesson 07: a graph of a dictionary, with what is known so far."""

from collections.abc import Collection, Mapping

from bpworkbook.figures import Graph as Drawing
from bpworkbook.figures import GraphEdge, GraphNode, Scene, graph_panel, graph_size
from bpworkbook.lessons.u02_gradients.n07_computational_graphs import graphs
from bpworkbook.lessons.u02_gradients.n07_computational_graphs.graphs import Graph, Values

WIDTH = 6.2

Arrow = tuple[str, str, int]
"""An arrow: the node that is used, the node that uses it, and as which operand."""


def words(value: float) -> str:
    """Return a number as it stands in a box.

    >>> words(-2.0), words(0.4621), words(0.0)
    ('−2', '0.4621', '0')
    """
    return f"{value + 0.0:.4g}".replace("-", "−")


def label(name: str, entry: tuple[str, ...]) -> str:
    """Return the first line of a box.

    >>> [label(name, entry) for name, entry in graphs.DIAMOND.items()]
    ['x', 'y', 'a = x·y', 'b = a−x', 'L = a·b']
    """
    if not entry:
        return name
    op, *parents = entry
    if op == "square":
        return f"{name} = {parents[0]}²"
    sign = {"*": "·", "-": "−", "+": "+"}.get(op)
    return f"{name} = {sign.join(parents)}" if sign else f"{name} = {op}"


def arrows(graph: Graph) -> list[Arrow]:
    """Return all arrows, those of a node in the order of its operands.

    >>> arrows({"x": (), "L": ("*", "x", "x")})
    [('x', 'L', 0), ('x', 'L', 1)]
    """
    return [(p, name, k) for name, entry in graph.items() for k, p in enumerate(entry[1:])]


def drawing(
    graph: Graph,
    values: Values | None = None,
    grads: Values | None = None,
    *,
    local: Collection[Arrow] | None = None,
    flows: Mapping[Arrow, float] | None = None,
    looks: Mapping[str, str] | None = None,
    arrow_looks: Mapping[Arrow, str] | None = None,
) -> Drawing:
    """Return a graph with the numbers that are known.

    Parameters
    ----------
    graph : dict
        Every node after its parents.
    values, grads : dict of str to float, optional
        Numbers for some of the nodes.
    local : collection of arrow, optional
        Where the local derivative is written; needs the values of the parents there.
    flows : dict of arrow to float, optional
        What has come back along an arrow.
    looks, arrow_looks : dict, optional
        Looks of nodes and arrows.

    Examples
    --------
    >>> drawing(graphs.DIAMOND, {"x": 5.0, "y": 2.0}).told()[:44]
    '5 nodes: x 5, then y 2, then a (a = x·y) fro'
    """
    values, grads, flows = values or {}, grads or {}, flows or {}
    looks, arrow_looks = looks or {}, arrow_looks or {}
    nodes = [
        GraphNode(
            name,
            label(name, entry),
            words(values[name]) if name in values else "",
            words(grads[name]) if name in grads else "",
            looks.get(name, "plain"),
            leaf=not entry,
        )
        for name, entry in graph.items()
    ]
    edges = []
    for arrow in arrows(graph):
        source, target, operand = arrow
        slope = ""
        # Of two arrows between the same boxes, the second has room for one number only.
        crowded = arrow in flows and operand > 0 and graph[target][1] == source
        if local and arrow in local and not crowded:
            slope = words(graphs.arrows(graph, values, target)[operand][1])
        flow = words(flows[arrow]) if arrow in flows else ""
        edges.append(GraphEdge(source, target, slope, flow, arrow_looks.get(arrow, "plain")))
    return Drawing(nodes, edges)


def picture(graph: Graph, values: Values | None = None, title: str = "") -> Scene:
    """Draw a graph, with local derivatives on the arrows where the values are given.

    Parameters
    ----------
    graph : dict
        In any order.
    values : dict of str to float, optional
        Of all nodes.

    Examples
    --------
    >>> picture(graphs.DIAMOND).alt
    '5 nodes: x, then y, then a (a = x·y) from x and y, then b (b = a−x) from a and x, then \
L (L = a·b) from a and b.'
    """
    ordered = {name: graph[name] for name in graphs.topological_order(graph)}
    local = arrows(ordered) if values else None
    drawn = drawing(ordered, values, local=local)
    return scene(drawn, title, f"{title}: {drawn.told()}." if title else "")


def scene(drawn: Drawing, title: str, alt: str = "") -> Scene:
    """Return a scene as large as a graph needs, and wide enough for a sentence above it.

    >>> scene(drawing({"x": ()}), "One input").alt
    '1 node: x.'
    """
    width, height = graph_size(drawn)
    top = 0.3 if title else 0.02
    panel = graph_panel(drawn, title=title)
    margins = {"left": 0.02, "right": 0.02, "bottom": 0.02, "top": top}
    return Scene(
        panel, width=max(width, WIDTH), height=height + top, margins=margins, legend="", alt=alt
    )
