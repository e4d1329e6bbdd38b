"""The gradebook of nbgrader, for its formgrader, feedback and exporters.

Importing nbgrader takes seconds, so it is imported when it is used. A new gradebook makes it call
the program `alembic`, which it brings; that has to be found beside this Python.

Marks that come from here stand in ``auto_score``, those given by hand in ``manual_score`` as well.
A manual score that is another than the automatic one was therefore given in formgrader, and
stays until `bpworkbook marks import` has brought it home.
"""

import math
import os
import shutil
import sqlite3
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from bpworkbook.grading.exports.autograded import (
    FOLDER,
    Told,
    autograded,
    save_autograded,
    told_of,
)
from bpworkbook.grading.exports.copies import Copies
from bpworkbook.grading.exports.outline import Layout, Outline, Place, layout
from bpworkbook.grading.exports.sheets import ExportError, LeftOut, counted, number
from bpworkbook.grading.gradebook import BY_HAND, Asked, Gradebook, Row
from bpworkbook.grading.reports.student import Answer, student_page


def export_gradebook(book: Gradebook, path: Path) -> tuple[Path, int, LeftOut, LeftOut]:
    """Write, or bring up to date, one assignment of an nbgrader gradebook.

    Beside it, in the folder ``autograded``, stand the notebooks that formgrader shows.

    Returns
    -------
    path, students, left_out, notes
        As in `Exported`. Students without a total are in the gradebook all the same, for
        formgrader to mark what is open.

    Raises
    ------
    ExportError
        If nbgrader is not installed, or the file is no gradebook of nbgrader.
    """
    rows, left_out = counted(book)
    plan, notes = layout(book), []
    copies = Copies()
    with warnings.catch_warnings(), opened(path) as gradebook:
        gradebook.update_or_create_assignment(book.assignment, duedate=_naive(book.due))
        _lay_cells(gradebook, plan)
        for row in book.rows:
            told = _write_marks(gradebook, plan, row)
            told += _write_notebooks(plan, row, path.parent / FOLDER, copies)
            notes += [(row.login, sentence) for sentence in told]
    return path, len(rows), left_out, tuple(notes)


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Open a gradebook of nbgrader, or make one.

    Raises
    ------
    ExportError
        If nbgrader is not installed, or the file is no gradebook of nbgrader.
    """
    try:
        warnings.simplefilter("ignore")  # they are about nbgrader's own code
        from nbgrader.api import Gradebook as NbGradebook
    except ModuleNotFoundError as error:
        raise ExportError(
            "nbgrader is not installed: `python -m pip install 'bpworkbook[nbgrader]'`"
        ) from error
    if path.is_dir():
        raise ExportError(f"{path} is a folder; name a file")
    if path.exists() and path.stat().st_size and not is_gradebook(path):
        raise ExportError(f"{path} is no gradebook of nbgrader")
    from sqlalchemy.exc import DBAPIError

    try:
        with _alembic_on_path():
            gradebook = NbGradebook(f"sqlite:///{path}")
        gradebook.db().expire_on_commit = False  # else each student loads all cells again
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


def _lay_cells(gradebook: Any, plan: Layout) -> None:
    """Make notebooks and cells; a cell in which nothing can be earned gives no points."""
    name = plan.book.assignment
    for outline in plan.outlines.values():
        notebook = gradebook.update_or_create_notebook(outline.name, name)
        for cell in notebook.grade_cells:
            cell.max_score = 0.0
        for answer in dict.fromkeys(outline.answers.values()):
            gradebook.update_or_create_solution_cell(answer, outline.name, name)
    for (notebook, check), asked in plan.questions.items():
        gradebook.update_or_create_grade_cell(
            check, notebook, name, max_score=_worth(asked), cell_type="code"
        )


def _worth(asked: Sequence[Asked]) -> float:
    return sum((one.points for one in asked if one.gradable), 0.0)


def _write_marks(gradebook: Any, plan: Layout, row: Row) -> list[str]:
    """Write one student's marks, lateness apart as nbgrader has it; return what was kept."""
    submission = _submission(gradebook, plan.book, row)
    comments, kept = _comments(plan, row), []
    for notebook in submission.notebooks:
        lost = 0.0
        for grade in notebook.grades:
            asked = [a for a in plan.questions.get((notebook.name, grade.name), ()) if a.gradable]
            cells = [row.cells[one.key] for one in asked]
            score = sum(c.points for c in cells) if all(c.counts for c in cells) else None
            if given_there(grade.manual_score, grade.auto_score) and not same(
                grade.manual_score, score
            ):
                kept.append(
                    f"{grade.name} has {number(grade.manual_score)} points by hand in formgrader; "
                    "`bpworkbook marks import --from-nbgrader` brings them here"
                )
            else:
                by_hand = any(cell.outcome == BY_HAND for cell in cells)
                grade.manual_score = score if by_hand else None
            grade.auto_score = score
            grade.needs_manual_grade = score is None and grade.manual_score is None
            lost += sum(cell.points for cell in cells)
            lost -= sum(plan.book.earned(row, one) for one in asked)
        for comment in notebook.comments:
            text = comments.get((notebook.name, comment.name))
            if not given_there(comment.manual_comment, comment.auto_comment):
                comment.manual_comment = text
            comment.auto_comment = text
        notebook.late_submission_penalty = max(lost, 0.0) or None
    gradebook.db.commit()
    return kept


