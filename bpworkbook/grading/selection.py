"""A lesson's text without the questions that an assignment leaves out.

An exercise goes with its statement, its answer and its check. Where a later exercise is built upon
a function that is left out, the function stays, written in full: nobody has to write it, and it
earns nothing.
"""

import ast
from collections.abc import Collection, Iterable
from dataclasses import replace

from bpworkbook.authoring.assemble import checked_names
from bpworkbook.lessons.source import Cell, LessonSource, without_markers

GIVEN = "Given, for an exercise below is built upon it."


def selected(source: LessonSource, asked: Collection[str]) -> tuple[LessonSource, tuple[str, ...]]:
    """Return a lesson that asks for these functions only, and the names of those that it gives.

    Parameters
    ----------
    source : LessonSource
    asked : collection of str
        The functions that are asked for.

    Examples
    --------
    >>> from bpworkbook.lessons import lesson
    >>> kept, given = selected(lesson("09").source, {"linear_backward", "train_step"})
    >>> kept.answers, given
    (('linear_backward', 'train_step'), ('relu_backward', 'softmax_ce_backward', 'mlp_backward'))
    """
    if set(source.answers) <= set(asked):
        return source, ()
    needed = _needed(source, asked)
    cells: list[Cell] = []
    for group in _groups(source.cells):
        answered = [name for cell in group for name in cell.answered]
        still = [name for name in answered if name in asked]
        for cell in group:
            if cell.role == "exercise":
                cells += _statement(cell, answered, still, needed)
            elif cell.role == "answer":
                cells += _functions(cell, asked, needed)
            elif cell.role == "check":
                cells += _check(cell, asked)
            else:
                cells.append(cell)
    given = tuple(name for name in source.answers if name in needed and name not in asked)
    return replace(source, cells=tuple(cells)), given


def _groups(cells: Iterable[Cell]) -> Iterable[list[Cell]]:
    """Yield the cells of an exercise together; what stands before the first is one group too."""
    group: list[Cell] = []
    for cell in cells:
        if cell.role == "exercise" and group:
            yield group
            group = []
        group.append(cell)
    yield group


def _needed(source: LessonSource, asked: Collection[str]) -> set[str]:
    """Return the functions of answer cells that what stays is built upon."""
    bodies = {
        node.name: node
        for cell in source.cells
        if cell.role == "answer"
        for node in ast.parse(cell.text).body
        if isinstance(node, ast.FunctionDef)
    }
    left: list[ast.AST] = [bodies[name] for name in asked if name in bodies]
    left += [ast.parse(cell.text) for cell in source.cells if cell.role == "setup"]
    needed: set[str] = set()
    while left:
        loaded = {node.id for node in ast.walk(left.pop()) if isinstance(node, ast.Name)}
        new = (loaded & bodies.keys()) - needed - set(asked)
        needed |= new
        left += [bodies[name] for name in new]
    return needed


def _statement(
    cell: Cell, answered: list[str], still: list[str], needed: set[str]
) -> Iterable[Cell]:
    """Yield the text of an exercise: as it is, with what is not asked, or that it is given."""
    if len(still) == len(answered):
        yield cell
    elif still:
        told = [
            f"`{name}` is {'given' if name in needed else 'not asked'}"
            for name in answered
            if name not in still
        ]
        yield replace(cell, text=f"{cell.text}\n\n**Less to do.** {', '.join(told)}.")
    elif needed & set(answered):
        heading = cell.text.split("\n", 1)[0]
        yield replace(cell, text=f"{heading}\n\n{GIVEN}")


def _functions(cell: Cell, asked: Collection[str], needed: set[str]) -> Iterable[Cell]:
    """Yield an answer cell with the functions that stay; one that only gives asks for nothing."""
    lines = cell.text.splitlines()
    keeps = bool(set(asked) & set(cell.answered))
    for node in reversed(ast.parse(cell.text).body):
        if not isinstance(node, ast.FunctionDef) or node.name in asked:
            continue
        start, end = node.lineno - 1, node.end_lineno or node.lineno
        while end < len(lines) and lines[end].strip().startswith("###"):
            end += 1  # the mark behind the last line of a solution
        if node.name in needed or (keeps and node.name not in cell.answered):
            lines[start:end] = without_markers("\n".join(lines[start:end])).splitlines()
        else:
            del lines[start:end]
    text = "\n".join(lines).strip("\n")
    if keeps:
        yield replace(cell, text=text)
    elif needed & set(cell.functions):
        yield replace(cell, text=text, tags=("setup",))


def _check(cell: Cell, asked: Collection[str]) -> Iterable[Cell]:
    """Yield a check cell with the checks that stay."""
    names = checked_names(cell.text)
    still = [name for name in names if name in asked]
    if len(still) == len(names):
        yield cell
    elif still:
        calls = ", ".join(f"w.check({name})" for name in still)
        yield replace(cell, text=f"display({calls})" if len(still) > 1 else calls)
