"""What the corpus found, each by itself: the grader's own time, memory and words."""

import json
import time

import numpy as np
import pytest

from bpworkbook.grading.box.cells import Cells
from bpworkbook.grading.callbacks import Allowance, NotServed
from bpworkbook.grading.cells import cell_of
from bpworkbook.grading.errors import ChildDied
from bpworkbook.grading.judging import ended
from bpworkbook.grading.parcel import MOST_KEYS, Parcel, Refused
from bpworkbook.grading.reader import MOST_VALUES, ReadError, read_notebook
from bpworkbook.lessons import lesson
from bpworkbook.workbook import check
from bpworkbook.workbook.comparison import close, show

COLLIDING = [i * (2**61 - 1) for i in range(MOST_KEYS + 1)]


@pytest.mark.parametrize("blank", ["\n", " \n", "\t\n", "\n#\n"])
def test_blank_lines_are_looked_at_in_no_time(blank: str) -> None:
    start = time.process_time()
    cell_of(1, "x = 1" + blank * 30_000 + "y = 2")
    assert time.process_time() - start < 2, "looking at blank lines takes more than one pass"


@pytest.mark.parametrize("line", ["%run x.py", "  %pylab", "exec ('a = 1')", "x = 1\n%run y"])
def test_a_magic_that_binds_names_is_seen(line: str) -> None:
    assert cell_of(1, line).wild


def test_a_file_of_millions_of_values_is_refused() -> None:
    with pytest.raises(ReadError, match="more than 2,000,000 values"):
        read_notebook(b'{"cells": [' + b"[]," * MOST_VALUES + b"[]]}")


def test_signs_in_texts_are_no_values() -> None:
    cell = {"cell_type": "code", "source": "x = 1", "outputs": [{"text": ',[{\\"' * MOST_VALUES}]}
    found = read_notebook(json.dumps({"cells": [cell]}).encode())
    assert [cell.source for cell in found.cells] == ["x = 1"]


@pytest.mark.parametrize(
    "value",
    [
        {"!": "set", "items": COLLIDING},
        {"!": "dict", "items": [[key, 0] for key in COLLIDING]},
        [{"!": "set", "items": COLLIDING[::2]}, {"!": "set", "items": COLLIDING[:-1:2]}],
    ],
    ids=["set", "dict", "two sets"],
)
def test_sets_of_chosen_numbers_are_refused(value: object) -> None:
    with pytest.raises(Refused, match="too many parts"):
        Parcel().open(value)


def test_arrays_with_an_empty_axis_are_counted_by_the_others() -> None:
    allowance = Allowance(elements=2_000)
    with pytest.raises(NotServed, match="too large"):
        allowance.serve(np.matmul, (np.ones((3_000, 0)), np.ones((0, 3_000))))
    assert allowance.serve(np.matmul, (np.ones((2, 0)), np.ones((0, 3)))).shape == (2, 3)


def test_why_a_child_ended_is_told_without_what_it_chose() -> None:
    found = ended(ChildDied("exit", "it ended itself with status 77"))
    assert "77" not in str(found.lines), "a submission can choose the status"
    assert "77" in found.remark, "the instructor is not told"


def test_a_whole_number_without_end_is_wrong_and_shown_short() -> None:
    huge = 2**12_000
    assert not close(huge, 1.0, 1e-6)
    assert show(huge) == "a whole number of 12,001 bits"
    for question in lesson("09").questions.values():
        assert not check(question, lambda *args: huge).outcome.passed


def test_what_a_notebook_takes_for_granted_is_there() -> None:
    cells = Cells({})
    cells.run("name = input('Your name: ')\nx = np.ones(2)")
    cells.run("def f(a: Unknown) -> Missing:\n    b: Never = a\n    return b")
    assert (cells.namespace["name"], cells.namespace["f"](3)) == ("", 3)
