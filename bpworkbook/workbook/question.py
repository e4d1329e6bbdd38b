"""What a question is: a reference, cases, and the wrong answers that it recognises."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpworkbook.workbook.catalogue import entry

Answer = Callable[..., Any]
Args = tuple[Any, ...]


class AnswerError(Exception):
    """Raised by a question's ``apply`` for an answer it cannot use; its text is shown as is."""


@dataclass(frozen=True)
class Mistake:
    """A known wrong answer: the detector of the mistake, and the test of the detector.

    Parameters
    ----------
    code : str
        The mistake's code in ``catalogue.toml``, such as ``"M55"``.
    wrong : callable
        A function with the exercise's signature that makes this mistake.
    hint : str
        A hint for this exercise alone; without it the catalogue's hint is shown.
    """

    code: str
    wrong: Answer
    hint: str = ""

    @property
    def title(self) -> str:
        """What the mistake is called."""
        return entry(self.code).title

    @property
    def advice(self) -> str:
        """The sentence shown to a learner who made it."""
        return self.hint or entry(self.code).hint


@dataclass(frozen=True)
class SlowAnswer:
    """When a right answer is too slow: a case large enough to time, and the ratio allowed.

    Parameters
    ----------
    args : callable
        ``args(rng)`` gives the arguments of a case worth timing.
    times : float
        An answer this many times slower than the reference is slow (mistake M07).
    than : callable, optional
        A slow answer that is given to the learner: theirs must be ``times`` times as fast.
    required : bool
        Whether a slow answer fails; otherwise it passes with a remark.
    """

    args: Callable[[np.random.Generator], Args]
    times: float = 20.0
    than: Answer | None = None
    required: bool = False


@dataclass(frozen=True)
class Question:
    """An exercise that can be checked.

    Parameters
    ----------
    id, name : str
        The exercise's number, ``"09.1"``, and the name of the function that answers it.
    reference : callable
        A right answer.
    cases : callable
        ``cases(rng)`` gives a list of argument tuples. The first is the small example; the others
        have other sizes, so that a wrong answer cannot hide in a square or a single row.
    mistakes : sequence of Mistake
        The wrong answers that are recognised.
    hints : tuple of three str
        Where to look, the principle, and the line in words.
    also_right : sequence of callable
        Right answers written differently; the test suite holds that they pass.
    outputs : tuple of str
        Names of the returned values, in order.
    summary : str
        What the function returns, in one line.
    apply : callable, optional
        ``apply(answer, *args)`` makes a value of an answer that is not simply called.
    accept : callable, optional
        ``accept(value, args)`` judges an answer that can be right in many ways. It returns ``""``,
        the code of one of ``mistakes``, or a sentence that says what is wrong.
    rtol : float
        Relative tolerance in float64; float32 is compared at 1e-4.
    keeps_dtype : bool
        Whether float32 inputs must give float32 outputs (checked on a copy of the first case).
    slow : SlowAnswer, optional
        How slow an answer may be.
    example : callable, optional
        ``example(rng)`` gives the arguments of a worked example as hard as the first case, for
        notebooks in which each student has numbers of their own; see `redrawn`.

    Examples
    --------
    >>> double = Question(
    ...     id="00.1", name="double", points=1, reference=lambda x: 2 * x, summary="twice x",
    ...     cases=lambda rng: [(np.array([1.0, 2.0]),)], mistakes=(), hints=("a", "b", "c"))
    >>> double.key
    '00.1:double'
    """

    id: str
    name: str
    points: int
    reference: Answer
    cases: Callable[[np.random.Generator], list[Args]]
    mistakes: Sequence[Mistake]
    hints: tuple[str, str, str]
    also_right: Sequence[Answer] = ()
    outputs: tuple[str, ...] = ()
    summary: str = ""
    apply: Callable[..., Any] | None = None
    accept: Callable[[Any, Args], str] | None = None
    rtol: float = 1e-6
    keeps_dtype: bool = True
    slow: SlowAnswer | None = None
    example: Callable[[np.random.Generator], Args] | None = None

    def __hash__(self) -> int:
        """Make a key for what is remembered of a question, whatever its sequences are."""
        return hash(self.key)

    @property
    def key(self) -> str:
        """The question's name in the progress file."""
        return f"{self.id}:{self.name}"

    @property
    def lesson(self) -> str:
        """The number of the lesson that asks it."""
        return self.id.split(".")[0]

    def value(self, answer: Answer, args: Args) -> Any:
        """Return what ``answer`` makes of one case."""
        return self.apply(answer, *args) if self.apply else answer(*args)

    def mistake(self, code: str) -> Mistake | None:
        """Return the listed mistake with this code, if there is one."""
        return next((known for known in self.mistakes if known.code == code), None)
