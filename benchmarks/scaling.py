"""`python -m benchmarks.scaling`: how the time of a sample grows with width, depth and batch."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from benchmarks.command import Command, Found, Job

if TYPE_CHECKING:
    from benchmarks.report import Report, Table
    from bpworkbook.figures import Picture

NOTE = (
    "MLPs with ReLU and cross-entropy, trained by SGD in float32, 64 inputs and 10 outputs. One "
    "size is varied, the others stay at width 256, 2 hidden layers and batch 128. The exponent is "
    "that of a power law fitted over all values: 1 is proportional, 0 is no growth. Width tends to "
    "2 once the products between hidden layers outweigh the cost of the calls; a batch makes a "
    "sample cheaper, because the calls and the update are shared."
)


def jobs(options: argparse.Namespace) -> list[tuple[str, Job]]:
    """Return a process for each number of threads."""
    from benchmarks.results import plural

    common = {"kind": "scaling", "quick": options.quick, "torch": not options.no_peers}
    return [(plural(threads), {**common, "threads": threads}) for threads in options.threads]


def reports(options: argparse.Namespace, found: Found) -> "Sequence[Report]":
    """Return the report on these results, of one or several numbers of threads."""
    from benchmarks import machine
    from benchmarks.report import QUICK, Report

    report = Report(
        name="scaling",
        title="Time of a sample against width, depth and batch",
        facts=[
            *machine.describe(("numpy", "torch"), load=options.load),
            *machine.openblas_code(),
            *map(in_words, found),
        ],
        notes=[QUICK, NOTE] if options.quick else [NOTE],
        tables=[growth_table(result) for result in found],
        picture=growth_picture(found),
    )
    return [report]


def in_words(result: dict[str, Any]) -> str:
    """Say by which power the time of a sample grows."""
    from benchmarks.measure_scaling import slope
    from benchmarks.peers import TITLES
    from benchmarks.results import plural

    axis = result["workload"]
    powers = [
        # Adding 0 makes a rounded -0 a 0.
        f"{TITLES[peer]} as {axis}^{round(slope(result['values'], seconds), 2) + 0:.2f}"
        for peer, seconds in result["seconds"].items()
    ]
    return f"With {plural(result['threads'])} the time of a sample grows: {', '.join(powers)}"


def growth_table(result: dict[str, Any]) -> "Table":
    """Return the table of one size that was varied."""
    from benchmarks.peers import TITLES
    from benchmarks.report import Table, milliseconds
    from benchmarks.results import plural

    axis, peers = result["workload"], list(result["seconds"])
    rows = []
    for position, value in enumerate(result["values"]):
        times = [result["seconds"][peer][position] for peer in peers]
        rows.append((str(value), *(milliseconds(1e6 * time) for time in times)))
    columns = (axis, *(f"{TITLES[peer]}, µs" for peer in peers))
    return Table(f"Time of a sample by {axis}, {plural(result['threads'])}", columns, rows)


def growth_picture(found: Sequence[dict[str, Any]]) -> "Picture":
    """Draw one panel for each size that was varied, one row for each number of threads."""
    from benchmarks.peers import TITLES
    from benchmarks.results import plural
    from bpworkbook.figures import Picture, draw_lines, figure

    threads = sorted({result["threads"] for result in found})
    names = list(dict.fromkeys(result["workload"] for result in found))
    shape: dict[str, Any] = {"nrows": len(threads), "ncols": len(names), "squeeze": False}
    fig, axes = figure(9.6, 2.9 * len(threads) + 0.4, **shape)
    told = []
    for result in found:
        ax = axes[threads.index(result["threads"])][names.index(result["workload"])]
        series = {
            TITLES[peer]: (result["values"], [1e6 * time for time in seconds])
            for peer, seconds in result["seconds"].items()
        }
        words = {"xlabel": result["workload"], "ylabel": "µs a sample"}
        title = plural(result["threads"])
        clause = draw_lines(ax, series, title=title, xscale="log", yscale="log", **words)
        told.append(f"By {result['workload']} with {title}: {clause}.")
    head = "Line charts of the time of a sample in microseconds, both axes logarithmic."
    return Picture(fig, " ".join([head, *told]))


COMMAND = Command(
    module="benchmarks.scaling",
    description="Time a training step of MLPs of many sizes, ours and PyTorch's, and fit how the "
    "time of a sample grows with width, depth and batch.",
    jobs=jobs,
    reports=reports,
    results=3,
    by_workload=False,
    with_bars=False,
)

if __name__ == "__main__":
    sys.exit(COMMAND.main(sys.argv[1:]))
