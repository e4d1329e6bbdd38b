"""Tables as CSV files: read one from elsewhere, write one that a spreadsheet opens safely."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bpworkbook.grading.gradebook import Gradebook, Row
from bpworkbook.workbook.atomic import write_atomically

LARGEST_ROSTER = 50 * 2**20
LeftOut = tuple[tuple[str, str], ...]


class ExportError(ValueError):
    """Marks cannot be written as asked; the message is one sentence."""


@dataclass
class Sheet:
    """A table: its header, other rows that are no student's, and one row a student."""

    header: list[str]
    notes: list[list[str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)

    def column(self, name: str) -> int | None:
        """Return the index of a column, None if there is none."""
        return self.header.index(name) if name in self.header else None


def number(points: float) -> str:
    """Return points as they are written: two places, and none that say nothing.

    >>> number(2.50), number(3.0), number(1 / 3)
    ('2.5', '3', '0.33')
    """
    return f"{points:.2f}".rstrip("0").rstrip(".")


def safe(text: str) -> str:
    """Return text that a spreadsheet does not take for a formula.

    >>> safe("=cmd()"), safe("Ada")
    ("'=cmd()", 'Ada')
    """
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text


def counted(book: Gradebook) -> tuple[list[Row], LeftOut]:
    """Return the students whose total can be told, and why the others' cannot."""
    rows, left_out = [], list(book.unread)
    for row in book.rows:
        if missing := book.open_questions(row):
            left_out.append((row.login, f"no mark yet for {', '.join(missing)}"))
        else:
            rows.append(row)
    return rows, tuple(left_out)


def comment(book: Gradebook, row: Row) -> str:
    """Return a line that says what each question earned and how it ended."""
    parts = []
    for asked in book.questions:
        if asked.gradable:
            of = f"{number(book.earned(row, asked))} of {number(asked.points)}"
            parts.append(f"{asked.key.replace(':', ' ')}: {of}, {row.cells[asked.key].outcome}")
    late = [lesson for lesson, share in sorted(row.late.items()) if share < 1]
    if late:
        parts.append(f"late: {', '.join(late)}")
    return "; ".join(parts)


def read(path: Path) -> Sheet:
    """Read a CSV file, with commas or semicolons.

    Raises
    ------
    ExportError
        If it cannot be read or is no table.
    """
    try:
        if path.stat().st_size > LARGEST_ROSTER:
            raise ExportError(f"{path} is too large for a list of students")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ExportError(f"{path} cannot be read: {reason}") from error
    first = text.split("\n", 1)[0]
    mark = ";" if first.count(";") > first.count(",") else ","
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=mark) if any(row)]
    except csv.Error as error:
        raise ExportError(f"{path} is no CSV file: {error}") from error
    if not rows:
        raise ExportError(f"{path} is empty")
    width = len(rows[0])
    return Sheet(rows[0], rows=[(row + [""] * width)[:width] for row in rows[1:]])


def write(path: Path, sheet: Sheet, assignment: str) -> int:
    """Write a table and return how many rows of students it has; an earlier export is replaced.

    Raises
    ------
    ExportError
        If a file that is no export of ours stands there, or the place cannot be written to.
    """
    if path.is_dir():
        raise ExportError(f"{path} is a folder; name a file")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([sheet.header, *sheet.notes, *sheet.rows])
    try:
        if path.exists() and not _is_ours(path, sheet.header):
            raise ExportError(f"{path} exists and is no earlier export; name another file")
        write_atomically(path, text.getvalue().encode("utf-8"))
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror}") from error
    return len(sheet.rows)


def _is_ours(path: Path, header: Sequence[str]) -> bool:
    """Tell whether a file begins as the one that is to replace it."""
    with path.open("rb") as file:
        begin = file.read(2_000).decode("utf-8", "replace")
    found = next(csv.reader(io.StringIO(begin)), [])
    return found[:2] == list(header[:2])
