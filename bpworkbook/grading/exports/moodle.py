"""The offline grading worksheet of a Moodle assignment, for its "Upload grading worksheet".

Moodle reads the columns Identifier, Grade and Last modified (grade), and finds a student by the
number at the end of Identifier. (mod/assign/feedback/offline/importgradeslib.php of moodle.)
"""

import re

from bpworkbook.grading.exports.sheets import (
    ExportError,
    LeftOut,
    Sheet,
    comment,
    counted,
    number,
    safe,
)
from bpworkbook.grading.gradebook import Gradebook, Row

HEADER = [
    "Identifier",
    "Full name",
    "Grade",
    "Maximum Grade",
    "Last modified (grade)",
    "Feedback comments",
]
NAMES = ("Full name", "Email address", "ID number", "Username")


def sheet(book: Gradebook, roster: Sheet | None = None) -> tuple[Sheet, LeftOut]:
    """Return the worksheet; the roster is one that Moodle gave out, which is filled in.

    Raises
    ------
    ExportError
        If the roster is no worksheet, or there is none and the submissions came from elsewhere.
    """
    rows, left_out = counted(book)
    if roster is not None:
        return _filled(book, rows, left_out, roster)
    if rows and not any(row.lms_id for row in rows):
        raise ExportError(
            "these submissions did not come from Moodle, so their numbers there are not known; "
            "give the grading worksheet that Moodle hands out with --roster"
        )
    made = Sheet(HEADER)
    for row in rows:
        if row.lms_id:
            total, of = number(book.total(row)), number(book.possible)
            told = comment(book, row)
            who = f"Participant {row.lms_id}"
            made.rows.append([who, safe(row.name), total, of, "-", told])
    lost = tuple((row.login, "no number in Moodle") for row in rows if not row.lms_id)
    return made, (*left_out, *lost)


def _filled(
    book: Gradebook, rows: list[Row], left_out: LeftOut, roster: Sheet
) -> tuple[Sheet, LeftOut]:
    """Return the roster with grades; where its maximum is another, the points are scaled to it."""
    grade = roster.column("Grade")
    if grade is None or roster.column("Identifier") is None:
        raise ExportError(
            "the roster is no grading worksheet of Moodle: it needs the columns Identifier and "
            "Grade (download it with Moodle's language set to English)"
        )
    said = roster.column("Feedback comments")
    largest = roster.column("Maximum Grade")
    by_name = _names(roster)
    lost = []
    for row in rows:
        key = f"participant {row.lms_id}" if row.lms_id else row.login.casefold()
        line = by_name.get(key)
        if line is None:
            lost.append((row.login, "not in the roster"))
            continue
        of = _maximum(line[largest]) if largest is not None else 0.0
        scale = of / book.possible if of and book.possible else 1.0
        line[grade] = number(book.total(row) * scale)
        if said is not None:
            line[said] = comment(book, row)
    return roster, (*left_out, *lost)


def _names(roster: Sheet) -> dict[str, list[str]]:
    """Return the lines of a worksheet by everything that names the student; no name twice."""
    found: dict[str, list[str]] = {}
    twice = set()
    for line in roster.rows:
        identifier = re.search(r"(\d+)\s*$", line[roster.header.index("Identifier")])
        places = [place for name in NAMES if (place := roster.column(name)) is not None]
        names = {line[place].strip().casefold() for place in places}
        if identifier:
            names.add(f"participant {identifier.group(1)}")
        for name in names - {""}:
            if name in found:
                twice.add(name)
            found[name] = line
    return {name: line for name, line in found.items() if name not in twice}


def _maximum(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return 0.0
