"""A lesson becomes three notebooks, each with its own cells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import nbformat
import pytest

from bpworkbook.authoring.assemble import assemble, stub
from bpworkbook.authoring.notebook import written
from bpworkbook.authoring.project import KINDS, NotebookKind
from bpworkbook.lessons.bibliography import BibliographyError
from bpworkbook.lessons.source import LessonError

if TYPE_CHECKING:
    from tests.authoring.conftest import Demo


def make(demo: Demo, kind: NotebookKind) -> nbformat.NotebookNode:
    project = demo.project
    return assemble(project, project.lesson("99"), kind)


def cell(notebook: nbformat.NotebookNode, identifier: str) -> nbformat.NotebookNode:
    return next(cell for cell in notebook.cells if cell.id == identifier)


def text(notebook: nbformat.NotebookNode) -> str:
    return "\n".join(cell.source for cell in notebook.cells)


@pytest.mark.parametrize("kind", KINDS)
def test_notebook_is_valid_and_ids_are_unique(demo: Demo, kind: NotebookKind) -> None:
    notebook = make(demo, kind)
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids)), "two cells have the same id"
    assert all(identifier.startswith("99-") for identifier in ids), "an id names another lesson"


@pytest.mark.parametrize("kind", KINDS)
def test_assembling_again_gives_the_same_text(demo: Demo, kind: NotebookKind) -> None:
    assert written(make(demo, kind)) == written(make(demo, kind)), "something random got in"


def test_each_cell_goes_where_its_role_says(demo: Demo) -> None:
    course, exercises, solutions = (text(make(demo, kind)) for kind in KINDS)
    for part in ("class Workbook", "### Exercise 99.1", "def double", "w.check(double)"):
        assert part in course, f"{part} is missing in course"
        assert part in exercises, f"{part} is missing in exercises"
        assert part in solutions, f"{part} is missing in solutions"
    for part in ("w.review()", "Predict first", "## Summary"):
        assert part in course, f"{part} is missing in course"
        assert part not in exercises + solutions, f"{part} belongs to the course alone"
    assert "Adding a number to itself" in solutions, "the explanation is missing"
    assert "Adding a number to itself" not in course + exercises, "an explanation is given away"


def test_solutions_without_what_is_explained_are_the_exercises(demo: Demo) -> None:
    solutions = [
        (cell.id, stub(cell.source), cell.metadata.get("nbgrader"))
        for cell in make(demo, "solutions").cells
        if "explanation" not in cell.metadata.get("tags", [])
    ]
    exercises = [
        (cell.id, cell.source, cell.metadata.get("nbgrader"))
        for cell in make(demo, "exercises").cells
    ]
    assert solutions == exercises, "nbgrader would make other exercises than ours"


def test_answers_are_stubs_outside_solutions(demo: Demo) -> None:
    for kind in ("course", "exercises"):
        source = cell(make(demo, kind), "99-double").source
        assert source.endswith("    # YOUR CODE HERE\n    raise NotImplementedError()"), source
        assert "twice_the_number" not in source, f"{kind} shows the answer"
    solution = cell(make(demo, "solutions"), "99-double").source
    assert "### BEGIN SOLUTION\n    twice_the_number = x + x" in solution, (
        "nbgrader's marks are lost"
    )


def test_stub_keeps_what_stands_around_each_solution() -> None:
    code = "if x:\n        ### BEGIN SOLUTION\n        z = 1\n        ### END SOLUTION\n    y = z"
    stubbed = "if x:\n        # YOUR CODE HERE\n        raise NotImplementedError()\n    y = z"
    assert stub(code) == stubbed


@pytest.mark.parametrize("kind", ["exercises", "solutions"])
def test_nbgrader_metadata(demo: Demo, kind: NotebookKind) -> None:
    notebook = make(demo, kind)
    common = {"schema_version": 3, "task": False}
    assert cell(notebook, "99-double").metadata["nbgrader"] == {
        **common, "grade_id": "double", "grade": False, "solution": True, "locked": False
    }  # fmt: skip
    assert cell(notebook, "99-check-double").metadata["nbgrader"] == {
        **common, "grade_id": "check-double", "grade": True, "solution": False, "locked": True,
        "points": 2,
    }  # fmt: skip


def test_course_is_no_assignment(demo: Demo) -> None:
    assert "nbgrader" not in json.dumps(make(demo, "course")), "the course would be graded too"


def test_title_cell_has_all_that_a_learner_needs_first(demo: Demo) -> None:
    title = cell(make(demo, "course"), "99-title").source
    assert title.startswith("# 99 A tiny lesson\n\nAbout 5 minutes. Do first: lesson 09.")
    assert "- double a number (exercise 99.1)" in title
    assert "(../../exercises/99-demo/99_tiny.ipynb)" in title
    assert (
        "(../../course/99-demo/99_tiny.ipynb)" in cell(make(demo, "exercises"), "99-title").source
    )


def test_earlier_lesson_is_linked_by_its_title(demo: Demo) -> None:
    earlier = demo.root / "lessons" / "u02_gradients" / "n09_backprop"
    earlier.mkdir(parents=True)
    text = (
        demo.path.read_text(encoding="utf-8").replace('"99"', '"09"').replace("A tiny", "A first")
    )
    (earlier / "lesson.md").write_text(text, encoding="utf-8")
    title = cell(make(demo, "course"), "99-title").source
    assert "Do first: [09 A first lesson](../02-gradients/09_backprop.ipynb)." in title


def test_references_close_the_course_and_citations_are_written_out(demo: Demo) -> None:
    notebook = make(demo, "course")
    assert notebook.cells[-1].id == "99-references"
    assert "- Werbos, P. J. (1990). Backpropagation through time" in notebook.cells[-1].source
    assert "more than once [Werbos (1990)](https://doi.org/10.1109/5.58337)." in text(notebook)


def test_tags_are_carried_over(demo: Demo) -> None:
    tags = [tag for c in make(demo, "course").cells for tag in c.metadata.get("tags", [])]
    assert "claim-what-1" in tags, "the claims register would miss its cell"


def test_unknown_citation_stops_the_build(demo: Demo) -> None:
    demo.replace("more than once [@werbos1990]", "more than once [@werbos1991]")
    with pytest.raises(BibliographyError, match="werbos1991"):
        make(demo, "course")


@pytest.mark.parametrize(
    ("code", "message"),
    [("w.check(treble)", "no question 'treble'; it has double"), ("w.hint()", "calls w.check")],
)
def test_check_without_a_question_stops_the_build(demo: Demo, code: str, message: str) -> None:
    demo.replace("w.check(double)", code)
    with pytest.raises(LessonError, match=message):
        make(demo, "course")


def test_function_checked_twice_gets_two_ids(demo: Demo) -> None:
    again = "```{code-cell} python\n:tags: [check]\nw.check(double)\n```\n\n## Summary"
    demo.replace("## Summary", again)
    notebook = make(demo, "exercises")
    assert cell(notebook, "99-check-double-2").metadata["nbgrader"]["grade_id"] == "check-double-2"
