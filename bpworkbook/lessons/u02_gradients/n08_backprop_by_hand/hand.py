"""The worked example: one example through a 2-3-1 network, number by number, as a graph."""

from typing import Any

import numpy as np

from bpworkbook.figures import Graph, GraphEdge, GraphNode, Scene, graph_scene, number
from bpworkbook.lessons.u02_gradients.n08_backprop_by_hand.network import (
    Cache,
    backward_chunks,
    forward_chunks,
)

EXAMPLE = {
    "X": np.array([[1.0, 2.0]]),
    "W1": np.array([[2.0, 1.0, -1.0], [-1.0, -2.0, 1.0]]),
    "b1": np.array([1.0, 1.0, 2.0]),
    "W2": np.array([[2.0], [3.0], [-1.0]]),
    "b2": np.array([1.0]),
}
HIDDEN = range(3)
ORDER = (
    "s", "hit", "miss", "log_p", "log_q", "q", "p", "z2",
    *(f"a1[{j}]" for j in HIDDEN), *(f"z1[{j}]" for j in HIDDEN),
)  # fmt: skip
"""The fourteen numbers between input and loss, in the order of the way back."""


def example(y: float) -> Cache:
    """Return the cache of the worked example.

    >>> example(1.0)["z1"].tolist()
    [[1.0, -2.0, 3.0]]
    """
    return forward_chunks(y=np.array([[y]]), **EXAMPLE)


def gradients(y: float) -> dict[str, float]:
    """Return the loss's gradient at each of the fourteen numbers.

    >>> gradients(1.0)["z2"], gradients(1.0)["a1[1]"]
    (-0.5, -1.5)
    """
    return _by_name(backward_chunks(example(y)))


def _by_name(arrays: Cache) -> dict[str, float]:
    found = {}
    for name in ORDER:
        stem, _, place = name.partition("[")
        row = arrays[stem][0]
        found[name] = float(row[int(place[:-1])] if place else row[0]) + 0.0
    return found


def _links(cache: Cache) -> list[tuple[str, str, float]]:
    """Return every use of one number by another, with its local derivative."""
    W1, W2, p, y = cache["W1"], cache["W2"], cache["p"].item(), cache["y"].item()
    return [
        *((f"x[{i}]", f"z1[{j}]", W1[i, j]) for j in HIDDEN for i in range(2)),
        *((f"z1[{j}]", f"a1[{j}]", float(cache["z1"][0, j] > 0)) for j in HIDDEN),
        *((f"a1[{j}]", "z2", W2[j, 0]) for j in HIDDEN),
        ("z2", "p", p * (1 - p)),
        ("p", "log_p", 1 / p),
        ("p", "q", -1.0),
        ("q", "log_q", 1 / (1 - p)),
        ("log_p", "hit", y),
        ("log_q", "miss", 1 - y),
        ("hit", "s", 1.0),
        ("miss", "s", 1.0),
        ("s", "loss", -1.0),
    ]


def hand_graph(y: float, known: int, asked: str = "") -> Graph:
    """Return the example as a graph, with the first ``known`` gradients of the way back.

    >>> hand_graph(1.0, 0, "s").nodes[-1].key
    'loss'
    """
    cache = example(y)
    values, grads = _by_name(cache), gradients(y)
    shown = {"loss": 1.0} | {name: grads[name] for name in ORDER[:known]}
    inputs = [GraphNode(f"x[{i}]", f"x[{i}]", _short(cache["X"][0, i]), leaf=True) for i in (0, 1)]
    forward = [*ORDER[11:], *ORDER[8:11], *reversed(ORDER[:8])]
    numbers = {name: values[name] for name in forward} | {"loss": -values["s"]}
    nodes = [
        GraphNode(
            name, name, _short(value),
            "?" if name == asked else _short(shown[name]) if name in shown else "",
            "active" if name == asked else "done" if name in shown else "plain",
        )
        for name, value in numbers.items()
    ]  # fmt: skip
    edges = []
    for source, target, local in _links(cache):
        back = source in shown and target in shown
        flow = _short(shown[target] * local) if back else ""
        look = "active" if source == asked else "done" if back else "plain"
        # Six weights between two inputs and three units would be written on top of each other.
        known_local = "" if source.startswith("x") else _short(local)
        edges.append(GraphEdge(source, target, known_local, flow, look))
    return Graph([*inputs, *nodes], edges)


def hand_scene(y: float, known: int, asked: str, title: str) -> Scene:
    """Draw the worked example with the gradients found so far.

    >>> hand_scene(1.0, 0, "s", "Which sign?").alt
    'Which sign? Graph of 17 numbers from x to the loss; no gradient is known yet.'
    """
    grads = gradients(y)
    told = ", ".join(f"{name} {number(grads[name])}" for name in ORDER[:known])
    found = f"gradients so far: {told}" if told else "no gradient is known yet"
    end = "" if title.endswith("?") else "."
    alt = f"{title}{end} Graph of 17 numbers from x to the loss; {found}."
    return graph_scene(hand_graph(y, known, asked), title=title, alt=alt)


def _short(value: Any) -> str:
    text = f"{float(value) + 0.0:.3g}"
    return text.replace("-", "−")
