"""A nerve cell and its model, one above the other, part below part."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpworkbook.figures import Area, Line, Panel, Scene, Text
from bpworkbook.figures.scene_marks import Mark

Point = tuple[float, float]

SOMA: Point = (6.0, 6.3)
INPUTS = (7.75, 6.3, 4.85)
STRENGTH = (0.28, 0.18, 0.38)
"""Radii of the three synapses, and widths of the lines of the three weights in tenths."""

MODEL = (2.9, 1.9, 0.9)
SUM: Point = (6.0, 1.9)
BEND: Point = (8.2, 1.9)
COLUMNS = {
    "other cells": (0.1, 1.6),
    "synapse": (1.65, 3.05),
    "dendrite": (3.15, 4.65),
    "soma": (4.75, 7.2),
    "axon": (7.3, 12.05),
}


def neuron_beside_model() -> Scene:
    """Return a nerve cell with its parts named, and below each part what stands for it in a model.

    Examples
    --------
    >>> "synapse" in neuron_beside_model().alt
    True
    """
    marks = [*_columns(), *_cell(), *_cell_words(), *_model()]
    told = (
        "Above, a nerve cell: signals of other cells arrive at synapses, run along dendrites to "
        "the soma, and spikes leave on the axon. Below, its model, part under part: inputs x, a "
        "weight w for each synapse, the products w·x for the dendrites, z = w·x + b for the soma, "
        "a = f(z) for the axon"
    )
    panel = Panel(
        *marks, frame=False, equal=True, xlim=(0, 12.2), ylim=(0, 9.2), legend="", told=told
    )
    return Scene(
        panel, width=7.0, height=5.3,
        margins={"left": 0.02, "right": 0.02, "top": 0.02, "bottom": 0.02}, alt=f"{told}.",
    )  # fmt: skip


def _columns() -> list[Mark]:
    """Return a band for each pair of parts that belong together, every other one pale."""
    marks: list[Mark] = []
    for index, (word, (left, right)) in enumerate(COLUMNS.items()):
        if index % 2:
            sides = [left, right, right, left]
            marks.append(Area(sides, [0.15, 0.15, 9.1, 9.1], fill="pale", edge="none"))
        marks.append(Text((left + right) / 2, 8.8, word, size=10, bold=True))
    return marks


def _cell() -> list[Mark]:
    """Return the cell as one outline: every part drawn dark and wide first, then filled."""
    x, y = SOMA
    limbs = [limb for height in INPUTS for limb in _dendrite(height)]
    axon = _limb([(x + 0.6, y), (8.9, y - 0.05), (10.55, y + 0.1)], 0.62, 0.13)
    tips = [(11.45, y + 1.15), (11.7, y), (11.45, y - 1.15)]
    fork = (10.5, y + 0.1)
    twigs = [_limb([fork, (11.1, (fork[1] + 2 * tip[1]) / 3), tip], 0.13, 0.09) for tip in tips]
    ends = [_blob(tip, 0.17, bumps=0) for tip in tips]
    marks = _joined([*limbs, axon, *twigs, *ends, _blob(SOMA, 1.0)], "sky")
    marks += [_sheath(left, y - 0.01 + 0.04 * (left > 9.3)) for left in (7.85, 8.75, 9.65)]
    marks.append(Area(*_blob(SOMA, 0.36, bumps=0), fill="yellow", edge="ink"))
    for height, radius in zip(INPUTS, STRENGTH, strict=True):
        knob = (2.42 - radius, height)
        stem = _limb([(0.25, height), knob], 0.14, 0.12)
        marks += _joined([stem, _blob(knob, radius, bumps=0)], "orange")
    return marks


def _joined(shapes: Sequence[tuple[Any, Any]], fill: str) -> list[Mark]:
    outlines: list[Mark] = [Area(*shape, fill=fill, edge="ink", width=3.0) for shape in shapes]
    return outlines + [Area(*shape, fill=fill, edge="none") for shape in shapes]


def _dendrite(height: float) -> list[tuple[Any, Any]]:
    x, y = SOMA
    root = (x - 0.5, y + 0.35 * (height - y))
    branch = _limb([root, (4.0, (2 * height + y) / 3), (2.52, height)], 0.4, 0.13)
    fork = (3.5, (3 * height + y) / 4)
    side = (3.3, fork[1] + (0.6 if height > y else -0.6))
    return [branch, _limb([fork, side], 0.14, 0.06)]


def _limb(path: Sequence[Point], wide: float, narrow: float) -> tuple[Any, Any]:
    """Return the outline of a bent, tapering limb along a path of two or three points."""
    points = np.array(path, dtype=float)
    t = np.linspace(0, 1, 25)[:, None]
    if len(points) == 3:
        # Through the middle point, not only towards it.
        bend = 2 * points[1] - (points[0] + points[2]) / 2
        spine = (1 - t) ** 2 * points[0] + 2 * t * (1 - t) * bend + t**2 * points[2]
    else:
        spine = (1 - t) * points[0] + t * points[1]
    along = np.gradient(spine, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    half = (wide + (narrow - wide) * np.sqrt(t)) / 2
    outline = np.concatenate([spine + half * across, (spine - half * across)[::-1]])
    return outline[:, 0], outline[:, 1]


def _blob(centre: Point, radius: float, bumps: float = 0.06) -> tuple[Any, Any]:
    turn = np.linspace(0, 2 * np.pi, 73)
    r = radius * (1 + bumps * np.cos(3 * turn) + bumps / 2 * np.sin(5 * turn))
    return centre[0] + r * np.cos(turn), centre[1] + r * np.sin(turn)


def _sheath(left: float, y: float) -> Area:
    turn = np.linspace(0, 2 * np.pi, 49)
    # A rounded box: a circle raised to the fourth power.
    x = left + 0.4 + 0.4 * np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.5
    return Area(x, y + 0.24 * np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.5, fill="white")


def _cell_words() -> list[Mark]:
    words = ("send", "passes on", "collects", "adds up", "carries spikes away")
    middles = [(left + right) / 2 for left, right in COLUMNS.values()]
    marks: list[Mark] = [Text(x, 8.4, word) for x, word in zip(middles, words, strict=True)]
    marks.append(Line([0.15, 12.05], [4.05, 4.05], color="grey", dash=":", width=1.2))
    names = ("input x", "weight w", "w·x", "z = w·x + b", "a = f(z)")
    return marks + [Text(x, 3.7, name, size=10) for x, name in zip(middles, names, strict=True)]


def _model() -> list[Mark]:
    """Return the model: inputs, weights as lines of different width, a sum, a bend."""
    x, y = SUM
    marks: list[Mark] = []
    for k, (height, strength) in enumerate(zip(MODEL, STRENGTH, strict=True), start=1):
        end = (x, y + 0.3 * (height - y))
        marks.append(Line([0.85, 2.35], [height] * 2, color="ink", dash="-", width=1.4))
        marks.append(
            Line([2.35, 3.0, end[0]], [height, height, end[1]], color="ink", dash="-",
                 marker="none", width=10 * strength)
        )  # fmt: skip
        marks.append(Area(*_blob((0.85, height), 0.36, bumps=0), fill="orange"))
        marks.append(Text(0.85, height, f"x{k}", size=10))
        marks.append(Area(*_blob((2.35, height), 0.3, bumps=0), fill="white", edge="ink"))
        marks.append(Text(2.35, height, f"w{k}", size=9))
    marks.append(Line([x, 11.2], [y, y], color="ink", dash="-", width=1.8, arrow=True))
    marks += [Area(*_blob(SUM, 0.75, bumps=0), fill="sky"), Text(*SUM, "Σ + b", size=11)]
    left, right = BEND[0] - 0.75, BEND[0] + 0.75
    sides = [left, right, right, left]
    marks.append(Area(sides, [y - 0.75, y - 0.75, y + 0.75, y + 0.75], fill="white"))
    z = np.linspace(-1, 1, 41)
    marks.append(
        Line(BEND[0] + 0.6 * z, y - 0.5 + 1.0 / (1 + np.exp(-6 * z)), color="red", dash="-",
             width=2.2)
    )  # fmt: skip
    marks.append(Text(left + 0.22, y + 0.5, "f", size=10))
    marks.append(Text(11.35, y, "a", size=11, bold=True, align="left"))
    return marks
