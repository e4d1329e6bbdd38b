"""Which cells of a submission to run before one of its functions can be called."""

import builtins
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bpworkbook.grading.cells import Cell

if TYPE_CHECKING:
    from bpworkbook.grading.reader import Submission

BUILTINS = frozenset(dir(builtins)) | {"display", "get_ipython", "__name__", "In", "Out", "_"}


@dataclass(frozen=True)
class Recipe:
    """The cells to run before a function can be called, in this order; none: not attempted.

    Parameters
    ----------
    name : str
        The function or class that is wanted.
    cells : tuple of Cell
        The cell that defines it, and those that this one needs.
    remarks : tuple of str
        What the student should know: that there are two definitions, or none that Python can read.
    """

    name: str
    cells: tuple[Cell, ...] = ()
    remarks: tuple[str, ...] = ()


def answers(submission: "Submission", names: Iterable[str]) -> dict[str, Recipe]:
    """Return for each wanted function the cells to run before it can be called.

    The last cell that defines a function counts. Of the other cells those run that it needs, as
    they stood when ``w.check`` was last called on it: cells further down count only for names that
    nothing above has. Cells that nothing needs (checks, experiments, trials) never run.

    Examples
    --------
    >>> import json
    >>> from bpworkbook.grading.reader import read_notebook
    >>> sources = ["import numpy as np", "a = 2", "def f(x):\\n    return a * x", "f(1)", "a = 3"]
    >>> cells = [{"cell_type": "code", "source": source} for source in sources]
    >>> submission = read_notebook(json.dumps({"cells": cells}).encode())
    >>> [cell.source for cell in answers(submission, ["f"])["f"].cells]
    ['a = 2', 'def f(x):\\n    return a * x']
    """
    notebook = _Notebook(submission.cells)
    return {name: _recipe(notebook, name) for name in names}


class _Notebook:
    """The cells of a notebook by what they bind, for a hostile one has thousands of both."""

    def __init__(self, cells: tuple[Cell, ...]) -> None:
        self.cells = cells
        self.binding: dict[str, list[Cell]] = {}
        self.changing: dict[str, list[Cell]] = {}
        sound = [cell for cell in cells if not cell.error]
        self.wild = [cell for cell in sound if cell.wild]
        for cell in sound:
            for name in cell.names:
                self.binding.setdefault(name, []).append(cell)
            for name in cell.changes:
                self.changing.setdefault(name, []).append(cell)

    def found(self, name: str) -> list[Cell]:
        """Return the cells that bind or change a name, of equal imports in a row only the first."""
        kept: list[Cell] = []
        last: set[str] = set()
        for cell in self.binding.get(name, ()):
            origins = {origin for bound, origin in cell.imports if bound == name}
            if not origins or origins != last:
                kept.append(cell)
            last = origins
        if not kept and name not in BUILTINS:
            return self.wild
        # Calling a function of a module does not change the module.
        return kept if last else kept + self.changing.get(name, [])


def _recipe(notebook: _Notebook, name: str) -> Recipe:
    defining = notebook.binding.get(name, [])
    if not defining:
        broken = [cell for cell in notebook.cells if name in cell.names][-1:]
        why = [f"Cell {cell.number} cannot be read as Python: {cell.error}." for cell in broken]
        return Recipe(name, tuple(broken), tuple(why))
    target = defining[-1]
    calls = [cell.number for cell in notebook.cells if name in cell.checks]
    chosen = sorted(_chosen(notebook, name, target, max([target.number, *calls])), key=_number)
    if any(cell.number > target.number and name in cell.names for cell in chosen):
        chosen.append(target)
    places = " and ".join(str(cell.number) for cell in defining[-3:])
    told = (f"{name} is defined in cells {places}; the last one counts.",)
    return Recipe(name, tuple(chosen), told if len(defining) > 1 else ())


def _number(cell: Cell) -> int:
    return cell.number


def _chosen(notebook: _Notebook, name: str, target: Cell, horizon: int) -> Iterable[Cell]:
    """Return the cell that defines a function and all that it needs, and these need."""
    changing = [cell for cell in notebook.changing.get(name, ()) if cell.number <= horizon]
    left = [target, *changing]
    chosen = {cell.number: cell for cell in left}
    asked = set(target.names - target.first)
    while left:
        for needed in sorted(left.pop().needs - asked):
            asked.add(needed)
            found = notebook.found(needed)
            above = [cell for cell in found if cell.number <= horizon]
            new = [cell for cell in above or found if cell.number not in chosen]
            chosen.update((cell.number, cell) for cell in new)
            left += new
    return chosen.values()
