"""The training loop: what it learns, what it records, and what it refuses."""

import re
import subprocess
import sys
import time
import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook import datasets, nn
from bpworkbook.nn import ArgumentError


def network(sizes: list[int], rng: np.random.Generator, dtype: Any = np.float64) -> nn.Sequential:
    layers: list[nn.Module] = []
    for d_in, d_out in pairwise(sizes):
        layers += [nn.Linear(d_in, d_out, rng=rng, dtype=dtype), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def train(model: nn.Module, loss: str, X: Any, y: Any, lr: float = 0.3, **options: Any) -> Any:
    settings = {"epochs": 2, "batch_size": 8, "rng": np.random.default_rng(0), "progress": False}
    return nn.fit(model, loss, nn.SGD(model.parameters(), lr=lr), X, y, **(settings | options))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_digits_reach_95_percent_in_two_seconds(dtype: Any) -> None:
    digits = datasets.digits()
    X, X_test = digits.X_train.astype(dtype), digits.X_test.astype(dtype)
    seconds = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        model = network([64, 64, 10], rng, dtype)
        start = time.perf_counter()
        history = train(
            model, "cross_entropy", X, digits.y_train, epochs=20, batch_size=32, rng=rng
        )
        seconds.append(time.perf_counter() - start)
        assert nn.accuracy(model(X_test), digits.y_test) >= 0.95, f"seed {seed}"
        assert history["accuracy"][-1] > 0.98 > history["accuracy"][0]
        assert all(parameter.data.dtype == dtype for parameter in model.parameters())
    assert min(seconds) < 2


@pytest.mark.parametrize("loss", ["cross_entropy", "bce_with_logits", "mse"])
def test_xor_is_learnt(loss: str, rng: np.random.Generator) -> None:
    X, y = datasets.xor()
    targets = y if loss == "cross_entropy" else y[:, None].astype(float)
    model = network([2, 16, 2 if loss == "cross_entropy" else 1], rng)
    history = train(model, loss, X, targets, epochs=300, batch_size=4, lr=0.2)
    assert history["loss"][-1] < 0.05
    if loss != "mse":
        assert history["accuracy"][-1] == 1.0


def test_a_linear_model_does_not_learn_xor(rng: np.random.Generator) -> None:
    X, y = datasets.xor()
    history = train(network([2, 2], rng), "cross_entropy", X, y, epochs=300, batch_size=4)
    assert history["loss"][-1] == pytest.approx(np.log(2), abs=1e-3)


def test_history_is_plain(rng: np.random.Generator) -> None:
    X, y = datasets.two_moons(30, 0.1, rng)
    kinds = {"cross_entropy": y, "mse": rng.random((30, 2)), "bce_with_logits": np.eye(2)[y]}
    for loss, targets in kinds.items():
        history = train(network([2, 2], rng), loss, X, targets, epochs=3, validation=(X, targets))
        names = ["loss", "val_loss"] if loss == "mse" else HISTORY
        assert list(history) == names
        assert all(type(v) is float for values in history.values() for v in values)
        assert [len(values) for values in history.values()] == [3] * len(names)


HISTORY = ["loss", "accuracy", "val_loss", "val_accuracy"]


def test_history_weighs_a_partial_batch_by_its_rows(rng: np.random.Generator) -> None:
    X, y = rng.standard_normal((10, 3)), rng.integers(0, 2, 10)
    model = network([3, 2], rng)
    history = train(model, "cross_entropy", X, y, lr=0.0, batch_size=4, validation=(X, y))
    for name in ("loss", "accuracy"):
        np.testing.assert_allclose(history[name], history[f"val_{name}"], rtol=1e-14)


def test_one_seed_gives_one_history(rng: np.random.Generator) -> None:
    X, y = datasets.two_moons(40, 0.1, rng)
    runs = [
        train(network([2, 4, 2], np.random.default_rng(1)), "cross_entropy", X, y) for _ in "ab"
    ]
    assert runs[0] == runs[1]


def test_divergence_is_recorded_without_a_warning(rng: np.random.Generator) -> None:
    X, y = datasets.two_moons(40, 0.1, rng)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = train(network([2, 8, 8, 1], rng), "mse", X, y[:, None] * 1.0, lr=1e3, epochs=20)
    assert not np.isfinite(history["loss"][-1])


@given(n=st.integers(1, 40), size=st.integers(1, 50), seed=st.integers(0, 99))
def test_batches_hold_every_row_once(n: int, size: int, seed: int) -> None:
    parts = list(nn.batches(n, size, np.random.default_rng(seed)))
    assert sorted(np.concatenate(parts)) == list(range(n))
    assert [len(part) for part in parts[:-1]] == [size] * (len(parts) - 1)


def test_accuracy_counts() -> None:
    scores = np.array([[1.0, 2.0, 0.0], [0.5, 0.0, 0.0], [0.0, 0.0, 9.0], [3.0, 0.0, 0.0]])
    assert nn.accuracy(scores, np.array([1, 0, 2, 1])) == 0.75
    assert nn.accuracy(np.array([-1.0, 0.0, 2.0, 3.0]), np.array([0, 0, 1, 0])) == 0.75
    assert nn.accuracy(np.array([[-1.0], [2.0]]), np.array([[False], [True]])) == 1.0


def test_the_bar_is_imported_only_when_asked_for() -> None:
    script = """
import sys, numpy as np
from bpworkbook import nn
rng = np.random.default_rng(0)
model = nn.Linear(2, 1, rng=rng)
run = dict(epochs=1, batch_size=2, rng=rng)
for progress in (False, True):
    nn.fit(model, "mse", nn.SGD(model.parameters(), 0.1), np.ones((4, 2)), np.ones((4, 1)),
           progress=progress, **run)
    print("tqdm" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "True"]
    assert done.stderr == "", "a bar was shown for a training under a second"


X, Y, LABELS = np.ones((6, 2)), np.ones((6, 3)), np.array([0, 1, 2, 0, 1, 2])


def spoilt(array: Any, value: float) -> Any:
    copy = array.copy()
    copy[4, 1] = value
    return copy


def broken(value: float) -> nn.Module:
    model = network([2, 3], np.random.default_rng(0))
    model.parameters()[1].data[2] = value
    return model


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("X holds nan at [4, 1], expected finite numbers", {"X": spoilt(X, np.nan)}),
    ("X holds -inf at [4, 1], expected finite numbers", {"X": spoilt(X, -np.inf)}),
    ("X is (0, 2), which is an empty batch", {"X": X[:0], "y": LABELS[:0]}),
    ("X is (6,), expected 2 or more axes", {"X": X[:, 0]}),
    ("X is a list, expected an array of float32 or float64", {"X": X.tolist()}),
    (
        "X has dtype int64, expected float32 or float64; X.astype(np.float64) converts it",
        {"X": X.astype(np.int64)},
    ),
    (
        "X has dtype float32, but model.parameters()[0] has float64",
        {"X": X.astype(np.float32)},
    ),
    (
        "X is (6, 3), which model refuses: linear_forward: x is (1, 3), but W is (2, 3): "
        "3 columns meet 2 rows",
        {"X": Y},
    ),
    ("y holds 3 at [0], expected 0 to 2", {"y": LABELS + 3}),
    ("y is (5,), expected (6,), one a row", {"y": LABELS[:5]}),
    ("y has dtype float64, expected integers", {"y": LABELS * 1.0}),
    ("y is (6,), but the output is (6, 3)", {"y": LABELS, "loss": "mse"}),
    ("y is a list, expected an array", {"y": [0, 1, 2, 0, 1, 2], "loss": "mse"}),
    ("y has dtype int64, but the output has float64", {"y": Y.astype(int), "loss": "mse"}),
    ("y holds nan at [4, 1], expected finite numbers", {"y": spoilt(Y, np.nan), "loss": "mse"}),
    ("y runs from 1 to 2, expected 0 to 1", {"y": spoilt(Y, 2), "loss": "bce_with_logits"}),
    ("model.parameters()[1] holds nan at [2], expected finite numbers", {"model": broken(np.nan)}),
    ("model.parameters()[1] holds inf at [2], expected finite numbers", {"model": broken(np.inf)}),
    ("model is None, expected a Module", {"model": None}),
    ("optimizer is 'sgd', expected an Optimizer", {"optimizer": "sgd"}),
    (
        "optimizer holds no parameter of model, expected one made with model.parameters()",
        {"optimizer": nn.SGD(broken(0).parameters(), lr=1)},
    ),
    (
        "loss is 'hinge', expected one of bce_with_logits, cross_entropy, huber, mae, mse",
        {"loss": "hinge"},
    ),
    ("epochs is 0, expected an integer of at least 1", {"epochs": 0}),
    ("batch_size is 2.5, expected an integer of at least 1", {"batch_size": 2.5}),
    ("rng is 0, expected a Generator: np.random.default_rng(0)", {"rng": 0}),
    ("validation is (6, 2), expected (X, y)", {"validation": X}),
    (
        "validation[0] holds nan at [4, 1], expected finite numbers",
        {"validation": (spoilt(X, np.nan), LABELS)},
    ),
    (
        "validation[1] holds 5 at [2], expected 0 to 2",
        {"validation": (X, LABELS + 3 * (np.arange(6) == 2))},
    ),
]


@pytest.mark.parametrize(("message", "change"), REFUSED, ids=[message for message, _ in REFUSED])
def test_fit_refuses(message: str, change: dict[str, Any]) -> None:
    model = change.get("model", network([2, 3], np.random.default_rng(0)))
    call: dict[str, Any] = {"model": model, "loss": "cross_entropy", "X": X, "y": LABELS}
    call |= {"epochs": 1, "batch_size": 2, "rng": np.random.default_rng(0), "progress": False}
    call["optimizer"] = nn.SGD(model.parameters(), lr=0.1) if model is not None else None
    before = [parameter.data.copy() for parameter in model.parameters()] if model else []
    with pytest.raises(ArgumentError, match=f"^{re.escape(f'fit: {message}')}$"):
        nn.fit(**(call | change))
    for parameter, data in zip(model.parameters() if model else [], before, strict=True):
        np.testing.assert_array_equal(parameter.data, data, "a refused call changed the model")
