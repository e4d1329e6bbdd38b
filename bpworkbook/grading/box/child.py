"""A process in the box that runs one submission, as the grader sees it."""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from bpworkbook.grading.box import watch
from bpworkbook.grading.box.life import TICK, Clock, Life
from bpworkbook.grading.box.line import HungUpError, Line
from bpworkbook.grading.box.messages import (
    TEXT,
    Functions,
    answer,
    answered,
    plain_call,
    text,
    value_of,
)
from bpworkbook.grading.errors import ChildDied, OutOfTime, RemoteError
from bpworkbook.grading.wire import Handle, Message, WireError, encode

START = 20.0
FIRST_GIVEN = 2**31
MOST_CALLBACKS = 100_000
UNASKED = "an answer came that nobody had asked for"

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
        self._came: deque[Message] = deque()
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

    @property
    def computed(self) -> float | None:
        """The seconds that it has computed, by the kernel's word; None where it tells nothing."""
        return watch.computed(self.pid)

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

    def calls(
        self, name: str, many: Sequence[Sequence[Any]], seconds: float, together: float
    ) -> list[Any]:
        """Call a function of the submission with several lists of arguments, on one way there.

        Parameters
        ----------
        name : str
        many : sequence of sequences
            The arguments of each call: data alone.
        seconds, together : float
            How long one call may take, and how long all may.

        Returns
        -------
        list
            The value of each call, or the `RemoteError` that it raised.

        Raises
        ------
        ChildDied, OutOfTime, bpworkbook.grading.wire.WireError
            As `call`, whichever of them it was.
        """
        messages = [plain_call(name, args) for args in many]
        return list(map(value_of, self._ask_all(messages, seconds, together, {})))

    def run_and_call(
        self, source: str, name: str, args: Sequence[Any], seconds: float
    ) -> tuple[RemoteError | None, Any]:
        """Run a cell, then call a function with data, on one way there and back.

        Returns
        -------
        tuple
            What the cell raised, and the value of the call or the `RemoteError` that it raised.

        Raises
        ------
        ChildDied, OutOfTime
            As `run_cell` and `call`.
        """
        messages = [{"op": "run", "source": source}, plain_call(name, args)]
        ran, called = map(value_of, self._ask_all(messages, seconds, 2 * seconds, {}))
        return ran, called

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
        message = {**asked, "watched": True, "args": tuple(args), "kwargs": dict(kwargs)}
        reply = self._ask(message, seconds, handles)
        self.seconds = time.perf_counter() - start
        told, changed = reply.get("seconds"), reply.get("changed")
        self.told_seconds = told if isinstance(told, float) else 0.0
        places = {str(place): place for place in range(len(args))}
        came = changed if isinstance(changed, dict) else {}
        self.changed = {places[key]: value for key, value in came.items() if key in places}
        return reply.get("value")

    def _ask(self, message: Message, seconds: float, handles: Functions) -> Message:
        """Send a message and return the answer that belongs to it."""
        (reply,) = self._ask_all([message], seconds, seconds, handles)
        if isinstance(reply, RemoteError):
            raise reply
        return reply

    def _ask_all(
        self, messages: Sequence[Message], seconds: float, together: float, handles: Functions
    ) -> list[Message | RemoteError]:
        """Send messages, and return the answer that belongs to each, or the error it tells of."""
        if self._gone is not None:
            raise self._gone
        numbers = range(self._number + 1, self._number + 1 + len(messages))
        frames = [encode({**m, "id": number}) for m, number in zip(messages, numbers, strict=True)]
        self._number += len(messages)
        self._line.queue(b"".join(frames))
        end = time.monotonic() + together
        replies = []
        try:
            for number in numbers:
                clock = Clock(min(seconds, max(0.0, end - time.monotonic())))
                replies.append(self._wait(number, clock, {**self._given, **handles}))
            if self._came:
                raise WireError(UNASKED)
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
        return [answered(reply) for reply in replies]

    def _wait(self, number: int, clock: Clock, handles: Functions) -> Message:
        """Return the answer of this number, and answer what is asked until it comes."""
        callbacks = 0
        self._line.received = 0
        while True:
            if not self._came:
                self._came += self._line.exchange(TICK)
            while self._came:
                reply = self._came.popleft()
                # One that asks before it has taken the last answer will never take it.
                may_ask = callbacks < MOST_CALLBACKS and not self._line.sending
                if reply["op"] == "callback" and may_ask:
                    callbacks += 1
                    self._line.queue(answer(reply, handles))
                    self._life.look(clock, self._line.print_count)
                elif reply["id"] == number and reply["op"] in ("value", "error"):
                    return reply
                else:
                    raise WireError(UNASKED)
            self._life.look(clock, self._line.print_count)

    def _fail(self, reason: ChildDied | OutOfTime) -> NoReturn:
        self._gone = reason
        self.close()
        raise reason
