"""A small experiment, and a store that remembers what it was told."""

from typing import Any

import pytest

from bpworkbook.figures import Scene, bars_panel, lines_panel
from bpworkbook.live import Choice, Experiment, Float, Int, Menu, Result, Toggle, experiment


class Remembering:
    """Stands for the learner's progress file."""

    def __init__(self, trouble: str = "") -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.trouble = trouble

    def record_prediction(self, *given: Any) -> str:
        self.calls.append(("prediction", *given))
        return self.trouble

    def record_read_off(self, *given: Any) -> str:
        self.calls.append(("read-off", *given))
        return self.trouble

    def record_review(self, *given: Any) -> str:
        self.calls.append(("review", *given))
        return self.trouble


@pytest.fixture
def store() -> Remembering:
    return Remembering()


@pytest.fixture
def broken_store() -> Remembering:
    return Remembering("Not saved: the folder is read-only.")


def powers_of(n: int, base: float, bars: bool, sign: str, *, seed: int = 0) -> Result:
    if n == 13:
        raise ZeroDivisionError("division\nby zero")
    values = [(1 if sign == "plus" else -1) * base**k for k in range(n + 1)]
    if bars:
        panel = bars_panel({"last": values[-1]}, ylabel="power")
    else:
        panel = lines_panel({"power": (range(n + 1), values)}, xlabel="n", ylabel="power")
    return Result(Scene(panel), {"last": values[-1], "n > 5": n > 5, "<n>": n, "text": "a `word`"})


@pytest.fixture
def powers() -> Experiment:
    return experiment(
        id="E99.1",
        title="Powers <live>",
        controls={
            "n": Int(1, 20, 5),
            "base": Float(0.5, 2, 1.5, step=0.5, label="the base"),
            "bars": Toggle(False),
            "sign": Menu(("plus", "minus"), "plus"),
        },
        predict=Choice("The powers of 1.5", ("fall", "rise", "stay"), answer=1, why="1.5 > 1."),
        read_off=Choice("At base 0.5 they", ("fall", "rise"), answer=0, why="0.5 < 1."),
        settings=[{"n": 3}, {"n": 6}, {"base": 0.75}],
        scenarios={"shows the point": {"base": 2.0}, "breaks the rule": {"base": 0.5}},
    )(powers_of)
