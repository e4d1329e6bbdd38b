"""Computational graphs as plain data: what was computed from what, and how strongly it depends.

A picture of one is made by `bpworkbook.figures.graph_panel`. A graph is written down by hand, or
read off what `bpworkbook.autodiff` (or an engine of the reader's own) has recorded.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bpworkbook.figures.alt import short
from bpworkbook.figures.scene_marks import check_word
from bpworkbook.nn.errors import ArgumentError

LOOKS = ("plain", "active", "done", "off", "wrong")
"""How a node or an edge stands out: not at all, in use now, finished, not needed, at fault."""

SIGNS = {
    "add": "+",
    "subtract": "−",
    "multiply": "×",
    "divide": "÷",
    "power": "^",
    "negative": "−",
    "matmul": "@",
}


@dataclass(frozen=True)
class GraphNode:
    """One number or array of a graph.

    Parameters
    ----------
    key : str
        What edges call it; also its name in the alt text.
    label : str
        Its first line: a name, a sign, or both.
    value, grad : str
        Its second and third line; empty while unknown.
    look : str
        One of `LOOKS`.
    leaf : bool
        Whether it was given, not computed.

    Raises
    ------
    ArgumentError
        If ``look`` is unknown.

    Examples
    --------
    >>> GraphNode("q", "q = ×", "6").look
    'plain'
    """

    key: str
    label: str = ""
    value: str = ""
    grad: str = ""
    look: str = "plain"
    leaf: bool = False

    def __post_init__(self) -> None:
        check_word("GraphNode", "look", self.look, LOOKS)


@dataclass(frozen=True)
class GraphEdge:
    """One use of a node by another.

    Parameters
    ----------
    source, target : str
        Keys of the node that is used and of the one that uses it.
    local : str
        The local derivative of the target by the source.
    flow : str
        What has come back along the edge: gradient of the target times local derivative.
    look : str
        One of `LOOKS`.

    Raises
    ------
    ArgumentError
        If ``look`` is unknown.

    Examples
    --------
    >>> GraphEdge("a", "q", local="3").target
    'q'
    """

    source: str
    target: str
    local: str = ""
    flow: str = ""
    look: str = "plain"

    def __post_init__(self) -> None:
        check_word("GraphEdge", "look", self.look, LOOKS)


@dataclass(frozen=True)
class Graph:
    """Nodes, each after those it was computed from, and edges.

    Raises
    ------
    ArgumentError
        If there is no node, two have one key, or an edge leads backwards or to nowhere.

    Examples
    --------
    >>> nodes = [GraphNode("a", "a", "2", leaf=True), GraphNode("q", "square", "4")]
    >>> Graph(nodes, [GraphEdge("a", "q", "4")]).told()
    '2 nodes: a 2, then q (square) 4 from a'
    """

    nodes: Sequence[GraphNode]
    edges: Sequence[GraphEdge] = ()

    def __post_init__(self) -> None:
        places = {node.key: place for place, node in enumerate(self.nodes)}
        if not places:
            raise ArgumentError("Graph: nodes is empty, but needs at least one node")
        if len(places) < len(self.nodes):
            twice = Counter(node.key for node in self.nodes).most_common(1)[0][0]
            raise ArgumentError(f"Graph: two nodes are called {twice!r}")
        for edge in self.edges:
            ends = (edge.source, edge.target)
            missing = next((key for key in ends if key not in places), None)
            if missing is not None:
                raise ArgumentError(f"Graph: an edge names {missing!r}, which is no node")
            if places[edge.source] >= places[edge.target]:
                raise ArgumentError(
                    f"Graph: {edge.target!r} uses {edge.source!r}, but does not stand after it"
                )

    def told(self) -> str:
        """Return the clauses of an alt text: every node of a small graph, the ends of a large."""
        nodes = list(self.nodes)
        used: dict[str, list[str]] = {}
        for edge in self.edges:
            used.setdefault(edge.target, []).append(edge.source)
        shown = nodes if len(nodes) <= 12 else [n for n in nodes if n.leaf or n.look != "plain"]
        shown = shown if nodes[-1] in shown else [*shown, nodes[-1]]
        clauses = [_told(node, used.get(node.key, [])) for node in shown]
        left = len(nodes) - len(shown)
        more = f"; {left} more between" if left else ""
        count = f"{len(nodes)} node{'s' if len(nodes) > 1 else ''}"
        return f"{count}: {', then '.join(clauses)}{more}"


def _told(node: GraphNode, parents: Sequence[str]) -> str:
    words = node.key
    if node.label and node.label != node.key:
        words += f" ({node.label})"
    words += f" {node.value}" if node.value else ""
    words += f" from {' and '.join(parents)}" if parents else ""
    words += f", gradient {node.grad}" if node.grad else ""
    return words + {"active": " [in use]", "off": " [not needed]", "wrong": " [wrong]"}.get(
        node.look, ""
    )


def recorded(root: Any, names: Mapping[str, Any] | None = None, *, grads: bool = True) -> Graph:
    """Return the graph that an engine recorded on the way to ``root``.

    Parameters
    ----------
    root : Value, Tensor, or any object with ``data``, ``grad`` and ``parents``
        Where the computation ended. Local derivatives are read from ``derivatives``, the name of
        the operation from ``op``, where there are such.
    names : mapping of str to node, optional
        Names for some of the nodes.
    grads : bool
        Whether to write the gradients that are there.

    Returns
    -------
    Graph
        Of numbers with values and gradients, of arrays with their shapes.

    Raises
    ------
    ArgumentError
        If ``root`` has no ``parents``.

    Examples
    --------
    >>> from bpworkbook.autodiff import Value
    >>> a, b = Value(2.0), Value(3.0)
    >>> q = a * b
    >>> q.backward()
    >>> recorded(q, {"a": a, "b": b, "q": q}).told()
    '3 nodes: a 2, gradient 3, then b 3, gradient 2, then q (q = ×) 6 from a and b, gradient 1'
    """
    if not hasattr(root, "parents"):
        raise ArgumentError(f"recorded: root is {root!r}, but must be a node that has parents")
    called = {id(node): name for name, node in (names or {}).items()}
    keys: dict[int, str] = {}
    nodes, edges, counts = [], [], Counter[str]()
    for node in _parents_first(root):
        op = str(getattr(node, "op", ""))
        sign = SIGNS.get(op, op)
        name = called.get(id(node), "")
        if not name:
            stem = op or "input"
            counts[stem] += 1
            name = f"{stem} {counts[stem]}"
        keys[id(node)] = name
        label = f"{name} = {sign}" if id(node) in called and sign else sign or name
        grad = _words(node.grad) if grads and _has_grad(node) else ""
        nodes.append(GraphNode(name, label, _words(node.data), grad, leaf=not node.parents))
        derivatives = getattr(node, "derivatives", None) or [None] * len(node.parents)
        for parent, derivative in zip(node.parents, derivatives, strict=True):
            local = "" if derivative is None else _words(derivative)
            edges.append(GraphEdge(keys[id(parent)], name, local))
    return Graph(nodes, edges)


def _parents_first(root: Any) -> list[Any]:
    # Not recursive: a chain may be longer than Python's stack is deep.
    order: list[Any] = []
    seen: set[int] = set()
    waiting = [(root, False)]
    while waiting:
        node, parents_done = waiting.pop()
        if parents_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in reversed(node.parents))
    return order


def _has_grad(node: Any) -> bool:
    grad = getattr(node, "grad", None)
    return grad is not None and (getattr(grad, "shape", ()) != () or grad != 0)


def _words(value: Any) -> str:
    shape = getattr(value, "shape", ())
    return str(tuple(shape)) if shape else _in_a_node(float(value))


def _in_a_node(value: float) -> str:
    if not math.isfinite(value):
        return f"{value:.0f}".replace("-", "−").replace("inf", "∞")
    head, power, exponent = short(value).partition("e")
    # Three digits fit into a box; beside a power of ten, one.
    head = head.split(".")[0] if power else head
    return (head + power + exponent).replace("-", "−")


def with_looks(graph: Graph, looks: Mapping[str, str]) -> Graph:
    """Return the graph with other looks for some nodes.

    Raises
    ------
    ArgumentError
        If a key is no node, or a look is unknown.

    Examples
    --------
    >>> graph = Graph([GraphNode("a", "a", leaf=True)])
    >>> with_looks(graph, {"a": "active"}).nodes[0].look
    'active'
    """
    known = {node.key for node in graph.nodes}
    for key in looks:
        check_word("with_looks", "key", key, sorted(known))
    nodes = [replace(node, look=looks.get(node.key, node.look)) for node in graph.nodes]
    return Graph(nodes, graph.edges)
