"""The whole of ``nn`` on arrays that lie elsewhere: one code path, no hidden conversion.

Every pair of functions, every layer and every optimiser is run twice on the good calls that the
fuzz starts from: on NumPy's arrays, and on ``Recorder``s, which refuse ``__array__``. Both must
give the same numbers, and nothing may come back as a NumPy array.
"""

import runpy
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpworkbook import nn

HERE = Path(__file__).parent
Recorder = runpy.run_path(str(HERE / "test_dispatch.py"))["Recorder"]
FUNCTIONS = runpy.run_path(str(HERE / "fuzz" / "test_functions.py"))
CLASSES = runpy.run_path(str(HERE / "fuzz" / "test_classes.py"))


def moved(value: Any, calls: list[str]) -> Any:
    """Move every array in a value; in tuples, with and without names, and in dicts too."""
    if isinstance(value, np.ndarray):
        return Recorder(value.copy(), calls)
    if isinstance(value, dict):
        return {key: moved(part, calls) for key, part in value.items()}
    if isinstance(value, tuple):
        parts = [moved(part, calls) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value


def assert_same_elsewhere(here: Any, there: Any, what: str) -> None:
    if isinstance(here, tuple):
        assert len(here) == len(there), what
        for position, (a, b) in enumerate(zip(here, there, strict=True)):
            assert_same_elsewhere(a, b, f"{what}[{position}]")
    elif isinstance(here, np.ndarray | np.generic):
        assert isinstance(there, Recorder), f"{what} came back as {type(there).__name__}"
        np.testing.assert_allclose(there.fetch(), here, rtol=1e-12, atol=1e-14, err_msg=what)
        assert there.dtype == here.dtype, what
    else:
        assert here is None or here == there, what


def both(run: Callable[[Callable[[Any], Any]], Any], what: str) -> None:
    """Run once with what stays here and once with what is moved, and compare."""
    calls: list[str] = []
    here, there = run(lambda value: value), run(partial(moved, calls=calls))
    assert calls, f"{what}: no NumPy function reached an array elsewhere"
    assert_same_elsewhere(here, there, what)


@pytest.mark.parametrize("name", FUNCTIONS["FORWARD"])
def test_functions(name: str) -> None:
    def run(move: Callable[[Any], Any]) -> Any:
        out, cache = getattr(nn, f"{name}_forward")(**move(FUNCTIONS["FORWARD"][name]()))
        more = FUNCTIONS["backward_arguments"](name)
        more.pop("cache")
        return out, getattr(nn, f"{name}_backward")(cache=cache, **move(more))

    both(run, name)


@pytest.mark.parametrize("name", CLASSES["LAYERS"])
@pytest.mark.parametrize("half", ["backward", "backward_parameters"])
def test_layers(name: str, half: str) -> None:
    _, x, more = CLASSES["LAYERS"][name]

    def run(move: Callable[[Any], Any]) -> Any:
        layer = CLASSES["layer"](name)
        for parameter in layer.parameters():
            parameter.data = move(parameter.data)
        out = layer(move(x), **move(more))
        grad_x = getattr(layer, half)(move(np.cos(np.arange(out.size)).reshape(out.shape)))
        return out, grad_x, tuple(parameter.grad for parameter in layer.parameters())

    both(run, name)


@pytest.mark.parametrize("name", CLASSES["WITH_STEPS"])
def test_optimisers(name: str) -> None:
    def run(move: Callable[[Any], Any]) -> Any:
        optimizer = CLASSES["optimizer"](name)
        for parameter in optimizer.params:
            parameter.data, parameter.grad = move(parameter.data), move(parameter.grad)
        for _ in range(3):
            optimizer.step(lambda: None)
        return tuple(parameter.data for parameter in optimizer.params)

    both(run, name)


@pytest.mark.parametrize("name", ["clip_grad_norm_", "clip_grad_value_", "global_norm"])
def test_clipping(name: str) -> None:
    def run(move: Callable[[Any], Any]) -> Any:
        arguments = FUNCTIONS["FUNCTIONS"][name]()
        for parameter in arguments["params"]:
            parameter.data, parameter.grad = move(parameter.data), move(parameter.grad)
        getattr(nn, name)(**arguments)
        return tuple(parameter.grad for parameter in arguments["params"])

    both(run, name)
