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

    def close(self) -> None:
        """End it, and all that it has started."""


class Box(Protocol):
    """What a session needs of a box."""

    def child(self, setup_cells: Sequence[str]) -> Child:
        """Start a child and run cells in it."""


@cache
def opening() -> tuple[str, ...]:
    """Return the cells of ours that every child runs before those of a submission."""
    return (Path(bridge.__file__).read_text("utf-8"), setting())


class Session:
    """The children of one submission, one at a time.

    Parameters
    ----------
    box : Box

    Attributes
    ----------
    troubles : dict
        What cells have raised, by their number; after ``OutOfTime`` or ``ChildDied`` they are not
        run again.
    """

    def __init__(self, box: Box) -> None:
        self.troubles: dict[int, Trouble] = {}
        self._box = box
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
        child = self._prepared(recipe.cells)
        defining = [cell for cell in recipe.cells if recipe.name in cell.names]
        source = defining[-1].source if defining else ""
        return proxy.RemoteFunction(child, recipe.name, source, standins=standins)

    def drop(self) -> None:
        """Give the child up; the next function is asked in a new one."""
        if self._child is not None:
            self._child.close()
        self._child, self._ran = None, []

    def lost(self, recipe: Recipe) -> Trouble | None:
        """Return what ended the child in one of a recipe's cells, None where nothing did."""
        found = (self.troubles.get(cell.number) for cell in recipe.cells)
        return next((t for t in found if t and not isinstance(t, RemoteError)), None)

    def _prepared(self, cells: Sequence[Cell]) -> Child:
        """Run the cells that have not run yet; a cell that ends the child is left out."""
        while True:
            if self._child is None:
                self._child, self._ran = started(self._box), []
            try:
                for cell in self._due(cells):
                    if isinstance(self.troubles.get(cell.number), RemoteError | None):
                        self._run(self._child, cell)
                return self._child
            except (OutOfTime, ChildDied):
                self.drop()

    def _due(self, cells: Sequence[Cell]) -> list[Cell]:
        """Return the cells that have not run in this child; where none has, all, twice or not."""
        done = {cell.number for cell in self._ran}
        return [cell for cell in cells if cell.number not in done]

    def _run(self, child: Child, cell: Cell) -> None:
        start = time.perf_counter()
        try:
            if self._left <= 0:
                raise OutOfTime("the cells of this notebook take too long")
            child.run_cell(cell.source, min(CELL_SECONDS, self._left))
        except RemoteError as error:
            self.troubles[cell.number] = error
        except (OutOfTime, ChildDied) as error:
            self.troubles[cell.number] = error
            raise
        finally:
            self._left -= time.perf_counter() - start
        self._ran.append(cell)


def started(box: Box) -> Child:
    """Start a child, with the cells of ours.

    Raises
    ------
    RuntimeError
        If they do not run: the fault is ours, and no submission's.
    """
    child = box.child(opening())
    troubles = getattr(child, "troubles", {})
    if troubles:
        child.close()
        told = "; ".join(str(trouble) for trouble in troubles.values())
        raise RuntimeError(f"the box cannot be set up: {told}")
    return child


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
