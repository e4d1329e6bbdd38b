"""The table of marks by hand: written for a spreadsheet, and read back as it comes out of one."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from bpworkbook.grading.exports.sheets import LARGEST_ROSTER, ExportError, number
from bpworkbook.grading.gradebook import (
    BY_HAND,
    NOT_GRADABLE,
    NOT_GRADED,
    Asked,
    Cell,
    Gradebook,
    Row,
)
from bpworkbook.grading.tables import storable
from bpworkbook.workbook.atomic import write_atomically

HEADER = ("login", "name", "question", "outcome", "points", "of", "manual points", "comment")
NEEDED = ("login", "question", "manual points", "comment")
OPEN = (NOT_GRADABLE, NOT_GRADED, "timeout", "killed", BY_HAND)
UNREAD = Cell("nothing could be read", counts=False)
# A spreadsheet takes these for the beginning of a formula.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
GUARDED = re.compile(r"'+[=+\-@\t\r]")


def guarded(text: str) -> str:
    """Return text that a spreadsheet takes for text.

    >>> guarded("=1+1"), guarded("-2"), guarded("see me")
    ("'=1+1", "'-2", 'see me')
    """
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return what `guarded` was given.

    >>> unguarded("'=1+1"), unguarded("'quoted'")
    ('=1+1', "'quoted'")
    """
    return text[1:] if GUARDED.match(text) else text


def tidy(comment: str) -> str:
    r"""Return a comment as it comes back from a table.

    >>> tidy(" well\r\ndone ")
    'well\ndone'
    """
    return storable("\n".join(comment.splitlines()).strip())


def write_sheet(book: Gradebook, path: Path, *, only_open: bool = False) -> int:
    """Write a table of all answers, to be filled in, and return how many rows it has.

    Parameters
    ----------
    book : Gradebook
    path : Path
        A new file: an earlier one may have been filled in.
    only_open : bool
        Leave out what the grader has settled and nobody marked by hand.

    Raises
    ------
    ExportError
        If the file is there, or cannot be written.
    """
    if path.exists() or path.is_symlink():
        raise ExportError(f"{path} is there already, perhaps filled in; name another file")
    text = io.StringIO()
    rows = list(sheet(book, only_open=only_open))
    csv.writer(text, lineterminator="\r\n").writerows([HEADER, *rows])
    try:
        # With a byte-order mark, without which Excel takes UTF-8 for something else.
        write_atomically(path, text.getvalue().encode("utf-8-sig"))
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror}") from error
    return len(rows)


def sheet(book: Gradebook, *, only_open: bool = False) -> Iterator[list[str]]:
    """Yield the rows of the table; those of whom nothing could be read have rows too."""
    unread = [Row(login) for login in dict.fromkeys(login for login, _ in book.unread if login)]
    for row in [*book.rows, *unread]:
        for asked in book.questions:
            cell = row.cells.get(asked.key, UNREAD)
            if not only_open or is_open(cell):
                yield _row(row, asked, cell)


def is_open(cell: Cell) -> bool:
    """Tell whether someone should look at an answer, or has."""
    return not cell.counts or cell.outcome in OPEN


def _row(row: Row, asked: Asked, cell: Cell) -> list[str]:
    found = cell.machine
    by_hand = cell.outcome == BY_HAND
    return [
        guarded(row.login),
        guarded(row.name),
        asked.key,
        found.outcome,
        number(found.points) if found.counts else "",
        number(asked.points),
        exact(cell.points) if by_hand else "",
        guarded(tidy(cell.remark)) if by_hand else "",
    ]


def exact(points: float) -> str:
    """Return points so that they are read back as they are.

    >>> exact(2.0), exact(2 / 3)
    ('2', '0.6666666666666666')
    """
    return repr(float(points)).removesuffix(".0")


def read_sheet(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Read a table that was filled in: with commas, semicolons or tabs, with or without a mark.

    Returns
    -------
    list of (line, cells)
        The line in the file, and the needed cells by the name of their column.

    Raises
    ------
    ExportError
        If it cannot be read, or lacks a column.
    """
    try:
        if path.stat().st_size > LARGEST_ROSTER:
            raise ExportError(f"{path} is too large for a table of marks")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ExportError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ExportError(f"{path} is not UTF-8; save it as “CSV UTF-8”") from error
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    rows, begin = [], 1
    try:
        for cells in reader:
            rows.append((begin, cells))
            begin = reader.line_num + 1
    except csv.Error as error:
        raise ExportError(f"{path}, line {begin}: this is no CSV: {error}") from error
    header = [name.strip().casefold() for name in rows[0][1]] if rows else []
    if missing := [name for name in NEEDED if name not in header]:
        raise ExportError(f"{path} has no column {missing[0]!r}; it needs {', '.join(NEEDED)}")
    places = {name: header.index(name) for name in NEEDED}
    return [
        (line, {name: (cells[at] if at < len(cells) else "") for name, at in places.items()})
        for line, cells in rows[1:]
        if any(cell.strip() for cell in cells)
    ]
