"""Each rule for lessons finds a lesson that breaks it, and says where and how to mend it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from bpworkbook.authoring import lint
from bpworkbook.authoring.assemble import assemble
from bpworkbook.authoring.notebook import read_notebook, save, written
from bpworkbook.authoring.project import KINDS

if TYPE_CHECKING:
    from tests.authoring.conftest import Demo

ALT = "A line that falls from 2.30 at epoch 0 to 0.12 at epoch 20"


def assembled(demo: Demo) -> Demo:
    """Write the lesson's notebooks without running them."""
    project = demo.project
    for kind in KINDS:
        notebook = assemble(project, project.lesson("99"), kind)
        save(demo.notebook(kind), written(notebook))
    return demo


def findings(demo: Demo) -> list[tuple[str, str]]:
    """Return the rules that were broken and the lines that say so."""
    return [(found.rule, str(found)) for found in lint(project=demo.project).findings]


def test_lesson_that_obeys_every_rule_has_no_findings(demo: Demo) -> None:
    report = lint(project=assembled(demo).project)
    assert report.findings == (), str(report)
    assert report.exit_status == 0
    assert str(report) == "0 errors, 0 warnings"


SENTENCE = "The gradient of the loss tells each weight of the network which way it should move."

# rule: (what stands in the lesson, what stands there instead, what the finding says)
TEXT_FAULTS: dict[str, tuple[str, str, str]] = {
    "unfinished": ("Three sentences", "TODO three sentences", "there is a TODO"),
    "code-lines": ("print(3)", "\n".join(["print(3)"] * 26), "has 26 lines, 25 at most"),
    "text-words": ("Three sentences", f"{SENTENCE} " * 10, "has 167 words, 150 at most"),
    "raw-doi": ("stand here", "stand here, 10.1109/5.58337", "a DOI stands in the text"),
    "text-alt": ("stand here", "![](x.png)", "a picture has no alt text"),
    "spelling": ("stand here", "Optimizer", "'Optimizer' is not our spelling"),
    "heading": ("## Summary", "##### Summary", "is of level 5, after level 3"),
    "setup": (":tags: [setup]\n", "", "the first code cell is not tagged setup"),
    "review": ("w.review()", "pass\nw.review()", "first line after the set-up is not w.review()"),
    "summary": ("|---|---|\n", "", "the summary has no table"),
    "prediction": ("Predict first: does", "Does", "asks for no prediction"),
    "functions": (
        "def double(x):",
        "import math\n\ndef double(x):",
        "more than functions",
    ),
    "objective": ('exercises: ["99.1"]', "exercises: []", "'double a number' has no exercise"),
    "question": ("### Exercise 99.1", "### Twice", "no statement names exercise 99.1"),
    "experiment": ('w.experiment("falling")', 'w.experiment("rising")', "no experiment 'rising'"),
    "citation": ("more than once [@werbos1990]", "more than once", "listed, but no text cites it"),
}


@pytest.mark.parametrize("rule", TEXT_FAULTS)
def test_rule_for_texts(demo: Demo, rule: str) -> None:
    old, new, says = TEXT_FAULTS[rule]
    assembled(demo).replace(old, new)
    found = [line for name, line in findings(demo) if name == rule]
    assert found, f"{rule} was not found"
    assert any(says in line for line in found), "\n".join(found)
    assert any("n99_tiny/lesson.md" in line and "; " in line for line in found), "\n".join(found)


MORE_FAULTS: dict[str, tuple[str, str, str]] = {
    "title in the text": ("## Summary", "# Summary", "'Summary' is a heading of level 1"),
    "no summary": ("## Summary", "## The end", "there is no summary"),
    "no such exercise": ('exercises: ["99.1"]', 'exercises: ["99.2"]', "does not have"),
    "exercise of no objective": ('["99.1"]', '["99.2"]', "no objective names exercise 99.1"),
    "no check": (":tags: [check]\n", "", "no check cell checks double"),
    "experiment not shown": ('w.experiment("falling")', "pass", "is shown 0 times"),
    "unknown key": ("[@werbos1990]", "[@werbos1991]", "did you mean 'werbos1990'"),
    "key not listed": ("references: [werbos1990]", "references: []", "cited, but not listed"),
    "unreadable": ("minutes: 5", "minutes: five", "lesson.minutes is 'five'"),
    "twice in one bracket": ("[@werbos1990]", "[@werbos1990; @nobody1]", "no entry 'nobody1'"),
}  # fmt: skip


@pytest.mark.parametrize("fault", MORE_FAULTS)
def test_further_faults(demo: Demo, fault: str) -> None:
    old, new, says = MORE_FAULTS[fault]
    assembled(demo).replace(old, new)
    lines = [line for _, line in findings(demo)]
    assert any(says in line for line in lines), "\n".join(lines)
    assert lint(project=demo.project).exit_status == 1


