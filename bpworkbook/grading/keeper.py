"""Keep a grader at work: a box that breaks is closed, and the notebook is tried in a new one."""

import threading
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from bpworkbook.grading.journal import MarkLike
from bpworkbook.workbook import Question

TRIES = 2  # a box that broke is started anew once


class Grader(Protocol):
    """What grades; it holds one box."""

    def grade(
        self, raw: bytes, questions: Sequence[Question], seed: int
    ) -> tuple[Sequence[MarkLike], str]:
        """Return the marks of a notebook and what it was run in."""

    def close(self) -> None:
        """End the box, from any thread, also while it grades."""


class GraderError(Exception):
    """The grader itself failed on a notebook; the message says how."""


class Keeper:
    """Holds one grader, for one thread; any thread may close it.

    Parameters
    ----------
    open_grader : callable
        Starts a box. What it raises is raised as it is: without a box nothing can be graded.

    Examples
    --------
    >>> class Slip:
    ...     def grade(self, raw, questions, seed):
    ...         raise OSError("the box broke")
    ...     def close(self):
    ...         print("closed")
    >>> Keeper(Slip).grade(b"{}", (), frozenset(), 0)
    Traceback (most recent call last):
    ...
    bpworkbook.grading.keeper.GraderError: OSError: the box broke
    """

    def __init__(self, open_grader: Callable[[], Grader]) -> None:
        self._open = open_grader
        self._grader: Grader | None = None
        self._lock = threading.Lock()
        self._closed = False

    def start(self) -> Grader:
        """Start a box where none is running, and return its grader.

        Raises
        ------
        GraderError
            If this keeper was closed.
        """
        if self._grader is not None:
            return self._grader
        grader = self._open()
        with self._lock:
            if not self._closed:
                self._grader = grader
                return grader
        grader.close()
        raise GraderError("the run was stopped")

    def grade(
        self, raw: bytes, questions: Sequence[Question], wanted: Collection[str], seed: int
    ) -> tuple[Sequence[MarkLike], str]:
        """Return the marks of a notebook and what it was run in, in a new box if the first breaks.

        Raises
        ------
        GraderError
            If the second box breaks too, or a wanted question gets no mark.
        """
        failure: Exception = GraderError("the run was stopped")
        for _ in range(TRIES):
            if self._closed:
                break
            grader = self.start()
            try:
                marks, box = grader.grade(raw, questions, seed)
                missing = set(wanted) - {mark.question for mark in marks}
                if not missing:
                    return marks, box
                raise RuntimeError(f"the grader gave no mark for {', '.join(sorted(missing))}")
            except Exception as error:  # whatever it is, it must not stop the others
                failure = error
                self._end()
        raise GraderError(f"{type(failure).__name__}: {failure}"[:500]) from failure

    def close(self) -> None:
        """End the box for good; may be called twice."""
        self._closed = True
        self._end()

    def _end(self) -> None:
        with self._lock:
            grader, self._grader = self._grader, None
        if grader is not None:
            grader.close()
