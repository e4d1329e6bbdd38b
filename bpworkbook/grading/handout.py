"""One notebook to hand out: a lesson's exercises, as an assignment asks them of one student."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode

from bpworkbook.authoring.assemble import assemble, checked_names
from bpworkbook.authoring.notebook import written
from bpworkbook.authoring.project import open_project
from bpworkbook.grading.assignment import Assignment
from bpworkbook.grading.selection import selected
from bpworkbook.grading.worked import your_numbers
from bpworkbook.lessons import lesson as open_lesson
from bpworkbook.workbook import Question

HOW = (
    "Put your answer in place of `raise NotImplementedError()`, run the cell, then run the check "
    'below it. Stuck? `w.hint("name of the function")`.'
)
YOURS = (
    "The numbers of the checks and those under **Your numbers** were drawn for you (`{}`). "
    "`[[1, 2]]` in an example stands for `np.array([[1, 2]])`."
)


class Handout:
    """The notebook of one lesson, for every student of an assignment.

    Parameters
    ----------
    assignment : Assignment
    number : str
        The lesson's.

    Examples
    --------
    >>> from bpworkbook.grading.assignment import assignment_of_unit
    >>> handout = Handout(assignment_of_unit("02-gradients"), "09")
    >>> handout.name, 'variant=\\\\"3f9a1c\\\\"' in handout.text("3f9a1c")
    ('09_backprop_vectorised.ipynb', True)
    """

    def __init__(self, assignment: Assignment, number: str) -> None:
        self.assignment = assignment
        self.questions: Mapping[str, Question] = {
            question.name: question for question in assignment.questions[number]
        }
        self.source, self.given = selected(open_lesson(number).source, self.questions.keys())

    @property
    def name(self) -> str:
        """The notebook's file name."""
        return f"{self.source.slug}.ipynb"

    def text(self, variant: str = "", login: str = "") -> str:
        """Return the notebook as it is written to a file.

        Parameters
        ----------
        variant : str
            Whose numbers it has; ``""`` for those of all learners.
        login : str
            For the due date, which may be the student's own.
        """
        notebook = deepcopy(self._common)
        cells = {cell.id: cell for cell in notebook.cells}
        notebook.cells[0].source = self._title(variant, login)
        if variant:
            opened = f'lesson("{self.source.number}", variant="{variant}")'
            for cell in notebook.cells:
                if cell.cell_type == "code":
                    cell.source = self._opens.sub(opened, cell.source)
            for position, text in self._examples(variant):
                cells[f"{self.source.number}-{position:02d}"].source += f"\n\n{text}"
        return written(notebook)

    @cached_property
    def _common(self) -> NotebookNode:
        """The notebook without what differs from student to student."""
        project = open_project(notebooks_root=Path())  # nothing is read from there, nor written
        notebook = assemble(project, self.source, "exercises")
        for cell in notebook.cells:
            graded = cell.metadata.get("nbgrader", {}).get("grade")
            if graded:
                cell.metadata["nbgrader"]["points"] = self._points(checked_names(cell.source))
        return notebook

    @cached_property
    def _opens(self) -> re.Pattern[str]:
        return re.compile(rf"""\blesson\(["']{self.source.number}["']\)""")

    def _points(self, names: Iterable[str]) -> float:
        points = sum((self.assignment.worth[self.questions[name].key] for name in names), 0.0)
        return int(points) if points.is_integer() else points

    def _title(self, variant: str, login: str) -> str:
        due = self.assignment.extensions.get(login, self.assignment.due)
        worth = f"{self._points(self.questions):g} points."
        lines = [
            f"# {self.source.number} {self.source.title}: exercises",
            worth if due is None else f"**Hand in by {day_and_time(due)}.** {worth}",
            HOW,
        ]
        if variant:
            lines.append(YOURS.format(variant))
        return "\n\n".join(lines)

    def _examples(self, variant: str) -> Iterator[tuple[int, str]]:
        """Yield each example with the position of the exercise that it belongs to."""
        for position, name, parameters in self._asked:
            if text := your_numbers(self.questions[name], variant, parameters):
                yield position, text

    @cached_property
    def _asked(self) -> tuple[tuple[int, str, tuple[str, ...]], ...]:
        """The functions asked for: the position of the exercise, name and parameters."""
        found, exercise = [], 0
        for cell in self.source.cells:
            if cell.role == "exercise":
                exercise = cell.position
            for node in ast.parse(cell.text).body if cell.role == "answer" else ():
                if isinstance(node, ast.FunctionDef) and node.name in self.questions:
                    parameters = tuple(argument.arg for argument in node.args.args)
                    found.append((exercise, node.name, parameters))
        return tuple(found)


def day_and_time(when: datetime) -> str:
    """Return a moment as people read it.

    Examples
    --------
    >>> day_and_time(datetime.fromisoformat("2026-10-01T23:59:00+02:00"))
    'Thursday 1 October 2026, 23:59 (UTC+02:00)'
    """
    zone = when.isoformat()[19:].lstrip(".0123456789")
    return f"{when:%A} {when.day} {when:%B} {when.year}, {when:%H:%M} (UTC{zone})"
