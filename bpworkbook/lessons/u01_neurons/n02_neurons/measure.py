"""Lesson 02: what its cells measure, and the pictures of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpworkbook import nn
from bpworkbook.figures import Dots, Levels, Line, Panel, Scene
from bpworkbook.lessons.u01_neurons.n02_neurons import lif

PAUSE, NOISE, SEEDS = 0.01, 3.0, 5
"""Of the noisy cell: dead time after a spike, noise in one second, runs."""


def spike_rates(currents: Any) -> Any:
    """Return the spikes per second of a leaky cell, counted over two seconds.

    Examples
    --------
    >>> spike_rates([0, 50, 100]).tolist()
    [0.0, 0.0, 71.5]
    """
    return np.array(
        [len(lif.trace(each, lif.LEAK, lif.THRESHOLD, 2.0)[1]) / 2 for each in currents]
    )


def line_picture(currents: Any, rates: Any, slope: float, offset: float) -> Scene:
    """Return the measured rates of a cell and the straight line nearest to them.

    Examples
    --------
    >>> line_picture(np.array([0.0, 100.0]), np.array([0.0, 70.0]), 0.7, -10.0).alt[:38]
    'Dots: the cell is silent, then fires m'
    """
    ends = np.array([0.0, 300.0])
    told = (
        "dots: the cell is silent, then fires more and more; the straight line nearest to the dots "
        f"starts at {offset:.0f} spikes per second, below 0"
    )
    panel = Panel(
        Levels({"no spikes": 0.0}),
        Line(ends, slope * ends + offset, "nearest line", color="red", dash="--"),
        Dots(currents, rates, "cell", marker="o", size=7, fill="yellow"),
        xlabel="current I", ylabel="spikes per second", xlim=(-5, 310), ylim=(-45, 300),
        xticks=(0, 50, 100, 150, 200, 250, 300), legend="upper left", told=told,
    )  # fmt: skip
    return Scene(panel, width=5.6, height=3.0, margins={"top": 0.15})


@dataclass(frozen=True)
class Comparison:
    """Rates of cells over the current, beside the model that stands for each."""

    currents: Any
    plain: Any
    relu: Any
    noisy: Any
    sigmoid: Any

    @property
    def relative(self) -> Any:
        """How far ReLU is from the cell, as a share of the cell's rate, where it fires."""
        fires = self.plain > 0
        return np.where(fires, np.abs(self.relu - self.plain) / np.where(fires, self.plain, 1), 0)

    def worst_above(self, current: float) -> float:
        """Return ReLU's largest relative error at this current and above."""
        return float(self.relative[self.currents >= current].max())

    @property
    def worst_relu(self) -> tuple[float, float]:
        """The current at which ReLU errs most, and by how many spikes per second."""
        error = np.abs(self.relu - self.plain)
        at = int(error.argmax())
        return float(self.currents[at]), float(error[at])

    @property
    def worst_sigmoid(self) -> float:
        """How far the sigmoid is from the mean of the noisy runs, at most."""
        return float(np.abs(self.sigmoid - self.noisy.mean(axis=0)).max())


def compare() -> Comparison:
    """Return a plain cell beside ReLU, and noisy cells with dead time beside a sigmoid.

    ReLU's weight and bias are read off threshold and leak. The sigmoid's height, gain and place
    are those that fit best.

    Examples
    --------
    >>> found = compare()
    >>> bool(found.worst_above(100) < 0.05)
    True
    """
    currents = np.linspace(0, 300, 31)
    relu = nn.relu(currents / lif.THRESHOLD - lif.LEAK / 2)
    noisy = lif.noisy_rates(currents, PAUSE, NOISE, SEEDS)
    return Comparison(
        currents, lif.exact_rate(currents, lif.LEAK, lif.THRESHOLD), relu, noisy,
        _nearest_sigmoid(currents, noisy.mean(axis=0)),
    )  # fmt: skip


def _nearest_sigmoid(x: Any, y: Any) -> Any:
    """Return the sigmoid of x that is nearest to y, over a grid of gains and places."""
    gain = np.linspace(0.01, 0.08, 71)[:, None, None]
    place = np.linspace(40, 140, 101)[None, :, None]
    shapes = nn.sigmoid(gain * (x - place))
    heights = (shapes * y).sum(axis=-1) / (shapes**2).sum(axis=-1)
    fits = heights[..., None] * shapes
    errors = ((fits - y) ** 2).sum(axis=-1)
    return fits[np.unravel_index(errors.argmin(), errors.shape)]


def comparison_picture(found: Comparison) -> Scene:
    """Return both comparisons as panels: curves of cells, and their models dashed.

    Examples
    --------
    >>> "ReLU" in comparison_picture(compare()).alt
    True
    """
    fine = np.linspace(0, 300, 301)
    where, worst = found.worst_relu
    left = Panel(
        Line(fine, lif.exact_rate(fine, lif.LEAK, lif.THRESHOLD), "cell", color="blue", dash="-"),
        Line(found.currents, found.relu, "ReLU(I - 25)", color="red", dash="--"),
        title="A cell with a leak", xlabel="current I", ylabel="spikes per second",
        xlim=(0, 300), ylim=(0, 300), xticks=(0, 100, 200, 300), legend="upper left",
        told="ReLU runs along the rate of the cell for strong currents; the largest gap is "
        f"{worst:.0f} spikes per second at {where:.0f}, where the cell starts",
    )  # fmt: skip
    many = np.tile(found.currents, SEEDS)
    right = Panel(
        Dots(many, found.noisy.ravel(), "cell, 5 runs", marker="o", size=4, fill="sky", width=0.6),
        Line(found.currents, found.sigmoid, "nearest sigmoid", color="red", dash="--"),
        title="With noise and pauses", xlabel="current I", ylabel="spikes per second",
        xlim=(0, 300), ylim=(0, 100), xticks=(0, 100, 200, 300), legend="upper left",
        told=f"with noise and a pause after each spike, a sigmoid misses the rates by at most "
        f"{found.worst_sigmoid:.0f}",
    )  # fmt: skip
    return Scene(left, right, width=6.8, height=3.0, margins={"left": 0.6, "right": 0.2})


def half_plane(fires: Callable[[Any], Any], points: int = 10_000) -> tuple[float, float]:
    """Return how much of a disc lies on a neuron's side, and the direction of that side.

    Parameters
    ----------
    fires : callable
        Takes points (n, 2) and says which are on the neuron's side.
    points : int
        Spread evenly over a disc of radius 4.

    Returns
    -------
    tuple of float
        The share, and the angle of the mean of these points in degrees.

    Examples
    --------
    >>> share, angle = half_plane(lambda X: X[:, 1] > 0)
    >>> round(share, 2), round(angle)
    (0.5, 90)
    """
    # A sunflower: evenly spread, and no two points on one radius.
    k = np.arange(points) + 0.5
    radius, turn = 4 * np.sqrt(k / points), np.pi * (1 + np.sqrt(5)) * k
    X = np.stack([radius * np.cos(turn), radius * np.sin(turn)], axis=1)
    side = X[np.asarray(fires(X), dtype=bool)]
    middle = side.mean(axis=0) - X.mean(axis=0)
    return len(side) / points, float(np.degrees(np.arctan2(middle[1], middle[0])))
