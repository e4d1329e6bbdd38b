"""Say which mistake a wrong answer makes, with the smallest example that shows it."""

import copy
from collections.abc import Sequence

import numpy as np

from bpworkbook.workbook.catalogue import entry
from bpworkbook.workbook.comparison import Fault, close, leaves, same_value
from bpworkbook.workbook.outcome import Feedback, Outcome
from bpworkbook.workbook.question import Answer, AnswerError, Mistake, Question
from bpworkbook.workbook.trial import (
    OutOfTime,
    Trial,
    call,
    describe_case,
    describe_error,
)

LEAST_AGREEMENT = 2  # a mistake is named only when it explains the answer on two different cases


def diagnose(question: Question, answer: Answer, trials: Sequence[Trial]) -> Feedback:
    """Return the feedback for a wrong answer."""
    known, scope = matching_mistakes(question, trials)
    code = known[0].code if known else fault_code(question, trials)
    advice = (
        known[0].advice
        if known
        else advise(question, code)
        if code
        else guess(question, trials, example(trials, scope))
    )
    lines = (
        ("right", what_is_right(question, trials)),
        ("not yet", describe(question, answer, trials, scope)),
        ("likely", advice),
        ("more", f'`w.hint("{question.name}")`'),
    )
    outcome = Outcome.KNOWN_MISTAKE if code else Outcome.UNKNOWN_MISTAKE
    shown = tuple((label, text) for label, text in lines if text)
    return Feedback(question.id, question.name, outcome, code, shown)


def matching_mistakes(
    question: Question, trials: Sequence[Trial]
) -> tuple[list[Mistake], set[str]]:
    """Return the listed mistakes whose wrong values the learner has, and the values in question.

    First those that explain every wrong value, then those that explain one of them, so that a
    learner with two mistakes still hears about one.
    """
    wrong = dict.fromkeys(fault.leaf for trial in trials for fault in trial.faults if fault.leaf)
    for scope in (set(wrong), *({leaf} for leaf in wrong)):
        found = [m for m in question.mistakes if explains(question, m, trials, scope)]
        if found:
            return found, scope
    return [], set()


def explains(question: Question, known: Mistake, trials: Sequence[Trial], scope: set[str]) -> bool:
    """Tell whether a mistake gives the learner's values on every case, two of them wrong."""
    if any(isinstance(trial.error, AnswerError | OutOfTime) for trial in trials):
        return False
    if known.code == "M02" and not any(trial.changed for trial in trials):
        return False
    agreed = 0
    for trial in trials:
        value, error = call(question, known.wrong, copy.deepcopy(trial.args))
        # By name: an error that was raised elsewhere has a type of its own.
        if type(error).__name__ != type(trial.error).__name__:
            return False
        if error is not None:
            continue
        if not same_value(trial.got, value, question.rtol, question.outputs, scope):
            return False
        agreed += any(_in(scope, fault) for fault in trial.faults)
    return agreed >= LEAST_AGREEMENT


def fault_code(question: Question, trials: Sequence[Trial]) -> str:
    """Return the code of a mistake that the faults themselves tell, ``""`` where they do not."""
    wrong = [trial for trial in trials if not trial.right]
    broken = [trial for trial in trials if trial.error and not _in_place_on_integers(trial)]
    if any(trial.changed for trial in trials) and not broken:
        return "M02"
    codes = [fault.code for trial in wrong for fault in trial.faults]
    errors = any(trial.error for trial in trials)
    if (
        not errors
        and codes
        and codes[0]
        and codes.count(codes[0]) >= min(LEAST_AGREEMENT, len(wrong))
    ):
        return codes[0]
    return "M06" if fits_one_size_only(trials) and question.accept is None else ""


def fits_one_size_only(trials: Sequence[Trial]) -> bool:
    """Tell whether the answer is right for the first case's sizes and wrong for two others'."""
    own = _shapes(trials[0])
    fits = all(trial.right for trial in trials if _shapes(trial) == own)
    others = [trial for trial in trials if _shapes(trial) != own]
    wrong = [trial for trial in others if not trial.right]
    return fits and len(wrong) >= LEAST_AGREEMENT and len(wrong) == len(others)


def _shapes(trial: Trial) -> list[tuple[int, ...]]:
    return [np.shape(part) for part in leaves(trial.args).values() if not callable(part)]


def advise(question: Question, code: str) -> str:
    """Return the hint for a code: the question's own, else the catalogue's."""
    known = question.mistake(code)
    return known.advice if known else entry(code).hint


