"""One measuring process: `python -m benchmarks.worker JOB` does a job and prints JSON lines.

The job is JSON: "kind" names what is measured, "threads" how many threads the libraries may use;
the process that starts this one has set the variables that they read when they are loaded. "torch"
is false where PyTorch must not even be loaded.
"""

import importlib
import json
import sys
import warnings
from typing import Any

KINDS = {
    "training": "benchmarks.measure:training",
    "checks": "benchmarks.device_checks:checks",
    "scaling": "benchmarks.measure_scaling:scaling",
    "memory": "benchmarks.measure_memory:memory",
}


def main(argument: str) -> int:
    """Do one job."""
    job = json.loads(argument)
    warnings.simplefilter("ignore")  # MLPClassifier warns that it has not converged.
    if job.get("torch", True):
        limit_threads(job["threads"])
    module, function = KINDS[job["kind"]].split(":")
    getattr(importlib.import_module(module), function)(job, emit)
    return 0


def limit_threads(threads: int) -> None:
    """Hold PyTorch to its threads, where it is installed: it does not read all the variables."""
    try:
        torch = importlib.import_module("torch")
    except ImportError:
        return
    torch.set_num_threads(threads)


def emit(event: dict[str, Any]) -> None:
    """Print an event as one line."""
    print(json.dumps(event), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
