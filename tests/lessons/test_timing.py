"""Times are told even by a clock that ticks seldom, as that of a browser does."""

import time

import pytest

from bpworkbook.lessons import timing


def test_a_coarse_clock_gives_no_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    fine = time.perf_counter
    monkeypatch.setattr(timing.time, "perf_counter", lambda: round(fine(), 4))
    calls: list[int] = []

    def slow_at_first() -> None:
        calls.append(1)
        time.sleep(0.002 if len(calls) == 1 else 0)

    seconds = timing.best_seconds({"first": slow_at_first, "second": lambda: None})
    assert 0 < seconds["second"] < 1e-4
    assert 0 < seconds["first"] < 1e-3, "the first call alone was timed"


def test_functions_take_turns() -> None:
    order: list[str] = []

    def pause(name: str) -> None:
        order.append(name)
        time.sleep(2 * timing.TICK)

    timing.best_seconds({"one": lambda: pause("one"), "other": lambda: pause("other")}, repeats=2)
    assert order == ["one", "other"] * 2
