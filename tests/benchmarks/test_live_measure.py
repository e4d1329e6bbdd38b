"""What is made of what the page saw; no browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright")

from benchmarks import live_run
from benchmarks.live_figures import Measured
from benchmarks.live_measure import MOVES, read_drag, to_and_fro, what_is_wrong
from benchmarks.live_run import count, neighbours, plan
from bpworkbook.figures import Line, Panel, Scene
from bpworkbook.live import Choice, Experiment, Int, Result, experiment


def words(alt: str) -> Scene:
    """Return a picture that is hardly more than its words."""
    return Scene(Panel(Line([0, 1], [0, 1], "line")), alt=alt)


@pytest.fixture
def squares() -> Experiment:
    ask = Choice("Its square is", ("below 20", "above 20"), answer=1, why="5 times 5 is 25.")

    @experiment(
        id="E00.9",
        title="Squares",
        controls={"n": Int(1, 9, 5)},
        predict=ask,
        settings=[{"n": 1}, {"n": 2}, {"n": 3}],
    )
    def squares(n: int) -> Result:
        return Result(words(f"{n} squared is {n * n}"), {"square": n * n})

    return squares


def picture(time: float, seq: int, n: int, alt: str = "", error: str = "") -> dict[str, Any]:
    alt = alt or f"{n} squared is {n * n}"
    return {"time": time, "seq": seq, "alt": alt, "error": error, "state": f"E00.9 n={n}"}


def seen(*pictures: dict[str, Any]) -> dict[str, Any]:
    """A drag of three moves, from 100 to 1100 ms, which ends at 8."""
    moves = [{"time": 100.0 + 500 * k, "wanted": 5 + k} for k in range(3)]
    return {"moves": moves, "pictures": list(pictures), "chosen": ["n", "8"]}


def test_pictures_after_the_last_move_are_not_counted_as_during_it(squares: Experiment) -> None:
    found = seen(picture(90, 4, 5), picture(300, 5, 6), picture(700, 6, 7), picture(1180, 7, 8))
    drag = read_drag(found, squares)
    assert (drag.moves, drag.seconds, drag.pictures, drag.wrong) == (3, 1.0, 2, "")
    assert drag.last == pytest.approx(80)


def test_a_frame_that_a_film_shows_later_is_not_the_last_picture(squares: Experiment) -> None:
    found = seen(picture(1180, 7, 8), picture(1300, 8, 8, alt="a later frame"))
    assert read_drag(found, squares).wrong == ""


def test_a_stale_picture_is_told(squares: Experiment) -> None:
    drag = read_drag(seen(picture(1180, 7, 6)), squares)
    assert drag.wrong == "n is 8, but the last picture is of 6"
    assert read_drag(seen(picture(1050, 6, 7)), squares).wrong == "the last picture is missing"
    assert read_drag({**seen(), "moves": []}, squares).wrong == "the control did not move"


def test_words_that_are_not_the_functions_own_are_told(squares: Experiment) -> None:
    wrong = what_is_wrong(picture(1, 1, 8, alt="7 squared is 49"), ("n", "8"), squares)
    assert wrong == "the last picture says '7 squared is 49', not '8 squared is 64'"
    wrong = what_is_wrong(picture(1, 1, 8, error="Overflow."), ("n", "8"), squares)
    assert wrong == "shows: Overflow."


@pytest.mark.parametrize(("at", "last"), [(0, 1), (1, 1), (3, 25), (25, 25), (100, 2000), (7, 37)])
def test_every_move_of_a_drag_changes_the_stop(at: int, last: int) -> None:
    places = [at, *to_and_fro(at, last, MOVES)]
    assert len(places) == MOVES + 1
    assert all(0 <= place <= last for place in places)
    assert all(one != after for one, after in pairwise(places))


def test_a_quick_run_takes_few_experiments_but_the_main_one() -> None:
    quick = plan(["09"], quick=True)["09"]
    whole = plan(["09"])["09"]
    assert [one.id for one in quick if not isinstance(one, str)][-1] == "E09.4"
    assert len(quick) == 2 < len(whole)
    assert count({"09": quick}, quick=True) == 3
    assert count({"09": whole, "05": "cannot be imported"}) == len(whole) + 3


def test_a_lesson_that_cannot_be_imported_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def module(number: str, name: str) -> Any:
        raise ImportError("no such name")

    monkeypatch.setattr("bpworkbook.lessons.catalogue.module", module)
    assert plan(["09"]) == {"09": "cannot be imported: no such name"}


def test_a_notebook_is_filled_with_others() -> None:
    main, others = neighbours(plan(["09"]))
    assert main == 'lesson("09").experiment("film")'
    assert len(others) == live_run.MANY - 1
    assert main not in others


def test_one_page_that_fails_does_not_cost_the_others(
    monkeypatch: pytest.MonkeyPatch, squares: Experiment
) -> None:
    """The second of four experiments gives trouble, the third finds no page; the fourth is fine."""
    opened: list[str] = []

    class Page:
        def evaluate(self, script: str, source: str = "") -> None:
            assert "bpBench" in script

        def wait_for_timeout(self, milliseconds: float) -> None:
            assert milliseconds == 1000 * live_run.READING

    @contextmanager
    def open_notebook(browser: Any, lab: Any, name: str, script: str) -> Iterator[Page]:
        opened.append(name)
        if len(opened) == 2:
            raise live_run.PageError("Page.goto: Timeout\nmore")
        yield Page()

    outcomes = iter([Measured("E00.1", steps=[1.0]), ValueError("shows: x"), Measured("E00.4")])

    def measure(page: Page, experiment: Experiment, steps: int) -> Measured:
        outcome = next(outcomes)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    monkeypatch.setattr(live_run, "open_notebook", open_notebook)
    monkeypatch.setattr(live_run, "measure", measure)
    told: list[str] = []
    course = live_run.Course(None, (Path(), ""), lambda words, name: told.append(name), 3)
    found = course.measure({"00": [squares] * 4}, many=True).experiments
    assert told == ["E00.1", "E00.9", "E00", "E00.4"]
    assert [one.trouble for one in found] == ["", "shows: x", "Page.goto: Timeout", ""]
    assert len(opened) == 3
