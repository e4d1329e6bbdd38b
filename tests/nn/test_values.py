"""Values known from theory, shapes and dtypes for any size, and extremes."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bpworkbook import nn

DTYPES = st.sampled_from([np.float32, np.float64])
SIZES = st.integers(1, 7)


@given(n=SIZES, d=SIZES, dtype=DTYPES, seed=st.integers(0, 2**32 - 1))
def test_shapes_and_dtypes(pair: Any, n: int, d: int, dtype: Any, seed: int) -> None:
    inputs = pair.draw(np.random.default_rng(seed), n, d, dtype)
    kept = [x.copy() for x in inputs]
    out, cache = pair.forward(*inputs)
    u = np.ones_like(out)
    gradients = pair.backward(grad_out=u, cache=cache)
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    wanted = () if pair.is_loss else (n, d + 1) if pair.name == "linear" else (n, d)
    assert out.shape == wanted
    assert out.dtype == dtype, "the value changed its dtype"
    for gradient, x in zip(gradients, inputs, strict=False):
        assert gradient.shape == x.shape
        assert gradient.dtype == dtype, "a gradient changed its dtype"
    for x, copy in zip(inputs, kept, strict=True):
        np.testing.assert_array_equal(x, copy, "an argument was changed")
    np.testing.assert_array_equal(pair.plain(*inputs), out, "the two forward functions differ")


@given(shape=st.lists(SIZES, min_size=0, max_size=4), dtype=DTYPES)
def test_activations_take_any_shape(shape: list[int], dtype: Any) -> None:
    z = np.full(shape, -0.5, dtype)
    names = ["sigmoid", "tanh", "relu", "leaky_relu"] + ["softmax", "log_softmax"] * bool(shape)
    for name in names:
        a, cache = getattr(nn, f"{name}_forward")(z)
        grad = getattr(nn, f"{name}_backward")(np.ones_like(a), cache)
        assert (a.shape, a.dtype) == (grad.shape, grad.dtype) == (tuple(shape), dtype), name


@given(dtype=DTYPES, data=st.data())
def test_finite_for_every_finite_input(pair: Any, dtype: Any, data: st.DataObject) -> None:
    # Near the largest float, 2**128 or 2**1024; the squares of mse need room.
    power = 100 if dtype == np.float32 else 1000
    bound = 2.0 ** (power // 2 if pair.name == "mse" else power)
    n, d = data.draw(SIZES), data.draw(SIZES)
    numbers = st.one_of(
        st.floats(-bound, bound, width=8 * dtype().itemsize),
        st.sampled_from([0.0, -0.0, 1e3, -1e3, bound, -bound]),
    )
    first, *rest = pair.draw(np.random.default_rng(0), n, d, dtype)
    first = data.draw(arrays(dtype, first.shape, elements=numbers))
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        out, cache = pair.forward(first, *rest)
        gradients = pair.backward(grad_out=np.ones_like(out), cache=cache)
    for array in (out, *(gradients if isinstance(gradients, tuple) else (gradients,))):
        assert np.isfinite(array).all()


@given(z=arrays(np.float64, (3, 4), elements=st.floats(-800, 800)))
def test_identities(z: Any) -> None:
    probabilities = nn.softmax(z)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-15)
    np.testing.assert_allclose(nn.softmax(z + 100), probabilities, rtol=1e-12)
    np.testing.assert_allclose(np.exp(nn.log_softmax(z)), probabilities, rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(nn.sigmoid(z) + nn.sigmoid(-z), 1, rtol=1e-15)
    pair = np.stack([z, np.zeros_like(z)], axis=-1)
    np.testing.assert_allclose(nn.softmax(pair)[..., 0], nn.sigmoid(z), rtol=1e-12, atol=1e-300)
    np.testing.assert_array_equal(nn.relu(z), nn.leaky_relu(z, 0.0))


@pytest.mark.skipif(
    np.finfo(np.longdouble).eps > 1e-18, reason="long double is no longer than double here"
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_is_accurate_to_a_few_units_in_the_last_place(dtype: Any) -> None:
    z = np.linspace(-80, 80, 4001).astype(dtype)
    exact = 1 / (1 + np.exp(-z.astype(np.longdouble)))
    errors = np.abs(nn.sigmoid(z) - exact) / exact
    assert float(errors.max()) < 3 * np.finfo(dtype).eps


def test_losses_known_by_heart(rng: np.random.Generator) -> None:
    assert nn.mse(np.array([[1.0, 2.0], [3.0, 4.0]]), np.zeros((2, 2))) == 7.5
    assert nn.bce_with_logits(np.zeros((5, 1)), np.ones((5, 1))) == pytest.approx(np.log(2))
    assert nn.cross_entropy(np.zeros((6, 10)), rng.integers(0, 10, 6)) == pytest.approx(np.log(10))
    z = rng.standard_normal((20, 1))
    y = rng.integers(0, 2, 20)
    two_classes = nn.cross_entropy(np.hstack([0 * z, z]), y)
    assert nn.bce_with_logits(z, y[:, None].astype(float)) == pytest.approx(two_classes)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_confident_error_costs_its_score(dtype: Any) -> None:
    # A probability was 0 on the way if these are inf, and was clipped if they are near 35.
    assert nn.cross_entropy(np.array([[1e3, -1e3]], dtype), np.array([1])) == 2e3
    assert nn.bce_with_logits(np.array([-1e3], dtype), np.array([1], dtype)) == 1e3
    tiny = nn.bce_with_logits(np.array([50.0]), np.array([1.0]))
    assert tiny == pytest.approx(np.exp(-50.0), rel=1e-12, abs=0)


def test_relu_has_slope_zero_at_zero() -> None:
    z = np.array([-1.0, -0.0, 0.0, 1.0])
    np.testing.assert_array_equal(nn.relu_backward(np.ones(4), z), [0, 0, 0, 1])


@given(dtype=DTYPES, labels_dtype=st.sampled_from([np.int8, np.uint8, np.int32, np.int64]))
def test_labels_may_be_any_integer(dtype: Any, labels_dtype: Any) -> None:
    scores = np.eye(3, dtype=dtype)
    loss, cache = nn.cross_entropy_forward(scores, np.array([2, 0, 1], labels_dtype))
    assert loss == nn.cross_entropy(scores, np.array([2, 0, 1]))
    assert nn.cross_entropy_backward(cache).dtype == dtype
