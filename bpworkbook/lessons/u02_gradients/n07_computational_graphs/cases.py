"""What the checks of lesson 07 try answers on, and how they judge what can be right in two ways."""

import itertools
from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n07_computational_graphs import graphs
from bpworkbook.lessons.u02_gradients.n07_computational_graphs.graphs import Graph, Values
from bpworkbook.workbook.examples import redrawn

Rng = np.random.Generator

LONG = 5000  # nodes: five times as deep as Python lets a function call itself

TWICE: Graph = {"x": (), "y": (), "s": ("*", "x", "x"), "L": ("-", "s", "y")}


def shuffled(graph: Graph, rng: Rng) -> Graph:
    """Return the same graph, its nodes in an order in which they cannot be evaluated.

    >>> list(shuffled(graphs.DIAMOND, np.random.default_rng(0)))
    ['a', 'L', 'b', 'x', 'y']
    """
    while True:
        names = [list(graph)[place] for place in rng.permutation(len(graph))]
        if judge_order(names, (graph,)):
            return {name: graph[name] for name in names}


def drawn(rng: Rng, size: int = 5) -> Graph:
    """Draw a graph of three inputs and ``size`` operations; everything in it leads to ``L``.

    >>> graph = drawn(np.random.default_rng(0))
    >>> len(graph), set(graphs.nearest_first(graph)) == set(graph)
    (8, True)
    """
    while True:
        graph: Graph = {"x": (), "y": (), "z": ()}
        for name in [*(f"n{k}" for k in range(1, size)), "L"]:
            names = list(graph)
            # The newest node is always used, so that all but the inputs surely lead to L.
            first, second = names[-1], names[int(rng.integers(len(names) - 1))]
            graph[name] = (("+", "-", "*")[int(rng.integers(3))], first, second)
        if set(graphs.nearest_first(graph)) == set(graph):
            return graph


def numbers(graph: Graph, rng: Rng) -> Values:
    """Draw values for the inputs of a graph, none near 0."""
    inputs = [name for name in graph if not graph[name]]
    return {name: round(float(rng.uniform(0.4, 1.6)), 2) for name in inputs}


def chain(length: int) -> Graph:
    """Return a chain whose result stands first, as it does for a function that starts there.

    >>> chain(3)
    {'L': ('tanh', 'n1'), 'x': (), 'n1': ('tanh', 'x')}
    """
    names = ["x", *(f"n{k}" for k in range(1, length - 1)), "L"]
    links: Graph = {new: ("tanh", old) for old, new in itertools.pairwise(names)}
    return {"L": links["L"], "x": (), **links}


def by_hand() -> Graph:
    """Return the diamond, in an order in which it cannot be evaluated."""
    return {name: graphs.DIAMOND[name] for name in ("L", "b", "a", "x", "y")}


def templates(rng: Rng) -> list[Graph]:
    """Return graphs of other sizes than the first, each shuffled."""
    known = [graphs.SEVEN, TWICE, graphs.NEURON, drawn(rng), drawn(rng, 7)]
    return [shuffled(graph, rng) for graph in known]


def order_cases(rng: Rng) -> list[Any]:
    """Graphs, the last of them a long chain."""
    return [(by_hand(),), *((graph,) for graph in templates(rng)), (chain(LONG),)]


def evaluate_cases(rng: Rng) -> list[Any]:
    """Graphs with numbers for their inputs."""
    return [
        (by_hand(), {"x": 5.0, "y": 2.0}),
        *((graph, numbers(graph, rng)) for graph in templates(rng)),
    ]


def adjoint_cases(rng: Rng) -> list[Any]:
    """Graphs with the values of all their nodes."""
    return [(graph, graphs.evaluate(graph, inputs)) for graph, inputs in evaluate_cases(rng)]


def small(graph: Graph, inputs: Values) -> bool:
    """Tell whether all values have at most two digits, none is 0, and x changes what it meets."""
    values = graphs.evaluate(graph, inputs).values()
    return abs(inputs["x"]) > 1 and all(0 < abs(value) < 100 for value in values)


def small_adjoints(rng: Rng) -> tuple[Any, ...]:
    """Return the example with other values."""
    graph, inputs = redrawn(evaluate_cases, kept=small, signs=True)(rng)
    return graph, graphs.evaluate(graph, inputs)


