"""Grade on many machines: a Dask scheduler hands notebooks to its workers, one writes the marks.

Workers can be lost at any time: Dask gives their notebooks to others, and a notebook's marks are
taken once. A notebook that ends one worker after the other costs its own marks alone.
"""

import asyncio
import queue
import time
import uuid
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import suppress
from importlib.metadata import version as installed
from typing import Any

from distributed import Client, Future, KilledWorker, Security, rpc

import bpworkbook
from bpworkbook.grading.box import BoxError
from bpworkbook.grading.journal import Mark
from bpworkbook.grading.keeper import GraderError
from bpworkbook.grading.run import LOOK, Done, Task
from bpworkbook.grading.worker import Boxes, Setting, WorkerError, grade_one

CONNECT = 5.0  # seconds for a scheduler to answer
FIRST = 5.0  # seconds for it to have a worker
FETCH = 5.0  # seconds for marks that are there to come; they may have been lost with their worker
RETRIES = 2  # of a notebook whose box broke; the next worker may be a better one
COUNT = 2.0  # seconds between two looks at how many workers there are
PATIENCE = 60.0  # seconds without any worker
KILLED = "it ended several workers, one after the other"
AHEAD = 2  # notebooks on their way for each thread, so that none has to wait


class ClusterError(Exception):
    """The cluster cannot be used; the message is one sentence."""


class Cluster:
    """A `Source` of finished notebooks: the workers of a Dask scheduler.

    Parameters
    ----------
    address : str
        Of the scheduler, ``tcp://host:8786``.
    setting : Setting
    workers : int
        The most notebooks at work at a time; 0 for as many as the workers have threads.

    Raises
    ------
    ClusterError
        If no scheduler answers, it has no workers, or bpworkbook is not installed there.
    WorkerError
        If a worker has another version of the grader.
    BoxError
        If a worker has no box that isolates, and one is wanted.
    """

    def __init__(self, address: str, setting: Setting, workers: int = 0) -> None:
        self._address = address
        self._most = workers
        self._name = f"bpworkbook-{uuid.uuid4().hex}"
        self._number = 0
        self._out: dict[str, tuple[Future[Any], Task]] = {}
        self._done: queue.Queue[str] = queue.Queue()
        self._client = _connect(address)
        try:
            self._tell_workers(setting)
            self._count()
        except BaseException:
            self.stop()
            raise

    @property
    def threads(self) -> int:
        """How many notebooks the workers can grade at a time."""
        return self._threads

    def results(self, todo: Sequence[Task]) -> Iterator[Done]:
        """Yield what the workers finish; raise what no other worker would do better."""
        alone: list[Task] = []
        for done in self._flow(todo):
            if done.failure == KILLED:
                alone.append(done.task)
            else:
                yield done
        # Workers died under these, but there were always others at work beside them.
        for task in alone:
            yield from self._flow([task])

    def stop(self) -> None:
        """Cancel what is at work, end the boxes and hang up; may be called twice."""
        # Where the cluster is gone, there is nothing left to end.
        with suppress(Exception):
            if self._client.status == "running":
                self._client.cancel([future for future, _ in self._out.values()], force=True)
                self._client.unregister_worker_plugin(self._name)
        self._out.clear()
        self._client.close(timeout=CONNECT)

    def _tell_workers(self, setting: Setting) -> None:
        """Start the boxes, here and on every worker that comes later."""
        try:
            self._client.run_on_scheduler(_installed)
        except Exception as error:
            raise ClusterError(self._lacks("the scheduler", error)) from error
        try:
            self._client.register_plugin(Boxes(self._name, setting))
        except (BoxError, WorkerError):
            raise
        except Exception as error:
            raise ClusterError(self._lacks("a worker", error)) from error

    def _lacks(self, who: str, error: Exception) -> str:
        return (
            f"{who} of {self._address} cannot load what grades ({type(error).__name__}: {error}); "
            "install the same bpworkbook[dask] there"
        )

    def _flow(self, todo: Iterable[Task]) -> Iterator[Done]:
        """Keep the workers busy with notebooks and yield each one once."""
        waiting = iter(todo)
        while True:
            self._look()
            while len(self._out) < (self._most or AHEAD * max(1, self._threads)):
                task = next(waiting, None)
                if task is None:
                    break
                try:
                    self._send(task, task.read())
                except GraderError as error:
                    yield Done(task, failure=str(error))
            if not self._out:
                return
            yield self._next()

    def _send(self, task: Task, raw: bytes) -> None:
        self._number += 1
        key = f"{self._name}-{self._number}"
        keys = tuple(question.key for question in task.questions)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph")  # a notebook full of pictures
            future = self._client.submit(
                grade_one,
                self._name,
                raw,
                task.found.lesson,
                keys,
                tuple(task.wanted),
                task.seed,
                key=key,
                pure=False,
                retries=RETRIES,
            )
        self._out[key] = (future, task)
        self._listen(future)

    def _listen(self, future: "Future[Any]") -> None:
        future.add_done_callback(lambda future: self._done.put(future.key))

    def _next(self) -> Done:
        while True:
            try:
                key = self._done.get(timeout=LOOK)
            except queue.Empty:
                self._look()
                continue
            future, task = self._out[key]
            done = self._came_of(future, task)
            if done is not None:
                del self._out[key]
                return done
            self._look()  # what was lost may be told as done again and again
            self._listen(future)

    def _came_of(self, future: "Future[Any]", task: Task) -> Done | None:
        """Return what came of a task; None where it was lost with its worker and is done again."""
        try:
            rows, box = future.result(timeout=FETCH)
        except (BoxError, WorkerError):
            raise
        except (CancelledError, asyncio.CancelledError) as error:
            raise ClusterError(self._lost) from error
        except KilledWorker:
            return Done(task, failure=KILLED)
        except Exception as error:
            if future.status != "error":
                return None
            told = "" if isinstance(error, GraderError) else f"{type(error).__name__}: "
            return Done(task, failure=f"{told}{error}"[:500])
        return Done(task, [Mark(**row) for row in rows], box)

    def _look(self) -> None:
        """Count the workers from time to time; raise if there are none for long."""
        now = time.monotonic()
        if now < self._counted + COUNT:
            return
        if self._client.status != "running":
            raise ClusterError(self._lost)
        self._count()
        if now > self._seen + PATIENCE:
            raise ClusterError(
                f"{self._address} has had no worker for {PATIENCE:.0f} seconds; start some, "
                "then run this again"
            )

    def _count(self) -> None:
        self._threads: int = sum(self._client.nthreads().values())
        self._counted = time.monotonic()
        if self._threads:
            self._seen = self._counted

    @property
    def _lost(self) -> str:
        return f"the connection to {self._address} was lost; run this again and it goes on"


