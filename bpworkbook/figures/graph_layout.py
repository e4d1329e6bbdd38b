"""Where the nodes of a computational graph stand: columns from the inputs to the result."""

import itertools
from dataclasses import dataclass
from typing import Any

from bpworkbook.figures.graph import Graph


@dataclass(frozen=True)
class GraphLayout:
    """Places of nodes and ways of edges; one unit is a column across, a row up.

    Parameters
    ----------
    nodes : dict of str to (float, float)
        Column and row of each node by its key; column 0 is on the left, row 0 at the bottom.
    edges : list of list of (float, float)
        For each edge the points that it passes, both ends included.
    columns : int
    rows : float
        Spread of all rows, at least 0.
    """

    nodes: dict[str, tuple[float, float]]
    edges: list[list[tuple[float, float]]]
    columns: int
    rows: float


def columns_of(graph: Graph) -> dict[str, int]:
    """Return the column of each node: as many steps from the inputs as its longest way.

    What is given stands just before its first use, so that edges stay short.

    Examples
    --------
    >>> from bpworkbook.figures.graph import GraphEdge, GraphNode
    >>> nodes = [GraphNode("a"), GraphNode("b"), GraphNode("ab"), GraphNode("c"), GraphNode("L")]
    >>> ways = [("a", "ab"), ("b", "ab"), ("ab", "L"), ("c", "L")]
    >>> columns_of(Graph(nodes, [GraphEdge(*way) for way in ways]))
    {'a': 0, 'b': 0, 'ab': 1, 'c': 1, 'L': 2}
    """
    into: dict[str, list[str]] = {node.key: [] for node in graph.nodes}
    out: dict[str, list[str]] = {node.key: [] for node in graph.nodes}
    for edge in graph.edges:
        into[edge.target].append(edge.source)
        out[edge.source].append(edge.target)
    columns: dict[str, int] = {}
    for key, parents in into.items():
        columns[key] = 1 + max((columns[parent] for parent in parents), default=-1)
    for key, parents in into.items():
        if not parents and out[key]:
            columns[key] = min(columns[child] for child in out[key]) - 1
    return columns


def layout(graph: Graph) -> GraphLayout:
    """Place a graph so that few edges cross (Sugiyama, Tagawa and Toda 1981, by igraph).

    An edge over several columns is led through a place of its own in each of them, so that it
    passes between nodes and not behind one.

    Examples
    --------
    >>> from bpworkbook.figures.graph import GraphEdge, GraphNode
    >>> placed = layout(Graph([GraphNode("a"), GraphNode("b")], [GraphEdge("a", "b")]))
    >>> placed.nodes, placed.columns
    ({'a': (0, 0.0), 'b': (1, 0.0)}, 2)
    """
    columns = columns_of(graph)
    layers = list(columns.values())
    places = {key: place for place, key in enumerate(columns)}
    links: list[tuple[int, int]] = []
    ways: list[list[int]] = []
    for edge in graph.edges:
        way = [places[edge.source]]
        for column in range(columns[edge.source] + 1, columns[edge.target]):
            way.append(len(layers))
            layers.append(column)
        way.append(places[edge.target])
        ways.append(way)
        links += itertools.pairwise(way)
    rows = _rows(layers, links)
    at = [(column, row) for column, row in zip(layers, rows, strict=True)]
    return GraphLayout(
        {key: at[place] for key, place in places.items()},
        [[at[place] for place in way] for way in ways],
        max(layers) + 1,
        max(rows),
    )


def _rows(layers: list[int], links: list[tuple[int, int]]) -> list[float]:
    # Here, because igraph takes half a second to import, and most notebooks draw no graph.
    import igraph

    made: Any = igraph.Graph(n=len(layers), edges=links, directed=True)
    across = [place[0] for place in made.layout_sugiyama(layers=layers).coords][: len(layers)]
    _keep_apart(across, layers)
    # igraph counts from the top of a page.
    return [max(across) - row for row in across]


def _keep_apart(across: list[float], layers: list[int]) -> None:
    # igraph's alignment of columns now and then puts two nodes less than one row apart.
    last: dict[int, float] = {}
    for place in sorted(range(len(layers)), key=lambda place: across[place]):
        column = layers[place]
        across[place] = max(across[place], last.get(column, across[place] - 1) + 1)
        last[column] = across[place]
