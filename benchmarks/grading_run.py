"""Grade a class as `bpworkbook grade` does, and look at the clock and the memory meanwhile."""

import gc
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from bpworkbook.grading import tables as t
from bpworkbook.grading.assignment import Assignment
from bpworkbook.grading.box import Limits, best_backend
from bpworkbook.grading.journal import Journal, MarkLike
from bpworkbook.grading.process import opener
from bpworkbook.grading.proxy import SECONDS
from bpworkbook.grading.run import Done, grade_all, pending
from bpworkbook.grading.store import Store
from bpworkbook.grading.submissions import find_submissions
from bpworkbook.grading.threads import Threads
from bpworkbook.grading.versions import version_of
from bpworkbook.workbook import Question

EVERY = 100
"""Submissions between two looks at the memory."""

Row = tuple[object, ...]


@dataclass
class Graded:
    """What was seen while a class was graded.

    Parameters
    ----------
    workers : int
    lessons : tuple of str
    seconds : list of float
        How long a worker took for each submission.
    total : float
        Seconds from the first submission to the last mark in the database.
    memory : list of (int, int)
        Submissions graded, and the bytes that the grader then occupied.
    outcomes : Counter of str
    rows : list
        All marks, in an order of their own.
    """

    workers: int
    lessons: tuple[str, ...]
    seconds: list[float] = field(default_factory=list)
    total: float = 0.0
    memory: list[tuple[int, int]] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    rows: list[Row] = field(default_factory=list)


class TimedGrader:
    """A grader of the command, with a clock.

    Attributes
    ----------
    pid : int
        The process that it computes in: this one, or one of its own where there are several.
    """

    def __init__(self, seconds: list[float], workers: int) -> None:
        self._grader = opener(best_backend(), Limits(), SECONDS, workers)()
        self._seconds = seconds
        self.pid = self._grader.pid

    def grade(
        self, raw: bytes, questions: Sequence[Question], seed: int
    ) -> tuple[Sequence[MarkLike], str]:
        """Return the marks of a notebook and what it was run in."""
        start = time.perf_counter()
        found = self._grader.grade(raw, questions, seed)
        self._seconds.append(time.perf_counter() - start)
        return found

    def close(self) -> None:
        """End the box."""
        self._grader.close()


def grade_class(
    folder: Path,
    lessons: Sequence[str],
    workers: int,
    tell: Callable[[], None] = lambda: None,
) -> Graded:
    """Grade a class into a new database.

    Parameters
    ----------
    folder : Path
        From `lay_class`.
    lessons : sequence of str
        Numbers.
    workers : int
        Threads.
    tell : callable
        Called after each submission.

    Raises
    ------
    RuntimeError
        If a submission got no marks.
    """
    seen = Graded(workers, tuple(lessons))
    asked = Assignment(name="class", lessons=tuple(lessons), seed="benchmark")
    finds = find_submissions([folder], asked.questions, asked.name)
    database = folder.parent / f"{folder.name}.db"
    database.unlink(missing_ok=True)

    at_work = {os.getpid()}

    def watch(done: Done) -> None:
        count = len(seen.seconds)
        if count // EVERY > len(seen.memory) - 1:
            held = [resident(pid) for pid in at_work]
            # One that has nothing left to do ends before the others: the rest is no measure.
            if all(held):
                seen.memory.append((count, sum(held)))
        tell()

    with Store(database) as store:
        journal = Journal(store, asked, {number: version_of(number) for number in lessons})
        journal.enter(finds)
        tasks = list(pending(journal, asked, finds))
        # A box starts in a second, once: that is no part of the time of a submission.
        ready = [TimedGrader(seen.seconds, workers) for _ in range(min(workers, len(tasks)))]
        at_work.update(grader.pid for grader in ready)
        source = Threads(
            lambda: ready.pop() if ready else TimedGrader(seen.seconds, workers), workers
        )
        start = time.perf_counter()
        summary = grade_all(journal, tasks, source, watch=watch)
        seen.total = time.perf_counter() - start
        if summary.failures or summary.graded < len(tasks):
            raise RuntimeError(f"{len(tasks) - summary.graded} submissions got no marks")
        gc.collect()
        seen.outcomes = summary.outcomes
        seen.rows = marks_of(store)
    return seen


def marks_of(store: Store) -> list[Row]:
    """Return all marks without times, sorted."""
    kept = ("outcome", "points", "of", "mistake", "lines", "remark", "seed")
    columns = [t.student.c.login, t.question.c.key, *(t.result.c[name] for name in kept)]
    joined = t.result.join(t.question).join(t.submission).join(t.student)
    with store.reading() as db:
        return sorted(tuple(row) for row in db.execute(select(*columns).select_from(joined)))


def resident(pid: int) -> int:
    """Return the bytes that a process occupies; 0 where the system does not tell.

    Examples
    --------
    >>> resident(os.getpid()) >= 0
    True
    """
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
