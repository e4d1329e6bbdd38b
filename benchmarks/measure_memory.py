"""Measure the memory of a training run, in a process that does nothing else."""

import gc
import sys
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.bars import GROWTH_STEPS

STEPS = 20
"""The steps of the run whose peak is measured: every array of a step has been there by then."""


def memory(job: Mapping[str, Any], emit: Callable[[dict[str, Any]], None]) -> None:
    """Train one workload with one library and emit its peak, or its growth.

    Parameters
    ----------
    job : mapping
        "workload", "library" ("ours" or "torch"), "growth" (true or false), "quick", "threads".
    emit : function
        Takes the result; sizes in bytes.
    """
    from benchmarks.workloads import WORKLOADS, Ours

    if job["library"] == "torch":
        import torch

        from benchmarks.torch_peer import Torch

        torch.set_num_threads(job["threads"])
    gc.collect()
    imported = forget_peak()
    workload = WORKLOADS[job["workload"]]
    model, batches = workload.make()
    make = Ours if job["library"] == "ours" else Torch
    trainer = make(workload, model, batches)
    if job["growth"]:
        found = growth(trainer.run, quick=job["quick"])
    else:
        trainer.run(STEPS)
        found = {"imported": imported, "peak": peak() - imported}
    emit({"event": "result", "workload": job["workload"], "library": job["library"], **found})


def growth(run: Callable[[int], None], *, quick: bool = False) -> dict[str, int]:
    """Return by how many bytes what is held grows between two steps far apart.

    Python's own record counts every array and object; the process's size beside it also has what
    the allocator keeps.
    """
    first, last = (step // 10 if quick else step for step in GROWTH_STEPS)
    tracemalloc.start()
    run(first)
    gc.collect()
    held, size = tracemalloc.get_traced_memory()[0], resident()
    run(last - first)
    gc.collect()
    grown = {"held": tracemalloc.get_traced_memory()[0] - held, "resident": resident() - size}
    tracemalloc.stop()
    return {**grown, "steps": last - first}


def forget_peak() -> int:
    """Let the peak start anew from here, and return what the process occupies now.

    Linux can do that; elsewhere the peak so far, that of the imports, is returned instead, and what
    training needs below it is not seen.
    """
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return peak()
    return resident()


def peak() -> int:
    """Return the most bytes of memory that this process has occupied."""
    told = _status("VmHWM")
    if told is not None:
        return told
    import resource  # Not on Windows.

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def resident() -> int:
    """Return the bytes of memory that this process occupies."""
    told = _status("VmRSS")
    return peak() if told is None else told


def _status(name: str) -> int | None:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return None
