"""Honest submissions get the values that their functions return."""

import numpy as np
import pytest

from bpworkbook.grading.box import Box, Child
from bpworkbook.grading.errors import RemoteError
from bpworkbook.grading.wire import Handle

VALUES = [
    None, True, 3, -(2**70), 2.5, float("inf"), "naïve ✓", [1, [2.0]], (1, (2,)), {"a": {"b": 1}},
    np.arange(6.0).reshape(2, 3), np.float32(1.5), np.array(["1"], dtype="U1").astype(float),
    np.zeros((0, 3), dtype=np.int8), np.array([1 + 2j]), np.array([True, False]),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__}")
def test_a_value_comes_back_as_it_went(child: Child, value: object) -> None:
    child.run_cell("def same(x):\n    return x", 5)
    came = child.call("same", (value,))
    assert type(came) is type(value), f"{value!r} became {came!r}"
    np.testing.assert_equal(came, value)


def test_helpers_of_earlier_cells_are_used(box: Box) -> None:
    cells = ["import numpy as np\nscale = 3", "def helper(x):\n    return scale * x",
             "def f(x, *, y=1):\n    return helper(x) @ np.ones(2) + y"]  # fmt: skip
    child = box.child(cells)
    assert child.call("f", (np.ones(2),), {"y": 4}) == 10, "a helper or a keyword was lost"
    child.close()


def test_an_error_names_the_own_line(child: Child) -> None:
    child.run_cell("import numpy as np\ndef f(x):\n    y = x + 1\n    return np.ones(3) @ y", 5)
    with pytest.raises(RemoteError) as caught:
        child.call("f", (np.ones(2),))
    told = caught.value
    assert (told.kind, told.line, told.source) == ("ValueError", 4, "return np.ones(3) @ y")
    assert child.call("f", (np.ones(3),)) == 6, "an error ended the child"


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("raise SystemExit(3)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("def f(:", "SyntaxError"),
        ("class Odd(Exception):\n    def __str__(self):\n        raise self\nraise Odd", "Odd"),
        ("def f():\n    return f()\nf()", "RecursionError"),
        ("import sys\nopen(0).read(1)[0]", "IndexError"),
        ("x = '\\x00' + 1", "TypeError"),
        ("raise ValueError('\\ud800' * 10**6)", "ValueError"),
    ],
)
def test_an_error_in_a_cell_costs_that_cell_only(child: Child, source: str, kind: str) -> None:
    with pytest.raises(RemoteError) as caught:
        child.run_cell(source, 5)
    assert caught.value.kind == kind
    assert len(caught.value.message) <= 1000, "a message is not cut"
    child.run_cell("x = 1", 5)


def test_setup_goes_on_after_a_bad_cell(box: Box) -> None:
    child = box.child(["a = 1", "1 / 0", "import os; os._exit(1)", "while True: pass",
                       "def f():\n    return a"], seconds=0.5)  # fmt: skip
    kinds = {place: type(error).__name__ for place, error in child.troubles.items()}
    assert kinds == {1: "RemoteError", 2: "ChildDied", 3: "OutOfTime"}
    assert child.call("f") == 1, "a bad cell cost a good one"
    child.close()


def test_what_is_no_data_is_told(child: Child) -> None:
    child.run_cell("def f():\n    return {1, 2}\ndef g():\n    return object()", 5)
    for name in ("f", "g"):
        with pytest.raises(RemoteError, match="cannot be sent"):
            child.call(name)
    with pytest.raises(RemoteError, match="'missing' is not defined"):
        child.call("missing")


def test_a_function_as_argument_stays_here(child: Child) -> None:
    asked = []

    def square(x: float) -> float:
        asked.append(x)
        return x * x

    child.run_cell("def slope(f, x):\n    return (f(x + 1) - f(x - 1)) / 2", 5)
    assert child.call("slope", (Handle(3), 5.0), handles={3: square}) == 10
    assert asked == [6, 4]


def test_an_error_of_a_function_that_stays_here_can_be_caught(child: Child) -> None:
    def refuse(x: object) -> None:
        raise ValueError("not this")

    child.run_cell("def f(g):\n    try:\n        g(1)\n    except ValueError as e:\n"
                   "        return str(e)", 5)  # fmt: skip
    assert child.call("f", (Handle(0),), handles={0: refuse}) == "not this"
    child.run_cell("def h(g):\n    return g.__class__(g._inside, 99)()", 5)
    with pytest.raises(RemoteError, match="KeyError"):
        child.call("h", (Handle(0),), handles={0: refuse})


def test_changed_arguments_are_told(child: Child) -> None:
    child.run_cell("def f(x, y, z):\n    y += 1\n    z['a'].append(2)\n    return x", 5)
    child.call("f", (np.ones(2), np.ones(2), {"a": [1]}))
    assert sorted(child.changed) == [1, 2]
    np.testing.assert_array_equal(child.changed[1], [2.0, 2.0])
    assert child.changed[2] == {"a": [1, 2]}


