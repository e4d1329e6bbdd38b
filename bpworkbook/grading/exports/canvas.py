"""The gradebook of Canvas: a file for its Import button.

Canvas finds a student by ID, then by SIS User ID, SIS Login ID or name, and wants the columns up to
Section in its own order and a row "Points Possible". A cell left empty would erase a mark, so those
without one have no row at all. (lib/gradebook_importer.rb of canvas-lms.)
"""

import re

from bpworkbook.grading.exports.sheets import ExportError, LeftOut, Sheet, counted, number, safe
from bpworkbook.grading.gradebook import Gradebook, Row

STUDENT = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
POSSIBLE = "    Points Possible"


def sheet(book: Gradebook, roster: Sheet | None = None) -> tuple[Sheet, LeftOut]:
    """Return the table to import; the roster is a gradebook that Canvas exported.

    Raises
    ------
    ExportError
        If the roster is no gradebook of Canvas.
    """
    rows, left_out = counted(book)
    if roster is not None:
        return _filled(book, rows, left_out, roster)
    made = Sheet([*STUDENT, book.assignment], [[POSSIBLE, "", "", "", "", number(book.possible)]])
    for row in rows:
        login = "" if row.lms_id else safe(row.login)
        name = safe(row.name or row.login)
        made.rows.append([name, row.lms_id, "", login, "", number(book.total(row))])
    return made, left_out


def _filled(
    book: Gradebook, rows: list[Row], left_out: LeftOut, roster: Sheet
) -> tuple[Sheet, LeftOut]:
    """Return the roster's students with this assignment's column only."""
    places = {name: roster.column(name) for name in STUDENT}
    missing = [name for name in ("Student", "ID", "Section") if places[name] is None]
    if missing:
        raise ExportError(f"the roster is no gradebook of Canvas: it has no {missing[0]!r}")
    title = re.compile(re.escape(book.assignment) + r"( \(\d+\))?")
    column = next((name for name in roster.header if title.fullmatch(name)), book.assignment)
    kept = [place for place in places.values() if place is not None]
    header = [*(roster.header[place] for place in kept), column]
    possible = [POSSIBLE, *[""] * (len(kept) - 1), number(book.possible)]
    made = Sheet(header, [possible])
    by_id, by_name = _known(roster, places)
    lost = []
    for row in rows:
        # A number of Canvas may be another student's number at the university.
        line = by_id.get(row.lms_id) if row.lms_id else by_name.get(row.login.casefold())
        if line is None:
            lost.append((row.login, "not in the roster"))
        else:
            made.rows.append([*(line[place] for place in kept), number(book.total(row))])
    return made, (*left_out, *lost)


def _known(
    roster: Sheet, places: dict[str, int | None]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the roster's lines by Canvas's own number, and by names that are nobody else's."""
    by_id: dict[str, list[str]] = {}
    by_name: dict[str, list[list[str]]] = {}
    for line in roster.rows:
        if "Points Possible" in line[0]:
            continue
        named = {
            line[place].strip().casefold()
            for name in ("Student", "SIS User ID", "SIS Login ID")
            if (place := places[name]) is not None
        }
        for name in named - {""}:
            by_name.setdefault(name, []).append(line)
        by_id[line[places["ID"] or 0].strip()] = line
    return by_id, {name: lines[0] for name, lines in by_name.items() if len(lines) == 1}
