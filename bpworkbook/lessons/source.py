"""A lesson's text as typed data: its front matter, its cells, and its worked answers."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from bpworkbook.lessons import bibliography
from bpworkbook.lessons.front_matter import Fields, Objective
from bpworkbook.lessons.myst import Kind, LessonError, RawCell, read_myst

__all__ = [
    "BEGIN_SOLUTION",
    "END_SOLUTION",
    "Answer",
    "Cell",
    "LessonError",
    "LessonSource",
    "Objective",
    "find_lessons",
    "read_lesson",
    "unit_and_slug",
    "without_markers",
]

BEGIN_SOLUTION = "### BEGIN SOLUTION"
END_SOLUTION = "### END SOLUTION"

# A cell's role decides which of the three notebooks hold it; a cell has one role at most.
ROLES: Mapping[str, Kind] = {
    "setup": "code",
    "exercise": "markdown",
    "answer": "code",
    "check": "code",
    "explanation": "markdown",
}
_OTHER_TAGS = ("experiment", "claim-what-1", "nbval-ignore-output", "raises-exception")
_OTHER_TAG = re.compile(r"experiment|claim-[a-z]+-\d+|nbval-[a-z-]+|raises-exception")


@dataclass(frozen=True)
class Cell:
    """One cell of a lesson; ``position`` counts from 1, ``line`` is its first in the file."""

    kind: Kind
    text: str
    tags: tuple[str, ...]
    position: int
    line: int

    @property
    def role(self) -> str:
        """The tag that decides where the cell goes; ``""`` for a cell of the course alone."""
        return next((tag for tag in self.tags if tag in ROLES), "")

    @cached_property
    def functions(self) -> tuple[str, ...]:
        """The names of the functions that a code cell defines."""
        if self.kind != "code":
            return ()
        body = ast.parse(self.text).body
        return tuple(node.name for node in body if isinstance(node, ast.FunctionDef))

    @cached_property
    def answered(self) -> tuple[str, ...]:
        """The names of the functions that an answer cell holds the solutions of."""
        begins = [
            number
            for number, line in enumerate(self.text.splitlines(), start=1)
            if self.role == "answer" and line.strip() == BEGIN_SOLUTION
        ]
        return tuple(
            node.name
            for node in (ast.parse(self.text).body if begins else ())
            if isinstance(node, ast.FunctionDef)
            and any(node.lineno < line <= (node.end_lineno or 0) for line in begins)
        )


class Answer(NamedTuple):
    """A worked answer: its code, and in Markdown why it is so."""

    code: str
    explanation: str


@dataclass(frozen=True)
class LessonSource:
    """A lesson, as its author wrote it.

    Examples
    --------
    >>> cell = Cell("code", "def f(x):\\n    ### BEGIN SOLUTION\\n    return x\\n"
    ...             "    ### END SOLUTION", ("answer",), position=1, line=20)
    >>> source = LessonSource(Path("u02_gradients/n09_backprop/lesson.md"), "09", "Backprop", 60,
    ...                       prerequisites=(), objectives=(), references=(), cells=(cell,))
    >>> source.unit, source.slug, source.answer("f").code
    ('02-gradients', '09_backprop', 'def f(x):\\n    return x')
    """

    path: Path
    number: str
    title: str
    minutes: int
    prerequisites: tuple[str, ...]
    objectives: tuple[Objective, ...]
    references: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def unit(self) -> str:
        """The folder of the lesson's notebooks, ``02-gradients``."""
        return unit_and_slug(self.path)[0]

    @property
    def slug(self) -> str:
        """The name of the lesson's notebooks without its ending, ``09_backprop_vectorised``."""
        return unit_and_slug(self.path)[1]

    @property
    def answers(self) -> tuple[str, ...]:
        """The names of the functions that the exercises ask for, in order."""
        return tuple(name for cell in self.cells for name in cell.answered)

    def answer(self, name: str) -> Answer:
        """Return the worked answer of the exercise that asks for the function ``name``.

        Its explanation is what follows before the next answer; answers of one exercise that
        follow each other share the explanation after the last.

        Raises
        ------
        LessonError
            No answer cell defines ``name``.
        """
        for index, cell in enumerate(self.cells):
            if name in cell.answered:
                return Answer(without_markers(cell.text), self._explanation(index))
        raise LessonError(
            f"{self.path}: no answer cell defines {name!r}; there are {', '.join(self.answers)}"
        )

    def _explanation(self, index: int) -> str:
        found: list[str] = []
        for cell in self.cells[index + 1 :]:
            if cell.role == "exercise" or (cell.role == "answer" and found):
                break
            if cell.role == "explanation":
                found.append(cell.text)
        return bibliography.load().rendered("\n\n".join(found))


