"""The mean absolute error and Huber's loss, and cross-entropy with label smoothing."""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook import nn
from bpworkbook.nn.losstable import LOSSES
from bpworkbook.nn.regression_losses import (
    huber,
    huber_backward,
    huber_forward,
    mae,
    mae_backward,
    mae_forward,
)

SHAPES = st.lists(st.integers(1, 4), min_size=1, max_size=3)
SEEDS = st.integers(0, 2**32 - 1)


def away_from_kinks(rng: np.random.Generator, shape: Any, kinks: list[float]) -> Any:
    """Draw p and y whose differences are no closer than 0.01 to a kink, on either side."""
    y, difference = rng.standard_normal((2, *shape))
    for kink in kinks:
        near = np.abs(np.abs(difference) - kink) < 0.01
        difference = difference + near * np.copysign(0.02, difference)
    return y + difference, y


@given(shape=SHAPES, seed=SEEDS, delta=st.sampled_from([0.5, 1.0, 2.0]))
def test_backward_agrees_with_random_projections(shape: Any, seed: int, delta: float) -> None:
    rng = np.random.default_rng(seed)
    inputs = away_from_kinks(rng, shape, [0.0])
    assert nn.projection_check(mae_forward, mae_backward, inputs, rng) < 1e-6
    inputs = away_from_kinks(rng, shape, [delta])
    assert (
        nn.projection_check(lambda p, y: huber_forward(p, y, delta), huber_backward, inputs, rng)
        < 1e-6
    )


@pytest.mark.parametrize("delta", [0.3, 1.0])
def test_autograd_agrees(delta: float, rng: np.random.Generator) -> None:
    def formula(p: Any) -> Any:
        size = anp.abs(p - y)
        return anp.mean(anp.where(size <= delta, size**2 / 2, delta * (size - delta / 2)))

    p, y = rng.standard_normal((2, 5, 3))
    loss, cache = huber_forward(p, y, delta)
    np.testing.assert_allclose(loss, formula(p), rtol=1e-14)
    np.testing.assert_allclose(huber_backward(cache, 3.0), 3 * grad(formula)(p), rtol=1e-13)
    loss, cache = mae_forward(p, y)
    np.testing.assert_allclose(loss, np.mean(np.abs(p - y)), rtol=1e-14)
    wanted = grad(lambda p: anp.mean(anp.abs(p - y)))(p)
    np.testing.assert_allclose(mae_backward(cache), wanted, rtol=1e-14)


def test_a_large_delta_gives_half_the_squared_error_and_a_small_one_the_absolute(
    rng: np.random.Generator,
) -> None:
    p, y = rng.standard_normal((2, 20))
    assert huber(p, y, 1e3) == pytest.approx(nn.mse(p, y) / 2)
    assert huber(p, y, 1e-9) == pytest.approx(1e-9 * mae(p, y))