def test_prints_are_kept_and_do_no_harm(child: Child) -> None:
    child.run_cell("import sys\ndef f():\n    print('héllo')\n    print('x' * 10**6)\n"
                   "    print('end', file=sys.stderr)\n    return 7", 5)  # fmt: skip
    assert child.call("f") == 7
    assert child.output.startswith("héllo\nxxx")
    assert len(child.output.encode()) <= 64 * 1024, "more output is kept than the limit"


MAGICS = """%matplotlib inline
!ls
files = !ls
import numpy as np
%timeit 1 + 1
np.ones?
x = 5
"""


def test_magics_do_no_harm(box: Box) -> None:
    child = box.child([MAGICS, "%%time\ny = x + 1", "%%bash\nrm -rf /", "  z = 1\n  z += 1",
                       "import asyncio\nawait asyncio.sleep(0)\nq = 3",
                       "def f():\n    return x, y, z, q"])  # fmt: skip
    assert not child.troubles, f"a magic cost a cell: {child.troubles}"
    assert child.call("f") == (5, 6, 2, 3)
    child.close()


def test_the_workbook_is_a_stand_in(box: Box) -> None:
    child = box.child(["from bpworkbook import datasets, lesson, nn\nw = lesson('09')\nw.review()",
                       "def f(x):\n    return x\ng = w.use(f)\nw.check(f)\nw.experiment('a')",
                       "def h():\n    return nn.relu(1)"])  # fmt: skip
    assert not child.troubles
    assert child.call("g", (3,)) == 3
    with pytest.raises(RemoteError, match="while your work is graded"):
        child.call("h")
    for line in ("import bpworkbook.nn", "from bpworkbook.nn import relu", "import bpworkbook.x.y"):
        with pytest.raises(RemoteError, match="while your work is graded") as caught:
            child.run_cell(line, 5)
        assert caught.value.kind == "ImportError"
    child.close()


def test_what_is_given_can_be_imported(box: Box) -> None:
    child = box.child(
        ["from bpworkbook.nn import sigmoid\ndef f(x):\n    return sigmoid(x) + 1"],
        given={"bpworkbook.nn": {"sigmoid": lambda x: 10 * x}},
    )
    assert child.call("f", (np.ones(2),)).tolist() == [11, 11]
    with pytest.raises(RemoteError, match="while your work is graded"):
        child.run_cell("from bpworkbook.nn import relu_backward", 5)
    child.close()


def test_a_given_module_is_also_an_attribute(box: Box) -> None:
    child = box.child(["from bpworkbook import nn\ndef f():\n    return nn.three()"],
                      given={"bpworkbook.nn": {"three": lambda: 3}})  # fmt: skip
    assert child.call("f") == 3
    child.close()


def test_objects_can_be_kept_and_asked(child: Child) -> None:
    child.run_cell(
        "class Value:\n    def __init__(self, data):\n        self.data, self.grad = data, 0.0\n"
        "    def __mul__(self, other):\n        return Value(self.data * other.data)\n"
        "    def backward(self):\n        self.grad = 1.0", 5)  # fmt: skip
    assert [child.look(name) for name in ("Value", "nothing")] == ["class", "missing"]
    a, b = (child.call("Value", (x,), keep=True) for x in (2.0, 3.0))
    product = child.method(a, "__mul__", (b,), keep=True)
    assert child.method(product, "backward") is None
    assert child.attribute(product, "data") == 6
    assert child.attribute(product, "grad") == 1


def test_files_threads_and_libraries_work(child: Child) -> None:
    child.run_cell(
        "import numpy as np, threading, tempfile, json\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "def f():\n    np.save('a.npy', np.ones(3))\n"
        "    with tempfile.TemporaryFile() as file:\n        file.write(b'x')\n"
        "    with ThreadPoolExecutor(8) as pool:\n"
        "        return np.load('a.npy').sum() + sum(pool.map(abs, range(-3, 0)))", 5)  # fmt: skip
    assert child.call("f") == 9


def test_every_child_starts_the_same(box: Box) -> None:
    cell = "import random, numpy as np\ndef f():\n    return random.random(), np.random.rand()"
    drawn = set()
    for _ in range(3):
        child = box.child([cell, "open('left.txt', 'x').write('here')"])
        assert not child.troubles, "a file of another child is still there"
        drawn.add(child.call("f"))
        child.close()
    assert len(drawn) == 1, "the same submission draws other numbers each time"


def test_large_arguments_go_both_ways(child: Child) -> None:
    child.run_cell("def f(x):\n    return x + 1", 5)
    x = np.zeros(500_000)
    assert child.call("f", (x,), seconds=20).sum() == 500_000
