"""Lesson 03: how a trained perceptron is judged, in whatever order it visited the points.

The judge is the convergence argument itself. Let u be a line that is right everywhere, of length 1
with its bias, and let no point be nearer to it than the margin. Then k mistakes make the part of
(w, b) along u at least k * margin, and its length at most R * sqrt(k).
"""

from typing import Any

import numpy as np

from bpworkbook.lessons.u01_neurons.n03_perceptron_and_delta_rule import answers, lines
from bpworkbook.workbook.comparison import is_scalar
from bpworkbook.workbook.question import AnswerError

SLACK = 1e-6


def judge_training(value: Any, args: Any) -> str:
    """Return "" for a trained perceptron, else the code of a mistake or a sentence.

    Examples
    --------
    >>> one = np.array([[2.0, -1.0]]), np.array([-1]), 5
    >>> judge_training((np.array([-2.0, 1.0]), -1.0, 1), one)
    ''
    >>> judge_training((np.zeros(2), 0.0, 0), one)
    'M13'
    """
    X, y, max_epochs = args
    told = _form(value, X.shape[1])
    if told:
        return told
    w, b, mistakes = value
    if not mistakes and not w.any() and b == 0:
        return "M13"
    line, margin = lines.widest_line(X, y)
    if margin > 0 and np.append(w, b) @ line < -SLACK:
        return "the points score worse than at the start: which way does y times x point?"
    longest = float(np.linalg.norm(lines.with_ones(X), axis=1).max())
    if np.hypot(np.linalg.norm(w), b) > longest * np.sqrt(max(mistakes, 0)) + SLACK:
        return "M218"
    if (b - mistakes) % 2:
        moved = f"b moves by 1 at each mistake: after {mistakes} of them it cannot be {b:g}"
        return moved if b else "M16"
    if margin > 0:
        told = _parted(X, y, value, line, longest, margin)
        if told:
            return told
    elif mistakes < max_epochs:
        return (
            f"no line parts these points, so each of the {max_epochs} epochs has a mistake, "
            f"but you counted {mistakes}"
        )
    # Whoever visits the rows from top to bottom has the same line, and so the same count.
    known_w, known_b, known = answers.train_perceptron(X, y, min(max_epochs, 1000))
    if known != mistakes and np.allclose(w, known_w) and np.isclose(b, known_b):
        return f"the line is right, but it took {known} mistakes, and you say {mistakes}"
    return ""


def _form(value: Any, d: int) -> str:
    if not isinstance(value, tuple | list) or len(value) != 3:
        return "you returned something other than the three values w, b, mistakes"
    w, b, mistakes = value
    if type(w) is not np.ndarray or w.dtype.kind not in "iuf" or w.shape != (d,):
        return f"w should be an array of numbers of shape ({d},)"
    if not is_scalar(b) or isinstance(b, np.ndarray):
        return "b should be a number"
    if not is_scalar(mistakes) or isinstance(mistakes, np.ndarray) or mistakes != mistakes // 1:
        return "mistakes should be a whole number"
    if not (np.isfinite(w).all() and np.isfinite(b) and np.isfinite(mistakes)):
        return "some of the numbers are not finite"
    return ""


def _parted(X: Any, y: Any, value: Any, line: Any, longest: float, margin: float) -> str:
    w, b, mistakes = value
    wrong = int(np.sum(y * (X @ w + b) <= 0))
    if wrong and mistakes > (longest / margin) ** 2:
        return "M94"
    if wrong:
        return f"a line parts these points, but yours has {wrong} of {len(X)} on the wrong side"
    if np.append(w, b) @ line < mistakes * margin - SLACK:
        return f"{mistakes} mistakes would have made w longer: count only where w and b change"
    return ""


def letters(answer: Any, allowed: str, wanted: str) -> str:
    """Return the letters of an answer such as ``"h, b"``, sorted, each once.

    Raises
    ------
    AnswerError
        It is no text, or holds other signs.

    Examples
    --------
    >>> letters(lambda: "h, b", "ABCDEFGH", "four letters")
    'BH'
    """
    given = answer()
    if given is None:
        raise AnswerError("you returned nothing")
    if not isinstance(given, str):
        raise AnswerError(f"wanted a string of {wanted}")
    found = sorted({sign for sign in given.upper() if sign not in " ,;"})
    if not found or not set(found) <= set(allowed):
        raise AnswerError(f"wanted a string of {wanted} from {allowed[0]} to {allowed[-1]}")
    return "".join(found)


PAIRS = {"(0, 0)": "AB", "(1, 0)": "CD", "(0, 1)": "EF", "(1, 1)": "GH"}


def four_letters(answer: Any) -> str:
    """Return the letters of the four inequalities.

    Examples
    --------
    >>> four_letters(lambda: "abgh")
    'ABGH'
    """
    return letters(answer, "ABCDEFGH", "four letters")


def judge_inequalities(given: Any, args: Any) -> str:
    """Return "" for the inequalities of XOR, else the code of a mistake or a sentence.

    Examples
    --------
    >>> judge_inequalities("BCEG", ())
    'M216'
    >>> judge_inequalities("ABCE", ())
    'you took both A and B; one of them is about (0, 0)'
    """
    right = answers.xor_inequalities()
    if given == right:
        return ""
    for point, pair in PAIRS.items():
        if set(pair) <= set(given):
            return f"you took both {pair[0]} and {pair[1]}; one of them is about {point}"
    if len(given) < 4:
        missing = next(point for point, pair in PAIRS.items() if not set(pair) & set(given))
        return f"nothing is said about {missing} yet"
    if given in ("BCEG", "BDFG", "ACEH", "ADFG"):
        return "M216"
    wrong = [point for point, pair in PAIRS.items() if set(pair) & set(given) - set(right)]
    return f"{4 - len(wrong)} of the 4 are right; look at {wrong[0]} again"


def one_letter(answer: Any) -> str:
    """Return the letter of the reason.

    Examples
    --------
    >>> one_letter(lambda: " b")
    'B'
    """
    return letters(answer, "ABCD", "one letter")


def judge_reason(given: Any, args: Any) -> str:
    """Return "" for the reason, else the code of a mistake or a sentence.

    Examples
    --------
    >>> judge_reason("C", ()), judge_reason("AB", ())
    ('M217', 'you gave 2 letters; choose the one that proves it')
    """
    if len(given) > 1:
        return f"you gave {len(given)} letters; choose the one that proves it"
    return "" if given == answers.xor_reason() else "M217"
