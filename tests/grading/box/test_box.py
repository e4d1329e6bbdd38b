"""The box itself: which backend, what is shown, how fast, and what is left when it is gone."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from bpworkbook.grading.box import BACKENDS, Backend, Box, BoxError, Limits, best_backend
from bpworkbook.grading.box import backend as backends
from bpworkbook.grading.box.box import Plan
from bpworkbook.grading.box.doctor import advice, examine
from bpworkbook.grading.box.layout import INSIDE, Layout
from bpworkbook.grading.box.watch import remove, too_much

CELLS = ["import numpy as np\nfrom bpworkbook import lesson\nw = lesson('09')\nscale = 2.0",
         "def f(x, W):\n    return scale * x @ W, (x, W)"]  # fmt: skip


def ask_ten_times(box: Box) -> float:
    start = time.perf_counter()
    child = box.child(CELLS)
    for _ in range(10):
        child.call("f", (np.ones((8, 4)), np.ones((4, 3))))
    child.close()
    return time.perf_counter() - start


def test_a_child_with_two_cells_and_ten_calls_is_fast(box: Box) -> None:
    # The quickest of some, for the machine may be busy with other things.
    assert min(ask_ten_times(box) for _ in range(20)) < 0.05


def test_many_children_cost_no_memory_and_no_descriptors(box: Box) -> None:
    ask_ten_times(box)
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(30):
        box.child(["open('x', 'w').write('x' * 9999)"]).close()
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert after <= before, "children leave descriptors open"


def test_a_box_leaves_nothing_when_closed(
    backend: Backend, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    box = backend.start()
    child = box.child(["open('x', 'w').write('x')", "import time"])
    box.close()
    box.close()
    assert not child.alive
    assert not list(tmp_path.iterdir()), "folders are left"
    assert not Path(f"/proc/{box.pid}").exists(), "the server is left"
    with pytest.raises(BoxError, match="closed"):
        box.child()


GRADER = """
import sys, time
from bpworkbook.grading.box import backend_named
box = backend_named(sys.argv[1]).start()
thread = "threading.Thread(target=time.sleep, args=(99,)).start()"
child = box.child(["import threading, time", thread])
print(box.pid, child.pid, flush=True)
child.run_cell("while True: pass", 99)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere /proc does not show who lives")
def test_a_grader_that_is_killed_takes_all_with_it(backend: Backend, tmp_path: Path) -> None:
    command = [sys.executable, "-c", GRADER, backend.name]
    variables = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=variables) as grader:
        assert grader.stdout is not None
        pids = grader.stdout.readline().split()
        grader.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()], "a process is left"
    assert not list(tmp_path.glob("*/*")), "files are left"


def test_boxes_work_side_by_side(backend: Backend) -> None:
    answers: list[int] = []

    def work(number: int) -> None:
        with backend.start() as box:
            for _ in range(3):
                child = box.child([f"def f():\n    return {number}"])
                answers.append(child.call("f", seconds=10))
                child.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_a_server_that_does_not_start_says_why() -> None:
    def broken(*args: object) -> tuple[list[str], dict[str, str]]:
        return [sys.executable, "-c", "raise SystemExit('no luck')"], {}

    for command, why in ((broken, "no luck"), (lambda *args: (["/no/such"], {}), "No such file")):
        with pytest.raises(BoxError, match=why):
            Box(Plan("broken", command, scratch_here=False, single=True), Limits())


def test_the_best_backend_isolates(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = [backend for backend in BACKENDS if not backend.isolated]
    monkeypatch.setattr(backends, "BACKENDS", tuple(plain))
    with pytest.raises(BoxError, match="plain: does not isolate"):
        best_backend()
    assert best_backend(isolated=False).name == "plain"


def test_the_doctor_finds_what_the_backends_say(backend: Backend) -> None:
    found = examine(backend)
    assert found.why == "", f"{backend.name} says that it works, but: {found.why}"
    assert ("NOT isolate" in advice([found])) is not backend.isolated


def test_what_runs_inside_imports_nothing_of_the_workbook() -> None:
    folder = Path(backends.__file__).parent
    for name in INSIDE:
        text = (folder / f"{name}.py").read_text(encoding="utf-8")
        assert "from bpworkbook" not in text.replace("`from bpworkbook", ""), f"{name} would fail"


def test_no_answer_is_among_what_can_be_read() -> None:
    layout = Layout.of_this_python()
    package = Path(backends.__file__).parents[2]
    for path in layout.readable():
        assert Path(path) not in [package, *package.parents], f"{path} shows the package"


@pytest.mark.parametrize("bad", [{"memory": 0}, {"files": -1}, {"output": 1.5}, {"printed": True}])
def test_a_senseless_limit_is_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        Limits(**bad)


@pytest.mark.skipif(os.name != "posix", reason="deep and locked folders are made with POSIX means")
def test_deep_and_locked_folders_are_seen_and_removed(tmp_path: Path) -> None:
    folder = tmp_path / "scratch"
    folder.mkdir()
    here = os.open(folder, os.O_RDONLY)
    for _ in range(3000):
        os.mkdir("d" * 50, dir_fd=here)
        inner = os.open("d" * 50, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.mkdir("locked", 0, dir_fd=here)
    os.close(here)
    assert too_much(str(folder), Limits()), "a deep folder is not seen"
    remove(str(folder))
    assert not folder.exists()
