"""A picture of a learner's fourteen gradients on the graph: how many cells of each are right."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpworkbook.figures import Graph, GraphEdge, GraphNode, Scene, graph_scene
from bpworkbook.lessons.u02_gradients.n08_backprop_by_hand.network import (
    Cache,
    backward_chunks,
    forward_chunks,
    new_params,
)

USES = (
    ("X", "z1"), ("W1", "z1"), ("b1", "z1"), ("z1", "a1"), ("a1", "z2"), ("W2", "z2"), ("b2", "z2"),
    ("z2", "p"), ("p", "q"), ("p", "log_p"), ("q", "log_q"), ("log_p", "hit"), ("log_q", "miss"),
    ("hit", "s"), ("miss", "s"), ("s", "loss"),
)  # fmt: skip
NODES = (
    "X", "W1", "b1", "z1", "a1", "W2", "b2", "z2", "p", "log_p", "q", "hit", "log_q", "miss", "s",
    "loss",
)  # fmt: skip


def some_cache() -> Cache:
    """Return the cache of four examples in a 2-3-1 network whose biases are not zero.

    >>> some_cache()["z1"].shape
    (4, 3)
    """
    rng = np.random.default_rng(8)
    W1, _, W2, _ = new_params(8, hidden=3)
    y = np.array([[1.0], [0.0], [0.0], [1.0]])
    return forward_chunks(
        rng.normal(size=(4, 2)), y, W1, rng.normal(size=3), W2, rng.normal(size=1)
    )


def right_cells(answer: Callable[[Cache], Any]) -> dict[str, Any]:
    """Return for each of the fourteen names which cells of the answer are right; None if missing.

    >>> {name: int(cells.sum()) for name, cells in right_cells(backward_chunks).items()}["W1"]
    6
    """
    wanted = backward_chunks(some_cache())
    try:
        got = answer(some_cache())
    except Exception:  # the check beside it says what was raised
        got = {}
    found: dict[str, Any] = {}
    for name, right in wanted.items():
        mine = got.get(name) if isinstance(got, dict) else None
        if not isinstance(mine, np.ndarray) or mine.dtype.kind not in "iuf":
            found[name] = None
        elif mine.shape != right.shape:
            found[name] = np.zeros(right.shape, dtype=bool)
        else:
            found[name] = np.isclose(mine, right, rtol=1e-6, atol=1e-12)
    return found


def entries_scene(answer: Callable[[Cache], Any]) -> Scene:
    """Draw the network's arrays; each says how many cells of its gradient are right.

    >>> entries_scene(backward_chunks).alt
    'All 14 gradients are right, each in all of its cells.'
    """
    cells = right_cells(answer)
    nodes = []
    for name in NODES:
        ok = cells.get(name)
        if ok is None:
            nodes.append(GraphNode(name, name, "?" if name in cells else "", leaf=name == "X"))
        else:
            text = f"{ok.sum()} of {ok.size}"
            nodes.append(GraphNode(name, name, text, look="done" if ok.all() else "wrong"))
    looks = {node.key: node.look for node in nodes}
    edges = [
        GraphEdge(source, target, look=looks[source] if source in cells else "plain")
        for source, target in USES
    ]
    return graph_scene(Graph(nodes, edges), title=_title(cells), alt=_alt(cells))


def _sorted(cells: dict[str, Any]) -> tuple[list[str], list[str]]:
    missing = [name for name, ok in cells.items() if ok is None]
    return missing, [name for name, ok in cells.items() if ok is not None and not ok.all()]


def _title(cells: dict[str, Any]) -> str:
    missing, wrong = _sorted(cells)
    if wrong:
        return f"Cells that are right. On the way back, {wrong[0]} is the first that is not"
    return "Cells that are right" if len(missing) < len(cells) else "Nothing here yet"


def _alt(cells: dict[str, Any]) -> str:
    missing, wrong = _sorted(cells)
    if not missing and not wrong:
        return f"All {len(cells)} gradients are right, each in all of its cells."
    told = [f"{len(cells) - len(missing) - len(wrong)} of {len(cells)} gradients are right"]
    if wrong:
        told.append(f"wrong are {', '.join(wrong)}")
    if missing:
        told.append(f"not there yet are {', '.join(missing)}")
    return "; ".join(told) + "."
