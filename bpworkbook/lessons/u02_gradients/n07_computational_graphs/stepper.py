"""Experiment E07.1: a graph step by step, values on the way there, gradients on the way back."""

from dataclasses import dataclass, field

from bpworkbook.lessons.u02_gradients.n07_computational_graphs import graphs
from bpworkbook.lessons.u02_gradients.n07_computational_graphs.drawing import (
    Arrow,
    arrows,
    drawing,
    scene,
    words,
)
from bpworkbook.lessons.u02_gradients.n07_computational_graphs.graphs import Graph, Values
from bpworkbook.live import Result

SQUARE: Graph = {"x": (), "s": ("*", "x", "x"), "y": (), "L": ("-", "s", "y")}

EXPRESSIONS: dict[str, Graph] = {
    "a·b with a = x·y, b = a − x": graphs.DIAMOND,
    "x·x − y": SQUARE,
    "(tanh(w·x + b) − y)²": graphs.NEURON,
}

FIXED = {"w": 0.5, "b": -0.5}
"""Inputs of the neuron that no slider moves."""

MOST_STEPS = 14


@dataclass
class State:
    """What is known after some steps, and what the last step did."""

    values: Values
    known: set[str]
    grads: Values = field(default_factory=dict)
    flows: dict[Arrow, float] = field(default_factory=dict)
    looks: dict[str, str] = field(default_factory=dict)
    arrow_looks: dict[Arrow, str] = field(default_factory=dict)
    told: str = "Only the inputs are known"


def steps_of(graph: Graph) -> int:
    """Return the number of steps: a value for each operation, the seed, each arrow back.

    >>> steps_of(graphs.DIAMOND), steps_of(graphs.NEURON)
    (10, 14)
    """
    return sum(map(bool, graph.values())) + 1 + len(arrows(graph))


def state_after(graph: Graph, inputs: Values, step: int) -> State:
    """Return what is known after a step.

    >>> state_after(graphs.DIAMOND, {"x": 5.0, "y": 2.0}, 7).told
    'b hands 10 · 1 = 10 back to a: 5 + 10 = 15'
    """
    state = State(graphs.evaluate(graph, inputs), {name for name in graph if not graph[name]})
    computed = [name for name in graph if graph[name]]
    for name in computed[:step]:
        state.known.add(name)
        state.looks = {name: "active"}
        state.told = f"Forward: {name} = {words(state.values[name])}, with its local derivatives"
    if step <= len(computed):
        return state
    state.grads, state.looks = {"L": 1.0}, {"L": "active"}
    state.told = "Backward starts at L: ∂L/∂L = 1"
    back = [
        (arrow, slope)
        for name in reversed(computed)
        for arrow, (_, slope) in zip(_into(graph, name), _slopes(graph, state, name), strict=True)
    ]
    for arrow, slope in back[: step - len(computed) - 1]:
        _hand_back(state, arrow, slope)
    if step >= steps_of(graph):
        state.looks = dict.fromkeys(graph, "done")
    return state


def _into(graph: Graph, name: str) -> list[Arrow]:
    return [arrow for arrow in arrows(graph) if arrow[1] == name]


def _slopes(graph: Graph, state: State, name: str) -> list[tuple[str, float]]:
    return graphs.arrows(graph, state.values, name)


def _hand_back(state: State, arrow: Arrow, slope: float) -> None:
    parent, name, _ = arrow
    flow = state.grads[name] * slope
    before = state.grads.get(parent)
    state.grads[parent] = (before or 0.0) + flow
    state.flows[arrow] = flow
    product = f"{words(state.grads[name])} · {_bracketed(slope)} = {words(flow)}"
    state.told = f"{name} hands {product} back to {parent}"
    if before is not None:
        total = words(state.grads[parent])
        state.told += f": {words(before)} + {_bracketed(flow)} = {total}"
    state.arrow_looks = dict.fromkeys(state.flows, "done") | {arrow: "active"}
    handed = {done[1] for done in state.flows}
    state.looks = dict.fromkeys(handed, "done") | {name: "active", parent: "active"}


def _bracketed(value: float) -> str:
    return f"({words(value)})" if value < 0 else words(value)


def stepping(expression: str, x: float, y: float, step: int) -> Result:
    """Draw one step.

    >>> stepping("x·x − y", 3.0, 1.0, 7).texts
    {'step': '7 of 7', '∂L/∂x so far': '6', '∂L/∂y so far': '−1'}
    """
    graph = EXPRESSIONS[expression]
    inputs = {"x": x, "y": y} | (FIXED if "w" in graph else {})
    last = steps_of(graph)
    step = min(step, last)
    state = state_after(graph, inputs, step)
    drawn = drawing(
        graph,
        {name: value for name, value in state.values.items() if name in state.known},
        state.grads,
        local=[arrow for arrow in arrows(graph) if arrow[1] in state.known],
        flows=state.flows,
        looks=state.looks,
        arrow_looks=state.arrow_looks,
    )
    alt = f"{state.told}. {drawn.told()}."
    so_far = {
        f"∂L/∂{name} so far": words(state.grads[name]) if name in state.grads else "not yet"
        for name in ("x", "y")
    }
    return Result(scene(drawn, state.told, alt), {"step": f"{step} of {last}", **so_far})
