"""Questions with a few options: predictions, read-offs, reviews; and the sentences they earn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


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
        One sentence that gives the reason.

    Raises
    ------
    ValueError
        If a part is empty, options repeat, or ``answer`` is no position in ``options``.

    Examples
    --------
    >>> ask = Choice("Twice the rate: the step is", ("half", "twice"), answer=1, why="It scales.")
    >>> ask.right
    'twice'
    """

    prompt: str
    options: Sequence[str]
    answer: int
    why: str

    def __post_init__(self) -> None:
        who = type(self).__name__
        if not self.prompt.strip() or not self.why.strip():
            raise ValueError(f"{who}: prompt or why is empty in {self.prompt!r}")
        if isinstance(self.options, str) or len(self.options) < 2:
            raise ValueError(f"{who}: options is {self.options!r}, wanted two or more words")
        if len(set(self.options)) != len(self.options) or not all(self.options):
            raise ValueError(f"{who}: options is {self.options!r}, wanted each once, none empty")
        self.position(self.answer, "answer")

    @property
    def right(self) -> str:
        """The right answer in words."""
        return self.options[self.answer]

    @property
    def asked(self) -> dict[str, Any]:
        """What a learner may know before answering: all but the answer and the reason.

        >>> Choice("Which?", ("a", "b"), answer=0, why="So.").asked
        {'prompt': 'Which?', 'options': ['a', 'b']}
        """
        return {"prompt": self.prompt, "options": list(self.options)}

    def position(self, chosen: Any, name: str = "choice") -> int:
        """Return ``chosen`` if it is a position in the options.

        Raises
        ------
        ValueError
            If it is none.

        Examples
        --------
        >>> Choice("Which?", ("a", "b"), answer=0, why="So.").position(2)
        Traceback (most recent call last):
        ValueError: Choice: choice is 2, wanted 0 to 1
        """
        if isinstance(chosen, bool) or chosen not in range(len(self.options)):
            raise ValueError(
                f"{type(self).__name__}: {name} is {chosen!r}, wanted 0 to {len(self.options) - 1}"
            )
        return int(chosen)

    def reconcile(self, predicted: int | None) -> str:
        """Set what was predicted beside what happens, and give the reason.

        Parameters
        ----------
        predicted : int or None
            Position of the learner's prediction; None if it was skipped.

        Returns
        -------
        str
            One or two sentences.

        Examples
        --------
        >>> ask = Choice("Which?", ("rises", "falls"), answer=1, why="The slope is positive.")
        >>> ask.reconcile(1)
        'You predicted “falls”, and so it is. The slope is positive.'
        >>> ask.reconcile(0)
        'You predicted “rises”; the experiment shows “falls”. The slope is positive.'
        >>> ask.reconcile(None)
        'The experiment shows “falls”. The slope is positive.'
        """
        if predicted is None:
            return f"The experiment shows “{self.right}”. {self.why}"
        if predicted == self.answer:
            return f"You predicted “{self.right}”, and so it is. {self.why}"
        said = self.options[predicted]
        return f"You predicted “{said}”; the experiment shows “{self.right}”. {self.why}"


@dataclass(frozen=True)
class ReviewQuestion(Choice):
    """A question for later lessons.

    Parameters
    ----------
    id : str
        Such as ``"09.r1"``: the name under which the answer is kept.

    Examples
    --------
    >>> ReviewQuestion("Sum of 1 and 2?", ("3", "4"), answer=0, why="Count.", id="00.r1").right
    '3'
    """

    id: str = field(kw_only=True)
