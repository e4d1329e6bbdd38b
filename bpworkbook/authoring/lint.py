"""Hold the rules for lessons over the lessons' texts and the notebooks built from them."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bpworkbook.authoring.findings import Finding, LintReport, report
from bpworkbook.authoring.notebook import read_notebook
from bpworkbook.authoring.project import KINDS, Project, open_project, questions_of
from bpworkbook.authoring.rules_lesson import lesson_findings
from bpworkbook.authoring.rules_notebook import notebook_findings
from bpworkbook.authoring.rules_text import text_findings
from bpworkbook.lessons.source import LessonError, LessonSource


def lint(lessons: Sequence[str] = (), *, project: Project | None = None) -> LintReport:
    """Check lessons against the rules for lessons; nothing is run.

    Parameters
    ----------
    lessons : sequence of str
        Their numbers; all lessons by default.
    project : Project, optional
        By default the clone that the package is imported from.

    Returns
    -------
    LintReport
        A lesson that cannot be read is a finding too.

    Raises
    ------
    ValueError
        There is no lesson of a given number.
    """
    project = project or open_project()
    return report(found for number in project.chosen(lessons) for found in _lint(project, number))


def _lint(project: Project, number: str) -> Iterator[Finding]:
    file = _shown(project, project.paths[number])
    try:
        source = project.lesson(number)
    except LessonError as error:
        what = str(error).removeprefix(str(project.paths[number])).lstrip(",: ")
        yield Finding("readable", file, "", what, "no other rule was checked")
        return
    yield from text_findings(source, file)
    try:
        questions = questions_of(source)
    except LessonError as error:
        yield Finding("question", file, "", str(error), "add QUESTIONS and REVIEW")
    else:
        yield from lesson_findings(source, file, questions, project.bibliography)
    yield from _lint_notebooks(project, source)


def _lint_notebooks(project: Project, source: LessonSource) -> Iterator[Finding]:
    for kind in KINDS:
        path = project.notebook(source, kind)
        notebook = read_notebook(path)
        if notebook is None:
            mend = f"run: bpworkbook build {source.number}"
            yield Finding("built", _shown(project, path), "", "it is missing or damaged", mend)
        else:
            yield from notebook_findings(source, kind, _shown(project, path), notebook)


def _shown(project: Project, path: Path) -> str:
    """Return a path from the project's folder where it stands there."""
    root = project.notebooks_root
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()
