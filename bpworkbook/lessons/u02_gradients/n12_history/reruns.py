"""The three experiments of 1986 from many starts, and what came of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n12_history import nets


@dataclass(frozen=True)
class Runs:
    """Many trainings side by side.

    Parameters
    ----------
    params : tuple of four arrays
        At the end, with one axis more in front: the starts.
    sweeps : array of int, shape (starts,)
        When all outputs were first on their right sides of one half, to 25 sweeps; -1 for never.
    """

    params: nets.Params
    sweeps: Any

    @property
    def learnt(self) -> Any:
        """The sweeps of those that learnt the task, in order."""
        return np.sort(self.sweeps[self.sweeps >= 0])

    def net(self, seed: int) -> nets.Params:
        """Return one of the trained nets."""
        W1, b1, W2, b2 = self.params
        return W1[seed], b1[seed, 0], W2[seed], b2[seed, 0]

    def largest_output(self, X: Any) -> Any:
        """Return the largest output of each net that did not learn the task."""
        outputs = nets.forward(self.params, X)[1]
        return outputs[self.sweeps < 0].max(axis=(-2, -1))


def run(
    sizes: tuple[int, int, int],
    table: tuple[Any, Any],
    count: int,
    sweeps: int,
    lr: float,
    momentum: float = 0.0,
    spread: float = 0.3,
) -> Runs:
    """Train ``count`` nets from the seeds 0, 1, 2, ...

    Examples
    --------
    >>> run((2, 2, 1), nets.xor_table(), count=3, sweeps=50, lr=0.5).sweeps.tolist()
    [-1, -1, -1]
    """
    X, Y = table
    first = np.full(count, -1)
    begin = params = nets.starts(sizes, range(count), spread)
    for sweep, params in enumerate(nets.training(begin, X, Y, sweeps, lr, momentum)):
        if sweep % 25 == 0:
            first[(first < 0) & nets.right_by_half(params, X, Y)] = sweep
    return Runs(params, first)


def xor_runs(count: int = 200) -> Runs:
    """Train XOR with two hidden units: rate 0.5, momentum 0.9, 3,000 sweeps."""
    return run((2, 2, 1), nets.xor_table(), count, 3000, lr=0.5, momentum=0.9)


def symmetry_runs(lr: float, count: int = 20) -> Runs:
    """Train the symmetry task as in Nature: momentum 0.9, starts from -0.3 to 0.3."""
    return run((6, 2, 1), nets.symmetry_table(), count, 3000, lr, momentum=0.9)


def mirror_gap(W1: Any) -> float:
    """Return how far mirror weights are from being opposite, relative to the largest weight.

    Examples
    --------
    >>> mirror_gap(np.array([[1.0], [2.0], [-2.0], [-1.0]]))
    0.0
    """
    return float(np.abs(W1 + W1[::-1]).max() / np.abs(W1).max())


def size_ratio(weights: Any) -> list[float]:
    """Return the sizes of half of a unit's weights, smallest first, relative to the smallest.

    Examples
    --------
    >>> size_ratio(np.array([3.0, -6.0, 12.0, -12.0, 6.0, -3.0]))
    [1.0, 2.0, 4.0]
    """
    sizes = np.sort(np.abs(weights[: len(weights) // 2]))
    return [float(size / max(sizes[0], 1e-12)) for size in sizes]


def undecided(codes: Any, low: float = 0.2, high: float = 0.8) -> int:
    """Count hidden values that are neither near 0 nor near 1.

    Examples
    --------
    >>> undecided(np.array([[0.1, 0.5], [0.9, 0.3]]))
    2
    """
    return int(((codes > low) & (codes < high)).sum())


def report(xor: Runs, symmetry: dict[float, Runs]) -> str:
    """Return what came of XOR, and of the symmetry task at the rates 0.1 and 0.02, in words."""
    lines = [
        f"XOR: {xor.learnt.size} of {xor.sweeps.size} starts learnt it, "
        f"half of them in {np.median(xor.learnt):.0f} sweeps"
    ]
    for lr, runs in symmetry.items():
        lines.append(
            f"symmetry, rate {lr}: {runs.learnt.size} of {runs.sweeps.size} starts learnt it, "
            f"in {runs.learnt[0]} to {runs.learnt[-1]} sweeps"
        )
    silent = max(symmetry[0.1].largest_output(nets.symmetry_table()[0])) < 0.01
    ratios = [size_ratio(unit[:, 0]) for unit in symmetry[0.02].params[0]]
    near = sum(abs(two - 2) < 0.1 and abs(four - 4) < 0.1 for _, two, four in ratios)
    products = 1425 * 64 * (2 * (6 * 2 + 2) + 2)  # forward, slopes of the weights, back to h
    return "\n".join(
        [
            *lines,
            f"all outputs of those that did not learn are below 0.01: {silent}",
            f"sizes 1 : 2 : 4 at rate 0.02: {near} of {len(ratios)} starts; start 7 has "
            + " : ".join(f"{size:.1f}" for size in ratios[7]),
            f"products of two numbers in 1,425 sweeps: {products / 1e6:.1f} million",
        ]
    )
