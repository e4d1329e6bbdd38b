"""What both ends of the wire agree on: limits, kinds of data, and how to refuse the rest."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

MOST_BYTES = 8 * 2**20
MOST_ELEMENTS = 500_000  # of all arrays of a message together
MOST_AXES = 32
MOST_DEPTH = 8
MOST_NODES = 100_000
MOST_PARTS = 10 * MOST_NODES  # of the JSON of a message: texts and the signs between values
MOST_BITS = 13_000  # of a whole number; Python refuses to write out more than 4,300 digits

UNKNOWN = "a value of no known kind has come"
TOO_MANY = f"a message has over {MOST_NODES:,} values, or is over {MOST_DEPTH} deep"
KINDS = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64"
DTYPES = {name: np.dtype(name).newbyteorder("<") for name in [*KINDS.split(), "complex128"]}
NATIVE = {name: dtype.newbyteorder("=") for name, dtype in DTYPES.items()}
# Wider than float64 is not the same on any two machines, and no check needs it.
NARROWED = {np.dtype(np.longdouble): "float64", np.dtype(np.clongdouble): "complex128"}
NAMES = {dtype: name for name, dtype in NATIVE.items()} | NARROWED

Message = dict[str, Any]


class WireError(Exception):
    """Bytes that are no message, or a message that cannot be sent."""


@dataclass(frozen=True)
class Handle:
    """Stands for a function that stays on the other side."""

    number: int


class Budget:
    """Counts what a message holds."""

    nodes = 0
    elements = 0

    def count(self, parts: int, depth: int) -> None:
        """Count the parts of a container that lies ``depth`` containers deep."""
        self.nodes += parts
        if self.nodes > MOST_NODES or (parts and depth >= MOST_DEPTH):
            refuse(TOO_MANY)

    def array(self, shape: Sequence[int]) -> None:
        """Count the elements of an array."""
        # An axis of 0 makes an array empty, but the others could still be of any length.
        self.elements += math.prod(shape) or math.prod(max(n, 1) for n in shape)
        if self.elements > MOST_ELEMENTS or len(shape) > MOST_AXES:
            refuse(f"arrays have over {MOST_ELEMENTS:,} elements, or over {MOST_AXES} axes")


def refuse(why: str) -> NoReturn:
    """Raise `WireError`."""
    raise WireError(why)


def is_count(number: Any) -> bool:
    """Tell whether a value is a whole number from 0 that fits 64 bits."""
    return type(number) is int and 0 <= number < 2**63


def writable(text: str) -> str:
    """Return what UTF-8 can hold of a text; question marks stand for halves of characters."""
    if type(text) is str and text.isascii():
        return text
    return str.encode(text, "utf-8", "replace").decode()


def known_text(text: str) -> str:
    """Return a text that UTF-8 can hold, or refuse it."""
    known = text.isascii() or writable(text) == text
    return text if known else refuse("a text that is no Unicode has come")


def key_of(key: Any) -> str:
    """Return the key of a dict as a text that UTF-8 can hold, or refuse it."""
    if type(key) is str and key.isascii():
        return key
    return writable(key) if isinstance(key, str) else refuse("a dict with other keys than texts")
