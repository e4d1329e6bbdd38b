"""Values made JSON, whatever the submission has made of their types."""

import binascii
import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from .terms import (
    DTYPES,
    MOST_BITS,
    NAMES,
    Budget,
    Handle,
    key_of,
    refuse,
    writable,
)


class Packer(Budget):
    """Makes JSON of values; methods of the built-in types, for subclasses may override theirs."""

    def __init__(self, default: Callable[[Any], Any] | None) -> None:
        self.default = default

    def pack(self, value: Any, depth: int = 0, replaced: bool = False) -> Any:
        """Return a value as JSON has it."""
        kind = type(value)  # not isinstance, which believes a value that lies about its class
        # What is most frequent comes first; what may be a subclass, last.
        if value is None or kind is bool or (kind is float and math.isfinite(value)):
            return value
        if kind is tuple:
            return {"tuple": self.parts(value, len(value), depth)}
        if kind is np.ndarray:
            return {**self.raw("array", value), "shape": list(value.shape)}
        if kind is list:
            return self.parts(value, len(value), depth)
        if issubclass(kind, str):
            return writable(value)
        if issubclass(kind, np.number | np.bool_):
            return self.raw("scalar", np.asarray(value))
        if issubclass(kind, int):
            return self.whole(int.__int__(value))
        if issubclass(kind, float):
            number = float.__float__(value)
            return number if math.isfinite(number) else {"float": str(number)}
        if issubclass(kind, complex):
            return {"complex": self.raw("raw", np.asarray(complex.__complex__(value)))["raw"]}
        if issubclass(kind, list):
            return self.parts(list.__iter__(value), list.__len__(value), depth)
        if issubclass(kind, tuple):
            return {"tuple": self.parts(tuple.__iter__(value), tuple.__len__(value), depth)}
        if issubclass(kind, dict):
            parts = self.parts(dict.values(value), dict.__len__(value), depth)
            return {"dict": dict(zip(map(key_of, dict.keys(value)), parts, strict=True))}
        if issubclass(kind, Handle):
            return {"handle": value.number}
        if self.default is not None and not replaced:
            return self.pack(self.default(value), depth, replaced=True)
        return refuse(f"a value of type {kind.__name__[:60]} cannot be sent")

    def parts(self, values: Iterable[Any], count: int, depth: int) -> list[Any]:
        """Return the parts of a container that lies ``depth`` containers deep."""
        self.count(count, depth)
        return [
            value if type(value) is str and value.isascii() else self.pack(value, depth + 1)
            for value in values
        ]

    def whole(self, number: int) -> Any:
        """Return a whole number; a long one is written in digits to the base of 16."""
        if number.bit_length() > MOST_BITS:
            refuse(f"a whole number of more than {MOST_BITS:,} bits cannot be sent")
        return number if abs(number) < 2**63 else {"int": f"{number:x}"}

    def raw(self, kind: str, array: Any) -> dict[str, Any]:
        """Return the bytes of an array, as base64, and what they are."""
        given = array.dtype
        name = NAMES.get(given) or NAMES.get(given.newbyteorder("="))
        if name is None:
            return refuse(f"an array of {str(given)[:60]} cannot be sent")
        self.array(array.shape)
        if name == "bool":
            array = array.view(np.uint8) != 0
        elif given != DTYPES[name]:
            with np.errstate(all="ignore"):
                array = array.astype(DTYPES[name])
        return {kind: binascii.b2a_base64(array.tobytes(), newline=False).decode(), "dtype": name}
