"""Run an answer on one case, and write down all that happened."""

import copy
import linecache
import re
import signal
import threading
import traceback
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from operator import is_
from types import FrameType
from typing import Any

import numpy as np

from bpworkbook.workbook.comparison import Fault, faults, kind_of, leaves, show
from bpworkbook.workbook.question import Answer, AnswerError, Args, Question


class OutOfTime(BaseException):
    """The answer ran too long. Not an Exception, so that ``except Exception`` cannot swallow it."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One case: its arguments, the right value, what came, and what is wrong with it."""

    args: Args
    want: Any
    got: Any = None
    error: BaseException | None = None
    changed: tuple[str, ...] = ()
    faults: list[Fault] = field(default_factory=list)

    @property
    def right(self) -> bool:
        """Whether the value is right (an input may still have been changed)."""
        return self.error is None and not self.faults

    @property
    def size(self) -> int:
        """How many numbers the arguments hold; the smallest failing case is shown."""
        return sum(np.size(part) for part in leaves(self.args).values() if not callable(part))


PLAIN = frozenset((str, int, float, bool, type(None)))


def copied(value: Any, memo: dict[int, Any]) -> Any:
    """Copy arguments as ``copy.deepcopy`` does, large plain data in a fraction of the time.

    Examples
    --------
    >>> x = [0.0]
    >>> first, second = copied((x, x), {})
    >>> first is x, first is second
    (False, True)
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is tuple:
        parts = [part if type(part) in PLAIN else copied(part, memo) for part in value]
        return value if all(map(is_, value, parts)) else tuple(parts)
    if id(value) in memo:
        return memo[id(value)]
    if kind is list:
        made: Any = []
        memo[id(value)] = made
        made += [part if type(part) in PLAIN else copied(part, memo) for part in value]
        return made
    if kind is dict:
        made = memo[id(value)] = {}
        made.update((copied(key, memo), copied(part, memo)) for key, part in value.items())
        return made
    return copy.deepcopy(value, memo)


def run(
    question: Question, answer: Answer, args: Args, want: Any, given: Args, quiet: bool = True
) -> Trial:
    """Run ``answer`` on ``given``, a copy of ``args``, and compare with ``want``."""
    with silence(answer) if quiet else nullcontext():
        got, error = call(question, answer, given)
    changed = tuple(_changed(question, args, given))
    if error is not None:
        return Trial(args, want, error=error, changed=changed)
    return Trial(args, want, got, None, changed, judge(question, got, want, args))


def silence(answer: Answer) -> AbstractContextManager[Any]:
    """Keep what an answer prints from being shown.

    What runs elsewhere prints elsewhere. Standard output belongs to the whole process, which may
    be checking other answers in other threads: it is left alone then, by references too.
    """
    on_main = threading.current_thread() is threading.main_thread()
    if is_elsewhere(answer) or not on_main:
        return nullcontext()
    return redirect_stdout(StringIO())


def is_elsewhere(answer: Answer) -> bool:
    """Tell whether an answer runs in another process: it says how long its last call took."""
    return hasattr(answer, "seconds_taken")


def call(question: Question, answer: Answer, args: Args) -> tuple[Any, BaseException | None]:
    """Return the answer's value and None, or None and what it raised; warnings are kept quiet."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return question.value(answer, args), None
    except (Exception, OutOfTime, SystemExit) as error:
        return None, error


def judge(question: Question, got: Any, want: Any, args: Args) -> list[Fault]:
    """Return what is wrong with a value."""
    if question.accept is None:
        return faults(got, want, question.outputs, question.rtol)
    if got is None:
        return [Fault("missing", "", "you returned nothing", "M01")]
    try:
        verdict = question.accept(got, args)
    except Exception as error:
        shape = f"{kind_of(got)} that cannot be used ({type(error).__name__}: {error})"
        return [Fault("type", "", f"you returned {shape}")]
    if not verdict:
        return []
    known = question.mistake(verdict)
    return [Fault("verdict", "", known.title if known else verdict, verdict if known else "")]


