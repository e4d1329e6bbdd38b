"""A child that is forked ahead, while the grader still reads."""

import os
import time

from bpworkbook.grading.box import Backend, Box
from bpworkbook.grading.box.watch import descendants, use_of

OPENING = ["answer = 42\n\ndef tell(x):\n    return answer + x"]


def test_a_child_that_was_begun_is_the_next(backend: Backend) -> None:
    with backend.start() as box:
        box.prepare(OPENING)
        for _ in range(3):
            box.begin()
            box.begin()
            child = box.child()
            assert child.call("tell", (1,)) == 43
            child.close()
        assert box._count == 3, "one that was begun was not used"


def test_a_child_begun_before_other_cells_is_not_used(backend: Backend) -> None:
    with backend.start() as box:
        box.prepare(OPENING)
        box.begin()
        box.prepare(["def tell(x):\n    return -x"])
        child = box.child()
        assert child.call("tell", (1,)) == -1


def test_a_child_begun_where_the_server_has_gone_comes_from_a_new_one(backend: Backend) -> None:
    with backend.start() as box:
        box.prepare(OPENING)
        os.kill(box._process.pid, 9)
        box._process.wait()
        box.begin()
        child = box.child()
        assert child.call("tell", (1,)) == 43


def test_a_child_that_was_never_used_ends_with_its_box(backend: Backend) -> None:
    box: Box = backend.start()
    box.begin()
    time.sleep(0.1)
    started = descendants(box._process.pid)
    box.close()
    assert started
    deadline = time.monotonic() + 5
    while any(map(use_of, started)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not list(filter(use_of, started)), "it was left behind"
    box.begin()
