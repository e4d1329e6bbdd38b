"""How long functions take: measured so that the clock of a browser can tell, too."""

import time
from collections.abc import Callable, Mapping
from typing import Any

TICK = 1e-3
"""Seconds that are timed at least: a browser's clock counts in tenths of a millisecond, so that a
call of some microseconds takes no time by it, and nothing can be divided by that."""


def best_seconds(runs: Mapping[str, Callable[[], Any]], repeats: int = 3) -> dict[str, float]:
    """Return the seconds of one call of each function, the best of some rounds.

    In a round they take turns, so that a machine that is busy for a while is busy for all of them.

    Parameters
    ----------
    runs : mapping of str to callable
        Called without arguments.
    repeats : int
        How many rounds.

    Examples
    --------
    >>> seconds = best_seconds({"nothing": lambda: None, "a sum": lambda: sum(range(1000))})
    >>> 0 < seconds["nothing"] < seconds["a sum"]
    True
    """
    best, calls = dict.fromkeys(runs, float("inf")), dict.fromkeys(runs, 1)
    for _ in range(repeats):
        for name, run in runs.items():
            # Every time, for the first call of all may be slow for reasons of its own.
            while (seconds := _seconds(run, calls[name])) < TICK:
                calls[name] *= 4
            best[name] = min(best[name], seconds / calls[name])
    return best


def _seconds(run: Callable[[], Any], calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        run()
    return time.perf_counter() - start
