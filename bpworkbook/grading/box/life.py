"""A child's process as the grader sees it: what it uses, why it ended, and how to end it."""

import os
import signal
import time
from dataclasses import dataclass, field
from typing import Protocol

from bpworkbook.grading.box import watch
from bpworkbook.grading.box.limits import Limits
from bpworkbook.grading.errors import ChildDied, OutOfTime

TICK = 0.05  # seconds between two looks at what the child uses
STARVED = 5.0  # a child that others keep from computing gets up to this many times its seconds


class Parent(Protocol):
    """What has started the child: tells how it ended."""

    def status_of(self, number: int, seconds: float) -> int | None:
        """Wait until a child has ended; its status, None where it is not told in time."""

    def buried(self, number: int, seconds: float) -> None:
        """Wait until nothing of a child is left, and make sure of it."""


@dataclass
class Life:
    """A child's process.

    Parameters
    ----------
    parent : Parent
    number : int
        The parent's number for it.
    limits : Limits
    scratch : str
        Its folder on this machine, ``""`` where it has none.
    single : bool
        Whether the box keeps it from starting other processes.
    """

    parent: Parent
    number: int
    limits: Limits
    scratch: str
    single: bool
    pid: int = 0
    _descriptor: int | None = None
    _cpu: float = 0.0
    _ended: bool = False

    def found(self, pid: int) -> None:
        """Note its process number."""
        self.pid = pid
        self._descriptor = watch.descriptor_of(pid)

    def look(self, clock: "Clock", print_count: int) -> None:
        """Raise if the child is out of time, or beyond a limit that only the grader holds."""
        if print_count > self.limits.printed:
            raise ChildDied("output", f"it printed more than {self.limits.printed:,} bytes")
        if not clock.due():
            return
        use = watch.use_of(self.pid)
        if use is not None:
            self._cpu = use.cpu
            if use.threads > self.limits.processes:
                raise ChildDied("processes", f"it started {use.threads} threads")
        if not self.single and len(watch.descendants(self.pid)) >= self.limits.processes:
            raise ChildDied("processes", "it started too many processes")
        if self.scratch and watch.too_much(self.scratch, self.limits):
            raise ChildDied("files", "its files are too many or too long")
        clock.judge(use)

    def reason(self) -> ChildDied | OutOfTime:
        """Return why the child hung up, by the status that its parent was told."""
        status = self.parent.status_of(self.number, 1.0)
        if status is None:
            return ChildDied("wire", "it closed its line to the grader")
        if os.WIFEXITED(status):
            return ChildDied("exit", f"it ended itself with status {os.WEXITSTATUS(status)}")
        number = os.WTERMSIG(status)
        if number == signal.SIGXCPU or self._cpu > self.limits.cpu_seconds - 1:
            return OutOfTime(f"it computed for {self.limits.cpu_seconds} seconds in all")
        if number == signal.SIGXFSZ:
            return ChildDied("files", "it wrote a file that is too long")
        try:
            return ChildDied("crash", signal.Signals(number).name)
        except ValueError:
            return ChildDied("crash", f"signal {number}")

    def end(self) -> None:
        """End the process and all that it started; may be called twice."""
        if self._ended:
            return
        self._ended = True
        if not self.single:
            watch.end_all_below(self.pid)
        watch.kill(self.pid, self._descriptor)
        self.parent.buried(self.number, 5.0)
        if self._descriptor is not None:
            os.close(self._descriptor)
        if self.scratch:
            watch.remove(self.scratch)


@dataclass
class Clock:
    """How long an answer may still take."""

    seconds: float
    start: float = field(default_factory=time.monotonic)
    _next: float = 0.0
    _cpu_before: float | None = None

    def due(self) -> bool:
        """Tell whether it is time to look at the child."""
        now = time.monotonic()
        if self._next == 0.0:
            self._next = self.start + min(TICK, self.seconds)
        if now < self._next:
            return False
        self._next = now + TICK
        return True

    def judge(self, use: watch.Use | None) -> None:
        """Raise `OutOfTime` if the time is up, and nobody kept the child from computing."""
        late = time.monotonic() - self.start
        if use is not None and self._cpu_before is None:
            self._cpu_before = max(0.0, use.cpu - late)
        if late < self.seconds:
            return
        computed = late if use is None else use.cpu - (self._cpu_before or 0.0)
        waits = use is None or not use.busy
        if waits or computed >= self.seconds or late >= STARVED * self.seconds:
            raise OutOfTime(f"there was no answer after {self.seconds:g} seconds")
