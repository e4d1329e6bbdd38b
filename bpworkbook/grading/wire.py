"""The wire between the grader and the box: frames of JSON that hold data, and nothing that runs.

A frame is its length in four bytes, the highest first, and a JSON object in UTF-8. What JSON has is
written as it is; anything else is an object that names its kind: ``{"tuple": [...]}``,
``{"dict": {...}}``, ``{"array": base64, "dtype": "float64", "shape": [2, 3]}``,
``{"scalar": base64, "dtype": "float32"}``, ``{"handle": 3}``, ``{"int": "8000000000000000"}``,
``{"float": "nan"}``, ``{"complex": base64}``. Nothing is pickled, nothing is evaluated.

Both ends hold the same limits. `Decoder` answers any bytes with messages or `WireError`; what it
lets through can be printed and computed with. This file runs in the box too and imports no other.
"""

import binascii
import itertools
import json
import math
import re
import struct
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

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
HEADER = struct.Struct(">I")
KINDS = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64"
DTYPES = {name: np.dtype(name).newbyteorder("<") for name in [*KINDS.split(), "complex128"]}
NATIVE = {name: dtype.newbyteorder("=") for name, dtype in DTYPES.items()}
# Wider than float64 is not the same on any two machines, and no check needs it.
NARROWED = {np.dtype(np.longdouble): "float64", np.dtype(np.clongdouble): "complex128"}
NAMES = {dtype: name for name, dtype in NATIVE.items()} | NARROWED
UNLIKE_JSON = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
HEX = re.compile(r"-?[0-9a-f]{1,3250}")
# The closing mark of a text is optional, so that no input makes the search go back.
PART = re.compile(rb'(?s)[,\[{]|"[^"\\]*+(?:\\.[^"\\]*+)*+"?')

Message = dict[str, Any]
Kind = TypeVar("Kind")


class WireError(Exception):
    """Bytes that are no message, or a message that cannot be sent."""


@dataclass(frozen=True)
class Handle:
    """Stands for a function that stays on the other side."""

    number: int


def encode(message: Message, default: Callable[[Any], Any] | None = None) -> bytes:
    """Return the frame of a message.

    Subclasses of Python's types travel as what they are made of, ``longdouble`` as ``float64``, and
    half a surrogate pair as a question mark: an error message arrives, whatever it holds.

    Parameters
    ----------
    message : dict
        ``op`` (a text), ``id`` (a whole number from 0), and what else belongs to it.
    default : callable, optional
        Called with a value that cannot be sent, such as a function; what it returns is sent.

    Raises
    ------
    WireError
        If something cannot be sent, or is too much.

    Examples
    --------
    >>> encode({"op": "value", "id": 1, "value": (1.5, None)})[4:]
    b'{"op":"value","id":1,"value":{"tuple":[1.5,null]}}'
    >>> encode({"op": "value", "id": 1, "value": {1, 2}})
    Traceback (most recent call last):
    ...
    bpworkbook.grading.wire.WireError: a value of type set cannot be sent
    """
    _require_envelope(message)
    packer = _Packer(default)
    fields = {_key(key): packer.pack(value) for key, value in dict.items(message)}
    body = WRITER.encode(fields).encode()
    _require_size(len(body))
    _require_few_parts(body)
    return HEADER.pack(len(body)) + body


