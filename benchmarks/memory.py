"""`python -m benchmarks.memory`: the memory of a training run, and whether it grows."""

import argparse
import importlib.util
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from benchmarks.bars import GROWTH_BAR, GROWTH_STEPS, MEMORY_BAR, Verdict
from benchmarks.command import Command, Found, Job
from benchmarks.environment import BenchmarkError

if TYPE_CHECKING:
    from benchmarks.report import Report, Table

MIB = 1024 * 1024
NOTES = (
    "Each figure is from a process of its own that trains one network for 20 steps with one "
    "thread: the most memory that it ever occupied (its peak resident set), less what it occupied "
    "when all imports were done. Data, weights, gradients, the optimiser's state and every array "
    "of a step count, and so do buffers that a library makes at its first use; the code of the "
    "library itself does not, and stands beside it. A bar is met if ours is at most PyTorch's.",
    "PyTorch loads more code at its first step: nearly all that it needs for XOR is that. The "
    "ratio beyond XOR leaves this fixed part out on both sides.",
    f"Growth is what Python's own record of memory (tracemalloc) holds more after "
    f"{GROWTH_STEPS[1]:,} steps than after {GROWTH_STEPS[0]}, and by how much the process grew "
    f"meanwhile, of which the allocator's reserves are a part. At most {GROWTH_BAR // 1024} KiB "
    "held count as none.",
)
COLUMNS = (
    "workload",
    "ours, MiB",
    "PyTorch, MiB",
    "ratio",
    "beyond xor",
    "imports, ours",
    "imports, PyTorch",
    "held, KiB",
    "process, KiB",
)


def jobs(options: argparse.Namespace) -> list[tuple[str, Job]]:
    """Return a job for each process, with words for it."""
    if importlib.util.find_spec("resource") is None:
        raise BenchmarkError("memory is measured on Linux and macOS only.")
    common = {"kind": "memory", "threads": 1, "torch": False, "quick": options.quick}
    made = []
    for name in options.workloads:
        for library in ["ours"] if options.no_peers else ["ours", "torch"]:
            job = {**common, "workload": name, "library": library, "growth": False}
            made.append((f"peak, {library}", job))
        job = {**common, "workload": name, "library": "ours", "growth": True}
        made.append(("growth, ours", job))
    return made


def reports(options: argparse.Namespace, found: Found) -> "Sequence[Report]":
    """Return the report on these results."""
    from benchmarks import machine
    from benchmarks.report import QUICK, Report

    peaks = {(r["workload"], r["library"]): r for r in found if "peak" in r}
    grown = {r["workload"]: r for r in found if "held" in r}
    verdicts = []
    for name in grown:
        if (name, "torch") in peaks:
            ratio = peaks[name, "ours"]["peak"] / peaks[name, "torch"]["peak"]
            verdicts.append(Verdict(f"{name}: memory over PyTorch's", ratio, MEMORY_BAR))
        held = grown[name]["held"] / 1024
        verdicts.append(Verdict(f"{name}: growth in KiB", held, GROWTH_BAR / 1024))
    report = Report(
        name="memory",
        title="Memory of a training run",
        facts=machine.describe(("numpy", "torch")),
        notes=[QUICK, *NOTES] if options.quick else NOTES,
        tables=[memory_table(peaks, grown)],
        verdicts=verdicts,
    )
    return [report]


def memory_table(
    peaks: dict[tuple[str, str], dict[str, Any]], grown: dict[str, dict[str, Any]]
) -> "Table":
    """Return the table of peaks and growth, a row for each workload."""
    from benchmarks.report import Table

    def mebibytes(name: str, library: str, what: str) -> str:
        result = peaks.get((name, library))
        return f"{result[what] / MIB:.1f}" if result else "–"

    rows = []
    for name, growth in grown.items():
        rows.append(
            (
                name,
                mebibytes(name, "ours", "peak"),
                mebibytes(name, "torch", "peak"),
                ratio(peaks, name),
                ratio(peaks, name, less="xor"),
                mebibytes(name, "ours", "imported"),
                mebibytes(name, "torch", "imported"),
                f"{growth['held'] / 1024:.1f}",
                f"{growth['resident'] / 1024:.0f}",
            )
        )
    return Table("Peak memory beyond the imports, and growth", COLUMNS, rows)


def ratio(peaks: dict[tuple[str, str], dict[str, Any]], name: str, less: str = "") -> str:
    """Write our peak over PyTorch's, each less that of another workload if one is named."""
    wanted = [(name, "ours"), (name, "torch"), *((less, who) for who in ("ours", "torch") if less)]
    if name == less or any(key not in peaks for key in wanted):
        return "–"
    ours, other, *base = (peaks[key]["peak"] for key in wanted)
    if base:
        ours, other = ours - base[0], other - base[1]
    return f"{ours / other:.2f}" if other > 0 else "–"


COMMAND = Command(
    module="benchmarks.memory",
    description="Measure the peak memory of a training run of each workload, ours and PyTorch's, "
    "each in a process of its own, and what 900 further steps hold on to.",
    jobs=jobs,
    reports=reports,
    by_threads=False,
)

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
