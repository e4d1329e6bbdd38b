"""GELU in both forms and softplus: values, gradients, extremes, layers."""

import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook import nn
from bpworkbook.nn.gaussian import mills_ratio, normal_cdf_and_density
from bpworkbook.nn.smooth import (
    BLOCK,
    gelu,
    gelu_backward,
    gelu_forward,
    softplus,
    softplus_backward,
    softplus_forward,
)
from bpworkbook.nn.smooth_layers import GELU, Softplus

Pair = tuple[Callable[..., Any], Callable[..., Any]]
PAIRS: dict[str, Pair] = {
    "gelu": (gelu_forward, gelu_backward),
    "gelu tanh": (lambda z: gelu_forward(z, "tanh"), gelu_backward),
    "softplus": (softplus_forward, softplus_backward),
    "softplus 3": (lambda z: softplus_forward(z, 3.0), softplus_backward),
}
PLANE = np.linspace(-37, 37, 2001)


@pytest.fixture(params=PAIRS.values(), ids=PAIRS.keys())
def smooth(request: pytest.FixtureRequest) -> Pair:
    found: Pair = request.param
    return found


def test_the_distribution_function_is_exact_far_into_the_tail() -> None:
    cdf, density = normal_cdf_and_density(PLANE)
    wanted = [0.5 * math.erfc(-z / math.sqrt(2)) for z in PLANE]
    # exp(-z**2 / 2) magnifies the rounding of its argument, which reaches 700.
    np.testing.assert_allclose(cdf, wanted, rtol=3e-13, atol=0)
    np.testing.assert_allclose(cdf, wanted, rtol=0, atol=1e-15)
    np.testing.assert_allclose(density, np.exp(-(PLANE**2) / 2) / np.sqrt(2 * np.pi), rtol=3e-13)


def test_mills_ratio_agrees_with_scipy() -> None:
    special = pytest.importorskip("scipy.special", reason="SciPy comes with scikit-learn")
    t = np.concatenate([np.linspace(0, 5, 1001), np.geomspace(5, 1000, 1001)])
    wanted = np.sqrt(np.pi / 2) * special.erfcx(t / np.sqrt(2))
    np.testing.assert_allclose(mills_ratio(t), wanted, rtol=1e-14)
    single = mills_ratio(t.astype(np.float32))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single[:1001], wanted[:1001], rtol=1e-6)
    # Where the density is below 1e-6 the fit may be worse, and far out very wrong.
    error = np.abs(single - wanted) * np.exp(-t * t / 2)
    assert error.max() < 4e-7


def test_gelu_agrees_with_the_formula_in_scipys_erf() -> None:
    special = pytest.importorskip("scipy.special", reason="SciPy comes with scikit-learn")
    wanted = PLANE / 2 * (1 + special.erf(PLANE / np.sqrt(2)))
    np.testing.assert_allclose(gelu(PLANE), wanted, rtol=1e-15, atol=1e-15)
    np.testing.assert_allclose(gelu(PLANE, "tanh"), wanted, rtol=0, atol=5e-4)


