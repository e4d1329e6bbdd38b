"""From times to figures: ratios to PyTorch, their range, and the verdict on each bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.bars import (
    LOSS_BAR,
    MEAN_BARS,
    PLANS,
    SKLEARN_BAR,
    Verdict,
    geometric_mean,
)
from benchmarks.peers import REFERENCE, TITLES
from benchmarks.timing import median, ratios

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """The time of a step of one peer, over another's.

    Parameters
    ----------
    ratio : float
        The median over the rounds of all runs.
    low, high : float
        The smallest and the largest of the runs' medians.
    """

    ratio: float
    low: float
    high: float

    def __str__(self) -> str:
        if f"{self.low:.2f}" == f"{self.high:.2f}":
            return f"{self.ratio:.2f}"
        return f"{self.ratio:.2f} ({self.low:.2f}–{self.high:.2f})"


class Results:
    """What the measuring processes found; each result is of one workload in one run.

    Parameters
    ----------
    found : sequence of mapping
        Each with "workload", "threads", "times" (by peer, seconds a step in each round) and
        "differences" (by peer, the largest relative difference of a loss from PyTorch's).
    """

    def __init__(self, found: Sequence[Result]) -> None:
        self.found = list(found)
        self.threads = sorted({result["threads"] for result in found})
        self.workloads = [name for name in PLANS if any(r["workload"] == name for r in found)]

    def runs(self, workload: str, threads: int) -> list[Result]:
        """Return the results of all runs of a workload."""
        return [r for r in self.found if (r["workload"], r["threads"]) == (workload, threads)]

    def peers(self) -> list[str]:
        """Return who was measured anywhere, in the order of ``TITLES``."""
        return [peer for peer in TITLES if any(peer in result["times"] for result in self.found)]

    def milliseconds(self, workload: str, threads: int, peer: str) -> float | None:
        """Return the median time of a step, or None where the peer was not measured."""
        times = [t for run in self.runs(workload, threads) for t in run["times"].get(peer, [])]
        return 1000 * median(times) if times else None

    def figure(
        self, workload: str, threads: int, peer: str, reference: str = REFERENCE
    ) -> Figure | None:
        """Return the time of a peer over the reference's, or None where one was not measured."""
        by_run = [
            ratios(run["times"][peer], run["times"][reference])
            for run in self.runs(workload, threads)
            if peer in run["times"] and reference in run["times"]
        ]
        if not by_run:
            return None
        middles = [median(run) for run in by_run]
        return Figure(median([x for run in by_run for x in run]), min(middles), max(middles))

    def mean(self, threads: int) -> Figure | None:
        """Return the geometric mean over the workloads, or None where one has no figure."""
        figures = [self.figure(name, threads, "ours") for name in self.workloads]
        known = [figure for figure in figures if figure is not None]
        if not known or len(known) < len(figures):
            return None
        return Figure(
            geometric_mean(figure.ratio for figure in known),
            geometric_mean(figure.low for figure in known),
            geometric_mean(figure.high for figure in known),
        )

    def difference(self, workload: str, threads: int, peer: str = "ours") -> float | None:
        """Return how far the losses of a peer differ from PyTorch's, at most, or None."""
        found = [r["differences"].get(peer) for r in self.runs(workload, threads)]
        known = [value for value in found if value is not None]
        return max(known) if known else None

    def verdict(self, workload: str, threads: int) -> Verdict | None:
        """Hold the slowest run against the bar; None where there is no bar or no figure."""
        figure, bar = self.figure(workload, threads, "ours"), PLANS[workload].bars.get(threads)
        if figure is None or bar is None:
            return None
        return Verdict(f"{workload}, {plural(threads)}", figure.high, bar)

    def verdicts(self) -> list[Verdict]:
        """Return the outcome of every bar that this measurement can tell."""
        told: list[Verdict | None] = []
        for threads in self.threads:
            told += [self.verdict(workload, threads) for workload in self.workloads]
            told.append(self._mean_verdict(threads))
            told += [self._sklearn_verdict(workload, threads) for workload in self.workloads]
            told += [self._loss_verdict(workload, threads) for workload in self.workloads]
        return [verdict for verdict in told if verdict is not None]

    def _mean_verdict(self, threads: int) -> Verdict | None:
        mean, bar = self.mean(threads), MEAN_BARS.get(threads)
        # The bar was set for all workloads together.
        if mean is None or bar is None or len(self.workloads) < len(PLANS):
            return None
        return Verdict(f"geometric mean, {plural(threads)}", mean.high, bar)

    def _sklearn_verdict(self, workload: str, threads: int) -> Verdict | None:
        figure = self.figure(workload, threads, "sklearn", reference="ours")
        if figure is None:
            return None
        name = f"{workload}, {plural(threads)}: times as fast as scikit-learn's fit"
        return Verdict(name, figure.low, SKLEARN_BAR, at_least=True)

    def _loss_verdict(self, workload: str, threads: int) -> Verdict | None:
        difference = self.difference(workload, threads)
        if difference is None:
            return None
        name = f"{workload}, {plural(threads)}: losses agree with PyTorch's"
        return Verdict(name, difference, LOSS_BAR)


def plural(threads: int) -> str:
    """Return a number of threads in words.

    >>> plural(1), plural(2)
    ('1 thread', '2 threads')
    """
    return f"{threads} thread{'s' * (threads != 1)}"
