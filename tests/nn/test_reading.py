"""A reader finds in every docstring the shapes and the formula or its source, and short functions.

``test_docstrings.py`` runs the examples, and holds the documented parameters to the signature.
"""

import ast
import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from bpworkbook import autodiff, nn

PACKAGES = (nn, autodiff)
FILES = [path for package in PACKAGES for path in sorted(Path(package.__path__[0]).glob("*.py"))]
PUBLIC = {
    f"{package.__name__.rpartition('.')[2]}.{name}": getattr(package, name)
    for package in PACKAGES
    for name in package.__all__
    if callable(getattr(package, name))
} | {
    f"init.{name}": function
    for name, function in inspect.getmembers(nn.init, inspect.isfunction)
    if function.__module__ == nn.init.__name__ and name[0] != "_" and "require" not in name
}

# These move, count, check or hold things: no formula stands behind them.
WITHOUT_FORMULA = [
    "nn.ArgumentError",
    "nn.BlockParameters",
    "nn.Callback",
    "nn.Flatten",
    "nn.GradientReport",
    "nn.History",
    "nn.LastStep",
    "nn.Module",
    "nn.Optimizer",
    "nn.Parameter",
    "nn.Run",
    "nn.Scheduler",
    "nn.Sequential",
    "nn.Together",
    "nn.accuracy",
    "nn.batches",
    "nn.check_gradients",
    "nn.check_model",
    "nn.col2im",
    "nn.fit",
    "nn.freeze",
    "nn.get_state",
    "nn.has_gpu",
    "nn.is_device_array",
    "nn.load_arrays",
    "nn.load_weights",
    "nn.named_parameters",
    "nn.padding_mask",
    "nn.save_arrays",
    "nn.save_weights",
    "nn.set_state",
    "nn.summary",
    "nn.to_device",
    "nn.to_numpy",
    "nn.unfreeze",
    "nn.constant",
    "init.zeros",
    "init.normal",
    "autodiff.Dual",
    "autodiff.Primitive",
    "autodiff.Tensor",
    "autodiff.grad",
    "autodiff.no_grad",
    "autodiff.unbroadcast",
]

# A shape in words, or as "(n, d)", or "(n,)".
SHAPE = re.compile(r"shape|\(\.{3}, \w+\)|\(\w+(, [\w* +]+)+\)|\(\w+,\)|scalar")
# Types of which a shape is known.
ARRAY = re.compile(r"ndarray|FloatArray|IntArray|NDArray|Scalar")


def text(thing: Any) -> str:
    """Return a docstring, with those of the functions that it points to in double backticks."""
    doc = inspect.getdoc(thing) or ""
    pointed = re.findall(r"``(?:nn\.)?(\w+)[\w.(), …]*``", doc)
    found = [getattr(nn, name) for name in pointed if callable(getattr(nn, name, None))]
    # A layer says in its module's head, or by its name, which function it calls.
    found += [getattr(nn, other) for other in functions_of(thing)]
    return "\n".join([doc, *(inspect.getdoc(other) or "" for other in found)])


def functions_of(thing: Any) -> list[str]:
    """Return the public functions of ``nn`` that the methods of a layer name."""
    if not (inspect.isclass(thing) and issubclass(thing, nn.Module)):
        return []
    return [name for name in re.findall(r"\w+", inspect.getsource(thing)) if name in nn.__all__]


@pytest.mark.parametrize("name", PUBLIC)
def test_a_shape_is_stated(name: str) -> None:
    thing = PUBLIC[name]
    takes_arrays = ARRAY.search(str(getattr(thing, "__annotations__", "")))
    if takes_arrays or (inspect.isclass(thing) and issubclass(thing, nn.Module)):
        stated = SHAPE.search(text(thing))
        assert stated, f"{name} says nothing about shapes"


@pytest.mark.parametrize("name", [name for name in PUBLIC if name not in WITHOUT_FORMULA])
def test_a_formula_or_its_source_is_stated(name: str) -> None:
    said = text(PUBLIC[name])
    assert "$" in said or "References" in said, f"{name} has neither a formula nor a source"


def test_only_public_names_go_without_a_formula() -> None:
    assert set(WITHOUT_FORMULA) <= set(PUBLIC)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_files_and_functions_are_short(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    count = len(source.splitlines())
    assert count <= 300 or path.name == "__init__.py", f"{path.name} has {count} lines"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            lines = (node.end_lineno or 0) - body[0].lineno + 1
            assert lines <= 60, f"{path.name}: {node.name} has {lines} lines"