class Decoder:
    """Turns the bytes of a stream into messages, however the stream is cut into pieces.

    Parameters
    ----------
    handle : callable, optional
        Called with each `Handle`; what it returns stands in the message in its place.

    Examples
    --------
    >>> frame = encode({"op": "call", "id": 7, "args": (np.arange(3.0), Handle(0))})
    >>> decoder = Decoder()
    >>> decoder.feed(frame[:10])
    []
    >>> decoder.feed(frame[10:])
    [{'op': 'call', 'id': 7, 'args': (array([0., 1., 2.]), Handle(number=0))}]
    """

    def __init__(self, handle: Callable[[Handle], Any] | None = None) -> None:
        self._handle = handle
        self._buffer = bytearray()
        self._broken: WireError | None = None

    @property
    def waiting(self) -> int:
        """How many bytes of an unfinished message have come; 0 where a stream may end."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Message]:
        """Return the messages that are complete now.

        Raises
        ------
        WireError
            If the next message is none, and from then on always: the stream cannot be trusted any
            more. Messages before the bad one are returned first, and the call after that raises.
        """
        if self._broken is None:
            self._buffer += data
        messages: list[Message] = []
        start = 0
        try:
            while self._broken is None and (end := self._end(start)):
                messages.append(self._open(bytes(self._buffer[start + HEADER.size : end])))
                start = end
        except WireError as error:
            self._broken = error
        if self._broken and not messages:
            self._buffer.clear()
            raise WireError(str(self._broken)) from self._broken
        del self._buffer[:start]
        return messages

    def _end(self, start: int) -> int:
        """Return where the frame at ``start`` ends, 0 where it has not come in full."""
        if len(self._buffer) < start + HEADER.size:
            return 0
        (length,) = HEADER.unpack_from(self._buffer, start)
        end = start + HEADER.size + _require_size(length)
        return end if end <= len(self._buffer) else 0

    def _open(self, body: bytes) -> Message:
        _require_few_parts(body)
        try:
            fields = READER.decode(body.decode())
        except (ValueError, RecursionError, MemoryError) as error:
            raise WireError(f"a frame is no JSON ({type(error).__name__})") from error
        _require_envelope(fields)
        opener = _Opener(self._handle)
        return {_text(key): opener.open(value) for key, value in fields.items()}


class _Budget:
    """Counts what a message holds."""

    nodes = 0
    elements = 0

    def count(self, parts: int, depth: int) -> None:
        """Count the parts of a container that lies ``depth`` containers deep."""
        self.nodes += parts
        if self.nodes > MOST_NODES or (parts and depth >= MOST_DEPTH):
            _refuse(TOO_MANY)

    def array(self, shape: Sequence[int]) -> None:
        # An axis of 0 makes an array empty, but the others could still be of any length.
        self.elements += math.prod(shape) or math.prod(max(n, 1) for n in shape)
        if self.elements > MOST_ELEMENTS or len(shape) > MOST_AXES:
            _refuse(f"arrays have over {MOST_ELEMENTS:,} elements, or over {MOST_AXES} axes")


class _Packer(_Budget):
    """Makes JSON of values; methods of the built-in types, for subclasses may override theirs."""

    def __init__(self, default: Callable[[Any], Any] | None) -> None:
        self.default = default

    def pack(self, value: Any, depth: int = 0, replaced: bool = False) -> Any:
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
            return _writable(value)
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
            return {"dict": dict(zip(map(_key, dict.keys(value)), parts, strict=True))}
        if issubclass(kind, Handle):
            return {"handle": value.number}
        if self.default is not None and not replaced:
            return self.pack(self.default(value), depth, replaced=True)
        return _refuse(f"a value of type {kind.__name__[:60]} cannot be sent")

    def parts(self, values: Iterable[Any], count: int, depth: int) -> list[Any]:
        self.count(count, depth)
        return [
            value if type(value) is str and value.isascii() else self.pack(value, depth + 1)
            for value in values
        ]

    def whole(self, number: int) -> Any:
        if number.bit_length() > MOST_BITS:
            _refuse(f"a whole number of more than {MOST_BITS:,} bits cannot be sent")
        return number if abs(number) < 2**63 else {"int": f"{number:x}"}

    def raw(self, kind: str, array: Any) -> dict[str, Any]:
        given = array.dtype
        name = NAMES.get(given) or NAMES.get(given.newbyteorder("="))
        if name is None:
            return _refuse(f"an array of {str(given)[:60]} cannot be sent")
        self.array(array.shape)
        if name == "bool":
            array = array.view(np.uint8) != 0
        elif given != DTYPES[name]:
            with np.errstate(all="ignore"):
                array = array.astype(DTYPES[name])
        return {kind: binascii.b2a_base64(array.tobytes(), newline=False).decode(), "dtype": name}


class _Opener(_Budget):
    """Makes values of JSON that anyone may have written."""

    def __init__(self, handle: Callable[[Handle], Any] | None) -> None:
        self.handle = handle

    def open(self, value: Any, depth: int = 0) -> Any:
        kind = type(value)  # JSON makes no subclasses
        if kind is str:
            return value if value.isascii() else _text(value)
        if kind is list:
            return self.parts(value, depth)
        if kind is not dict:
            return value  # None, a bool or a number, whose length was limited
        opener = OPENERS.get(tuple(value))
        return opener(self, depth, *value.values()) if opener else _refuse(UNKNOWN)

    def array_of(self, depth: int, raw: Any, name: Any, shape: Any) -> Any:
        return self.numbers(_of(str, raw), _of(str, name), _of(list, shape))

    def tuple_of(self, depth: int, parts: Any) -> Any:
        return tuple(self.parts(_of(list, parts), depth))

    def dict_of(self, depth: int, parts: Any) -> Any:
        opened = self.parts(_of(dict, parts).values(), depth)
        return dict(zip(map(_text, parts), opened, strict=True))

    def scalar_of(self, depth: int, raw: Any, name: Any) -> Any:
        return self.numbers(_of(str, raw), _of(str, name), [])[()]

    def complex_of(self, depth: int, raw: Any) -> Any:
        return complex(self.numbers(_of(str, raw), "complex128", [])[()])

    def int_of(self, depth: int, digits: Any) -> Any:
        return int(digits, 16) if HEX.fullmatch(_of(str, digits)) else _refuse(UNKNOWN)

    def float_of(self, depth: int, name: Any) -> Any:
        known = UNLIKE_JSON.get(_of(str, name))
        return _refuse(UNKNOWN) if known is None else known

    def handle_of(self, depth: int, number: Any) -> Any:
        handle = Handle(number) if _is_count(number) else _refuse(UNKNOWN)
        return self.handle(handle) if self.handle else handle

    def parts(self, values: Collection[Any], depth: int) -> list[Any]:
        self.count(len(values), depth)
        return [
            value if type(value) is str and value.isascii() else self.open(value, depth + 1)
            for value in values
        ]

    def numbers(self, raw: str, name: str, shape: list[Any]) -> Any:
        dtype = DTYPES.get(name)
        if dtype is None or not all(map(_is_count, shape)):
            return _refuse("an array of no known kind has come")
        self.array(shape)
        try:
            data = binascii.a2b_base64(raw, strict_mode=True) if raw else b""
        except ValueError:
            _refuse("an array that is no base64 has come")
        if len(data) != math.prod(shape) * dtype.itemsize:
            _refuse("an array of another size than its shape has come")
        if name == "bool" and data.strip(b"\0\1"):
            _refuse("an array of bools that are neither True nor False has come")
        # A copy, for what stands on ``data`` cannot be written to.
        return np.ndarray(tuple(shape), dtype, data).astype(NATIVE[name])


OPENERS: dict[tuple[str, ...], Callable[..., Any]] = {
    ("array", "dtype", "shape"): _Opener.array_of,
    ("tuple",): _Opener.tuple_of,
    ("dict",): _Opener.dict_of,
    ("scalar", "dtype"): _Opener.scalar_of,
    ("complex",): _Opener.complex_of,
    ("int",): _Opener.int_of,
    ("float",): _Opener.float_of,
    ("handle",): _Opener.handle_of,
}
"""By the keys of the object that stands for a value."""


def _of(kind: type[Kind], part: Any) -> Kind:
    return part if type(part) is kind else _refuse(UNKNOWN)


def _refuse(why: str) -> NoReturn:
    raise WireError(why)


def _require_envelope(message: Any) -> None:
    match message:
        case {"op": str(), "id": number} if _is_count(number):
            return
    _refuse("a message is no dict with an op and an id")


def _is_count(number: Any) -> bool:
    return type(number) is int and 0 <= number < 2**63


def _require_size(length: int) -> int:
    return length if length <= MOST_BYTES else _refuse(f"a frame is over {MOST_BYTES:,} bytes")


def _require_few_parts(body: bytes) -> None:
    """Refuse JSON of so many parts that reading it would take far more memory than its bytes."""
    if len(body) <= MOST_PARTS:
        return
    if sum(map(body.count, (b",", b"[", b"{", b'"'))) <= MOST_PARTS:
        return
    # Signs within a text are none of these parts.
    if next(itertools.islice(PART.finditer(body), MOST_PARTS, None), None):
        _refuse(f"a message has over {MOST_NODES:,} values")


def _writable(text: str) -> str:
    """Return what UTF-8 can hold of a text; question marks stand for halves of characters."""
    if type(text) is str and text.isascii():
        return text
    return str.encode(text, "utf-8", "replace").decode()


def _text(text: str) -> str:
    known = text.isascii() or _writable(text) == text
    return text if known else _refuse("a text that is no Unicode has come")


def _key(key: Any) -> str:
    if type(key) is str and key.isascii():
        return key
    return _writable(key) if isinstance(key, str) else _refuse("a dict with other keys than texts")


def _int(digits: str) -> int:
    return int(digits) if len(digits) <= 20 else _refuse("a whole number is written too long")


def _float(digits: str) -> float:
    number = float(digits) if len(digits) <= 40 else math.nan
    return number if math.isfinite(number) else _refuse("a number that JSON has not has come")


WRITER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
READER = json.JSONDecoder(parse_int=_int, parse_float=_float, parse_constant=_float)
