"""What a report says of the machine that it was made on."""

import datetime
import importlib
import importlib.metadata
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.environment import thread_environment

PACKAGES = ("numpy", "torch", "scikit-learn", "autograd")
BUSY = 0.5
"""A load from which on other work disturbs what is timed."""

CORE_VARIABLE = "OPENBLAS_CORETYPE"

GPU_PACKAGES = ("numpy", "cupy-cuda13x", "cupy-cuda12x", "torch")


def describe(packages: Sequence[str] = PACKAGES, device: str = "", load: float = 0.0) -> list[str]:
    """Return lines on the date, the processor, the system, the versions and other work.

    Parameters
    ----------
    packages : sequence of str
        The packages whose versions count; those that are not installed are left out.
    device : str
        The GPU, if that is what was measured.
    load : float
        What ``load`` returned before anything was measured.
    """
    lines = [f"Date: {datetime.datetime.now(datetime.UTC):%Y-%m-%d}"]
    lines += [f"GPU: {device}"] if device else []
    lines.append(f"Processor: {processor()}, {cores()} cores usable")
    lines.append(f"System: {platform.system()}, Python {platform.python_version()}")
    lines.append(f"Versions: {', '.join(versions(packages))}")
    if load > BUSY:
        lines.append(
            f"**The machine was busy before (load {load:.1f}): measure again when it is not**"
        )
    return lines


def load() -> float:
    """Return how many processes ran or waited in the last minute, where the system can tell."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0


def processor() -> str:
    """Return the processor's name as the system tells it."""
    told = Path("/proc/cpuinfo")
    if told.is_file():
        for line in told.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def versions(packages: Sequence[str]) -> list[str]:
    """Return name and version of each package that is installed, and of NumPy's BLAS.

    >>> versions(["no-such-package"])
    []
    """
    found = []
    for package in packages:
        try:
            found.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            continue
        if package == "numpy":
            found += blas()
    return found


def blas() -> list[str]:
    """Return the library behind NumPy's matrix products, where threadpoolctl can tell."""
    return [f"{pool['internal_api']} {pool['version']}" for pool in _blas_loaded()]


def openblas_code() -> list[str]:
    """Return a line on the processor whose code OpenBLAS runs in the processes that measure."""
    loaded = [pool for pool in _blas_loaded() if pool["internal_api"] == "openblas"]
    own = [pool["architecture"] for pool in loaded]
    told = thread_environment(1).get(CORE_VARIABLE)
    if own and told and [told] != own:
        own = [f"{told}, as in `bpworkbook lab`; by itself it would run that for {own[0]}"]
    return [f"OpenBLAS runs its code for {code}" for code in own]


def _blas_loaded() -> list[dict[str, Any]]:
    try:
        threadpoolctl = importlib.import_module("threadpoolctl")
    except ImportError:
        return []
    importlib.import_module("numpy")
    return [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"][:1]