def _installed() -> str:
    return bpworkbook.__version__


def _connect(address: str) -> Client:
    nobody = f"no Dask scheduler answers at {address}"
    try:
        # A client that cannot connect goes on trying for long, so someone has to be there first.
        asking = asyncio.wait_for(_who(address), CONNECT + 1)
        with ThreadPoolExecutor(1) as own:  # in Jupyter a loop runs in this thread already
            kind, version = own.submit(asyncio.run, asking).result()
        if kind != "Scheduler":
            raise ClusterError(f"{nobody}, for that is a {kind.lower()}")
        if version != (ours := installed("distributed")):
            raise ClusterError(
                f"the scheduler at {address} has Dask {version}, but you have {ours}; "
                "install the same on both"
            )
        client = Client(address, timeout=CONNECT, set_as_default=False)
    except ClusterError:
        raise
    except Exception as error:
        why = str(error) or "what is there does not speak Dask"
        raise ClusterError(f"{nobody} ({why})") from error
    try:
        client.wait_for_workers(1, timeout=FIRST)
    except TimeoutError as error:
        client.close()
        told = f"the scheduler at {address} has no workers; start `dask worker {address}` somewhere"
        raise ClusterError(told) from error
    return client


async def _who(address: str) -> tuple[str, str]:
    """Return what answers at an address, a scheduler or something else, and its version of Dask."""
    secured = Security().get_connection_args("client")
    async with rpc(address, timeout=CONNECT, connection_args=secured) as other:
        told, versions = await other.identity(), await other.versions()
    return str(told["type"]), str(versions["packages"]["distributed"])
