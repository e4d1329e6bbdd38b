"""Every kind of picture: drawn, small, with words that follow the data, wrong arguments named."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook.figures import (
    Box,
    Picture,
    bar_chart,
    decision_map,
    digit_grid,
    dot_chart,
    line_chart,
    matrix_picture,
    network_diagram,
)
from bpworkbook.nn.errors import ArgumentError

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(80, 2))
CLASSES = (POINTS[:, 0] * POINTS[:, 1] > 0).astype(int)


def ridge(points: Any) -> Any:
    return 1 / (1 + np.exp(-4 * points[:, 0] * points[:, 1]))


# Each kind of picture twice, from data that differ.
PAIRS: dict[str, Callable[[int], Picture]] = {
    "lines": lambda k: line_chart(
        {f"line {i}": (range(30), np.arange(30.0) ** i * k) for i in range(5)},
        "step", "loss", title="Five lines", levels={"level": 3.0}, marks={"here": 4},
    ),
    "log lines": lambda k: line_chart(
        {"loss": ([1, 10, 100], [1.0, 0.1, 0.01 * k])}, "step", "loss", xscale="log", yscale="log"
    ),
    "bars": lambda k: bar_chart({"a": 3.0 * k, "b": 5.0}, "steps", highlight="a", unit="ms"),
    "log bars": lambda k: bar_chart({"a": 3.0 * k, "b": 5000.0}, "steps", yscale="log"),
    "dots": lambda k: dot_chart({"a": [1.0 * k, 2.0], "b": [np.nan, 3.0]}, "loss"),
    "map": lambda k: decision_map(lambda p: ridge(p) if k == 1 else 1 - ridge(p), POINTS, CLASSES),
    "digits": lambda k: digit_grid(RNG.random((10, 64)), [f"{k}{i}" for i in range(10)], title="T"),
    "matrix": lambda k: matrix_picture(np.arange(12.0).reshape(3, 4) * k, title="W"),
    "network": lambda k: network_diagram(
        (2, 2, 1), weights=[[[1, -2], [k, 0]], [[1], [k]]], values=[[1, k], [0, 1], [0.5]],
        gradients=[[0, 0], [1, 1], [1]], names=[["x", "y"], ["g", "h"], ["p"]], flow="backward",
        title="Backward",
    ),
    "wide network": lambda k: network_diagram((8, 8, 1 + k)),
}  # fmt: skip


@pytest.mark.parametrize("kind", PAIRS)
def test_a_picture_is_small_and_its_words_follow_the_data(kind: str) -> None:
    one, other = PAIRS[kind](1), PAIRS[kind](2)
    assert one.alt != other.alt
    assert "nan" not in one.alt.lower()
    for picture in (one, other):
        data = picture.png()
        assert data.startswith(b"\x89PNG")
        assert len(data) < 60_000, f"{kind}: {len(data)} bytes"


@pytest.mark.parametrize("kind", PAIRS)
def test_no_word_is_cut_off(kind: str) -> None:
    picture = PAIRS[kind](1)
    picture.png()
    width, height = picture.figure.get_size_inches()
    box = picture.figure.get_tightbbox()
    slack = 0.05
    assert box.x0 > -slack
    assert box.y0 > -slack
    assert box.x1 < width + slack
    assert box.y1 < height + slack


def test_an_alt_text_of_the_author_s_own_is_kept() -> None:
    assert bar_chart({"a": 1}, "y", alt="My words.").alt == "My words."


def test_whole_positions_get_whole_ticks() -> None:
    ax = line_chart({"loss": (range(4), [4, 3, 2, 1])}, "epoch", "loss").figure.axes[0]
    assert all(tick == round(tick) for tick in ax.get_xticks())


def test_points_on_the_wrong_side_are_counted_and_ringed() -> None:
    picture = decision_map(lambda p: np.ones(len(p)), [[0.0, 0.0], [1.0, 1.0]], [0, 1])
    assert "1 of 2 points on their own side; class 1 fills 100 %" in picture.alt
    words = [text.get_text() for text in picture.figure.axes[0].get_legend().get_texts()]
    assert words == ["class 0", "class 1", "wrong side"]


def test_the_sign_of_a_weight_shows_in_the_line_style() -> None:
    lines = network_diagram((2, 1), weights=[[[1.0], [-1.0]]]).figure.axes[0].lines
    assert [line.get_linestyle() for line in lines] == ["-", "--"]


def test_a_diverged_network_can_still_be_drawn() -> None:
    picture = network_diagram((1, 1), weights=[[[np.inf]]], values=[[np.nan], [np.inf]])
    assert picture.png().startswith(b"\x89PNG")
    assert "not a number" in picture.alt


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: line_chart({}, "x", "y"), "series is empty"),
        (lambda: bar_chart({}, "y"), "values is empty"),
        (lambda: dot_chart({}, "y"), "groups is empty"),
        (lambda: decision_map(ridge, [1, 2, 3], [0, 1, 0]), r"X is \(3,\)"),
        (lambda: decision_map(lambda p: p, POINTS, CLASSES), "predict gave"),
        (lambda: digit_grid(np.zeros((2, 64)), ["one"]), "with 1 titles"),
        (lambda: digit_grid(np.zeros((0, 64)), []), r"images is \(0, 64\)"),
        (lambda: matrix_picture([1, 2]), r"values is \(2,\)"),
        (lambda: Box("T", (2, 3, 4)), r"shape is \(2, 3, 4\)"),
        (lambda: Box("T", (0,)), r"shape is \(0,\)"),
        (lambda: network_diagram((2, 1), values=[[1], [1]]), "values has shapes"),
        (lambda: network_diagram((2, 1), flow="up"), "flow is 'up'"),
    ],
)
def test_a_wrong_argument_is_named(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        make()
