"""Landlock: which files a process may use from now on, by ctypes.

This file runs in the box: it imports the standard library and ``kernel`` alone.
"""

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

from . import kernel

CREATE, ADD, RESTRICT = (444, 444), (445, 445), (446, 446)

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
TRUNCATE = 1 << 14
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | 1 << 15  # the others are of folders
READ = EXECUTE | READ_FILE | READ_DIR
# By version of Landlock: moving between folders came with 2, truncating with 3, devices with 5.
ALL_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
NETWORK, SIGNALS_AND_SOCKETS = 3, 3


def version() -> int:
    """Return the kernel's version of Landlock, 0 where it has none or has it switched off."""
    try:
        return kernel.syscall(CREATE, None, 0, 1, what="landlock")
    except OSError:
        return 0


def rights(known: int) -> int:
    """Return all rights to files that a version of Landlock knows.

    Examples
    --------
    >>> bin(rights(4)).count("1"), bin(rights(7)).count("1")
    (15, 16)
    """
    return ALL_RIGHTS[max(number for number in ALL_RIGHTS if number <= known)]


def restrict(
    readable: Iterable[str], writable: Iterable[str] = (), listed: Iterable[str] = ()
) -> None:
    """Leave this process what is named here, and nothing else, for good.

    Parameters
    ----------
    readable, writable : paths
        Files, or folders with all that is in them. What is not there is left out.
    listed : paths
        Folders that may be listed, not read.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    known = version()
    handled = rights(known)
    head = struct.pack(
        "QQQ",
        handled,
        NETWORK if known >= 4 else 0,
        SIGNALS_AND_SOCKETS if known >= 6 else 0,
    )[: 24 if known >= 6 else 16 if known >= 4 else 8]
    ruleset = kernel.syscall(CREATE, head, len(head), 0, what="landlock_create_ruleset")
    try:
        for paths, allowed in ((readable, READ), (writable, handled), (listed, READ_DIR)):
            for path in paths:
                _add(ruleset, path, allowed & handled)
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.syscall(RESTRICT, ruleset, 0, what="landlock_restrict_self")
    finally:
        os.close(ruleset)


def _add(ruleset: int, path: str, allowed: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, PermissionError):
        return
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            allowed &= OF_FILES
        rule = ctypes.create_string_buffer(struct.pack("=Qi", allowed, opened), 12)
        kernel.syscall(ADD, ruleset, 1, ctypes.byref(rule), 0, what=f"landlock_add_rule {path}")
    finally:
        os.close(opened)
