"""What a thread of a run grades with: a box, and what becomes of a notebook that is none."""

import os
from collections.abc import Callable, Sequence
from contextlib import closing

from bpworkbook.grading.box import Backend, Box, BoxError, Limits
from bpworkbook.grading.errors import ChildDied, OutOfTime, RemoteError
from bpworkbook.grading.grade import grade_submission
from bpworkbook.grading.gradebook import NOT_GRADABLE
from bpworkbook.grading.journal import Mark, MarkLike
from bpworkbook.grading.proxy import SECONDS
from bpworkbook.grading.reader import ReadError, read_notebook
from bpworkbook.grading.session import opening
from bpworkbook.grading.variants import variant_in
from bpworkbook.workbook import Question
from bpworkbook.workbook.variants import seed_of

PROBE = "def probe(x):\n    return 2 * x"
PATIENCE = 30.0  # seconds, for the first call on a busy machine


class BoxGrader:
    """Grades one notebook after the other in one box.

    Parameters
    ----------
    backend : Backend
    limits : Limits, optional
        Of each submission.
    seconds : float
        How long the calls of one question may take.

    Attributes
    ----------
    pid : int
        The number of the process that it computes in: this one.
    """

    def __init__(
        self, backend: Backend, limits: Limits | None = None, seconds: float = SECONDS
    ) -> None:
        self.pid = os.getpid()
        self._seconds = seconds
        self._box: Box = backend.start(limits)
        try:
            self._try_out()
            self._box.prepare(opening())
        except BaseException:
            self._box.close()
            raise
        self._told = backend.name if backend.isolated else f"{backend.name}, not isolated"

    def grade(
        self, raw: bytes, questions: Sequence[Question], seed: int
    ) -> tuple[Sequence[MarkLike], str]:
        """Return the marks of a notebook and what it was run in.

        A file that is no notebook is run in nothing; someone has to look at it.
        """
        self._box.begin()  # a child is forked while the notebook is read
        try:
            submission = read_notebook(raw)
        except ReadError as error:
            return [unread(question, str(error)) for question in questions], ""
        shown = seed_of(variant_in(raw))
        marks = grade_submission(submission, questions, self._box, seed, self._seconds, shown)
        return marks, self._told

    def _try_out(self) -> None:
        """Ask a child something easy: in a box that does not work a whole class would fail."""
        try:
            with closing(self._box.child([PROBE])) as child:
                answer = child.call("probe", (21,), seconds=PATIENCE)
        except (ChildDied, OutOfTime, RemoteError) as error:
            raise BoxError(f"{self._box.name}: the box does not work: {error}") from error
        if answer != 42:
            raise BoxError(f"{self._box.name}: the box does not work: it gives wrong answers")

    def close(self) -> None:
        """End the box."""
        self._box.close()


def unread(question: Question, why: str) -> Mark:
    """Return the mark of a question whose notebook cannot be read: not gradable, never wrong.

    Examples
    --------
    >>> from bpworkbook.lessons import lesson
    >>> question = lesson("09").questions["linear_backward"]
    >>> unread(question, "this is an archive, not a notebook").outcome
    'not gradable'
    """
    lines = (("not yet", f"this file cannot be read as a notebook: {why}"),)
    points = float(question.points)
    return Mark(question.key, NOT_GRADABLE, 0.0, points, lines=lines, remark=why)


def opener(
    backend: Backend, limits: Limits | None = None, seconds: float = SECONDS
) -> Callable[[], BoxGrader]:
    """Return what starts a box in each thread."""
    return lambda: BoxGrader(backend, limits, seconds)
