"""One submission in its box: cells are run once, and again in a new child where one was lost."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from bpworkbook.grading import bridge, proxy
from bpworkbook.grading.cells import Cell
from bpworkbook.grading.errors import ChildDied, OutOfTime, RemoteError
from bpworkbook.grading.given import setting
from bpworkbook.grading.recipes import Recipe

CELL_SECONDS = 4.0
"""How long one cell may run. Cells that an answer needs define and import; they do not train."""

ALL_SECONDS = 20.0
"""How long the cells of a submission may run together, those that are run again included."""

Trouble = RemoteError | ChildDied | OutOfTime


class Child(proxy.Child, Protocol):
    """What a session needs of a child."""

    def run_cell(self, source: str, seconds: float) -> Any:
        """Run a cell; raise RemoteError, ChildDied or OutOfTime."""

    def run_and_call(
        self, source: str, name: str, args: Sequence[Any], seconds: float
    ) -> tuple[RemoteError | None, Any]:
        """Run a cell, then call a function; errors of both are returned."""

    def close(self) -> None:
        """End it, and all that it has started."""


class Box(Protocol):
    """What a session needs of a box."""

    def prepare(self, cells: Sequence[str]) -> None:
        """Let every child begin with cells of ours."""

    def child(self) -> Child:
        """Start a child."""


@cache
def opening() -> tuple[str, ...]:
    """Return the cells of ours that every child runs before those of a submission."""
    return (Path(bridge.__file__).read_text("utf-8"), setting())


class Session:
    """The children of one submission, one at a time.

    Parameters
    ----------
    box : Box
    seconds : float
        How long the calls of one question may take.

    Attributes
    ----------
    troubles : dict
        What cells have raised, by their number; after ``OutOfTime`` or ``ChildDied`` they are not
        run again.
    stained : bool
        Whether a wrong answer was called in the present child. The caller sets it.
    """

    def __init__(self, box: Box, seconds: float = proxy.SECONDS) -> None:
        self.troubles: dict[int, Trouble] = {}
        self.stained = False
        self._box = box
        self._seconds = seconds
        self._child: Child | None = None
        self._ran: list[Cell] = []
        self._left = ALL_SECONDS

    def function(
        self,
        recipe: Recipe,
        standins: Mapping[str, Callable[..., Any]] | None = None,
    ) -> proxy.RemoteFunction:
        """Run what a recipe asks for, and return its function."""
        if self._child is None or not fits(self._ran, recipe.cells):
            self.drop()
        child, about = self._prepared(recipe.cells, recipe.name)
        defining = [cell for cell in recipe.cells if recipe.name in cell.names]
        source = defining[-1].source if defining else ""
        return proxy.RemoteFunction(child, recipe.name, source, self._seconds, standins, about)

    def drop(self) -> None:
        """Give the child up; the next function is asked in a new one."""
        if self._child is not None:
            self._child.close()
        self._child, self._ran, self.stained = None, [], False

    def trouble(self, recipe: Recipe) -> Trouble | None:
        """Return what the last of a recipe's cells that failed has raised, None where none has."""
        found = (self.troubles.get(cell.number) for cell in reversed(recipe.cells))
        return next((trouble for trouble in found if trouble is not None), None)

    def lost(self, recipe: Recipe) -> Trouble | None:
        """Return what ended the child in one of a recipe's cells, None where nothing did."""
        found = (self.troubles.get(cell.number) for cell in recipe.cells)
        return next((t for t in found if t and not isinstance(t, RemoteError)), None)

    def _prepared(self, cells: Sequence[Cell], name: str) -> tuple[Child, Any]:
        """Run the cells that have not run yet; a cell that ends the child is left out.

        With the last of them the box is asked what the name stands for.
        """
        about = None
        while True:
            if self._child is None:
                self._child, self._ran = started(self._box), []
            try:
                due = self._due(cells)
                for cell in due:
                    about = self._run(self._child, cell, name if cell is due[-1] else "")
                return self._child, about
            except (OutOfTime, ChildDied):
                if self.stained:  # the wrong answer may be to blame: the cell gets another child
                    del self.troubles[cell.number]
                self.drop()

    def _due(self, cells: Sequence[Cell]) -> list[Cell]:
        """Return the cells that have not run in this child; where none has, all, twice or not."""
        done = {cell.number for cell in self._ran}
        deadly = {n for n, trouble in self.troubles.items() if not isinstance(trouble, RemoteError)}
        return [cell for cell in cells if cell.number not in done | deadly]

    def _run(self, child: Child, cell: Cell, name: str) -> Any:
        """Run a cell; return what the box says of a name, None where it was not asked."""
        about = None
        start = time.perf_counter()
        try:
            if self._left <= 0:
                raise OutOfTime("the cells of this notebook take too long")
            seconds = min(CELL_SECONDS, self._left)
            if name:
                raised, about = child.run_and_call(cell.source, proxy.ABOUT, (name,), seconds)
                if raised is not None:
                    raise raised
            else:
                child.run_cell(cell.source, seconds)
            self.troubles.pop(cell.number, None)
        except RemoteError as error:
            self.troubles[cell.number] = error
        except (OutOfTime, ChildDied) as error:
            self.troubles[cell.number] = error
            raise
        finally:
            self._left -= time.perf_counter() - start
        self._ran.append(cell)
        return about


def started(box: Box) -> Child:
    """Start a child, with the cells of ours."""
    box.prepare(opening())
    return box.child()


def fits(ran: Sequence[Cell], wanted: Sequence[Cell]) -> bool:
    """Tell whether cells that ran for other answers leave things as the wanted cells want them.

    Examples
    --------
    >>> from bpworkbook.grading.cells import cell_of
    >>> first, other, again = (cell_of(i, s) for i, s in enumerate(["a = 1", "b = 2", "a = 3"]))
    >>> answer = cell_of(3, "def f():\\n    return a")
    >>> fits([first, other], [first, answer]), fits([first, again], [first, answer])
    (True, False)
    """
    numbers = [cell.number for cell in wanted]
    if len(set(numbers)) < len(numbers):  # a cell that has to run twice
        return not ran
    strangers = [cell for cell in ran if cell.number not in numbers]
    if any(cell.wild for cell in strangers):
        return False
    asked = frozenset().union(*(cell.names | cell.needs for cell in wanted))
    if any((cell.names | cell.changes) & asked for cell in strangers):
        return False
    # What is still to run must not have had to run before something that ran already.
    done = {cell.number for cell in ran}
    return not any(
        (later.names | later.changes) & (cell.names | cell.needs | cell.changes)
        for place, cell in enumerate(wanted)
        if cell.number not in done
        for later in wanted[place:]
        if later.number in done
    )
