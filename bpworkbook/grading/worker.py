"""On a worker of Dask: its boxes, and one notebook at a time in each.

Notebooks come as bytes and marks leave as plain data; nothing here touches the gradebook. A worker
starts a box for each of its threads, as they are needed. Threads of one process wait for one
another where they compute themselves, so workers of one thread each keep a machine busiest.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker

import bpworkbook
from bpworkbook.grading.box import BoxError, Limits, best_backend
from bpworkbook.grading.boxed import opener
from bpworkbook.grading.journal import Mark, MarkLike
from bpworkbook.grading.keeper import Grader, GraderError, Keeper
from bpworkbook.grading.proxy import SECONDS
from bpworkbook.grading.versions import version_of
from bpworkbook.lessons import lesson as open_lesson
from bpworkbook.workbook import Question

IDLE = 60.0  # seconds after which a box ends: the one who asked may have been killed
Row = dict[str, Any]


class WorkerError(Exception):
    """A worker cannot take part; the message is a sentence that names it."""


@dataclass(frozen=True)
class Setting:
    """What every worker is told before the first notebook.

    Parameters
    ----------
    versions : mapping of str to str
        The version of the grader for each lesson, as the one who asks has it.
    isolated : bool
        Refuse to work where no box isolates submissions.
    limits : Limits
        Of each submission.
    seconds : float
        How long the calls of one question may take.
    """

    versions: Mapping[str, str]
    isolated: bool = True
    limits: Limits = field(default_factory=Limits)
    seconds: float = SECONDS

    def mismatch(self) -> str:
        """Return in what this machine would grade differently, ``""`` where it does not."""
        for lesson, wanted in self.versions.items():
            here = version_here(lesson)
            if here != wanted:
                return (
                    f"has version {here} of what grades lesson {lesson}, but you have {wanted}; "
                    "install the same bpworkbook there, then start the worker again"
                )
        return ""

    def opener(self) -> Callable[[], Grader]:
        """Return what starts a box on this machine; raise BoxError where there is none."""
        return opener(best_backend(self.isolated), self.limits, self.seconds)


class Boxes(WorkerPlugin):
    """The boxes of one worker.

    Parameters
    ----------
    name : str
        Another one for each run.
    setting : Setting
    """

    def __init__(self, name: str, setting: Setting) -> None:
        self.name = name
        self._setting = setting

    async def setup(self, worker: Worker) -> None:
        """Compare versions and start the first box.

        Raises
        ------
        WorkerError
            If another version of the grader is installed here.
        BoxError
            If there is no box here, or none that isolates.
        """
        self._address = worker.address
        self._lock = threading.Lock()
        self._closed = False
        self._keepers: set[Keeper] = set()
        self._free: list[tuple[float, Keeper]] = []
        self._refusal: Exception | None = None
        self._tidying = asyncio.create_task(self._tidy())
        try:
            # A box takes a second to start, and the worker has to answer meanwhile.
            await asyncio.to_thread(self._prepare)
        except (WorkerError, BoxError) as error:
            self._refusal = error
            raise

    async def teardown(self, worker: Worker) -> None:
        """End all boxes, also under a thread that still grades in one."""
        self._tidying.cancel()
        with self._lock:
            self._closed = True
            keepers = list(self._keepers)
        await asyncio.to_thread(_close, keepers)

    def grade(
        self, raw: bytes, lesson: str, keys: Sequence[str], wanted: Sequence[str], seed: int
    ) -> tuple[list[Row], str]:
        """Return the marks of a notebook as plain data, and what it was run in."""
        if self._refusal is not None:
            raise self._refusal
        questions = [self._questions[lesson][key] for key in keys]
        keeper = self._take()
        try:
            marks, box = keeper.grade(raw, questions, wanted, seed)
        finally:
            with self._lock:
                self._free.append((time.monotonic(), keeper))
        return [row_of(mark) for mark in marks], box

    def _prepare(self) -> None:
        if trouble := self._setting.mismatch():
            raise WorkerError(f"worker {self._address} {trouble}")
        self._questions: dict[str, dict[str, Question]] = {
            lesson: {one.key: one for one in open_lesson(lesson).questions.values()}
            for lesson in self._setting.versions
        }
        try:
            self._open = self._setting.opener()
            keeper = self._take()
            keeper.start()
        except BoxError as error:
            raise BoxError(f"worker {self._address}: {error}") from error
        with self._lock:
            self._free.append((time.monotonic(), keeper))

    def _take(self) -> Keeper:
        with self._lock:
            if self._closed:
                raise GraderError("the run was stopped")
            if self._free:
                return self._free.pop()[1]
            keeper = Keeper(self._open)
            self._keepers.add(keeper)
            return keeper

    async def _tidy(self) -> None:
        """End boxes that nobody has needed for a while."""
        while True:
            await asyncio.sleep(IDLE / 4)
            with self._lock:
                long_ago = time.monotonic() - IDLE
                old = [keeper for since, keeper in self._free if since < long_ago]
                self._free = [pair for pair in self._free if pair[0] >= long_ago]
                self._keepers.difference_update(old)
            await asyncio.to_thread(_close, old)


def grade_one(
    name: str, raw: bytes, lesson: str, keys: Sequence[str], wanted: Sequence[str], seed: int
) -> tuple[list[Row], str]:
    """Grade one notebook on the worker that this is called on.

    Parameters
    ----------
    name : str
        Of the plugin that holds the boxes.
    raw : bytes
        The notebook.
    lesson : str
    keys : sequence of str
        The questions that are asked, in the lesson's order.
    wanted : sequence of str
        Those whose marks are wanted.
    seed : int

    Returns
    -------
    list of dict
        The fields of a mark each.
    str
        What the notebook was run in.
    """
    worker = get_worker()
    boxes = worker.plugins.get(name)
    if not isinstance(boxes, Boxes):
        raise WorkerError(f"worker {worker.address} was never told how to grade")
    return boxes.grade(raw, lesson, keys, wanted, seed)


def row_of(mark: MarkLike) -> Row:
    """Return a mark as plain data; ``Mark(**row)`` is the mark again.

    Examples
    --------
    >>> row_of(Mark("09.1:linear_backward", "passed", 3.0, 3.0))["outcome"]
    'passed'
    """
    row = {one.name: getattr(mark, one.name) for one in fields(Mark)}
    lines = tuple((str(label), str(text)) for label, text in mark.lines)
    return row | {"outcome": str(mark.outcome), "lines": lines}


@cache
def version_here(lesson: str) -> str:
    """Return the version of the grader that this process has loaded, though files change later."""
    try:
        return version_of(lesson)
    except Exception as error:  # a lesson that is not there, or cannot be read
        return f"{bpworkbook.__version__} ({type(error).__name__}: {error})"


def _close(keepers: Sequence[Keeper]) -> None:
    for keeper in keepers:
        keeper.close()
