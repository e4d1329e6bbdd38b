"""Alt text states the finding, whatever the data do."""

import math

import numpy as np
import pytest

from bpworkbook.figures.alt import (
    describe_bars,
    describe_counts,
    describe_dots,
    describe_line,
    join_words,
    number,
    short,
)
from bpworkbook.nn.errors import ArgumentError


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.3, "2.30"),
        (0.1 + 0.2, "0.300"),
        (9.999, "10.0"),
        (-0.0, "0"),
        (0.00012345, "1.23e-4"),
        (0.00095, "9.50e-4"),
        (123456.0, "123000"),
        (1e6, "1.00e6"),
        (-1e-300, "-1.00e-300"),
        (7, "7"),
        (np.int64(7), "7"),
        (np.float32(0.1), "0.100"),
        (math.nan, "not a number"),
        (-math.inf, "minus infinite"),
    ],
)
def test_numbers_have_three_digits(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(100.0, "100"), (0.10, "0.1"), (1e-5, "1e-5"), (20, "20"), (0.0, "0"), (math.inf, "infinite")],
)
def test_settings_have_no_zeros_at_the_end(value: float, text: str) -> None:
    assert short(value) == text


@pytest.mark.parametrize(
    ("heights", "course"),
    [
        ([4, 3, 1], "falls from 4.00 to 1.00 by step 2"),
        ([1, 2, 4], "rises from 1.00 to 4.00 by step 2"),
        ([2, 2.001, 2], "stays near 2.00"),
        ([0, 0, 0], "stays near 0"),
        ([1, 5, 2], "rises from 1.00 to 5.00 at step 1, then falls to 2.00"),
        ([5, 1, 3], "falls from 5.00 to 1.00 at step 1, then rises to 3.00"),
        ([3, 5, 1], "rises from 3.00 to 5.00 at step 1, then falls to 1.00"),
        ([3, 1, 5], "falls from 3.00 to 1.00 at step 1, then rises to 5.00"),
        ([3, 5, 1, 3.2], "starts at 3.00, ends at 3.20 and moves between 1.00 and 5.00"),
        ([7], "is 7.00 at step 0"),
        ([math.nan, math.inf], "has no finite value"),
    ],
)
def test_a_line_is_told_by_its_course(heights: list[float], course: str) -> None:
    assert (
        describe_line(range(len(heights)), heights, name="loss", xname="step") == f"loss {course}"
    )


def test_overflow_is_part_of_the_finding() -> None:
    told = describe_line([0, 1, 2], [1, 1e3, math.inf], name="loss", xname="step")
    assert told.endswith("and is no longer finite from step 2 on")


def test_a_line_of_unequal_lengths_is_refused() -> None:
    with pytest.raises(ArgumentError, match="x has 2 values, but y has 3"):
        describe_line([1, 2], [1, 2, 3], name="loss")


def test_many_bars_are_told_by_their_extremes() -> None:
    bars = {f"bar {i}": float(i) for i in range(9)}
    assert describe_bars(bars, name="size") == ("size: 9 bars, highest bar 8 8.00, lowest bar 0 0")
    assert "none of them finite" in describe_bars(dict.fromkeys(bars, math.nan), name="size")


def test_bars_carry_their_unit() -> None:
    assert describe_bars({"a": 3}, name="cost", unit="ms") == "cost: a 3 ms"


def test_dots_without_a_finite_value_say_so() -> None:
    told = describe_dots({"a": [math.nan], "b": [1.0]}, name="loss")
    assert told == "loss: a without a finite value, b median 1.00 (1.00 to 1.00, 1 runs)"


def test_counts() -> None:
    assert describe_counts(0, 4) == "none of 4 points right"


def test_one_word_is_joined_to_nothing() -> None:
    assert join_words(["a"]) == "a"