def _changed(question: Question, before: Args, after: Args) -> Iterator[str]:
    names = argument_names(question, before)
    for name, old, new in zip(names, before, after, strict=True):
        if not _same(old, new):
            yield name


def _same(old: Any, new: Any) -> bool:
    """Tell whether nested data is nested as it was, and its arrays hold what they held."""
    if old is new:  # copying leaves what cannot change where it is
        return True
    if isinstance(old, dict):
        alike = isinstance(new, dict) and old.keys() == new.keys()
        return alike and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, list | tuple):
        alike = isinstance(new, list | tuple) and len(old) == len(new)
        return alike and all(map(_same, old, new))
    return _same_bytes(old, new)


def _same_bytes(old: Any, new: Any) -> bool:
    if isinstance(old, np.ndarray):
        if not isinstance(new, np.ndarray):
            return False
        numbers = old.dtype.kind in "biuf" and (old.dtype, old.shape) == (new.dtype, new.shape)
        if numbers and old.tobytes() == new.tobytes():
            return True
        return np.array_equal(old, new, equal_nan=old.dtype.kind in "fc")
    return bool(type(old) is type(new))


def argument_names(question: Question, args: Args) -> list[str]:
    """Return the names of the reference's parameters, one for each argument."""
    code = getattr(question.reference, "__code__", None)
    names = list(code.co_varnames[: code.co_argcount]) if code else []
    return (names + [f"argument {i + 1}" for i in range(len(names), len(args))])[: len(args)]


def describe_case(question: Question, args: Args) -> str:
    """Write a case as ``p = [1, 2], y = [1, 3]``."""
    named = zip(argument_names(question, args), args, strict=True)
    return ", ".join(f"{name} = {show(part)}" for name, part in named)


def describe_error(error: BaseException, answer: Answer) -> str:
    """Write an exception with the learner's own line, not with the checker's stack."""
    if isinstance(error, AnswerError):
        return str(error)
    if isinstance(error, OutOfTime):
        return "your function was still running after 2 seconds: is there a loop that never ends?"
    text = f"{type(error).__name__}: {in_plain_words(error)}".removesuffix(": ")
    number, line = failing_line(error, answer)
    return f"{text}, in your line {number}: `{line}`" if line else text


def failing_line(error: BaseException, answer: Answer) -> tuple[int, str]:
    """Return the learner's line in which an error was raised, 0 and ``""`` where it is not known.

    An error that was raised elsewhere knows the line itself, as ``error.told``.
    """
    told = getattr(error, "told", None)
    if told is not None:
        return told.line, told.source
    own_file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == own_file]
    if not frames or frames[-1].lineno is None:
        return 0, ""
    return frames[-1].lineno, linecache.getline(own_file or "", frames[-1].lineno).strip()


def in_plain_words(error: BaseException) -> str:
    """Return an error's message, with NumPy's words for matrices that do not fit made plain.

    >>> try:
    ...     np.ones((2, 3)) @ np.ones((4, 5))
    ... except ValueError as error:
    ...     print(in_plain_words(error))
    these matrices do not fit: 3 columns meet 4 rows
    """
    found = re.search(
        r"mismatch in its core dimension.*size (\d+) is different from (\d+)", str(error)
    )
    if found:
        return f"these matrices do not fit: {found[2]} columns meet {found[1]} rows"
    return str(error)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt the block after ``seconds`` with OutOfTime, where the system has an alarm for it.

    Without alarms (Windows, a browser, another thread) the block runs on: the learner can still
    interrupt the kernel.
    """
    on_main = threading.current_thread() is threading.main_thread()
    if not (hasattr(signal, "setitimer") and on_main):
        yield
        return

    def ring(signum: int, frame: FrameType | None) -> None:
        raise OutOfTime

    previous = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
