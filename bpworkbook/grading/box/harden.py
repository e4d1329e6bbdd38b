"""How a child in the box gives up what it does not need, before it runs a submission.

This file runs in the box: it imports the standard library and its neighbours alone.
"""

import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

from . import kernel, rules, seccomp
from .limits import Limits

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

SCRATCH = "/scratch"  # in bubblewrap's box
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def own_processes() -> None:
    """Give the next child of this process a list of processes of its own, in which it is 1."""
    kernel.unshare(kernel.CLONE_NEWPID)


def own_mounts() -> None:
    """Give this process mounts of its own; messages between processes the filter refuses."""
    kernel.unshare(kernel.CLONE_NEWNS)


def way_back() -> int | None:
    """Return a descriptor of this process, by which `back` undoes `own_processes`.

    None where the kernel cannot do that (before Linux 5.8): a child of ours is then needed between
    this process and each with a list of its own.
    """
    try:
        myself = os.pidfd_open(os.getpid())
    except OSError:
        return None
    try:
        back(myself)
    except OSError:
        os.close(myself)
        return None
    return myself


def back(myself: int) -> None:
    """Let the next child of this process be in the list of processes that this process is in."""
    kernel.enter(myself, kernel.CLONE_NEWPID)


def own_files(limits: Limits) -> None:
    """Mount a fresh, small file system in memory; everything else is read-only already."""
    kernel.mount("", "/", "", kernel.MS_REC | kernel.MS_PRIVATE)
    size = f"size={limits.files},nr_inodes={limits.entries},mode=0700"
    kernel.mount("box", SCRATCH, "tmpfs", kernel.MS_NOSUID | kernel.MS_NODEV, size)


def server_rules(readable: Sequence[str], listed: Sequence[str], scratch: str) -> None:
    """Leave the server Python, NumPy and its scratch folder; its children inherit that."""
    kernel.drop_capabilities()
    rules.restrict([*readable, *DEVICES], [scratch, "/dev/null"], listed)


def child_rules(scratch: str) -> None:
    """Leave a child no other child's scratch folder to write to, and nobody to send signals to."""
    rules.restrict(["/"], [scratch, "/dev/null"])


def at_home(scratch: str) -> None:
    """Make the scratch folder the working folder and the home."""
    os.chdir(scratch)
    os.environ.update(HOME=scratch, TMPDIR=scratch, MPLCONFIGDIR=scratch)
    tempfile.tempdir = scratch


def limit(limits: Limits, address_space: int) -> None:
    """Set the limits that the kernel holds; an address space of 0 is none."""
    if resource is None:
        return
    if address_space:
        _limit(getattr(resource, "RLIMIT_AS", None), (address_space, address_space))
    wanted = {
        "RLIMIT_CPU": (limits.cpu_seconds, limits.cpu_seconds + 1),
        "RLIMIT_FSIZE": (limits.files, limits.files),
        "RLIMIT_NOFILE": (limits.open_files, limits.open_files),
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_MEMLOCK": (0, 0),
        "RLIMIT_MSGQUEUE": (0, 0),
    }
    for name, values in wanted.items():
        _limit(getattr(resource, name, None), values)


def limit_processes(most: int) -> None:
    """Limit processes and threads; of use only where this user runs nothing else."""
    if resource is not None:
        _limit(getattr(resource, "RLIMIT_NPROC", None), (most, most))


def _limit(which: int | None, values: tuple[int, int]) -> None:
    if which is None:
        return
    try:
        resource.setrlimit(which, values)
    except (ValueError, OSError):  # macOS does not take all of them, and a hard limit may be lower
        return


def forget_signals() -> None:
    """Undo what the server does with signals."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)


def die_with_parent() -> None:
    """End when the server ends, where the system can do that."""
    if sys.platform == "linux":
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)


def refuse_calls(attributes: bool) -> None:
    """Put the filter on system calls in place: the last step."""
    seccomp.install(attributes)


def prepare_filter() -> None:
    """Make ahead the filter of a child that is the first of its own list of processes."""
    seccomp.machine_code(1, attributes=False)


def refuse_by_audit(scratch: str) -> None:
    """Refuse what Python itself would do outside the box; C code can get around it.

    Used where there is no isolation: it stops accidents and simple attempts, on any system.
    """
    own = os.path.realpath(scratch) + os.sep
    writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

    def watch(event: str, args: tuple[Any, ...]) -> None:
        if event in _NEVER:
            raise PermissionError(f"{event} is not allowed in the box")
        if event == "open" and isinstance(args[0], str | bytes) and args[2] & writes:
            _require_inside(own, args[0])
        elif event in _CHANGES:
            for path in args[:2]:
                if isinstance(path, str | bytes):
                    _require_inside(own, path)

    sys.addaudithook(watch)


_NEVER = {
    "os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.kill",
    "os.killpg", "os.startfile", "os.setxattr", "os.removexattr", "subprocess.Popen", "pty.spawn",
    "signal.pthread_kill", "socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo",
    "socket.gethostbyname", "webbrowser.open",
}  # fmt: skip
_CHANGES = {
    "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir",
    "os.symlink", "os.truncate", "os.utime", "shutil.rmtree", "shutil.move",
}  # fmt: skip


def _require_inside(own: str, path: str | bytes) -> None:
    whole = os.path.realpath(os.fsdecode(path))
    if not (whole + os.sep).startswith(own) and whole not in DEVICES:
        raise PermissionError(f"{os.fsdecode(path)} is outside the box")
