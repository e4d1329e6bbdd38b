"""What a submission may not see, reach or change. Backends that do not isolate are exempt."""

import os
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import bpworkbook
from bpworkbook.grading.box import Box, Child
from bpworkbook.grading.errors import ChildDied, RemoteError
from bpworkbook.grading.wire import encode

pytestmark = pytest.mark.usefixtures("walls")

REPOSITORY = Path(bpworkbook.__file__).parent.parent

TRY = """
def attempt(action):
    try:
        value = action()
    except BaseException as error:
        return type(error).__name__
    return value if isinstance(value, (int, str, list)) else repr(value)
"""


@pytest.fixture
def thief(box: Box) -> Iterator[Child]:
    child = box.child(["import os, ctypes, socket, signal", TRY, "libc = ctypes.CDLL(None)"])
    yield child
    child.close()


def tries(child: Child, code: str) -> object:
    child.run_cell(f"def f():\n    return attempt(lambda: {code})", 5)
    return child.call("f", seconds=5)


@pytest.mark.parametrize(
    "path",
    [
        REPOSITORY / "pyproject.toml",
        Path(bpworkbook.__file__),
        REPOSITORY / "bpworkbook" / "nn" / "activations.py",
        REPOSITORY / "solutions",
        Path(__file__),
        Path("/etc/passwd"),
        Path("/proc/self/environ"),
        Path("/proc/1/cmdline"),
        Path("/proc/self/mem"),
        Path("/sys/kernel"),
        Path.home() / ".bashrc",
        Path.home() / ".ssh",
    ],
    ids=str,
)
def test_a_file_cannot_be_read(thief: Child, path: Path) -> None:
    for code in (f"open({str(path)!r}).read()", f"os.listdir({str(path)!r})"):
        assert tries(thief, code) in ("PermissionError", "FileNotFoundError", "NotADirectoryError",
                                      "IsADirectoryError"), f"{path} can be seen"  # fmt: skip


def test_no_folder_of_people_or_processes_can_be_listed(thief: Child) -> None:
    for folder in ("/proc", "/home", str(Path.home()), str(REPOSITORY), "/var", "/mnt", "/run"):
        found = tries(thief, f"[n for n in os.listdir({folder!r}) if n not in ('.pyenv', '.venv')]")
        allowed = ([], "PermissionError", "FileNotFoundError")
        assert found in allowed, f"{folder} shows {found}"


def test_a_secret_of_the_grader_is_nowhere(thief: Child, tmp_path: Path) -> None:
    (tmp_path / "expected.txt").write_text("secret")
    assert tries(thief, f"open({str(tmp_path / 'expected.txt')!r}).read()") in (
        "PermissionError",
        "FileNotFoundError",
    )
    assert tries(thief, "[k for k in os.environ if 'KEY' in k or 'TOKEN' in k]") == []


@pytest.mark.parametrize(
    "action",
    [
        "open({path!r}, 'w').write('changed')",
        "open({path!r}, 'a').write('changed')",
        "os.truncate({path!r}, 0)",
        "os.chmod({path!r}, 0)",
        "os.utime({path!r}, (0, 0))",
        "os.remove({path!r})",
        "os.rename({path!r}, {path!r} + 'x')",
        "os.link({path!r}, 'mine')",
        "os.chown({path!r}, 12, 12)",
        "os.setxattr({path!r}, 'user.x', b'1')",
        "libc.chmod({path!r}.encode(), 0)",
        "libc.syscall(452, -100, {path!r}.encode(), 0, 0)",
    ],
)
def test_a_file_outside_cannot_be_changed(thief: Child, tmp_path: Path, action: str) -> None:
    path = tmp_path / "mark.txt"
    path.write_text("10 points")
    before = os.stat(path)
    tries(thief, action.format(path=str(path)))
    after = os.stat(path)
    assert path.read_text() == "10 points"
    assert (after.st_mode, after.st_mtime, after.st_nlink) == (
        before.st_mode, before.st_mtime, before.st_nlink)  # fmt: skip
    assert [entry.name for entry in tmp_path.iterdir()] == ["mark.txt"]


