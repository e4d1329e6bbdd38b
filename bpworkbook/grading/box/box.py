"""A box: a fork server that runs somewhere safe, and the children that it forks."""

import json
import os
import select
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bpworkbook.grading.box import watch
from bpworkbook.grading.box.child import Child, Given
from bpworkbook.grading.box.harden import SCRATCH
from bpworkbook.grading.box.layout import Layout, copy_code
from bpworkbook.grading.box.life import Life
from bpworkbook.grading.box.limits import Limits
from bpworkbook.grading.box.line import Line, pair, receive_with_sender, send_with_files
from bpworkbook.grading.errors import ChildDied, OutOfTime, RemoteError

START = 60.0  # seconds for a server to import NumPy and IPython, on a busy machine
SETUP = 10.0


class BoxError(Exception):
    """The box itself does not work; no submission is to blame."""


@dataclass(frozen=True)
class Plan:
    """How a backend starts its server.

    Parameters
    ----------
    name : str
        The backend's name.
    command : callable
        ``command(layout, code, control, scratch)`` gives the command and its environment.
    scratch_here : bool
        Whether children write to folders of this machine, not to file systems of their own.
    single : bool
        Whether a child cannot start other processes.
    """

    name: str
    command: Callable[[Layout, str, int, str], tuple[list[str], dict[str, str]]]
    scratch_here: bool
    single: bool


