"""A class to grade: notebooks as students hand them in, made from the course's own."""

import ast
import json
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.environment import ROOT, BenchmarkError
from bpworkbook.lessons.catalogue import slug, unit

Notebook = dict[str, Any]
Maker = Callable[[Notebook, Notebook, np.random.Generator], Notebook]

SPIN = "sum(step * step for step in range(20_000))"
"""What a slow answer does for nothing in each call: a millisecond or two."""


def right(solved: Notebook, empty: Notebook, rng: np.random.Generator) -> Notebook:
    """Return the worked answers."""
    return solved


def half_done(solved: Notebook, empty: Notebook, rng: np.random.Generator) -> Notebook:
    """Return the first half of the answers, the others not begun."""
    places = _answers(solved)
    for place in places[len(places) // 2 :]:
        solved["cells"][place]["source"] = _source_of(empty, solved["cells"][place]["id"])
    return solved


def wrong(solved: Notebook, empty: Notebook, rng: np.random.Generator) -> Notebook:
    """Return answers of which some have a wrong sign or operation."""
    places = _answers(solved)
    for place in rng.choice(places, size=max(1, len(places) // 3), replace=False):
        cell = solved["cells"][place]
        cell["source"] = with_a_slip(_text(cell))
    return solved


def unreadable(solved: Notebook, empty: Notebook, rng: np.random.Generator) -> Notebook:
    """Return answers of which one is no Python."""
    cell = solved["cells"][rng.choice(_answers(solved))]
    cell["source"] = _text(cell).replace("):", ")", 1)
    return solved


def slow(solved: Notebook, empty: Notebook, rng: np.random.Generator) -> Notebook:
    """Return answers of which one does a lot for nothing in each call."""
    cell = solved["cells"][rng.choice(_answers(solved))]
    tree = ast.parse(_text(cell))
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            node.body.insert(_after_docstring(node), ast.parse(SPIN).body[0])
    cell["source"] = ast.unparse(tree)
    return solved


MIX: Sequence[tuple[Maker, int]] = (
    (right, 50), (wrong, 24), (half_done, 16), (unreadable, 8), (slow, 2)
)  # fmt: skip
"""Who hands in what, of 100."""

KINDS = ("solutions", "exercises")


def with_a_slip(source: str) -> str:
    """Return code in which the first sum, difference or product of a function is another.

    Functions with ``while`` are left alone, for they might never end; so is what has nothing to
    be changed.

    Examples
    --------
    >>> print(with_a_slip("def f(a, b):\\n    return a - b * 2"))
    def f(a, b):
        return a + b * 2
    """
    tree = ast.parse(source)
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        nodes = list(ast.walk(function))
        if any(isinstance(node, ast.While) for node in nodes):
            continue
        for node in nodes:
            if isinstance(node, ast.BinOp) and type(node.op) in _OTHER:
                node.op = _OTHER[type(node.op)]()
                return ast.unparse(tree)
    return source


_OTHER: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.MatMult: ast.Mult,
}


def lay_class(folder: Path, lessons: Sequence[str], students: int) -> Path:
    """Write the notebooks of a class as nbgrader lays them: ``student/unit/lesson.ipynb``.

    Parameters
    ----------
    folder : Path
    lessons : sequence of str
        Numbers, all of one unit.
    students : int
        Each hands in every lesson.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    BenchmarkError
        If the course's notebooks are not there.
    """
    given = {number: tuple(_read(kind, number) for kind in KINDS) for number in lessons}
    for student in range(students):
        home = folder / f"student{student:04}" / unit(lessons[0])
        home.mkdir(parents=True)
        for number, texts in given.items():
            made = notebook(texts, student)
            (home / f"{slug(number)}.ipynb").write_text(json.dumps(made), encoding="utf-8")
    return folder


def notebook(texts: Sequence[str], student: int) -> Notebook:
    """Return what a student hands in, of a lesson's solved and empty notebook; always the same."""
    solved, empty = (json.loads(text) for text in texts)
    made = maker_of(student)(solved, empty, np.random.default_rng(student))
    for place in _answers(made):  # no two students write the same cell
        cell = made["cells"][place]
        cell["source"] = f"{_text(cell)}\n# student {student}"
    return made


def maker_of(student: int) -> Maker:
    """Return what a student hands in; of 100 in a row so many of each as ``MIX`` says.

    Examples
    --------
    >>> [maker_of(student).__name__ for student in range(4)]
    ['right', 'right', 'half_done', 'right']
    """
    ends = accumulate(share for _, share in MIX)
    drawn = 37 * student % 100  # 37 and 100 share no factor: each of 100 places once
    return next(maker for (maker, _), end in zip(MIX, ends, strict=True) if drawn < end)


def _read(kind: str, number: str) -> str:
    path = ROOT / kind / unit(number) / f"{slug(number)}.ipynb"
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BenchmarkError(f"{path} cannot be read: {error.strerror}.") from error


def _answers(made: Notebook) -> list[int]:
    cells = made["cells"]
    return [k for k, cell in enumerate(cells) if "answer" in cell["metadata"].get("tags", ())]


def _source_of(made: Notebook, number: str) -> str:
    return next(_text(cell) for cell in made["cells"] if cell["id"] == number)


def _text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _after_docstring(function: ast.FunctionDef) -> int:
    return int(ast.get_docstring(function) is not None)
