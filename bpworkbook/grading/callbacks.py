"""Functions of ours that are called from the box: an argument, or a right answer as a stand-in.

Whoever calls may be hostile. So arguments are plain data of modest size, a call that runs too long
is given up, and the number of calls is limited. Errors go back as data: they are the caller's.
"""

import math
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import numpy as np

TELLING = (TypeError, ValueError, IndexError, KeyError, ZeroDivisionError, OverflowError)

SINGLE = (float, complex, np.generic, np.random.Generator)


class NotServed(Exception):  # noqa: N818 -- a polite refusal
    """A call that is not answered: too large, too long, or one too many."""


@dataclass
class Allowance:
    """What callers in the box may ask for while one case is tried.

    Parameters
    ----------
    calls : int
        How often.
    elements : int
        Numbers in the arguments of one call.
    seconds : float
        How long one call may take; 0 for functions that cannot take long.

    Attributes
    ----------
    made : int
        How many calls there were.
    spent : float
        Seconds that they took.

    Examples
    --------
    >>> allowance = Allowance(calls=1)
    >>> allowance.serve(np.sum, (np.ones(3),))
    np.float64(3.0)
    >>> allowance.serve(np.sum, (np.ones(3),))
    Traceback (most recent call last):
    ...
    bpworkbook.grading.callbacks.NotServed: this function was called too often
    """

    calls: int = 20_000
    elements: int = 20_000
    seconds: float = 0.0
    made: int = field(default=0, init=False)
    spent: float = field(default=0.0, init=False)

    def serve(self, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
        """Return ``function(*args)``.

        Raises
        ------
        NotServed
            If it asks for more than is allowed.
        """
        self.made += 1
        if self.made > self.calls:
            raise NotServed("this function was called too often")
        if sum(_size(arg) for arg in args) > self.elements:
            raise NotServed("these arguments are too large")
        start = time.perf_counter()
        try:
            with np.errstate(all="ignore"):
                return within(self.seconds, function, args) if self.seconds else function(*args)
        finally:
            self.spent += time.perf_counter() - start


def within(seconds: float, function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Return ``function(*args)``, giving up between two of its lines when the time is over.

    Raises
    ------
    NotServed
        If it takes longer.

    Examples
    --------
    >>> def endless():
    ...     while True:
    ...         pass
    >>> within(0.01, endless, ())
    Traceback (most recent call last):
    ...
    bpworkbook.grading.callbacks.NotServed: this call takes too long
    """
    end = time.perf_counter() + seconds

    def watch(frame: FrameType, event: str, arg: Any) -> Any:
        if time.perf_counter() > end:
            raise NotServed("this call takes too long")
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        return function(*args)
    finally:
        sys.settrace(before)


def _size(value: Any, depth: int = 0) -> int:
    """Count the numbers of plain data.

    Raises
    ------
    NotServed
        If it is anything else, or holds numbers or texts that make work of themselves.
    """
    if depth > 5:
        raise NotServed("these arguments are nested too deeply")
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return 1 + sum(_size(part, depth + 1) for part in value)
    if type(value) is np.ndarray and value.dtype.kind in "biufc":
        # An axis of 0 makes an array empty, but a product of two such arrays can be of any size.
        return math.prod(max(length, 1) for length in value.shape)
    if isinstance(value, int):
        harmless = abs(value) <= 10_000
    elif isinstance(value, str):
        harmless = len(value) <= 40
    else:
        harmless = value is None or isinstance(value, SINGLE)
    if not harmless:
        raise NotServed("these arguments are not the kind of data that this function takes")
    return 1


def refusal(error: Exception) -> dict[str, Any]:
    """Return an error as data, to be raised again by the caller in the box."""
    name = type(error).__name__ if type(error) in TELLING else "ValueError"
    return {"!": "refused", "type": name, "message": str(error)[:500]}
