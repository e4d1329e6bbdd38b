"""What lessons hand to learners: imports of their set-up cells that answers are made of.

The package itself is not in the box, for it holds the answers. So the few things that an exercise
builds upon, such as the ``Value`` of lesson 10, are cut out of their modules by name, with whatever
they need, and put in their place in the child. Everything else of these modules says when it is
used that it is not there while your work is graded: use your own functions.
"""

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from bpworkbook.workbook.syntax import parsed

LESSONS = "bpworkbook.lessons.u02_gradients"
GIVEN: Mapping[str, tuple[str, ...]] = {
    "bpworkbook.nn": ("relu", "sigmoid", "tanh"),
    f"{LESSONS}.n08_backprop_by_hand.network": (
        *("X", "Y", "forward_chunks", "new_params", "forward", "loss_of"),
    ),
    f"{LESSONS}.n10_autodiff_engine.engine": ("Value",),
    f"{LESSONS}.n12_history.control": ("DT", "simulate", "cost"),
    f"{LESSONS}.n12_history.nets": ("encoder_table", "start", "forward", "error"),
}
"""For each module what of it stands in the box."""


@cache
def setting() -> str:
    """Return the cell that puts what is given into a child, before the submission's own cells.

    Examples
    --------
    >>> "class Value" in setting(), "def multiply" in setting()
    (True, False)
    """
    cut = {module: extract(module, names) for module, names in GIVEN.items()}
    own = ast.unparse(_Bare().visit(parsed(inspect.getsource(install))))
    return f"{own}\n{install.__name__}({cut!r})\ndel {install.__name__}\n"


@cache
def place_of(function: Callable[..., Any]) -> tuple[str, str] | None:
    """Return the module and name by which a function can be had in the box, None where it cannot.

    Examples
    --------
    >>> from bpworkbook import nn
    >>> place_of(nn.relu), place_of(nn.linear_backward)
    (('bpworkbook.nn', 'relu'), None)
    """
    for module, names in GIVEN.items():
        for name in names:
            if getattr(import_module(module), name) is function:
                return module, name
    return None


def extract(module: str, names: tuple[str, ...]) -> str:
    """Return the source of some names of a module, with all of the package that they need.

    Parameters
    ----------
    module : str
        The module's full name.
    names : tuple of str

    Raises
    ------
    ValueError
        If the module defines no such name.

    Examples
    --------
    >>> print(extract(f"{LESSONS}.n12_history.control", ("DT",)))
    DT = 0.1
    """
    found: dict[str, ast.stmt] = {}
    for name in names:
        _collect(module, name, found)
    return "\n".join(ast.unparse(statement) for statement in dict.fromkeys(found.values()))


def _collect(module: str, name: str, found: dict[str, ast.stmt]) -> None:
    if name in found:
        return
    statement = _definitions(module).get(name)
    if statement is None:
        raise ValueError(f"extract: name is {name!r}, but {module} defines no such name")
    origin = _imported_from(statement)
    if origin:
        _collect(origin, name, found)
        return
    own = _definitions(module)
    needed = {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }
    for other in sorted(needed & own.keys() - {name}, key=lambda key: own[key].lineno):
        _collect(module, other, found)
    found[name] = statement


def _imported_from(statement: ast.stmt) -> str:
    """Return the module of this package that a statement imports from, ``""`` otherwise."""
    if isinstance(statement, ast.ImportFrom) and (statement.module or "").startswith("bpworkbook"):
        return statement.module or ""
    return ""


@cache
def _definitions(module: str) -> Mapping[str, ast.stmt]:
    tree = _Bare().visit(parsed(inspect.getsource(import_module(module))))
    return {name: statement for statement in tree.body for name in _bound(statement)}


def _bound(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement of a module binds."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield (alias.asname or alias.name).split(".")[0]
    elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            for node in ast.walk(target):
                if isinstance(node, ast.Name):
                    yield node.id


class _Bare(ast.NodeTransformer):
    """Takes docstrings and annotations off: they would need names that are not in the box."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        node.returns = None
        own = node.args
        for arg in [*own.posonlyargs, *own.args, *own.kwonlyargs, own.vararg, own.kwarg]:
            if arg is not None:
                arg.annotation = None
        return self._without_docstring(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        return self._without_docstring(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign([node.target], node.value), node)

    def _without_docstring(self, node: Any) -> Any:
        self.generic_visit(node)
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        return node


def install(cut: Any) -> None:
    """Make modules of their sources; runs in the child. Names that are not there say so."""
    import importlib
    import importlib.abc
    import importlib.machinery
    import sys
    import types

    def absent(module: str, name: str) -> Any:
        def refuse(*args: Any, **kwargs: Any) -> Any:
            raise ImportError(
                f"{module}.{name} is not there while your work is graded: use your own functions"
            )

        refuse.__name__ = refuse.__qualname__ = name
        return refuse

    def made(name: str, source: str) -> Any:
        module = types.ModuleType(name)
        module.__path__ = []
        exec(compile(source, f"<{name}>", "exec"), module.__dict__)

        def missing(key: str) -> Any:
            if key.startswith("__"):
                raise AttributeError(key)
            below = f"{name}.{key}"
            return importlib.import_module(below) if below in cut else absent(name, key)

        module.__getattr__ = missing  # type: ignore[method-assign]
        return module

    class Finder(importlib.abc.Loader):
        """Answers every other import below the package with a module that holds nothing."""

        def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
            if not name.startswith("bpworkbook."):
                return None
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

        def create_module(self, spec: Any) -> Any:
            return made(spec.name, cut.get(spec.name, ""))

        def exec_module(self, module: Any) -> None:
            """Leave it: it was filled when it was made."""

    sys.meta_path.insert(0, Finder())
    package = importlib.import_module("bpworkbook")
    package.__dict__["nn"] = importlib.import_module("bpworkbook.nn")
