"""A lesson without the questions that are left out: what stays still runs."""

import numpy as np
import pytest

from bpworkbook.authoring.assemble import assemble
from bpworkbook.authoring.notebook import code_cell, written
from bpworkbook.authoring.project import open_project
from bpworkbook.grading.selection import selected
from bpworkbook.lessons import all_lessons, lesson
from bpworkbook.lessons.source import LessonSource

ALONE = [(number, name) for number in all_lessons() for name in lesson(number).questions]


def text(source: LessonSource, kind: str = "exercises") -> str:
    notebook = assemble(open_project(), source, kind)  # type: ignore[arg-type]
    assert written(notebook)
    return "\n\n".join(cell.source for cell in notebook.cells)


def test_all_asked_is_the_lesson_as_it_is() -> None:
    source = lesson("09").source
    assert selected(source, set(source.answers)) == (source, ())


def test_an_exercise_goes_with_its_answer_and_check() -> None:
    asked = set(lesson("09").source.answers) - {"example_norms"}
    kept, given = selected(lesson("09").source, asked)
    assert not given
    assert "09.6" not in text(kept)
    assert "example_norms" not in text(kept)


def test_half_an_exercise() -> None:
    kept, given = selected(lesson("09").source, {"sigmoid_backward"})
    found = text(kept)
    assert not given
    assert "**Less to do.** `relu_backward` is not asked." in found
    assert "def relu_backward" not in found
    assert "w.check(sigmoid_backward)" in found
    assert "w.check(relu_backward)" not in found
    assert found.count("    raise NotImplementedError()") == 1


def test_what_a_later_exercise_is_built_upon_is_given_in_full() -> None:
    kept, given = selected(lesson("09").source, {"sigmoid_backward", "train_step"})
    found = text(kept)
    assert set(given) == {"linear_backward", "relu_backward", "softmax_ce_backward", "mlp_backward"}
    assert "`relu_backward` is given." in found
    assert "return grad_out * (cache > 0)" in found
    assert "SOLUTION" not in found
    assert "w.check(mlp_backward)" not in found
    assert found.count("    raise NotImplementedError()") == 2
    notebook = assemble(open_project(), kept, "exercises")
    told = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    assert sum(one.get("solution", False) for one in told) == 2, (
        "what is given is not to be written"
    )


def test_a_check_that_stands_under_a_later_exercise_stays() -> None:
    kept, _ = selected(lesson("10").source, {"unbroadcast"})
    assert "w.check(unbroadcast)" in text(kept)
    assert "matmul" not in text(kept)


@pytest.mark.parametrize(("number", "name"), ALONE)
def test_any_question_can_be_asked_alone(number: str, name: str) -> None:
    """With the answer in its place the notebook runs, but for its check, which must be there."""
    kept, _ = selected(lesson(number).source, {name})
    assert kept.answers == (name,)
    found = text(kept, "solutions")
    assert f"w.check({name})" in found
    cells = [cell for cell in kept.cells if cell.kind == "code" and cell.role]
    space: dict[str, object] = {"display": lambda *cards: None}
    for cell in cells:
        if cell.role != "check":
            exec(code_cell("x", cell.text).source, space)
    question = lesson(number).questions[name]
    args = question.cases(np.random.default_rng(0))[0]
    question.value(space[name], args)  # type: ignore[arg-type]
