"""The live experiments of lesson 09."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from bpworkbook.figures import Box, Scene, ShapeRow, bars_panel, boxes_panel
from bpworkbook.lessons.timing import best_seconds
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised.film import learning
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised.reading import reading
from bpworkbook.live import Choice, FloatLog, Int, Menu, Result, experiment

D_IN, D_OUT = 5, 3
FACTORS = ("x", "x.T", "W", "W.T", "grad_out", "grad_out.T")
BOX_SCALE = 0.135  # inches for a row or column, at every n, so that x is seen to grow


@experiment(
    id="E09.1",
    title="Shape solver",
    controls={
        "left": Menu(FACTORS, "grad_out"),
        "right": Menu(FACTORS, "W"),
        "n": Int(2, 7, 4, label="examples n"),
        "wanted": Menu(("grad_x", "grad_W"), "grad_x"),
    },
    predict=Choice(
        "x is (n, 5), W is (5, 3), grad_out is (n, 3). Which product has the shape of grad_x?",
        ("grad_out @ W", "grad_out @ W.T", "W @ grad_out.T", "x.T @ grad_out"),
        answer=1,
        why="(n, 3) @ (3, 5) gives (n, 5), the shape of x; of all 36 products it is the only one.",
    ),
    read_off=Choice(
        "With n = 5, how many products have the shape of grad_W?",
        ("one, as before", "more than one"),
        answer=1,
        why="When n equals d_in, x is square: x and x.T fit in the same places. "
        "Shapes choose for you only while the sizes differ.",
    ),
    settings=[
        {"left": "grad_out", "right": "W.T"},
        {"left": "grad_out", "right": "W"},
        {"left": "x.T", "right": "grad_out", "wanted": "grad_W"},
        {"left": "x", "right": "grad_out", "wanted": "grad_W"},
        {"left": "x", "right": "grad_out", "wanted": "grad_W", "n": 5},
    ],
    scenarios={
        "the only one for grad_W": {"left": "x.T", "right": "grad_out", "wanted": "grad_W"},
        "shapes are not enough": {"left": "x", "right": "grad_out", "wanted": "grad_W", "n": 5},
    },
)
def shape_solver(left: str, right: str, n: int, wanted: str) -> Result:
    """Multiply two arrays by name and see whether the shape is the one that is wanted."""
    target = {"grad_x": (n, D_IN), "grad_W": (D_IN, D_OUT)}[wanted]
    shapes = _shapes(n)
    first, second = shapes[left], shapes[right]
    legal = first[1] == second[0]
    shape = (first[0], second[1])
    fits = legal and shape == target
    matches = sum(
        shapes[a][1] == shapes[b][0] and (shapes[a][0], shapes[b][1]) == target
        for a, b in product(FACTORS, FACTORS)
    )
    if not legal:
        note = f"{first[1]} columns\ndo not meet {second[0]} rows"
    else:
        note = "" if fits else f"it runs, but is not\nthe shape of {wanted}, {target}"
    outcome = Box("product" if legal else "none", shape)
    row = ShapeRow((Box(left, first), "@", Box(right, second), "=", outcome), legal, fits, note)
    title = f"Looking for {wanted}, shape {target}"
    panel = boxes_panel([row], BOX_SCALE, size=(5.9, 1.65), title=title)
    margins = {"left": 0.1, "right": 0, "top": 0.35, "bottom": 0}
    alt = f"{title}. Drawn are {panel.told}."
    picture = Scene(panel, width=6.0, height=2.0, margins=margins, alt=alt)
    values: dict[str, bool | int | float | str] = {
        "shape": str(shape) if legal else "illegal",
        "fits": fits,
        "products that fit": matches,
    }
    return Result(picture, values)


def _shapes(n: int) -> dict[str, tuple[int, int]]:
    plain = {"x": (n, D_IN), "W": (D_IN, D_OUT), "grad_out": (n, D_OUT)}
    return plain | {f"{name}.T": shape[::-1] for name, shape in plain.items()}


def triple_loop(x: Any, g: Any) -> Any:
    """Return ``x.T @ g``, one multiplication at a time.

    >>> triple_loop(np.array([[1.0, 2.0]]), np.array([[3.0]])).tolist()
    [[3.0], [6.0]]
    """
    grad_W = np.zeros((x.shape[1], g.shape[1]))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            for k in range(g.shape[1]):
                grad_W[j, k] += x[i, j] * g[i, k]
    return grad_W


def loop_of_products(x: Any, g: Any) -> Any:
    """Return ``x.T @ g``, one outer product for each example.

    >>> loop_of_products(np.array([[1.0, 2.0]]), np.array([[3.0]])).tolist()
    [[3.0], [6.0]]
    """
    grad_W = np.zeros((x.shape[1], g.shape[1]))
    for i in range(x.shape[0]):
        grad_W += np.outer(x[i], g[i])
    return grad_W


def one_product(x: Any, g: Any) -> Any:
    """Return ``x.T @ g``."""
    return x.T @ g


LOOP_BUDGET = 4_000  # multiplications timed in pure Python; more are scaled up, to answer at once


@experiment(
    id="E09.2",
    title="Loop against matrix",
    controls={
        "n": Int(1, 128, 32, label="examples n"),
        "width": Int(1, 128, 64, label="inputs and outputs"),
    },
    predict=Choice(
        "32 examples, 64 inputs, 64 outputs. One matrix product is faster than three loops",
        ("about 3 times", "about 30 times", "more than 100 times", "not at all"),
        answer=2,
        why="The multiplications are the same. The loop pays Python's price for each of them, "
        "the product pays it once.",
    ),
    read_off=Choice(
        "At 1 example and width 1, the matrix product is",
        ("still more than 100 times faster", "no longer much faster"),
        answer=1,
        why="One multiplication is left, and calling NumPy has a price of its own. "
        "The gain comes from doing many at once.",
    ),
    settings=[
        {"n": 1, "width": 1},
        {"n": 32, "width": 64},
        {"n": 128, "width": 128},
    ],
    scenarios={
        "a digit network": {"n": 32, "width": 64},
        "nothing to gain": {"n": 1, "width": 1},
    },
    measures_time=True,
)
def loop_against_matrix(n: int, width: int, *, seed: int = 0) -> Result:
    """Time one weight gradient as three loops, as a loop of outer products, as one product."""
    rng = np.random.default_rng(seed)
    x, g = rng.normal(size=(n, width)), rng.normal(size=(n, width))
    multiplications = n * width * width
    outputs = min(width, 32)
    rows = max(1, min(n, LOOP_BUDGET // (width * outputs)))
    part = multiplications / (rows * width * outputs)
    seconds = best_seconds(
        {
            "three loops": lambda: triple_loop(x[:rows], g[:rows, :outputs]),
            "loop of outer products": lambda: loop_of_products(x, g),
            "one matrix product": lambda: one_product(x, g),
        }
    )
    seconds["three loops"] *= part
    ratio = seconds["three loops"] / seconds["one matrix product"]
    gain = _gain(ratio)
    times = f"{multiplications:,} multiplication{'s' * (multiplications > 1)}"
    panel = bars_panel(
        {name: 1e6 * value for name, value in seconds.items()},
        ylabel="microseconds (log scale)", yscale="log", ylim=(0.1, 1e7),
        title=f"{times}:\nthe matrix product is {gain}",
    )  # fmt: skip
    alt = f"Three bars of time on a log scale for {times}: one matrix product is {gain}."
    picture = Scene(panel, height=3.3, margins={"top": 0.6, "bottom": 0.35}, alt=alt)
    return Result(picture, {"multiplications": f"{multiplications:,}", "gain": gain})


def _gain(ratio: float) -> str:
    # In words and steps, since a time is another number on every machine and at every run.
    if ratio > 100:
        return "more than 100 times faster"
    return "more than 10 times faster" if ratio > 10 else "less than 10 times faster"


@experiment(
    id="E09.3",
    title="Digits live",
    controls={
        "width": Int(2, 64, 32, label="hidden units"),
        "lr": FloatLog(0.003, 10, 0.3, label="learning rate"),
        "batch_size": Menu((32, 64, 128, 400), 32, label="batch size"),
        "epochs": Int(1, 12, 8),
    },
    predict=Choice(
        "At learning rate 3, the network reads of the unseen digits",
        ("more than 95 %", "between 60 and 95 %", "about 10 %, no better than guessing"),
        answer=2,
        why="Steps ten times too long throw the weights so far that the ReLU units stay shut; "
        "the network then gives every digit the same answer.",
    ),
    read_off=Choice(
        "Larger batches at the same learning rate need, to reach 95 %,",
        ("fewer epochs", "more epochs"),
        answer=1,
        why="A larger batch means fewer steps in an epoch, each about as long as before.",
    ),
    settings=[
        {"lr": 0.03},
        {"lr": 0.3},
        {"lr": 0.3, "batch_size": 128},
        {"lr": 1.0, "batch_size": 128},
        {"lr": 3.0},
    ],
    scenarios={
        "reads well": {"lr": 0.3, "width": 64, "epochs": 12},
        "too fast": {"lr": 3.0},
        "two hidden units": {"width": 2, "epochs": 12},
    },
)
def digits_live(
    width: int, lr: float, batch_size: int, epochs: int, *, seed: int = 0
) -> Iterator[Result]:
    """Train on the digits and show loss and test accuracy, a frame for each epoch."""
    yield from reading(width, lr, batch_size, epochs, seed)


@experiment(
    id="E09.4",
    title="Watch it learn",
    controls={
        "lr": FloatLog(0.01, 3, 0.3, label="learning rate"),
        "layers": Int(1, 4, 3, label="hidden layers"),
        "width": Int(2, 16, 8, label="units in each"),
    },
    predict=Choice(
        "Three hidden layers of 8 ReLU units, learning rate 3. The gradients of the hidden layers",
        ("keep growing", "swing, and the network learns all the same", "become exactly 0"),
        answer=2,
        why="Steps that are far too long push the ReLU units to where they are shut for every "
        "point, and what is shut sends no gradient back. The map has one colour, for good.",
    ),
    read_off=Choice(
        "At learning rate 0.3, when the loss is nearly 0, the gradients of the layers are",
        ("all smaller than at the start", "as large as at the start", "exactly 0"),
        answer=0,
        why="The error at the scores is what is sent back. As it shrinks, so does all that is made "
        "of it, in every layer together.",
    ),
    settings=[{"lr": 0.03}, {"lr": 0.3}, {"lr": 3.0}, {"width": 2}],
    scenarios={
        "learns": {"lr": 0.3, "layers": 3, "width": 8},
        "shuts for good": {"lr": 3.0, "layers": 3, "width": 8},
        "too slow": {"lr": 0.03, "layers": 3, "width": 8},
    },
)
def film(lr: float, layers: int, width: int, *, seed: int = 0) -> Iterator[Result]:
    """Show a training on two moons, a frame every few steps."""
    yield from learning(lr, layers, width, seed)


EXPERIMENTS = (loop_against_matrix, shape_solver, digits_live, film)
