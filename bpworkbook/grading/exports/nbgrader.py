"""The gradebook of nbgrader, for its formgrader, feedback and exporters.

nbgrader grades check cells, and one may check several questions: its points are theirs together.
Importing nbgrader takes seconds, so it is imported when it is used. A new gradebook makes it call
the program `alembic`, which it brings; that has to be found beside this Python.
"""

import os
import shutil
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bpworkbook.authoring.assemble import checked_names
from bpworkbook.grading.exports.sheets import ExportError, LeftOut, counted
from bpworkbook.grading.gradebook import Gradebook, Row
from bpworkbook.lessons import lesson
from bpworkbook.lessons.catalogue import slug


def export_gradebook(book: Gradebook, path: Path) -> tuple[Path, int, LeftOut]:
    """Write, or bring up to date, one assignment of an nbgrader gradebook.

    Returns
    -------
    path, students, left_out
        As for the other formats.

    Raises
    ------
    ExportError
        If nbgrader is not installed, or the file is no gradebook of nbgrader.
    """
    rows, left_out = counted(book)
    with warnings.catch_warnings(), _opened(path) as gradebook:
        gradebook.update_or_create_assignment(book.assignment, duedate=_naive(book))
        cells = _lay_cells(gradebook, book)
        for row in rows:
            _write(gradebook, book, row, cells)
    return path, len(rows), left_out


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        warnings.simplefilter("ignore")  # they are about nbgrader's own code
        from nbgrader.api import Gradebook as NbGradebook
    except ModuleNotFoundError as error:
        raise ExportError(
            "nbgrader is not installed: `python -m pip install 'bpworkbook[nbgrader]'`"
        ) from error
    if path.is_dir():
        raise ExportError(f"{path} is a folder; name a file")
    from sqlalchemy.exc import DBAPIError

    try:
        with _alembic_on_path():
            gradebook = NbGradebook(f"sqlite:///{path}")
        try:
            yield gradebook
        finally:
            gradebook.close()
    except DBAPIError as error:
        raise ExportError(f"{path} is no gradebook of nbgrader: {error.orig}") from error


@contextmanager
def _alembic_on_path() -> Iterator[None]:
    """Let nbgrader find the `alembic` of this Python, also where it was not activated."""
    before = os.environ.get("PATH", "")
    if shutil.which("alembic") is None:
        os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _lay_cells(gradebook: Any, book: Gradebook) -> dict[str, tuple[str, str]]:
    """Make notebooks and grade cells; return notebook and cell of each question by its key."""
    places: dict[str, tuple[str, str]] = {}
    points: dict[tuple[str, str], float] = {}
    for asked in book.questions:
        if asked.gradable:
            cell = check_cells(asked.lesson).get(asked.key.split(":")[1])
            place = slug(asked.lesson), cell or f"check-{asked.key.split(':')[1]}"
            places[asked.key] = place
            points[place] = points.get(place, 0.0) + asked.points
    for name in dict.fromkeys(notebook for notebook, _ in points):
        gradebook.update_or_create_notebook(name, book.assignment)
    for (notebook, cell), of in points.items():
        gradebook.update_or_create_grade_cell(
            cell, notebook, book.assignment, max_score=of, cell_type="code"
        )
    return places


def check_cells(number: str) -> Mapping[str, str]:
    """Return nbgrader's name of the cell that checks each function of a lesson.

    Examples
    --------
    >>> check_cells("09")["linear_backward"], check_cells("09")["sigmoid_backward"]
    ('check-linear_backward', 'check-relu_backward')
    """
    cells: dict[str, str] = {}
    for cell in lesson(number).source.cells:
        if cell.role == "check":
            names = checked_names(cell.text)
            for name in names:
                cells.setdefault(name, f"check-{names[0]}")
    return cells


def _write(
    gradebook: Any, book: Gradebook, row: Row, places: Mapping[str, tuple[str, str]]
) -> None:
    """Write one student's scores; lateness stands apart from them, as nbgrader has it."""
    scores: dict[tuple[str, str], float] = {}
    lost: dict[str, float] = {}
    for asked in book.questions:
        if asked.key in places:
            place, points = places[asked.key], row.cells[asked.key].points
            scores[place] = scores.get(place, 0.0) + points
            late = points - book.earned(row, asked)
            lost[place[0]] = lost.get(place[0], 0.0) + late
    gradebook.update_or_create_student(row.login)
    _make_anew(gradebook, book.assignment, row.login, set(scores))
    submission = gradebook.update_or_create_submission(book.assignment, row.login)
    for notebook in submission.notebooks:
        notebook.late_submission_penalty = lost.get(notebook.name, 0.0) or None
        for grade in notebook.grades:
            grade.auto_score = scores.get((notebook.name, grade.name), 0.0)
            grade.needs_manual_grade = False
    gradebook.db.commit()


def _make_anew(gradebook: Any, assignment: str, login: str, places: set[tuple[str, str]]) -> None:
    """Remove a submission that lacks cells: it was made when the assignment had fewer."""
    from nbgrader.api import MissingEntry

    try:
        there = gradebook.find_submission(assignment, login)
    except MissingEntry:
        return
    if places - {(book.name, grade.name) for book in there.notebooks for grade in book.grades}:
        gradebook.remove_submission(assignment, login)


def _naive(book: Gradebook) -> Any:
    """Return the due date as nbgrader keeps it: UTC without saying so."""
    return None if book.due is None else book.due.replace(tzinfo=None)
