"""A grader in a process of its own: the same marks, and nothing left when it ends."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bpworkbook.grading.box import BoxError, Limits, best_backend
from bpworkbook.grading.boxed import BoxGrader
from bpworkbook.grading.keeper import GraderError, Keeper
from bpworkbook.grading.process import ProcessGrader, opener
from bpworkbook.lessons import lesson
from bpworkbook.lessons.catalogue import slug, unit

ROOT = Path(__file__).parents[2]
QUESTIONS = list(lesson("09").questions.values())
SOLVED = (ROOT / "solutions" / unit("09") / f"{slug('09')}.ipynb").read_bytes()
ENDLESS = (
    b'{"cells": [{"cell_type": "code", "source": "def linear_backward(g, c):\\n while 1: 0"}]}'
)


@pytest.fixture
def backend() -> Any:
    try:
        return best_backend(isolated=False)
    except BoxError as error:
        pytest.skip(str(error))


@pytest.fixture
def grader(backend: Any) -> Iterator[ProcessGrader]:
    started = ProcessGrader(backend)
    yield started
    started.close()


def told(marks: Any) -> list[tuple[Any, ...]]:
    return [(m.question, str(m.outcome), m.points, m.of, m.mistake, m.lines) for m in marks]


def test_its_marks_are_those_of_a_box(backend: Any, grader: ProcessGrader) -> None:
    alone = BoxGrader(backend)
    try:
        for raw in (SOLVED, SOLVED.replace(b"axis=0", b"axis=1"), b"PK", b'{"cells": []}'):
            marks, where = grader.grade(raw, QUESTIONS, 5)
            wanted, there = alone.grade(raw, QUESTIONS, 5)
            assert told(marks) == told(wanted)
            assert where == there
    finally:
        alone.close()


def test_a_process_that_dies_is_replaced(backend: Any) -> None:
    started: list[ProcessGrader] = []

    def start() -> ProcessGrader:
        started.append(ProcessGrader(backend))
        return started[-1]

    keeper = Keeper(start)
    keeper.start()
    os.kill(started[0].pid, signal.SIGKILL)
    marks, _ = keeper.grade(SOLVED, QUESTIONS, [q.key for q in QUESTIONS], 5)
    keeper.close()
    assert len(started) == 2
    assert all(mark.points == mark.of for mark in marks)
    assert [one._process.poll() is None for one in started] == [False, False]


def test_it_can_be_closed_while_it_grades(grader: ProcessGrader) -> None:
    seen: list[BaseException] = []

    def grade() -> None:
        try:
            grader.grade(ENDLESS, QUESTIONS[:1], 5)
        except GraderError as error:
            seen.append(error)

    thread = threading.Thread(target=grade)
    thread.start()
    time.sleep(1.0)
    start = time.monotonic()
    grader.close()
    thread.join(5.0)
    assert seen, "it went on"
    assert time.monotonic() - start < 5.0


def test_no_box_is_told_as_such() -> None:
    unknown: Any = SimpleNamespace(name="none such", isolated=True)
    with pytest.raises(BoxError, match="none such"):
        ProcessGrader(unknown)


def test_it_ends_with_the_one_who_asks(backend: Any) -> None:
    program = (
        "import os, sys, time\n"
        "from bpworkbook.grading.box.backend import backend_named\n"
        "from bpworkbook.grading.process import ProcessGrader\n"
        "grader = ProcessGrader(backend_named(sys.argv[1]))\n"
        "print(grader.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    command = [sys.executable, "-c", program, backend.name]
    asking = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert asking.stdout is not None
    pid = int(asking.stdout.readline())
    asking.kill()
    asking.wait()
    asking.stdout.close()
    deadline = time.monotonic() + 10
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(pid), "the process of the grader is left behind"


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_one_worker_needs_no_process(backend: Any) -> None:
    grader = opener(backend, Limits(), 8.0, 1)()
    try:
        assert isinstance(grader, BoxGrader)
    finally:
        grader.close()
