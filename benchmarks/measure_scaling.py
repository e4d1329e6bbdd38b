"""Measure how the time of a sample grows with the size of an MLP, in one process."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.peers import REFERENCE
from benchmarks.timing import median, pause_for, take_turns
from benchmarks.workloads import Ours, Trainer, Workload, classes, mlp

SIZES: Mapping[str, Sequence[int]] = {
    "width": (32, 64, 128, 256, 512, 1024),
    "depth": (1, 2, 4, 8, 16),
    "batch": (4, 16, 64, 256, 1024),
}
"""What is varied, and over which values; the others stay at `DEFAULTS`."""

DEFAULTS: Mapping[str, int] = {"width": 256, "depth": 2, "batch": 128}
INPUTS, OUTPUTS = 64, 10
MULTIPLICATIONS = 2e9
"""The work of one turn, about: small networks take more steps a turn than large ones."""


def scaling(job: Mapping[str, Any], emit: Callable[[dict[str, Any]], None]) -> None:
    """Emit, for each of `SIZES`, the seconds a sample of our library and of PyTorch.

    Parameters
    ----------
    job : mapping
        "quick" and "torch", true or false; "threads", a number.
    emit : function
        Takes the results.
    """
    rounds = 3 if job["quick"] else 15
    for axis, values in SIZES.items():
        seconds: dict[str, list[float]] = {}
        for done, value in enumerate(values, 1):
            for peer, time in time_one(axis, value, rounds, job).items():
                seconds.setdefault(peer, []).append(time)
            emit({"event": "round", "workload": axis, "done": done, "of": len(values)})
        emit({"event": "result", "workload": axis, "values": list(values), "seconds": seconds})


def time_one(axis: str, value: int, rounds: int, job: Mapping[str, Any]) -> dict[str, float]:
    """Return the median seconds a sample of each who trains an MLP of this size."""
    size = {**DEFAULTS, axis: value}
    workload = make_workload(**size)
    model, batches = workload.make()
    trainers: dict[str, Trainer] = {"ours": Ours(workload, model, batches)}
    if job["torch"]:
        from benchmarks.torch_peer import Torch

        trainers[REFERENCE] = Torch(workload, model, batches)
    pause = pause_for(job["threads"])
    times = take_turns(trainers, rounds, steps_a_turn(**size), pause=pause)
    return {peer: median(mine) / size["batch"] for peer, mine in times.items()}


def make_workload(*, width: int, depth: int, batch: int) -> Workload:
    """Return an MLP with ``depth`` hidden layers of ``width``, trained by SGD."""
    sizes = (INPUTS, *[width] * depth, OUTPUTS)
    return Workload(mlp(sizes), classes(batch, INPUTS), "cross_entropy", "SGD", {"lr": 0.01})


def steps_a_turn(*, width: int, depth: int, batch: int) -> int:
    """Return the steps of a turn, from 1 to 200.

    >>> steps_a_turn(width=1024, depth=2, batch=128), steps_a_turn(width=32, depth=1, batch=4)
    (4, 200)
    """
    weights = INPUTS * width + (depth - 1) * width**2 + width * OUTPUTS
    return int(min(max(MULTIPLICATIONS / (3 * batch * weights), 1), 200))


def slope(values: Sequence[float], seconds: Sequence[float]) -> float:
    """Return the exponent p of the power law ``seconds ~ values**p``, by least squares of logs.

    >>> round(slope([1, 2, 4], [3, 12, 48]), 6)
    2.0
    """
    return float(np.polyfit(np.log(values), np.log(seconds), 1)[0])
