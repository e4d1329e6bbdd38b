"""Servers that run beside a measurement or a test: JupyterLab, started as a learner starts it."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.environment import BenchmarkError
from bpworkbook.cli.lab import port_problem

EXPOSED = "--LabApp.expose_app_in_browser=True"
"""Lets a page call JupyterLab's own commands, such as the one behind "Run All Cells"."""


@contextmanager
def running_lab(folder: Path, base: Path, *options: str, timeout: float = 90) -> Iterator[str]:
    """Run `bpworkbook lab FOLDER --no-browser` and give the address to open.

    The server has the usual token and its own Jupyter folders in ``base``, so that no setting of
    the person who runs it gets in.
    """
    command = [sys.executable, "-m", "bpworkbook", "lab", str(folder), "--no-browser"]
    command += ["--port", str(own_port()), *options]
    with running_server(command, base, "lab") as server:
        yield server.address(r"https?://(localhost|127\.0\.0\.1)\S*token=\S+(?=\s)", timeout)


class Server:
    """A process whose output goes to a file, and which takes connections some time after."""

    def __init__(self, process: "subprocess.Popen[bytes]", log: Path) -> None:
        self.process, self.log = process, log

    def address(self, pattern: str, timeout: float) -> str:
        """Return the address that it prints, once it takes connections there.

        It prints it a little earlier.

        Raises
        ------
        BenchmarkError
            If it ends before, or the time is over.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(pattern, self.said())
            if found and answers(found.group()):
                return found.group()
            time.sleep(0.05)
        code, said = self.process.poll(), self.said()[-2000:]
        raise BenchmarkError(f"no server answers (exit code: {code}). It said:\n{said}")

    def said(self) -> str:
        """Return what it has printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextmanager
def running_server(
    command: Sequence[str], base: Path, name: str, **variables: str
) -> Iterator[Server]:
    """Run a Jupyter server in ``base``, with its own Jupyter folders there, and stop it at the end.

    What it prints goes to ``NAME.log``; ``variables`` are added to its environment.
    """
    own = variables | {
        "JUPYTER_CONFIG_DIR": str(base / "jupyter-config"),
        "JUPYTER_DATA_DIR": str(base / "jupyter-data"),
        "JUPYTERLAB_SETTINGS_DIR": str(base / "jupyter-settings"),
    }
    log = base / f"{name}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, cwd=base, env={**os.environ, **own}
        )
    try:
        yield Server(process, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # it waits for a kernel that was just starting
            process.kill()
            process.wait()


def own_port() -> int:
    """Return a free port that no other test process will try.

    JupyterLab looks for a free port first and takes it a moment later, so two that start together
    on the usual port both print its address, and one of them stops.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 18888 + 100 * worker
    return next(port for port in range(first, first + 100) if not port_problem(port))


def answers(address: str) -> bool:
    """Tell whether somebody takes connections at an address."""
    place = urlsplit(address)
    try:
        socket.create_connection((place.hostname or "", place.port or 80), timeout=1).close()
    except OSError:
        return False
    return True
