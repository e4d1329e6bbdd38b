"""A lesson's exercises as nbgrader knows them: which cell answers a question, and which checks it.

nbgrader gives points to check cells and hangs comments on answer cells. A cell may hold several
functions: its points are theirs together.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nbformat import NotebookNode

from bpworkbook.authoring.assemble import assemble, checked_names
from bpworkbook.authoring.project import open_project
from bpworkbook.grading.exports.sheets import ExportError
from bpworkbook.grading.gradebook import Asked, Gradebook
from bpworkbook.grading.selection import selected
from bpworkbook.lessons import lesson

Place = tuple[str, str]  # nbgrader's names of a notebook and of a cell in it


@dataclass(frozen=True)
class Outline:
    """The exercises of a lesson, as an assignment asks them.

    Parameters
    ----------
    name : str
        nbgrader's name of the notebook.
    cells : tuple of NotebookNode
        The cells that are handed out.
    answers, checks : mapping of str to str
        By the name of a function, nbgrader's name of the cell that answers or checks it.
    """

    name: str
    cells: tuple[NotebookNode, ...]
    answers: Mapping[str, str]
    checks: Mapping[str, str]

    def asked_in(self, check: str) -> list[str]:
        """Return the functions that a cell checks."""
        return [name for name, cell in self.checks.items() if cell == check]


@dataclass(frozen=True)
class Layout:
    """Where nbgrader has the questions of a gradebook.

    Parameters
    ----------
    book : Gradebook
    outlines : mapping of str to Outline
        By the number of a lesson.
    """

    book: Gradebook
    outlines: Mapping[str, Outline]

    @cached_property
    def questions(self) -> dict[Place, list[Asked]]:
        """The questions of each check cell."""
        found: dict[Place, list[Asked]] = {}
        for asked in self.book.questions:
            outline = self.outlines[asked.lesson]
            found.setdefault((outline.name, outline.checks[name_of(asked.key)]), []).append(asked)
        return found

    def answer(self, asked: Asked) -> Place:
        """Return the cell that answers a question; comments hang on it."""
        outline = self.outlines[asked.lesson]
        return outline.name, outline.answers.get(name_of(asked.key), "")


def layout(book: Gradebook) -> Layout:
    """Return where nbgrader has each question that a gradebook asks.

    Raises
    ------
    ExportError
        If a lesson is not there any more.
    """
    return Layout(book, _outlines(book))


def _outlines(book: Gradebook) -> dict[str, Outline]:
    asked: dict[str, list[str]] = {}
    for one in book.questions:
        asked.setdefault(one.lesson, []).append(name_of(one.key))
    try:
        return {number: outline(number, names) for number, names in asked.items()}
    except ValueError as error:
        raise ExportError(f"the gradebook asks for a lesson that is gone: {error}") from error


def outline(number: str, asked: Collection[str]) -> Outline:
    """Return the outline of a lesson of which these functions are asked.

    Examples
    --------
    >>> found = outline("09", {"relu_backward", "sigmoid_backward"})
    >>> found.checks["sigmoid_backward"], found.answers["sigmoid_backward"]
    ('check-relu_backward', 'relu_backward')
    """
    source, _ = selected(lesson(number).source, asked)
    # Nothing is read from this folder, nor written.
    made = assemble(open_project(notebooks_root=Path()), source, "exercises")
    names = {cell.id: cell.metadata.nbgrader.grade_id for cell in made.cells if is_graders(cell)}
    checks = {
        function: names[cell.id]
        for cell in made.cells
        if cell.id in names and cell.metadata.nbgrader.grade
        for function in checked_names(cell.source)
        if function in asked
    }
    lost = {function: f"check-{function}" for function in asked if function not in checks}
    answers = {
        function: cell.answered[0]
        for cell in source.cells
        for function in cell.answered
        if function in asked
    }
    return Outline(source.slug, tuple(made.cells), answers, {**checks, **lost})


def is_graders(cell: NotebookNode) -> bool:
    """Tell whether a cell has a name for nbgrader."""
    return "nbgrader" in cell.metadata


def name_of(key: str) -> str:
    """Return the function that a question asks for.

    >>> name_of("09.1:linear_backward")
    'linear_backward'
    """
    return key.partition(":")[2]