class Box:
    """A running fork server. Not for several threads at once: start a box for each.

    Parameters
    ----------
    plan : Plan
    limits : Limits
        Of every child.

    Raises
    ------
    BoxError
        If the server does not start.
    """

    def __init__(self, plan: Plan, limits: Limits) -> None:
        self.name = plan.name
        self.limits = limits
        self._plan = plan
        self._layout = Layout.of_this_python()
        self._count = 0
        self._closed = False
        self._children: list[Child] = []
        self._begun: Child | None = None
        self._opening: tuple[str, ...] = ()
        self._alive = False
        self._start()

    def child(
        self,
        setup_cells: Sequence[str] = (),
        seconds: float = SETUP,
        given: Given | None = None,
    ) -> Child:
        """Fork a child and run cells in it.

        A cell that fails is written down in ``child.troubles`` and the next is run. After one that
        ends the child, or never ends itself, all is begun again without it.

        Parameters
        ----------
        setup_cells : sequence of str
        seconds : float
            How long each cell may take.
        given : dict of dict, optional
            Functions that stay here and can be imported there, by module and name.

        Raises
        ------
        BoxError
            If the box starts no child any more.
        """
        troubles: dict[int, Exception] = {}
        deadly: set[int] = set()
        while True:
            child = self._fork()
            try:
                if given:
                    child.give(given)
                for place, source in enumerate(setup_cells):
                    if place in deadly:
                        continue
                    try:
                        child.run_cell(source, seconds)
                    except RemoteError as error:
                        troubles[place] = error
                    except (ChildDied, OutOfTime) as error:
                        troubles[place] = error
                        deadly.add(place)
                        break
                else:
                    child.troubles = troubles
                    return child
            except BaseException:
                child.close()
                raise

    def begin(self) -> None:
        """Let the server fork the next child while the caller does something else.

        There is never more than one child: call it when the last one has ended.
        """
        if self._alive and self._begun is None:
            with suppress(OSError):  # `child` will see that too, and start a new server
                self._begun = self._request()

    def prepare(self, cells: Sequence[str]) -> None:
        """Run cells of ours in the server: every child that is forked from now on has run them.

        Parameters
        ----------
        cells : sequence of str
            Trusted code, for the server is no child. Other cells than before need a new server.

        Raises
        ------
        BoxError
            If one of them fails.
        """
        if tuple(cells) == self._opening:
            return
        if self._opening or self._begun:
            self._stop()
        self._opening = tuple(cells)
        if self._alive:
            self._run_opening()

    def close(self) -> None:
        """End the server, all children and all that they started; may be called twice."""
        if self._closed:
            return
        self._closed = True
        for child in self._children:
            child.close()
        self._stop()

    def __enter__(self) -> "Box":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The server's process number on this machine."""
        return self._pid

    def status_of(self, number: int, seconds: float) -> int | None:
        """Wait until a child has ended; its status, None where it is not told in time."""
        deadline = time.monotonic() + seconds
        while number not in self._statuses:
            if not self._hear(deadline - time.monotonic()):
                return None
        return self._statuses[number]

    def buried(self, number: int, seconds: float) -> None:
        """Wait until nothing of a child is left; a server that does not bury it is ended itself."""
        if self.status_of(number, seconds) is None:
            self._stop()
        elif not self._plan.single:
            alive = {child.pid for child in self._children if child.alive}
            if not alive:  # what a child has left behind belongs to the server now
                watch.end_all_below(self._pid)
        self._statuses.pop(number, None)

    def _fork(self) -> Child:
        if self._closed:
            raise BoxError("this box is closed")
        for _ in range(2):
            if not self._alive:
                self._start()
            try:
                return self._try_fork()
            except (OSError, ChildDied) as error:
                problem = error
                self._stop()
        raise BoxError(f"{self.name}: the box starts no child ({problem})")

    def _try_fork(self) -> Child:
        self._children = [child for child in self._children if child.alive]
        child, self._begun = self._begun or self._request(), None
        child.wait_until_ready()
        self._children.append(child)
        return child

    def _request(self) -> Child:
        self._count += 1
        scratch = tempfile.mkdtemp(dir=self._scratch) if self._plan.scratch_here else ""
        ours, theirs = pair()
        reading, writing = os.pipe()
        line = Line(ours, reading, self.limits.output)
        life = Life(self, self._count, self.limits, scratch, self._plan.single)
        child = Child(line, life)
        try:
            request = {
                "number": self._count,
                "limits": self.limits.to_json(),
                "scratch": scratch or SCRATCH,
                "address_space": self._baseline and self._baseline + self.limits.memory,
            }
            told = json.dumps(request).encode() + b"\n"
            send_with_files(self._control, told, [theirs.fileno(), writing])
        finally:
            theirs.close()
            os.close(writing)
        return child

    def _start(self) -> None:
        self._statuses: dict[int, int] = {}
        self._prepared: str | None = None
        self._heard = b""
        self._scratch = ""
        if self._plan.scratch_here:
            self._scratch = tempfile.mkdtemp(prefix="bpworkbook-scratch-")
        code = copy_code()
        try:
            self._launch(code)
            ready, _, _ = select.select([self._control], [], [], START)
            data, pid = receive_with_sender(self._control) if ready else (b"", 0)
        finally:
            watch.remove(code)  # all of it is in memory now, and no kill can leave it behind
        if not data:
            self._stop()
            raise BoxError(f"{self.name}: the box does not start: {self._last_words}")
        self._pid = pid or int(json.loads(data)["pid"])
        if self._opening:
            self._run_opening()
        self._baseline = watch.address_space(self._pid)

    def _run_opening(self) -> None:
        self._prepared = None
        told = json.dumps({"cells": self._opening}).encode() + b"\n"
        self._control.sendall(told)
        deadline = time.monotonic() + START
        while self._prepared is None and self._hear(deadline - time.monotonic()):
            pass
        if self._prepared != "":
            self._stop()
            why = self._prepared or self._last_words
            raise BoxError(f"{self.name}: the box cannot be set up: {why}")

    def _launch(self, code: str) -> None:
        self._control, theirs = pair()
        command, variables = self._plan.command(self._layout, code, theirs.fileno(), self._scratch)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 -- closed by _stop
        with theirs:
            try:
                self._process = subprocess.Popen(
                    command,
                    env=variables,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=self._errors,
                    pass_fds=(theirs.fileno(),),
                    cwd="/",
                    start_new_session=True,
                )
            except OSError as error:
                watch.remove(self._scratch)
                raise BoxError(f"{self.name}: the box does not start: {error}") from error
        self._alive = True

    def _hear(self, seconds: float) -> bool:
        """Take note of what the server tells; False where it tells nothing, or has gone."""
        if not self._alive:
            return False
        ready, _, _ = select.select([self._control], [], [], max(0.0, seconds))
        try:
            data = self._control.recv(65536) if ready else b""
        except ConnectionResetError:
            data = b""
        *lines, self._heard = (self._heard + data).split(b"\n")
        for told in map(json.loads, lines):
            if told["op"] == "prepared":
                self._prepared = str(told["trouble"])
            else:
                self._statuses[told["number"]] = told["status"]
        return bool(data)

    def _stop(self) -> None:
        """End the server; its end is also that of its children."""
        if not self._alive:
            return
        self._alive = False
        self._control.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(2.0)
        if not self._plan.single or self._process.returncode is None:
            watch.end_all_below(self._process.pid)
        self._process.kill()
        self._process.wait()
        self._last_words = self._read_errors()
        if self._begun is not None:
            self._begun.close()
            self._begun = None
        watch.remove(self._scratch)

    def _read_errors(self) -> str:
        with self._errors as file:
            file.seek(0)
            written: Any = file.read()
        return written.decode("utf-8", "replace").strip()[-1000:] or "it says nothing"
