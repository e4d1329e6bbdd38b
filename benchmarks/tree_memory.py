"""How much memory a command and all that it starts occupy together."""

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.environment import BenchmarkError

PROC = Path("/proc")
PAUSE = 0.1
"""Seconds between two looks: each reads a few files for every process."""


@dataclass(frozen=True)
class Ran:
    """A command that has ended: its seconds, and the most bytes seen; 0 where none can be told."""

    seconds: float
    peak: int


def run_watched(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    codes: Sequence[int] = (0,),
) -> Ran:
    """Run a command to its end and watch how much memory it and its descendants occupy.

    Pages that several processes share count once (the proportional set size). Where the system
    keeps no ``/proc``, the peak is 0.

    Parameters
    ----------
    command : sequence of str
    folder : Path
        Where it runs.
    environment : mapping of str to str
    codes : sequence of int
        The exit codes that mean it worked.

    Raises
    ------
    BenchmarkError
        If it ends with another code; with the last that it said.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        list(command),
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    with Watch(process.pid) as watch:
        said, _ = process.communicate()
    seconds = time.perf_counter() - start
    if process.returncode not in codes:
        last = [line.strip() for line in said.splitlines() if line.strip()][-1:]
        raise BenchmarkError(
            f"{Path(command[0]).name} ended with code {process.returncode}: {' '.join(last)}"
        )
    return Ran(seconds, watch.peak)


class Watch:
    """Looks at a process and its descendants until it is left; ``peak`` is the most bytes seen."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(PAUSE):
            self.peak = max(self.peak, sum(map(proportional, family(self._pid))))


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it.

    >>> import os
    >>> not PROC.is_dir() or os.getpid() in family(os.getpid())
    True
    """
    children: dict[int, list[int]] = {}
    for entry in PROC.glob("[0-9]*/stat"):
        try:
            # The name of a process may hold spaces and brackets; what counts follows the last.
            words = entry.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        children.setdefault(int(words[1]), []).append(int(entry.parent.name))
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        todo += children.get(one, [])
    return found


def proportional(pid: int) -> int:
    """Return the bytes of a process, a page that n processes share as its n-th part.

    >>> import os
    >>> not PROC.is_dir() or proportional(os.getpid()) > 1_000_000
    True
    """
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended meanwhile, or is another user's
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
