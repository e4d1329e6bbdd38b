"""Make the three notebooks of a lesson, not yet run, from the lesson's text.

======================  ======  =========  =========
cell                    course  exercises  solutions
======================  ======  =========  =========
without a role          yes
``setup``               yes     yes        yes
``exercise``            yes     yes        yes
``answer``              stub    stub       in full
``check``               yes     yes        yes
``explanation``                            yes
======================  ======  =========  =========

nbgrader makes the exercises from the solutions too: it puts the same stubs in, and
`nbgrader_config.py` lets it drop the cells tagged ``explanation``. What else differs between the
two notebooks must therefore stand in such a cell.
"""

import ast
import re
from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode

from bpworkbook.authoring.notebook import code_cell, markdown_cell, new_notebook
from bpworkbook.authoring.project import NotebookKind, Project, questions_of
from bpworkbook.lessons.source import (
    BEGIN_SOLUTION,
    END_SOLUTION,
    Cell,
    LessonError,
    LessonSource,
)
from bpworkbook.workbook import Question

_ROLES: Mapping[NotebookKind, frozenset[str]] = {
    "course": frozenset({"", "setup", "exercise", "answer", "check"}),
    "exercises": frozenset({"setup", "exercise", "answer", "check"}),
    "solutions": frozenset({"setup", "exercise", "answer", "check", "explanation"}),
}
_SOLUTION = re.compile(
    rf"^([ \t]*){re.escape(BEGIN_SOLUTION)}.*?{re.escape(END_SOLUTION)}[ \t]*$", re.M | re.S
)


def assemble(project: Project, source: LessonSource, kind: NotebookKind) -> NotebookNode:
    """Return one of a lesson's notebooks, without outputs.

    Parameters
    ----------
    project : Project
        For the titles of earlier lessons, the paths of the other notebooks, and the bibliography.
    source : LessonSource
    kind : {"course", "exercises", "solutions"}

    Raises
    ------
    LessonError
        A check cell asks for a function that no question knows.
    BibliographyError
        A cited key has no entry.
    """
    questions = questions_of(source)
    cells = [_title(project, source, kind)]
    if kind == "solutions":
        cells.append(_about_solutions(source))
    for cell in source.cells:
        if cell.role not in _ROLES[kind]:
            continue
        if cell.kind == "markdown":
            text = project.bibliography.rendered(cell.text)
            made = markdown_cell(f"{source.number}-{cell.position:02d}", text)
        else:
            made = _code(source, cell, kind, questions)
        if cell.tags:
            made.metadata["tags"] = list(cell.tags)
        cells.append(made)
    if kind == "course" and source.references:
        lines = [project.bibliography.reference_line(key) for key in source.references]
        text = "## References\n\n" + "\n".join(f"- {line}" for line in sorted(lines))
        cells.append(markdown_cell(f"{source.number}-references", text))
    _make_ids_unique(cells)
    return new_notebook(cells)


def stub(code: str) -> str:
    r"""Return an answer's code with its solution replaced, in the words that nbgrader uses.

    Examples
    --------
    >>> print(stub("def f(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"))
    def f(x):
        # YOUR CODE HERE
        raise NotImplementedError()
    """
    return _SOLUTION.sub(r"\1# YOUR CODE HERE\n\1raise NotImplementedError()", code)


def checked_names(code: str) -> tuple[str, ...]:
    """Return the names of the functions that a cell hands to ``w.check``.

    Examples
    --------
    >>> checked_names("w.check(relu_backward)")
    ('relu_backward',)
    """
    calls = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call)]
    checks = [c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "check"]
    return tuple(arg.id for call in checks for arg in call.args if isinstance(arg, ast.Name))


