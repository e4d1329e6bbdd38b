"""The messages between the grader and a child: questions made, answers read."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bpworkbook.grading.errors import RemoteError
from bpworkbook.grading.wire import Message, encode

TEXT = 1000

Functions = Mapping[int, Callable[..., Any]]


def plain_call(name: str, args: Sequence[Any]) -> Message:
    """Return the message that calls a function with data; what it leaves out is not wanted."""
    return {"op": "call", "path": name, "args": tuple(args)}


def value_of(reply: Message | RemoteError) -> Any:
    """Return the value in an answer; an error is its own value."""
    return reply if isinstance(reply, RemoteError) else reply.get("value")


def answered(reply: Message) -> Message | RemoteError:
    """Return an answer, or the error that it tells of."""
    if reply["op"] == "value":
        return reply
    line = reply.get("line")
    number = line if type(line) is int and 0 <= line < 2**31 else 0
    kind, message, source = (text(reply.get(key)) for key in ("kind", "message", "source"))
    return RemoteError(kind, message, number, source)


def answer(asked: Message, handles: Functions) -> bytes:
    """Compute a function that stays here, and return the frame with its value or its error."""
    number, args, kwargs = (asked.get(key) for key in ("handle", "args", "kwargs"))
    try:
        if not (isinstance(args, tuple) and isinstance(kwargs, dict) and type(number) is int):
            raise TypeError("this function cannot be called so")
        value = handles[number](*args, **kwargs)
        return encode({"op": "value", "id": 0, "value": value})
    except Exception as error:  # the submission chose the arguments: the error is for it
        told = {"kind": type(error).__name__, "message": str(error)[:TEXT]}
        return encode({"op": "error", "id": 0, **told})


def text(value: object) -> str:
    """Return what came as text, cut; anything else is no text."""
    return value[:TEXT] if isinstance(value, str) else ""
