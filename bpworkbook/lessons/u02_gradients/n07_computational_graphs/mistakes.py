"""Wrong answers to the exercises of lesson 07, as learners write them."""

from typing import Any

from bpworkbook.lessons.u02_gradients.n07_computational_graphs import graphs
from bpworkbook.lessons.u02_gradients.n07_computational_graphs.graphs import LOCAL, OPS, Graph

# 07.1 topological_order


def as_written(graph: Any) -> Any:
    return list(graph)


def nearest_first_reversed(graph: Any) -> Any:
    return graphs.nearest_first(graph)[::-1]


def result_first(graph: Any) -> Any:
    return graphs.topological_order(graph)[::-1]


def not_remembered(graph: Any) -> Any:
    order, waiting = [], ["L"]
    while waiting:
        name = waiting.pop()
        order.append(name)
        waiting += graph[name][1:]
    return order[::-1]


# 07.2 neuron_graph and evaluate

BIAS_LEFT_OUT: Graph = {**graphs.NEURON, "p": ("tanh", "u")}
BIAS_INSIDE: Graph = {**graphs.NEURON, "u": ("+", "x", "b"), "z": ("*", "w", "u")}
TANH_TOO_EARLY: Graph = {**graphs.NEURON, "z": ("tanh", "u"), "p": ("+", "z", "b")}


def bias_left_out() -> Any:
    return dict(BIAS_LEFT_OUT)


def bias_inside() -> Any:
    return dict(BIAS_INSIDE)


def tanh_too_early() -> Any:
    return dict(TANH_TOO_EARLY)


def zero_for_what_is_missing(graph: Any, inputs: Any) -> Any:
    values = dict(inputs)
    for name, entry in graph.items():
        if entry:
            op, *parents = entry
            values[name] = OPS[op](*(values.get(parent, 0.0) for parent in parents))
    return values


def written_into_inputs(graph: Any, inputs: Any) -> Any:
    inputs.update(graphs.evaluate(graph, inputs))
    return inputs


# 07.3 adjoints


def overwritten(graph: Any, values: Any) -> Any:
    grads = {**dict.fromkeys(graph, 0.0), "L": 1.0}
    for name in reversed(graphs.topological_order(graph)):
        for parent, local in graphs.arrows(graph, values, name):
            grads[parent] = grads[name] * local
    return grads


def only_the_first_path(graph: Any, values: Any) -> Any:
    grads = {"L": 1.0}
    for name in reversed(graphs.topological_order(graph)):
        for parent, local in graphs.arrows(graph, values, name):
            grads.setdefault(parent, grads[name] * local)
    return grads


def paths_multiplied(graph: Any, values: Any) -> Any:
    grads = dict.fromkeys(graph, 1.0)
    for name in reversed(graphs.topological_order(graph)):
        for parent, local in graphs.arrows(graph, values, name):
            grads[parent] *= grads[name] * local
    return grads


def nearest_goes_first(graph: Any, values: Any) -> Any:
    return graphs.in_this_order(graph, values, graphs.nearest_first(graph))


def dictionary_backwards(graph: Any, values: Any) -> Any:
    return graphs.in_this_order(graph, values, list(graph)[::-1])


def at_every_visit(graph: Any, values: Any) -> Any:
    grads = {**dict.fromkeys(graph, 0.0), "L": 1.0}

    def visit(name: str) -> None:
        for parent, local in graphs.arrows(graph, values, name):
            grads[parent] += grads[name] * local
            visit(parent)

    visit("L")
    return grads


def no_seed(graph: Any, values: Any) -> Any:
    grads = dict.fromkeys(graph, 0.0)
    for name in reversed(graphs.topological_order(graph)):
        for parent, local in graphs.arrows(graph, values, name):
            grads[parent] += grads[name] * local
    return grads


def inputs_first(graph: Any, values: Any) -> Any:
    return graphs.in_this_order(graph, values, graphs.topological_order(graph))


def locals_added(graph: Any, values: Any) -> Any:
    grads = {**dict.fromkeys(graph, 0.0), "L": 1.0}
    for name in reversed(graphs.topological_order(graph)):
        for parent, local in graphs.arrows(graph, values, name):
            grads[parent] += grads[name] + local
    return grads


# 07.4 find_faults


def first_table_wrong() -> Any:
    return [("x", "forgotten"), ("b", "twice"), ("d", "sign")]


def second_table_wrong() -> Any:
    return [("a", "forgotten"), ("a", "twice"), ("d", "sign")]


def third_table_wrong() -> Any:
    return [("a", "forgotten"), ("b", "twice"), ("y", "sign")]


# 07.5 needed


def not_passed_on(graph: Any, trained: Any) -> Any:
    return {name: name in trained for name in graph}


def every_parent_asked_for(graph: Any, trained: Any) -> Any:
    wanted: dict[str, bool] = {}
    for name in graphs.topological_order(graph):
        parents = graph[name][1:]
        wanted[name] = all(wanted[p] for p in parents) if parents else name in trained
    return wanted


def everything(graph: Any, trained: Any) -> Any:
    return dict.fromkeys(graph, True)


def in_the_order_written(graph: Any, trained: Any) -> Any:
    wanted: dict[str, bool] = {}
    for name in graph:
        wanted[name] = name in trained or any(wanted.get(p, False) for p in graph[name][1:])
    return wanted


# right, and written differently


def by_passes(graph: Any) -> Any:
    order: list[str] = []
    placed: set[str] = set()
    while len(order) < len(graph):
        for name in graph:
            if name not in placed and placed.issuperset(graph[name][1:]):
                placed.add(name)
                order.append(name)
    return tuple(order)


def by_counting(graph: Any) -> Any:
    users: dict[str, list[str]] = {name: [] for name in graph}
    open_parents = {name: len(graph[name][1:]) for name in graph}
    for name in graph:
        for parent in graph[name][1:]:
            users[parent].append(name)
    order = [name for name in graph if not open_parents[name]]
    for name in order:
        for user in users[name]:
            open_parents[user] -= 1
            if not open_parents[user]:
                order.append(user)
    return order


def neuron_in_other_words() -> Any:
    return {
        "L": ("*", "miss", "miss"), "miss": ("-", "y", "out"), "out": ("tanh", "sum"),
        "sum": ("+", "b", "product"), "product": ("*", "x", "w"), "b": (), "w": (), "x": (),
        "y": (),
    }  # fmt: skip


def value_on_demand(graph: Any, inputs: Any) -> Any:
    def value(name: str) -> Any:
        if name in inputs:
            return inputs[name]
        return OPS[graph[name][0]](*[value(parent) for parent in graph[name][1:]])

    return {name: value(name) for name in graph}


def sum_over_paths(graph: Any, values: Any) -> Any:
    grads = dict.fromkeys(graph, 0.0)

    def walk(name: str, product: float) -> None:
        grads[name] += product
        if graph[name]:
            op, *parents = graph[name]
            slopes = LOCAL[op](*[values[parent] for parent in parents])
            for parent, slope in zip(parents, slopes, strict=True):
                walk(parent, product * slope)

    walk("L", 1.0)
    return grads


def faults_as_a_tuple() -> Any:
    return (["a", "Forgotten"], ["b", "twice "], ["d", "sign"])


def needed_from_below(graph: Any, trained: Any) -> Any:
    def reaches(name: str) -> bool:
        return name in trained or any(reaches(parent) for parent in graph[name][1:])

    return {name: reaches(name) for name in graph}
