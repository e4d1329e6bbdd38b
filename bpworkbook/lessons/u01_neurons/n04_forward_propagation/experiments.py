"""Lesson 04, live: XOR set by hand, a stack that collapses, a line that is folded."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from bpworkbook.figures import Scene, matrix_panel
from bpworkbook.lessons.u01_neurons.n04_forward_propagation.drawings import (
    counts_panel,
    grids_panel,
    hidden_panel,
    inputs_panel,
    pieces_panel,
)
from bpworkbook.lessons.u01_neurons.n04_forward_propagation.folding import (
    drawn,
    folded,
    forward,
    pieces,
)
from bpworkbook.lessons.u01_neurons.n04_forward_propagation.xor import XOR_INPUTS, XOR_TARGETS
from bpworkbook.live import Choice, Float, Int, Menu, Result, experiment
from bpworkbook.nn.validation import FloatArray

# E04.1 -----------------------------------------------------------------------------------------

GATES = {(0, 0, 0): "never on", (0, 0, 1): "AND", (0, 1, 1): "OR", (1, 1, 1): "always on"}


def gate(bias: float) -> str:
    """Name the gate that a step unit with ``z = x1 + x2 + bias`` is.

    >>> gate(-0.5), gate(-1.5)
    ('OR', 'AND')
    """
    zero, one, two = (int(total + bias >= 0) for total in (0, 1, 2))
    return GATES[zero, one, two]


@experiment(
    id="E04.1",
    title="XOR by hand",
    controls={
        "b1": Float(-2, 1, -0.5, step=0.25, label="bias of unit 1"),
        "b2": Float(-2, 1, -0.5, step=0.25, label="bias of unit 2"),
        "v1": Float(-2, 2, 1, step=0.5, label="output weight of unit 1"),
        "v2": Float(-2, 2, 0, step=0.5, label="output weight of unit 2"),
        "c": Float(-2, 2, -0.5, step=0.25, label="output bias"),
    },
    predict=Choice(
        "Both hidden units compute the step of x1 + x2 + bias. Unit 1 has bias -0.5, unit 2 has "
        "bias -1.5. Which gates are they?",
        ("unit 1 is OR, unit 2 is AND", "unit 1 is AND, unit 2 is OR", "both are XOR"),
        answer=0,
        why="With bias -0.5 a single 1 is enough to reach 0, which is OR; with -1.5 it takes both, "
        "which is AND. No single unit can be XOR.",
    ),
    read_off=Choice(
        "Press “solution” and look at the right picture. Where have (0, 1) and (1, 0) gone?",
        (
            "to opposite corners",
            "to the same corner",
            "they stay where they were",
        ),
        answer=1,
        why="OR says 1 and AND says 0 for both of them, so the hidden layer puts them on one spot; "
        "the three spots that remain can be split by a line.",
    ),
    settings=[
        {},
        {"b2": -1.5},
        {"b2": -1.5, "v2": -1},
        {"b1": -1, "b2": -2, "v2": -1, "c": -1},
        {"b1": -1.5, "b2": -0.5, "v1": -1, "v2": 1},
    ],
    scenarios={
        "solution": {"b1": -0.5, "b2": -1.5, "v1": 1, "v2": -1, "c": -0.5},
        "right, but on the edge": {"b1": -1, "b2": -2, "v1": 1, "v2": -1, "c": -1},
        "parts exchanged": {"b1": -1.5, "b2": -0.5, "v1": -1, "v2": 1, "c": -0.5},
    },
)
def xor_by_hand(b1: float, b2: float, v1: float, v2: float, c: float, *, seed: int = 0) -> Result:
    """Draw what two step units and an output make of the plane, and of their own plane."""

    def hidden(x: Any) -> Any:
        return (x.sum(axis=1, keepdims=True) + np.array([b1, b2]) >= 0) * 1.0

    def answer(x: Any) -> Any:
        return hidden(x) @ np.array([v1, v2]) + c

    h, z_out = hidden(XOR_INPUTS), answer(XOR_INPUTS)
    wrong = int(((z_out >= 0) != XOR_TARGETS).sum())
    sums = XOR_INPUTS.sum(axis=1, keepdims=True) + np.array([b1, b2])
    margin = float(min(np.abs(sums).min(), np.abs(z_out).min()))
    spots = len({tuple(row) for row in h})
    left, right = inputs_panel(answer, b1, b2), hidden_panel(h, v1, v2, c)
    alt = (
        f"Two maps. In the plane of the inputs, {4 - wrong} of 4 points lie on their own side. "
        f"In the plane of the hidden units, where unit 1 is {gate(b1)} and unit 2 is {gate(b2)}, "
        f"the four points share {spots} {'spot' if spots == 1 else 'spots'}: {right.told}."
    )
    scene = Scene(
        left, right, width=6.6, height=3.9, legend="below", alt=alt,
        margins={"left": 0.6, "right": 0.15, "wspace": 0.75},
    )  # fmt: skip
    values = {
        "unit 1 is": gate(b1),
        "unit 2 is": gate(b2),
        "wrong": f"{wrong} of 4",
        "smallest |z|": f"{margin:.2f}",
    }
    return Result(scene, values)


# E04.2 -----------------------------------------------------------------------------------------

BENDS: dict[str, Callable[[Any], Any]] = {
    "none": lambda z: z,
    "ReLU": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
}


def stack(depth: int, width: int, rng: np.random.Generator) -> list[tuple[FloatArray, FloatArray]]:
    """Return layers from 2 values to 2; the weights are rotations, so that nothing fades."""
    sizes = [2, *[width] * (depth - 1), 2]
    layers: list[tuple[FloatArray, FloatArray]] = []
    for d, h in pairwise(sizes):
        Q, _ = np.linalg.qr(rng.normal(size=(max(d, h), min(d, h))))
        layers.append((1.2 * (Q if d >= h else Q.T), rng.normal(size=h) * 0.3))
    return layers


@experiment(
    id="E04.2",
    title="Collapse",
    controls={
        "depth": Int(1, 8, 4, label="layers"),
        "width": Int(1, 8, 4, label="units in each hidden layer"),
        "activation": Menu(("none", "ReLU", "tanh"), "none"),
    },
    predict=Choice(
        "Eight layers of width 8 hold 474 numbers; one layer from 2 values to 2 holds 6. Without "
        "an activation, how much of what the eight layers do can the one layer copy?",
        ("about 6 parts in 474", "most of it, not all", "all of it"),
        answer=2,
        why="Eight matrices in a row multiply to one matrix, so the 474 numbers act like 6.",
    ),
    read_off=Choice(
        "Press “narrow”: three layers, width 1, no activation. What is the rank now?",
        ("0", "1", "2"),
        answer=1,
        why="Everything has to pass through one number, so the plane is squeezed to a line: this "
        "stack is weaker than one layer.",
    ),
    settings=[
        {"depth": 1},
        {"depth": 8, "width": 8},
        {"depth": 3, "width": 1},
        {"depth": 4, "activation": "ReLU"},
        {"depth": 4, "activation": "tanh"},
    ],
    scenarios={
        "collapse": {"depth": 8, "width": 8, "activation": "none"},
        "narrow": {"depth": 3, "width": 1, "activation": "none"},
        "bend": {"depth": 4, "width": 8, "activation": "tanh"},
    },
)
def collapse_of_layers(depth: int, width: int, activation: str, *, seed: int = 3) -> Result:
    """Send a grid through a stack of layers, and through the single layer that is nearest to it."""
    layers = stack(depth, width, np.random.default_rng(seed))
    axis = np.linspace(-1, 1, 21)
    X = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    a = X
    for W, b in layers[:-1]:
        a = BENDS[activation](a @ W + b)
    out = a @ layers[-1][0] + layers[-1][1]
    ones = np.ones((len(X), 1))
    single = np.linalg.lstsq(np.hstack([X, ones]), out, rcond=None)[0]
    near = np.hstack([X, ones]) @ single
    spread = float(np.sqrt(((out - out.mean(axis=0)) ** 2).sum()))
    left_over = float(np.sqrt(((out - near) ** 2).sum())) / spread if spread > 1e-9 else 0.0
    rank = int(np.linalg.matrix_rank(single[:2], tol=1e-6))
    size = sum(W.size + b.size for W, b in layers)
    # Rounded: what should be 0 is some 1e-17, and another one on every machine.
    weights = matrix_panel(
        np.round(single, 9), title="Nearest: W and b", name="its matrix",
        rows=("x1", "x2", "b"), columns=("out 1", "out 2"),
    )  # fmt: skip
    told = "exactly" if left_over < 1e-9 else f"except for {100 * left_over:.0f} %"
    bend = "no" if activation == "none" else activation
    alt = (
        f"A square grid after {depth} {'layer' if depth == 1 else 'layers'} with {bend} "
        "activation, and after the nearest single layer. The single layer copies the stack "
        f"{told}; {weights.told}, and the rank of W is {rank}."
    )
    scene = Scene(
        grids_panel(out.reshape(21, 21, 2), near.reshape(21, 21, 2)), weights, width=6.6,
        height=3.5, ratios=(1.5, 1), margins={"right": 0.15, "wspace": 0.75}, legend="below",
        alt=alt,
    )  # fmt: skip
    values: dict[str, int | str] = {
        "numbers in the stack": size,
        "numbers in one layer": 6,
        "rank": rank,
        "one layer misses": f"{100 * left_over:.0f} %",
    }
    return Result(scene, values)


# E04.3 -----------------------------------------------------------------------------------------

SEEDS = 5


@experiment(
    id="E04.3",
    title="Folding a line",
    controls={
        "layers": Int(1, 4, 2, label="hidden layers"),
        "width": Int(2, 6, 3, label="ReLU units in each"),
        "weights": Menu(("set by hand", "random"), "set by hand"),
    },
    predict=Choice(
        "Twelve ReLU units in one layer bend a line into at most 13 straight pieces. Arrange the "
        "same twelve as 4 layers of 3. How many pieces can they make?",
        ("13: units are units", "48: four times twelve", "108"),
        answer=2,
        why="Every layer folds all that lies before it, so pieces multiply: 3 x 3 x 3 folds, each "
        "cut into 4.",
    ),
    read_off=Choice(
        "Press “random weights”. With 4 layers of 3 random units, the median of the five "
        "networks is",
        ("108, as by hand", "somewhere between 40 and 100", "at most 13, as for one layer"),
        answer=2,
        why="The bound says what weights can do; random ones do not fold neatly, and depth alone "
        "gives them no more pieces than a single layer of as many units.",
    ),
    settings=[
        {"layers": 1},
        {"layers": 2},
        {"layers": 4},
        {"layers": 4, "weights": "random"},
        {"layers": 4, "width": 6, "weights": "random"},
    ],
    scenarios={
        "fold": {"layers": 4, "width": 3, "weights": "set by hand"},
        "random weights": {"layers": 4, "width": 3, "weights": "random"},
        "one wide layer": {"layers": 1, "width": 6, "weights": "set by hand"},
    },
)
def folding_a_line(layers: int, width: int, weights: str, *, seed: int = 0) -> Result:
    """Count the straight pieces of a ReLU network on [0, 1], set by hand and at random."""
    depths = [1, 2, 3, 4]
    by_hand = {depth: folded(width, depth) for depth in depths}
    random = {
        depth: [drawn(width, depth, np.random.default_rng(seed + s)) for s in range(SEEDS)]
        for depth in depths
    }
    made = {depth: len(pieces(by_hand[depth])) - 1 for depth in depths}
    chance = {depth: [len(pieces(p)) - 1 for p in random[depth]] for depth in depths}
    middle = int(np.argsort(chance[layers], kind="stable")[SEEDS // 2])
    shown = by_hand[layers] if weights == "set by hand" else random[layers][middle]
    ends = pieces(shown)
    units = layers * width
    alt = (
        f"Left, the output of {layers} hidden {'layer' if layers == 1 else 'layers'} of {width} "
        f"ReLU units with weights {weights}: {len(ends) - 1} straight pieces. Right, on a "
        f"logarithmic scale, pieces from 1 to 4 layers: by hand {made[1]} to {made[4]}, with all "
        f"units in one layer {width + 1} to {4 * width + 1}, ceiling {width + 1} to "
        f"{(width + 1) ** 4}; random {min(chance[4])} to {max(chance[4])} at 4 layers."
    )
    scene = Scene(
        pieces_panel(ends, forward(ends, shown)), counts_panel(made, chance, width, layers),
        width=6.6, height=3.8, ratios=(1.25, 1), legend="below", alt=alt,
        margins={"left": 0.35, "right": 0.15, "wspace": 0.7},
    )  # fmt: skip
    values = {
        "units": units,
        "set by hand": made[layers],
        "random, median of 5": chance[layers][middle],
        "same units in one layer": units + 1,
        "no network exceeds": (width + 1) ** layers,
    }
    return Result(scene, values)


EXPERIMENTS = (xor_by_hand, collapse_of_layers, folding_a_line)
