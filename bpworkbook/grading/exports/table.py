"""The plain table: every question of every student, and what still has to be looked at."""

from bpworkbook.grading.exports.sheets import LeftOut, Sheet, number, safe
from bpworkbook.grading.gradebook import Gradebook


def sheet(book: Gradebook, roster: Sheet | None = None) -> tuple[Sheet, LeftOut]:
    """Return a row for each student: points by question, total, what is open, what is wrong.

    Nobody who handed something in is left out: where a mark is missing, its cell is empty and
    the column ``open`` says so.
    """
    header = ["student", "name", "lms_id", *(asked.key for asked in book.questions)]
    header += ["late", "total", "possible", "open", "troubles"]
    rows = []
    for row in book.rows:
        marks = [
            number(book.earned(row, asked)) if row.cells[asked.key].counts else ""
            for asked in book.questions
        ]
        shares = sorted(row.late.items())
        late = [f"{lesson} x {number(share)}" for lesson, share in shares if share < 1]
        if row.marked_late and not late:
            late = ["marked late by Canvas"]
        rows.append(
            [
                safe(row.login),
                safe(row.name),
                row.lms_id,
                *marks,
                "; ".join(late),
                number(book.total(row)),
                number(book.possible),
                "; ".join(book.open_questions(row)),
                safe("; ".join(row.troubles)),
            ]
        )
    # Those of whom nothing could be read stand here too, without a total.
    for login, text in book.unread:
        rows.append([safe(login), *[""] * (len(header) - 3), "all", safe(text)])
    return Sheet(header, rows=rows), book.unread
