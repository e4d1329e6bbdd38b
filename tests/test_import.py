"""Importing costs next to nothing: heavy packages load when they are first used."""

import subprocess
import sys

import pytest

HEAVY = {"matplotlib", "ipywidgets", "anywidget", "sklearn", "scipy", "IPython", "tqdm", "cupy"}


def run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return done.stdout


def seconds_over_numpy(module: str) -> float:
    """Time that ``import module`` adds to ``import numpy``, the least of several processes."""
    script = f"""
import time
import numpy
start = time.perf_counter()
import {module}
print(time.perf_counter() - start)
"""
    return min(float(run(script)) for _ in range(5))


def test_import_bpworkbook_adds_at_most_50_ms_to_numpy() -> None:
    assert seconds_over_numpy("bpworkbook") < 0.05


@pytest.mark.parametrize(
    "module", ["bpworkbook", "bpworkbook.nn", "bpworkbook.autodiff", "bpworkbook.datasets"]
)
def test_no_heavy_package_is_loaded(module: str) -> None:
    loaded = run(f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})")
    assert not HEAVY & set(loaded.split())


def test_a_misspelt_name_is_an_attribute_error() -> None:
    import bpworkbook

    with pytest.raises(AttributeError, match="lessons_"):
        bpworkbook.lessons_  # noqa: B018
