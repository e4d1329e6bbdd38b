"""Lesson 04: the panels of its experiments."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from bpworkbook.figures import Area, Dots, Line, Panel, Text, decision_panel
from bpworkbook.figures.alt import join_words
from bpworkbook.figures.scene_marks import Mark
from bpworkbook.lessons.u01_neurons.n04_forward_propagation.xor import XOR_INPUTS, XOR_TARGETS
from bpworkbook.nn.validation import FloatArray

Answer = Callable[[FloatArray], Any]
Window = tuple[float, float, float, float]

INPUTS: Window = (-0.25, 1.25, -0.25, 1.25)
HIDDEN: Window = (-0.4, 1.4, -0.4, 1.4)
GRID = 61
FEW = 45  # more bands than this are only a blur


def inputs_panel(answer: Answer, b1: float, b2: float) -> Panel:
    """Return the plane of the inputs, with a line where each hidden unit turns on.

    Parameters
    ----------
    answer : callable
        Takes points (m, 2) and returns the output's z, (m,).
    b1, b2 : float
        Biases of the two units.

    Examples
    --------
    >>> inputs_panel(lambda x: x.sum(axis=1) - 0.5, -0.5, -1.5).told
    '3 of 4 points on their own side; class 1 fills 78 % of the window'
    """
    x = np.array(INPUTS[:2])
    ends = [-bias - x for bias in (b1, b2)]
    # With a white rim, since a boundary may lie just below.
    lines = [Line(x, y, color="white", dash="-", width=4.5) for y in ends]
    looks = (("blue", "--"), ("red", ":"))
    lines += [
        Line(x, y, f"unit {unit} turns on", color=color, dash=dash, width=2.6)
        for unit, (y, (color, dash)) in enumerate(zip(ends, looks, strict=True), start=1)
    ]
    # Rounded: on the lines of the grid the sign of z must not hang on its last digit.
    return _plane(
        lambda points: answer(np.round(points, 9)) >= 0, XOR_INPUTS, INPUTS, below=lines,
        title="Inputs", xlabel="x1", ylabel="x2",
    )  # fmt: skip


def hidden_panel(h: FloatArray, v1: float, v2: float, c: float) -> Panel:
    """Return the plane of the hidden units, with the inputs and the output's z at each spot.

    Parameters
    ----------
    h : array (4, 2)
        Where the four inputs land.
    v1, v2, c : float
        Weights and bias of the output.

    Examples
    --------
    >>> hidden_panel(np.array([[0, 0], [1, 0], [1, 0], [1, 1]]), 1, -1, -0.5).told
    '00 at (0, 0) with z = -0.5; 01 and 10 at (1, 0) with z = 0.5; 11 at (1, 1) with z = -0.5'
    """
    length = float(np.hypot(v1, v2))
    cell = (HIDDEN[1] - HIDDEN[0]) / (GRID - 1)

    def says_1(points: FloatArray) -> Any:
        z = points @ np.array([v1, v2]) + c
        # A slope as wide as a cell of the grid keeps the slanting boundary straight.
        return np.clip(0.5 + z / (2 * cell * length), 0, 1) if length else z >= 0

    words, told = [], []
    for (x, y), names in _spots(h).items():
        z = f"z = {v1 * x + v2 * y + c:g}"
        words.append(Text(x, y + 0.1, ", ".join(names), valign="bottom", rim=True))
        words.append(Text(x, y - 0.25, z, valign="bottom", rim=True))
        told.append(f"{join_words(names)} at ({x:g}, {y:g}) with {z}")
    return _plane(
        says_1, h, HIDDEN, above=words, title="Hidden layer", xlabel="unit 1", ylabel="unit 2",
        told="; ".join(told),
    )  # fmt: skip


def _spots(h: FloatArray) -> dict[tuple[float, float], list[str]]:
    """Return the inputs that have landed on each spot of the hidden plane."""
    found: dict[tuple[float, float], list[str]] = {}
    for (x1, x2), (x, y) in zip(XOR_INPUTS, h, strict=True):
        found.setdefault((float(x), float(y)), []).append(f"{x1:.0f}{x2:.0f}")
    return found


def _plane(
    says_1: Answer, points: FloatArray, window: Window, *, below: Sequence[Line] = (),
    above: Sequence[Text] = (), **look: Any,
) -> Panel:  # fmt: skip
    plain = decision_panel(says_1, points, XOR_TARGETS, limits=window, grid=GRID)
    field, *dots = plain.marks
    look = {"told": plain.told, **look}
    return Panel(field, *below, *dots, *above, xticks=(0, 1), yticks=(0, 1), **look)


def grids_panel(out: FloatArray, near: FloatArray) -> Panel:
    """Return two grids, five lines each way: the stack's wide and pale, the single layer's dashed.

    Parameters
    ----------
    out, near : array (21, 21, 2)
        Where the points of a square grid have gone.

    Examples
    --------
    >>> grid = np.zeros((21, 21, 2))
    >>> [mark.name for mark in grids_panel(grid, grid).marks]
    ['the stack', 'nearest single layer']
    """
    (x, y), (near_x, near_y) = _path(out), _path(near)
    return Panel(
        Line(x, y, "the stack", color="sky", dash="-", width=3.2),
        Line(near_x, near_y, "nearest single layer", color="ink", dash="--", width=1.1),
        title="A grid after the layers", xlabel="out 1", ylabel="out 2", equal=True,
    )  # fmt: skip


def _path(points: FloatArray) -> Any:
    """Return one path with gaps, for five lines each way."""
    lines = np.concatenate([points[::5], points.transpose(1, 0, 2)[::5]])
    gaps = np.full((len(lines), 1, 2), np.nan)
    return np.concatenate([lines, gaps], axis=1).reshape(-1, 2).T


def pieces_panel(x: FloatArray, y: FloatArray) -> Panel:
    """Return a function made of straight pieces; bands part them while there are few.

    Parameters
    ----------
    x, y : array (pieces + 1,)
        The ends of the pieces.

    Examples
    --------
    >>> pieces_panel(np.array([0.0, 0.5, 1.0]), np.array([0.0, 1.0, 0.0])).title
    '2 straight pieces'
    """
    count = len(x) - 1
    room = 0.06 * float(np.ptp(y)) or 1.0
    low, high = float(y.min()) - room, float(y.max()) + room
    if count <= FEW:
        # A comb: up at the start of a band, down at its end, and along the foot to the next.
        teeth = np.resize([low, high, high, low], 2 * len(x))
        teeth[-1] = low
        marks: list[Mark] = [
            Area(np.repeat(x, 2), teeth, fill="pale", edge="grey", width=0.6),
            Line(x, y, color="blue", dash="-"),
            Dots(x, y, size=3.5, fill="blue", edge="blue"),
        ]
    else:
        marks = [Line(x, y, color="blue", dash="-", width=0.8)]
    word = "piece" if count == 1 else "pieces"
    return Panel(
        *marks, title=f"{count} straight {word}", xlabel="x", ylabel="output", xlim=(0, 1),
        ylim=(low, high), yticks=(), grid="",
    )  # fmt: skip


def counts_panel(
    made: Mapping[int, int], chance: Mapping[int, Sequence[int]], width: int, layers: int
) -> Panel:
    """Return the number of pieces by the number of layers, with a band at the one that is set.

    Parameters
    ----------
    made : mapping of int to int
        Pieces by hand, by the number of layers.
    chance : mapping of int to sequence of int
        Pieces of several random networks, by the number of layers.
    width, layers : int
        Units in a layer, and the number of layers that is set.

    Examples
    --------
    >>> counts_panel({1: 3, 2: 6}, {1: [3, 2], 2: [4, 1]}, 2, 2).names
    ['ceiling', 'by hand', 'all units in one layer', 'random']
    """
    depths = np.array(list(made))
    low, high = 0.8, 3000.0
    aside = [depth + np.linspace(-0.18, 0.18, len(counts)) for depth, counts in chance.items()]
    side = layers + np.array([-0.3, 0.3, 0.3, -0.3])
    flat = depths * width + 1
    return Panel(
        Area(side, [low, low, high, high], fill="pale", edge="grey", width=0.6),
        Line(depths, (width + 1.0) ** depths, "ceiling", color="grey", dash=":"),
        Line(depths, list(made.values()), "by hand", color="blue", dash="-", marker="o"),
        Line(depths, flat, "all units in one layer", color="red", dash="--", marker="s"),
        Dots(np.concatenate(aside), np.concatenate(list(chance.values())), "random",
             marker="^", size=5),
        title="Pieces", xlabel="hidden layers", xlim=(0.6, 4.4), xticks=depths.tolist(),
        yscale="log", ylim=(low, high), yticks=(1, 10, 100, 1000),
    )  # fmt: skip
