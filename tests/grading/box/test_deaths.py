"""Whatever a submission does, it costs the question at hand, and ends as what it is."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from bpworkbook.grading.box import Backend, Box, Child, Limits
from bpworkbook.grading.box.limits import MEGABYTE
from bpworkbook.grading.errors import ChildDied, OutOfTime, RemoteError

ENDLESS = {
    "in Python": "def f():\n    while True:\n        pass",
    "in C": "def f():\n    import itertools\n    return any(itertools.repeat(0))",
    "in C, holding the lock": "def f():\n    return len(str(7 ** 10 ** 8))",
    "asleep": "def f():\n    import time\n    time.sleep(1000)",
    "swallowing everything": "def f():\n    while True:\n        try:\n"
    "            while True: pass\n        except BaseException: pass",
    "without signals": "def f():\n    import signal\n    for s in range(1, 65):\n"
    "        try: signal.signal(s, signal.SIG_IGN)\n        except (OSError, ValueError): pass\n"
    "    while True: pass",
    "waiting for a thread": "def f():\n    import threading\n    threading.Event().wait()",
}


@pytest.mark.parametrize("how", ENDLESS)
def test_endless_work_is_out_of_time(child: Child, how: str) -> None:
    child.run_cell(ENDLESS[how], 5)
    start = time.monotonic()
    with pytest.raises(OutOfTime):
        child.call("f", seconds=0.3)
    assert time.monotonic() - start < 10, "it was not ended in time"
    with pytest.raises(OutOfTime):
        child.call("f", seconds=0.3)


ENDS = {
    "os._exit": ("import os\n    os._exit(0)", "exit"),
    "os._exit in a thread": (
        "import os, threading, time\n    threading.Thread(target=os._exit, args=(3,)).start()\n"
        "    time.sleep(60)",
        "exit",
    ),
    "null pointer": ("import ctypes\n    ctypes.string_at(0)", "crash"),
    "abort": ("import os\n    os.abort()", "crash"),
    "stack": (
        "import sys\n    sys.setrecursionlimit(10**9)\n    x = []\n"
        "    for _ in range(10**6): x = [x]\n    repr(x)",
        "crash",
    ),
    "hangs up": ("import os, time\n    os.closerange(0, 64)\n    time.sleep(60)", "wire"),
    "noise on the line": (
        "import os, time\n    os.write(3, b'x' * 99)\n    time.sleep(60)",
        "wire",
    ),
    "an answer to nothing": (
        'import os, time\n    b = b\'{"op":"value","id":99}\'\n'
        "    os.write(3, len(b).to_bytes(4, 'big') + b)\n    time.sleep(60)",
        "wire",
    ),
    "a huge frame": (
        "import os, time\n    os.write(3, b'\\xff' * 4)\n    time.sleep(60)",
        "wire",
    ),
    "endless noise": (
        'import os\n    b = b\'{"op":"callback","id":0}\'\n'
        "    while True: os.write(3, len(b).to_bytes(4, 'big') + b)",
        "wire",
    ),
    "output": ("while True: print('x' * 10**5)", "output"),
    "output below Python": ("import os\n    while True: os.write(2, b'x' * 65536)", "output"),
}


@pytest.mark.parametrize("how", ENDS)
def test_a_death_is_named(child: Child, how: str) -> None:
    body, kind = ENDS[how]
    child.run_cell(f"def f():\n    {body}", 5)
    with pytest.raises((ChildDied, OutOfTime)) as caught:
        child.call("f", seconds=3)
    told = getattr(caught.value, "kind", "time")
    # Noise can fill the line before it is found out; then the time is up.
    assert told == kind or (how == "endless noise" and told == "time"), f"{caught.value!r}"
    assert len(child.output.encode()) <= 64 * 1024


MEMORY = {
    "arrays": "import numpy as np\n    x = []\n    while True: x.append(np.ones(10**7))",
    "one array": "import numpy as np\n    return np.ones(10**12)",
    "lists": "x = [0]\n    while True: x += x",
    "text": "return len('x' * 10**11)",
    "shared": "import mmap\n    m = mmap.mmap(-1, 2**33)\n"
    "    for i in range(0, 2**33, 4096): m[i] = 1",
}


@pytest.fixture(scope="module")
def small(backend: Backend) -> Iterator[Box]:
    with backend.start(Limits(memory=200 * MEGABYTE)) as box:
        yield box


@pytest.mark.parametrize("how", MEMORY)
def test_memory_ends_as_an_error_of_its_own(small: Box, how: str) -> None:
    child = small.child()
    child.run_cell(f"def f():\n    {MEMORY[how]}", 5)
    with pytest.raises((RemoteError, ChildDied)) as caught:
        child.call("f", seconds=20)
    assert caught.value.kind in ("MemoryError", "memory", "OSError"), f"{caught.value!r}"
    child.close()


FILES = {
    "one": "    with open('a', 'wb') as file:\n        while True: file.write(b'x' * 10**6)",
    "many": "    i = 0\n    while True:\n        open(f'a{i}', 'wb').write(b'x' * 10**6)\n"
    "        i += 1",
    "empty ones": "    i = 0\n    while True:\n        open(f'a{i}', 'wb').close()\n        i += 1",
    "folders": "    import os\n    while True:\n        os.mkdir('a')\n        os.chdir('a')",
}


@pytest.mark.parametrize("how", FILES)
def test_files_are_limited(child: Child, how: str) -> None:
    child.run_cell(f"def f():\n{FILES[how]}", 5)
    with pytest.raises((RemoteError, ChildDied)) as caught:
        child.call("f", seconds=20)
    assert caught.value.kind in ("OSError", "files"), f"{caught.value!r}"


PROCESSES = {
    "fork bomb": "import os\n    while True: os.fork()",
    "double fork": "import os, time\n    if os.fork() == 0:\n        os.setsid()\n"
    "        if os.fork() == 0:\n            time.sleep(1000)\n        os._exit(0)\n    return 1",
    "subprocess": "import subprocess\n    subprocess.Popen(['sleep', '1000'])\n    return 1",
    "multiprocessing": "import multiprocessing as m, time\n"
    "    m.get_context('fork').Process(target=time.sleep, args=(1000,)).start()\n    return 1",
    "system": "import os\n    assert os.system('sleep 1000 &') == 0\n    return 1",
    "threads": "import threading, time\n    threading.stack_size(32768)\n    while True:\n"
    "        threading.Thread(target=time.sleep, args=(1000,)).start()",
}


@pytest.mark.parametrize("how", PROCESSES)
def test_processes_are_refused_or_ended(child: Child, how: str) -> None:
    child.run_cell(f"def f():\n    {PROCESSES[how]}", 5)
    with pytest.raises((RemoteError, ChildDied)) as caught:
        child.call("f", seconds=20)
    wanted = ("PermissionError", "AssertionError", "RuntimeError", "processes")
    assert caught.value.kind in wanted, f"{caught.value!r}"


# By ctypes: where Python's own functions are refused (plain), these still are not.
BELOW_PYTHON = {
    "a fork": "    return libc.fork()",
    "a bomb": "    while True: libc.fork()",
    "a daemon": "    libc.setsid()\n    if libc.fork() == 0:\n        libc.setsid()\n"
    "        if libc.fork() == 0:\n            libc.sleep(1000)\n        libc._exit(0)\n"
    "    return 1",
    "clone3": "    return libc.syscall(435, ctypes.create_string_buffer(88), 88)",
}


@pytest.mark.parametrize("how", BELOW_PYTHON)
def test_forks_below_python_leave_nothing_behind(child: Child, how: str) -> None:
    child.run_cell(f"import ctypes\nlibc = ctypes.CDLL(None)\ndef f():\n{BELOW_PYTHON[how]}", 5)
    # Whether it fails depends on the backend; the box fixture looks for what is left.
    with suppress(ChildDied, OutOfTime):
        assert isinstance(child.call("f", seconds=0.5), int)
    child.close()


def test_the_time_of_all_calls_together_is_limited(backend: Backend) -> None:
    with backend.start(Limits(cpu_seconds=1)) as box:
        child = box.child(["def f():\n    while True: pass"])
        with pytest.raises(OutOfTime, match="in all"):
            child.call("f", seconds=30)


def test_a_smaller_memory_is_held(backend: Backend) -> None:
    with backend.start(Limits(memory=100 * MEGABYTE)) as box:
        child = box.child(["import numpy as np\ndef f(n):\n    return np.ones(n * 2**17).sum()"])
        assert child.call("f", (50,), seconds=10) == 50 * 2**17
        with pytest.raises(RemoteError) as caught:
            child.call("f", (200,), seconds=10)
        assert caught.value.kind == "MemoryError"


def test_a_box_whose_server_was_ended_starts_another(backend: Backend) -> None:
    with backend.start() as box:
        box.child().close()
        first = box.pid
        os.kill(first, signal.SIGKILL)
        child = box.child(["def f():\n    return 1"])
        assert child.call("f") == 1
        assert box.pid != first


def test_a_closed_child_says_so(box: Box) -> None:
    child = box.child(["x = 1"])
    child.close()
    child.close()
    with pytest.raises(ChildDied, match="closed"):
        child.run_cell("x = 2", 1)
