"""Workers of the tests' own, and graders on them that need no box."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dask
from distributed import LocalCluster

from bpworkbook.grading.journal import Mark
from bpworkbook.grading.keeper import Grader
from bpworkbook.grading.worker import Setting
from bpworkbook.workbook import Question
from tests.grading.classroom import StandInGrader

ROOT = Path(__file__).parents[2]
DEADLY = b"this ends the worker"
BROKEN = b"this breaks the box"
SECRET = "known to workers alone"


@contextmanager
def workers(count: int = 2, threads: int = 1, deaths: int = 3) -> Iterator[LocalCluster]:
    """Start processes that are workers, each watched by a nanny that replaces it when it dies."""
    told = {
        "distributed.scheduler.allowed-failures": deaths,
        "distributed.nanny.environ.PYTHONPATH": str(ROOT),
        "distributed.nanny.environ.DASK_SECRET": SECRET,
    }
    with (
        dask.config.set(told),
        LocalCluster(
            n_workers=count,
            threads_per_worker=threads,
            processes=True,
            dashboard_address=":0",
            silence_logs=60,
        ) as cluster,
    ):
        yield cluster


class FarGrader(StandInGrader):
    """Ends its worker, or breaks, on notebooks that say so."""

    def grade(
        self, raw: bytes, questions: Sequence[Question], seed: int
    ) -> tuple[Sequence[Mark], str]:
        if DEADLY in raw:
            os.kill(os.getpid(), signal.SIGKILL)
        if BROKEN in raw:
            raise OSError("the box broke")
        return super().grade(raw, questions, seed)


@dataclass(frozen=True)
class FarSetting(Setting):
    """Workers with it need no box, and marks do not depend on the version of anything."""

    pause: float = 0.0

    def mismatch(self) -> str:
        return ""

    def opener(self) -> Callable[[], Grader]:
        return lambda: FarGrader(self.pause)


def until(happened: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait for something, with a limit that a busy machine does not reach."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def sockets(pid: int) -> set[str]:
    """The sockets that a process holds."""
    with os.scandir(f"/proc/{pid}/fd") as found:
        held = {os.readlink(entry.path) for entry in found}
    return {one for one in held if one.startswith("socket:")}


def alive(pid: int) -> bool:
    """Tell whether a process is there and has not ended."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
