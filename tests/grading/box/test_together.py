"""Cells that the server runs ahead, and calls that go to a child together."""

import time
from collections.abc import Iterator

import numpy as np
import pytest

from bpworkbook.grading.box import Backend, Box, BoxError, Child
from bpworkbook.grading.errors import ChildDied, OutOfTime, RemoteError
from bpworkbook.grading.wire import Handle

OPENING = ["base = [40]\n\ndef add(x):\n    base[0] += x\n    return base[0]"]


@pytest.fixture(scope="module")
def prepared(backend: Backend) -> Iterator[Box]:
    with backend.start() as box:
        box.prepare(OPENING)
        yield box


def test_children_begin_with_what_the_server_ran_and_share_nothing(prepared: Box) -> None:
    for _ in range(2):
        child = prepared.child()
        assert child.call("add", (2,)) == 42, "a child sees what another has changed"
        child.close()


def test_a_new_server_runs_it_again(prepared: Box) -> None:
    server = prepared.pid
    prepared._stop()
    child = prepared.child()
    assert prepared.pid != server
    assert child.call("add", (1,)) == 41
    child.close()


def test_other_cells_need_a_new_server(backend: Backend) -> None:
    with backend.start() as box:
        box.prepare(OPENING)
        server = box.pid
        box.prepare(OPENING)
        assert box.pid == server, "the same cells were run twice"
        box.prepare(["def add(x):\n    return -x"])
        child = box.child()
        assert child.call("add", (1,)) == -1
        assert child.look("base") == "missing", "the first cells are still there"


def test_cells_of_ours_that_fail_are_told(backend: Backend) -> None:
    with backend.start() as box, pytest.raises(BoxError, match="ZeroDivisionError: division by"):
        box.prepare(["1 / 0"])


def test_values_and_errors_come_in_order(child: Child) -> None:
    child.run_cell("def half(x):\n    return 1 / x", 2.0)
    values = child.calls("half", [(2,), (0,), (4,)], 2.0, 4.0)
    assert values[::2] == [0.5, 0.25]
    assert isinstance(values[1], RemoteError)
    assert values[1].kind == "ZeroDivisionError"
    assert child.call("half", (8,)) == 0.125


def test_a_lot_goes_both_ways_at_once(child: Child) -> None:
    child.run_cell("def same(x):\n    return x", 2.0)
    large = np.arange(100_000.0)
    values = child.calls("same", [(large + k,) for k in range(12)], 5.0, 30.0)
    assert [value[0] for value in values] == list(range(12))


def test_each_call_has_its_own_time(child: Child) -> None:
    child.run_cell("import time\ndef nap(x):\n    time.sleep(x)\n    return x", 2.0)
    assert child.calls("nap", [(0.3,)] * 4, 1.0, 5.0) == [0.3] * 4
    start = time.monotonic()
    with pytest.raises(OutOfTime):
        child.calls("nap", [(0.0,), (60.0,), (0.0,)], 0.5, 5.0)
    assert time.monotonic() - start < 4.0
    assert not child.alive


def test_together_they_have_no_more_time_than_they_are_given(child: Child) -> None:
    child.run_cell("import time\ndef nap(x):\n    time.sleep(x)", 2.0)
    with pytest.raises(OutOfTime):
        child.calls("nap", [(0.4,)] * 10, 1.0, 1.0)


def test_an_end_among_them_is_the_end_of_all(child: Child) -> None:
    child.run_cell("import os\ndef leave(x):\n    x and os._exit(3)\n    return x", 2.0)
    with pytest.raises(ChildDied, match="status 3"):
        child.calls("leave", [(0,), (1,), (0,)], 2.0, 4.0)


FORGING = """
import sys

def f(x):
    inside = sys._getframe(1).f_locals["self"]
    encode = sys.modules[type(inside).__module__].encode
    more = [{"op": "value", "id": number, "value": 0} for number in range(2, 9)]
    inside.unsent += map(encode, more)
    return x
"""


def test_an_answer_that_nobody_asked_for_ends_the_child(child: Child) -> None:
    child.run_cell(FORGING, 2.0)
    with pytest.raises(ChildDied, match="an answer came that nobody had asked for"):
        child.calls("f", [(1,)], 2.0, 4.0)
    assert not child.alive


def test_a_callback_is_answered_while_questions_wait(child: Child) -> None:
    child.run_cell("def twice(f):\n    global kept\n    kept = f\n    return f(1) + f(2)", 2.0)
    child.run_cell("def again(x):\n    return kept(x)", 2.0)
    assert child.call("twice", (Handle(0),), handles={0: lambda x: 10 * x}) == 30
    values = child._ask_all(
        [
            {"op": "call", "target": None, "path": "again", "calls": True, "keep": False,
             "watched": False, "args": (x,), "kwargs": {}}
            for x in (1, 2)
        ],
        2.0, 4.0, {0: lambda x: x + 5},
    )  # fmt: skip
    assert [value["value"] for value in values] == [6, 7]


def test_a_cell_and_a_call_go_together(child: Child) -> None:
    assert child.run_and_call("def f(x):\n    return x + 1", "f", (1,), 2.0) == (None, 2)
    raised, value = child.run_and_call("1 / 0", "f", (2,), 2.0)
    assert isinstance(raised, RemoteError)
    assert value == 3
    with pytest.raises(OutOfTime):
        child.run_and_call("while True:\n    pass", "f", (2,), 0.3)