def needed_cases(rng: Rng) -> list[Any]:
    """Graphs with the inputs that are trained."""
    first, second = shuffled(graphs.TWO_LAYERS, rng), shuffled(graphs.NEURON, rng)
    more = [(drawn(rng), ["z"]), (shuffled(drawn(rng, 7), rng), ["y"])]
    return [
        (by_hand(), ["y"]), (first, ["w1"]), (first, ["w2"]), (first, ["w1", "w2"]),
        (second, ["b"]), (second, ["w", "x"]), (second, []), *more,
    ]  # fmt: skip


def judge_order(value: Any, args: tuple[Any, ...]) -> str:
    """Return what is wrong with an order: nothing, a mistake's code, or a sentence.

    >>> judge_order(["y", "x", "a", "b", "L"], (graphs.DIAMOND,))
    ''
    >>> judge_order(["x", "a", "y", "b", "L"], (graphs.DIAMOND,))
    'M46'
    """
    (graph,) = args
    if not isinstance(value, list | tuple):
        return "you returned no list of names"
    unknown = [name for name in value if not isinstance(name, str) or name not in graph]
    if unknown:
        return f"{unknown[0]!r:.40} stands in your list, but is no node of the graph"
    places = {name: place for place, name in enumerate(value)}
    if missing := [name for name in graph if name not in places]:
        return f"{missing[0]!r} is missing from your list"
    if len(places) < len(value):
        return "M47"
    late = any(places[p] > places[name] for name in graph for p in graph[name][1:])
    return "M46" if late else ""


POINTS = (
    {"w": 0.5, "x": 2.0, "b": -0.25, "y": 0.25},
    {"w": -1.5, "x": 0.5, "b": 0.5, "y": -1.0},
    {"w": 0.75, "x": -1.0, "b": 1.5, "y": 0.5},
)


def judge_neuron(value: Any, args: tuple[Any, ...], known: dict[str, Graph]) -> str:
    """Return what is wrong with a graph of the neuron: nothing, a mistake's code, or a sentence.

    Parameters
    ----------
    known : dict of str to graph
        Wrong graphs by the code of their mistake.

    >>> judge_neuron(graphs.NEURON, (), {})
    ''
    >>> judge_neuron({**graphs.NEURON, "L": ("cube", "e")}, (), {})
    "L uses the operation 'cube'; there are + - * square tanh"
    """
    if not isinstance(value, dict):
        return "you returned no dict"
    if told := _broken(value):
        return told
    got = [graphs.evaluate(value, point)["L"] for point in POINTS]
    if np.allclose(got, _at_the_points(graphs.NEURON)):
        return ""
    for code, graph in known.items():
        if np.allclose(got, _at_the_points(graph)):
            return code
    point = ", ".join(f"{name} = {number:g}" for name, number in POINTS[0].items())
    right = _at_the_points(graphs.NEURON)[0]
    return f"at {point} your L is {got[0]:.4g}, expected {right:.4g}"


def _at_the_points(graph: Graph) -> list[float]:
    return [graphs.evaluate(graph, point)["L"] for point in POINTS]


def _broken(graph: dict[Any, Any]) -> str:
    """Say what keeps a graph from being evaluated."""
    for name in ("w", "x", "b", "y", "L"):
        if name not in graph:
            return f"there is no node {name!r}"
        if name != "L" and graph[name] != ():
            return f"{name} is an input: it maps to an empty tuple, ()"
    for name, entry in graph.items():
        if not isinstance(entry, tuple):
            return (
                f"{name!r:.20} maps to {entry!r:.30}; a tuple was wanted, such as ('+', 'u', 'b')"
            )
        if entry and (told := _bad_entry(name, entry, graph)):
            return told
        if not entry and name not in POINTS[0]:
            return f"{name!r:.20} is an empty tuple; the inputs are w, x, b and y"
    return _circle(graph)


def _bad_entry(name: Any, entry: tuple[Any, ...], graph: dict[Any, Any]) -> str:
    op, *parents = entry
    if op not in graphs.OPS:
        return f"{name} uses the operation {op!r:.20}; there are {' '.join(graphs.OPS)}"
    wanted = 1 if op in ("square", "tanh") else 2
    if len(parents) != wanted:
        return f"{name}: {op} takes {wanted} name{'s' * (wanted > 1)}, you gave {len(parents)}"
    unknown = [parent for parent in parents if parent not in graph]
    return f"{name} uses {unknown[0]!r:.20}, which is no node" if unknown else ""


def _circle(graph: Graph) -> str:
    placed: set[str] = set()
    while ready := [n for n in graph if n not in placed and placed.issuperset(graph[n][1:])]:
        placed.update(ready)
    left = [name for name in graph if name not in placed]
    return f"{left[0]} needs itself, by way of others" if left else ""