def test_few_words_are_an_error_and_nearly_enough_a_warning(demo: Demo) -> None:
    assembled(demo)
    text = demo.path.read_text(encoding="utf-8")
    paragraph = "\n".join([SENTENCE] * 4).replace("\n", " ")
    for cuts, severity in ((3, "warning"), (6, "error")):
        demo.path.write_text(text.replace(paragraph, "Short.", cuts), encoding="utf-8")
        found = [f for f in lint(project=demo.project).findings if f.rule == "lesson-words"]
        assert [f.severity for f in found] == [severity], f"after {cuts} cuts: {found}"


def test_missing_question_and_missing_answer(demo: Demo) -> None:
    assembled(demo)
    path = demo.folder / "questions.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"double"', '"treble"'), encoding="utf-8")
    lines = "\n".join(line for _, line in findings(demo))
    assert "no answer cell that defines treble" in lines
    assert "double is answered, but questions.py does not ask for it" in lines


@pytest.mark.parametrize(
    ("text", "says"), [(None, "is missing"), ("import nothing_of_that_name", "ModuleNotFoundError")]
)
def test_questions_that_cannot_be_imported(demo: Demo, text: str | None, says: str) -> None:
    path = assembled(demo).folder / "questions.py"
    path.unlink()
    if text:
        path.write_text(text, encoding="utf-8")
    assert any(rule == "question" and says in line for rule, line in findings(demo))


def test_missing_notebook(demo: Demo) -> None:
    assembled(demo).notebook("course").unlink()
    (rule, line), = findings(demo)  # fmt: skip
    assert rule == "built"
    assert "run: bpworkbook build 99" in line


def test_number_of_cells(make_demo: Callable[[str], Demo]) -> None:
    demo = assembled(make_demo(""))
    lines = [line for rule, line in findings(demo) if rule == "cells"]
    assert lines, "a course notebook of 14 cells passed"
    assert "25 to 35 wanted" in lines[0]


def picture(alt: str, size: int = 30) -> dict[str, Any]:
    png = base64.b64encode(bytes(size)).decode()
    return {
        "output_type": "display_data",
        "data": {"image/png": png, "text/plain": "x"},
        "metadata": {"image/png": {"alt": alt}},
    }


def printed(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def svg() -> dict[str, Any]:
    return {"output_type": "display_data", "data": {"image/svg+xml": "<svg/>"}, "metadata": {}}


OUTPUT_FAULTS = {
    "short alt": (picture("a line"), "picture", "alt text is 'a line', 40 letters"),
    "large": (picture(ALT, size=70_000), "picture", "has 68 kB, 60 at most"),
    "svg": (svg(), "output", "is SVG"),
    "stderr": (printed("Careful", "stderr"), "output", "prints to stderr: 'Careful'"),
    "address": (printed("<object at 0x7f12ab34>"), "output", "the address of an object"),
    "path": (printed("saved to /home/ann/x.csv"), "output", "a path of this machine"),
    "warning": (printed("UserWarning: no"), "output", "shows a warning"),
}


@pytest.mark.parametrize("fault", OUTPUT_FAULTS)
def test_rule_for_outputs(demo: Demo, fault: str) -> None:
    output, rule, says = OUTPUT_FAULTS[fault]
    path = assembled(demo).notebook("course")
    notebook = read_notebook(path)
    assert notebook is not None
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.outputs = [nbformat.from_dict(output)]
    save(path, written(notebook))
    found = [line for name, line in findings(demo) if name == rule]
    assert len(found) == 1, f"{fault}: {found}"
    assert says in found[0]
    assert f"cell {cell.id}" in found[0]


GOOD = [picture(ALT), printed("2 / home 3 and/or tmp"), printed("https://x.org/home/a")]


@pytest.mark.parametrize("output", GOOD, ids=["picture", "slashes", "address"])
def test_good_outputs_have_no_findings(demo: Demo, output: dict[str, Any]) -> None:
    path = assembled(demo).notebook("solutions")
    notebook = read_notebook(path)
    assert notebook is not None
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.outputs = [nbformat.from_dict(output)]
    save(path, written(notebook))
    assert findings(demo) == []


@pytest.mark.parametrize(
    ("kind", "secret", "found"),
    [
        ("exercises", "twice_the_number = x + x", True),
        ("exercises", "Adding a number to itself doubles it.", True),
        ("exercises", "### END SOLUTION", True),
        ("course", "Adding a number to itself doubles it.", True),
        ("course", "twice_the_number = x + x", False),
    ],
)
def test_solution_that_is_given_away(demo: Demo, kind: str, secret: str, found: bool) -> None:
    path = assembled(demo).notebook(kind)
    notebook = read_notebook(path)
    assert notebook is not None
    notebook.cells[-2].source += f"\n    {secret}"
    save(path, written(notebook))
    rules = [rule for rule, _ in findings(demo)]
    assert ("solution-shown" in rules) is found
