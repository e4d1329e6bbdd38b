"""The examples in the docstrings of `figures` run, and every public name has one."""

import doctest
import importlib
import pkgutil

import pytest

from bpworkbook import figures

MODULES = [f"bpworkbook.figures.{found.name}" for found in pkgutil.iter_modules(figures.__path__)]
FUNCTIONS = [name for name in figures.__all__ if callable(getattr(figures, name))]


@pytest.mark.parametrize("name", ["bpworkbook.figures", *MODULES])
def test_examples_run(name: str) -> None:
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert failed == 0, f"{failed} examples of {name} fail (see the output above)"
    assert tried, f"{name} has no example"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_name_has_an_example(name: str) -> None:
    assert ">>>" in (getattr(figures, name).__doc__ or ""), f"{name} has no example"


def test_all_names_are_found_and_others_are_not() -> None:
    for name in figures.__all__:
        assert getattr(figures, name) is not None
    with pytest.raises(AttributeError, match="pie_chart"):
        figures.pie_chart  # noqa: B018
