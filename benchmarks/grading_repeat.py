"""The report on whether a class gets the same marks again and again, on a busy machine too."""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine
from benchmarks.bars import Verdict
from benchmarks.grading_class import lay_class
from benchmarks.grading_run import Graded, Row, grade_class
from benchmarks.grading_speed import CLASSES, NOTES, PACKAGES, share
from benchmarks.report import Report, Table

STUDENTS = 12
"""Enough that the class has each kind of notebook but the rarest."""

BUSY = 2
"""Processes that compute without end meanwhile."""


@dataclass(frozen=True)
class Difference:
    """A mark that was another in a later run: whose, for what, and the marks in words."""

    login: str
    question: str
    first: str
    later: str


def measure(options: argparse.Namespace, tell: Callable[[], None]) -> list[Graded]:
    """Grade one class many times and return what was seen each time.

    Parameters
    ----------
    options : Namespace
        With ``times``, ``load``, ``workers`` and ``students``.
    """
    lessons = CLASSES["unit 02"]
    with tempfile.TemporaryDirectory(prefix="bpworkbook-class-") as folder:
        place = lay_class(Path(folder) / "class", lessons, options.students)
        with busy(BUSY if options.with_load else 0):
            return [
                grade_class(place, lessons, options.workers, tell) for _ in range(options.times)
            ]


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep cores at work while the block runs."""
    endless = [sys.executable, "-c", "while True: sum(range(100_000))"]
    started = [subprocess.Popen(endless) for _ in range(processes)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def differences(runs: Sequence[Sequence[Row]]) -> list[Difference]:
    """Return the marks that are not in all runs what they are in the first.

    Examples
    --------
    >>> row = ("ada", "09.1:linear_backward", "passed", 3.0)
    >>> differences([[row], [row]])
    []
    >>> differences([[row], [(*row[:2], "timeout", 0.0)]])[0].later
    "'timeout', 0.0"
    """
    first = {row[:2]: row for row in runs[0]}
    found: dict[tuple[object, ...], Difference] = {}
    for run in runs[1:]:
        later = {row[:2]: row for row in run}
        for key in first.keys() | later.keys():
            before, after = first.get(key), later.get(key)
            if before != after and key not in found:
                login, question = map(str, key)
                found[key] = Difference(login, question, in_words(before), in_words(after))
    return list(found.values())


def in_words(row: Row | None) -> str:
    """Return what was marked, short; a mark that is not there is a word too."""
    return "no mark" if row is None else ", ".join(f"{part!r:.120}" for part in row[2:])


def repeat_report(options: argparse.Namespace, runs: Sequence[Graded]) -> Report:
    """Return the report: one bar, no mark differs."""
    found = differences([seen.rows for seen in runs])
    marks = len(runs[0].rows)
    while_busy = f", {BUSY} processes computing meanwhile" if options.with_load else ""
    times = sorted(share(seen) for seen in runs)
    summary = Table(
        "Repetitions",
        ("times", "students", "marks", "marks that differ", "s each, first", "s each, last"),
        [
            (
                f"{len(runs)}{while_busy}", str(options.students), f"{marks:,}",
                str(len(found)), f"{times[0]:.4f}", f"{times[-1]:.4f}",
            )
        ],
    )  # fmt: skip
    tables = [summary]
    if found:
        rows = [(one.login, one.question, one.first, one.later) for one in found[:20]]
        tables.append(Table("Marks that differ", ("student", "question", "first", "later"), rows))
    return Report(
        name="grading-repeat-busy" if options.with_load else "grading-repeat",
        title="The same marks every time",
        facts=machine.describe(PACKAGES, load=options.load),
        notes=[
            NOTES[0],
            "All lessons of unit 02. Compared are outcome, points, mistake, what the "
            "student is told and remarks, of every mark with its first.",
        ],
        tables=tables,
        verdicts=[Verdict(f"marks that differ, of {marks:,}", float(len(found)), 0.0)],
    )