def _comments(plan: Layout, row: Row) -> dict[Place, str]:
    """Return what people wrote to a student, by the cell that it hangs on."""
    found: dict[Place, str] = {}
    for asked in plan.book.questions:
        cell, place = row.cells[asked.key], plan.answer(asked)
        there = found.get(place, "")
        if cell.outcome == BY_HAND and cell.remark and cell.remark not in there:
            found[place] = f"{there}\n{cell.remark}".strip()
    return found


def given_there(manual: Any, automatic: Any) -> bool:
    """Tell whether a mark or a comment was given in formgrader, and not written by an export.

    >>> given_there(2.0, 0.0), given_there(2.0, 2.0), given_there(None, 2.0)
    (True, False, False)
    """
    return manual not in (None, "") and manual != automatic


def same(points: float, others: float | None) -> bool:
    """Tell whether two marks are the same but for rounding; None is a mark that is missing."""
    return others is not None and math.isclose(points, others, abs_tol=1e-6)


def is_gradebook(path: Path) -> bool:
    """Tell whether a file is a gradebook of nbgrader, without opening it for writing."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            db.execute("SELECT * FROM submitted_notebook JOIN base_cell LIMIT 1")
    except sqlite3.Error:
        return False
    return True


def _submission(gradebook: Any, book: Gradebook, row: Row) -> Any:
    """Return a student's submission, with a grade and a comment for each cell there is now."""
    from nbgrader.api import Comment, Grade, SubmittedNotebook

    student = gradebook.update_or_create_student(row.login)
    if student.last_name is None and student.first_name is None:
        student.last_name, student.first_name = row.name or row.login, ""  # else "None, None"
    student.lms_user_id = row.lms_id or student.lms_user_id
    late = row.due - book.due if row.due and book.due else None
    found = gradebook.update_or_create_submission(
        book.assignment,
        row.login,
        timestamp=max((_naive(one) for one in row.submitted.values() if one), default=None),
        extension=late,
    )
    there = {notebook.name: notebook for notebook in found.notebooks}
    for notebook in found.assignment.notebooks:
        of_student = there.get(notebook.name)
        if of_student is None:
            of_student = SubmittedNotebook(notebook=notebook, assignment=found)
            gradebook.db.add(of_student)
        for kind, have, cells in (
            (Grade, of_student.grades, notebook.grade_cells),
            (Comment, of_student.comments, notebook.solution_cells),
        ):
            known = {one.cell_id for one in have}
            for cell in cells:
                if cell.id not in known:
                    gradebook.db.add(kind(cell_id=cell.id, notebook=of_student))
    gradebook.db.commit()
    return found


def _write_notebooks(plan: Layout, row: Row, folder: Path, copies: Copies) -> list[str]:
    """Write what formgrader shows of one student, and return what is missing from it."""
    if Path(row.login).name != row.login or row.login in (".", ".."):
        return ["formgrader cannot show this login's notebooks: no folder can have its name"]
    answers = {
        one.exercise.key: one for part in student_page(plan.book, row).parts for one in part.answers
    }
    missing = []
    for lesson, outline in plan.outlines.items():
        handed = row.handed.get(lesson)
        if handed is None:
            continue  # there is nothing to be opened
        raw = copies.read(handed)
        if raw is None:
            missing.append(f"{handed.place} is not there any more: formgrader shows its marks only")
        told = _told(plan, outline, answers)
        path = folder / row.login / plan.book.assignment / f"{outline.name}.ipynb"
        try:
            saved = save_autograded(path, autograded(outline, raw, told))
        except OSError as error:
            raise ExportError(f"{path} cannot be written: {error.strerror}") from error
        if not saved:
            missing.append(f"{path} was written by another program and is left as it is")
    return missing


def _told(plan: Layout, outline: Outline, answers: dict[str, Answer]) -> dict[str, Told]:
    return {
        check: Told(told_of(answers[one.key] for one in asked), _worth(asked))
        for (notebook, check), asked in plan.questions.items()
        if notebook == outline.name
    }


def _naive(when: Any) -> Any:
    """Return a time as nbgrader keeps it: UTC without saying so."""
    return None if when is None else when.replace(tzinfo=None)