def _code(
    source: LessonSource, cell: Cell, kind: NotebookKind, questions: Mapping[str, Question]
) -> NotebookNode:
    """Make a code cell; in the two notebooks that are graded, with nbgrader's metadata."""
    if cell.role == "answer":
        name = cell.answered[0]
        text = cell.text if kind == "solutions" else stub(cell.text)
        made = code_cell(f"{source.number}-{name}", text)
        if kind != "course":
            made.metadata["nbgrader"] = nbgrader_metadata(name, solution=True)
    elif cell.role == "check":
        names = _checked(source, cell, questions)
        made = code_cell(f"{source.number}-check-{names[0]}", cell.text)
        if kind != "course":
            points = sum(questions[name].points for name in names)
            made.metadata["nbgrader"] = nbgrader_metadata(f"check-{names[0]}", points=points)
    else:
        made = code_cell(f"{source.number}-{cell.position:02d}", cell.text)
    return made


def _checked(
    source: LessonSource, cell: Cell, questions: Mapping[str, Question]
) -> tuple[str, ...]:
    """Return the functions that a check cell checks; each must have a question."""
    where = f"{source.path}, line {cell.line}"
    names = checked_names(cell.text)
    if not names:
        raise LessonError(f"{where}: a check cell calls w.check with a function")
    for name in names:
        if name not in questions:
            known = ", ".join(questions)
            raise LessonError(f"{where}: questions.py has no question {name!r}; it has {known}")
    return names


def nbgrader_metadata(
    grade_id: str, *, solution: bool = False, points: float | None = None
) -> dict[str, Any]:
    """Return metadata of nbgrader's schema 3: a cell to be written in, or one that is graded.

    >>> nbgrader_metadata("check-f", points=3)["grade"]
    True
    """
    metadata = {
        "schema_version": 3,
        "grade_id": grade_id,
        "solution": solution,
        "grade": not solution,
        "locked": not solution,
        "task": False,
    }
    return metadata if points is None else {**metadata, "points": points}


def _title(project: Project, source: LessonSource, kind: NotebookKind) -> NotebookNode:
    heading = f"# {source.number} {source.title}"
    course = f"../../course/{source.unit}/{source.slug}.ipynb"
    if kind == "course":
        lines = [heading, "", _facts(project, source), "", "**After this lesson you can**", ""]
        lines += [f"- {o.text}{_tested_by(o.exercises)}" for o in source.objectives]
        exercises = _exercises(source)
        lines += ["", f"The exercises alone, to hand in: [exercises notebook]({exercises})."]
    else:
        lines = [
            f"{heading}: exercises",
            "",
            f"They belong to [the lesson]({course}). Put your answer in place of "
            "`raise NotImplementedError()`, run the cell, then run the check below it. "
            'Stuck? `w.hint("name of the function")`.',
        ]
    return markdown_cell(f"{source.number}-title", "\n".join(lines))


def _about_solutions(source: LessonSource) -> NotebookNode:
    text = (
        "**Solutions.** This is the instructor's copy of "
        f"[the exercises]({_exercises(source)}), with worked answers and the reasons."
    )
    made = markdown_cell(f"{source.number}-solutions", text)
    made.metadata["tags"] = ["explanation"]
    return made


def _exercises(source: LessonSource) -> str:
    return f"../../exercises/{source.unit}/{source.slug}.ipynb"


def _facts(project: Project, source: LessonSource) -> str:
    """Return the line under the title: how long it takes, and what to do first."""
    before = []
    for number in source.prerequisites:
        if number in project.paths:
            earlier = project.lesson(number)
            target = f"../{earlier.unit}/{earlier.slug}.ipynb"
            before.append(f"[{number} {earlier.title}]({target})")
        else:
            before.append(f"lesson {number}")
    return f"About {source.minutes} minutes. Do first: {' and '.join(before) or 'nothing'}."


def _tested_by(exercises: tuple[str, ...]) -> str:
    if not exercises:
        return ""
    return f" (exercise{'s' * (len(exercises) > 1)} {', '.join(exercises)})"


def _make_ids_unique(cells: list[NotebookNode]) -> None:
    """Number the ids that occur again: a function may be checked twice."""
    seen: dict[str, int] = {}
    for cell in cells:
        count = seen[cell.id] = seen.get(cell.id, 0) + 1
        if count > 1:
            cell.id = f"{cell.id}-{count}"
            if "nbgrader" in cell.metadata:
                cell.metadata["nbgrader"]["grade_id"] += f"-{count}"
