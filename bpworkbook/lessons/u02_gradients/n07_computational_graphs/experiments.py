"""The live experiments of lesson 07."""

from bpworkbook.lessons.u02_gradients.n07_computational_graphs import graphs
from bpworkbook.lessons.u02_gradients.n07_computational_graphs.drawing import (
    Arrow,
    arrows,
    drawing,
    scene,
    words,
)
from bpworkbook.lessons.u02_gradients.n07_computational_graphs.graphs import DIAMOND, TWO_LAYERS
from bpworkbook.lessons.u02_gradients.n07_computational_graphs.stepper import (
    EXPRESSIONS,
    MOST_STEPS,
    stepping,
)
from bpworkbook.live import Choice, Float, Int, Menu, Result, Toggle, experiment

A_DIAMOND, A_SQUARE, A_NEURON = EXPRESSIONS


@experiment(
    id="E07.1",
    title="Graph stepper",
    controls={
        "expression": Menu(tuple(EXPRESSIONS), A_DIAMOND),
        "x": Float(-5, 5, 5, step=0.5),
        "y": Float(-3, 3, 2, step=0.5),
        "step": Int(0, MOST_STEPS, 4),
    },
    predict=Choice(
        "L = a·b with a = 10 and b = 5, and b = a − x. First L hands 5 back to a. "
        "Then b hands its share back to a. The gradient of a is then",
        ("still 5", "10", "15", "50"),
        answer=2,
        why="b's own gradient is 10, and the arrow from a to b carries 1, so 10 arrives. "
        "Contributions of different arrows add up: 5 + 10.",
    ),
    read_off=Choice(
        "Which expression sends two contributions into x from one and the same node?",
        tuple(EXPRESSIONS),
        answer=1,
        why="In x·x the node s uses x twice. Two arrows, one sum: 2x, as you know it.",
    ),
    settings=[
        {"step": 4},
        {"step": 6},
        {"step": 7},
        {"step": 10},
        {"expression": A_SQUARE, "x": 3.0, "step": 7},
    ],
    scenarios={
        "before the way back": {"step": 3},
        "two arrows into a": {"step": 7},
        "one node used twice": {"expression": A_SQUARE, "x": 3.0, "y": 1.0, "step": 5},
        "a neuron": {"expression": A_NEURON, "x": 2.0, "y": -1.0, "step": MOST_STEPS},
    },
)
def graph_stepper(expression: str, x: float, y: float, step: int) -> Result:
    """Show a graph after some steps of the way there and back."""
    return stepping(expression, x, y, step)


ORDERS = ("L, b, a", "L, a, b", "b, L, a", "a, b, L", "L, a, b, a")


@experiment(
    id="E07.2",
    title="Order matters",
    controls={
        "order": Menu(ORDERS, "L, b, a"),
        "x": Float(1, 6, 5, step=0.5),
        "y": Float(-2, 4, 2, step=0.5),
    },
    predict=Choice(
        "Going back, `a` stands as near to L as `b` does: L uses both. "
        "Is L, a, b as good an order as L, b, a?",
        ("yes: additions may come in any order", "no: a hands on too early", "no: b comes twice"),
        answer=1,
        why="b uses a as well. When a's turn comes before b's, a hands on 5 where it should "
        "hand on 15, and what b adds later stays with a.",
    ),
    read_off=Choice(
        "At which y does the order L, a, b give the right gradients all the same?",
        ("y = 0", "y = 1", "y = 2"),
        answer=0,
        why="There a is 0, so b has nothing to hand to a, and it does not matter when. "
        "An example with zeros in it tests little.",
    ),
    settings=[{"order": order} for order in ORDERS],
    scenarios={
        "every user first": {"order": "L, b, a"},
        "nearest first": {"order": "L, a, b"},
        "at every visit": {"order": "L, a, b, a"},
        "wrong and lucky": {"order": "L, a, b", "y": 0.0},
    },
)
def order_matters(order: str, x: float, y: float) -> Result:
    """Let the nodes of the diamond hand on in a chosen order, and compare with a nudge."""
    inputs = {"x": x, "y": y}
    values = graphs.evaluate(DIAMOND, inputs)
    walk = order.split(", ")
    got, right = graphs.in_this_order(DIAMOND, values, walk), graphs.adjoints(DIAMOND, values)
    flows, at_fault = _walked(values, walk)
    false = {name for name in DIAMOND if abs(got[name] - right[name]) > 1e-9}
    drawn = drawing(
        DIAMOND, values, got, local=arrows(DIAMOND), flows=flows,
        looks={name: "wrong" if name in false else "done" for name in DIAMOND},
        arrow_looks={arrow: "wrong" for arrow in flows if arrow in at_fault and false},
    )  # fmt: skip
    verdict = f"{', '.join(n for n in DIAMOND if n in false)} false" if false else "all right"
    title = f"Order {order}: {verdict}"
    told = "; striped boxes hold false gradients, dashed arrows came too late or twice"
    picture = scene(drawn, title, f"{title}{told if false else ''}. {drawn.told()}.")
    by_nudge = {name: words(round(graphs.nudge(DIAMOND, inputs, name), 6)) for name in inputs}
    return Result(
        picture,
        {
            "∂L/∂x in this order": words(got["x"]),
            "∂L/∂x by a nudge": by_nudge["x"],
            "∂L/∂y in this order": words(got["y"]),
            "∂L/∂y by a nudge": by_nudge["y"],
        },
    )


