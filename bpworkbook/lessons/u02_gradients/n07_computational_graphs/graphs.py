"""Computational graphs as dictionaries: the answers of lesson 07, and the walks that go wrong.

A graph maps each name to the operation and the names that it was computed from; an input maps to
an empty tuple. The result is called ``"L"``.
"""

import itertools
from collections.abc import Callable, Collection, Mapping
from typing import Any

import numpy as np

Graph = dict[str, tuple[str, ...]]
Values = dict[str, float]

OPS: dict[str, Callable[..., float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "square": lambda a: a**2,
    "tanh": lambda a: float(np.tanh(a)),
}
"""What each operation computes."""

LOCAL: dict[str, Callable[..., tuple[float, ...]]] = {
    "+": lambda a, b: (1.0, 1.0),
    "-": lambda a, b: (1.0, -1.0),
    "*": lambda a, b: (b, a),
    "square": lambda a: (2 * a,),
    "tanh": lambda a: (1 - float(np.tanh(a)) ** 2,),
}
"""For each operation one local derivative for each operand."""

DIAMOND: Graph = {
    "x": (),
    "y": (),
    "a": ("*", "x", "y"),
    "b": ("-", "a", "x"),
    "L": ("*", "a", "b"),
}
"""Five nodes, six arrows: ``a = x * y``, ``b = a - x``, ``L = a * b``."""

NEURON: Graph = {
    "w": (),
    "x": (),
    "u": ("*", "w", "x"),
    "b": (),
    "z": ("+", "u", "b"),
    "p": ("tanh", "z"),
    "y": (),
    "e": ("-", "p", "y"),
    "L": ("square", "e"),
}
"""One neuron and its squared error: ``L = (tanh(w * x + b) - y)**2``."""

TWO_LAYERS: Graph = {
    "w1": (),
    "x": (),
    "u": ("*", "w1", "x"),
    "h": ("tanh", "u"),
    "w2": (),
    "p": ("*", "w2", "h"),
    "y": (),
    "e": ("-", "p", "y"),
    "L": ("square", "e"),
}
"""Two weights in a row and the squared error: ``L = (w2 * tanh(w1 * x) - y)**2``."""

SEVEN: Graph = {
    "x": (),
    "y": (),
    "a": ("*", "x", "y"),
    "b": ("-", "a", "x"),
    "c": ("+", "a", "b"),
    "d": ("-", "b", "y"),
    "L": ("*", "c", "d"),
}
"""The graph of exercise 07.4: four nodes are used twice."""


def topological_order(graph: Graph) -> list[str]:
    """Return all names, every node after those it was computed from.

    >>> topological_order({"L": ("square", "x"), "x": ()})
    ['x', 'L']
    """
    placed: dict[str, None] = {}
    waiting = list(graph)
    while waiting:
        name = waiting.pop()
        missing = [parent for parent in graph[name][1:] if parent not in placed]
        if missing:
            waiting += [name, *missing]
        else:
            placed[name] = None
    return list(placed)


def evaluate(graph: Graph, inputs: Mapping[str, float]) -> Values:
    """Return the values of all nodes.

    >>> evaluate(DIAMOND, {"x": 5.0, "y": 2.0})
    {'x': 5.0, 'y': 2.0, 'a': 10.0, 'b': 5.0, 'L': 50.0}
    """
    values = dict(inputs)
    for name in topological_order(graph):
        if graph[name]:
            op, *parents = graph[name]
            values[name] = OPS[op](*(values[parent] for parent in parents))
    return values


def arrows(graph: Graph, values: Values, name: str) -> list[tuple[str, float]]:
    """Return the parents of a node, each with the local derivative on its arrow.

    >>> arrows(DIAMOND, {"x": 5.0, "y": 2.0}, "a")
    [('x', 2.0), ('y', 5.0)]
    """
    if not graph[name]:
        return []
    op, *parents = graph[name]
    return list(zip(parents, LOCAL[op](*(values[parent] for parent in parents)), strict=True))


def adjoints(graph: Graph, values: Values) -> Values:
    """Return the gradient of ``L`` with respect to every node.

    >>> adjoints(DIAMOND, evaluate(DIAMOND, {"x": 5.0, "y": 2.0}))
    {'x': 20.0, 'y': 75.0, 'a': 15.0, 'b': 10.0, 'L': 1.0}
    """
    return in_this_order(graph, values, topological_order(graph)[::-1])


def in_this_order(graph: Graph, values: Values, order: Collection[str]) -> Values:
    """Let the nodes hand on what they have gathered, one after the other, and return it all.

    Right if every node stands once, and after all that use it.

    >>> values = evaluate(DIAMOND, {"x": 5.0, "y": 2.0})
    >>> in_this_order(DIAMOND, values, ["L", "a", "b"])["x"]
    0.0
    """
    grads = dict.fromkeys(graph, 0.0)
    grads["L"] = 1.0
    for name in order:
        for parent, local in arrows(graph, values, name):
            grads[parent] += grads[name] * local
    return grads


def nearest_first(graph: Graph) -> list[str]:
    """Return the nodes as one meets them going back from ``L``: first what ``L`` uses itself.

    >>> nearest_first(DIAMOND)
    ['L', 'a', 'b', 'x', 'y']
    """
    found, seen = ["L"], {"L"}
    for name in found:
        new = [parent for parent in dict.fromkeys(graph[name][1:]) if parent not in seen]
        found += new
        seen.update(new)
    return found


def nudge(graph: Graph, inputs: Mapping[str, float], name: str, h: float = 1e-5) -> float:
    """Return how fast ``L`` changes with one input: push it up, push it down, compare.

    >>> round(nudge(DIAMOND, {"x": 5.0, "y": 2.0}, "x"), 6)
    20.0
    """
    up, down = ({**inputs, name: inputs[name] + step} for step in (h, -h))
    return (evaluate(graph, up)["L"] - evaluate(graph, down)["L"]) / (2 * h)


def needed(graph: Graph, trained: Collection[str]) -> dict[str, bool]:
    """Tell for each node whether its gradient is needed to train the inputs in ``trained``.

    >>> needed(DIAMOND, ["y"])
    {'x': False, 'y': True, 'a': True, 'b': True, 'L': True}
    """
    wanted: dict[str, bool] = {}
    for name in topological_order(graph):
        wanted[name] = name in trained or any(wanted[parent] for parent in graph[name][1:])
    return wanted


def kept(graph: Graph, trained: Collection[str]) -> list[str]:
    """Return the nodes whose values are read on the way back, in the order of the graph.

    A product reads the other factor, a square or a tanh its operand, a sum or difference nothing.

    >>> kept(TWO_LAYERS, ["w2"])
    ['h', 'e']
    """
    wanted = needed(graph, trained)
    read: set[str] = set()
    for op, *parents in filter(None, graph.values()):
        asked = [wanted[parent] for parent in parents]
        if op == "*":
            read.update(other for other, mark in zip(parents[::-1], asked, strict=True) if mark)
        elif op in ("square", "tanh") and asked[0]:
            read.add(parents[0])
    return [name for name in graph if name in read]


def doubling(times: int) -> Graph:
    """Return a chain in which each node adds the one before it to itself.

    >>> doubling(1)
    {'x': (), 'L': ('+', 'x', 'x')}
    """
    names = ["x", *(f"s{k}" for k in range(1, times)), "L"]
    return {"x": (), **{new: ("+", old, old) for old, new in itertools.pairwise(names)}}


def count_paths(graph: Graph) -> int:
    """Return the number of ways along the arrows from the inputs to ``L``.

    >>> count_paths(DIAMOND)
    5
    """
    ways: dict[str, Any] = {}
    for name in topological_order(graph):
        ways[name] = sum(ways[parent] for parent in graph[name][1:]) if graph[name] else 1
    return int(ways["L"])
