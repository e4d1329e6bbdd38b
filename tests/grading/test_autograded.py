"""What formgrader opens: the student's code and our words, and nothing that could act."""

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pytest

from bpworkbook.grading.exports.autograded import Told, autograded, quoted, save_autograded
from bpworkbook.grading.exports.copies import Copies
from bpworkbook.grading.exports.outline import Outline, outline
from bpworkbook.grading.gradebook import Handed
from bpworkbook.lessons import lesson

ANSWER = "def linear_backward(grad_out, cache):\n    return 1"
CHECK = "w.check(linear_backward)"
GATES = "def relu_backward(g, c):\n    return g\n\ndef sigmoid_backward(g, c):\n    return c"
BOTH = "display(w.check(relu_backward), w.check(sigmoid_backward))"
EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def exercises() -> Outline:
    return outline("09", list(lesson("09").questions))


def told_for(exercises: Outline) -> dict[str, Told]:
    return {check: Told(f"{check} is told\n", 2.0) for check in exercises.checks.values()}


def made_of(exercises: Outline, *cells: Any, **more: Any) -> nbformat.NotebookNode:
    """Code as a string, text as a list of one string, anything else as it is."""
    raw = []
    for cell in cells:
        if isinstance(cell, str):
            cell = {"cell_type": "code", "source": cell, "outputs": [], "metadata": {}}
        elif isinstance(cell, list):
            cell = {"cell_type": "markdown", "source": cell, "metadata": {}}
        raw.append(cell)
    content = json.dumps({"cells": raw, "nbformat": 4, "nbformat_minor": 5, **more}).encode()
    return checked(autograded(exercises, content, told_for(exercises)), exercises)


def checked(notebook: nbformat.NotebookNode, exercises: Outline) -> nbformat.NotebookNode:
    """What holds for each such notebook: it is valid, and has each cell of nbgrader once."""
    nbformat.validate(notebook)
    names = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if cell.metadata]
    assert sorted(names) == sorted({*exercises.answers.values(), *exercises.checks.values()})
    return notebook


def graded(notebook: nbformat.NotebookNode, name: str) -> nbformat.NotebookNode:
    return next(c for c in notebook.cells if c.metadata and c.metadata.nbgrader.grade_id == name)


def sources(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells]


def test_code_stays_where_it_was_and_the_check_below_says_what_we_say(exercises: Outline) -> None:
    notebook = made_of(exercises, "import numpy", ANSWER, CHECK, "left = 1")
    assert sources(notebook)[:4] == ["import numpy", ANSWER, CHECK, "left = 1"]
    assert graded(notebook, "linear_backward").source == ANSWER
    check = graded(notebook, "check-linear_backward")
    assert check.outputs[0].text == "check-linear_backward is told\n"
    assert check.metadata.nbgrader.points == 2.0
    assert notebook.cells[3].outputs == []


def test_the_later_of_two_answers_is_the_answer(exercises: Outline) -> None:
    later = ANSWER.replace("1", "2")
    notebook = made_of(exercises, ANSWER, CHECK, later)
    assert graded(notebook, "linear_backward").source == later
    assert ANSWER in sources(notebook), "the first attempt is part of what was handed in"
    last = sources(notebook).index(later)
    assert sources(notebook).index(CHECK) > last, "the check stands below what it is about"


def test_a_changed_check_cell_is_shown_and_ours_beside_it(exercises: Outline) -> None:
    forged = f"{CHECK}; print('3 of 3 points')"
    notebook = made_of(exercises, ANSWER, forged)
    assert forged in sources(notebook), "the instructor should see what was changed"
    assert graded(notebook, "check-linear_backward").source == CHECK


def test_one_cell_with_two_answers(exercises: Outline) -> None:
    both = f"{ANSWER}\n\n{GATES}"
    notebook = made_of(exercises, both, CHECK, BOTH)
    assert both in sources(notebook)
    found = {graded(notebook, name).source for name in ("linear_backward", "relu_backward")}
    assert found == {both, "# answered in a cell above"}


