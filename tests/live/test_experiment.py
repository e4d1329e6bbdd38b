"""An experiment without a view: results, tables, corners, and mistakes of its author."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook.authoring.experiments import find_problems
from bpworkbook.figures import Scene, bar_chart, bars_panel
from bpworkbook.live import Choice, Experiment, Int, Result, experiment
from bpworkbook.nn.errors import ArgumentError

ASK = Choice("Which?", ("this", "that"), answer=0, why="So it is.")
ROWS = [{"n": 1}, {"n": 2}, {"n": 3}]


def make(run: Callable[..., Result], **changed: Any) -> Experiment:
    given: dict[str, Any] = {"controls": {"n": Int(1, 9, 5)}, "settings": ROWS, "predict": ASK}
    return experiment(id="E99.2", title="Small", **{**given, **changed})(run)


def bar(bars: dict[str, float], ylabel: str = "size", alt: str = "") -> Scene:
    return Scene(bars_panel(bars, ylabel=ylabel), alt=alt)


def small(n: int, *, seed: int = 0) -> Result:
    return Result(bar({"n": n}), {"n squared": n * n})


def test_it_is_called_as_the_pure_function_it_is() -> None:
    shown = make(small)
    assert shown(4).values == shown.result(n=4).values == {"n squared": 16}
    assert (shown.name, shown.defaults) == ("small", {"n": 5})


def test_a_result_fills_in_defaults_and_refuses_what_no_control_allows(powers: Experiment) -> None:
    assert powers.result(n=2).values["last"] == 2.25
    with pytest.raises(ArgumentError, match="n is 99, but must be a whole number from 1 to 20"):
        powers.result(n=99)
    with pytest.raises(ArgumentError, match="no control is called m; there are n, base"):
        powers.result(m=1)


def test_values_are_shown_with_three_digits() -> None:
    values = {"a": 0.12345, "b": 7, "c": "7 %", "d": True, "e": np.float64(1e-9), "f": np.True_}
    shown = Result(None, values).texts  # type: ignore[arg-type]
    assert list(shown.values()) == ["0.123", "7", "7 %", "yes", "1.00e-9", "yes"]


def test_the_table_names_only_the_controls_that_vary(powers: Experiment) -> None:
    rows = powers.table()
    assert list(rows[0]) == ["n", "the base", "last", "n > 5", "<n>", "text"]
    assert [row["the base"] for row in rows] == ["1.5", "1.5", "0.75"]
    assert rows == powers.table()


def test_corners_are_all_combinations_of_the_ends(powers: Experiment) -> None:
    corners = powers.corners()
    assert len(corners) == 16
    assert {c["n"] for c in corners} == {1, 20}
    assert {(c["bars"], c["sign"]) for c in corners} == {
        (False, "plus"), (False, "minus"), (True, "plus"), (True, "minus"),
    }  # fmt: skip


def test_corners_are_capped_and_keep_both_ends(powers: Experiment) -> None:
    few = powers.corners(limit=5)
    assert len(few) == 5
    assert few[0] == powers.corners()[0]
    assert few[-1] == powers.corners()[-1]


def test_overflow_is_quiet(recwarn: pytest.WarningsRecorder) -> None:
    def overflow(n: int) -> Result:
        np.exp(np.float64(1000.0 * n))
        return small(n)

    make(overflow).result()
    assert not recwarn.list


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"controls": {}}, "controls is empty"),
        ({"controls": {"m": Int(1, 9, 5)}, "settings": []}, "small has no argument m"),
        ({"settings": [{"n": 1}]}, "settings has 1 rows, wanted 3 to 5"),
        ({"settings": [*ROWS, {"k": 1}]}, "no control is called k"),
        ({"settings": [*ROWS, {"n": 0}]}, "n is 0"),
        ({"scenarios": {"wild": {"n": 100}}}, "n is 100"),
    ],
)
def test_parts_that_do_not_fit_are_named(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        make(small, **changed)


def test_an_argument_that_nothing_sets_is_named() -> None:
    def needs_more(n: int, width: int) -> Result:
        return small(n)

    with pytest.raises(ArgumentError, match="nothing sets the argument width"):
        make(needs_more)


# The test that every experiment gets for nothing is tested itself: each fault must be found.


def same_words(n: int) -> Result:
    return Result(bar({"n": n}, alt="A bar."), {"n": n})


def not_finite(n: int) -> Result:
    return Result(bar({"n": n}), {"log": float(np.log(n - 1.0))})


def fails_at_nine(n: int) -> Result:
    return Result(bar({"n": n}), {"n": 1 // (9 - n)})


def other_names(n: int) -> Result:
    return Result(bar({"n": n}), {f"value {n}": n})


def cut_off(n: int) -> Result:
    picture = bar({"n": n}, "a label much longer than the height of the picture " * 2)
    return Result(picture, {"n": n})


def heavy(n: int) -> Result:
    picture = bar({"n": n})
    picture.figure.figimage(np.random.default_rng(0).random((600, 900, 3)))
    return Result(picture, {"n": n})


def no_scene(n: int) -> Result:
    return Result(bar_chart({"n": n}, "size"), {"n": n})


def drifting() -> Callable[[int], Result]:
    calls = iter(range(10_000))

    def drift(n: int) -> Result:
        return Result(bar({"n": n, "call": next(calls)}, alt=f"{n}"), {"n": n})

    return drift


def drifting_table() -> Callable[[int], Result]:
    calls = iter(range(10_000))

    def drift(n: int) -> Result:
        return Result(bar({"n": n}), {"n": next(calls)})

    return drift


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (same_words, "the alt text never changes"),
        (not_finite, "at n 1: log is -inf, which is not finite"),
        (fails_at_nine, "at n 9: stops with ZeroDivisionError"),
        (other_names, "the names of the values are not the same"),
        (cut_off, "cut off at the"),
        (heavy, "more than 60000"),
        (no_scene, "drawing is a Picture, but must be a Scene"),
        (drifting(), "the picture at the default setting differs"),
        (drifting_table(), "the table differs"),
    ],
)
def test_the_free_test_finds(run: Callable[..., Result], words: str) -> None:
    assert any(words in problem for problem in find_problems(make(run))), find_problems(make(run))


def test_the_free_test_passes_a_sound_experiment() -> None:
    assert find_problems(make(small)) == []


def test_measured_times_may_change_the_picture_but_not_the_table() -> None:
    assert find_problems(make(drifting(), measures_time=True)) == []
    assert find_problems(make(drifting_table(), measures_time=True)) != []
