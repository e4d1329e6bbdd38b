"""`bpworkbook report`: pages on a class and on each student."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bpworkbook.cli.console import CommandError, progress_bar, say
from bpworkbook.cli.grading import name_of, sentences


def write_reports(
    assignment: str | None, db: str | None, folder: Path, logins: Sequence[str]
) -> int:
    """Write the reports of an assignment, say where they are, and return the exit code.

    Returns
    -------
    int
        0, also where someone has to look at something: the page of the class says at what.

    Raises
    ------
    CommandError
        No such database, assignment or student, or a place that cannot be written to.
    """
    with sentences():
        _need_jinja()
        from bpworkbook.grading.gradebook import read_gradebook
        from bpworkbook.grading.reports import write_reports as write
        from bpworkbook.grading.reports.texts import count
        from bpworkbook.grading.store import DEFAULT, Store

        start = time.perf_counter()
        with Store(db or DEFAULT, create=False) as store:
            book = read_gradebook(store, name_of(assignment))
        with _progress(len(logins) or len(book.rows)) as watch:
            done = write(book, folder, logins, watch)
        taken = time.perf_counter() - start
    if done.need_a_look:
        verb = "needs" if done.need_a_look == 1 else "need"
        say(f"{count(done.need_a_look, 'student')} {verb} a look.", style="yellow")
    pages = count(len(done.students), "student page")
    where = f"{done.index} and {pages}" if done.index else f"{pages} in {folder / 'students'}"
    say(f"Wrote {where} in {taken:.1f} s.")
    return 0


def _need_jinja() -> None:
    try:
        import jinja2  # noqa: F401
    except ModuleNotFoundError as error:
        raise CommandError(
            "reports need Jinja2: `python -m pip install 'bpworkbook[grading]'`."
        ) from error


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """Show a bar, on a terminal only."""
    with progress_bar() as bar:
        number = bar.add_task("", total=total)
        yield lambda: bar.advance(number)
