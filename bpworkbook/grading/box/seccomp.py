"""A seccomp filter: which system calls a submission may not make.

What isolates are namespaces or Landlock; this takes away the kernel's less used doors, all second
processes, and signals to anyone else. A refused call fails with EPERM: the code gets a
``PermissionError`` and goes on. This file runs in the box: it imports the standard library and
``kernel`` alone.
"""

import ctypes
import errno
import os
import struct
from functools import cache

from . import kernel

# fmt: off
# Numbers on x86_64 and aarch64, -1 where there is no such call.
REFUSED = {
    # the network; socketpair stays, for asyncio needs it
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242),
    # other programs, other processes
    "fork": (57, -1), "vfork": (58, -1), "execve": (59, 221), "execveat": (322, 281),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "kcmp": (312, 272),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "setpriority": (141, 140), "ioprio_set": (251, 30), "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274), "sched_setparam": (142, 118), "sched_setscheduler": (144, 119),
    "migrate_pages": (256, 238), "move_pages": (279, 239), "mbind": (237, 235),
    # memory that no limit counts, or that stays when its process has ended
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196),
    "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180), "mq_unlink": (241, 181),
    # namespaces and mounts
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39),
    "pivot_root": (155, 41), "chroot": (161, 51), "mount_setattr": (442, 442),
    "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430), "fsmount": (432, 432),
    "fsconfig": (431, 431), "fspick": (433, 433), "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265), "quotactl": (179, 60), "quotactl_fd": (443, 443),
    "swapon": (167, 224), "swapoff": (168, 225), "mknod": (133, -1), "mknodat": (259, 33),
    # parts of the kernel that have been broken before
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "modify_ldt": (154, -1), "personality": (135, 92), "vmsplice": (278, 75),
    "lookup_dcookie": (212, 18), "fanotify_init": (300, 262), "fanotify_mark": (301, 263),
    "inotify_init": (253, -1), "inotify_init1": (294, 26), "inotify_add_watch": (254, 27),
    # the machine
    "reboot": (169, 142), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "acct": (163, 89), "syslog": (103, 116), "settimeofday": (164, 170), "ioperm": (173, -1),
    "iopl": (172, -1), "clock_settime": (227, 112), "clock_adjtime": (305, 266),
    "sethostname": (170, 161), "setdomainname": (171, 162), "vhangup": (153, 58),
}
# What Landlock does not guard: the attributes of files that belong to the same user.
ATTRIBUTES = {
    "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, -1), "lchown": (94, -1), "fchown": (93, 55), "fchownat": (260, 54),
    "utime": (132, -1), "utimes": (235, -1), "futimesat": (261, -1), "utimensat": (280, 88),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "truncate": (76, 45),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
}
# fmt: on
CLONE, CLONE3 = (56, 220), (435, 435)
KILL, TGKILL, PRLIMIT = (62, 129), (234, 131), (302, 261)
IOCTL, FCNTL = (16, 29), (72, 25)
NEWEST = 456  # calls with higher numbers came with Linux 6.8 and later, and are not looked at here

CLONE_THREAD = 0x0001_0000
# Putting letters into a terminal; naming the process that gets a signal.
REFUSED_IOCTLS = (0x5412, 0x8901, 0x8902, 0x5410)
REFUSED_FCNTLS = (8, 10, 15)

_ARCHITECTURES = (0xC000_003E, 0xC000_00B7)
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_LOAD, _EQUAL, _ABOVE, _AND, _RETURN = 0x20, 0x15, 0x25, 0x54, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF_0000, 0x8000_0000, 0x0005_0000

STEP = struct.Struct("HBBI")
Step = tuple[int, int, int, int]  # code, steps to skip when true, when false, operand


def install(attributes: bool) -> None:
    """Put the filter on this process, for good.

    Parameters
    ----------
    attributes : bool
        Whether changing the attributes of files is refused too.

    Raises
    ------
    OSError
        If the kernel has no seccomp, or the machine is not in the tables.
    """
    code = machine_code(os.getpid(), attributes)
    buffer = ctypes.create_string_buffer(code, len(code))
    steps = len(code) // STEP.size
    head = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", steps, ctypes.addressof(buffer)), 16)
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.syscall((317, 277), 1, 0, ctypes.byref(head), what="seccomp")


@cache
def machine_code(pid: int, attributes: bool) -> bytes:
    """Return the filter for a process as the kernel takes it; a server makes it ahead."""
    return b"".join(STEP.pack(*step) for step in program(kernel.machine(), pid, attributes))


def program(machine: int, pid: int, attributes: bool) -> list[Step]:
    """Return the filter's steps for a process.

    Examples
    --------
    >>> len(program(0, pid=1, attributes=False)) < 4096
    True
    """
    if machine < 0:
        raise kernel.NotOnThisMachineError("seccomp: no table for this machine")
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        # This is also where x86_64's second set of numbers lies.
        (_ABOVE, 0, 1, NEWEST),
        _refuse(errno.ENOSYS),
    ]
    table = REFUSED | (ATTRIBUTES if attributes else {})
    for numbers in table.values():
        steps += _on(numbers[machine], [_refuse(errno.EPERM)])
    # What clone3 asks for lies in memory, where no filter sees it; glibc then uses clone.
    steps += _on(CLONE3[machine], [_refuse(errno.ENOSYS)])
    thread = [(_AND, 0, 0, CLONE_THREAD), *_only((CLONE_THREAD,))]
    steps += _on(CLONE[machine], [_argument(0), *thread])
    for numbers, allowed in ((KILL, (pid,)), (TGKILL, (pid,)), (PRLIMIT, (0, pid))):
        steps += _on(numbers[machine], [_argument(0), *_only(allowed)])
    for numbers, refused in ((IOCTL, REFUSED_IOCTLS), (FCNTL, REFUSED_FCNTLS)):
        steps += _on(numbers[machine], [_argument(1), *_all_but(refused)])
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


def _refuse(number: int) -> Step:
    return (_RETURN, 0, 0, _ERROR | number)


def _argument(index: int) -> Step:
    return (_LOAD, 0, 0, _ARGUMENTS + 8 * index)  # the lower half, on little-endian machines


def _on(number: int, body: list[Step]) -> list[Step]:
    """Run ``body``, which returns, for one call; a call that is not there is left out."""
    return [(_EQUAL, 0, len(body), number), *body] if number >= 0 else []


def _only(values: tuple[int, ...]) -> list[Step]:
    steps: list[Step] = []
    for value in values:
        steps += [(_EQUAL, 0, 1, value), (_RETURN, 0, 0, _ALLOW)]
    return [*steps, _refuse(errno.EPERM)]


def _all_but(values: tuple[int, ...]) -> list[Step]:
    steps: list[Step] = []
    for value in values:
        steps += [(_EQUAL, 0, 1, value), _refuse(errno.EPERM)]
    return [*steps, (_RETURN, 0, 0, _ALLOW)]
