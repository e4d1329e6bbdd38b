"""The live experiments of lesson 10."""

from collections.abc import Iterator

import numpy as np

from bpworkbook.figures import Bars, Levels, Panel, Scene, lines_panel, matrix_panel
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.engine import (
    Value,
    multiply,
    oldest_first,
    power,
    unbroadcast,
)
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.film import learning
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.tape import EXPRESSIONS, watching
from bpworkbook.live import Choice, Float, FloatLog, Int, Menu, Result, Toggle, experiment


@experiment(
    id="E10.1",
    title="Watch the tape",
    controls={
        "expression": Menu(tuple(EXPRESSIONS), "a * b + a"),
        "a": Float(-2, 2, 2.0, step=0.5),
        "b": Float(-2, 3, 3.0, step=0.5),
    },
    predict=Choice(
        "L = a * b + a, with q = a * b. The tape a, b, q, L is read from its end. The gradient of "
        "a is complete",
        (
            "when L has been read",
            "when L and q have been read",
            "as soon as a has been appended",
        ),
        answer=1,
        why="L and q both use a. Each sends a part, and the gradient of a is their sum.",
    ),
    read_off=Choice(
        "a = 2, b = 3. The gradient of a comes in two parts. Which?",
        ("3 from q and 1 from L", "2 from q and 1 from L", "3 and 1, and only the larger counts"),
        answer=0,
        why="Along q the slope is b = 3, along L it is 1. Added, they are 4.",
    ),
    settings=[
        {"expression": "a * b + a"},
        {"expression": "(a + b)**2"},
        {"expression": "exp(a * b) * (a * b)", "a": 0.5, "b": 2.0},
    ],
    scenarios={
        "a is used twice": {"expression": "a * b + a", "a": 2.0, "b": 3.0},
        "one Value used twice": {"expression": "exp(a * b) * (a * b)", "a": 0.5, "b": 2.0},
        "a slope of 0": {"expression": "(a + b)**2", "a": -2.0, "b": 2.0},
    },
)
def tape(expression: str, a: float, b: float) -> Iterator[Result]:
    """Append Values one by one, then read them backwards."""
    yield from watching(expression, a, b)


RULES = ("nothing", "what was computed", "everything")


@experiment(
    id="E10.2",
    title="Backward twice",
    controls={
        "calls": Int(1, 4, 2, label="calls of backward"),
        "cleared": Menu(RULES, "what was computed", label="set to 0 before each call"),
    },
    predict=Choice(
        "L = (a * b)**2 has the derivative 36 by a. Your backward starts the flow afresh in each "
        "call and adds to a.grad. After two calls, a.grad is",
        ("36", "72", "108", "0"),
        answer=1,
        why="Each call adds 36. Nobody has cleared a.grad between them.",
    ),
    read_off=Choice(
        "And if nothing is cleared, and old gradients of a * b flow on? After two calls a.grad is",
        ("72", "108", "144"),
        answer=1,
        why="The second call sends the old 12 of a * b along with the new 12: 36 + 72 = 108, "
        "three times too much.",
    ),
    settings=[
        {"calls": 1},
        {"calls": 2},
        {"calls": 2, "cleared": "nothing"},
        {"calls": 4, "cleared": "nothing"},
        {"calls": 4, "cleared": "everything"},
    ],
    scenarios={
        "it doubles": {"calls": 2, "cleared": "what was computed"},
        "it triples": {"calls": 2, "cleared": "nothing"},
        "as it should be": {"calls": 4, "cleared": "everything"},
    },
)
def backward_twice(calls: int, cleared: str) -> Result:
    """Sweep several times over one record, and clear as the rule says."""
    a, b = Value(2.0), Value(3.0)
    root = power(multiply(a, b), 2)
    heights = {}
    for call in range(1, calls + 1):
        _sweep(root, cleared)
        heights[f"call {call}"] = float(a.grad)
    right = 36.0
    told = ", ".join(f"{name} {height:.0f}" for name, height in heights.items())
    panel = Panel(
        Bars(heights, labels=[f"{height:.0f}" for height in heights.values()]),
        Levels({"right: 36": right}),
        ylabel="a.grad", ylim=(0, 400), xlim=(-0.6, 3.9), grid="y",
        title=f"Set to 0 before each call: {cleared}",
        told=f"the derivative by a is 36; in a.grad stands after {told}",
    )  # fmt: skip
    ratio = f"{a.grad / right:.0f} times the derivative" if a.grad != right else "right"
    picture = Scene(panel, height=3.2)
    return Result(picture, {"a.grad": f"{a.grad:.0f}", "that is": ratio})


