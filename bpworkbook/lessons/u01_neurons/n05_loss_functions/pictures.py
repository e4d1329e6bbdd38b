"""The race of two losses: one unit trained twice, and the picture of it."""

from collections.abc import Mapping

import numpy as np

from bpworkbook.figures import COLORS, Picture, figure, house_style, number
from bpworkbook.lessons.u01_neurons.n05_loss_functions.slopes import (
    LOSSES,
    STYLES,
    loss_and_slope,
)
from bpworkbook.nn.validation import FloatArray


def race(start: float = -6.0, lr: float = 1.0, steps: int = 300) -> dict[str, FloatArray]:
    """Train one sigmoid unit with label 1 by each loss; return its p before each step.

    >>> paths = race(steps=100)
    >>> {name: round(float(p[-1]), 3) for name, p in paths.items()}
    {'squared error': 0.005, 'cross-entropy': 0.989}
    """
    paths = {}
    for loss in LOSSES:
        z = np.array([start])
        scores = [start]
        for _ in range(steps):
            z = z - lr * loss_and_slope(z, 1, loss)[1]
            scores.append(float(z[0]))
        paths[loss] = 1 / (1 + np.exp(-np.array(scores)))
    return paths


def race_picture(paths: Mapping[str, FloatArray]) -> Picture:
    """Draw p against the step for each loss, with the step at which p passes 0.5."""
    fig, ax = figure(height=3.0, margins={"right": 0.3})
    told = []
    with house_style():
        for loss, p in paths.items():
            color, line = STYLES[loss]
            passed = int(np.argmax(p > 0.5))
            ax.plot(p, color=COLORS[color], linestyle=line, linewidth=2.2)
            ax.plot(passed, p[passed], "o" if line == "-" else "s", color=COLORS[color])
            words = f"{loss}:\nabove 0.5 from step {passed}"
            late = passed > len(p) / 2
            at, side = ((-10, 6), "right") if late else ((10, -6), "left")
            ax.annotate(
                words,
                (passed, p[passed]),
                at,
                textcoords="offset points",
                ha=side,
                va="bottom" if late else "top",
            )
            told.append(f"with {loss} it passes 0.5 at step {passed}")
        ax.axhline(0.5, color=COLORS["grey"], linestyle=":", linewidth=1.2)
        ax.set(
            xlabel="step",
            ylabel="p, probability of label 1",
            title="Same neuron, same start, two losses",
            ylim=(-0.04, 1.04),
            xlim=(-6, len(p) + 4),
        )
    return Picture(fig, f"A neuron starts at p = {number(float(p[0]))}: {'; '.join(told)}.")
