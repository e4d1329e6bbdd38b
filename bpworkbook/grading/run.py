"""Grade many notebooks: threads with a box each, one writer, and nothing graded twice.

The work is in the children of the boxes, so threads are enough. What a thread finishes goes through
a queue to the caller's thread, which alone writes to the database.
"""

import hashlib
import os
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from bpworkbook.grading.assignment import Assignment
from bpworkbook.grading.journal import Journal, MarkLike
from bpworkbook.grading.submissions import Finds, Found
from bpworkbook.workbook import Question

TRIES = 2  # a box that broke is started anew once
LOOK = 0.2  # seconds after which the writer looks up, so that Ctrl-C is heard on every system
LAST_WORDS = 4.0  # seconds that threads get to end after Ctrl-C


class Grader(Protocol):
    """What a thread grades with; it holds one box."""

    def grade(
        self, raw: bytes, questions: Sequence[Question], seed: int
    ) -> tuple[Sequence[MarkLike], str]:
        """Return the marks of a notebook and what it was run in."""

    def close(self) -> None:
        """End the box, from any thread, also while it grades."""


@dataclass(frozen=True)
class Task:
    """A notebook to grade, and the questions whose marks are wanted."""

    found: Found
    questions: tuple[Question, ...]
    wanted: frozenset[str]
    seed: int


@dataclass(frozen=True)
class Done:
    """What came of a task: marks, or why there are none."""

    task: Task
    marks: Sequence[MarkLike] = ()
    box: str = ""
    failure: str = ""


@dataclass
class Summary:
    """What a run did.

    Attributes
    ----------
    outcomes : Counter of str
        How many marks of each outcome were given in this run.
    graded, before, waiting : int
        Notebooks graded now, graded already, and left for another run.
    failures : list of (login, sentence)
        Notebooks that the grader itself failed on; they are tried again in the next run.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    graded: int = 0
    before: int = 0
    waiting: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    interrupted: bool = False


def pending(
    journal: Journal, assignment: Assignment, finds: Finds, *, regrade: bool = False
) -> Iterator[Task]:
    """Yield the notebooks that lack a mark of the present version of the grader."""
    done = journal.graded()
    for found in finds.found:
        questions = assignment.questions.get(found.lesson, ())
        number = journal.rows.submission_ids[found.owner.login, found.lesson, found.digest]
        version = journal.versions.get(found.lesson, "")
        wanted = frozenset(
            question.key
            for question in questions
            if regrade or (number, question.key, version) not in done
        )
        if wanted:
            seed = journal.seed_of(found.owner.login, found.lesson)
            yield Task(found, questions, wanted, seed)


def default_workers() -> int:
    """Return one for each core that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def grade_all(
    journal: Journal,
    tasks: Sequence[Task],
    open_grader: Callable[[], Grader],
    *,
    workers: int = 0,
    limit: int | None = None,
    again: bool = False,
    watch: Callable[[Done], None] = lambda done: None,
) -> Summary:
    """Grade tasks and write each one's marks as soon as they are there.

    Parameters
    ----------
    journal : Journal
    tasks : sequence of Task
    open_grader : callable
        Starts a box; called in each thread.
    workers : int
        Threads; 0 for one a core.
    limit : int, optional
        Leave what is beyond so many notebooks for another run.
    again : bool
        Whether marks that are there already are replaced.
    watch : callable
        Told of each notebook after its marks are written.

    Returns
    -------
    Summary
        After Ctrl-C too, with what was done until then.
    """
    todo = list(islice(tasks, limit))
    summary = Summary(waiting=len(tasks) - len(todo))
    crew = _Crew(todo, open_grader, min(workers or default_workers(), max(len(todo), 1)))
    try:
        for done in crew.results():
            _write(journal, done, summary, again=again)
            watch(done)
    except KeyboardInterrupt:
        # What is in flight is dropped: Ctrl-C may have reached the boxes too.
        summary.interrupted = True
    finally:
        crew.stop()
    summary.waiting = len(tasks) - summary.graded
    return summary


