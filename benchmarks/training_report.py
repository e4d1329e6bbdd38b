"""The report on training steps on the CPU."""

import argparse
from collections.abc import Sequence
from typing import Any

from benchmarks import machine
from benchmarks.bars import LOSS_STEPS, MEAN_BARS, PLANS
from benchmarks.peers import REFERENCE, TITLES
from benchmarks.pictures import ratio_picture
from benchmarks.report import QUICK, Report, Table, milliseconds
from benchmarks.results import Results, plural

NOTES = (
    "A training step is forward, loss, backward and update, in float32, from the same initial "
    "weights, on the same batches in the same order, with the same loss and optimiser as PyTorch "
    "in eager mode. All libraries take turns of some steps in one process for each number of "
    "threads; with several threads there is a short pause before each turn, because those of a "
    "BLAS spin on for a while. A ratio is that of two turns in one round; given is the median over "
    "all rounds, and in brackets the smallest and largest median of a run. A bar is met if every "
    "run meets it. Under 1 is faster than PyTorch.",
    f"Before anything is timed, all train {LOSS_STEPS} steps and the losses are compared step by "
    "step; the table gives the largest relative difference from PyTorch's. There dropout is set "
    "to 0, since no two libraries draw the same masks; it is timed at 0.5. The network with batch "
    "norm is trained by plain SGD.",
    "scikit-learn, `fit`: the time of one call with `warm_start`, which takes as many passes over "
    "the batches as make up a turn, by the number of steps. It looks at all data first; so that "
    "this hardly counts, its turns are five times as long. The bar is held against it. "
    "`partial_fit` takes one step on one batch, as all the others do here, and gives the losses. "
    "scikit-learn's Adam adds epsilon before the bias correction, so there they drift from "
    "PyTorch's. HIPS autograd: the same formulas in NumPy, differentiated by its tape. Bare NumPy: "
    "the formulas of a step one below the other, without checks, layers or an optimiser; what we "
    "take beyond it is what these cost. Matrix products alone: "
    "`np.matmul` with `out=` on the shapes of the step; their share of our time says how near the "
    "step is to the floor that the BLAS sets.",
)


def cpu_report(options: argparse.Namespace, found: Sequence[dict[str, Any]]) -> Report:
    """Return the report on these results.

    Parameters
    ----------
    options : Namespace
        Of the command line: ``quick``, ``runs``, ``load``.
    found : sequence of dict
        From the measuring processes.
    """
    results = Results(found)
    tables = [our_table(results, n) for n in results.threads]
    tables += [peer_table(results, n) for n in results.threads]
    runs = f"Runs: {options.runs}"
    facts = [
        *machine.describe(load=options.load),
        *machine.openblas_code(),
        runs,
        *missing_facts(found),
    ]
    return Report(
        name="training-cpu",
        title="Training steps on a CPU",
        facts=facts,
        notes=[*([QUICK] if options.quick else []), workload_list(results), *NOTES],
        tables=tables,
        picture=ratio_picture(results) if REFERENCE in results.peers() else None,
        verdicts=results.verdicts(),
    )


def workload_list(results: Results) -> str:
    """Return what the names in the tables stand for, one a line."""
    return "\n".join(f"- {name}: {PLANS[name].title}" for name in results.workloads)


def our_table(results: Results, threads: int) -> Table:
    """Return the table of our library against its bars."""
    columns = ("workload", "ms", "over PyTorch", "bar", "", "share of floor", "losses differ by")
    rows = []
    for name in results.workloads:
        verdict = results.verdict(name, threads)
        floor = results.figure(name, threads, "floor", reference="ours")
        difference = results.difference(name, threads)
        rows.append(
            (
                name,
                milliseconds(results.milliseconds(name, threads, "ours")),
                str(results.figure(name, threads, "ours") or "–"),
                f"{verdict.bar:.2f}" if verdict else "–",
                verdict.word if verdict else "–",
                f"{floor.ratio:.0%}" if floor else "–",
                f"{difference:.0e}" if difference is not None else "–",
            )
        )
    mean, bar = results.mean(threads), MEAN_BARS.get(threads)
    whole = len(results.workloads) == len(PLANS)
    if mean is not None:
        word = "–" if bar is None or not whole else "met" if mean.high <= bar else "missed"
        told = f"{bar:.2f}" if bar is not None and whole else "–"
        rows.append(("geometric mean", "", str(mean), told, word, "", ""))
    return Table(f"This library, {plural(threads)}", columns, rows)


def peer_table(results: Results, threads: int) -> Table:
    """Return the table of all others: PyTorch's time, and the others over it."""
    others = [peer for peer in results.peers() if peer not in ("ours", REFERENCE)]
    has_reference = REFERENCE in results.peers()
    columns = ["workload", *(["PyTorch, ms"] if has_reference else [])]
    columns += [f"{TITLES[peer]}{'' if has_reference else ', ms'}" for peer in others]
    rows = []
    for name in results.workloads:
        row = [name]
        if has_reference:
            row.append(milliseconds(results.milliseconds(name, threads, REFERENCE)))
            row += [str(results.figure(name, threads, peer) or "–") for peer in others]
        else:
            row += [milliseconds(results.milliseconds(name, threads, peer)) for peer in others]
        rows.append(row)
    title = "The others over PyTorch" if has_reference else "The others"
    return Table(f"{title}, {plural(threads)}", columns, rows)


def missing_facts(found: Sequence[dict[str, Any]]) -> list[str]:
    """Return a line for each peer that could not be loaded."""
    missing = {peer: why for result in found for peer, why in result["missing"].items()}
    return [f"Left out: {TITLES[peer]} ({why})" for peer, why in missing.items()]
