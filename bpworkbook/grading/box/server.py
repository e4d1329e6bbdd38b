"""The fork server in the box: imports NumPy and IPython once, then forks a child per submission.

Started as ``python -c ... from <copy>.box.server import main``; talks with the grader over a
socket: a line of JSON each way, with the file descriptors of a new child's own line and output.
"""

import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ..wire import Decoder, encode
from . import cells, harden, inside
from .kernel import PR_SET_CHILD_SUBREAPER, drop_capabilities, prctl
from .limits import Limits

Request = dict[str, Any]


class Server:
    """Forks children on request, and tells how they ended."""

    def __init__(self, control: socket.socket, backend: str, scratch: str) -> None:
        self.control = control
        self.backend = backend
        self.scratch = scratch
        self.inside = inside.Inside()
        self.myself = harden.way_back() if backend == "bubblewrap" else None
        self.children: dict[int, int] = {}  # process id -> the grader's number for the child

    def serve(self) -> None:
        """Work until the grader hangs up."""
        self.tell({"op": "hello", "pid": os.getpid()})
        buffer = b""
        files: list[int] = []
        with woken_by_children() as bell:
            while True:
                ready, _, _ = select.select([self.control.fileno(), bell], [], [])
                if bell in ready:
                    os.read(bell, 4096)
                    self.bury()
                if self.control.fileno() in ready:
                    data, came, _, _ = socket.recv_fds(self.control, 65536, 8)
                    if not data:
                        return
                    buffer, files = buffer + data, files + list(came)
                    while b"\n" in buffer:
                        line, buffer = buffer.split(b"\n", 1)
                        request = json.loads(line)
                        if "cells" in request:
                            self.prepare(request["cells"])
                            continue
                        self.start(request, files[0], files[1])
                        files = files[2:]

    def prepare(self, sources: list[str]) -> None:
        """Run cells of ours, for all children that are forked from now on."""
        try:
            self.inside.prepare(sources)
            trouble = ""
        except Exception as error:  # told to the grader, which ends this server
            trouble = f"{type(error).__name__}: {error}"
        gc.collect()
        gc.freeze()
        self.tell({"op": "prepared", "trouble": trouble})

    def start(self, request: Request, line: int, output: int) -> None:
        """Fork a child."""
        if self.myself is not None:
            harden.own_processes()
        pid = os.fork()
        if pid == 0:
            self.become(request, line, output)
        if self.myself is not None:
            harden.back(self.myself)
        self.children[pid] = request["number"]
        os.close(line)
        os.close(output)

    def become(self, request: Request, line: int, output: int) -> None:
        """Turn this fresh fork into a child that runs a submission; does not return."""
        code = 70
        try:
            harden.forget_signals()
            os.dup2(output, 1)
            os.dup2(output, 2)
            # The line to the grader becomes 3; all others go, the server's own first of all.
            os.dup2(line, 3)
            os.closerange(4, 4096)
            if self.backend == "bubblewrap":
                if self.myself is None:
                    harden.own_processes()
                    mirror(os.fork())
                harden.own_mounts()
            settle(self.backend, request)
            inside.main(self.inside, socket.socket(fileno=3))
            code = 0
        except BaseException as error:
            os.write(2, f"the box could not start this child: {error!r}\n".encode())
        os._exit(code)

    def bury(self) -> None:
        """Tell the grader about every child that has ended."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            number = self.children.pop(pid, None)
            if number is not None:
                self.tell({"op": "ended", "number": number, "status": status})

    def tell(self, message: dict[str, Any]) -> None:
        """Send a line to the grader."""
        self.control.sendall(json.dumps(message).encode() + b"\n")

    def end(self) -> None:
        """End all children, then this process."""
        for pid in self.children:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if self.scratch:  # a grader that was killed cannot do this
            with suppress(OSError, RecursionError):
                for name in os.listdir(self.scratch):
                    shutil.rmtree(os.path.join(self.scratch, name), ignore_errors=True)


def mirror(child: int) -> None:
    """In the parent: wait, then end as the child did; in the child: go on."""
    if child == 0:
        return
    os.closerange(0, 4096)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        signal.signal(os.WTERMSIG(status), signal.SIG_DFL) if os.WTERMSIG(status) != 9 else None
        os.kill(os.getpid(), os.WTERMSIG(status))
    os._exit(os.WEXITSTATUS(status))


def settle(backend: str, request: Request) -> None:
    """Give up everything that a submission does not need."""
    limits = Limits.from_json(request["limits"])
    scratch = request["scratch"]
    os.setsid()
    harden.die_with_parent()
    if backend == "bubblewrap":
        harden.own_files(limits)
        harden.limit_processes(limits.processes)
    harden.at_home(scratch)
    harden.limit(limits, request["address_space"])
    if backend == "bubblewrap":
        drop_capabilities()
        harden.refuse_calls(attributes=False)
    elif backend == "landlock":
        harden.child_rules(scratch)
        harden.refuse_calls(attributes=True)
    else:
        harden.refuse_by_audit(scratch)


@contextmanager
def woken_by_children() -> Iterator[int]:
    """Give a file that can be read when a child has ended."""
    bell, hammer = os.pipe()
    for end in (bell, hammer):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(hammer)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    yield bell


def warm_up() -> None:
    """Do once what every child would do first, so that forks find it done."""
    import numpy.fft
    import numpy.linalg
    import numpy.random

    cells.transformer()
    cells.Cells({}).run("%matplotlib inline\ndef f(x):\n    return x + 1\nf(1)")
    frame = encode({"op": "value", "id": 1, "value": (numpy.ones(2), 1.5, "a", {"b": 1})})
    Decoder().feed(frame)


def main(backend: str, control: int, settings: dict[str, Any]) -> None:
    """Serve on an open socket."""
    warnings.simplefilter("ignore", DeprecationWarning)  # forking: there is one thread only
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # Ctrl-C is for the grader
    if sys.platform == "linux":
        prctl(PR_SET_CHILD_SUBREAPER, 1)
    if backend == "bubblewrap":
        # Who owns the list of processes that it is in can leave it and come back. Bubblewrap's own
        # list belongs to another user namespace.
        harden.own_processes()
        mirror(os.fork())
        harden.die_with_parent()
        harden.prepare_filter()
    warm_up()
    if backend == "landlock":
        harden.server_rules(settings["readable"], settings["listed"], settings["scratch"])
    warnings.resetwarnings()
    gc.collect()
    gc.freeze()
    server = Server(socket.socket(fileno=control), backend, settings.get("scratch", ""))
    try:
        server.serve()
    finally:
        server.end()
