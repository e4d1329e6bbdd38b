"""Timing side by side: all take turns, so that what disturbs the machine disturbs all alike."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from benchmarks.workloads import Trainer

Clock = Callable[[Callable[[], None]], float]
"""Runs a function and returns the seconds that it took."""


def wall_clock(work: Callable[[], None]) -> float:
    """Return the seconds that ``work`` takes.

    >>> wall_clock(lambda: None) < 1
    True
    """
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def take_turns(
    trainers: Mapping[str, Trainer],
    rounds: int,
    steps: int,
    *,
    clock: Clock = wall_clock,
    pause: float = 0.0,
    after_round: Callable[[int], None] = lambda done: None,
) -> dict[str, list[float]]:
    """Time all trainers in turn and return the seconds of a step, one figure a round.

    Parameters
    ----------
    trainers : mapping of str to Trainer
        Who takes turns.
    rounds, steps : int
        How many turns each gets, and how many steps a turn has.
    clock : function
        How a turn is timed.
    pause : float
        Seconds to wait before each turn, see ``pause_for``.
    after_round : function
        Called with the number of rounds done.

    Returns
    -------
    dict of str to list of float
        For each trainer its seconds a step, by round.
    """
    turns = {name: steps * trainer.longer for name, trainer in trainers.items()}
    for name, trainer in trainers.items():
        trainer.run(turns[name])  # Buffers are made, code is loaded, clocks rise.
    times: dict[str, list[float]] = {name: [] for name in trainers}
    names = list(trainers)
    collecting = gc.isenabled()
    gc.freeze()  # What is there already need not be looked at after every round.
    gc.disable()
    try:
        for done in range(rounds):
            # Nobody always runs after the same neighbour has filled the caches.
            shift = done % len(names)
            for name in names[shift:] + names[:shift]:
                work = partial(trainers[name].run, turns[name])
                time.sleep(pause)
                times[name].append(clock(work) / turns[name])
            gc.collect()
            after_round(done + 1)
    finally:
        gc.unfreeze()
        if collecting:
            gc.enable()
    return times


def pause_for(threads: int) -> float:
    """Return how long to wait before a turn, in seconds, where libraries use several threads.

    The threads of OpenBLAS go on spinning for about 30 ms after a product, lest they sleep when the
    next one comes. Without a pause the next library's turn shares its cores with them; PyTorch then
    takes up to four times as long.

    >>> pause_for(1), pause_for(2)
    (0.0, 0.06)
    """
    return 0.06 if threads > 1 else 0.0


def ratios(times: Sequence[float], reference: Sequence[float]) -> list[float]:
    """Return the time over the reference's, round by round.

    >>> ratios([1.0, 2.0], [2.0, 2.0])
    [0.5, 1.0]
    """
    return [mine / other for mine, other in zip(times, reference, strict=True)]


def median(values: Sequence[float]) -> float:
    """Return the median, as a float.

    >>> median([3.0, 1.0, 2.0])
    2.0
    """
    return float(statistics.median(values))


def largest_difference(losses: Sequence[float], others: Sequence[float]) -> float:
    """Return the largest relative difference of two losses of the same step.

    >>> largest_difference([1.0, 2.0], [1.0, 2.5])
    0.2
    """
    return max(abs(a - b) / max(abs(a), abs(b), 1e-30) for a, b in zip(losses, others, strict=True))
