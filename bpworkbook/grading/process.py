"""A grader in a process of its own.

Half of the work on a submission is done in its box, and half by the grader: cases are drawn, right
values computed, and answers compared. Python lets one thread of a process compute at a time, so
graders that share a process wait for one another; two processes of one box each take three quarters
of the time of one with two. What goes between them is trusted on both sides: no submission runs in
either.
"""

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, BinaryIO

from bpworkbook.grading.box import Backend, BoxError, Limits
from bpworkbook.grading.box.backend import backend_named
from bpworkbook.grading.boxed import BoxGrader
from bpworkbook.grading.journal import MarkLike
from bpworkbook.grading.keeper import GraderError
from bpworkbook.grading.proxy import SECONDS
from bpworkbook.lessons import lesson as open_lesson
from bpworkbook.workbook import Question

START = "import sys; sys.path[:] = {!r}; from bpworkbook.grading.process import main; main()"
LAST_WORDS = 4.0  # seconds that a process gets to end its box
DONE, FAILED, NO_BOX = "done", "failed", "no box"


class ProcessGrader:
    """Grades one notebook after the other, as `BoxGrader` does, in another process.

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
        The number of the process.

    Raises
    ------
    BoxError
        If the box does not start there.
    """

    def __init__(
        self, backend: Backend, limits: Limits | None = None, seconds: float = SECONDS
    ) -> None:
        # No folder of the moment on its path, and no Ctrl-C: that is for the one who asks.
        command = [sys.executable, "-P", "-c", START.format(sys.path)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        self.pid = self._process.pid
        self._asked: Any = self._process.stdin
        self._answers: Any = self._process.stdout
        try:
            self._ask(backend.name, limits or Limits(), seconds)
        except BaseException:
            self.close()
            raise

    def grade(
        self, raw: bytes, questions: Sequence[Question], seed: int
    ) -> tuple[Sequence[MarkLike], str]:
        """Return the marks of a notebook and what it was run in.

        Raises
        ------
        GraderError
            If the grader failed, or its process has ended.
        """
        keys = [(question.lesson, question.key) for question in questions]
        marks, told = self._ask(raw, keys, seed)
        return marks, told

    def close(self) -> None:
        """End the process and its box, from any thread, also while it grades."""
        with suppress(OSError):  # what it was never told is of no use to it now
            self._asked.close()
        try:
            self._process.wait(LAST_WORDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, *asked: Any) -> Any:
        try:
            pickle.dump(asked, self._asked)
            self._asked.flush()
            kind, value = pickle.load(self._answers)
        except (OSError, EOFError, ValueError) as error:
            raise GraderError("the process of a grader has ended") from error
        if kind == DONE:
            return value
        raise BoxError(value) if kind == NO_BOX else GraderError(value)


def opener(
    backend: Backend, limits: Limits, seconds: float, workers: int
) -> Callable[[], BoxGrader | ProcessGrader]:
    """Return what starts a grader for each of some workers: one alone needs no process."""
    grader = ProcessGrader if workers > 1 else BoxGrader
    return partial(grader, backend, limits, seconds)


class Served:
    """The other end: answers until nobody asks any more."""

    def __init__(self, asked: BinaryIO, answers: BinaryIO) -> None:
        self._asked, self._answers = asked, answers
        self._waiting: queue.Queue[Any] = queue.Queue()
        self._grader: BoxGrader | None = None
        self._questions: dict[str, Question] = {}
        self._ended = False

    def run(self) -> None:
        """Listen in one thread, and grade in this one."""
        threading.Thread(target=self._listen, daemon=True).start()
        backend, limits, seconds = self._waiting.get()
        try:
            self._grader = BoxGrader(backend_named(backend), limits, seconds)
        except (BoxError, ValueError) as error:
            self._answer(NO_BOX, str(error))
            return
        self._answer(DONE, None)
        while True:
            raw, keys, seed = self._waiting.get()
            try:
                questions = [self._question(lesson, key) for lesson, key in keys]
                marks, told = self._grader.grade(raw, questions, seed)
            except Exception as error:  # told to the one who asked, who tries again elsewhere
                self._answer(FAILED, f"{type(error).__name__}: {error}")
                continue
            self._answer(DONE, (marks, told))

    def _listen(self) -> None:
        """Take in questions; when there can be no more, end the box and this process at once."""
        try:
            while True:
                self._waiting.put(pickle.load(self._asked))
        except (EOFError, OSError, pickle.UnpicklingError):
            self._ended = True
            if self._grader is not None:
                self._grader.close()
            os._exit(0)

    def _answer(self, kind: str, value: Any) -> None:
        if self._ended:  # marks of a submission whose box was ended under it
            return
        pickle.dump((kind, value), self._answers)
        self._answers.flush()

    def _question(self, lesson: str, key: str) -> Question:
        if key not in self._questions:
            found = open_lesson(lesson).questions.values()
            self._questions.update((question.key, question) for question in found)
        return self._questions[key]


def main() -> None:
    """Serve on the standard streams; what else is printed goes to the error stream."""
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    Served(asked, answers).run()
