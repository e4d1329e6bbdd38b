"""Check an answer: run it on the cases, and say which mistake it makes."""

import copy
import dis
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from functools import lru_cache
from typing import Any

import numpy as np

from bpworkbook.workbook.comparison import leaves
from bpworkbook.workbook.diagnosis import advise, diagnose
from bpworkbook.workbook.outcome import Feedback, Outcome
from bpworkbook.workbook.question import Answer, Args, Question, SlowAnswer
from bpworkbook.workbook.trial import (
    OutOfTime,
    Trial,
    call,
    copied,
    is_elsewhere,
    judge,
    run,
    silence,
    time_limit,
)

TIME_LIMIT = 2.0
TIMINGS = 8
Clock = Callable[[], float]
TRIVIAL = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST", "POP_TOP", "CACHE"}


def check(question: Question, answer: Any, *, seed: int = 0) -> Feedback:
    """Check ``answer`` against ``question`` and return what to tell the learner.

    Parameters
    ----------
    question : Question
    answer : callable
        The learner's function.
    seed : int
        Draws the cases.

    Returns
    -------
    Feedback
        One of the five outcomes, with its lines.

    Examples
    --------
    >>> twice = Question(
    ...     id="00.1", name="double", points=1, reference=lambda x: 2 * x, mistakes=(),
    ...     cases=lambda rng: [(np.array([1.0, 2.0]),), (rng.normal(size=3),)], hints=("", "", ""))
    >>> print(check(twice, lambda x: x + x))
    ✓ 00.1 double: passed
    """
    if not callable(answer):
        text = f"this is {answer!r:.60}: pass the function itself, without brackets"
        return Feedback(
            question.id, question.name, Outcome.UNKNOWN_MISTAKE, lines=(("not yet", text),)
        )
    if is_stub(answer):
        return not_attempted(question)
    trials = try_all(question, answer, expected(question, seed))
    if any(isinstance(trial.error, NotImplementedError) for trial in trials):
        return not_attempted(question)
    if all(map(is_right, trials)):
        return passed(question, answer, trials, seed)
    return diagnose(question, answer, trials)


def check_right(question: Question, answer: Answer, *, seed: int = 0) -> Feedback | None:
    """Check an answer as `check` does, or return None at its first wrong value, without a why."""
    trials = try_all(question, answer, expected(question, seed), until_wrong=True)
    return passed(question, answer, trials, seed) if all(map(is_right, trials)) else None


def is_right(trial: Trial) -> bool:
    """Tell whether the value is right and the arguments are as they were."""
    return trial.right and not trial.changed


def try_all(
    question: Question,
    answer: Answer,
    pairs: Sequence[tuple[Args, Any]],
    *,
    until_wrong: bool = False,
) -> list[Trial]:
    """Run the answer on every case until the time is up, or until one is wrong."""
    trials: list[Trial] = []
    copies = [copied(args, {}) for args, _ in pairs]
    try:
        # What runs elsewhere keeps its own time: an alarm would cut a message in two.
        with nullcontext() if is_elsewhere(answer) else time_limit(TIME_LIMIT):
            ask_ahead(question, answer, copies)
            for (args, want), given in zip(pairs, copies, strict=True):
                # What the learner prints to find a fault is shown once, not for every case.
                trials.append(run(question, answer, args, want, given, quiet=bool(trials)))
                if isinstance(trials[-1].error, OutOfTime):
                    break
                if until_wrong and not is_right(trials[-1]):
                    break
    except OutOfTime as late:  # the alarm rang between two cases
        args, want = pairs[min(len(trials), len(pairs) - 1)]
        trials.append(Trial(args, want, error=late))
    return trials


def ask_ahead(question: Question, answer: Answer, cases: Sequence[Args]) -> None:
    """Tell an answer that runs elsewhere all cases at once, where they are its arguments."""
    tell = getattr(answer, "ask_ahead", None)
    if is_elsewhere(answer) and tell is not None and question.apply is None:
        tell(cases)


def not_attempted(question: Question) -> Feedback:
    """Return the neutral feedback for an answer that has not been written yet."""
    task = f"write `{question.name}`, then run this cell again"
    return Feedback(question.id, question.name, Outcome.NOT_ATTEMPTED, lines=(("next", task),))


def passed(question: Question, answer: Answer, trials: Sequence[Trial], seed: int) -> Feedback:
    """Return the feedback for right values: passed, or passed with a remark, or too slow."""
    slow = slowness(question, answer, seed)
    if slow and question.slow and question.slow.required:
        told = (
            ("right", "every value"),
            ("not yet", slow),
            ("likely", advise(question, "M07")),
            ("more", f'`w.hint("{question.name}")`'),
        )
        return Feedback(question.id, question.name, Outcome.KNOWN_MISTAKE, "M07", told)
    if slow:
        remark = (("remark", f"{slow}. {advise(question, 'M07')}"),)
        return Feedback(question.id, question.name, Outcome.PASSED_WITH_REMARK, "M07", remark)
    if question.keeps_dtype and any(_widened(trial) for trial in trials):
        remark = (("remark", advise(question, "M08")),)
        return Feedback(question.id, question.name, Outcome.PASSED_WITH_REMARK, "M08", remark)
    return Feedback(question.id, question.name, Outcome.PASSED)


