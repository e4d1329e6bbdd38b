"""`bpworkbook marks`: marks by hand, out to a spreadsheet and back."""

from pathlib import Path

from bpworkbook.cli.console import CommandError, say
from bpworkbook.cli.grading import name_of, sentences

SHOWN = 20  # lines of a table that are named


def export_sheet(path: Path, assignment: str | None, db: str | None, *, only_open: bool) -> int:
    """Write a table to be filled in and return the exit code.

    Raises
    ------
    CommandError
        No such database or assignment, or a file that is there already.
    """
    with sentences():
        from bpworkbook.grading.gradebook import read_gradebook
        from bpworkbook.grading.manual_sheet import write_sheet
        from bpworkbook.grading.store import DEFAULT, Store

        with Store(db or DEFAULT, create=False) as store:
            book = read_gradebook(store, name_of(assignment))
        rows = write_sheet(book, path, only_open=only_open)
    say(
        f"Wrote {path}: {rows:,} row{'s' * (rows != 1)} of {book.assignment}. Fill in the columns "
        f"“manual points” and “comment”, then run `bpworkbook marks import {path}`."
    )
    return 0


def import_sheet(path: Path, assignment: str | None, db: str | None, *, allow_more: bool) -> int:
    """Put a filled-in table into the gradebook, all of it or nothing, and return the exit code.

    Raises
    ------
    CommandError
        No such file, database or assignment, or lines that cannot be used.
    """
    with sentences():
        from bpworkbook.grading.gradebook import read_gradebook
        from bpworkbook.grading.manual import apply, plan
        from bpworkbook.grading.manual_sheet import read_sheet
        from bpworkbook.grading.store import DEFAULT, Store

        rows = read_sheet(path)
        with Store(db or DEFAULT, create=False) as store:
            book = read_gradebook(store, name_of(assignment))
            made = plan(book, rows, allow_more=allow_more)
            _refuse(path, made.problems)
            apply(store, book, made.changes)
    for line in made.lost_comments[:SHOWN]:
        say(f"Line {line}: a comment without points was not kept.", style="yellow")
    given = sum(change.points is not None for change in made.changes)
    gone = len(made.changes) - given
    say(
        f"{given:,} mark{'s' * (given != 1)} by hand set, {gone:,} taken away, "
        f"{made.same:,} as before."
    )
    return 0


def import_formgrader(
    path: Path, assignment: str | None, db: str | None, *, allow_more: bool
) -> int:
    """Put what was given in nbgrader's formgrader into the gradebook and return the exit code.

    Raises
    ------
    CommandError
        No such file, database or assignment, or marks that cannot be taken.
    """
    with sentences():
        from bpworkbook.grading.from_nbgrader import read_formgrader
        from bpworkbook.grading.gradebook import read_gradebook
        from bpworkbook.grading.manual import apply
        from bpworkbook.grading.store import DEFAULT, Store

        with Store(db or DEFAULT, create=False) as store:
            book = read_gradebook(store, name_of(assignment))
            found = read_formgrader(path, book, allow_more=allow_more)
            for login, text in [*found.problems, *found.notes][:SHOWN]:
                say(f"{login}: {text}.", style="yellow")
            if found.problems:
                raise CommandError(f"not all marks of {path} can be taken: nothing was changed.")
            apply(store, book, found.changes)
    given = len(found.changes)
    say(f"{given:,} mark{'s' * (given != 1)} by hand set, {found.same:,} as before.")
    return 0


def _refuse(path: Path, problems: list[tuple[int, str]]) -> None:
    """Name the lines that cannot be used, and end the command if there are any."""
    for line, text in problems[:SHOWN]:
        say(f"Line {line}: {text}.", style="yellow")
    if problems:
        many = f"{len(problems):,} line{'s' * (len(problems) != 1)}"
        raise CommandError(f"{many} of {path} cannot be used, so nothing was changed.")
