"""Every primitive: backward against differences, forward mode, HIPS autograd, float32."""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import make_vjp
from hypothesis import given, settings
from hypothesis import strategies as st

from bpworkbook import autodiff, nn
from bpworkbook.autodiff.dispatch import apply
from bpworkbook.nn import relative_error

QUICK = settings(deadline=None, max_examples=12, derandomize=True)


def draw(domain: str, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
    """Numbers where the derivative exists, no closer than 0.1 to where it does not."""
    x = rng.standard_normal(shape)
    if domain == "positive":
        return np.abs(x) + 0.5
    if domain == "distinct":
        return rng.permutation(np.arange(x.size) * 0.3 - 1).reshape(shape)
    return x + np.copysign(0.1, x)


# What each primitive that is not elementwise is tried on: shapes of the inputs, and options.
TRIED: dict[str, list[tuple[list[tuple[int, ...]], dict[str, Any]]]] = {
    "softmax": [([(4, 3)], {}), ([(1,)], {}), ([(2, 3, 5)], {})],
    "log_softmax": [([(4, 3)], {}), ([(1, 1)], {})],
    "sum": [([(4, 3)], {}), ([(4, 3)], {"axis": 0}), ([(4, 3, 2)], {"axis": (0, -1)})],
    "mean": [([(4, 3)], {}), ([(4, 3)], {"axis": -1, "keepdims": True}), ([()], {})],
    "max": [([(4, 3)], {}), ([(4, 3)], {"axis": 1}), ([(4, 3, 2)], {"axis": (0, 2)})],
    "reshape": [([(4, 3)], {"shape": (2, -1)}), ([()], {"shape": (1, 1)})],
    "transpose": [([(4, 3)], {"axes": None}), ([(2, 3, 4)], {"axes": (1, -1, 0)})],
    "swapaxes": [([(2, 3, 4)], {"axis1": 0, "axis2": -1})],
    "broadcast_to": [([(3, 1)], {"shape": (2, 3, 4)}), ([()], {"shape": (2,)})],
    "astype": [([(3,)], {"dtype": np.float64})],
    "index": [
        ([(4, 3)], {"index": (slice(1, None, 2), None, -1)}),
        ([(4, 3)], {"index": np.array([0, 0, 3, 0])}),
        ([(4, 3)], {"index": (np.array([1, 1, 0]), [2, 2, 0])}),
        ([(4,)], {"index": np.array([True, False, True, False])}),
        ([(4,)], {"index": 2}),
    ],
    "scatter": [([(3,)], {"index": np.array([1, 1, 0]), "like": np.zeros(4)})],
    "concatenate": [([(2, 3), (1, 3), (4, 3)], {"axis": 0}), ([(2, 1), (2, 3)], {"axis": -1})],
    "matmul": [
        ([(4, 3), (3, 2)], {}),
        ([(3,), (3, 2)], {}),
        ([(4, 3), (3,)], {}),
        ([(3,), (3,)], {}),
        ([(5, 4, 3), (3, 2)], {}),
        ([(5, 1, 4, 3), (2, 3, 1)], {}),
        ([(3,), (5, 3, 2)], {}),
        ([(5, 4, 3), (3,)], {}),
        ([(1, 4, 3), (5, 3, 2)], {}),
    ],
}
BROADCASTS = [[(4, 3), (4, 3)], [(4, 3), (3,)], [(4, 1), (1, 3)], [(), (2, 3)], [(1,), (1,)]]
for _name, _primitive in autodiff.PRIMITIVES.items():
    if _primitive.partials:
        shapes = BROADCASTS if _primitive.inputs == 2 else [[(4, 3)], [()], [(1, 1)]]
        TRIED[_name] = [(shape, {}) for shape in shapes]

CASES = [
    pytest.param(name, shapes, options, id=f"{name}-{shapes}-{i}")
    for name, tried in TRIED.items()
    for i, (shapes, options) in enumerate(tried)
]


def inputs_of(name: str, shapes: list[tuple[int, ...]], dtype: Any = np.float64) -> list[Any]:
    rng = np.random.default_rng(0)
    domain = autodiff.PRIMITIVES[name].domain
    moved = [draw(domain, shape, rng) for shape in shapes]
    if domain == "distinct" and len(moved) == 2:
        moved[1] = moved[1] + 0.15
    return [np.array(x, dtype=dtype) for x in moved]


def test_no_primitive_is_forgotten() -> None:
    assert set(TRIED) == set(autodiff.PRIMITIVES)


@pytest.mark.parametrize(("name", "shapes", "options"), CASES)
def test_backward_agrees_with_differences(name: str, shapes: Any, options: Any) -> None:
    primitive = autodiff.PRIMITIVES[name]

    def forward(*inputs: Any) -> Any:
        out = apply(primitive, inputs, options)
        return out, (inputs, out)

    def backward(grad_out: Any, cache: Any) -> Any:
        inputs, out = cache
        return tuple(
            primitive.vjp(i, grad_out, out, *inputs, **options) for i in range(len(inputs))
        )

    rng = np.random.default_rng(1)
    inputs = inputs_of(name, shapes)
    assert nn.projection_check(forward, backward, inputs, rng) < 1e-6


@pytest.mark.parametrize(("name", "shapes", "options"), CASES)
def test_forward_mode_agrees_with_backward(name: str, shapes: Any, options: Any) -> None:
    primitive, rng = autodiff.PRIMITIVES[name], np.random.default_rng(2)
    inputs = inputs_of(name, shapes)
    tangents = [rng.standard_normal(x.shape) for x in inputs]
    out, moved = autodiff.jvp(lambda *xs: apply(primitive, xs, options), inputs, tangents)
    u = rng.standard_normal(np.shape(out))
    pulled = [primitive.vjp(i, u, out, *inputs, **options) for i in range(len(inputs))]
    back = sum(float(np.sum(g * t)) for g, t in zip(pulled, tangents, strict=True))
    assert np.shape(moved) == np.shape(out)
    assert relative_error(float(np.sum(u * moved)), back) < 1e-12


@pytest.mark.parametrize(("name", "shapes", "options"), CASES)
def test_second_derivatives_agree_with_differences(name: str, shapes: Any, options: Any) -> None:
    primitive, rng = autodiff.PRIMITIVES[name], np.random.default_rng(3)
    inputs = inputs_of(name, shapes)
    tangents = [rng.standard_normal(x.shape) for x in inputs]
    u = rng.standard_normal(np.shape(apply(primitive, tuple(inputs), options)))
    # The square makes linear primitives curved too.
    gradient = autodiff.grad(lambda *xs: np.sum(u * apply(primitive, xs, options) ** 2))
    h = 1e-6

    def moved(sign: int) -> Any:
        found = gradient(*[x + sign * h * t for x, t in zip(inputs, tangents, strict=True)])
        return found if isinstance(found, tuple) else (found,)

    exact = autodiff.hvp(
        lambda *xs: np.sum(u * apply(primitive, xs, options) ** 2), inputs, tangents
    )
    exact = exact if isinstance(exact, tuple) else (exact,)
    scale = max(float(np.max(np.abs(x))) for x in exact)
    for x, above, below in zip(exact, moved(1), moved(-1), strict=True):
        np.testing.assert_allclose(x, (above - below) / (2 * h), rtol=0, atol=1e-6 * (1 + scale))


@pytest.mark.parametrize(("name", "shapes", "options"), CASES)
def test_float32_is_kept(name: str, shapes: Any, options: Any) -> None:
    if name == "astype":
        options = {"dtype": np.float32}
    tensors = [autodiff.Tensor(x) for x in inputs_of(name, shapes, np.float32)]
    out = apply(autodiff.PRIMITIVES[name], tuple(tensors), options)
    out.backward(np.ones_like(out.data))
    assert out.dtype == np.float32
    for tensor in tensors:
        assert tensor.grad.dtype == np.float32
        assert tensor.grad.shape == tensor.shape


ORACLE: dict[str, Callable[..., Any]] = {
    "maximum": anp.maximum,
    "power": lambda a, b: a**b,
    "matmul": anp.matmul,
    "max": anp.max,
    "index": lambda x, index: x[index],
    "concatenate": lambda *parts, axis: anp.concatenate(parts, axis),
    "softmax": lambda z: anp.exp(z) / anp.sum(anp.exp(z), axis=-1, keepdims=True),
    "log_softmax": lambda z: z - anp.log(anp.sum(anp.exp(z), axis=-1, keepdims=True)),
    "relu": lambda z: anp.where(z > 0, z, 0.0),
    "leaky_relu": lambda z: anp.where(z > 0, z, 0.01 * z),
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "mean": anp.mean,
    "divide": anp.divide,
}


@pytest.mark.parametrize(
    ("name", "shapes", "options"), [case for case in CASES if case.values[0] in ORACLE]
)
def test_autograd_agrees(name: str, shapes: Any, options: Any) -> None:
    inputs = inputs_of(name, shapes)
    tensors = [autodiff.Tensor(x) for x in inputs]
    out = apply(autodiff.PRIMITIVES[name], tuple(tensors), options)
    u = np.random.default_rng(4).standard_normal(out.shape)
    out.backward(np.array(u))
    for i, tensor in enumerate(tensors):
        vjp, theirs = make_vjp(lambda *xs: ORACLE[name](*xs, **options), i)(*inputs)
        np.testing.assert_allclose(out.data, theirs, rtol=1e-13, atol=1e-15)
        np.testing.assert_allclose(tensor.grad, vjp(u), rtol=1e-12, atol=1e-14)


@QUICK
@given(n=st.integers(1, 5), d=st.integers(1, 4), k=st.integers(1, 3), seed=st.integers(0, 99))
def test_random_shapes(n: int, d: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, W, b = (rng.standard_normal(shape) for shape in [(n, d), (d, k), (k,)])
    rows = rng.integers(0, n, 6)

    def ours(np_: Any) -> Callable[..., Any]:
        def f(x: Any, W: Any, b: Any) -> Any:
            z = np_.tanh(x @ W + b)[rows]
            return np_.sum(np_.exp(z) / (1 + z**2)) + np_.mean(np_.max(z, axis=0))

        return f

    gradients = autodiff.grad(ours(np))(x, W, b)
    for i, gradient in enumerate(gradients):
        vjp, _ = make_vjp(ours(anp), i)(x, W, b)
        np.testing.assert_allclose(gradient, vjp(1.0), rtol=1e-10, atol=1e-12)


def test_equal_numbers_share_a_gradient() -> None:
    a, b = autodiff.Tensor(np.ones(2)), autodiff.Tensor(np.ones(2))
    np.sum(np.maximum(a, b) + np.minimum(a, b)).backward()
    np.testing.assert_array_equal(a.grad, [1, 1])
    x = autodiff.Tensor(np.array([2.0, 1.0, 2.0]))
    x.max().backward()
    np.testing.assert_array_equal(x.grad, [0.5, 0, 0.5])


def test_powers_at_zero() -> None:
    x, y = autodiff.Tensor(np.zeros(4)), autodiff.Tensor(np.full(4, 2.0))
    np.sum(x ** np.arange(4) + x**y).backward()
    np.testing.assert_array_equal(x.grad, [0, 1, 0, 0])
    np.testing.assert_array_equal(y.grad, 0)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "softmax", "log_softmax"])
def test_extreme_scores_are_finite(name: str) -> None:
    z = autodiff.Tensor(np.array([[1e3, -1e3, 0.0], [-1e3, -1e3, -1e3]]))
    out = apply(autodiff.PRIMITIVES[name], (z,), {})
    out.backward(np.ones(out.shape))
    assert np.isfinite(out.data).all()
    assert np.isfinite(z.grad).all()


def test_slopes_of_nn_at_zero() -> None:
    H = autodiff.hessian(lambda z: np.sum(autodiff.sigmoid(z) ** 2), np.zeros(1))
    np.testing.assert_allclose(H, 2 * 0.25**2)
    z = autodiff.Tensor(np.zeros(1))
    autodiff.sigmoid(z).backward()
    assert z.grad == 0.25
