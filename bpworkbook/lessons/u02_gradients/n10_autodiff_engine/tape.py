"""The tape as a film: Values appended one by one, then read backwards."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from bpworkbook.figures import (
    Graph,
    GraphEdge,
    Scene,
    graph_panel,
    graph_size,
    recorded,
    with_looks,
)
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.engine import (
    Value,
    add,
    exp,
    multiply,
    oldest_first,
    power,
)
from bpworkbook.live import Result

Names = dict[str, Value]


def _product(a: Value, b: Value) -> Names:
    q = multiply(a, b)
    return {"q": q, "L": add(q, a)}


def _square(a: Value, b: Value) -> Names:
    s = add(a, b)
    return {"s": s, "L": power(s, 2)}


def _neuron(a: Value, b: Value) -> Names:
    z = multiply(a, b)
    e = exp(z)
    return {"z": z, "e": e, "L": multiply(e, z)}


EXPRESSIONS: Mapping[str, Callable[[Value, Value], Names]] = {
    "a * b + a": _product,
    "(a + b)**2": _square,
    "exp(a * b) * (a * b)": _neuron,
}


def watching(expression: str, a: float, b: float) -> Iterator[Result]:
    """Record an expression Value by Value, then sweep back; yield a picture for each move.

    Parameters
    ----------
    expression : str
        One of `EXPRESSIONS`.
    a, b : float
        The numbers that go in.

    Examples
    --------
    >>> [frame.texts["on the tape"] for frame in watching("a * b + a", 2.0, 3.0)]
    ['a', 'a b', 'a b q', 'a b q L', 'a b q L', 'a b q', 'a b', 'a', 'nothing']
    """
    given = {"a": Value(a), "b": Value(b)}
    names = given | EXPRESSIONS[expression](*given.values())
    root = names["L"]
    keys = {node: key for key, node in names.items()}
    order = oldest_first(root)
    graph = recorded(root, names, grads=False)
    for made in range(1, len(order) + 1):
        new = order[made - 1]
        looks = {keys[node]: "off" for node in order[made:]} | {keys[new]: "active"}
        shown = _without(graph, {keys[node] for node in order[made:]})
        tape = [keys[node] for node in order[:made]]
        told = _only(shown, set(tape)).told()
        yield _frame(with_looks(shown, looks), expression, tape, f"append {keys[new]}", told)
    gradients = {root: 1.0}
    flows: dict[tuple[str, str], list[str]] = {}
    for done in range(len(order) + 1):
        tape = [keys[node] for node in order[: len(order) - done]]
        if done:
            node = order[-done]
            for parent, derivative in zip(node.parents, node.derivatives, strict=True):
                part = gradients[node] * derivative
                gradients[parent] = gradients.get(parent, 0.0) + part
                flows.setdefault((keys[parent], keys[node]), []).append(_words(part))
        looks = {keys[node]: "done" for node in order[len(order) - done :]}
        looks |= {keys[order[-done]]: "active"} if done else {}
        now = f"read {keys[order[-done]]}" if done else "L gets gradient 1"
        shown = _with_flows(graph, {keys[n]: g for n, g in gradients.items()}, flows)
        yield _frame(with_looks(shown, looks), expression, tape, now, shown.told())


def _without(graph: Graph, missing: set[str]) -> Graph:
    nodes = [replace(n, value="", label="?") if n.key in missing else n for n in graph.nodes]
    edges = [replace(e, local="", look="off") if e.target in missing else e for e in graph.edges]
    return Graph(nodes, edges)


def _only(graph: Graph, kept: set[str]) -> Graph:
    nodes = [node for node in graph.nodes if node.key in kept]
    return Graph(nodes, [edge for edge in graph.edges if edge.target in kept])


def _with_flows(
    graph: Graph, grads: Mapping[str, float], flows: Mapping[tuple[str, str], list[str]]
) -> Graph:
    left = {ends: list(parts) for ends, parts in flows.items()}

    def with_flow(edge: GraphEdge) -> GraphEdge:
        parts = left.get((edge.source, edge.target))
        return replace(edge, flow=parts.pop(0), look="done") if parts else edge

    nodes = [replace(n, grad=_words(grads[n.key]) if n.key in grads else "") for n in graph.nodes]
    return Graph(nodes, [with_flow(edge) for edge in graph.edges])


def _frame(graph: Graph, expression: str, tape: list[str], now: str, told: str) -> Result:
    width, height = graph_size(graph)
    panel = graph_panel(graph, title=f"L = {expression}: {now}")
    picture = Scene(
        panel, width=max(width, 5.0), height=height + 0.35, legend="",
        margins={"left": 0.02, "right": 0.02, "bottom": 0.02, "top": 0.32},
        alt=f"L = {expression}, {now}. {told}.",
    )  # fmt: skip
    values = {
        "now": now,
        "on the tape": " ".join(tape) or "nothing",
        "gradient of a": _grad(graph, "a"),
        "gradient of b": _grad(graph, "b"),
    }
    return Result(picture, values)


def _grad(graph: Graph, key: str) -> str:
    return next(node.grad for node in graph.nodes if node.key == key) or "-"


def _words(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")
