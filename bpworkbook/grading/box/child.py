"""A process in the box that runs one submission, as the grader sees it."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from bpworkbook.grading.box.life import TICK, Clock, Life
from bpworkbook.grading.box.line import HungUpError, Line
from bpworkbook.grading.errors import ChildDied, OutOfTime, RemoteError
from bpworkbook.grading.wire import Handle, Message, WireError, encode

START = 20.0
FIRST_GIVEN = 2**31
MOST_CALLBACKS = 100_000
TEXT = 1000

Functions = Mapping[int, Callable[..., Any]]
Given = Mapping[str, Mapping[str, Callable[..., Any]]]


class Child:
    """Runs the cells of one submission and calls its functions; made by `Box.child`.

    After `OutOfTime` or `ChildDied` the process is gone with all that it started, and every further
    question raises the same error again.

    Attributes
    ----------
    troubles : dict
        What happened to setup cells that failed, by their place.
    seconds : float
        How long the last call took, the way there and back included.
    told_seconds : float
        What the child says the function alone took: a hint, for it may lie.
    changed : dict
        Arguments that the last call changed in place, by their place: what became of them.
    """

    def __init__(self, line: Line, life: Life) -> None:
        self.troubles: dict[int, Exception] = {}
        self.seconds = self.told_seconds = 0.0
        self.changed: dict[int, Any] = {}
        self._line, self._life = line, life
        self._given: dict[int, Callable[..., Any]] = {}
        self._number = 0
        self._gone: ChildDied | OutOfTime | None = None

    @property
    def output(self) -> str:
        """What was printed so far, up to the limit."""
        return self._line.printed.decode("utf-8", "replace")

    @property
    def alive(self) -> bool:
        """Whether it can still be asked."""
        return self._gone is None

    @property
    def pid(self) -> int:
        """Its process number on this machine."""
        return self._life.pid

    def run_cell(self, source: str, seconds: float) -> None:
        """Run a cell.

        Raises
        ------
        RemoteError
            If the cell raised an error; the child lives on.
        ChildDied, OutOfTime
            If it ended, or did not within ``seconds``.
        """
        self._ask({"op": "run", "source": source}, seconds, {})

    def call(
        self,
        name: str | Handle,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        seconds: float = 2.0,
        handles: Functions | None = None,
        keep: bool = False,
    ) -> Any:
        """Call a function of the submission and return its value.

        Parameters
        ----------
        name : str or Handle
            Its name, also with dots (``"Value.backward"``), or an object kept by an earlier call.
        args, kwargs
            Data, and a `Handle` for every function that stays here.
        seconds : float
            How long it may take. One that others keep from computing gets more.
        handles : dict
            The functions that stay here, by the numbers of their handles (below 2**31).
        keep : bool
            Keep the value in the box and return a `Handle` for it, for values that are no data.

        Raises
        ------
        RemoteError
            If it raised an error, or returned what is no data (kind ``"WireError"``).
        ChildDied, OutOfTime
            If it ended, or did not answer in time.
        bpworkbook.grading.wire.WireError
            If the arguments cannot be sent.
        """
        target, path = (name, "") if isinstance(name, Handle) else (None, name)
        asked = {"op": "call", "target": target, "path": path, "calls": True, "keep": keep}
        return self._call(asked, args, kwargs or {}, seconds, handles or {})

    def method(
        self,
        target: Handle,
        name: str,
        args: Sequence[Any] = (),
        seconds: float = 2.0,
        keep: bool = False,
    ) -> Any:
        """Call a method of an object that an earlier call has kept."""
        asked = {"op": "call", "target": target, "path": name, "calls": True, "keep": keep}
        return self._call(asked, args, {}, seconds, {})

    def attribute(self, target: Handle, name: str, seconds: float = 2.0, keep: bool = False) -> Any:
        """Return an attribute of an object that an earlier call has kept."""
        asked = {"op": "call", "target": target, "path": name, "calls": False, "keep": keep}
        return self._call(asked, (), {}, seconds, {})

    def look(self, name: str, seconds: float = 2.0) -> str:
        """Return "function", "class", "missing", or the type of what a name stands for."""
        return text(self._ask({"op": "look", "name": name}, seconds, {}).get("value"))

    def give(self, given: Given, seconds: float = 2.0) -> None:
        """Let the submission import functions that stay here: by module, then by name."""
        modules: dict[str, dict[str, Handle]] = {}
        for module, names in given.items():
            for name, function in names.items():
                handle = Handle(FIRST_GIVEN + len(self._given))
                self._given[handle.number] = function
                modules.setdefault(module, {})[name] = handle
        self._ask({"op": "given", "modules": modules}, seconds, {})

    def close(self) -> None:
        """End the process and all that it started; may be called twice."""
        self._gone = self._gone or ChildDied("exit", "the grader has closed it")
        self._line.close()
        self._life.end()

    def wait_until_ready(self) -> None:
        """Wait for the first message, sent before anything of the submission runs.

        Raises
        ------
        ChildDied
            If it does not come.
        """
        try:
            messages, pid = self._line.first(START)
        except (HungUpError, WireError):
            messages, pid = [], 0
        if not messages:
            self._line.drain()
            self._fail(ChildDied("crash", self.output[:TEXT] or "the box started no child"))
        self._life.found(pid or int(messages[0]["pid"]))

    def _call(
        self,
        asked: Message,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        seconds: float,
        handles: Functions,
    ) -> Any:
        start = time.perf_counter()
        reply = self._ask({**asked, "args": tuple(args), "kwargs": dict(kwargs)}, seconds, handles)
        self.seconds = time.perf_counter() - start
        told, changed = reply.get("seconds"), reply.get("changed")
        self.told_seconds = told if isinstance(told, float) else 0.0
        places = {str(place): place for place in range(len(args))}
        came = changed if isinstance(changed, dict) else {}
        self.changed = {places[key]: value for key, value in came.items() if key in places}
        return reply.get("value")

    def _ask(self, message: Message, seconds: float, handles: Functions) -> Message:
        """Send a message and return the answer that belongs to it."""
        if self._gone is not None:
            raise self._gone
        self._number += 1
        frame = encode({**message, "id": self._number})
        self._line.received = 0
        self._line.queue(frame)
        try:
            reply = self._wait(Clock(seconds), {**self._given, **handles})
        except HungUpError:
            self._fail(self._life.reason())
        except WireError as error:
            self._fail(ChildDied("wire", text(str(error))))
        except (ChildDied, OutOfTime) as reason:
            self._fail(reason)
        except BaseException:  # Ctrl-C: half an answer is of no use to anyone
            self.close()
            raise
        self._line.drain()
        return answered(reply)

    def _wait(self, clock: Clock, handles: Functions) -> Message:
        callbacks = 0
        while True:
            for reply in self._line.exchange(TICK):
                # One that asks before it has taken the last answer will never take it.
                may_ask = callbacks < MOST_CALLBACKS and not self._line.sending
                if reply["op"] == "callback" and may_ask:
                    callbacks += 1
                    self._line.queue(answer(reply, handles))
                    self._life.look(clock, self._line.print_count)
                elif reply["id"] == self._number and reply["op"] in ("value", "error"):
                    return reply
                else:
                    raise WireError("an answer came that nobody had asked for")
            self._life.look(clock, self._line.print_count)

    def _fail(self, reason: ChildDied | OutOfTime) -> NoReturn:
        self._gone = reason
        self.close()
        raise reason


def answered(reply: Message) -> Message:
    """Return an answer, or raise the error that it tells of."""
    if reply["op"] == "value":
        return reply
    line = reply.get("line")
    number = line if type(line) is int and 0 <= line < 2**31 else 0
    kind, message, source = (text(reply.get(key)) for key in ("kind", "message", "source"))
    raise RemoteError(kind, message, number, source)


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
