"""Write the marks of an assignment for other programs: a table, Canvas, Moodle, nbgrader."""

from dataclasses import dataclass
from pathlib import Path

from bpworkbook.grading.exports.sheets import ExportError
from bpworkbook.grading.gradebook import Gradebook

__all__ = ["FORMATS", "ExportError", "Exported", "export_marks"]

FORMATS = ("csv", "canvas", "moodle", "nbgrader")


@dataclass(frozen=True)
class Exported:
    """What was written.

    Parameters
    ----------
    path : Path
    students : int
        How many have a mark in it.
    left_out : tuple of (login, why)
        Those who have none, because a total would be too low or they are not known there.
    notes : tuple of (login, sentence)
        What else someone should know of what was written.
    """

    path: Path
    students: int
    left_out: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...] = ()


def export_marks(
    book: Gradebook, path: Path | None, form: str, roster: Path | None = None
) -> Exported:
    """Write the marks to a file.

    Parameters
    ----------
    book : Gradebook
    path : Path, optional
        The file; by default ``<assignment>-<format>.csv`` in the present folder.
    form : str
        One of FORMATS.
    roster : Path, optional
        A gradebook exported from Canvas, or a grading worksheet from Moodle, to be filled in.

    Raises
    ------
    ExportError
        If the format or the roster cannot be used, or another file is in the way.
    """
    if form not in FORMATS:
        raise ExportError(f"the format is {form!r}, but it must be {' or '.join(FORMATS)}")
    if form == "nbgrader":
        from bpworkbook.grading.exports.nbgrader import export_gradebook

        return Exported(*export_gradebook(book, path or Path("gradebook.db")))
    from bpworkbook.grading.exports import canvas, moodle, sheets, table

    writers = {"csv": table.sheet, "canvas": canvas.sheet, "moodle": moodle.sheet}
    target = path or Path(f"{book.assignment}-marks.csv" if form == "csv" else f"{form}.csv")
    sheet, left_out = writers[form](book, sheets.read(roster) if roster else None)
    students = sheets.write(target, sheet, book.assignment)
    return Exported(target, students, left_out)
