"""Opening a lesson: what experiments need is loaded while the kernel is idle, and never before."""

import subprocess
import sys

import pytest

PREPARED = """
import asyncio, sys
from bpworkbook import lesson

def prepared(experiment):
    return len(experiment._settled) >= len({tuple(s.values()) for s in experiment.settings})
"""

OPEN = """
HEAVY = ("matplotlib", "ipywidgets")
loaded = lambda: [name for name in HEAVY if name in sys.modules]

async def notebook():
    w = lesson("09")
    assert not loaded(), loaded()
    while "experiments" not in w.__dict__ or not prepared(list(w.experiments.values())[-1]):
        await asyncio.sleep(0.1)
    assert loaded() == list(HEAVY), loaded()
    assert "sklearn" not in sys.modules, "scikit-learn takes a second, and only its file is needed"
    last = list(w.experiments.values())[-1]
    last.run = None  # were it called now, it would fail
    assert len(last.table()) == len(last.settings)

{run}
"""


FAILS = """
def fails(**setting):
    raise ZeroDivisionError("division by zero")

async def notebook():
    w = lesson("09")
    first, *_, last = w.experiments.values()
    first.run = fails
    async with asyncio.timeout(60):
        while not prepared(last):
            await asyncio.sleep(0.1)

asyncio.run(notebook())
"""


def ran(source: str) -> "subprocess.CompletedProcess[str]":
    """Run ``source``, after `PREPARED`, in a Python of its own."""
    command = [sys.executable, "-c", PREPARED + source]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize(
    ("run", "what"),
    [
        ("asyncio.run(notebook())", "in a notebook, all that experiments need is loaded"),
        ("lesson('09'); assert not loaded(), loaded()", "elsewhere, nothing is"),
    ],
)
def test_an_open_lesson_loads_what_it_needs_while_idle(run: str, what: str) -> None:
    done = ran(OPEN.replace("{run}", run))
    assert done.returncode == 0, f"{what}: {done.stderr}"
    assert "Exception" not in done.stderr, done.stderr


def test_an_experiment_that_fails_while_idle_says_nothing_and_holds_up_nothing() -> None:
    done = ran(FAILS)
    assert done.returncode == 0, done.stderr
    assert "ZeroDivisionError" not in done.stderr, done.stderr
