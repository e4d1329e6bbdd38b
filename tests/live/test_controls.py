"""Controls: their stops, their words, and what they refuse."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook.live import Control, Float, FloatLog, Int, Menu, Toggle
from bpworkbook.nn.errors import ArgumentError

CONTROLS = [
    Int(4, 128, 64),
    Int(0, 100, 50, step=7),
    Float(-1, 1, 0.25),
    Float(0, 0.35, 0.1, step=0.1),
    FloatLog(1e-3, 10, 0.3),
    FloatLog(0.02, 0.7, 0.0201),
    Menu(("sigmoid", "tanh"), "tanh"),
    Menu((1, 10, 100), 10),
    Toggle(True),
]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: f"{type(c).__name__} {c.default}")
def test_the_default_and_both_ends_are_stops(control: Control) -> None:
    assert control.default in control.stops
    assert set(control.extremes()) <= set(control.stops)
    assert len(set(control.stops)) == len(control.stops)
    for stop in control.stops:
        assert control.accept("value", stop) == stop


@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: f"{type(c).__name__} {c.default}")
def test_every_stop_has_words_of_its_own(control: Control) -> None:
    words = [control.text(stop) for stop in control.stops]
    assert len(set(words)) == len(words), "two stops read the same"


def test_sliders_run_upwards_between_their_ends() -> None:
    for control in CONTROLS[:6]:
        assert list(control.stops) == sorted(control.stops)
    assert Int(0, 100, 50, step=7).stops[-2:] == (98, 100)
    assert Float(0, 0.35, 0.1, step=0.1).stops == (0.0, 0.1, 0.2, 0.3, 0.35)


def test_a_logarithmic_slider_is_about_even_and_round() -> None:
    stops = np.array(FloatLog(1e-3, 10, 0.3).stops, dtype=float)
    ratios = stops[1:] / stops[:-1]
    assert ratios.max() < 1.4
    assert {0.001, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0} <= set(stops.tolist())


def test_values_between_the_stops_can_be_set_and_get_a_stop() -> None:
    control = FloatLog(1e-3, 1, 0.1)
    assert 0.0201 not in control.stops
    assert control.accept("lr", 0.0201) == 0.0201
    assert 0.0201 in control.stops_with([0.0201])


def test_types_are_kept_strictly() -> None:
    assert type(Int(1, 9, 5).accept("n", np.int64(3))) is int
    assert type(Float(0, 2, 1).accept("x", 1)) is float
    assert Toggle(False).accept("on", True) is True


def test_short_menus_are_buttons_and_long_ones_a_list() -> None:
    assert Menu(("forward", "error", "backward", "update"), "error").kind == "radio"
    assert Menu(tuple(f"option {i}" for i in range(6)), "option 0").kind == "select"
    assert (
        Menu(
            ("a rather long option of many words", "and another long one"), "and another long one"
        ).kind
        == "select"
    )


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Int(5, 1, 3), "low is 5 and high is 1"),
        (lambda: Int(1, 5, 9), "default is 9, but must be a whole number from 1 to 5"),
        (lambda: Int(1, 5, 2.5), "default is 2.5"),  # type: ignore[arg-type]
        (lambda: Int(1, 5, True), "default is True"),
        (lambda: Int(0, 10_000, 5), "step gives 10001 stops"),
        (lambda: Int(0, 10, 5, step=0), "step"),
        (lambda: Float(0, float("inf"), 1), "high is inf"),
        (lambda: Float(0, 1, float("nan")), "default is nan"),
        (lambda: Float(0, 1, "half"), "default is 'half'"),  # type: ignore[arg-type]
        (lambda: FloatLog(0, 1, 0.5), "low is 0, but must be positive"),
        (lambda: FloatLog(0.1, 1, np.ones(3)), "default is"),  # type: ignore[arg-type]
        (lambda: Menu(("one",), "one"), "two or more"),
        (lambda: Menu(("a", "a"), "a"), "two or more"),
        (lambda: Menu(("a", "b"), "c"), "must be one of 'a', 'b'"),
        (lambda: Menu((0, 1), False), "must be one of 0, 1"),
        (lambda: Toggle(1), "must be one of False, True"),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_a_wrong_argument_is_named(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        make()
