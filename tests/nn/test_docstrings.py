"""Docstrings of ``nn``, ``autodiff`` and ``datasets``: their examples run, all names have them."""

import doctest
import importlib
import inspect
import pkgutil
import re
from itertools import pairwise, takewhile
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from bpworkbook import autodiff, datasets, nn

MODULES = [
    importlib.import_module(found.name)
    for package in (nn, autodiff, datasets)
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
] + [nn, autodiff, datasets]

PUBLIC = [
    (f"{package.__name__}.{name}", getattr(package, name))
    for package in (nn, autodiff, datasets)
    for name in package.__all__
    if callable(getattr(package, name))
]

SIGNED = [(name, thing) for name, thing in PUBLIC if thing is not nn.ArgumentError]

SECTIONS = {"Parameters", "Returns", "Raises", "Examples", "References", "Attributes"}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_run(module: ModuleType) -> None:
    failed, _ = doctest.testmod(module, extraglobs={"np": np})
    assert not failed, f"{failed} examples of {module.__name__} fail (see the output above)"


@pytest.mark.parametrize(("name", "thing"), PUBLIC, ids=[name for name, _ in PUBLIC])
def test_every_public_name_has_an_example(name: str, thing: Any) -> None:
    tests = doctest.DocTestFinder(recurse=False).find(thing)
    assert tests[0].examples, f"{name} has no example in its docstring"


@pytest.mark.parametrize(("name", "thing"), SIGNED, ids=[name for name, _ in SIGNED])
def test_documented_parameters_are_those_of_the_signature(name: str, thing: Any) -> None:
    text, parameters = inspect.getdoc(thing), set(inspect.signature(thing).parameters)
    lines = text.splitlines()
    heads = {line for line, below in pairwise(lines) if line and below == "-" * len(line)}
    assert heads <= SECTIONS, f"{name} has a heading that NumPy's style does not know"
    if "Parameters" not in heads:
        # `sigmoid_forward` may point to ``sigmoid``.
        assert not parameters or "``" in text, f"{name} documents no parameter"
        return
    section = takewhile(lambda line: line not in SECTIONS, lines[lines.index("Parameters") + 2 :])
    entries = [line.split(" : ")[0] for line in section if re.match(r"[*\w]", line)]
    documented = {part.strip(" *") for entry in entries for part in entry.split(",")}
    assert documented == parameters, f"{name}: its docstring and its signature differ"
