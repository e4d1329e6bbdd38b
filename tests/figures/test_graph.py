"""Computational graphs: read off a record, laid out without overlaps, drawn with what is known."""

from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpworkbook.autodiff import Tensor, Value
from bpworkbook.figures import Graph, GraphEdge, GraphNode, graph_scene, recorded, with_looks
from bpworkbook.figures.graph_layout import columns_of, layout
from bpworkbook.nn.errors import ArgumentError


def chain(length: int) -> Graph:
    nodes = [GraphNode(str(k)) for k in range(length)]
    return Graph(nodes, [GraphEdge(str(k), str(k + 1)) for k in range(length - 1)])


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    size = draw(st.integers(1, 30))
    edges = [
        GraphEdge(str(draw(st.integers(0, k - 1))), str(k))
        for k in range(1, size)
        for _ in range(draw(st.integers(0, 2)))
    ]
    return Graph([GraphNode(str(k)) for k in range(size)], edges)


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_nodes_keep_apart_and_edges_go_right(graph: Graph) -> None:
    placed = layout(graph)
    for one, other in combinations(placed.nodes.values(), 2):
        apart = one[0] != other[0] or abs(one[1] - other[1]) > 0.9
        assert apart, f"two nodes meet at {one} and {other}"
    for edge, way in zip(graph.edges, placed.edges, strict=True):
        assert way[0] == placed.nodes[edge.source]
        assert way[-1] == placed.nodes[edge.target]
        steps = np.diff([column for column, _ in way])
        assert (steps == 1).all(), f"{edge} skips a column: {way}"


@given(graphs())
@settings(max_examples=40, deadline=None)
def test_no_edge_passes_behind_a_node(graph: Graph) -> None:
    placed = layout(graph)
    for way in placed.edges:
        for column, row in way[1:-1]:
            beside = [r for c, r in placed.nodes.values() if c == column]
            assert all(abs(row - r) > 0.9 for r in beside), f"an edge meets a node in {column}"


def test_what_is_given_stands_just_before_its_first_use() -> None:
    x = Value(2.0)
    graph = recorded((x * 3.0 + 1.0) * Value(4.0))
    columns = columns_of(graph)
    assert columns["input 2"] == max(columns.values()) - 1


def test_a_record_of_numbers_gives_values_derivatives_and_gradients() -> None:
    a, b = Value(2.0), Value(-3.0)
    product = a * b
    loss = product + a
    loss.backward()
    graph = recorded(loss, {"a": a, "b": b})
    assert [(n.label, n.value, n.grad, n.leaf) for n in graph.nodes] == [
        ("a", "2", "−2", True),
        ("b", "−3", "2", True),
        ("×", "−6", "1", False),
        ("+", "−4", "1", False),
    ]
    assert [(e.source, e.local) for e in graph.edges[:2]] == [("a", "−3"), ("b", "2")]


def test_a_record_of_arrays_gives_shapes() -> None:
    W = Tensor(np.ones((3, 2)))
    loss = np.sum(np.ones((4, 3)) @ W)
    loss.backward()
    nodes = recorded(loss, {"W": W}).nodes
    assert [(n.label, n.value, n.grad) for n in nodes] == [
        ("W", "(3, 2)", "(3, 2)"),
        ("@", "(4, 2)", ""),
        ("sum", "24", ""),
    ]


def test_an_engine_of_the_readers_own_is_read_as_well() -> None:
    class Own:
        def __init__(self, data: float, parents: tuple["Own", ...] = ()) -> None:
            self.data, self.parents, self.grad = data, parents, 0.0

    x = Own(3.0)
    assert recorded(Own(9.0, (x, x)), {"x": x}).told().startswith("2 nodes: x 3")


def test_a_long_record_is_read_without_recursion() -> None:
    x = Value(1.0)
    for _ in range(5000):
        x = x + 1.0
    assert len(recorded(x).nodes) == 5001


def test_a_picture_tells_what_is_known_so_far() -> None:
    graph = Graph(
        [GraphNode("x", "x", "3", leaf=True), GraphNode("y", "square", "9", "1")],
        [GraphEdge("x", "y", "6", "6")],
    )
    scene = graph_scene(graph, title="One step")
    words = {part["words"] for part in scene.panels[0]["parts"] if part["kind"] == "text"}
    assert words == {"x", "3", "square", "9", "∂ 1", "6", "← 6"}
    assert scene.alt == "2 nodes: x 3, then y (square) 9 from x, gradient 1."


def test_every_look_is_seen_without_colour() -> None:
    def drawn(look: str) -> tuple[Any, ...]:
        scene = graph_scene(with_looks(chain(1), {"0": look}))
        box = next(part for part in scene.panels[0]["parts"] if part["kind"] == "area")
        return (tuple(box["dash"]), box["hatch"], box["width"])

    assert len({drawn(look) for look in ("plain", "active", "off", "wrong")}) == 4


def test_thirty_nodes_have_room_for_their_words() -> None:
    scene = graph_scene(chain(10))
    boxes = [part for part in scene.panels[0]["parts"] if part["kind"] == "area"]
    edges = sorted((90 * scene.size[0] * box["x"].min(), box) for box in boxes)
    assert all(b - a >= 50 for (a, _), (b, _) in pairwise(edges))
    assert scene.size[0] <= 11


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Graph([]), "nodes is empty"),
        (lambda: Graph([GraphNode("a"), GraphNode("a")]), "two nodes are called 'a'"),
        (lambda: Graph([GraphNode("a")], [GraphEdge("a", "b")]), "names 'b'"),
        (
            lambda: Graph([GraphNode("a"), GraphNode("b")], [GraphEdge("b", "a")]),
            "'a' uses 'b', but does not stand after it",
        ),
        (lambda: GraphNode("a", look="red"), "look is 'red'"),
        (lambda: GraphEdge("a", "b", look="red"), "look is 'red'"),
        (lambda: with_looks(chain(1), {"z": "off"}), "key is 'z'"),
        (lambda: recorded(3.0), "root is 3.0"),
    ],
)
def test_bad_arguments_are_named(make: Any, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        make()
