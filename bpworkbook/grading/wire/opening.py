"""JSON made values again: anyone may have written it."""

import binascii
import math
import re
from collections.abc import Callable, Collection
from typing import Any, TypeVar

import numpy as np

from .terms import (
    DTYPES,
    NATIVE,
    UNKNOWN,
    Budget,
    Handle,
    is_count,
    known_text,
    refuse,
)

Kind = TypeVar("Kind")
UNLIKE_JSON = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
HEX = re.compile(r"-?[0-9a-f]{1,3250}")


class Opener(Budget):
    """Makes values of JSON that anyone may have written."""

    def __init__(self, handle: Callable[[Handle], Any] | None) -> None:
        self.handle = handle

    def open(self, value: Any, depth: int = 0) -> Any:
        """Return the value that JSON stands for."""
        kind = type(value)  # JSON makes no subclasses
        if kind is str:
            return value if value.isascii() else known_text(value)
        if kind is list:
            return self.parts(value, depth)
        if kind is not dict:
            return value  # None, a bool or a number, whose length was limited
        opener = OPENERS.get(tuple(value))
        return opener(self, depth, *value.values()) if opener else refuse(UNKNOWN)

    def _array(self, depth: int, raw: Any, name: Any, shape: Any) -> Any:
        return self.numbers(_of(str, raw), _of(str, name), _of(list, shape))

    def _tuple(self, depth: int, parts: Any) -> Any:
        return tuple(self.parts(_of(list, parts), depth))

    def _dict(self, depth: int, parts: Any) -> Any:
        opened = self.parts(_of(dict, parts).values(), depth)
        return dict(zip(map(known_text, parts), opened, strict=True))

    def _scalar(self, depth: int, raw: Any, name: Any) -> Any:
        return self.numbers(_of(str, raw), _of(str, name), [])[()]

    def _complex(self, depth: int, raw: Any) -> Any:
        return complex(self.numbers(_of(str, raw), "complex128", [])[()])

    def _int(self, depth: int, digits: Any) -> Any:
        return int(digits, 16) if HEX.fullmatch(_of(str, digits)) else refuse(UNKNOWN)

    def _float(self, depth: int, name: Any) -> Any:
        known = UNLIKE_JSON.get(_of(str, name))
        return refuse(UNKNOWN) if known is None else known

    def _handle(self, depth: int, number: Any) -> Any:
        handle = Handle(number) if is_count(number) else refuse(UNKNOWN)
        return self.handle(handle) if self.handle else handle

    def parts(self, values: Collection[Any], depth: int) -> list[Any]:
        """Return the parts of a container that lies ``depth`` containers deep."""
        self.count(len(values), depth)
        return [
            value if type(value) is str and value.isascii() else self.open(value, depth + 1)
            for value in values
        ]

    def numbers(self, raw: str, name: str, shape: list[Any]) -> Any:
        """Return an array of these bytes, which can be written to."""
        dtype = DTYPES.get(name)
        if dtype is None or not all(map(is_count, shape)):
            return refuse("an array of no known kind has come")
        self.array(shape)
        try:
            data = binascii.a2b_base64(raw, strict_mode=True) if raw else b""
        except ValueError:
            refuse("an array that is no base64 has come")
        if len(data) != math.prod(shape) * dtype.itemsize:
            refuse("an array of another size than its shape has come")
        if name == "bool" and data.strip(b"\0\1"):
            refuse("an array of bools that are neither True nor False has come")
        # A copy, for what stands on ``data`` cannot be written to.
        return np.ndarray(tuple(shape), dtype, data).astype(NATIVE[name])


OPENERS: dict[tuple[str, ...], Callable[..., Any]] = {
    ("array", "dtype", "shape"): Opener._array,
    ("tuple",): Opener._tuple,
    ("dict",): Opener._dict,
    ("scalar", "dtype"): Opener._scalar,
    ("complex",): Opener._complex,
    ("int",): Opener._int,
    ("float",): Opener._float,
    ("handle",): Opener._handle,
}
"""By the keys of the object that stands for a value."""


def _of(kind: type[Kind], part: Any) -> Kind:
    return part if type(part) is kind else refuse(UNKNOWN)
