"""Exercise 01.5: the eight lines of a training loop, and a machine that runs them in any order.

The learner arranges letters; nothing that a learner writes is executed as text. Each line is a
pure function of the names it needs, so a line whose names are not there yet can say so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpworkbook.workbook import AnswerError

Names = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """One line: its text, the name it makes, the names it needs, and what it computes."""

    text: str
    makes: str
    needs: tuple[str, ...]
    compute: Callable[..., Any]


LINES = {
    "A": Line(
        "W1 = W1 - lr * grad_W1",
        "W1",
        ("W1", "lr", "grad_W1"),
        lambda W1, lr, grad_W1: W1 - lr * grad_W1,
    ),
    "B": Line(
        "grad_h = grad_p @ W2.T", "grad_h", ("grad_p", "W2"), lambda grad_p, W2: grad_p @ W2.T
    ),
    "C": Line("h = np.tanh(X @ W1)", "h", ("X", "W1"), lambda X, W1: np.tanh(X @ W1)),
    "D": Line(
        "W2 = W2 - lr * grad_W2",
        "W2",
        ("W2", "lr", "grad_W2"),
        lambda W2, lr, grad_W2: W2 - lr * grad_W2,
    ),
    "E": Line(
        "grad_p = 2 * (p - y) / p.size",
        "grad_p",
        ("p", "y"),
        lambda p, y: 2 * (p - y) / p.size,
    ),
    "F": Line(
        "grad_W1 = X.T @ (grad_h * (1 - h**2))",
        "grad_W1",
        ("X", "grad_h", "h"),
        lambda X, grad_h, h: X.T @ (grad_h * (1 - h**2)),
    ),
    "G": Line("p = h @ W2", "p", ("h", "W2"), lambda h, W2: h @ W2),
    "H": Line("grad_W2 = h.T @ grad_p", "grad_W2", ("h", "grad_p"), lambda h, grad_p: h.T @ grad_p),
}
"""The eight lines by letter, shuffled."""


def start() -> Names:
    """Return what is there before a round: data, weights, and one name left by the round before.

    In a running notebook ``grad_h`` exists from the second round on. A sweep in forward order
    therefore raises no error: it quietly computes with the old one.
    """
    rng = np.random.default_rng(0)
    return {
        "X": rng.normal(size=(3, 2)),
        "y": rng.normal(size=(3, 1)),
        "W1": rng.normal(size=(2, 2)),
        "W2": rng.normal(size=(2, 1)),
        "lr": 0.5,
        "grad_h": rng.normal(size=(3, 2)),
    }


def letters(order: Any) -> str:
    """Return an order as eight capital letters.

    Raises
    ------
    AnswerError
        If it is not a string that holds each of the letters once.

    Examples
    --------
    >>> letters("c g e h b f a d")
    'CGEHBFAD'
    """
    if not isinstance(order, str):
        raise AnswerError('return the order as a string of letters, such as "CADB..."')
    kept = "".join(letter for letter in order.upper() if letter not in " ,-\n")
    if unknown := sorted(set(kept) - set(LINES)):
        raise AnswerError(f"there is no line {unknown[0]!r}: the lines are A to H")
    if missing := sorted(set(LINES) - set(kept)):
        raise AnswerError(f"line {missing[0]} is missing: each of the eight letters stands once")
    if len(kept) > len(LINES):
        twice = next(letter for letter in kept if kept.count(letter) > 1)
        raise AnswerError(f"line {twice} stands more than once: each letter stands once")
    return kept


def weights_after_one_round(answer: Callable[[], Any]) -> tuple[Any, Any] | None:
    """Run the lines in the learner's order and return the weights W1 and W2 that they leave.

    Raises
    ------
    AnswerError
        If a line needs a name that no line before it has made.

    Examples
    --------
    >>> weights_after_one_round(lambda: "GCEHBFAD")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    bpworkbook...AnswerError: line G needs h, which is not there yet: line C makes it
    """
    order = answer()
    if order is None:
        return None
    names = start()
    for letter in letters(order):
        line = LINES[letter]
        if missing := [name for name in line.needs if name not in names]:
            maker = next(other for other, made in LINES.items() if made.makes == missing[0])
            raise AnswerError(
                f"line {letter} needs {missing[0]}, which is not there yet: line {maker} makes it"
            )
        names[line.makes] = line.compute(*(names[name] for name in line.needs))
    return names["W1"], names["W2"]
