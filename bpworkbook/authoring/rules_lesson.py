"""Rules for what belongs together: objectives, exercises, questions, experiments, references."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bpworkbook.authoring.assemble import checked_names
from bpworkbook.authoring.findings import Finding
from bpworkbook.lessons.bibliography import Bibliography, BibliographyError, cited_keys
from bpworkbook.lessons.source import LessonSource
from bpworkbook.workbook import Question

_SHOWN = re.compile(r"\bw\.experiment\(\s*[\"'](\w+)[\"']")
_FRONT = "front matter"


def lesson_findings(
    source: LessonSource, file: str, questions: Mapping[str, Question], bibliography: Bibliography
) -> Iterator[Finding]:
    """Check that a lesson's parts agree with each other.

    Parameters
    ----------
    source : LessonSource
    file : str
        How findings call the lesson's file.
    questions : mapping
        The lesson's questions by the name of the function.
    bibliography : Bibliography
    """
    yield from _objectives(source, file, questions)
    yield from _questions(source, file, questions)
    yield from _experiments(source, file)
    yield from _references(source, file, bibliography)


def _objectives(
    source: LessonSource, file: str, questions: Mapping[str, Question]
) -> Iterator[Finding]:
    """Each objective has an exercise that exists, and each exercise an objective."""
    exercises = {question.id for question in questions.values()}
    named = {exercise for objective in source.objectives for exercise in objective.exercises}
    for objective in source.objectives:
        if not objective.exercises:
            what = f"the objective {objective.text!r} has no exercise"
            yield Finding("objective", file, _FRONT, what, "name the exercise that tests it")
    for exercise in sorted(named - exercises):
        what = f"an objective names exercise {exercise}, which questions.py does not have"
        yield Finding("objective", file, _FRONT, what, f"there are {', '.join(sorted(exercises))}")
    for exercise in sorted(exercises - named):
        what = f"no objective names exercise {exercise}"
        yield Finding("objective", file, _FRONT, what, "say what it is an exercise in")


def _questions(
    source: LessonSource, file: str, questions: Mapping[str, Question]
) -> Iterator[Finding]:
    """Each question has a statement, an answer cell and a check cell; each answer a question."""
    checks = [c for c in source.cells if c.role == "check"]
    checked = {name for cell in checks for name in checked_names(cell.text)}
    statements = "\n".join(cell.text for cell in source.cells if cell.role == "exercise")
    for name, question in questions.items():
        if name not in source.answers:
            what = f"question {question.id} has no answer cell that defines {name}"
            yield Finding("question", file, "", what, "add one, tagged answer")
        if name not in checked:
            what = f"no check cell checks {name}"
            yield Finding("question", file, "", what, f"add w.check({name}), tagged check")
        if question.id not in statements:
            what = f"no statement names exercise {question.id}"
            mend = f"add a text cell tagged exercise with the heading Exercise {question.id}"
            yield Finding("question", file, "", what, mend)
        if question.points < 1:
            what = f"question {question.id} {name} has {question.points} points"
            yield Finding("question", file, "", what, "give it one or more")
    for name in source.answers:
        if name not in questions:
            what = f"{name} is answered, but questions.py does not ask for it"
            yield Finding("question", file, "", what, "add a Question of that name")


def _experiments(source: LessonSource, file: str) -> Iterator[Finding]:
    """Each experiment of ``experiments.py`` is shown once, and none that is not there."""
    shown = [
        (name, cell) for cell in source.cells if not cell.role for name in _SHOWN.findall(cell.text)
    ]
    defined = defined_experiments(source.path.with_name("experiments.py"))
    for name, cell in shown:
        if name not in defined:
            what = f"there is no experiment {name!r}"
            mend = f"experiments.py has {', '.join(defined) or 'none'}"
            yield Finding("experiment", file, f"line {cell.line}", what, mend)
    names = [name for name, _ in shown]
    for name in defined:
        if names.count(name) != 1:
            what = f"experiment {name!r} is shown {names.count(name)} times"
            yield Finding("experiment", file, "", what, "show it once")


def defined_experiments(path: Path) -> list[str]:
    """Return the names of the functions that ``@experiment`` decorates, without importing them."""
    if not path.is_file():
        return []
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and any(
            isinstance(made, ast.Call)
            and isinstance(made.func, ast.Name)
            and made.func.id == "experiment"
            for made in node.decorator_list
        )
    ]


def _references(source: LessonSource, file: str, bibliography: Bibliography) -> Iterator[Finding]:
    """Citations and the list in the front matter name the same entries, which exist."""
    cited: dict[str, int] = {}
    for cell in source.cells:
        for key in cited_keys(cell.text) if cell.kind == "markdown" else ():
            cited.setdefault(key, cell.line)
    for key in {*cited, *source.references}:
        place = f"line {cited[key]}" if key in cited else _FRONT
        try:
            bibliography[key]
        except BibliographyError as error:
            what = str(error).removeprefix("bibliography: ")
            yield Finding("citation", file, place, what, "add it to bibliography.toml")
    for key in sorted(set(source.references) - set(cited)):
        what = f"{key} is listed, but no text cites it"
        yield Finding("citation", file, _FRONT, what, f"cite it as [@{key}], or take it out")
    for key in sorted(set(cited) - set(source.references)):
        what = f"{key} is cited, but not listed"
        yield Finding("citation", file, f"line {cited[key]}", what, "add it to lesson.references")
