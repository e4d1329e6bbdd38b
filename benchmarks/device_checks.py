"""Is the library right on another device? Gradients by differences, and agreement with NumPy."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from benchmarks import devices
from benchmarks.bars import LOSS_STEPS
from benchmarks.pairs import PAIRS, Pair
from benchmarks.workloads import WORKLOADS, Ours
from bpworkbook import nn

Move = Callable[[Any], Any]
AGREEMENT = {"float64": 1e-10, "float32": 1e-4}
"""The most that results of a device may differ from NumPy's, relative to the largest entry."""
GRADIENT_BAR = 1e-6
"""The most that a gradient may differ from the central difference, in float64."""


def checks(job: Mapping[str, Any], emit: Callable[[dict[str, Any]], None]) -> None:
    """Check every pair and every workload on the job's "device" and emit one result."""
    move = devices.gpu().move if job["device"] == "gpu" else np.copy
    rows = [check_pair(name, pair, move) for name, pair in PAIRS.items()]
    rows += [check_training(name, move) for name in WORKLOADS]
    emit({"event": "result", "workload": "checks", "place": job["device"], "rows": rows})


def check_pair(name: str, pair: Pair, move: Move) -> dict[str, Any]:
    """Return the errors of one pair: its gradients, and both halves against NumPy's.

    A pair that fails on the device is a result too: its "error" says how.
    """
    row: dict[str, Any] = {"name": name}
    rng = np.random.default_rng(0)
    try:
        inputs = [move(x) for x in pair.draw(rng, np.float64)]
        row["gradient"] = nn.projection_check(pair.forward, pair.backward, inputs, rng)
        for dtype in AGREEMENT:
            row[dtype] = distance(pair, pair.draw(np.random.default_rng(1), np.dtype(dtype)), move)
    except Exception as error:  # The others are still to be checked.
        row["error"] = first_line(error)
    return row


def distance(pair: Pair, inputs: tuple[Any, ...], move: Move) -> float:
    """Return the largest relative error of the output and of any gradient against NumPy's."""
    here = both_halves(pair, inputs, lambda x: x)
    there = both_halves(pair, inputs, move)
    return max(
        nn.relative_error(mine, nn.to_numpy(other)) for mine, other in zip(here, there, strict=True)
    )


def both_halves(pair: Pair, inputs: tuple[Any, ...], move: Move) -> list[Any]:
    """Return the output and all gradients, for the same ``grad_out`` everywhere."""
    out, cache = pair.forward(*[move(x) for x in inputs])
    weights = np.random.default_rng(2).standard_normal(np.shape(out))
    grad_out = move(np.asarray(weights, dtype=out.dtype)) if np.ndim(out) else 1.0
    gradients = pair.backward(grad_out=grad_out, cache=cache)
    return [out, *(gradients if isinstance(gradients, tuple) else (gradients,))]


def check_training(name: str, move: Move) -> dict[str, Any]:
    """Return how far the losses of a workload's first steps differ from those on NumPy."""
    row: dict[str, Any] = {"name": f"{name}, {LOSS_STEPS} steps"}
    try:
        here, there = training_losses(name, lambda x: x), training_losses(name, move)
        row["float32"] = nn.relative_error(here, there)
    except Exception as error:
        row["error"] = first_line(error)
    return row


def training_losses(name: str, move: Move) -> Any:
    """Return the losses of the first steps with everything on a device, dropout at 0."""
    model, batches = WORKLOADS[name].make(dropout=False)
    for parameter in model.parameters():
        parameter.data = move(parameter.data)
    trainer = Ours(WORKLOADS[name], model, [(move(x), move(y)) for x, y in batches])
    return np.array([float(trainer.step()) for _ in range(LOSS_STEPS)])


def failures(rows: list[dict[str, Any]]) -> list[str]:
    """Return a sentence for each row that is not as it must be."""
    told = []
    for row in rows:
        if "error" in row:
            told.append(f"{row['name']} failed: {row['error']}")
        for kind, bar in {"gradient": GRADIENT_BAR, **AGREEMENT}.items():
            # Written so that nan, which is below nothing, is told too.
            if kind in row and not row[kind] <= bar:
                told.append(f"{row['name']}: {kind} differs by {row[kind]:.0e}, allowed {bar:.0e}")
    return told


def first_line(error: Exception) -> str:
    """Return the kind and the first line of an exception."""
    return f"{type(error).__name__}: {error}".splitlines()[0]
