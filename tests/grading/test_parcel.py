"""What crosses the wire becomes what it was, or a stranger; nothing that comes does harm."""

import random
from typing import Any

import numpy as np
import pytest

from bpworkbook.grading.parcel import Parcel, Refused, imitate
from bpworkbook.grading.proxy import Gone, RemoteFunction
from tests.grading.stand_in import StandIn

KINDS = tuple(
    "node made set dict generator array subclass stranger refused function given".split()  # noqa: SIM905
)


def some(rng: random.Random, depth: int = 0) -> Any:
    """Draw a value that the wire can carry, often with the mark of a parcel."""
    atoms = [None, True, -1, 2**70, 1.5, float("nan"), "x", "node", np.float32(2), np.zeros((2, 3))]
    choice = rng.random()
    if depth > 3 or choice < 0.3:
        return rng.choice(atoms)
    parts = [some(rng, depth + 1) for _ in range(rng.randrange(4))]
    if choice < 0.45:
        return parts
    if choice < 0.6:
        return tuple(parts)
    keys = [
        "place",
        "type",
        "fields",
        "items",
        "state",
        "dtype",
        "shape",
        "value",
        "data",
        "parents",
        "derivatives",
    ]
    drawn = {key: some(rng, depth + 1) for key in rng.sample(keys, 4)}
    return drawn | {"!": rng.choice(KINDS)} if choice < 0.9 else drawn


def test_anything_may_come_back() -> None:
    rng = random.Random(1)
    for _ in range(3000):
        value = some(rng)
        try:
            Parcel().open(value)
        except Refused:
            continue


def test_any_reply_is_a_value_or_the_end_of_the_child() -> None:
    rng = random.Random(2)
    for _ in range(1000):
        reply = {"value": some(rng), "args": some(rng), "nodes": some(rng), "seconds": 0.0}
        child = StandIn(__bridge_ask__=lambda *args, reply=reply: reply)
        try:
            RemoteFunction(child, "f")(np.ones(2), [1, {"a": 2.0}])
        except Gone:  # "wire": nothing that the bridge would send
            continue


@pytest.mark.parametrize(
    "value",
    [3, 2.5, "a", None, (1, [2, (3.0,)]), {"a": (1,)}, {1: 2}, {"!": 1}, {1, 2}, np.arange(3), 1j],
    ids=repr,
)
def test_data_comes_back_as_it_was(value: Any) -> None:
    came = RemoteFunction(StandIn(f=lambda x: x), "f")(value)
    assert type(came) is type(value)
    assert repr(came) == repr(value)


def test_strangers_keep_their_names() -> None:
    class Matrix(np.ndarray):
        pass

    values = {"range": range(3), "Matrix": np.zeros(2).view(Matrix), "module": np}
    for name, value in values.items():
        came = RemoteFunction(StandIn(f=lambda value=value: value), "f")()
        assert type(came).__name__ == name
    came = RemoteFunction(StandIn(f=lambda: np.array([["a"]], dtype=object)), "f")()
    assert (came.dtype, came.shape) == (object, (1, 1))


def test_arguments_changed_there_are_changed_here() -> None:
    def spoil(a: Any, b: Any, c: Any) -> None:
        a[0] = 7
        b.append(1)
        b[0][1] += 1
        c["new"] = c.pop("old")

    a, b, c = np.zeros(2), [np.zeros(2)], {"old": 1}
    RemoteFunction(StandIn(f=spoil), "f")(a, b, c)
    assert a.tolist() == [7, 0]
    assert len(b) == 2
    assert c == {"new": 1}


def test_an_array_that_took_another_shape_counts_as_changed() -> None:
    ours = np.zeros((2, 3))
    imitate(ours, np.zeros(6))
    assert ours.any()


def test_a_generator_moves_on_over_there_and_back() -> None:
    """A function of ours that draws leaves the caller's generator where it would be."""

    def draw_twice(f: Any, rng: Any) -> Any:
        return f(rng), f(rng), rng.random()

    def draw(rng: Any) -> Any:
        return rng.random()

    came = RemoteFunction(StandIn(f=draw_twice), "f")(draw, np.random.default_rng(4))
    assert list(came) == np.random.default_rng(4).random(3).tolist()
