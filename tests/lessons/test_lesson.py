"""Opening a lesson: what experiments need is loaded while the kernel is idle, and never before."""

import subprocess
import sys

import pytest

OPEN = """
import asyncio, sys
from bpworkbook import lesson

HEAVY = ("matplotlib", "ipywidgets")
loaded = lambda: [name for name in HEAVY if name in sys.modules]

def prepared(w):
    return "experiments" in w.__dict__ and all(
        len(e._settled) >= len({tuple(s.values()) for s in e.settings})
        for e in list(w.experiments.values())[-1:]
    )

async def notebook():
    w = lesson("09")
    assert not loaded(), loaded()
    while not prepared(w):
        await asyncio.sleep(0.1)
    assert loaded() == list(HEAVY), loaded()
    assert "sklearn" not in sys.modules, "scikit-learn takes a second, and only its file is needed"
    last = list(w.experiments.values())[-1]
    last.run = None  # were it called now, it would fail
    assert len(last.table()) == len(last.settings)

{run}
"""


FAILS = """
import asyncio
from bpworkbook import lesson

def fails(**setting):
    raise ZeroDivisionError("division by zero")

async def notebook():
    w = lesson("09")
    first, *_, last = w.experiments.values()
    first.run = fails
    async with asyncio.timeout(60):
        while len(last._settled) < len({tuple(s.values()) for s in last.settings}):
            await asyncio.sleep(0.1)

asyncio.run(notebook())
"""


@pytest.mark.parametrize(
    ("run", "what"),
    [
        ("asyncio.run(notebook())", "in a notebook, all that experiments need is loaded"),
        ("lesson('09'); assert not loaded(), loaded()", "elsewhere, nothing is"),
    ],
)
def test_an_open_lesson_loads_what_it_needs_while_idle(run: str, what: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OPEN.replace("{run}", run)],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{what}: {done.stderr}"
    assert "Exception" not in done.stderr, done.stderr


def test_an_experiment_that_fails_while_idle_says_nothing_and_holds_up_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAILS], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    assert "ZeroDivisionError" not in done.stderr, done.stderr
