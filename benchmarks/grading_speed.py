"""The reports on how quickly a class is graded, and on what the grader holds on to meanwhile."""

import argparse
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks import machine
from benchmarks.bars import Verdict
from benchmarks.grading_class import MIX, lay_class
from benchmarks.grading_run import Graded, grade_class
from benchmarks.live_figures import quantile
from benchmarks.report import Report, Table

SECONDS_BAR = 0.05
"""Seconds that a worker may take for a submission: the median of one at work alone, as other tools
are timed, and harder, the average of a class that several workers share the machine for."""

THOUSAND_BAR = 60.0
"""Seconds that 1,000 submissions may take on two cores."""

GROWTH_BAR = 8.0
"""Megabytes that the grader may grow by from the first fifth of the class to its end."""

MEGABYTE = 2**20
PACKAGES = ("numpy", "ipython", "sqlalchemy")
CLASSES: dict[str, tuple[str, ...]] = {
    "lesson 09": ("09",),
    "unit 02": ("06", "07", "08", "09", "10", "11", "12"),
}
"""What is graded: a notebook of seven questions, and all notebooks of the unit."""

_SHARES = ", ".join(f"{share} {maker.__name__.replace('_', ' ')}" for maker, share in MIX)
NOTES = (
    f"A class is made of the course's own notebooks; of 100 students there are {_SHARES}. No two "
    "hand in the same cells. It is graded as `bpworkbook grade` does: the best box of this machine "
    "for each worker, a child for each submission, marks written to SQLite as they come. Starting "
    "the boxes, a second each, is left out.",
    "Seconds per submission and worker are those of the whole run times the workers, over the "
    "submissions; median and p95 are of single submissions, reading the notebook included. A "
    "worker computes in two processes, the grader and its box: two workers would want four cores "
    "to be as quick as one alone.",
)
MEMORY_NOTE = (
    "Memory is what the processes of the graders occupy (resident set), boxes left out. It is "
    "flat where it is at most so many megabytes larger at the end than at its largest within the "
    "first fifth, when all lessons have been loaded."
)


def measure(
    names: Sequence[str], submissions: int, workers: int, tell: Callable[[], None]
) -> dict[str, Graded]:
    """Grade as many notebooks of each of these classes, and return what was seen."""
    found = {}
    for name in names:
        with tempfile.TemporaryDirectory(prefix="bpworkbook-class-") as folder:
            students = -(-submissions // len(CLASSES[name]))
            place = lay_class(Path(folder) / "class", CLASSES[name], students)
            found[name] = grade_class(place, CLASSES[name], workers, tell)
    return found


def speed_report(
    options: argparse.Namespace, found: dict[str, Graded], alone: dict[str, Graded]
) -> Report:
    """Return the report on time and memory; ``alone`` is what one worker has graded alone."""
    verdicts = [
        Verdict(
            f"{name}: s per submission, one worker, median",
            quantile(seen.seconds, 0.5),
            SECONDS_BAR,
        )
        for name, seen in alone.items()
    ]
    for name, seen in found.items():
        verdicts.append(Verdict(f"{name}: s per submission and worker", share(seen), SECONDS_BAR))
        if seen.workers == 2:
            text = f"{name}: s for 1,000 submissions"
            verdicts.append(Verdict(text, 1000 * seen.total / len(seen.seconds), THOUSAND_BAR))
    return Report(
        name="grading-speed",
        title="How quickly a class is graded",
        facts=machine.describe(PACKAGES, load=options.load),
        notes=[*NOTES, MEMORY_NOTE],
        tables=[
            speed_table([*alone.items(), *found.items()]),
            outcome_table(found),
            memory_table(found),
        ],
        verdicts=[*verdicts, *memory_verdicts(found)],
    )


def memory_report(options: argparse.Namespace, found: dict[str, Graded]) -> Report:
    """Return the report on memory alone."""
    return Report(
        name="grading-memory",
        title="What the grader holds on to",
        facts=machine.describe(PACKAGES),
        notes=[NOTES[0], MEMORY_NOTE],
        tables=[memory_table(found)],
        verdicts=memory_verdicts(found),
    )


def share(seen: Graded) -> float:
    """Return the seconds for each submission and worker."""
    return seen.workers * seen.total / len(seen.seconds)


def speed_table(found: Iterable[tuple[str, Graded]]) -> Table:
    """Return a row of times for each class."""
    columns = (
        "class",
        "notebooks",
        "workers",
        "s each",
        "median, s",
        "p95, s",
        "total, s",
        "per s",
    )
    rows = [
        (
            name,
            f"{len(seen.seconds):,}",
            str(seen.workers),
            f"{share(seen):.4f}",
            *(f"{quantile(seen.seconds, q):.4f}" for q in (0.5, 0.95)),
            f"{seen.total:.1f}",
            f"{len(seen.seconds) / seen.total:.1f}",
        )
        for name, seen in found
    ]
    return Table("Time", columns, rows)


def outcome_table(found: dict[str, Graded]) -> Table:
    """Return how many marks of each outcome were given: what was graded."""
    kinds = sorted({kind for seen in found.values() for kind in seen.outcomes})
    rows = [(name, *(f"{seen.outcomes[kind]:,}" for kind in kinds)) for name, seen in found.items()]
    return Table("Marks by outcome", ("class", *kinds), rows)


def memory_table(found: dict[str, Graded]) -> Table:
    """Return the memory after every so many submissions."""
    rows = [
        (name, f"{count:,}", f"{size / MEGABYTE:.1f}")
        for name, seen in found.items()
        for count, size in seen.memory
    ]
    return Table("Memory of the grader", ("class", "graded", "MB"), rows)


def memory_verdicts(found: dict[str, Graded]) -> list[Verdict]:
    """Return whether the memory is flat; nothing where the system does not tell."""
    return [
        Verdict(f"{name}: MB more at the end", grown, GROWTH_BAR)
        for name, seen in found.items()
        if (grown := growth(seen.memory)) is not None
    ]


def growth(memory: Sequence[tuple[int, int]]) -> float | None:
    """Return the megabytes more at the end than in the first fifth; None where they are unknown.

    Examples
    --------
    >>> growth([(100, 50 * MEGABYTE), (200, 60 * MEGABYTE), (1000, 61 * MEGABYTE)])
    1.0
    """
    if not memory or not all(size for _, size in memory):
        return None
    last, now = memory[-1]
    early = [size for count, size in memory if count <= last / 5] or [memory[0][1]]
    return (now - max(early)) / MEGABYTE
