"""Questions with a few options: predictions, read-offs, reviews; and the sentences they earn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bpworkbook.nn.errors import ArgumentError


class MultipleChoice(Protocol):
    """What a question must have to be asked here; `Choice` has it, and a review question too."""

    @property
    def prompt(self) -> str:
        """The question."""

    @property
    def options(self) -> Sequence[str]:
        """The possible answers."""

    @property
    def answer(self) -> int:
        """Position of the right answer."""

    @property
    def why(self) -> str:
        """One sentence that gives the reason."""


class ReviewLike(MultipleChoice, Protocol):
    """A question whose answer is kept for spaced review."""

    @property
    def id(self) -> str:
        """The name under which the answer is kept."""


class Recorder(Protocol):
    """Where answers are kept. Every method returns a sentence if it could not save, else ""."""

    def record_prediction(
        self, lesson: str, experiment: str, choice: str | None, correct: bool | None
    ) -> str:
        """Keep a prediction; None stands for a skipped one."""

    def record_read_off(self, lesson: str, experiment: str, value: str) -> str:
        """Keep what the learner observed."""

    def record_review(self, question_id: str, correct: bool) -> str:
        """Keep whether a review question was answered rightly."""


@dataclass(frozen=True)
class Choice:
    """A question with a few options, one of them right.

    Parameters
    ----------
    prompt : str
        The question; text between backticks is set as code.
    options : sequence of str
        Two or more answers.
    answer : int
        Position of the right one.
    why : str
        One sentence that reconciles the prediction with the outcome.

    Raises
    ------
    ArgumentError
        If a part is empty, options repeat, or ``answer`` is no position in ``options``.

    Examples
    --------
    >>> ask = Choice("Twice the rate: the step is", ("half", "twice"), answer=1, why="It scales.")
    >>> ask.options[ask.answer]
    'twice'
    """

    prompt: str
    options: Sequence[str]
    answer: int
    why: str

    def __post_init__(self) -> None:
        if not self.prompt.strip() or not self.why.strip():
            raise ArgumentError(f"Choice: prompt or why is empty in {self.prompt!r}")
        if isinstance(self.options, str) or len(self.options) < 2:
            raise ArgumentError(f"Choice: options is {self.options!r}, wanted two or more words")
        if len(set(self.options)) != len(self.options) or not all(self.options):
            raise ArgumentError(
                f"Choice: options is {self.options!r}, wanted each once, none empty"
            )
        if isinstance(self.answer, bool) or self.answer not in range(len(self.options)):
            raise ArgumentError(
                f"Choice: answer is {self.answer!r}, wanted 0 to {len(self.options) - 1}"
            )


def asked(question: MultipleChoice) -> dict[str, Any]:
    """Return what the browser may know of a question: all but the answer and the reason.

    Examples
    --------
    >>> asked(Choice("Which?", ("a", "b"), answer=0, why="So."))
    {'prompt': 'Which?', 'options': ['a', 'b']}
    """
    return {"prompt": question.prompt, "options": list(question.options)}


def option(question: MultipleChoice, chosen: Any) -> int:
    """Check a position that came from the browser.

    Raises
    ------
    ArgumentError
        If ``chosen`` is no position in the options.

    Examples
    --------
    >>> option(Choice("Which?", ("a", "b"), answer=0, why="So."), 1)
    1
    """
    if isinstance(chosen, bool) or chosen not in range(len(question.options)):
        raise ArgumentError(
            f"option: choice is {chosen!r}, wanted 0 to {len(question.options) - 1}"
        )
    return int(chosen)


def reconcile(question: MultipleChoice, predicted: int | None) -> str:
    """Set what was predicted beside what happens, and give the reason.

    Parameters
    ----------
    question : MultipleChoice
        The question that was asked before the experiment.
    predicted : int or None
        Position of the learner's prediction; None if it was skipped.

    Returns
    -------
    str
        One or two sentences.

    Examples
    --------
    >>> ask = Choice("Which?", ("rises", "falls"), answer=1, why="The slope is positive.")
    >>> reconcile(ask, 1)
    'You predicted “falls”, and so it is. The slope is positive.'
    >>> reconcile(ask, 0)
    'You predicted “rises”; the experiment shows “falls”. The slope is positive.'
    >>> reconcile(ask, None)
    'The experiment shows “falls”. The slope is positive.'
    """
    shown = question.options[question.answer]
    if predicted is None:
        return f"The experiment shows “{shown}”. {question.why}"
    if predicted == question.answer:
        return f"You predicted “{shown}”, and so it is. {question.why}"
    said = question.options[predicted]
    return f"You predicted “{said}”; the experiment shows “{shown}”. {question.why}"
