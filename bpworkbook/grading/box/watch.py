"""What a child uses, seen from outside where Linux shows it, and the end of all that it started."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bpworkbook.grading.box.limits import Limits

LINUX = sys.platform == "linux"
DEEPEST = 40
PATIENCE = 5.0


@dataclass(frozen=True)
class Use:
    """What a process uses now: seconds of computing, threads, and whether it would go on."""

    cpu: float
    threads: int
    busy: bool


def use_of(pid: int) -> Use | None:
    """Return what a process uses; None where it has gone, or cannot be seen.

    Examples
    --------
    >>> use = use_of(os.getpid())
    >>> use is None or use.threads >= 1
    True
    """
    fields = _stat(pid)
    if fields is None:
        return None
    ticks = int(fields[11]) + int(fields[12])
    return Use(ticks / os.sysconf("SC_CLK_TCK"), int(fields[17]), fields[0] in "RD")


def computed(pid: int) -> float | None:
    """Return the seconds that a process has computed, to the microsecond; None where not told.

    Examples
    --------
    >>> seconds = computed(os.getpid())
    >>> seconds is None or seconds > 0
    True
    """
    if not LINUX or pid <= 0:
        return None
    try:
        return time.clock_gettime((~pid << 3) | 2)  # as the C library's clock_getcpuclockid
    except OSError:
        return None


def address_space(pid: int) -> int:
    """Return the bytes of memory a process has asked for; 0 where that cannot be seen."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def too_much(scratch: str, limits: Limits) -> bool:
    """Tell whether the files in a scratch folder are too long, too many or too deep."""
    size = entries = 0
    waiting = [(scratch, 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as found:
                for entry in found:
                    entries += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((entry.path, depth + 1))
                    else:
                        size += entry.stat(follow_symlinks=False).st_size
                    if size > limits.files or entries > limits.entries or depth > DEEPEST:
                        return True
        except OSError:  # it changes while it is read
            continue
    return False


def remove(folder: str) -> None:
    """Remove a folder that a submission has filled, however deep or locked it is."""
    if not folder:
        return
    with suppress(OSError):  # most are empty
        os.rmdir(folder)
    if not os.path.isdir(folder):
        return
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if not os.path.isdir(folder):
        return
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    if os.name == "posix":
        for command in (["rm"], ["chmod", "-R", "u+rwx"], ["rm"]):
            full = [*(["rm", "-rf"] if command == ["rm"] else command), "--", folder]
            subprocess.run(full, check=False, timeout=60, **quiet)  # type: ignore[call-overload]
            if not os.path.isdir(folder):
                return


def descendants(pid: int) -> list[int]:
    """Return the processes that a process has started, and they, and so on."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        for one in _children(waiting.pop()):
            fields = _stat(one)
            if fields is not None and fields[0] != "Z" and one not in found:
                found.append(one)
                waiting.append(one)
    return found


def _children(pid: int) -> list[int]:
    if not LINUX or pid <= 0:
        return []
    found: list[int] = []
    with suppress(OSError):  # it ends while it is looked at
        for task in os.listdir(f"/proc/{pid}/task"):
            text = Path(f"/proc/{pid}/task/{task}/children").read_text()
            found += [int(word) for word in text.split()]
    return found


def end_all_below(pid: int) -> None:
    """End every process that ``pid`` has started, also while they start others."""
    deadline = time.monotonic() + PATIENCE
    while (found := descendants(pid)) and time.monotonic() < deadline:
        # Stop them all first: what is stopped starts nothing.
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for one in found:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(one, number)
        time.sleep(0.001)


def kill(pid: int, number: int | None) -> None:
    """End a process by the descriptor that was opened for it, or by its number."""
    with suppress(ProcessLookupError, PermissionError):
        if number is not None:
            signal.pidfd_send_signal(number, signal.SIGKILL)
        elif pid > 0:
            os.kill(pid, signal.SIGKILL)


def descriptor_of(pid: int) -> int | None:
    """Open a descriptor that means this process even after its number is used again."""
    opener = getattr(os, "pidfd_open", None)
    if opener is None or pid <= 0:
        return None
    try:
        return int(opener(pid))
    except OSError:
        return None


def _stat(pid: int) -> list[str] | None:
    """Return the fields of ``/proc/pid/stat`` from the state on."""
    if not LINUX:
        return None
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()
