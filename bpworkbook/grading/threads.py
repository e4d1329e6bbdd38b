"""Grade on this machine: threads with a grader each.

Where there are several, a grader is a process of its own (`process`), for which its thread waits.
What a thread finishes goes through a queue to the caller's thread.
"""

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from bpworkbook.grading.keeper import Grader, GraderError, Keeper
from bpworkbook.grading.run import LOOK, Done, Task

LAST_WORDS = 4.0  # seconds that threads get to end after Ctrl-C


def default_workers() -> int:
    """Return one for each core that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


class Threads:
    """A `Source` of finished notebooks: threads, what they take from, and what they give to.

    Parameters
    ----------
    open_grader : callable
        Starts a grader; called in each thread.
    workers : int
        Threads; 0 for one a core.
    """

    def __init__(self, open_grader: Callable[[], Grader], workers: int = 0) -> None:
        self._open = open_grader
        self._workers = workers or default_workers()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._keepers: list[Keeper] = []
        self._threads: list[threading.Thread] = []

    def results(self, todo: Sequence[Task]) -> Iterator[Done]:
        """Start the threads and yield what they finish; raise what stopped one of them."""
        at_work = min(self._workers, max(len(todo), 1))
        self._todo = iter(todo)
        self._given: queue.Queue[Done | BaseException | None] = queue.Queue(4 * at_work)
        for number in range(at_work):
            keeper = Keeper(self._open)
            self._keepers.append(keeper)
            name = f"grader {number + 1}"
            self._threads.append(
                threading.Thread(target=self._work, args=(keeper,), name=name, daemon=True)
            )
        for thread in self._threads:
            thread.start()
        while at_work:
            try:
                given = self._given.get(timeout=LOOK)
            except queue.Empty:
                continue
            if given is None:
                at_work -= 1
            elif isinstance(given, BaseException):
                raise given
            else:
                yield given

    def stop(self) -> None:
        """End the threads; a box in which a submission still runs is ended under its thread."""
        self._stopped.set()
        self._join(LAST_WORDS / 2)
        for keeper in self._keepers:
            keeper.close()
        self._join(LAST_WORDS)

    def _join(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))

    def _work(self, keeper: Keeper) -> None:
        try:
            while (task := self._next()) is not None:
                if not self._give(_graded(task, keeper)):
                    return
        except BaseException as error:  # no box at all: told to the caller, who ends the run
            self._give(error)
        finally:
            keeper.close()
            self._give(None)

    def _next(self) -> Task | None:
        with self._lock:
            return None if self._stopped.is_set() else next(self._todo, None)

    def _give(self, what: Done | BaseException | None) -> bool:
        """Hand something to the writer, unless it has stopped listening."""
        while not self._stopped.is_set():
            try:
                self._given.put(what, timeout=LOOK)
            except queue.Full:
                continue
            return True
        return False


def _graded(task: Task, keeper: Keeper) -> Done:
    try:
        marks, box = keeper.grade(task.read(), task.questions, task.wanted, task.seed)
    except GraderError as error:
        return Done(task, failure=str(error))
    return Done(task, marks, box)
