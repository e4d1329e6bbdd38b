"""Lesson 04: what its experiments draw on their axes."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from bpworkbook.figures import COLORS, house_style
from bpworkbook.lessons.u01_neurons.n04_forward_propagation.xor import XOR_INPUTS
from bpworkbook.nn.validation import FloatArray

FEW = 45  # more bands than this are only a blur


def draw_hidden_units(ax: Axes, b1: float, b2: float) -> None:
    """Draw where each unit turns on: with a white rim, since a boundary may lie just below."""
    for mark in ax.lines:
        mark.set_zorder(4)
    looks = ((b1, "--", "blue"), (b2, (0, (1, 1.2)), "red"))
    with house_style():
        for bias, _, _ in looks:
            ax.axline((0, -bias), slope=-1, color="white", linewidth=4.5, linestyle="-", zorder=3)
        for unit, (bias, line, colour) in enumerate(looks, start=1):
            ax.axline(
                (0, -bias), slope=-1, color=COLORS[colour], linestyle=line, linewidth=2.6, zorder=3,
                label=f"unit {unit} turns on",
            )  # fmt: skip


def name_spots(ax: Axes, h: FloatArray) -> None:
    """Write beside each spot of the hidden plane which inputs have landed there."""
    for spot in sorted({tuple(row) for row in h}):
        here = [f"{int(x[0])}{int(x[1])}" for x, row in zip(XOR_INPUTS, h, strict=True) if
                tuple(row) == spot]  # fmt: skip
        ax.annotate(
            ", ".join(here), spot, xytext=(0, 9), textcoords="offset points", ha="center",
            fontsize=9, bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1},
        )  # fmt: skip


def draw_grids(ax: Axes, out: FloatArray, near: FloatArray) -> None:
    """Draw five lines each way: the stack's wide and pale, the single layer's thin and dashed."""
    wide: dict[str, Any] = {"color": COLORS["sky"], "linewidth": 3.2, "linestyle": "-"}
    thin: dict[str, Any] = {"color": COLORS["ink"], "linewidth": 1.1, "linestyle": "--"}
    with house_style():
        for grid, name, look in ((out, "the stack", wide), (near, "nearest single layer", thin)):
            # One path with gaps: twenty lines of their own would take four times as long to draw.
            lines = np.concatenate([grid[::5], grid.transpose(1, 0, 2)[::5]])
            gaps = np.full((len(lines), 1, 2), np.nan)
            ax.plot(*np.concatenate([lines, gaps], axis=1).reshape(-1, 2).T, **look, label=name)
        ax.set(title="A square grid, after the layers", xlabel="out 1", ylabel="out 2")
        ax.set_aspect("equal", adjustable="datalim")


def draw_pieces(ax: Axes, x: FloatArray, y: FloatArray) -> None:
    """Draw a function made of straight pieces; bands part them while there are few."""
    with house_style():
        ax.grid(False)
        count = len(x) - 1
        if count <= FEW:
            for k in range(0, count, 2):
                ax.axvspan(x[k], x[k + 1], color=COLORS["pale"], linewidth=0)
            ax.plot(x, y, "-", color=COLORS["blue"], marker="o", markersize=3.5)
        else:
            ax.plot(x, y, "-", color=COLORS["blue"], linewidth=0.8)
        word = "piece" if count == 1 else "pieces"
        ax.set(title=f"{count} straight {word}", xlabel="x", ylabel="output")
        ax.set(xlim=(0, 1), yticks=[])


def draw_counts(
    ax: Axes, made: dict[int, int], chance: dict[int, list[int]], width: int, layers: int
) -> None:
    """Draw the number of pieces against the number of layers, on a logarithmic scale."""
    depths = np.array(list(made))
    with house_style():
        ax.axvspan(layers - 0.3, layers + 0.3, color=COLORS["pale"], linewidth=0)
        ax.plot(depths, (width + 1.0) ** depths, ":", color=COLORS["grey"], label="ceiling")
        ax.plot(depths, list(made.values()), "-o", color=COLORS["blue"], label="by hand")
        flat = depths * width + 1
        ax.plot(depths, flat, "--s", color=COLORS["red"], label="all units in one layer")
        for depth, counts in chance.items():
            aside = depth + np.linspace(-0.18, 0.18, len(counts))
            ax.plot(
                aside, counts, "^", color="white", markeredgecolor=COLORS["ink"], markersize=5,
                label="random" if depth == 1 else None,
            )  # fmt: skip
        ax.set(
            title="Pieces", xlabel="hidden layers", yscale="log", xticks=depths, xlim=(0.6, 4.4),
            ylim=(0.8, None),
        )  # fmt: skip
        ax.set_yticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
        ax.minorticks_off()
