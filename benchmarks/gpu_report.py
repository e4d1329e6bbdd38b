"""The report on a GPU: training steps beside PyTorch's, and whether the results are right."""

import argparse
from collections.abc import Sequence
from typing import Any

from benchmarks import machine
from benchmarks.bars import PLANS, Verdict
from benchmarks.device_checks import AGREEMENT, GRADIENT_BAR, failures
from benchmarks.peers import REFERENCE
from benchmarks.report import QUICK, Report, Table, milliseconds
from benchmarks.results import Results
from benchmarks.timing import median
from benchmarks.training_report import missing_facts

NOTES = (
    "The same networks as on the CPU, with the library's arrays made by CuPy and PyTorch on the "
    "same GPU, taking turns. Time is between two CUDA events around a turn, so gaps in which the "
    "GPU waits for Python count.",
    "Queued: the share of that time in which Python still hands work over. Near 100 % the "
    "launches set the pace: NumPy-style code starts a kernel for each operation, and PyTorch's "
    "operations do more each. There a larger batch costs hardly more. The products alone show "
    "what the arithmetic needs.",
    f"Checks: backward against central differences in float64 (at most {GRADIENT_BAR:.0e}), and "
    f"results against NumPy's (at most {AGREEMENT['float64']:.0e} in float64, "
    f"{AGREEMENT['float32']:.0e} in float32), relative to the largest entry.",
)


def gpu_report(options: argparse.Namespace, found: Sequence[dict[str, Any]]) -> Report:
    """Return the report on these results; the checks are among them."""
    timed = [result for result in found if result["workload"] in PLANS]
    rows = [row for result in found for row in result.get("rows", [])]
    results, wrong = Results(timed), failures(rows)
    verdicts = [Verdict("checks that failed", len(wrong), 0)]
    verdicts += [v for v in results.verdicts() if "losses" in v.name]
    device = timed[0]["device"] if timed else ""
    return Report(
        name="training-gpu",
        title="Training steps on a GPU",
        facts=[
            *machine.describe(machine.GPU_PACKAGES, device, options.load),
            f"Runs: {options.runs}",
            *missing_facts(timed),
            *wrong,
        ],
        notes=[QUICK, *NOTES] if options.quick else NOTES,
        tables=[time_table(results), check_table(rows)],
        verdicts=verdicts,
    )


def time_table(results: Results) -> Table:
    """Return the table of times; there are no bars on a GPU."""
    columns = ("workload", "ms", "over PyTorch", "PyTorch, ms", "fused", "products, ms", "queued")
    rows = []
    for name in results.workloads:
        threads = results.threads[0]
        queued = median([run["queued"] for run in results.runs(name, threads)])
        rows.append(
            (
                name,
                milliseconds(results.milliseconds(name, threads, "ours")),
                str(results.figure(name, threads, "ours") or "–"),
                milliseconds(results.milliseconds(name, threads, REFERENCE)),
                str(results.figure(name, threads, "torch-fused") or "–"),
                milliseconds(results.milliseconds(name, threads, "floor")),
                f"{queued:.0%}",
            )
        )
    return Table("Time of a training step", columns, rows)


def check_table(rows: Sequence[dict[str, Any]]) -> Table:
    """Return the table of errors, one row for each pair of functions and each network."""
    kinds = ("gradient", *AGREEMENT)
    wrong = failures(list(rows))
    lines = []
    for row in rows:
        errors = [f"{row[kind]:.0e}" if kind in row else "–" for kind in kinds]
        missed = any(told.startswith(row["name"]) for told in wrong)
        lines.append((row["name"], *errors, "missed" if missed else "met"))
    columns = ("what", "against differences", *(f"against NumPy, {k}" for k in AGREEMENT), "")
    return Table("Gradients and agreement with NumPy", columns, lines)