def what_is_right(question: Question, trials: Sequence[Trial]) -> str:
    """Name what is right already: shapes, and the returned values without a fault."""
    if any(trial.error for trial in trials) or question.accept is not None:
        return ""
    all_faults = [fault for trial in trials for fault in trial.faults]
    if not all_faults:
        return "every value"
    if any(fault.kind in ("missing", "structure", "type") for fault in all_faults):
        return ""
    right = [] if any(fault.kind == "shape" for fault in all_faults) else ["shapes"]
    wrong_leaves = {fault.leaf for fault in all_faults}
    right += [
        label for label in leaves(trials[0].want, question.outputs) if label not in wrong_leaves
    ]
    return "; ".join(right)


def example(trials: Sequence[Trial], scope: set[str]) -> Trial:
    """Return a failing case to show: the one worked by hand where it fails, else the smallest."""
    failing = [trial for trial in trials if not trial.right]
    shown = [t for t in failing if t.error or any(_in(scope, fault) for fault in t.faults)]
    return shown[0] if shown[0] is trials[0] else min(shown, key=lambda trial: trial.size)


def describe(question: Question, answer: Answer, trials: Sequence[Trial], scope: set[str]) -> str:
    """Say what came and what was wanted, on one case."""
    if all(trial.right for trial in trials):
        changed = next(trial for trial in trials if trial.changed)
        return f"after the call, {' and '.join(changed.changed)} had other values than before"
    worst = example(trials, scope)
    if worst.error is not None:
        text = describe_error(worst.error, answer)
    else:
        fault = next(fault for fault in worst.faults if _in(scope, fault))
        text = f"{fault.leaf}: {fault.text}" if fault.leaf else fault.text
    case = describe_case(question, worst.args) if worst.args else ""
    return f"{text} (for {case})" if case and len(case) <= 200 else text


def _in_place_on_integers(trial: Trial) -> bool:
    # NumPy refuses `x -= x.mean()` for integers with this error; the fault is the `-=`.
    return isinstance(trial.error, TypeError) and "Cannot cast ufunc" in str(trial.error)


def _in(scope: set[str], fault: Fault) -> bool:
    return not scope or fault.leaf in scope


def guess(question: Question, trials: Sequence[Trial], shown: Trial) -> str:
    """Return a sentence on how a wrong value differs, for answers that match no known mistake."""
    failing = [trial for trial in trials if not trial.right]
    if isinstance(shown.error, AnswerError):
        return f"the function should return {question.summary}"
    if shown.error:
        return _about_error(failing, len(trials))
    failing = [trial for trial in failing if not trial.error]
    kinds = {fault.kind for trial in failing for fault in trial.faults}
    if kinds & {"missing", "structure", "type", "verdict"}:
        return f"the function should return {question.summary}" if question.summary else ""
    if "shape" in kinds:
        return "print the shapes of the pieces: which line makes this shape?"
    if "dtype" in kinds:
        return "keep the numbers as floats of the input's type; convert nothing on the way"
    if kinds == {"nan"}:
        return "the numbers overflow or divide by zero; ordinary cases may be right"
    return _about_values(question, failing)


def _about_error(failing: Sequence[Trial], cases: int) -> str:
    if len(failing) < cases:
        return "it works for some sizes; look for a size or shape that you assumed"
    return "run the function on the example by hand and read the last line of the error"


def _about_values(question: Question, failing: Sequence[Trial]) -> str:
    label = failing[0].faults[0].leaf
    pairs = []
    for trial in failing:
        got, want = (leaves(v, question.outputs).get(label) for v in (trial.got, trial.want))
        if isinstance(want, str | bool) or got is None or want is None:
            return ""
        pairs.append((np.asarray(got, dtype=float), np.asarray(want, dtype=float)))
    name = label or "your answer"
    pairs = [(got, want) for got, want in pairs if got.shape == want.shape]
    informative = [(got, want) for got, want in pairs if want.any()]
    for factor in (0.0, -1.0, 2.0, 0.5, -2.0):
        if informative and all(
            close(got, factor * want, question.rtol) for got, want in informative
        ):
            return _factor_sentence(name, factor)
    everything = (
        np.concatenate([got.ravel() for got, _ in pairs]) if len(pairs) > 1 else np.zeros(0)
    )
    if everything.size > 1 and np.ptp(everything) == 0:
        return f"{name} is the same number everywhere: does it use the inputs at all?"
    if all(np.sign(got).tolist() == np.sign(want).tolist() for got, want in pairs):
        return f"the signs of {name} are right, the sizes are not"
    return ""


def _factor_sentence(name: str, factor: float) -> str:
    if factor == 0.0:
        return f"{name} is all zeros: nothing was computed, or it was multiplied by 0"
    if factor == -1.0:
        return f"{name} is exactly the negative of what is expected: look for a swapped difference"
    return f"{name} is exactly {factor:g} times what is expected: look for that factor"