@lru_cache(maxsize=8)
def expected(question: Question, seed: int) -> tuple[tuple[Args, Any], ...]:
    """Return the cases with their right values, and one of them in float32 at the end.

    They are remembered, for an answer may be asked more than once; so nobody may change them.
    """
    cases = list(question.cases(np.random.default_rng(seed)))
    if question.keeps_dtype:
        narrow = to_float32(cases[min(1, len(cases) - 1)])
        if narrow is not None:
            cases.append(narrow)
    pairs = []
    for args in cases:
        want, error = call(question, question.reference, args)
        if error is not None:
            raise RuntimeError(f"{question.key}: the reference fails on its own case") from error
        pairs.append((args, want))
    return tuple(pairs)


def to_float32(args: Args) -> Args | None:
    """Return ``args`` with float64 arrays narrowed, or None where there is no such array."""
    found = False

    def narrow(value: Any) -> Any:
        nonlocal found
        if isinstance(value, np.ndarray) and value.dtype == np.float64:
            found = True
            return value.astype(np.float32)
        if isinstance(value, tuple | list):
            return type(value)(narrow(part) for part in value)
        if isinstance(value, dict):
            return {key: narrow(part) for key, part in value.items()}
        return value

    narrowed = tuple(narrow(part) for part in args)
    return narrowed if found else None


def is_stub(answer: Answer) -> bool:
    """Tell whether a function's body is still empty: a docstring, ``pass``, ``...`` or nothing.

    An answer whose body is elsewhere says so itself, by an attribute ``is_stub``.
    """
    told = getattr(answer, "is_stub", None)
    if isinstance(told, bool):
        return told
    code = getattr(answer, "__code__", None)
    if code is None:
        return False
    steps = list(dis.get_instructions(code))
    returned = [step.argval for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST")]
    return {step.opname for step in steps} <= TRIVIAL and returned[-1:] == [None]


def slowness(question: Question, answer: Answer, seed: int) -> str:
    """Return how slow a right answer is, ``""`` where it is fast enough."""
    slow = question.slow
    if slow is None:
        return ""
    rng = np.random.default_rng(seed)
    args = slow.args(rng)
    # A busy machine can disturb one timing, hardly eight.
    if is_elsewhere(answer):
        limit = _usual_limit(question)
        timings = (_seconds_if_right(question, answer, slow.args(rng)) for _ in range(TIMINGS))
    else:
        limit = _limit(question, slow, args)
        timings = (_seconds(question, answer, args, repeats=1) for _ in range(TIMINGS))
    if any(taken <= limit for taken in timings):
        return ""
    if slow.than is None:
        return f"your answer takes more than {slow.times:g} times as long as one matrix product"
    return f"your answer is not yet {slow.times:g} times as fast as the loop"


def _limit(
    question: Question, slow: SlowAnswer, args: Args, clock: Clock = time.perf_counter
) -> float:
    """Return how many seconds an answer may take, by what ours takes here and now."""
    if slow.than is None:
        return slow.times * _seconds(question, question.reference, args, 5, clock) + 1e-4
    return _seconds(question, slow.than, args, 1, clock) / slow.times


@lru_cache(maxsize=256)
def _usual_limit(question: Question) -> float:
    """Return `_limit`, measured once: who checks many answers need not time ours for each.

    What counts is the time that ours computes: on a busy machine it would be lenient otherwise.
    """
    if question.slow is None:
        return float("inf")
    args = question.slow.args(np.random.default_rng(0))
    return _limit(question, question.slow, args, time.thread_time)


def _seconds_if_right(question: Question, answer: Answer, args: Args) -> float:
    """Time an answer that runs elsewhere, on numbers that it has not seen; infinity where wrong.

    Neither a remembered value nor a value that is made up for large arguments is fast then.
    """
    want, _ = call(question, question.reference, copy.deepcopy(args))
    got, error = call(question, answer, copy.deepcopy(args))
    right = error is None and not judge(question, got, want, args)
    return float(getattr(answer, "seconds_taken", 0.0)) if right else float("inf")


def _seconds(
    question: Question,
    answer: Answer,
    args: Args,
    repeats: int,
    clock: Clock = time.perf_counter,
) -> float:
    best = float("inf")
    for _ in range(repeats):
        start = clock()
        with silence(answer):
            call(question, answer, args)
        taken = clock() - start
        # An answer that is called from afar says how long it took without the way there and back.
        best = min(best, getattr(answer, "seconds_taken", taken))
    return best


def _widened(trial: Trial) -> bool:
    if not _holds_float32(trial.want):
        return False
    wanted, came = leaves(trial.want), leaves(trial.got)
    return any(
        isinstance(right, np.ndarray | np.floating)
        and right.dtype == np.float32
        and isinstance(came.get(label), np.ndarray | np.floating)
        and came[label].dtype.itemsize > 4
        for label, right in wanted.items()
    )


def _holds_float32(value: Any) -> bool:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return any(type(part) is not str and _holds_float32(part) for part in value)
    return isinstance(value, np.ndarray | np.floating) and value.dtype == np.float32