def _walked(values: graphs.Values, walk: list[str]) -> tuple[dict[Arrow, float], set[Arrow]]:
    """Return what each arrow brought back, and the arrows that came too late or once too often."""
    grads = {**dict.fromkeys(DIAMOND, 0.0), "L": 1.0}
    flows: dict[Arrow, float] = {}
    at_fault: set[Arrow] = set()
    for turn, name in enumerate(walk):
        for operand, (parent, slope) in enumerate(graphs.arrows(DIAMOND, values, name)):
            arrow, flow = (parent, name, operand), grads[name] * slope
            grads[parent] += flow
            flows[arrow] = flows.get(arrow, 0.0) + flow
            # A parent that has its second turn still to come is not too late, but counts twice.
            if name in walk[:turn] or (parent in walk[:turn] and parent not in walk[turn:]):
                at_fault.add(arrow)
    return flows, at_fault


NUMBERS = {"w1": 0.8, "x": 1.5, "w2": -1.2, "y": 0.5}


@experiment(
    id="E07.3",
    title="Needed nodes",
    controls={
        "w1": Toggle(True, label="train w1"),
        "w2": Toggle(True, label="train w2"),
        "x": Toggle(False, label="gradient of x"),
        "y": Toggle(False, label="gradient of y"),
    },
    predict=Choice(
        "w1 stands near the input, w2 near the loss. You train only one of them. "
        "Which choice leaves more work on the way back?",
        ("training w1 only", "training w2 only", "the same for both"),
        answer=0,
        why="The way from L to w1 leads through nearly the whole graph; the way to w2 ends early. "
        "So freezing early layers saves work, freezing late ones hardly any.",
    ),
    read_off=Choice(
        "Only w2 is trained. Which two values must be kept until the way back?",
        ("e and h", "w2 and h", "e and x"),
        answer=0,
        why="The square reads e, the product reads its other factor, h. "
        "A difference reads nothing: its local derivatives are 1 and −1 anyway.",
    ),
    settings=[
        {"w1": True, "w2": True},
        {"w1": True, "w2": False},
        {"w1": False, "w2": True},
        {"w1": False, "w2": False, "y": True},
        {"w1": False, "w2": False},
    ],
    scenarios={
        "train both": {"w1": True, "w2": True},
        "freeze the early weight": {"w1": False, "w2": True},
        "freeze the late weight": {"w1": True, "w2": False},
        "nothing to train": {"w1": False, "w2": False},
    },
)
def needed_nodes(w1: bool, w2: bool, x: bool, y: bool) -> Result:
    """Cut a graph down to what is needed for the gradients that are asked for."""
    marks = {"w1": w1, "w2": w2, "x": x, "y": y}
    asked = [name for name, mark in marks.items() if mark]
    needed = graphs.needed(TWO_LAYERS, asked)
    values = graphs.evaluate(TWO_LAYERS, NUMBERS)
    grads = graphs.adjoints(TWO_LAYERS, values)
    used = [arrow for arrow in arrows(TWO_LAYERS) if needed[arrow[0]]]
    kept = graphs.kept(TWO_LAYERS, asked)
    drawn = drawing(
        TWO_LAYERS,
        {name: value for name, value in values.items() if name in kept},
        {name: grad for name, grad in grads.items() if needed[name]},
        looks={
            name: "active" if name in asked else "done" if needed[name] else "off"
            for name in TWO_LAYERS
        },
        arrow_looks={arrow: "done" if arrow in used else "off" for arrow in arrows(TWO_LAYERS)},
    )
    count = sum(needed.values())
    title = f"{count} of 9 gradients, {len(used)} of 8 arrows; a value is shown where it is kept"
    picture = scene(drawn, title, f"{title}. {drawn.told()}.")
    return Result(
        picture,
        {"gradients": count, "products on the way back": len(used), "values kept": len(kept)},
    )


EXPERIMENTS = (graph_stepper, order_matters, needed_nodes)