@given(shape=st.lists(st.integers(1, 4), max_size=3), seed=st.integers(0, 2**32 - 1))
@pytest.mark.parametrize("name", PAIRS)
def test_backward_agrees_with_random_projections(name: str, shape: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    z = np.asarray(rng.standard_normal(shape))
    assert nn.projection_check(*PAIRS[name], [z], rng) < 1e-6


@pytest.mark.parametrize("approximate", ["none", "tanh"])
def test_gelu_is_the_same_block_by_block(approximate: str, rng: np.random.Generator) -> None:
    z = rng.standard_normal((3, BLOCK)).astype(np.float32)[:, 5:]
    a, derivative = gelu_forward(z, approximate)
    assert a.shape == derivative.shape == z.shape
    for row in range(3):
        wanted = gelu_forward(z[row, :100], approximate)
        np.testing.assert_allclose(a[row, :100], wanted[0], rtol=1e-6)
        np.testing.assert_allclose(derivative[row, :100], wanted[1], rtol=1e-5, atol=1e-7)
    whole = np.ascontiguousarray(z)
    np.testing.assert_allclose(gelu(whole, approximate), a, rtol=1e-6)
    np.testing.assert_allclose(gelu(whole.T, approximate), a.T, rtol=1e-6)


def test_autograd_agrees(rng: np.random.Generator) -> None:
    special = pytest.importorskip("autograd.scipy.special")
    formulas: dict[str, Callable[..., Any]] = {
        "gelu": lambda z: z / 2 * (1 + special.erf(z / anp.sqrt(2))),
        "gelu tanh": lambda z: z / 2 * (1 + anp.tanh(anp.sqrt(2 / anp.pi) * (z + 0.044715 * z**3))),
        "softplus": lambda z: anp.log(1 + anp.exp(z)),
        "softplus 3": lambda z: anp.log(1 + anp.exp(3 * z)) / 3,
    }
    z, u = rng.normal(scale=3, size=(2, 50))
    for name, (forward, backward) in PAIRS.items():
        a, cache = forward(z)
        np.testing.assert_allclose(a, formulas[name](z), rtol=1e-11, atol=1e-14)
        slope = elementwise_grad(formulas[name])(z)
        np.testing.assert_allclose(backward(u, cache), u * slope, rtol=1e-11, atol=1e-14)


def test_float32_stays_float32(smooth: Pair) -> None:
    forward, backward = smooth
    single = PLANE.astype(np.float32)
    a, cache = forward(single)
    grad = backward(np.ones_like(single), cache)
    assert a.dtype == grad.dtype == np.float32
    wide, wide_cache = forward(single.astype(np.float64))
    np.testing.assert_allclose(a, wide, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(grad, backward(np.ones_like(wide), wide_cache), atol=2e-6)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_are_those_of_relu(smooth: Pair, dtype: Any) -> None:
    forward, backward = smooth
    huge = np.finfo(dtype).max / 4
    z = np.array([-huge, -1e3, 1e3, huge], dtype)
    with np.errstate(all="raise", under="ignore"):
        a, cache = forward(z)
        np.testing.assert_array_equal(a, np.maximum(z, 0))
        np.testing.assert_array_equal(backward(np.ones_like(z), cache), [0, 0, 1, 1])


def test_softplus_approaches_relu_as_beta_grows() -> None:
    np.testing.assert_allclose(softplus(PLANE, beta=1e6), np.maximum(PLANE, 0), atol=1e-6)


def test_layers_call_their_functions(rng: np.random.Generator) -> None:
    z, grad_out = rng.standard_normal((4, 3)), rng.random((4, 3))
    layers = (GELU(), GELU(approximate="tanh"), Softplus(), Softplus(beta=3.0))
    for layer, (forward, backward) in zip(layers, PAIRS.values(), strict=True):
        a, cache = forward(z)
        np.testing.assert_array_equal(layer(z), a)
        np.testing.assert_array_equal(layer.backward(grad_out), backward(grad_out, cache))
        assert layer.parameters() == []
    assert repr(layers[:3]) == '(GELU(), GELU("tanh"), Softplus(1.0))'


MESSAGES: list[tuple[str, Callable[[], Any]]] = [
    ("gelu: z is a list, expected an array", lambda: gelu([1.0])),
    ('gelu: approximate is \'erf\', expected "none" or "tanh"', lambda: gelu(PLANE, "erf")),
    ('GELU: approximate is None, expected "none" or "tanh"', lambda: GELU(None)),
    ("softplus: z has dtype int64", lambda: softplus(np.arange(3))),
    ("softplus: beta is 0, expected a finite number above 0", lambda: softplus(PLANE, 0)),
    ("Softplus: beta is nan, expected a finite number above 0", lambda: Softplus(math.nan)),
    ("gelu_backward: cache is None", lambda: gelu_backward(PLANE, None)),
    (
        "softplus_backward: grad_out is (2,), but z was (3,)",
        lambda: softplus_backward(np.ones(2), (np.ones(3), 1.0)),
    ),
]


@pytest.mark.parametrize(("message", "call"), MESSAGES, ids=[text for text, _ in MESSAGES])
def test_bad_input_is_named(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(nn.ArgumentError) as caught:
        call()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("factor", [1, 10, 1000])
def test_pytorch_agrees(factor: float, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    F = torch.nn.functional
    # PyTorch's softplus is a straight line beyond a threshold of 20; 50 is beyond the rounding.
    theirs: dict[str, Callable[..., Any]] = {
        "gelu": F.gelu,
        "gelu tanh": lambda z: F.gelu(z, approximate="tanh"),
        "softplus": lambda z: F.softplus(z, threshold=50),
        "softplus 3": lambda z: F.softplus(z, beta=3, threshold=50),
    }
    z, u = rng.standard_normal((6, 5)) * factor, rng.standard_normal((6, 5))
    for name, (forward, backward) in PAIRS.items():
        tensor = torch.tensor(z, requires_grad=True)
        out = theirs[name](tensor)
        out.backward(torch.tensor(u))
        a, cache = forward(z)
        np.testing.assert_allclose(a, out.detach().numpy(), rtol=1e-14, atol=1e-14)
        np.testing.assert_allclose(backward(u, cache), tensor.grad.numpy(), atol=1e-13)
