"""What the standard library does not have of Linux: system calls by ctypes.

This file runs in the box: it imports the standard library alone.
"""

import ctypes
import os
import platform
import struct
import sys

# Numbers of the same call differ between machines; -1 where a machine does not have it.
MACHINES = ("x86_64", "aarch64")

CLONE_NEWNS = 0x0002_0000
CLONE_NEWPID = 0x2000_0000
SETNS = (308, 268)

MS_NOSUID, MS_NODEV, MS_REC, MS_PRIVATE = 2, 4, 0x4000, 1 << 18

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4

_CAPABILITY_VERSION_3 = 0x2008_0522


class NotOnThisMachineError(OSError):
    """A call is not there: another system, another processor, or an older kernel."""


def machine() -> int:
    """Return the column of this machine in tables of numbers, -1 where it is in none."""
    name = platform.machine() if sys.platform == "linux" else ""
    return MACHINES.index(name) if name in MACHINES else -1


def _libc() -> ctypes.CDLL:
    global _loaded
    if _loaded is None:
        _loaded = ctypes.CDLL(None, use_errno=True)
        _loaded.syscall.restype = ctypes.c_long
    return _loaded


_loaded: ctypes.CDLL | None = None


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(numbers: tuple[int, int], *args: object, what: str) -> int:
    """Make a system call by its numbers on ``MACHINES``; its result, or OSError."""
    column = machine()
    if column < 0 or numbers[column] < 0:
        raise NotOnThisMachineError(f"{what}: not on {platform.machine()}")
    # Variadic arguments are taken as `int` unless they say that they are wider.
    wide = [ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args]
    return _checked(int(_libc().syscall(ctypes.c_long(numbers[column]), *wide)), what)


def prctl(option: int, value: int = 0) -> None:
    """Set an attribute of this process."""
    words = [ctypes.c_ulong(word) for word in (value, 0, 0, 0)]
    _checked(_libc().prctl(ctypes.c_int(option), *words), f"prctl {option}")


def unshare(flags: int) -> None:
    """Give this process namespaces of its own."""
    _checked(_libc().unshare(ctypes.c_int(flags)), "unshare")


def enter(descriptor: int, flags: int) -> None:
    """Take up the namespaces of a process, given by a descriptor of it (Linux 5.8)."""
    syscall(SETNS, descriptor, flags, what="setns")


def mount(source: str, target: str, kind: str, flags: int, data: str = "") -> None:
    """Mount a file system."""
    words = [text.encode() if text else None for text in (source, target, kind)]
    result = _libc().mount(*words, ctypes.c_ulong(flags), data.encode() or None)
    _checked(result, f"mount {target}")


def drop_capabilities() -> None:
    """Give up what distinguishes root, now and for whatever this process starts."""
    head = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    syscall((126, 91), head, bytes(24), what="capset")
    try:
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    except OSError:  # before Linux 4.3 there are none
        return
