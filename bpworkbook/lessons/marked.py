"""A lesson while nbgrader runs its notebook: a wrong answer is an error, and nothing is kept.

nbgrader gives a check cell its points unless the cell fails, and feedback that is returned is no
failure. It also takes whatever stands on standard error for one, so what an answer writes there
is left out, and a value that the cell ends with for a number of points, so a pass is only shown.
"""

from collections.abc import Callable
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Any

from bpworkbook.lessons.lesson import Lesson
from bpworkbook.workbook import Feedback, Store
from bpworkbook.workbook.store import empty


class NotPassedError(Exception):
    """An answer that is not right yet; its traceback is the card, for the lines are what helps."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class Passed(Feedback):
    """Feedback that is shown as a card, and never as the value of a cell."""

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.card())  # type: ignore[no-untyped-call]


class Unkept(Store):
    """Progress that ends with the kernel: a run of the grader is no attempt of a learner.

    Examples
    --------
    >>> Unkept().record_hint("09.1:linear_backward", 1)
    ''
    """

    def __init__(self) -> None:
        super().__init__(Path("progress.json"))
        self._unsaved = empty()

    def update(self, change: Callable[[dict[str, Any]], None]) -> str:
        """Apply ``change`` to the progress, and write nothing."""
        change(self.load())
        return ""


class MarkedLesson(Lesson):
    """What `lesson` opens in a notebook that nbgrader runs."""

    def __init__(self, number: str, variant: str = "") -> None:
        super().__init__(number, Unkept(), variant)

    def check(self, answer: Callable[..., Any]) -> Passed:
        """Check an answer.

        Raises
        ------
        NotPassedError
            If it is not right, or not there yet.
        """
        with redirect_stderr(StringIO()):
            feedback = super().check(answer)
        if not feedback.outcome.passed:
            raise NotPassedError(str(feedback))
        return Passed(**vars(feedback))
