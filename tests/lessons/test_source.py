"""A lesson's text is read as jupytext reads it, and what is wrong with it is named."""

from pathlib import Path

import jupytext
import pytest

from bpworkbook.lessons.source import LessonError, find_lessons, read_lesson

LESSONS = find_lessons(Path(__file__).parents[2] / "bpworkbook" / "lessons")

FRONT = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
lesson:
  number: "09"
  title: Backprop, vectorised
  minutes: 60
  prerequisites: ["08"]
  objectives:
    - {text: "write the backward pass", exercises: ["09.1"]}
  references: [werbos1990]
---
"""

BODY = """\
Text that comes first, with *marks*.

+++

Another cell, with a fence that is not a cell:

~~~python
+++ {"tags": ["not-a-cell"]}
~~~

+++ {"tags": ["exercise"]}

### Exercise 09.1

```{code-cell} python
:tags: [answer, claim-what-1]

def double(x):
    '''Return twice x.'''
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
```
```{code-cell} python
:tags: [answer]
def halve(x):
    ### BEGIN SOLUTION
    return x / 2
    ### END SOLUTION
```

+++ {"tags": ["explanation"]}

Twice and half, see [@werbos1990].

+++ {"tags": ["exercise"]}

### Exercise 09.2

```{code-cell} python

print("an empty first line goes")

print("others stay")

```

+++

````{code-cell} python
text = '''
```
'''
````

The end.
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "u02_gradients" / "n09_backprop_vectorised" / "lesson.md"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def cells_of_jupytext(path: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    cells = jupytext.read(path, fmt="md:myst").cells
    return [(c.cell_type, c.source, tuple(c.metadata.get("tags", []))) for c in cells]


def cells_of_ours(path: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(cell.kind, cell.text, cell.tags) for cell in read_lesson(path).cells]


def test_cells_are_those_of_jupytext(tmp_path: Path) -> None:
    path = write(tmp_path, FRONT + BODY)
    assert cells_of_ours(path) == cells_of_jupytext(path), "we and jupytext read other cells"
    assert len(cells_of_ours(path)) == 10, "cells were lost or split"


@pytest.mark.parametrize("path", LESSONS, ids=[path.parent.name for path in LESSONS])
def test_every_lesson_is_read_as_jupytext_reads_it(path: Path) -> None:
    assert cells_of_ours(path) == cells_of_jupytext(path), f"{path}: jupytext reads other cells"


def test_front_matter_is_typed(tmp_path: Path) -> None:
    source = read_lesson(write(tmp_path, FRONT + BODY))
    assert (source.number, source.title, source.minutes) == ("09", "Backprop, vectorised", 60)
    assert source.prerequisites == ("08",)
    assert source.objectives[0].exercises == ("09.1",)
    assert (source.unit, source.slug) == ("02-gradients", "09_backprop_vectorised")


def test_line_numbers_point_into_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, FRONT + BODY)
    lines = path.read_text(encoding="utf-8").splitlines()
    for cell in read_lesson(path).cells:
        first = lines[cell.line - 1]
        starts = first.lstrip("`").startswith("{code-cell}") or first == cell.text.splitlines()[0]
        assert starts, f"line {cell.line} is {first!r}, not the start of cell {cell.position}"


def test_answer_has_no_markers_and_its_explanation(tmp_path: Path) -> None:
    answer = read_lesson(write(tmp_path, FRONT + BODY)).answer("halve")
    assert answer.code == "def halve(x):\n    return x / 2"
    assert answer.explanation.startswith("Twice and half, see [Werbos (1990)]"), answer.explanation


def test_answers_in_a_row_share_the_explanation(tmp_path: Path) -> None:
    source = read_lesson(write(tmp_path, FRONT + BODY))
    assert source.answer("double").explanation == source.answer("halve").explanation != ""


def test_unknown_answer_is_named(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match=r"no answer cell defines 'treble'; there are double"):
        read_lesson(write(tmp_path, FRONT + BODY)).answer("treble")


FRONT_FAULTS = {
    "unquoted number": ('number: "09"', "number: 07", r"lesson\.number is 7.*quotation marks"),
    "folder's number": ('number: "09"', 'number: "10"', r"lesson\.number is '10'.*n09_"),
    "no title": ("title: Backprop, vectorised", "title: ''", r"lesson\.title is ''; wanted text"),
    "minutes": ("minutes: 60", "minutes: an hour", r"lesson\.minutes is 'an hour'.*whole number"),
    "prerequisites": ('["08"]', "[8]", r"lesson\.prerequisites is \[8\].*\[\"08\"\]"),
    "no objectives": ("  objectives:\n", "  goals:\n", r"lesson\.objectives is missing"),
    "objective": ('exercises: ["09.1"]', "exercises: 09.1", r"lesson\.objectives\[0\] is"),
    "references": ("[werbos1990]", "werbos1990", r"lesson\.references is 'werbos1990'.*keys"),
    "unknown field": (
        "  minutes: 60",
        "  minutes: 60\n  level: 1",
        r"lesson\.level is not a field",
    ),
    "no YAML": ("lesson:\n", "lesson: {\n", r"front matter: while parsing"),
    "no table": ("lesson:\n", "course:\n", r"there is no field 'lesson'"),
}


@pytest.mark.parametrize(("old", "new", "message"), FRONT_FAULTS.values(), ids=FRONT_FAULTS)
def test_fault_in_front_matter_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in FRONT, "the test's own replacement does not apply"
    path = write(tmp_path, FRONT.replace(old, new) + BODY)
    with pytest.raises(LessonError, match=message) as caught:
        read_lesson(path)
    assert str(path) in str(caught.value), "the message does not name the file"


ANSWER = "```{code-cell} python\n:tags: [answer]\n"
CELL_FAULTS = {
    "misspelt tag": ('+++ {"tags": ["exercize"]}\n\ntext', r"line 15: there is no tag 'exercize'"),
    "two roles": ('+++ {"tags": ["exercise", "explanation"]}\n\ntext', "either exercise or expl"),
    "text as answer": ('+++ {"tags": ["answer"]}\n\ntext', "tagged answer must be code"),
    "tags not a list": ('+++ {"tags": "exercise"}\n\ntext', "tags is 'exercise'; a list"),
    "other metadata": ('+++ {"name": "x"}\n\ntext', "cell metadata 'name' is not known"),
    "no JSON": ("+++ {tags}\n\ntext", "line 13: .* is not JSON"),
    "open fence": ("```{code-cell} python\n1 + 1", "line 13: this fence is never closed"),
    "not Python": ("```{code-cell} python\n1 +\n```", "near line 14: invalid syntax"),
    "no function": (f"{ANSWER}x = 1\n```", "an answer cell defines a function"),
    "no markers": (f"{ANSWER}def f(x):\n    return x\n```", "between one ### BEGIN SOLUTION"),
    "no end": (f"{ANSWER}def f(x):\n    ### BEGIN SOLUTION\n    return x\n```", "### END SOLUTION"),
}


@pytest.mark.parametrize(("body", "message"), CELL_FAULTS.values(), ids=CELL_FAULTS)
def test_fault_in_a_cell_is_named(tmp_path: Path, body: str, message: str) -> None:
    with pytest.raises(LessonError, match=message):
        read_lesson(write(tmp_path, f"{FRONT}{body}\n"))


def test_two_answers_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match="more than one answer cell defines double"):
        read_lesson(write(tmp_path, FRONT + BODY.replace("def halve", "def double")))


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match=r"lesson\.md: cannot be read: No such file"):
        read_lesson(tmp_path / "lesson.md")