def _sweep(root: Value, cleared: str) -> None:
    order = oldest_first(root)
    for node in order:
        if cleared == "everything" or (cleared == "what was computed" and node.parents):
            node.grad = 0.0
    root.grad = 1.0
    for node in reversed(order):
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            parent.grad += node.grad * derivative


SIZES = (1, 10, 100, 1000, 10_000)
WAYS = ("finite differences", "forward mode", "reverse mode")


@experiment(
    id="E10.3",
    title="Forward or reverse",
    controls={
        "inputs": Menu(SIZES, 10_000, label="inputs m"),
        "outputs": Menu(SIZES, 1, label="outputs k"),
    },
    predict=Choice(
        "10,000 inputs, one loss. How many evaluations of the function is the whole gradient worth "
        "in reverse mode?",
        ("about 2", "about 100", "about 10,000", "about 20,000"),
        answer=0,
        why="One run to record, one sweep back, which multiplies as often. The number of inputs "
        "does not appear in it.",
    ),
    read_off=Choice(
        "When is forward mode the cheaper of the two?",
        (
            "never",
            "with fewer inputs than outputs",
            "with more inputs than outputs",
        ),
        answer=1,
        why="A pass forward serves one input, a sweep back serves one output: take the fewer.",
    ),
    settings=[
        {"inputs": 1},
        {"inputs": 100},
        {"inputs": 10_000},
        {"inputs": 1, "outputs": 10_000},
        {"inputs": 100, "outputs": 100},
    ],
    scenarios={
        "a network's loss": {"inputs": 10_000, "outputs": 1},
        "one knob, many outputs": {"inputs": 1, "outputs": 10_000},
        "as many as outputs": {"inputs": 100, "outputs": 100},
    },
)
def forward_or_reverse(inputs: int, outputs: int) -> Result:
    """Count what all derivatives of k outputs by m inputs cost, in evaluations of the function."""
    grid = np.geomspace(1, SIZES[-1], 33)
    costs = dict(zip(WAYS, _evaluations(grid, outputs), strict=True))
    here = {name: float(cost) for name, cost in zip(WAYS, _evaluations(inputs, outputs))}  # noqa: B905
    least = min(here.values())
    cheapest = " and ".join(name for name, cost in here.items() if cost == least)
    told = ", ".join(f"{name} {cost:,.0f}" for name, cost in here.items())
    words = f"{inputs:,} input{'s' * (inputs > 1)}, {outputs:,} output{'s' * (outputs > 1)}"
    panel = lines_panel(
        {name: (grid, np.broadcast_to(cost, grid.shape)) for name, cost in costs.items()},
        xlabel="inputs m", ylabel="evaluations", xscale="log", yscale="log",
        ylim=(1, 1e5), marks={"here": float(inputs)}, legend="upper left",
        title=words, told=told,
    )  # fmt: skip
    picture = Scene(panel, height=3.5, alt=f"{words}. In evaluations of the function: {told}.")
    values = {name: f"{cost:,.0f}" for name, cost in here.items()}
    return Result(picture, {**values, "cheapest": cheapest})


def _evaluations(inputs: "int | np.ndarray", outputs: int) -> "tuple[np.ndarray, ...]":
    m = np.asarray(inputs, dtype=float)
    # Each product has one moving factor: a tangent, or a gradient, is one more product.
    return m + 1, 2 * m, np.full_like(m, 1.0 + outputs)


SHAPES = {"()": (), "(3,)": (3,), "(1, 3)": (1, 3), "(4, 1)": (4, 1), "(4, 3)": (4, 3)}


