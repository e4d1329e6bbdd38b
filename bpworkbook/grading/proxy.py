"""A function that lives in the box, to be checked as if it were here."""

import builtins
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from operator import is_
from typing import Any, Protocol

import numpy as np

from bpworkbook.grading.callbacks import Allowance
from bpworkbook.grading.errors import ChildDied, OutOfTime, RemoteError
from bpworkbook.grading.parcel import Parcel, Refused, type_name
from bpworkbook.grading.wire import WireError
from bpworkbook.workbook import trial

__all__ = ["Child", "Gone", "RemoteError", "RemoteFunction"]

ASK, ABOUT = "__bridge_ask__", "__bridge_about__"
CALL_SECONDS, SECONDS = 3.0, 8.0
"""How long one call may take, and all calls of a question together; with more, one gets more."""

STANDIN_CALLS = 100
"""How often right answers may stand in for wrong ones in one case: a sweep over some layers."""


class Child(Protocol):
    """What this module needs of a child in a box."""

    @property
    def computed(self) -> float | None:
        """The seconds that it has computed, None where nobody tells."""

    def call(
        self,
        name: str,
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        seconds: float,
        handles: Mapping[int, Callable[..., Any]],
    ) -> Any:
        """Call what a name stands for; raise RemoteError, ChildDied or OutOfTime."""

    def calls(
        self, name: str, many: Sequence[Sequence[Any]], seconds: float, together: float
    ) -> list[Any]:
        """Call it with each of these lists of data; values, or the RemoteErrors that it raised."""


class Gone(BaseException):
    """The child has ended. No Exception, so that a check ends with it."""

    def __init__(self, cause: ChildDied) -> None:
        super().__init__(str(cause))
        self.cause = cause


class Unsendable(BaseException):
    """The arguments of a case are nothing that the wire can carry: a fault of ours."""


