"""The examples in the docstrings of `live` run, and every public function has one."""

import doctest
import importlib
import inspect
import pkgutil

import pytest

from bpworkbook import live

MODULES = [f"bpworkbook.live.{found.name}" for found in pkgutil.iter_modules(live.__path__)]


@pytest.mark.parametrize("name", ["bpworkbook.live", *MODULES])
def test_examples_run(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name))
    assert failed == 0, f"{failed} examples of {name} fail (see the output above)"


@pytest.mark.parametrize("name", MODULES)
def test_every_public_function_has_an_example(name: str) -> None:
    module = importlib.import_module(name)
    for thing in vars(module).values():
        mine = getattr(thing, "__module__", "") == name
        if inspect.isfunction(thing) and mine and not thing.__name__.startswith("_"):
            assert ">>>" in (thing.__doc__ or ""), f"{name}.{thing.__name__} has no example"
