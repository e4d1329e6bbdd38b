"""Lesson 04: the pictures of its ordinary cells."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from bpworkbook.datasets import xor
from bpworkbook.figures import (
    COLORS,
    Picture,
    draw_decision,
    draw_dots,
    figure,
    house_style,
)
from bpworkbook.lessons.u01_neurons.n04_forward_propagation.answers import mlp_forward, step
from bpworkbook.lessons.u01_neurons.n04_forward_propagation.xor import xor_network
from bpworkbook.nn.validation import FloatArray


def opening_maps(answer: Callable[[FloatArray], FloatArray]) -> Picture:
    """Show the plane as a trained network sees it, beside a network of nine numbers.

    Parameters
    ----------
    answer : callable
        Takes points (m, 2) and returns their probabilities of class 1, (m, 1).
    """
    X, y = xor()
    said = answer(X)
    fig, (left, right) = figure(
        6.2, 3.3, ncols=2, margins={"left": 0.5, "right": 0.15, "bottom": 0.85, "wspace": 0.6}
    )

    def by_hand(points: FloatArray) -> Any:
        return step(mlp_forward(points, xor_network(), step)[0])

    # Rounded: what is left after the second decimal is noise, and the map would draw it.
    draw_decision(
        left, lambda x: np.round(answer(x), 2), X, y, title="4,417 numbers, trained",
        limits=(-0.3, 1.3, -0.3, 1.3), grid=61,
    )  # fmt: skip
    draw_decision(
        right, by_hand, X, y, title="9 numbers, set by hand", limits=(-0.3, 1.3, -0.3, 1.3)
    )
    with house_style():
        for ax in (left, right):
            ax.set(xlabel="x1", ylabel="x2", xticks=[0, 1], yticks=[0, 1])
        for spot, value in zip(X, said[:, 0], strict=True):
            left.annotate(
                f"{value:.2f}", spot, xytext=(0, -16), textcoords="offset points", ha="center",
                fontsize=9,
            )  # fmt: skip
        marks, words = left.get_legend_handles_labels()
        fig.legend(marks, words, loc="lower center", ncols=3, frameon=False)
    return Picture(
        fig,
        "Two maps of the XOR points. The trained network of 4,417 numbers answers "
        f"{said.min():.2f} to {said.max():.2f} for all of them and leaves the plane in one "
        "colour; the network of 9 numbers set by hand draws a diagonal band around (0, 1) and "
        "(1, 0) and has all four right.",
    )


def activations_picture(
    cache: Sequence[FloatArray], out: FloatArray, rows: Sequence[int], labels: Any
) -> Picture:
    """Show what each layer of a digit classifier holds for a few of its images.

    Parameters
    ----------
    cache : list of arrays
        The inputs of the three layers: images (n, 64), then (n, 32) and (n, 16).
    out : array (n, 10)
        The scores.
    rows : sequence of int
        Which images.
    labels : array (n,)
        The right digits.
    """
    sides = ((8, 8), (4, 8), (4, 4))
    titles = ("input\n8 x 8 = 64", "after layer 1\n32 values", "after layer 2\n16 values",
              "output\n10 scores")  # fmt: skip
    fig, axes = figure(
        6.6, 1.05 + 1.35 * len(rows), nrows=len(rows), ncols=4, squeeze=False,
        width_ratios=(1, 1.6, 1, 2.2),
        margins={"left": 0.15, "right": 0.1, "top": 0.6, "bottom": 0.45, "wspace": 0.3,
                 "hspace": 0.3},
    )  # fmt: skip
    reach = [max(float(layer[list(rows)].max()), 1e-12) for layer in cache]
    told = []
    for line, row in enumerate(rows):
        for place, side in enumerate(sides):
            image = cache[place][row].reshape(side)
            _draw_cells(axes[line, place], image, reach[place])
        _draw_scores(axes[line, 3], out[row], int(labels[row]))
        told.append(f"the digit {labels[row]} scores highest as {int(out[row].argmax())}")
    with house_style():
        for ax, title in zip(axes[0], titles, strict=True):
            ax.set_title(title, fontsize=9, fontweight="normal", loc="center")
        axes[-1, 3].set_xlabel("digit (the right one hatched)")
    return Picture(
        fig,
        f"Activations of a trained digit classifier, layer by layer, for {len(rows)} images: "
        "64 pixels become 32 values, then 16, then 10 scores. In both hidden layers ReLU leaves "
        f"some units at 0, others for each image; {' and '.join(told)}.",
    )


def _draw_cells(ax: Axes, values: FloatArray, reach: float) -> None:
    """Draw the values of one layer as cells: white is 0, black the largest of these images."""
    with house_style():
        ax.imshow(values, cmap="gray_r", vmin=0, vmax=reach)
        # Minor ticks lie between the cells: their grid lines part the cells.
        ax.set_xticks(np.arange(0.5, values.shape[1] - 1), minor=True)
        ax.set_yticks(np.arange(0.5, values.shape[0] - 1), minor=True)
        ax.set(xticks=[], yticks=[], axisbelow=False)
        ax.grid(False)
        ax.grid(True, which="minor", color=COLORS["pale"], linewidth=0.6)
        ax.tick_params(which="minor", length=0)
        for edge in ax.spines.values():
            edge.set_visible(True)


def _draw_scores(ax: Axes, scores: FloatArray, label: int) -> None:
    with house_style():
        right = [digit == label for digit in range(10)]
        ax.bar(
            range(10), scores, edgecolor=COLORS["ink"], width=0.7,
            color=[COLORS["orange" if hit else "sky"] for hit in right],
            hatch=["///" if hit else "" for hit in right],
        )  # fmt: skip
        ax.axhline(0, color=COLORS["ink"], linewidth=0.8, linestyle="-")
        ax.set(xticks=range(10), yticks=[])
        ax.tick_params(length=0)
        ax.grid(False)


def error_chart(errors: Mapping[str, Sequence[float]], without: float) -> Picture:
    """Show how a fit's error falls with the width, and where it stays without an activation.

    Parameters
    ----------
    errors : mapping of str to sequence of float
        The errors of several seeds, by width.
    without : float
        The error without an activation, whatever the width.
    """
    fig, ax = figure(height=3.2)
    draw_dots(ax, errors, ylabel="error", yscale="log")
    with house_style():
        ax.axhline(without, color=COLORS["ink"], linestyle="--", linewidth=1.4)
        ax.annotate(
            "no activation, any width", (0.99, without), xycoords=("axes fraction", "data"),
            xytext=(0, 4), textcoords="offset points", ha="right", fontsize=9,
        )  # fmt: skip
        ax.set(title="Distance from the sine", xlabel="units in the hidden layer")
        ax.set_ylim(None, 1.2)
    middle = [f"{float(np.median(runs)):.1g}" for runs in errors.values()]
    first, *_, last = errors
    return Picture(
        fig,
        f"Dots, one for each seed, and a bar at the median: from {first} to {last} units the "
        f"median error falls from {middle[0]} to {middle[-1]}. Without an activation it is "
        f"{without:.2f} at every width.",
    )
