"""The networks train, agree with the peers that are installed, and count their products."""

from typing import Any

import numpy as np
import pytest

from benchmarks.bars import PLANS
from benchmarks.floor import Floor, Product, products
from benchmarks.peers import make_trainers
from benchmarks.timing import largest_difference, ratios, take_turns
from benchmarks.workloads import WORKLOADS, Ours, Trainer
from bpworkbook import nn

# Enough that the first batch comes again.
STEPS = {"xor": 201, "mlp-sgd": 41}


@pytest.mark.parametrize("name", WORKLOADS)
def test_the_loss_falls(name: str) -> None:
    workload = WORKLOADS[name]
    trainer = Ours(workload, *workload.make())
    losses = [float(trainer.step()) for _ in range(STEPS.get(name, 5))]
    assert losses[-1] < losses[0], losses
    assert all(p.data.dtype == np.float32 for p in trainer.model.parameters())


def test_a_workload_is_the_same_every_time() -> None:
    for name, workload in WORKLOADS.items():
        (model, batches), (again, same) = workload.make(), workload.make()
        for mine, other in zip(model.parameters(), again.parameters(), strict=True):
            np.testing.assert_array_equal(mine.data, other.data, name)
        np.testing.assert_array_equal(batches[-1][0], same[-1][0])


def test_batches_go_round_in_order() -> None:
    trainer = Trainer(["a", "b", "c"])
    assert [trainer.next_batch() for _ in range(5)] == ["a", "b", "c", "a", "b"]


@pytest.mark.parametrize("name", ["mlp-sgd", "xor", "mlp-norm", "lstm", "transformer"])
def test_losses_agree_with_pytorch(name: str) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed; the benchmark installs it")
    assert_agreement(name, "torch", 1e-5)


@pytest.mark.parametrize(
    ("name", "peer"),
    [
        ("mlp-sgd", "sklearn"),
        ("mlp-sgd", "sklearn-steps"),
        ("mlp-sgd", "autograd"),
        ("mlp-sgd", "bare"),
        ("xor", "autograd"),
        ("xor", "bare"),
    ],
)
def test_losses_agree_with_the_other_peers(name: str, peer: str) -> None:
    if peer != "bare":
        pytest.importorskip(peer.partition("-")[0])
    assert_agreement(name, peer, 1e-5)


def assert_agreement(name: str, peer: str, bar: float) -> None:
    trainers, missing = make_trainers(name, dropout=False)
    assert peer not in missing
    mine, other = ([float(trainers[who].step()) for _ in range(5)] for who in ("ours", peer))
    assert largest_difference(mine, other) < bar


@pytest.mark.filterwarnings("ignore:Stochastic Optimizer")
def test_passes_of_sklearn_are_its_steps() -> None:
    first, second = (make_trainers("mlp-sgd")[0]["sklearn"] for _ in range(2))
    for _ in range(8):
        first.step()
    second.run(8)
    model: Any = first
    other: Any = second
    for mine, theirs in zip(model.model.coefs_, other.model.coefs_, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-6)


def test_steps_of_sklearn_are_whole_passes() -> None:
    with pytest.raises(ValueError, match="6 steps are no whole passes over 4 batches"):
        make_trainers("mlp-sgd")[0]["sklearn"].run(6)
    plans = [plan for plan in PLANS.values() if plan.against_sklearn]
    assert all(plan.steps * 5 % 4 == 0 for plan in plans)


def test_a_peer_that_is_missing_is_left_out_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def no_torch(*args: Any) -> Any:
        raise ImportError("No module named 'torch'")

    monkeypatch.setattr("benchmarks.peers.peer_makers", lambda *args: {"torch": no_torch})
    trainers, missing = make_trainers("xor")
    assert list(trainers) == ["ours", "floor"]
    assert missing == {"torch": "No module named 'torch'"}


class Counting(np.ndarray[Any, Any]):
    """An array that counts the multiplications of matrix products."""

    total = 0

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        plain = [x.view(np.ndarray) if isinstance(x, Counting) else x for x in inputs]
        if "out" in kwargs:
            kwargs["out"] = tuple(np.asarray(x) for x in kwargs["out"])
        result = getattr(ufunc, method)(*plain, **kwargs)
        if ufunc is np.matmul:
            Counting.total += result.size * plain[0].shape[-1]
        return counting(result)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return counting(super().__array_function__(func, types, args, kwargs))

    def dot(self, other: Any) -> Any:  # type: ignore[override]
        return self @ other


def counting(result: Any) -> Any:
    return result.view(Counting) if isinstance(result, np.ndarray) else result


@pytest.mark.parametrize("name", ["mlp-sgd", "mlp-adam", "mlp-norm", "xor", "lstm", "transformer"])
def test_the_floor_is_the_products_of_the_model(name: str) -> None:
    workload = WORKLOADS[name]
    model, batches = workload.make()
    expected = sum(product.multiplications for product in products(model, batches[0]))
    for parameter in model.parameters():
        parameter.data = parameter.data.view(Counting)
    x, y = batches[0]
    Counting.total = 0
    _, cache = nn.LOSSES[workload.loss].forward(model(x.view(Counting)), y)
    model.backward_parameters(nn.LOSSES[workload.loss].backward(cache))
    # A row of ones times a matrix is a sum over a batch, not a product of the step.
    assert expected <= Counting.total <= 1.03 * expected


def test_the_products_of_a_convolution_are_those_of_its_patches() -> None:
    model, batches = WORKLOADS["cnn"].make()
    found = products(model, batches[0])
    places, patch = 128 * 24 * 24, 1 * 5 * 5
    assert found[:2] == [Product(places, patch, 16), Product(patch, places, 16)]
    assert len(found) == 2 + 3 + 3, "the first layer needs no gradient of its input"


def test_the_floor_computes_its_products() -> None:
    floor = Floor([Product(2, 3, 4), Product(2, 3, 4, stack=5, times=2)])
    shapes = [out.shape for _, _, _, out in floor.operands]
    assert shapes == [(2, 4), (5, 2, 4)]
    floor.operands[0][3][...] = 0
    floor.run(1)
    _, a, b, out = floor.operands[0]
    np.testing.assert_array_equal(out, a @ b)


def test_all_take_turns_and_are_timed_by_step() -> None:
    log: list[str] = []

    class Noted(Trainer):
        def __init__(self, name: str) -> None:
            super().__init__([None])
            self.name = name

        def run(self, steps: int) -> None:
            log.append(f"{self.name}{steps}")

    def clock(work: Any) -> float:
        work()
        return 6.0

    rounds: list[int] = []
    trainers = {name: Noted(name) for name in "abc"}
    trainers["b"].longer = 2
    times = take_turns(trainers, 2, 3, clock=clock, after_round=rounds.append)
    assert times == {"a": [2.0, 2.0], "b": [1.0, 1.0], "c": [2.0, 2.0]}
    assert log == ["a3", "b6", "c3", "a3", "b6", "c3", "b6", "c3", "a3"]
    assert rounds == [1, 2]
    assert ratios(times["a"], times["b"]) == [2.0, 2.0]


def test_plans_take_at_least_three_rounds_of_a_step() -> None:
    assert all(plan.rounds >= 15 and plan.steps >= 1 for plan in PLANS.values())