def without_markers(code: str) -> str:
    r"""Return an answer's code without the two lines that mark its solution.

    Examples
    --------
    >>> without_markers("def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION")
    'def f(x):\n    return x'
    """
    lines = code.splitlines()
    return "\n".join(x for x in lines if x.strip() not in (BEGIN_SOLUTION, END_SOLUTION))


def unit_and_slug(path: Path) -> tuple[str, str]:
    """Return the folder and the name of the notebooks of a lesson, from the path of its text.

    Examples
    --------
    >>> unit_and_slug(Path("u02_gradients/n09_backprop_vectorised/lesson.md"))
    ('02-gradients', '09_backprop_vectorised')
    """
    folder = path.parent
    return folder.parent.name[1:].replace("_", "-"), folder.name[1:]


def find_lessons(root: Path) -> list[Path]:
    """Return the ``lesson.md`` of every lesson folder under ``root``, in the order of numbers."""
    found = root.glob("u[0-9][0-9]_*/n[0-9][0-9]_*/lesson.md")
    return sorted(found, key=lambda path: path.parent.name)


def read_lesson(path: Path) -> LessonSource:
    """Read and check a lesson's text.

    Parameters
    ----------
    path : Path
        ``.../uNN_unit/nNN_slug/lesson.md``.

    Raises
    ------
    LessonError
        A field of the front matter or a cell is missing or wrong; the message names it.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise LessonError(f"{path}: cannot be read: {error.strerror}") from error
    front, raw = read_myst(text, path)
    if not isinstance(front.get("lesson"), dict):
        raise LessonError(f"{path}, front matter: there is no field 'lesson'")
    fields = Fields(path, front["lesson"])
    source = LessonSource(
        path=path,
        number=fields.number(),
        title=fields.text("title"),
        minutes=fields.minutes(),
        prerequisites=fields.prerequisites(),
        objectives=fields.objectives(),
        references=fields.references(),
        cells=tuple(_cell(path, position, cell) for position, cell in enumerate(raw, start=1)),
    )
    fields.refuse_unknown()
    if doubled := {name for name in source.answers if source.answers.count(name) > 1}:
        raise LessonError(f"{path}: more than one answer cell defines {', '.join(sorted(doubled))}")
    return source


def _cell(path: Path, position: int, raw: RawCell) -> Cell:
    """Check one cell: its metadata, its tags, and that code is Python."""
    where = f"{path}, line {raw.line}"
    if unknown := sorted(set(raw.metadata) - {"tags"}):
        raise LessonError(f"{where}: cell metadata {unknown[0]!r} is not known; tags is")
    tags = raw.metadata.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise LessonError(f"{where}: tags is {tags!r}; a list was wanted")
    roles = [tag for tag in tags if tag in ROLES]
    for tag in tags:
        if tag not in ROLES and not _OTHER_TAG.fullmatch(tag):
            known = ", ".join(
                [*ROLES, "experiment", "claim-what-1", "nbval-...", "raises-exception"]
            )
            raise LessonError(f"{where}: there is no tag {tag!r}; there are {known}")
    if len(roles) > 1:
        raise LessonError(f"{where}: a cell is either {' or '.join(roles)}")
    if roles and ROLES[roles[0]] != raw.kind:
        raise LessonError(f"{where}: a cell tagged {roles[0]} must be {ROLES[roles[0]]}")
    cell = Cell(raw.kind, raw.text, tuple(tags), position, raw.line)
    if cell.kind == "code":
        try:
            ast.parse(cell.text)
        except SyntaxError as error:
            at = raw.line + (error.lineno or 1)
            raise LessonError(f"{path}, near line {at}: {error.msg}") from error
    if cell.role == "answer":
        _check_answer(where, cell)
    return cell


def _check_answer(where: str, cell: Cell) -> None:
    """Refuse an answer cell whose solutions are not marked, each inside a function."""
    marks = [line.strip() for line in cell.text.splitlines()]
    marks = [mark for mark in marks if mark in (BEGIN_SOLUTION, END_SOLUTION)]
    count = len(cell.answered)
    if not count or marks != [BEGIN_SOLUTION, END_SOLUTION] * count:
        raise LessonError(
            f"{where}: an answer cell defines a function whose solution stands between "
            f"one {BEGIN_SOLUTION} and one {END_SOLUTION}"
        )
