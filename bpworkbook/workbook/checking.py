"""Check an answer: run it on the cases, and say which mistake it makes."""

import dis
import time
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import numpy as np

from bpworkbook.workbook.comparison import leaves
from bpworkbook.workbook.diagnosis import advise, diagnose
from bpworkbook.workbook.outcome import Feedback, Outcome
from bpworkbook.workbook.question import Answer, Args, Question
from bpworkbook.workbook.trial import OutOfTime, Trial, call, is_elsewhere, run, silence, time_limit

TIME_LIMIT = 2.0
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
    if all(trial.right and not trial.changed for trial in trials):
        return passed(question, answer, trials, seed)
    return diagnose(question, answer, trials)


def try_all(question: Question, answer: Answer, pairs: Sequence[tuple[Args, Any]]) -> list[Trial]:
    """Run the answer on every case until the time is up."""
    trials: list[Trial] = []
    try:
        # What runs elsewhere keeps its own time: an alarm would cut a message in two.
        with nullcontext() if is_elsewhere(answer) else time_limit(TIME_LIMIT):
            for args, want in pairs:
                # What the learner prints to find a fault is shown once, not for every case.
                trials.append(run(question, answer, args, want, quiet=bool(trials)))
                if isinstance(trials[-1].error, OutOfTime):
                    break
    except OutOfTime as late:  # the alarm rang between two cases
        args, want = pairs[min(len(trials), len(pairs) - 1)]
        trials.append(Trial(args, want, error=late))
    return trials


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


def expected(question: Question, seed: int) -> list[tuple[Args, Any]]:
    """Return the cases with their right values, and one of them in float32 at the end."""
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
    return pairs


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
    args = slow.args(np.random.default_rng(seed))
    if slow.than is None:
        limit = slow.times * _seconds(question, question.reference, args, repeats=5) + 1e-4
        told = f"your answer takes more than {slow.times:g} times as long as one matrix product"
    else:
        limit = _seconds(question, slow.than, args, repeats=1) / slow.times
        told = f"your answer is not yet {slow.times:g} times as fast as the loop"
    # A busy machine can disturb one timing, hardly eight.
    timings = (_seconds(question, answer, args, repeats=1) for _ in range(8))
    return "" if any(taken <= limit for taken in timings) else told


def _seconds(question: Question, answer: Answer, args: Args, repeats: int) -> float:
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        with silence(answer):
            call(question, answer, args)
        taken = time.perf_counter() - start
        # An answer that is called from afar says how long it took without the way there and back.
        best = min(best, getattr(answer, "seconds_taken", taken))
    return best


def _widened(trial: Trial) -> bool:
    wanted, came = leaves(trial.want), leaves(trial.got)
    return any(
        isinstance(right, np.ndarray | np.floating)
        and right.dtype == np.float32
        and isinstance(came.get(label), np.ndarray | np.floating)
        and came[label].dtype.itemsize > 4
        for label, right in wanted.items()
    )
