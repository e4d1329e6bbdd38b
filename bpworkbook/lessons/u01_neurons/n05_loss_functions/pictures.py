"""The pictures of lesson 05, and the small computations behind them."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from bpworkbook.figures import COLORS, Picture, figure, house_style, number
from bpworkbook.nn.validation import FloatArray

LOSSES = ("squared error", "cross-entropy")
STYLES: Mapping[str, tuple[str, str]] = {
    "squared error": ("red", "--"),
    "cross-entropy": ("blue", "-"),
}


def loss_and_slope(z: FloatArray, label: int, loss: str) -> tuple[FloatArray, FloatArray]:
    """Return the loss of one sigmoid unit at each score, and its slope along the score.

    Parameters
    ----------
    z : array (m,)
        Scores.
    label : int
        0 or 1.
    loss : str
        One of `LOSSES`.

    Examples
    --------
    >>> value, slope = loss_and_slope(np.array([0.0]), 1, "cross-entropy")
    >>> print(f"{value[0]:.3f} {slope[0]:.3f}")
    0.693 -0.500
    """
    p = 1 / (1 + np.exp(-z))
    if loss == "squared error":
        return (p - label) ** 2, 2 * (p - label) * p * (1 - p)
    return np.logaddexp(0, z) - z * label, p - label


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


def draw_tangent(ax: Axes, z: float, value: float, slope: float) -> None:
    """Draw a short piece of the tangent at a point of a loss curve, and the point."""
    half = 1.6 / np.hypot(1.0, slope)
    ends = np.array([-half, half])
    ax.plot(z + ends, value + slope * ends, "-", color=COLORS["ink"], linewidth=2.6, zorder=4)
    ax.plot(z, value, "o", color=COLORS["ink"], markersize=7, zorder=5)