class RemoteFunction:
    """A submission's function: called here, computed in the box.

    Parameters
    ----------
    child : Child
        The process that holds it.
    name : str
        What it is called there.
    source : str
        The cell that defines it, for the line of an error.
    seconds : float
        How long all its calls may take together.
    standins : mapping, optional
        Functions of ours that are put in the place of other answers while this one is asked.
    about : object
        What the box said of the name already, where it was asked.

    Attributes
    ----------
    is_stub : bool
        Whether it is still empty.
    seconds_taken : float
        How long the last call took in the box.
    late : bool
        Whether a call was not answered in time; the child has ended then.
    raised : bool
        Whether a call has raised an error.
    followed : int
        How often the functions that stand in were called.

    Examples
    --------
    See ``tests/grading/test_proxy.py``; a child is needed.
    """

    def __init__(
        self,
        child: Child,
        name: str,
        source: str = "",
        seconds: float = SECONDS,
        standins: Mapping[str, Callable[..., Any]] | None = None,
        about: Any = None,
    ) -> None:
        self.__name__ = name
        self.seconds_taken = 0.0
        self.late = self.raised = False
        self.followed = 0
        self._child, self._source, self._left = child, source, seconds
        self._longest = seconds * CALL_SECONDS / SECONDS
        self._standins = dict(standins or {})
        self._about = about
        self._ahead: deque[tuple[Sequence[Any], Parcel, Any]] = deque()

    @cached_property
    def kind(self) -> str:
        """What the name stands for: ``"missing"``, ``"stub"``, ``"function"``, or a type's name."""
        try:
            found = self._about or self._ask(ABOUT, (self.__name__,), {})
        except (Exception, trial.OutOfTime):  # the submission has spoilt the bridge
            return "missing"
        return found[:60] if isinstance(found, str) else "missing"

    @property
    def is_stub(self) -> bool:
        """Whether the function is still empty; it is asked, and `check` believes it."""
        return self.kind in ("stub", "missing")

    def ask_ahead(self, cases: Sequence[Sequence[Any]]) -> None:
        """Ask for several cases on one way there and back, before each is called for.

        Calls with these very arguments, in this order, then have their answers at hand. Where
        functions of ours take part nothing is asked: they are called case by case.

        Raises
        ------
        bpworkbook.workbook.trial.OutOfTime, Gone, Unsendable
            As the call whose turn it was.
        """
        if self._standins:
            return
        parcels = [Parcel() for _ in cases]
        packed = [parcel.pack(tuple(case)) for parcel, case in zip(parcels, cases, strict=True)]
        if any(parcel.handles for parcel in parcels):
            return
        asked: list[tuple[Any, ...]] = [
            (self.__name__, args, parcel.columns(), {})
            for parcel, args in zip(parcels, packed, strict=True)
        ]
        with self._counted() as left:
            replies = self._child.calls(ASK, asked, min(left, self._longest), left)
        self._ahead = deque(zip(cases, parcels, replies, strict=True))

    def __call__(self, *args: Any) -> Any:
        """Return what the function makes of ``args``, or raise what it raised."""
        if self._ahead and all(map(is_, args, self._ahead[0][0])):
            _, parcel, reply = self._ahead.popleft()
            if isinstance(reply, RemoteError):
                raise self._spoilt(reply)
            value, self.seconds_taken = self._trusted(parcel, args, reply)
            return value
        allowance = Allowance()
        parcel = Parcel(allowance)
        packed = parcel.pack(args)
        rate = Allowance(calls=STANDIN_CALLS, elements=2_000, seconds=0.2)
        standins = {name: parcel.handle(f, rate) for name, f in self._standins.items()}
        before, start = self._child.computed, time.perf_counter()
        reply = self._ask(ASK, (self.__name__, packed, parcel.columns(), standins), parcel.handles)
        elapsed, after = time.perf_counter() - start, self._child.computed
        if before is not None and after is not None:  # a busy machine lets a child wait
            elapsed = min(elapsed, after - before)
        elapsed -= on_the_way(args, allowance.made)
        self.followed += rate.made
        value, inside = self._trusted(parcel, args, reply)
        # What the box says of its time is its word; the clocks on this side bound it.
        self.seconds_taken = max(inside, elapsed) + allowance.spent
        return value

    def _ask(self, name: str, args: Any, handles: Mapping[int, Callable[..., Any]]) -> Any:
        with self._counted() as left:
            return self._child.call(name, args, {}, min(left, self._longest), handles)

    @contextmanager
    def _counted(self) -> Iterator[float]:
        """Give the seconds that are left, count those that pass, and tell how a child fails."""
        start = time.perf_counter()
        if self._left <= 0:
            self.late = True
            raise trial.OutOfTime
        try:
            yield self._left
        except OutOfTime as error:
            self.late = True
            raise trial.OutOfTime from error
        except ChildDied as error:
            raise Gone(error) from error
        except WireError as error:
            raise Unsendable(str(error)) from error
        except RemoteError as error:
            raise self._spoilt(error) from error
        finally:
            self._left -= time.perf_counter() - start

    def _spoilt(self, error: RemoteError) -> BaseException:
        """Return an error of the bridge itself, which the submission can spoil."""
        return self._error([error.kind], error.message, 0)

    def _trusted(self, parcel: Parcel, args: Any, reply: Any) -> tuple[Any, float]:
        """Return a reply's value and seconds; one that the bridge would not send ends the child."""
        try:
            return self._opened(parcel, args, reply)
        except Refused as error:
            raise Gone(ChildDied("wire", str(error))) from error

    def _opened(self, parcel: Parcel, args: Any, reply: Any) -> tuple[Any, float]:
        match reply:
            case {"value": value, "args": dict(changed), "nodes": dict(nodes), "seconds": float(s)}:
                parcel.put_back(args, changed, nodes)
                return parcel.open(value), s
            case {"!": "error", "types": [str(), *_] as types, "message": str(text), "line": line}:
                raise self._error([str(name) for name in types], text, line)
        raise Refused("the answer to a question came in no known form")

    def _error(self, types: Sequence[str], text: str, line: Any) -> BaseException:
        self.raised, kind = True, types[0][:60]
        if "MemoryError" in types:
            return Gone(ChildDied("memory", "it wanted more than it may have"))
        lines = self._source.splitlines()
        number = line if type(line) is int and 0 < line <= len(lines) else 0
        told = RemoteError(kind, text[:1000], number, lines[number - 1].strip() if number else "")
        return as_builtin(told, types)


def on_the_way(args: Sequence[Any], callbacks: int) -> float:
    """Return how many seconds a call may spend on the wire; what it takes beyond is its own.

    Examples
    --------
    >>> on_the_way((np.zeros(1000), 1.0), callbacks=2)
    0.009
    """
    numbers = sum(part.size for part in args if isinstance(part, np.ndarray))
    return round(5e-3 + 2e-6 * numbers + 1e-3 * callbacks, 6)


def as_builtin(told: RemoteError, types: Sequence[str]) -> BaseException:
    """Return an error of the same name and built-in ancestor, which says what was told of it.

    >>> error = as_builtin(RemoteError("LinAlgError", "singular"), ["LinAlgError", "ValueError"])
    >>> isinstance(error, ValueError), type(error).__name__, str(error)
    (True, 'LinAlgError', 'singular')
    """
    found = (getattr(builtins, name, None) for name in types)
    base: Any = next((kind for kind in found if _plain_error(kind)), Exception)
    kind: Any = type(type_name(told.kind), (base,), {"__str__": lambda self: told.message})
    error: BaseException = kind.__new__(kind)
    error.told = told  # type: ignore[attr-defined]  # `workbook` looks for it
    return error


def _plain_error(kind: Any) -> bool:
    """Tell whether a type is an error that can be made of nothing, as groups of errors cannot."""
    return (
        isinstance(kind, type)
        and issubclass(kind, Exception | SystemExit)
        and not issubclass(kind, BaseExceptionGroup)
    )
