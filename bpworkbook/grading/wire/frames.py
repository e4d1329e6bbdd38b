"""Messages as frames of bytes, and back from a stream of them."""

import itertools
import json
import math
import re
import struct
from collections.abc import Callable
from typing import Any

from .opening import Opener
from .packing import Packer
from .terms import (
    MOST_BYTES,
    MOST_NODES,
    MOST_PARTS,
    Handle,
    Message,
    WireError,
    is_count,
    key_of,
    known_text,
    refuse,
)

HEADER = struct.Struct(">I")
# The closing mark of a text is optional, so that no input makes the search go back.
PART = re.compile(rb'(?s)[,\[{]|"[^"\\]*+(?:\\.[^"\\]*+)*+"?')


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
    packer = Packer(default)
    fields = {key_of(key): packer.pack(value) for key, value in dict.items(message)}
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
        opener = Opener(self._handle)
        return {known_text(key): opener.open(value) for key, value in fields.items()}


def _require_envelope(message: Any) -> None:
    match message:
        case {"op": str(), "id": number} if is_count(number):
            return
    refuse("a message is no dict with an op and an id")


def _require_size(length: int) -> int:
    return length if length <= MOST_BYTES else refuse(f"a frame is over {MOST_BYTES:,} bytes")


def _require_few_parts(body: bytes) -> None:
    """Refuse JSON of so many parts that reading it would take far more memory than its bytes."""
    if len(body) <= MOST_PARTS:
        return
    if sum(map(body.count, (b",", b"[", b"{", b'"'))) <= MOST_PARTS:
        return
    # Signs within a text are none of these parts.
    if next(itertools.islice(PART.finditer(body), MOST_PARTS, None), None):
        refuse(f"a message has over {MOST_NODES:,} values")


def _int(digits: str) -> int:
    return int(digits) if len(digits) <= 20 else refuse("a whole number is written too long")


def _float(digits: str) -> float:
    number = float(digits) if len(digits) <= 40 else math.nan
    return number if math.isfinite(number) else refuse("a number that JSON has not has come")


WRITER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
READER = json.JSONDecoder(parse_int=_int, parse_float=_float, parse_constant=_float)
