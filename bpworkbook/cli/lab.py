"""`bpworkbook lab`: bring the workspace up to date and hand over to JupyterLab."""

import errno
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from bpworkbook.cli.console import CommandError, say
from bpworkbook.workbook.blas import ONE_THREAD, openblas_variables
from bpworkbook.workspace import (
    DEFAULT_FOLDER,
    MARK,
    START_NOTEBOOK,
    create_or_update,
    find_workspace,
)

FIRST_PORT = 8888
PORTS_TRIED = 50
JUPYTER_DEFAULTS = Path(__file__).parent / "jupyter"


def open_lab(
    folder: Path | None, port: int | None, *, browser: bool, restore: bool, extra: list[str]
) -> int:
    """Make or update the workspace, say what changed, and run JupyterLab in it.

    Returns
    -------
    int
        JupyterLab's exit code (on POSIX systems this process becomes JupyterLab and never returns).
    """
    workspace = chosen_folder(folder, Path.cwd())
    free, notice = choose_port(port)
    for sentence in create_or_update(workspace, restore=restore).sentences():
        say(sentence)
    if notice:
        say(notice)
    say(f"Opening JupyterLab in {workspace}; Ctrl-C in this window stops it.")
    retries = [] if port is None else ["--ServerApp.port_retries=0"]
    command = jupyter_command(workspace, free, browser=browser, extra=[*retries, *extra])
    sys.stdout.flush()
    return hand_over(command, workspace)


def chosen_folder(given: Path | None, here: Path) -> Path:
    """Return the folder asked for, else the workspace around or in `here`, else a new one in it.

    Examples
    --------
    >>> chosen_folder(Path("/tmp/course"), Path("/")).as_posix()
    '/tmp/course'
    """
    if given is not None:
        return given.expanduser().absolute()
    return find_workspace(here) or here / DEFAULT_FOLDER


def split_arguments(folder: str | None, options: list[str]) -> tuple[Path | None, list[str]]:
    """Sort out `[FOLDER] [JUPYTER OPTIONS]`: what begins with a dash is no folder.

    Examples
    --------
    >>> split_arguments("--ServerApp.token=secret", [])
    (None, ['--ServerApp.token=secret'])
    """
    if folder is not None and folder.startswith("-"):
        return None, [folder, *options]
    return (None if folder is None else Path(folder)), options


def jupyter_command(
    workspace: Path, port: int, *, browser: bool, extra: list[str], root: bool | None = None
) -> list[str]:
    """Return the command that starts JupyterLab on the first lesson.

    Parameters
    ----------
    workspace : Path
        The folder that JupyterLab shows; nothing outside it can be opened.
    port : int
        A port that is free.
    browser : bool
        Open a browser window.
    extra : list of str
        Further JupyterLab options; they win over ours.
    root : bool, optional
        Whether this runs as root, whom JupyterLab refuses unless told; default: find out.
    """
    start = (
        f"/lab/tree/{quote(START_NOTEBOOK)}" if (workspace / START_NOTEBOOK).exists() else "/lab"
    )
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={workspace}",
        f"--ServerApp.port={port}",
        f"--LabApp.default_url={start}",
        # The open tabs belong to this folder; those of a person's other projects stay theirs.
        f"--LabApp.workspaces_dir={workspace / MARK / 'jupyterlab'}",
        # A learner looks for one line, the address, among what would otherwise be thirty.
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
    ]
    if _is_root() if root is None else root:
        command.append("--allow-root")
    if not browser:
        command.append("--no-browser")
    return command + extra


def choose_port(wanted: int | None) -> tuple[int, str]:
    """Return a free port, and a sentence where it is not the usual one.

    Raises
    ------
    CommandError
        When the port asked for is taken or not allowed, or none of the usual ones is free.
    """
    if wanted is not None:
        problem = port_problem(wanted)
        if problem:
            raise CommandError(
                f"port {wanted} {problem}; name another with --port, or leave it out."
            )
        return wanted, ""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        if not port_problem(port):
            return port, (
                "" if port == FIRST_PORT else f"Port {FIRST_PORT} is taken; using port {port}."
            )
    raise CommandError(
        f"the ports {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} are all taken; "
        "close other Jupyter windows or name a port with --port."
    )


def port_problem(port: int) -> str:
    """Return why a server on this machine cannot use the port, `""` when it can."""
    if not 1 <= port <= 65535:
        return "is not a port (they go from 1 to 65535)"
    for family, kind, protocol, _, address in socket.getaddrinfo(
        "localhost", port, type=socket.SOCK_STREAM
    ):
        try:
            with socket.socket(family, kind, protocol) as probe:
                if os.name == "posix":
                    # Without this a server that stopped a minute ago would still count as running.
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return "is already in use"
            if error.errno == errno.EACCES:
                return "is not free to use (below 1024 a system keeps ports for itself)"
            # A machine without IPv6 still answers for ::1; only the addresses that exist count.
            if error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                raise
    return ""


def hand_over(command: list[str], folder: Path) -> int:
    """Become JupyterLab where the system can, else run it and wait for its end."""
    os.chdir(folder)
    # Defaults that a person's own settings still override: the course works offline, so no news,
    # no search for updates, and no pop-up on the first page that asks about them.
    # And widgets are answered between cells, not in a thread beside them: a slider moved while a
    # cell runs would take the figure that the cell is drawing (ipykernel 7.4, JupyterLab 4.6).
    paths = [str(JUPYTER_DEFAULTS), os.environ.get("JUPYTER_CONFIG_PATH", "")]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(path for path in paths if path)
    for name, value in {**ONE_THREAD, **openblas_variables()}.items():
        os.environ.setdefault(name, value)
    if os.name == "posix":
        os.execv(command[0], command)
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # JupyterLab got the same Ctrl-C and asks whether to stop; wait for that answer.
            continue


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