def test_python_itself_cannot_be_changed(thief: Child) -> None:
    for code in ("open(os.__file__, 'a')", "os.remove(os.__file__)", "os.chmod(os.__file__, 0)",
                 "open(os.path.dirname(os.__file__) + '/new.py', 'w')",
                 "open('/dev/shm/x', 'w')", "open('/new', 'w')"):  # fmt: skip
        assert tries(thief, code) in ("PermissionError", "OSError", "FileNotFoundError"), code
    assert stat.S_IMODE(os.stat(os.__file__).st_mode) != 0


def test_the_code_of_the_box_cannot_be_changed(box: Box, thief: Child) -> None:
    where = "__import__('sys').modules['graderbox.wire'].__file__"
    refused = ("PermissionError", "OSError", "FileNotFoundError")
    assert tries(thief, f"open({where}, 'a')") in refused


def test_no_socket_can_be_opened(thief: Child) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for code in (f"socket.create_connection(('127.0.0.1', {port}), 1)",
                     "socket.socket(socket.AF_UNIX)", "socket.socket(socket.AF_INET)",
                     "socket.socket(16, 3, 0)",
                     "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
                     "socket.getaddrinfo('example.org', 80)"):  # fmt: skip
            assert tries(thief, code) in ("PermissionError", "gaierror"), f"{code} works"


def test_nobody_else_gets_a_signal(box: Box, thief: Child) -> None:
    with subprocess.Popen(["sleep", "100"]) as victim:
        targets = [victim.pid, box.pid, os.getpid(), os.getppid(), -1, 0, -os.getpgid(0)]
        for target in [*map(str, targets), "os.getppid()"]:
            for code in (f"os.kill({target}, 0)", f"os.kill({target}, 9)",
                         f"libc.syscall(200, {target}, 9)"):  # fmt: skip
                assert tries(thief, code) in ("PermissionError", "ProcessLookupError", -1), code
        assert victim.poll() is None, "another process was ended"
        victim.kill()


CALLS = {
    "ptrace the parent": "libc.ptrace(16, os.getppid(), 0, 0)",
    "unshare": "libc.unshare(0x10000000)",
    "mount": "libc.mount(b'x', b'/tmp', b'tmpfs', 0, None)",
    "umount": "libc.umount2(b'/proc', 2)",
    "memfd": "libc.memfd_create(b'x', 0)",
    "shared memory": "libc.shmget(0, 10**9, 0o1600)",
    "io_uring": "libc.syscall(425, 1, ctypes.create_string_buffer(120))",
    "bpf": "libc.syscall(321, 0, 0, 0)",
    "keyctl": "libc.syscall(250, 0, -3, 0)",
    "setns": "libc.setns(0, 0)",
    "chroot": "libc.chroot(b'/')",
    "limits of others": "libc.prlimit(os.getppid() or 2, 7, ctypes.create_string_buffer(16), None)",
    "owner of signals": f"libc.fcntl(3, 8, {os.getpid()})",
    "a terminal's letters": "libc.ioctl(0, 0x5412, b'x')",
    "execve": "libc.execv(b'/bin/sh', None)",
    "old numbers": "libc.syscall(0x40000000 + 41, 2, 1, 0)",
    "new calls": "libc.syscall(470, 0, 0, 0)",
    "higher limits": "__import__('resource').setrlimit(9, (2**40, 2**40))",
}


@pytest.mark.parametrize("what", CALLS)
def test_a_system_call_is_refused(thief: Child, what: str) -> None:
    assert tries(thief, CALLS[what]) in (-1, "ValueError", "PermissionError"), f"{what} works"


def test_nobody_is_root_inside(thief: Child) -> None:
    thief.run_cell(
        "import struct\ndef f():\n    head = ctypes.create_string_buffer(struct.pack('Ii',"
        " 0x20080522, 0))\n    data = ctypes.create_string_buffer(24)\n"
        "    libc.syscall(125, head, data)\n    return list(data.raw)", 5)  # fmt: skip
    assert not any(thief.call("f")), "capabilities are left"


def test_the_server_keeps_no_line_of_another_child_open(thief: Child) -> None:
    assert tries(thief, "[n for n in range(3, 64) if libc.fcntl(n, 1) >= 0]") == [3]


def test_a_forged_answer_is_one_that_the_submission_gave(thief: Child) -> None:
    frame = encode({"op": "value", "id": 2, "value": 5})
    thief.run_cell(f"def f():\n    os.write(3, {frame!r})\n    os._exit(0)", 5)
    with pytest.raises((ChildDied, RemoteError)):
        thief.call("f")
