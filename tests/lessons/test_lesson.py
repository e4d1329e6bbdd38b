"""Opening a lesson: what experiments need is loaded while the kernel is idle, and never before."""

import subprocess
import sys

import pytest

OPEN = """
import asyncio, sys
from bpworkbook import lesson

HEAVY = ("matplotlib", "ipywidgets")
loaded = lambda: [name for name in HEAVY if name in sys.modules]

async def notebook():
    w = lesson("09")
    assert not loaded(), loaded()
    await asyncio.sleep(1)
    assert loaded() == list(HEAVY), loaded()
    assert "sklearn" not in sys.modules, "scikit-learn takes a second, and only its file is needed"
    assert "experiments" in w.__dict__, "the experiments are not loaded"

{run}
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
        [sys.executable, "-c", OPEN.format(run=run)], capture_output=True, text=True
    )
    assert done.returncode == 0, f"{what}: {done.stderr}"
    assert "Exception" not in done.stderr, done.stderr
