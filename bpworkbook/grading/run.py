"""Grade many notebooks: one writer, and nothing graded twice.

A `Source` finishes notebooks: threads of this machine, or workers elsewhere. The caller's thread
alone writes to the database, the marks of each notebook as soon as they are there.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from bpworkbook.grading.assignment import Assignment
from bpworkbook.grading.journal import Journal, Mark, MarkLike
from bpworkbook.grading.keeper import GraderError
from bpworkbook.grading.submissions import Finds, Found
from bpworkbook.grading.variants import borrowed
from bpworkbook.workbook import Question

LOOK = 0.2  # seconds after which the writer looks up, so that Ctrl-C is heard on every system


@dataclass(frozen=True)
class Task:
    """A notebook to grade, the questions whose marks are wanted, and what is to be remarked."""

    found: Found
    questions: tuple[Question, ...]
    wanted: frozenset[str]
    seed: int
    remark: str = ""

    def read(self) -> bytes:
        """Return the notebook's bytes.

        Raises
        ------
        GraderError
            If they cannot be read, or are no longer those that were handed in.
        """
        try:
            raw = self.found.read()
        except Exception as error:  # a zip can fail in many ways
            raise GraderError(f"{type(error).__name__}: {error}"[:500]) from error
        if hashlib.sha256(raw).hexdigest() != self.found.digest:
            raise GraderError("the file changed while it was graded")
        return raw


@dataclass(frozen=True)
class Done:
    """What came of a task: marks, or why there are none."""

    task: Task
    marks: Sequence[MarkLike] = ()
    box: str = ""
    failure: str = ""


class Source(Protocol):
    """Where finished notebooks come from."""

    def results(self, todo: Sequence[Task]) -> Iterator[Done]:
        """Yield each task once, in any order; raise what makes all further work useless."""

    def stop(self) -> None:
        """End what is still at work; called once, however the run ended."""


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
    held = [(found.owner.login, found.variant) for found in finds.found]
    remarks = borrowed(journal.rows.seed, held)
    for found in finds.found:
        questions = assignment.questions.get(found.lesson, ())
        number = journal.rows.submission_ids[found.owner.login, found.lesson, found.digest]
        version = journal.versions.get(found.lesson, "")
        wanted = frozenset(
            question.key
            for question in questions
            if regrade or (number, question.key, version) not in done
        )
        remark = remarks.get((found.owner.login, found.variant), "")
        if remark:  # the one whose it is may have handed in after this one was graded
            journal.remark(found, remark)
        if wanted:
            seed = journal.seed_of(found.owner.login, found.lesson)
            yield Task(found, questions, wanted, seed, remark)


def grade_all(
    journal: Journal,
    tasks: Sequence[Task],
    source: Source,
    *,
    limit: int | None = None,
    again: bool = False,
    watch: Callable[[Done], None] = lambda done: None,
) -> Summary:
    """Grade tasks and write each one's marks as soon as they are there.

    Parameters
    ----------
    journal : Journal
    tasks : sequence of Task
    source : Source
        Grades them.
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
    try:
        for done in source.results(todo):
            _write(journal, done, summary, again=again)
            watch(done)
    except KeyboardInterrupt:
        # What is in flight is dropped: Ctrl-C may have reached the boxes too.
        summary.interrupted = True
    finally:
        source.stop()
    summary.waiting = len(tasks) - summary.graded
    return summary


def _write(journal: Journal, done: Done, summary: Summary, *, again: bool) -> None:
    found = done.task.found
    if done.failure:
        summary.failures.append((found.owner.login, f"{found.place}: {done.failure}"))
        journal.note("failed", f"{found.place}: {done.failure}", found.owner.login)
        return
    marks = [
        remarked(mark, done.task.remark) for mark in done.marks if mark.question in done.task.wanted
    ]
    journal.record(found, marks, box=done.box, again=again)
    summary.graded += 1
    summary.outcomes.update(str(mark.outcome) for mark in marks)


def remarked(mark: MarkLike, remark: str) -> MarkLike:
    """Return a mark with one more remark for the instructor, unless nothing was handed in for it.

    Examples
    --------
    >>> remarked(Mark("09.1:f", "passed", remark="Slow."), "Holds the variant of ada.").remark
    'Holds the variant of ada. Slow.'
    """
    if not remark or mark.outcome == "not attempted":
        return mark
    told = f"{remark} {mark.remark}".strip()
    earned = (mark.question, mark.outcome, mark.points, mark.of, mark.mistake)
    return Mark(*earned, tuple(mark.lines), told, mark.seconds)
