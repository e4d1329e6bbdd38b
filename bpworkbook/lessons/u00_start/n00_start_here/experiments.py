"""The live experiments of lesson 00."""

import numpy as np
from numpy.typing import NDArray

from bpworkbook.figures import Box, Scene, ShapeRow, boxes_panel
from bpworkbook.lessons.u00_start.n00_start_here.trap import (
    Shape,
    broadcast,
    in_bytes,
    trap_scene,
)
from bpworkbook.live import Choice, Int, Menu, Result, Toggle, experiment

WIDTH, HEIGHT = 6.0, 4.7  # inches of the shape explorer
MOST = 8  # the largest size in the shape explorer
PRODUCTS = ("X @ W", "W @ X", "X.T @ W", "W.T @ X.T")


@experiment(
    id="E00.1",
    title="Shape explorer",
    controls={
        "n": Int(1, MOST, 4, label="examples n"),
        "d": Int(1, MOST, 3, label="features d"),
        "h": Int(1, MOST, 2, label="scores h"),
        "add_bias": Toggle(False, label="add b"),
    },
    predict=Choice(
        "`X` is (4, 3) and `W` is (3, 2). "
        "Which of `X @ W`, `W @ X`, `X.T @ W` and `W.T @ X.T` run?",
        ("X @ W alone", "X @ W and W.T @ X.T", "X @ W and X.T @ W", "all four"),
        answer=1,
        why="The two inner numbers must agree: (4, 3) meets (3, 2), and turned around (2, 3) "
        "meets (3, 4).",
    ),
    read_off=Choice(
        "Set n, d and h to the same number. How many of the four run now?",
        ("1", "2", "4"),
        answer=2,
        why="When all sizes agree, every product runs, right or wrong.",
    ),
    settings=[
        {},
        {"add_bias": True},
        {"n": 2},
        {"n": 3, "d": 3, "h": 3},
        {"n": 1, "add_bias": True},
    ],
    scenarios={
        "one right product": {"n": 5, "d": 3, "h": 2, "add_bias": True},
        "every product runs": {"n": 3, "d": 3, "h": 3},
        "one example": {"n": 1, "d": 3, "h": 2, "add_bias": True},
    },
)
def shape_explorer(n: int, d: int, h: int, add_bias: bool) -> Result:
    """Draw four products of X (n, d) and W (d, h): which run, and what shape they give."""
    rng = np.random.default_rng(0)
    X, W, b = rng.normal(size=(n, d)), rng.normal(size=(d, h)), rng.normal(size=h)
    arrays = {"X": X, "W": W, "X.T": X.T, "W.T": W.T}
    wanted = X @ W + b if add_bias else X @ W
    rows = [_product(product, arrays, b if add_bias else None, wanted) for product in PRODUCTS]
    alt = f"Arrays as boxes. {'; '.join(row.words for row in rows)}.".replace("\n", " ")
    outcomes = {
        product: str(row.boxes[-1].shape) if row.legal else "error"
        for product, row in zip(PRODUCTS, rows, strict=True)
    }
    running = sum(row.legal for row in rows)
    boxes = boxes_panel(rows, 0.5 / max(n, d, h), size=(WIDTH, HEIGHT))
    edge = dict.fromkeys(("left", "right", "top", "bottom"), 0.0)
    picture = Scene(boxes, width=WIDTH, height=HEIGHT, margins=edge, alt=alt)
    return Result(picture, {"wanted": str((n, h)), **outcomes, "run": f"{running} of 4"})


def _product(
    product: str,
    arrays: dict[str, NDArray[np.float64]],
    b: NDArray[np.float64] | None,
    wanted: NDArray[np.float64],
) -> ShapeRow:
    """Compute one product, with the bias added where there is one, as a row of boxes."""
    left, right = product.split(" @ ")
    first, second = arrays[left], arrays[right]
    items: list[Box | str] = [Box(left, first.shape), "@", Box(right, second.shape)]
    if first.shape[1] != second.shape[0]:
        note = f"error: {first.shape[1]} is not {second.shape[0]}"
        return ShapeRow(items, legal=False, note=note)
    made = first @ second
    note = f"{first.shape[1]} meets {second.shape[0]}"
    if b is not None:
        items += ["+", Box("b", b.shape)]
        if broadcast(made.shape, b.shape) is None:
            note = f"error: {made.shape} + {b.shape},\n{made.shape[1]} is not {b.shape[0]}"
            return ShapeRow(items, legal=False, note=note)
        made = made + b
    items += ["=", Box("", made.shape)]
    if product == PRODUCTS[0]:
        return ShapeRow(items, wanted=True, note=note)
    if made.shape != wanted.shape:
        return ShapeRow(items, note=f"{note},\nother shape")
    same = np.allclose(made, wanted)
    return ShapeRow(items, note=f"{note}, right shape,\n{'the same' if same else 'wrong'} numbers")


@experiment(
    id="E00.2",
    title="Broadcast trap",
    controls={
        "n": Menu((1, 5, 100, 1000, 100_000), 5, label="examples n"),
        "pred": Menu(("(n,)", "(n, 1)"), "(n, 1)", label="shape of pred"),
        "y": Menu(("(n,)", "(n, 1)"), "(n,)", label="shape of y"),
    },
    predict=Choice(
        "`pred` is (1000, 1) and `y` is (1000,). What is the shape of `pred - y`?",
        ("(1000,)", "(1000, 1)", "(1000, 1000)", "none: it is an error"),
        answer=2,
        why="Lined up from the right, 1 meets 1000 and stretches, then 1000 meets nothing and "
        "stretches y.",
    ),
    read_off=Choice(
        "How much memory does the table need at n = 100000?",
        ("0.8 MB", "80 MB", "80 GB"),
        answer=2,
        why="It holds 100000 times 100000 numbers of 8 bytes each.",
    ),
    settings=[
        {"n": 1},
        {"n": 5},
        {"n": 5, "y": "(n, 1)"},
        {"n": 1000},
        {"n": 100_000},
    ],
    scenarios={
        "the opening": {"n": 5},
        "both are columns": {"n": 5, "y": "(n, 1)"},
        "one example": {"n": 1},
        "too large": {"n": 100_000},
    },
)
def broadcast_trap(n: int, pred: str, y: str) -> Result:
    """Subtract the truth from the predictions of a perfect model; nothing large is ever made."""
    kinds: dict[str, Shape] = {"(n,)": (n,), "(n, 1)": (n, 1)}
    shape = broadcast(kinds[pred], kinds[y])
    assert shape is not None
    count = int(np.prod(shape, dtype=np.int64))
    # The mean of (y_i - y_j)**2 over all pairs is twice the variance of y.
    loss = 2 * float(np.linspace(1, 5, n).var()) if count > n else 0.0
    values = {
        "shape of pred - y": str(shape),
        "numbers": f"{count:,}",
        "memory": in_bytes(8 * count),
        "loss of a perfect model": f"{loss:.2f}",
    }
    return Result(trap_scene(kinds[pred], kinds[y], shape, loss), values)


EXPERIMENTS = (shape_explorer, broadcast_trap)
