"""`bpworkbook grade` and an instructor's `bpworkbook export`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bpworkbook.cli.console import CommandError, progress_bar, say
from bpworkbook.cli.sources import How, open_source
from bpworkbook.cli.summary import show_summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from bpworkbook.grading.assignment import Assignment
    from bpworkbook.grading.gradebook import Gradebook
    from bpworkbook.grading.run import Done, Summary, Task
    from bpworkbook.grading.submissions import Finds

INTERRUPTED = 130
SHOWN = 10  # troubles that are printed; all are in the gradebook
INSTRUCTORS_FORMATS = ("canvas", "moodle", "nbgrader")  # csv is a learner's too
STYLES = {
    "passed": "green",
    "passed with remark": "green",
    "known mistake": "yellow",
    "wrong": "yellow",
    "error": "yellow",
    "not attempted": "bright_black",
    "timeout": "red",
    "killed": "red",
    "not gradable": "magenta",
}


def grade(
    places: Sequence[Path],
    assignment: str,
    *,
    db: str,
    limit: int | None,
    regrade: bool,
    how: How,
) -> int:
    """Grade submissions, print what came of it, and return the exit code.

    Returns
    -------
    int
        0 where everything has marks, 1 where someone has to look at something, 130 after Ctrl-C.

    Raises
    ------
    CommandError
        No such assignment, submissions, database, box or scheduler.
    """
    with sentences():
        from bpworkbook.grading.assignment import find_assignment
        from bpworkbook.grading.gradebook import read_gradebook
        from bpworkbook.grading.journal import Journal
        from bpworkbook.grading.run import grade_all, pending
        from bpworkbook.grading.store import Store
        from bpworkbook.grading.submissions import find_submissions
        from bpworkbook.grading.versions import version_of

        asked = find_assignment(assignment)
        finds = find_submissions(places, asked.questions, asked.name)
        versions = {lesson: version_of(lesson) for lesson in asked.questions}
        with open_source(how, versions) as (source, name), Store(db) as store:
            journal = Journal(store, asked, versions)
            journal.enter(finds)
            tasks = list(pending(journal, asked, finds, regrade=regrade))
            _announce(asked, finds, tasks, name)
            with _progress(tasks[:limit]) as watch:
                summary = grade_all(journal, tasks, source, limit=limit, again=regrade, watch=watch)
            show_summary(read_gradebook(store, asked.name), STYLES)
            return _report(summary, finds, store.name)


def show_doctor() -> int:
    """Try every sandbox, print what was found, and return 1 where none isolates submissions."""
    from bpworkbook.grading.box.doctor import advice, findings

    found = findings()
    for finding in found:
        say(str(finding), "red" if finding.why else "green" if finding.isolated else "yellow")
    say(advice(found))
    return int(not any(finding.isolated and not finding.why for finding in found))


def _announce(asked: "Assignment", finds: "Finds", tasks: "Sequence[Task]", name: str) -> None:
    students = len({one.owner.login for one in finds.found})
    say(
        f"{asked.name}: {_count(len(finds.found), 'notebook')} of {_count(students, 'student')}, "
        f"{len(finds.found) - len(tasks)} graded before, {len(tasks)} to grade ({name})."
    )


@contextmanager
def _progress(tasks: "Sequence[Task]") -> "Iterator[Callable[[Done], None]]":
    """Show a bar with the counts of outcomes, on a terminal only."""
    from rich.progress import TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = Remaining(compact=True), TextColumn("{task.fields[outcomes]}")
    counts: Counter[str] = Counter()
    with progress_bar(*columns, wanted=bool(tasks)) as bar:
        number = bar.add_task("", total=len(tasks), outcomes="")

        def watch(done: "Done") -> None:
            counts.update(str(m.outcome) for m in done.marks if m.question in done.task.wanted)
            counts["failed"] += bool(done.failure)
            bar.update(number, advance=1, outcomes=outcomes_line(counts))

        yield watch


def outcomes_line(counts: Counter[str]) -> str:
    """Return counts by outcome with Rich's colours, the known outcomes in their order.

    Examples
    --------
    >>> outcomes_line(Counter({"wrong": 2, "passed": 1}))
    '[green]1 passed[/] [yellow]2 wrong[/]'
    """
    order = [*STYLES, *sorted(set(counts) - set(STYLES))]
    return " ".join(
        f"[{STYLES.get(name, 'red')}]{counts[name]} {name}[/]" for name in order if counts[name]
    )


def _report(summary: "Summary", finds: "Finds", place: str) -> int:
    troubles = [(one.login, one.text) for one in finds.troubles] + summary.failures
    for login, text in troubles[:SHOWN]:
        say(f"{login}: {text}" if login else text, style="yellow")
    if len(troubles) > SHOWN:
        say(
            f"{len(troubles) - SHOWN} more of these; `bpworkbook export` lists all.", style="yellow"
        )
    left = f", {summary.waiting} left: run it again" if summary.waiting else ""
    stopped = "Stopped. " if summary.interrupted else ""
    say(f"{stopped}Graded {_count(summary.graded, 'notebook')}{left}. Marks are in {place}.")
    if summary.interrupted:
        return INTERRUPTED
    return int(bool(troubles))


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def is_instructors(form: str | None, assignment: str | None, db: str | None) -> bool:
    """Tell an instructor's export from a learner's: by what only an instructor has.

    Examples
    --------
    >>> is_instructors("csv", None, None), is_instructors("csv", "02-gradients", None)
    (False, True)
    """
    return bool(assignment or db or form in INSTRUCTORS_FORMATS)


def export_marks(
    path: Path | None, form: str | None, assignment: str | None, db: str | None, roster: Path | None
) -> int:
    """Write the marks of an assignment for another program and return the exit code.

    Raises
    ------
    CommandError
        No such database, assignment or roster, or a place that cannot be written to.
    """
    with sentences():
        from bpworkbook.grading.exports import export_marks as write_marks
        from bpworkbook.grading.gradebook import read_gradebook
        from bpworkbook.grading.store import DEFAULT, Store

        with Store(db or DEFAULT, create=False) as store:
            book = read_gradebook(store, name_of(assignment))
        done = write_marks(book, path, form or "csv", roster)
    _warn(book, done.left_out)
    for login, sentence in done.notes[:SHOWN]:
        say(f"{login}: {sentence}.", style="yellow")
    if len(done.notes) > SHOWN:
        say(f"{len(done.notes) - SHOWN} more of these.", style="yellow")
    say(f"Wrote {done.path}: {_count(done.students, 'student')} of {book.assignment}.")
    return int(bool(done.left_out or done.notes))


def name_of(assignment: str | None) -> str:
    """Return the name of an assignment that may be given as its file."""
    if assignment is None or not assignment.endswith(".toml"):
        return assignment or ""
    from bpworkbook.grading.assignment import find_assignment

    return find_assignment(assignment).name


def _warn(book: "Gradebook", left_out: Sequence[tuple[str, str]]) -> None:
    if unmarked := book.left_out():
        say(f"Not counted, for nobody could be marked: {', '.join(unmarked)}.", style="yellow")
    for login, why in left_out[:SHOWN]:
        say(f"Without a total: {login}: {why}", style="yellow")
    if len(left_out) > SHOWN:
        say(f"{len(left_out) - SHOWN} more without a total.", style="yellow")


@contextmanager
def sentences() -> Iterator[None]:
    """Turn what is expected to fail into one sentence for the person who asked."""
    try:
        import sqlalchemy.exc
    except ModuleNotFoundError as error:
        raise CommandError(
            "grading needs SQLAlchemy: `python -m pip install 'bpworkbook[grading]'`."
        ) from error
    from bpworkbook.grading.archives import RefusedError
    from bpworkbook.grading.assignment import AssignmentError
    from bpworkbook.grading.box import BoxError
    from bpworkbook.grading.exports import ExportError
    from bpworkbook.grading.store import StoreError

    try:
        yield
    except BoxError as error:
        raise CommandError(
            f"{error}; give --not-isolated if you trust all who handed in."
        ) from error
    except (RefusedError, AssignmentError, ExportError, StoreError) as error:
        raise CommandError(f"{error}.") from error
    except sqlalchemy.exc.DBAPIError as error:
        reason = str(error.orig).strip().split("\n")[0]
        raise CommandError(f"the database gave up: {reason}.") from error
