"""Times are told even by a clock that ticks seldom, as that of a browser does."""

from collections.abc import Callable

import pytest

from bpworkbook.lessons import timing


class Clock:
    """A clock that only work moves on, and that is read in tenths of a millisecond."""

    now = 0.0

    def read(self) -> float:
        return round(self.now, 4)

    def takes(self, *seconds: float) -> Callable[[], None]:
        """Return a function whose calls take so long, one after the other; the last ones alike."""
        coming = list(seconds)

        def work() -> None:
            self.now += coming.pop(0) if len(coming) > 1 else coming[0]

        return work


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(timing.time, "perf_counter", made.read)
    return made


def test_a_coarse_clock_gives_no_zero(clock: Clock) -> None:
    runs = {"first": clock.takes(0.002, 3e-6), "second": clock.takes(1e-6)}
    seconds = timing.best_seconds(runs)
    assert seconds["first"] == pytest.approx(3e-6, rel=0.1), "the first call alone was timed"
    assert seconds["second"] == pytest.approx(1e-6, rel=0.1)


def test_functions_take_turns(clock: Clock) -> None:
    order: list[str] = []

    def pause(name: str) -> None:
        order.append(name)
        clock.now += 2 * timing.TICK

    timing.best_seconds({"one": lambda: pause("one"), "other": lambda: pause("other")}, repeats=2)
    assert order == ["one", "other"] * 2
