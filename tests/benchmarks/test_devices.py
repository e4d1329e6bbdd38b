"""All that runs on a GPU, held on NumPy but for the CUDA calls."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks import devices
from benchmarks.device_checks import AGREEMENT, check_pair, check_training, checks, failures
from benchmarks.measure import time_to_queue, training
from benchmarks.measure_memory import growth, memory
from benchmarks.measure_scaling import SIZES, make_workload, slope, time_one
from benchmarks.pairs import PAIRS, Pair
from bpworkbook import nn


def test_no_pair_is_forgotten() -> None:
    public = {n.removesuffix("_backward") for n in nn.__all__ if n.endswith("_backward")}
    assert set(PAIRS) == public


@pytest.mark.parametrize("name", PAIRS)
def test_every_pair_passes_on_numpy(name: str) -> None:
    row = check_pair(name, PAIRS[name], np.copy)
    assert set(row) == {"name", "gradient", *AGREEMENT}
    assert failures([row]) == []


def test_a_wrong_gradient_and_a_crash_are_told() -> None:
    right = PAIRS["tanh"]
    wrong = Pair(right.draw, right.forward, lambda grad_out, cache: 2 * grad_out)
    assert failures([check_pair("tanh", wrong, np.copy)]) != []

    def crash(x: Any) -> Any:
        raise TypeError("no such function\nmore")

    row = check_pair("tanh", Pair(right.draw, crash, right.backward), np.copy)
    assert failures([row]) == ["tanh failed: TypeError: no such function"]
    nan = {"name": "tanh", "gradient": float("nan")}
    assert failures([nan]) == ["tanh: gradient differs by nan, allowed 1e-06"]


def test_a_device_that_computes_otherwise_is_told() -> None:
    row = check_training("xor", lambda x: x * np.float32(0.99) if x.dtype.kind == "f" else x)
    assert row["float32"] > AGREEMENT["float32"]
    assert check_training("xor", np.copy)["float32"] == 0


def test_all_checks_are_one_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.device_checks.PAIRS", {"tanh": PAIRS["tanh"]})
    monkeypatch.setattr("benchmarks.device_checks.WORKLOADS", ["xor"])
    told: list[Any] = []
    monkeypatch.setattr(
        "benchmarks.device_checks.check_training", lambda name, move: {"name": name}
    )
    checks({"device": "cpu"}, told.append)
    (result,) = told
    assert [row["name"] for row in result["rows"]] == ["tanh", "xor"]


class Event:
    """A CUDA event whose clock goes one step of 250 ms with each record."""

    now = 0

    def record(self) -> None:
        Event.now += 1
        self.time = Event.now

    def synchronize(self) -> None:
        assert self.time == Event.now


def test_events_enclose_the_work() -> None:
    cuda = SimpleNamespace(Event=Event, get_elapsed_time=lambda a, b: 250.0 * (b.time - a.time))
    done: list[int] = []
    assert devices.event_clock(cuda)(lambda: done.append(1)) == 0.25
    assert done == [1]


def test_the_share_of_queueing() -> None:
    def clock(work: Any) -> float:
        work()
        return 1e9

    assert 0 < time_to_queue(lambda steps: None, 5, clock) < 1e-6


@pytest.mark.skipif(nn.has_gpu(), reason="there is a GPU with CuPy here")
def test_a_missing_gpu_is_one_sentence() -> None:
    assert devices.missing_gpu().startswith("No GPU was measured: ")


def test_a_device_is_where_all_of_ours_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[Any] = []
    there = devices.Device("GPU X", "cuda", lambda a: moved.append(a) or a, devices.wall_clock)
    monkeypatch.setattr(devices, "gpu", lambda: there)
    told: list[Any] = []
    job = {"workloads": ["xor"], "quick": True, "peers": False, "device": "gpu", "threads": 1}
    training(job, told.append)
    result = told[-1]
    assert result["device"] == "GPU X"
    assert 0 < result["queued"] <= 1
    assert set(result["times"]) == {"ours", "floor"}
    # Four parameters and a batch of two arrays, once for the losses and once for the times.
    assert len(moved) == 2 * (4 + 2)
    rounds = [event["done"] for event in told[:-1]]
    assert rounds == list(range(1, told[0]["of"] + 1))


def test_what_training_holds_does_not_grow() -> None:
    told: list[Any] = []
    job = {"workload": "xor", "library": "ours", "growth": True, "quick": True, "threads": 1}
    memory(job, told.append)
    assert told[0]["held"] < 16 * 1024


def test_a_leak_is_seen() -> None:
    kept: list[Any] = []

    def run(steps: int) -> None:
        kept.extend(np.ones(1000) for _ in range(steps))

    found = growth(run, quick=True)
    assert found["steps"] == 90
    assert found["held"] > 90 * 8000


def test_the_peak_is_beyond_the_imports() -> None:
    told: list[Any] = []
    job = {"workload": "xor", "library": "ours", "growth": False, "quick": True, "threads": 1}
    memory(job, told.append)
    assert told[0]["peak"] >= 0
    assert told[0]["imported"] > 10 * 1024 * 1024


def test_sizes_are_measured_one_by_one() -> None:
    found = time_one("batch", 4, 1, {"torch": False, "threads": 1})
    assert set(found) == {"ours"}
    assert found["ours"] > 0
    assert all(len(values) >= 5 for values in SIZES.values())
    model, batches = make_workload(width=8, depth=3, batch=5).make()
    assert [tuple(p.data.shape) for p in model.parameters()][::2] == [
        (64, 8),
        (8, 8),
        (8, 8),
        (8, 10),
    ]
    assert batches[0][0].shape == (5, 64)
    assert slope([1, 10], [5, 500]) == pytest.approx(2)
