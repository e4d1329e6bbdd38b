"""The child in the box: runs cells and answers calls over the wire.

Nothing here is a wall. The submission runs in this very process and can change whatever it likes;
all that leaves is data, and is judged outside. This file imports NumPy, the standard library, and
its neighbours that are copied into the box with it.
"""

import builtins
import os
import random
import socket
import sys
import threading
import time
from collections import deque
from types import ModuleType
from typing import Any

import numpy as np

from ..wire import Decoder, Handle, Message, WireError, encode
from .cells import Cells, described
from .guard import Guard

TOGETHER = 0.02  # seconds that an answer may wait for the next one, to be sent with it
KEPT = 2**32  # handles from here on are objects of the box, below it functions of the grader


class Inside:
    """Answers the grader until it hangs up.

    The server makes it once and runs our own cells in it; each child is a copy with a line.
    """

    line: socket.socket

    def __init__(self) -> None:
        self.asked: deque[Message] = deque()
        self.answers: deque[Message] = deque()
        self.unsent: list[bytes] = []
        self.sent = 0.0
        self.one_at_a_time = threading.Lock()
        self.decoder = Decoder(self.opened)
        self.kept: list[Any] = []
        self.guard = Guard({})
        self.guard.install()
        module = ModuleType("__main__")
        sys.modules["__main__"] = module
        self.cells = Cells(module.__dict__)

    def prepare(self, sources: list[str]) -> None:
        """Run cells of ours, before there is a line or a submission."""
        for source in sources:
            self.cells.run(source)

    def serve(self, line: socket.socket) -> None:
        """Answer one message after the other."""
        self.line = line
        self.send(encode({"op": "ready", "id": 0, "pid": os.getpid()}))
        while True:
            message = self.receive(self.asked)
            try:
                reply = self.answer(message)
            except BaseException as error:  # also SystemExit: the notebook goes on
                reply = {"op": "error"} | described(error)
            for stream in (sys.stdout, sys.stderr):
                flush(stream)
            self.reply(reply | {"id": message["id"]})

    def answer(self, message: Message) -> Message:
        """Do what a message asks for."""
        match message:
            case {"op": "run", "source": source}:
                self.cells.run(source)
                return {"op": "value", "value": None}
            case {"op": "call"}:
                return self.call(message)
            case {"op": "look", "name": name}:
                return {"op": "value", "value": self.look(name)}
            case {"op": "given", "modules": modules}:
                self.guard.given.update(modules)
                return {"op": "value", "value": None}
        raise WireError(f"the box knows no {message['op']!r}")

    def call(self, message: Message) -> Message:
        """Call a function, and tell which of its arguments it changed, if they are watched."""
        function = self.found(message.get("target"), message["path"])
        args, kwargs = message["args"], message.get("kwargs", {})
        before = copied(args) if message.get("watched") else ()
        start = time.perf_counter()
        value = function(*args, **kwargs) if message.get("calls", True) else function
        seconds = time.perf_counter() - start
        changed = {
            str(place): now
            for place, (old, now) in enumerate(zip(before, args, strict=False))
            if not same(old, now)
        }
        if message.get("keep"):
            value = self.keep(value)
        return {"op": "value", "value": value, "seconds": seconds, "changed": changed}

    def found(self, target: Any, path: str) -> Any:
        """Return what a name such as ``"Value.backward"`` stands for, or an attribute of a kept."""
        parts = path.split(".") if path else []
        if target is None:
            first, *parts = parts
            if first not in self.cells.namespace:
                raise NameError(f"name {first!r} is not defined")
            target = self.cells.namespace[first]
        for part in parts:
            target = getattr(target, part)
        return target

    def look(self, name: str) -> str:
        """Return what a name stands for: "missing", "class", "function", or the type's name."""
        if name not in self.cells.namespace:
            return "missing"
        value = self.cells.namespace[name]
        if isinstance(value, type):
            return "class"
        return "function" if callable(value) else type(value).__name__

    def opened(self, handle: Handle) -> Any:
        """Return what a handle stands for."""
        if handle.number >= KEPT:
            return self.kept[handle.number - KEPT]
        return RemoteFunction(self, handle.number)

    def keep(self, value: Any) -> Handle:
        """Hold on to an object that cannot be sent; its handle can."""
        self.kept.append(value)
        return Handle(KEPT + len(self.kept) - 1)

    def handle_of(self, value: Any) -> Any:
        """Send back the grader's own functions as what they are; refuse other objects."""
        if isinstance(value, RemoteFunction):
            return Handle(value.number)
        raise WireError(f"a value of type {type(value).__name__[:60]} cannot be sent")

    def reply(self, message: Message) -> None:
        """Send an answer, or that it cannot be sent; answers to many questions go together."""
        try:
            frame = encode(message, self.handle_of)
        except (WireError, MemoryError, RecursionError) as error:
            told = {"op": "error", "id": message["id"], "line": 0, "source": ""}
            frame = encode(told | {"kind": type(error).__name__, "message": str(error)[:1000]})
        self.unsent.append(frame)
        if not self.asked or time.monotonic() > self.sent + TOGETHER:
            self.send()

    def send(self, *frames: bytes) -> None:
        """Send what is due, then these frames."""
        self.line.sendall(b"".join([*self.unsent, *frames]))
        self.unsent.clear()
        self.sent = time.monotonic()

    def receive(self, kind: deque[Message]) -> Message:
        """Wait for a question or an answer; the end of the line is the end of this process."""
        while not kind:
            data = self.line.recv(1 << 20)
            if not data:
                os._exit(0)
            for message in self.decoder.feed(data):
                is_answer = message["op"] in ("value", "error")
                (self.answers if is_answer else self.asked).append(message)
        return kind.popleft()


