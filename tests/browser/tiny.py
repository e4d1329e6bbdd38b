"""Experiments small enough to be known by heart; notebooks of the tests import them."""

import time
from collections.abc import Iterator
from pathlib import Path

from bpworkbook.figures import Line, Panel, Scene
from bpworkbook.live import Choice, Int, Result, experiment

ROOT = Path(__file__).parents[2]

FAILS_AT = 7
"""Where `breaks` and `breaks_later` divide by zero."""

ASK = Choice("It", ("rises", "falls"), answer=0, why="Its slope is 1 or more.")
SETTINGS = [{"n": 1}, {"n": 2}, {"n": 3}]


def source(name: str) -> str:
    """Return the source of a notebook cell that shows the experiment of this name."""
    here = f"import sys; sys.path.append({str(ROOT)!r})"
    return f"{here}\nfrom tests.browser import tiny\ntiny.{name}.show()"


def _line(n: int) -> Result:
    return Result(Scene(Panel(Line([0, 1], [0, n], "slope"), xlabel="x", ylabel="y")), {"slope": n})


@experiment(
    id="E99.1", title="Breaks", controls={"n": Int(1, 9, 4)}, predict=ASK, settings=SETTINGS
)
def breaks(n: int) -> Result:
    """Draw a line, but fail at one setting."""
    if n == FAILS_AT:
        raise ZeroDivisionError("division by zero")
    return _line(n)


@experiment(
    id="E99.2", title="Breaks later", controls={"n": Int(1, 9, 4)}, predict=ASK, settings=SETTINGS
)
def breaks_later(n: int) -> Iterator[Result]:
    """Show a film that fails at its third frame at one setting."""
    for k in range(1, 6):
        if n == FAILS_AT and k == 3:
            raise ZeroDivisionError("division by zero")
        yield _line(n * k)


@experiment(
    id="E99.3",
    title="Slow",
    controls={"n": Int(1, 9, 4)},
    predict=ASK,
    settings=SETTINGS,
    scenarios={"steep": {"n": 8}, "flat": {"n": 1}},
    slow=True,
)
def slow(n: int) -> Result:
    """Take a while, as a long training does."""
    time.sleep(0.1)
    return _line(n)