def test_both_are_in_the_table_and_train(rng: np.random.Generator) -> None:
    X = rng.standard_normal((40, 2))
    y = X @ np.array([[1.0], [-2.0]])
    y[0] = 1e4
    for name in ("mae", "huber"):
        assert not LOSSES[name].classifies
        model = nn.Sequential(nn.Linear(2, 1, rng=rng))
        sgd = nn.SGD(model.parameters(), lr=0.1)
        options: dict[str, Any] = {"epochs": 300, "batch_size": 40, "progress": False}
        nn.fit(model, name, sgd, X, y, rng=rng, **options)
        # The outlier pulls with the force of one example, however far away it is.
        np.testing.assert_allclose(model.parameters()[0].data, [[1], [-2]], atol=0.2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_and_dtype(dtype: Any) -> None:
    p, y = np.array([1e3, -1e3, 0.0], dtype), np.array([-1e3, 1e3, 0.0], dtype)
    for forward, backward in ((mae_forward, mae_backward), (huber_forward, huber_backward)):
        loss, cache = forward(p, y)
        gradient = backward(cache)
        assert loss.dtype == gradient.dtype == dtype
        np.testing.assert_allclose(gradient, np.array([1, -1, 0]) / 3, rtol=1e-6)
        assert np.isfinite(loss)


@given(n=st.integers(1, 5), d=st.integers(1, 4), seed=SEEDS, smoothing=st.floats(0, 1))
def test_label_smoothing(n: int, d: int, seed: int, smoothing: float) -> None:
    rng = np.random.default_rng(seed)
    scores, labels = rng.standard_normal((n, d)), rng.integers(0, d, n)

    def forward(scores: Any) -> Any:
        return nn.cross_entropy_forward(scores, labels, smoothing)

    loss, cache = forward(scores)
    # The literal sum over examples and classes.
    literal = 0.0
    for row, label in zip(scores, labels, strict=True):
        log_probs = np.log(np.exp(row) / np.exp(row).sum())
        for k in range(d):
            literal -= ((1 - smoothing) * (k == label) + smoothing / d) * log_probs[k] / n
    assert loss == pytest.approx(literal, rel=1e-12, abs=1e-15)
    assert nn.cross_entropy(scores, labels, smoothing) == loss
    gradient = nn.cross_entropy_backward(cache)
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)
    report = nn.check_gradients(forward, nn.cross_entropy_backward, [scores], rng)
    # The gradient may be all 0: then only its size can be looked at.
    assert report.passed or abs(report.worst.analytic - report.worst.numeric) < 1e-9


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_label_smoothing_keeps_the_dtype_and_stays_finite(dtype: Any) -> None:
    scores, labels = np.array([[1e3, -1e3], [0.0, 1e3]], dtype), np.array([1, 1], np.uint8)
    for smoothing in (0, 0.0, np.float64(0.25), 1):
        loss, cache = nn.cross_entropy_forward(scores, labels, smoothing)
        gradient = nn.cross_entropy_backward(cache)
        assert loss.dtype == gradient.dtype == cache[0].dtype == dtype
        assert np.isfinite(loss)
        assert np.all(np.isfinite(gradient))


ONE, TWO = np.ones(1), np.ones(2)
SCORES = np.zeros((2, 3)), np.array([0, 1])
MESSAGES: list[tuple[str, Callable[[], Any]]] = [
    ("mae: p is None, expected an array", lambda: mae(None, TWO)),
    ("mae: y is (1,), but p is (2,)", lambda: mae(TWO, ONE)),
    ("huber: y has dtype float32, but p has", lambda: huber(TWO, TWO.astype(np.float32))),
    ("huber: delta is 0, expected a finite number above 0", lambda: huber(TWO, TWO, 0)),
    ("huber: delta is nan, expected a finite number above 0", lambda: huber(TWO, TWO, np.nan)),
    ("mae_backward: grad_out is (2,), but the loss was ()", lambda: mae_backward(TWO, TWO)),
    ("huber_backward: cache is 1.0, expected", lambda: huber_backward(1.0)),
    (
        "cross_entropy: label_smoothing is 1.5, expected a number from 0 to 1",
        lambda: nn.cross_entropy(*SCORES, 1.5),
    ),
    ("cross_entropy: label_smoothing is -0.1", lambda: nn.cross_entropy(*SCORES, -0.1)),
    ("cross_entropy: label_smoothing is True", lambda: nn.cross_entropy(*SCORES, True)),
]


@pytest.mark.parametrize(("message", "call"), MESSAGES, ids=[text for text, _ in MESSAGES])
def test_bad_input_is_named(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(nn.ArgumentError) as caught:
        call()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("factor", [1, 1000])
def test_pytorch_agrees(factor: float, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    F = torch.nn.functional
    p, y = rng.standard_normal((2, 6, 4)) * factor
    p[0, 0] = y[0, 0]
    labels = rng.integers(0, 4, 6)
    cases: list[tuple[Any, Any, Any, Any]] = [
        (mae_forward(p, y), mae_backward, F.l1_loss, y),
        (huber_forward(p, y), huber_backward, F.huber_loss, y),
        (
            huber_forward(p, y, 0.3),
            huber_backward,
            lambda p, y: F.huber_loss(p, y, delta=0.3),
            y,
        ),
        (
            nn.cross_entropy_forward(p, labels, 0.1),
            nn.cross_entropy_backward,
            lambda s, t: F.cross_entropy(s, t, label_smoothing=0.1),
            labels,
        ),
    ]
    for (loss, cache), backward, theirs, targets in cases:
        tensor = torch.tensor(p, requires_grad=True)
        out = theirs(tensor, torch.tensor(targets))
        out.backward()
        np.testing.assert_allclose(loss, out.item(), rtol=1e-13)
        np.testing.assert_allclose(backward(cache), tensor.grad.numpy(), rtol=0, atol=1e-14)
