"""Worked examples with other numbers: the small case of a question, as hard as it was.

A question says in one line how its example may be redrawn: ``example=redrawn(linear_cases)``. Signs
and zeros stay where they stand, and so does what the example is there to show, such as which gates
are open; only the digits change.
"""

from collections.abc import Callable, Collection
from functools import cache
from typing import Any

import numpy as np

from bpworkbook.workbook.question import Args

Rng = np.random.Generator
Cases = Callable[[Rng], list[Args]]

TRIES = 20_000  # the rarest example that is asked for comes up once in some hundred draws
QUARTERS = (0.25, 0.5, 0.75)


def redrawn(
    cases: Cases,
    *,
    only: Collection[int] | None = None,
    kept: Callable[..., Any] | None = None,
    top: int = 9,
    signs: bool = False,
) -> Callable[[Rng], Args]:
    """Return what draws the first of some cases anew.

    Parameters
    ----------
    cases : callable
        A question's ``cases``; the first is the small example.
    only : collection of int, optional
        The places of the arguments that are drawn; the others stay.
    kept : callable, optional
        ``kept(*args)`` must give what it gives for the first case.
    top : int
        The largest digit.
    signs : bool
        Whether signs may change too.

    Examples
    --------
    >>> import numpy as np
    >>> first = (np.array([[1.0, -2.0, 0.0]]), 0.5, 3)
    >>> redrawn(lambda rng: [first])(np.random.default_rng(0))
    (array([[ 8., -6.,  0.]]), 0.5, 3)
    """

    @cache
    def first() -> Args:
        return cases(np.random.default_rng(0))[0]

    def example(rng: Rng) -> Args:
        chosen = range(len(first())) if only is None else only
        wanted: Any = kept(*first()) if kept else None
        for _ in range(TRIES):
            args = tuple(
                alike(value, rng, top, signs) if place in chosen else value
                for place, value in enumerate(first())
            )
            if kept is None or np.array_equal(kept(*args), wanted):
                return args
        raise RuntimeError(f"redrawn: no example of {cases.__name__} keeps what it must keep")

    return example


def alike(value: Any, rng: Rng, top: int = 9, signs: bool = False) -> Any:
    """Return a value of the same make with other digits; what is no float stays as it is.

    Examples
    --------
    >>> import numpy as np
    >>> alike({"x": 5.0, "op": "*", "sizes": [2, 3]}, np.random.default_rng(0))
    {'x': 8.0, 'op': '*', 'sizes': [2, 3]}
    """
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        drawn = [_other(float(entry), rng, top, signs) for entry in value.ravel()]
        return np.array(drawn, value.dtype).reshape(value.shape)
    if isinstance(value, float):
        return _other(value, rng, top, signs)
    if type(value) in (tuple, list):
        return type(value)(alike(part, rng, top, signs) for part in value)
    if type(value) is dict:
        return {key: alike(part, rng, top, signs) for key, part in value.items()}
    return value


def _other(old: float, rng: Rng, top: int, signs: bool) -> float:
    """Return a number of the same kind: a digit for a digit, tens for tens, a quarter for parts."""
    size = abs(old)
    sign = float(rng.choice((-1, 1))) if signs else float(np.sign(old))
    if 0 < size < 1:
        return sign * float(rng.choice(QUARTERS))
    if size in range(1, 10):
        return sign * float(rng.integers(1, top + 1))
    if size in range(10, 100, 10):
        return sign * float(rng.integers(1, 10)) * 10
    return old


def digit(rng: Rng, top: int = 9) -> float:
    """Draw one whole number from 1 to ``top``, or its negative.

    >>> import numpy as np
    >>> digit(np.random.default_rng(0))
    8.0
    """
    return float(rng.integers(1, top + 1)) * float(rng.choice((-1, 1)))


def tenths(rng: Rng, *shape: int) -> Any:
    """Draw numbers from 0.1 to 0.9 with one place: a float, or an array where a shape is given.

    >>> import numpy as np
    >>> tenths(np.random.default_rng(0), 2)
    array([0.8, 0.6])
    """
    drawn = rng.integers(1, 10, size=shape) / 10
    return drawn if shape else float(drawn)