class RemoteFunction:
    """A function that stays with the grader: its arguments go there, its value comes back."""

    def __init__(self, inside: Inside, number: int) -> None:
        self._inside = inside
        self.number = number
        self.__name__ = "given"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Ask the grader for the value, and wait for it."""
        asked = {"op": "callback", "id": 0, "handle": self.number, "args": args, "kwargs": kwargs}
        with self._inside.one_at_a_time:
            self._inside.send(encode(asked, self._inside.handle_of))
            answer = self._inside.receive(self._inside.answers)
        if answer["op"] == "value":
            return answer["value"]
        kind = getattr(builtins, answer["kind"], None)
        if not (isinstance(kind, type) and issubclass(kind, Exception)):
            kind = RuntimeError
        raise kind(answer["message"])

    def __deepcopy__(self, memo: object) -> "RemoteFunction":
        return self


def copied(value: Any) -> Any:
    """Copy data that came over the wire."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)([copied(part) for part in value])
    if isinstance(value, dict):
        return {key: copied(part) for key, part in value.items()}
    return value


def same(old: Any, new: Any) -> bool:
    """Tell whether data is what it was, to the byte.

    Examples
    --------
    >>> same([np.zeros(2), "a"], [np.zeros(2), "a"]), same(np.zeros(2), np.ones(2))
    (True, False)
    """
    if type(old) is not type(new):
        return False
    if isinstance(old, np.ndarray):
        alike = old.shape == new.shape and old.dtype == new.dtype
        return bool(alike and old.tobytes() == new.tobytes())
    if isinstance(old, list | tuple):
        return len(old) == len(new) and all(map(same, old, new))
    if isinstance(old, dict):
        return list(old) == list(new) and all(same(old[key], new[key]) for key in old)
    return old is new or bool(old == new)


def flush(stream: Any) -> None:
    """Let printed text out, whatever the submission has put in its stream's place."""
    try:
        stream.flush()
    except BaseException:  # it may be closed, or anything: text is lost, not the answer
        return


def main(inside: Inside, line: socket.socket) -> None:
    """Begin with the same random numbers in every child, then serve."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 -- what students call
    inside.serve(line)
