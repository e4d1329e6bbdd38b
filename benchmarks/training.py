"""`python -m benchmarks.training`: the time of a training step beside the libraries compared."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from benchmarks.command import Command, Found, Job
from benchmarks.environment import nvidia_devices

if TYPE_CHECKING:
    from benchmarks.report import Report

NO_DRIVER = "No GPU was measured: there is no NVIDIA driver with a GPU here."


def jobs(options: argparse.Namespace) -> list[tuple[str, Job]]:
    """Return a process for each run and number of threads, and those for the GPU.

    Where there is no GPU for ``--gpu``, that is said, and the rest is measured.
    """
    from benchmarks.results import plural

    common = {
        "kind": "training",
        "workloads": options.workloads,
        "quick": options.quick,
        "peers": not options.no_peers,
        "torch": not options.no_peers,
    }
    runs = range(1, options.runs + 1)
    made: list[tuple[str, Job]] = [
        (f"run {run}, {plural(threads)}", {**common, "device": "cpu", "threads": threads})
        for run in runs
        for threads in options.threads
    ]
    missing = gpu_missing() if options.gpu else ""
    if missing:
        print(missing, flush=True)
    elif options.gpu:
        job = {**common, "device": "gpu", "threads": max(options.threads)}
        made += [(f"run {run}, GPU", job) for run in runs]
        checks = {"kind": "checks", "workloads": ["checks"], "device": "gpu", "threads": 1}
        made.append(("GPU", checks))
    return made


def gpu_missing() -> str:
    """Return one sentence on why nothing can be measured on a GPU here, or nothing."""
    from benchmarks.devices import missing_gpu

    return missing_gpu()


def reports(options: argparse.Namespace, found: Found) -> "Sequence[Report]":
    """Return the report on the CPU, and that on the GPU where there is one."""
    from benchmarks.training_report import cpu_report

    def on_gpu(result: dict[str, Any]) -> bool:
        return result.get("place") == "gpu"

    made = [cpu_report(options, [result for result in found if not on_gpu(result)])]
    there = [result for result in found if on_gpu(result)]
    if there:
        from benchmarks.gpu_report import gpu_report

        made.append(gpu_report(options, there))
    return made


COMMAND = Command(
    module="benchmarks.training",
    description="Time a training step of the reference library beside PyTorch, scikit-learn and "
    "HIPS autograd, all taking turns in one process, and hold it against its bars.",
    jobs=jobs,
    reports=reports,
    on_gpu=True,
)


def main(arguments: Sequence[str]) -> int:
    """Run the command; nothing large is installed for a GPU that is not there."""
    if "--gpu" in arguments and "--here" not in arguments and not nvidia_devices()[0]:
        print(NO_DRIVER, flush=True)
        arguments = [argument for argument in arguments if argument != "--gpu"]
    return COMMAND.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
