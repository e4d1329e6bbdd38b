"""Times as a measuring process would have found them, and the options of a command line."""

import argparse
from typing import Any

import pytest

from benchmarks.bars import PLANS


def result(workload: str, threads: int, seconds: dict[str, float], **more: Any) -> dict[str, Any]:
    """One result whose rounds differ a little, around these seconds a step."""
    times = {peer: [0.99 * t, t, t, 1.01 * t] for peer, t in seconds.items()}
    found = {"event": "result", "workload": workload, "threads": threads, "place": "cpu"}
    return {**found, "times": times, "differences": {"ours": 1e-7}, "missing": {}, **more}


@pytest.fixture
def found() -> list[dict[str, Any]]:
    """Two runs of all workloads with 1 and 2 threads: everything takes half of PyTorch's time."""
    seconds = {"ours": 1e-3, "torch": 2e-3, "torch-fused": 1.8e-3, "floor": 5e-4}
    made = []
    for _run in range(2):
        for threads in (1, 2):
            for name, plan in PLANS.items():
                # XOR has the lowest bar.
                ours = {"ours": 2e-4} if name == "xor" else {}
                sklearn = {"sklearn": 3e-3} if plan.against_sklearn else {}
                made.append(result(name, threads, {**seconds, **ours, **sklearn}))
    return made


@pytest.fixture
def options() -> argparse.Namespace:
    return argparse.Namespace(quick=False, runs=2, check=True, no_peers=False, gpu=False, load=0.0)
