"""Marks by hand that were given in formgrader: read from the gradebook of nbgrader, for ours.

The file is only read, as the SQLite database that it is: nbgrader need not be installed. Its
gradebook keeps marks by check cell and comments by answer cell. What our own export wrote there
stands in both columns, the automatic and the manual one, so only what differs was given there.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from bpworkbook.grading.exports.nbgrader import given_there, is_gradebook, same
from bpworkbook.grading.exports.outline import Layout, Place, layout
from bpworkbook.grading.exports.sheets import ExportError, number
from bpworkbook.grading.gradebook import BY_HAND, Asked, Gradebook, Row
from bpworkbook.grading.manual import Change
from bpworkbook.grading.manual_sheet import tidy

FROM_ASSIGNMENT = """
SELECT submitted_assignment.student_id, notebook.name, base_cell.name, {columns}
FROM {table}
JOIN base_cell ON {table}.cell_id = base_cell.id
JOIN submitted_notebook ON {table}.notebook_id = submitted_notebook.id
JOIN notebook ON submitted_notebook.notebook_id = notebook.id
JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
JOIN assignment ON submitted_assignment.assignment_id = assignment.id
WHERE assignment.name = ?
ORDER BY 1, 2, 3
"""
GRADES = FROM_ASSIGNMENT.format(table="grade", columns="auto_score, manual_score, extra_credit")
COMMENTS = FROM_ASSIGNMENT.format(table="comment", columns="auto_comment, manual_comment")


@dataclass
class Findings:
    """What formgrader has that our gradebook has not.

    Attributes
    ----------
    changes : list of Change
        Marks by hand to set.
    problems : list of (login, sentence)
        Why a mark cannot be taken.
    notes : list of (login, sentence)
        What stays in nbgrader, for there is no place for it here.
    same : int
        How many of its marks by hand are here already.
    """

    changes: list[Change] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    same: int = 0


def read_formgrader(path: Path, book: Gradebook, *, allow_more: bool = False) -> Findings:
    """Return the marks and comments that were given in formgrader.

    A check cell may check several questions. Its points are shared among them by what they are
    worth, so that their sum is what was given.

    Parameters
    ----------
    path : Path
        nbgrader's gradebook.
    book : Gradebook
        Ours, as it is.
    allow_more : bool
        Take more points than there are to be had.

    Raises
    ------
    ExportError
        If the file is no gradebook of nbgrader, or has no such assignment.
    """
    grades, comments = _read(path, book.assignment)
    plan, found = layout(book), Findings()
    rows = {row.login: row for row in book.rows}
    for grade in grades:
        if grade.login not in rows:
            found.problems.append((grade.login, "is no student of this assignment here"))
        elif grade.points is not None and (asked := plan.questions.get(grade.place)):
            of = sum(one.points for one in asked)
            if grade.points > of and not allow_more:
                told = (
                    f"{grade.cell} has {number(grade.points)} points, but {number(of)} is the most"
                )
                found.problems.append((grade.login, told))
            else:
                _share(found, rows[grade.login], asked, grade.points, of)
        if grade.extra:
            told = f"the extra credit of {number(grade.extra)} for {grade.cell} stays there"
            found.notes.append((grade.login, told))
    for login, row in rows.items():
        _add_comments(found, plan, row, comments.get(login, {}))
    return found


def _share(found: Findings, row: Row, asked: Sequence[Asked], points: float, of: float) -> None:
    cells = [row.cells[one.key] for one in asked]
    if all(cell.outcome == BY_HAND for cell in cells) and same(
        points, sum(cell.points for cell in cells)
    ):
        found.same += 1
        return
    for one, cell in zip(asked, cells, strict=True):
        comment = cell.remark if cell.outcome == BY_HAND else ""
        share = points * one.points / of if of else 0.0
        found.changes.append(Change(row.login, one.key, share, comment))


def _add_comments(found: Findings, plan: Layout, row: Row, comments: dict[Place, str]) -> None:
    """Put comments to the marks by hand that they are about, those to be set among them."""
    marks = {change.question: change for change in found.changes if change.login == row.login}
    for place, comment in comments.items():
        about = [asked.key for asked in plan.book.questions if plan.answer(asked) == place]
        by_hand = [key for key in about if key in marks or row.cells[key].outcome == BY_HAND]
        if not by_hand:
            told = f"the comment on {place[1]} stays there: no mark by hand goes with it"
            found.notes.append((row.login, told))
        for key in by_hand:
            if key in marks:
                marks[key] = replace(marks[key], comment=comment)
            elif tidy(row.cells[key].remark) != comment:
                marks[key] = Change(row.login, key, row.cells[key].points, comment)
    others = [change for change in found.changes if change.login != row.login]
    found.changes = [*others, *marks.values()]


@dataclass(frozen=True)
class _Grade:
    """What was given for one check cell: points where it was marked by hand, and extra credit."""

    login: str
    notebook: str
    cell: str
    points: float | None
    extra: float

    @property
    def place(self) -> Place:
        return self.notebook, self.cell


def _read(path: Path, assignment: str) -> tuple[list[_Grade], dict[str, dict[Place, str]]]:
    """Return what was given in formgrader: marks, and comments by student and answer cell."""
    if not path.is_file():
        raise ExportError(f"there is no {path}")
    if not is_gradebook(path):
        raise ExportError(f"{path} is no gradebook of nbgrader")
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM assignment ORDER BY name")]
        if assignment not in names:
            there = ", ".join(names) or "none"
            raise ExportError(f"{path} has no assignment {assignment!r}; it has {there}")
        grades = [
            _Grade(login, notebook, cell, manual if given_there(manual, auto) else None, extra or 0)
            for login, notebook, cell, auto, manual, extra in db.execute(GRADES, (assignment,))
            if extra or given_there(manual, auto)
        ]
        comments: dict[str, dict[Place, str]] = {}
        for login, notebook, cell, auto, manual in db.execute(COMMENTS, (assignment,)):
            if given_there(manual, auto):
                comments.setdefault(login, {})[notebook, cell] = tidy(manual)
    return grades, comments
