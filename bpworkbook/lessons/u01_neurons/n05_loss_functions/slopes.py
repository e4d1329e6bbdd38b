"""Two losses of one sigmoid unit against its score, their slopes, and the picture of both."""

from collections.abc import Mapping

import numpy as np

from bpworkbook.figures import Dots, Line, Panel, Scene, number, short
from bpworkbook.nn.validation import FloatArray

LOSSES = ("squared error", "cross-entropy")
STYLES: Mapping[str, tuple[str, str]] = {
    "squared error": ("red", "--"),
    "cross-entropy": ("blue", "-"),
}
"""Colour and line style of each loss."""

_SCORES = np.linspace(-8, 8, 161)
_HALF = 1.6  # of the tangent, in units of the score where it is level
_EDGE = 8 + _HALF
_TICKS = (-8, -4, 0, 4, 8)


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


def slope_scene(z: float, label: int, loss: str, ratio: float) -> Scene:
    """Draw both losses and both slopes, with one loss at one score marked.

    Parameters
    ----------
    z : float
        The score.
    label : int
        0 or 1.
    loss : str
        The loss that is marked, one of `LOSSES`.
    ratio : float
        How many times steeper cross-entropy is there.

    Examples
    --------
    >>> print(slope_scene(0.0, 1, "cross-entropy", 2.0).alt)  # doctest: +ELLIPSIS
    Loss and slope of a sigmoid unit against its score. At z = 0, label 1, cross-entropy is 0.693...
    """
    value, slope = (float(part[0]) for part in loss_and_slope(np.array([z]), label, loss))
    losses, slopes = [], []
    for name in LOSSES:
        color, dash = STYLES[name]
        heights, steepness = loss_and_slope(_SCORES, label, name)
        width = 2.2 if name == loss else 1.2
        losses.append(Line(_SCORES, heights, name, color=color, dash=dash, width=width))
        slopes.append(Line(_SCORES, steepness, color=color, dash=dash, width=width))
    half = _HALF / np.hypot(1.0, slope)
    ends = np.array([-half, half])
    left = Panel(
        *losses,
        Line(z + ends, value + slope * ends, color="ink", width=2.6),
        Dots([z], [value], size=7, fill="ink"),
        xlabel="score z", ylabel="loss", title=f"Loss, label {label}",
        xlim=(-_EDGE, _EDGE), ylim=(-0.4, 8.4), xticks=_TICKS, yticks=range(9),
        legend="upper right" if label else "upper left",
    )  # fmt: skip
    right = Panel(
        Line([-_EDGE, _EDGE], [0, 0], color="grey", width=1),
        *slopes,
        Line([z, z], [0, slope], color="ink", width=2),
        Dots([z], [slope], size=7, fill="ink"),
        xlabel="score z", ylabel="slope", title=f"Slope {number(slope)}",
        xlim=(-_EDGE, _EDGE), ylim=(-1.1, 0.15) if label else (-0.15, 1.1), xticks=_TICKS,
        yticks=[(k - 5 * label) / 5 for k in range(6)],
    )  # fmt: skip
    alt = (
        f"Loss and slope of a sigmoid unit against its score. At z = {short(z)}, label {label}, "
        f"{loss} is {number(value)} and its slope {number(slope)}; "
        f"cross-entropy is {number(ratio)} times steeper than squared error."
    )
    return Scene(left, right, height=3.2, margins={"left": 0.55, "wspace": 0.7}, alt=alt)
