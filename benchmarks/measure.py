"""Measure the training steps of some workloads, in one process with its threads set."""

from collections.abc import Callable, Mapping
from typing import Any

from benchmarks import devices
from benchmarks.bars import LOSS_STEPS, PLANS
from benchmarks.peers import REFERENCE, make_trainers
from benchmarks.timing import largest_difference, pause_for, take_turns, wall_clock

Emit = Callable[[dict[str, Any]], None]


def training(job: Mapping[str, Any], emit: Emit) -> None:
    """Compare losses, then time; emit a result for each workload, and each round on the way.

    Parameters
    ----------
    job : mapping
        "workloads", a list of names; "quick" and "peers", true or false; "device", "cpu" or "gpu";
        "threads", a number.
    emit : function
        Takes the results, plain data that JSON can hold.
    """
    device = devices.gpu() if job["device"] == "gpu" else devices.cpu()
    options: dict[str, Any] = {"peers": job["peers"], "device": device.torch, "move": device.move}
    for name in job["workloads"]:
        plan = PLANS[name]
        rounds = max(plan.rounds // 5, 3) if job["quick"] else plan.rounds
        place = {"workload": name, "of": rounds}
        differences = compare_losses(name, options)
        trainers, missing = make_trainers(name, **options)
        times = take_turns(
            trainers,
            rounds,
            plan.steps,
            clock=device.clock,
            pause=pause_for(job["threads"]),
            after_round=lambda done, place=place: emit({"event": "round", "done": done, **place}),  # type: ignore[misc]
        )
        found: dict[str, Any] = {"times": times, "differences": differences, "missing": missing}
        if job["device"] == "gpu":
            found["device"] = device.title
            found["queued"] = time_to_queue(trainers["ours"].run, plan.steps, device.clock)
        emit({"event": "result", "workload": name, "place": job["device"], **found})


def compare_losses(name: str, options: Mapping[str, Any]) -> dict[str, float]:
    """Return how far the losses of the first steps differ from PyTorch's, without dropout."""
    trainers, _ = make_trainers(name, dropout=False, **options)
    losses = {
        peer: [float(trainer.step()) for _ in range(LOSS_STEPS)]
        for peer, trainer in trainers.items()
    }
    reference = losses.pop(REFERENCE, None)
    if reference is None:
        return {}
    return {peer: largest_difference(mine, reference) for peer, mine in losses.items()}


def time_to_queue(
    run: Callable[[int], None], steps: int, clock: Callable[[Callable[[], None]], float]
) -> float:
    """Return the share of a turn that Python spends on handing work to the GPU.

    Near 1 the GPU waits for Python, so the launches set the pace, not the arithmetic.
    """
    queued: list[float] = []
    whole = clock(lambda: queued.append(wall_clock(lambda: run(steps))))
    return queued[0] / whole