@experiment(
    id="E10.4",
    title="Broadcast backwards",
    controls={
        "b": Menu(tuple(SHAPES), "(3,)", label="shape of b"),
        "a": Menu(tuple(SHAPES), "(4, 3)", label="shape of a"),
    },
    predict=Choice(
        "a is (4, 3), b is (3,), z = a + b. The gradient that reaches z is (4, 3). That of b is",
        (
            "(4, 3): it is handed on as it is",
            "(3,): the mean over the rows",
            "(3,): the sum over the rows",
            "(4,): the sum over the columns",
        ),
        answer=2,
        why="b was copied into 4 rows. Each copy gets a gradient, and b gets their sum.",
    ),
    read_off=Choice(
        "a is (4, 1), b is (3,). Which axes are summed for b?",
        ("none", "axis 0", "axis 1", "both"),
        answer=1,
        why="Both were stretched: b down axis 0, a across axis 1. Each sums where it was copied.",
    ),
    settings=[
        {"b": "(3,)"},
        {"b": "(4, 1)"},
        {"b": "()"},
        {"b": "(4, 3)"},
        {"b": "(3,)", "a": "(4, 1)"},
    ],
    scenarios={
        "a bias": {"b": "(3,)", "a": "(4, 3)"},
        "both are stretched": {"b": "(3,)", "a": "(4, 1)"},
        "one number": {"b": "()", "a": "(4, 3)"},
    },
)
def broadcast_backwards(b: str, a: str, *, seed: int = 0) -> Result:
    """Stretch an array, and sum its gradient back to its shape."""
    shape = SHAPES[b]
    big = np.broadcast_shapes(shape, SHAPES[a])
    rng = np.random.default_rng(seed)
    drawn = 10.0 * rng.integers(1, 6, size=(4, 3))
    grad = drawn[tuple(slice(size) for size in (1, 1, *big)[-2:])].reshape(big)
    back = np.asarray(unbroadcast(grad, shape))
    padded = (1,) * (len(big) - len(shape)) + shape
    axes = [str(k) for k, (old, new) in enumerate(zip(padded, big, strict=True)) if old != new]
    axes += ["0"] if len(big) > len(shape) and big[0] == 1 and "0" not in axes else []
    summed = " and ".join(sorted(axes)) or "none"
    copies = grad.size // back.size
    left = _cells(grad, f"gradient of z {big}")
    right = _cells(back, f"gradient of b {shape}")
    picture = Scene(left, right, width=6.0, height=2.6, margins={"top": 0.4})
    values: dict[str, str | int] = {
        "shape of z": str(big),
        "shape of b": str(shape),
        "axes summed": summed,
        "copies of each number": copies,
    }
    return Result(picture, {**values})


def _cells(x: np.ndarray, title: str) -> Panel:
    cells = x.reshape((1, 1, *x.shape)[-2:])
    rows, columns = cells.shape
    # Room for (4, 3) at every shape: a cell is as large in one picture as in the next.
    return matrix_panel(
        cells, title=title, xticks=(), yticks=(), equal=True, frame=False,
        xlim=(columns / 2 - 2.2, columns / 2 + 1.2), ylim=(rows / 2 - 2.6, rows / 2 + 1.6),
        told=f"{title} is {x.round().astype(int).tolist()}",
    )  # fmt: skip


@experiment(
    id="E10.5",
    title="Your engine learns",
    controls={
        "lr": FloatLog(0.003, 1, 0.3, label="learning rate"),
        "width": Int(2, 16, 8, label="units in each layer"),
        "clear": Toggle(True, label="zero_grad before each sweep"),
    },
    predict=Choice(
        "Learning rate 0.3. With zero_grad before each sweep the network learns. Without it, it",
        ("learns faster", "learns as before", "does not learn"),
        answer=2,
        why="Every step follows the sum of all gradients so far. It cannot turn round when the "
        "slope does.",
    ),
    read_off=Choice(
        "And at learning rate 0.01, after 300 steps? The network without zero_grad",
        ("has more points right", "has fewer points right", "has as many"),
        answer=0,
        why="Tiny steps that add up go far, as momentum does. It is luck of the small rate: the "
        "gradient is still wrong.",
    ),
    settings=[
        {"lr": 0.3},
        {"lr": 0.3, "clear": False},
        {"lr": 0.01},
        {"lr": 0.01, "clear": False},
    ],
    scenarios={
        "learns": {"lr": 0.3, "clear": True},
        "forgotten": {"lr": 0.3, "clear": False},
        "forgotten, and it helps": {"lr": 0.01, "clear": False},
    },
)
def film(lr: float, width: int, clear: bool, *, seed: int = 0) -> Iterator[Result]:
    """Train the network of lesson 09 by the engine, a frame every few steps."""
    yield from learning(lr, width, clear, seed)


EXPERIMENTS = (tape, backward_twice, broadcast_backwards, forward_or_reverse, film)