def _write(journal: Journal, done: Done, summary: Summary, *, again: bool) -> None:
    found = done.task.found
    if done.failure:
        summary.failures.append((found.owner.login, f"{found.place}: {done.failure}"))
        journal.note("failed", f"{found.place}: {done.failure}", found.owner.login)
        return
    marks = [mark for mark in done.marks if mark.question in done.task.wanted]
    journal.record(found, marks, box=done.box, again=again)
    summary.graded += 1
    summary.outcomes.update(str(mark.outcome) for mark in marks)


class _Crew:
    """The threads, what they take from, and what they give to."""

    def __init__(
        self, todo: Sequence[Task], open_grader: Callable[[], Grader], workers: int
    ) -> None:
        self._todo = iter(todo)
        self._open = open_grader
        self._lock = threading.Lock()
        self._given: queue.Queue[Done | BaseException | None] = queue.Queue(4 * workers)
        self._stopped = threading.Event()
        self._graders: set[Grader] = set()
        self._threads = [
            threading.Thread(target=self._work, name=f"grader {n + 1}", daemon=True)
            for n in range(workers)
        ]

    def results(self) -> Iterator[Done]:
        """Start the threads and yield what they finish; raise what stopped one of them."""
        for thread in self._threads:
            thread.start()
        at_work = len(self._threads)
        while at_work:
            try:
                given = self._given.get(timeout=LOOK)
            except queue.Empty:
                continue
            if given is None:
                at_work -= 1
            elif isinstance(given, BaseException):
                raise given
            else:
                yield given

    def stop(self) -> None:
        """End the threads; a box in which a submission still runs is ended under its thread."""
        self._stopped.set()
        self._join(LAST_WORDS / 2)
        with self._lock:
            graders = list(self._graders)
        for grader in graders:
            grader.close()
        self._join(LAST_WORDS)

    def _join(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        grader: Grader | None = None
        try:
            while (task := self._next()) is not None:
                grader, done = self._attempt(task, grader)
                if not self._give(done):
                    return
        except BaseException as error:  # no box at all: told to the caller, who ends the run
            self._give(error)
        finally:
            self._end(grader)
            self._give(None)

    def _next(self) -> Task | None:
        with self._lock:
            return None if self._stopped.is_set() else next(self._todo, None)

    def _attempt(self, task: Task, grader: Grader | None) -> tuple[Grader | None, Done]:
        """Grade one notebook, in a new box if the first one breaks."""
        failure = ""
        for _ in range(TRIES):
            if self._stopped.is_set():
                break
            grader = grader or self._begin()
            try:
                raw = task.found.read()
                if hashlib.sha256(raw).hexdigest() != task.found.digest:
                    return grader, Done(task, failure="the file changed while it was graded")
                marks, box = grader.grade(raw, task.questions, task.seed)
                missing = task.wanted - {mark.question for mark in marks}
                if missing:
                    raise RuntimeError(f"the grader gave no mark for {', '.join(sorted(missing))}")
                return grader, Done(task, marks, box)
            except Exception as error:  # whatever it is, it must not stop the others
                failure = f"{type(error).__name__}: {error}"[:500]
                self._end(grader)
                grader = None
        return grader, Done(task, failure=failure)

    def _begin(self) -> Grader:
        grader = self._open()
        with self._lock:
            self._graders.add(grader)
        return grader

    def _end(self, grader: Grader | None) -> None:
        if grader is None:
            return
        with self._lock:
            self._graders.discard(grader)
        grader.close()

    def _give(self, what: Done | BaseException | None) -> bool:
        """Hand something to the writer, unless it has stopped listening."""
        while not self._stopped.is_set():
            try:
                self._given.put(what, timeout=LOOK)
            except queue.Full:
                continue
            return True
        return False