@pytest.mark.parametrize(
    "cell",
    [
        [f"My notes {EVIL} <img src=x onerror=alert(2)>"],
        [f"```\n{EVIL}\n````\n{EVIL}"],
        [f"### Exercise 09.1\n\n{EVIL}"],
        {"cell_type": "raw", "source": EVIL, "metadata": {"format": "text/html"}},
        {"cell_type": "markdown", "source": "![x](attachment:a.svg)", "metadata": {},
         "attachments": {"a.svg": {"image/svg+xml": EVIL}}},
        {"cell_type": "code", "source": "1", "metadata": {"nbgrader": {"grade_id": EVIL}},
         "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"text/html": EVIL}}]},
    ],
)  # fmt: skip
def test_nothing_of_a_submission_can_act(exercises: Outline, cell: Any) -> None:
    notebook = made_of(exercises, cell, metadata={"title": EVIL, "widgets": {"x": EVIL}})
    assert EVIL not in json.dumps(dict(notebook.metadata))
    for shown in notebook.cells:
        assert EVIL not in json.dumps(shown.get("outputs", [])) + json.dumps(shown.metadata)
        assert "attachments" not in shown
        if shown.cell_type == "markdown":
            outside, fence = True, ""
            for line in shown.source.splitlines():
                if not fence and line.startswith("```"):
                    outside, fence = False, line.removesuffix("text")
                elif fence and line == fence:
                    outside, fence = True, ""
                assert not (outside and EVIL in line), "the text leaves its quotation"
        else:
            assert shown.cell_type == "code"


def test_the_statement_of_an_exercise_is_text_and_what_was_added_is_quoted(
    exercises: Outline,
) -> None:
    statement = next(c.source for c in exercises.cells if "Exercise 09.1" in c.source)
    notebook = made_of(exercises, [statement], [f"{statement}\n\nMine: *hard*"])
    assert sources(notebook)[:3] == [statement, statement, quoted("Mine: *hard*")]


@pytest.mark.parametrize("raw", [None, b"", b"PK\x03\x04", b"{", b'{"cells": 3}', b"\xff\xfe\x00"])
def test_without_a_notebook_the_marks_are_shown(exercises: Outline, raw: bytes | None) -> None:
    notebook = checked(autograded(exercises, raw, told_for(exercises)), exercises)
    assert notebook.cells[0].cell_type == "markdown"
    assert graded(notebook, "check-train_step").outputs[0].text == "check-train_step is told\n"
    assert graded(notebook, "train_step").source == "# answered nowhere in this notebook"


def test_what_another_program_wrote_stays(exercises: Outline, tmp_path: Path) -> None:
    ours = autograded(exercises, None, {})
    path = tmp_path / "ada" / "unit" / "x.ipynb"
    assert save_autograded(path, ours)
    assert save_autograded(path, ours), "an earlier export is replaced"
    theirs = json.loads(path.read_text(encoding="utf-8"))
    del theirs["metadata"]["bpworkbook"]
    path.write_text(json.dumps(theirs), encoding="utf-8")
    assert not save_autograded(path, ours)
    assert json.loads(path.read_text(encoding="utf-8")) == theirs


def test_a_notebook_is_found_again_in_a_file_and_in_a_zip(tmp_path: Path) -> None:
    raw = json.dumps({"cells": [{"cell_type": "code", "source": 'lesson("09")'}]}).encode()
    digest = hashlib.sha256(raw).hexdigest()
    (tmp_path / "a.ipynb").write_bytes(raw)
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as made:
        made.writestr("ada/09.ipynb", raw)
    copies = Copies()
    for place in ("a.ipynb", "class.zip/ada/09.ipynb"):
        assert copies.read(Handed(str(tmp_path / place), digest)) == raw
    (tmp_path / "a.ipynb").write_bytes(raw + b" ")
    assert copies.read(Handed(str(tmp_path / "a.ipynb"), digest)) is None, "this is another file"
    assert copies.read(Handed(str(tmp_path / "gone.ipynb"), digest)) is None
    assert copies.read(Handed(str(tmp_path / "class.zip/x.ipynb"), "0" * 64)) is None
