"""Values as a learner writes them: arrays as lists, whole numbers without a point."""

import ast
import inspect
import math
import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np

from bpworkbook.workbook.syntax import parsed


def literal(value: Any, places: int | None = None) -> str:
    """Return a value as it is written in Python, arrays as lists.

    Parameters
    ----------
    value : object
        Numbers, text, arrays, and lists, tuples and dictionaries of these; functions.
    places : int, optional
        Round to so many digits that count; by default a number is written in full.

    Examples
    --------
    >>> literal((np.array([[2.0, -0.5]]), {"lr": 3.0}))
    '([[2, -0.5]], {"lr": 3})'
    >>> literal(2 / 3, 4)
    '0.6667'
    """
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, float):
        return number(value, places)
    if isinstance(value, list):
        return f"[{', '.join(literal(part, places) for part in value)}]"
    if isinstance(value, tuple):
        inside = ", ".join(literal(part, places) for part in value)
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if type(value) is dict:
        pairs = (f"{literal(key)}: {literal(part, places)}" for key, part in value.items())
        return f"{{{', '.join(pairs)}}}"
    return formula(value) if inspect.isfunction(value) else repr(value)


def number(value: float, places: int | None) -> str:
    """Return a number without a point where it is whole, and never a minus before 0.

    >>> number(-0.0, None), number(0.25, None), number(1234.5678, 4)
    ('0', '0.25', '1234.6')
    """
    if value.is_integer() and abs(value) < 1e6:
        return str(int(value))
    if places is None or not math.isfinite(value):
        return repr(value)
    whole = max(0, math.floor(math.log10(abs(value))) + 1)
    short = f"{value:.{max(1, places - whole)}f}" if abs(value) >= 1e-3 else f"{value:.{places}g}"
    return short.rstrip("0").rstrip(".") if "e" not in short else short


def formula(function: Callable[..., Any]) -> str:
    """Return a function as a learner could write it: by its name in ``nn``, or as its one line.

    Examples
    --------
    >>> from bpworkbook import nn
    >>> formula(nn.relu)
    'nn.relu'
    """
    from bpworkbook import nn

    name = function.__name__
    if getattr(nn, name, None) is function:
        return f"nn.{name}"
    tree = parsed(textwrap.dedent(inspect.getsource(function))).body[0]
    if isinstance(tree, ast.FunctionDef) and isinstance(line := tree.body[-1], ast.Return):
        names = ", ".join(argument.arg for argument in tree.args.args)
        return f"lambda {names}: {ast.unparse(line.value or ast.Constant(None))}"
    return name
