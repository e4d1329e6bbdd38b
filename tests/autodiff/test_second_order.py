"""Forward mode and second derivatives, on functions and on a whole network."""

import re
from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from bpworkbook import autodiff
from bpworkbook.autodiff import Dual, Tensor, Value, grad, hessian, hvp, jvp
from bpworkbook.nn import ArgumentError


def parameters(rng: np.random.Generator) -> list[Any]:
    return [rng.standard_normal(shape) for shape in [(4, 6), (6,), (6, 3), (3,)]]


def network_loss(np_: Any, X: Any, labels: Any) -> Callable[..., Any]:
    def f(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        scores = np_.tanh(np_.matmul(X, W1) + b1) @ W2 + b2
        shifted = scores - np_.max(scores, axis=1, keepdims=True)
        log_probs = shifted - np_.log(np_.sum(np_.exp(shifted), axis=1, keepdims=True))
        return -np_.mean(log_probs[np.arange(len(labels)), labels])

    return f


def packed(parts: list[Any]) -> Any:
    return np.concatenate([part.ravel() for part in parts])


@pytest.fixture
def data() -> tuple[Any, Any]:
    rng = np.random.default_rng(5)
    return rng.standard_normal((7, 4)), rng.integers(0, 3, 7)


@pytest.mark.parametrize("seed", [0, 1])
def test_hvp_of_a_network_agrees_with_differences_and_with_autograd(data: Any, seed: int) -> None:
    rng = np.random.default_rng(seed)
    W, v, h = parameters(rng), parameters(rng), 1e-5
    f = network_loss(np, *data)
    exact = hvp(f, W, v)
    above, below = (grad(f)(*[w + step * d for w, d in zip(W, v, strict=True)]) for step in (h, -h))
    ends = np.cumsum([w.size for w in W])[:-1]

    def flat(x: Any) -> Any:
        pieces = zip(anp.split(x, ends), W, strict=True)
        return network_loss(anp, *data)(*[piece.reshape(w.shape) for piece, w in pieces])

    theirs = np.split(autograd.hessian_vector_product(flat)(packed(W), packed(v)), ends)
    other = [piece.reshape(w.shape) for piece, w in zip(theirs, W, strict=True)]
    for ours, a, b, hips in zip(exact, above, below, other, strict=True):
        np.testing.assert_allclose(ours, (a - b) / (2 * h), rtol=1e-6, atol=1e-8)
        np.testing.assert_allclose(ours, hips, rtol=1e-10, atol=1e-12)


def test_hessian_agrees_with_autograd_and_is_symmetric() -> None:
    def f(np_: Any) -> Callable[[Any], Any]:
        return lambda x: np_.sum(np_.exp(x[:2] * x[1:])) + np_.sin(x[0]) * x[2] ** 3 / (1 + x[1])

    x = np.array([0.3, 0.7, -1.1])
    H = hessian(f(np), x)
    np.testing.assert_allclose(H, autograd.hessian(f(anp))(x), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(H, H.T, rtol=1e-13)
    assert hessian(f(np), x.astype(np.float32)).dtype == np.float32


def test_forward_and_reverse_mode_agree_on_a_network(data: Any) -> None:
    rng = np.random.default_rng(2)
    W, v = parameters(rng), parameters(rng)
    f = network_loss(np, *data)
    out, moved = jvp(f, W, v)
    assert out == f(*W)
    back = sum(np.sum(g * d) for g, d in zip(grad(f)(*W), v, strict=True))
    assert moved == pytest.approx(back, rel=1e-12)


def test_jvp_of_several_results_and_of_constants() -> None:
    x = np.array([1.0, 2.0])
    out, moved = jvp(lambda x: (x * x, np.ones(3), 5.0), [x], [np.ones(2)])
    np.testing.assert_array_equal(out[0], [1, 4])
    np.testing.assert_array_equal(moved[0], [2, 4])
    np.testing.assert_array_equal(moved[1], np.zeros(3))
    assert moved[2] == 0


def test_nested_epsilons_are_not_confused() -> None:
    one = (np.float64(1),)

    # d/dx (x * d/dy (x + y)) = d/dx (x * 1) = 1; confused it would be 2.
    def outer(x: Any) -> Any:
        return x * jvp(lambda y: x + y, one, one)[1]

    assert jvp(outer, one, one)[1] == 1
    # d/dx (x * d/dy (x * y)) = d/dx (x * x) = 2x.
    assert jvp(lambda x: x * jvp(lambda y: x * y, one, one)[1], one, one)[1] == 2


def test_third_derivatives() -> None:
    one = (np.ones(1),)

    def second(x: Any) -> Any:
        return jvp(grad(lambda z: np.sum(z**4)), (x,), one)[1]

    assert jvp(second, (np.array([2.0]),), one)[1] == 48


def test_hvp_through_each_function_of_nn() -> None:
    rng = np.random.default_rng(3)
    z, v, h = rng.standard_normal((3, 4)), rng.standard_normal((3, 4)), 1e-6
    for name in ("sigmoid", "softmax", "log_softmax", "relu", "leaky_relu"):
        function = getattr(autodiff, name)

        def f(x: Any, function: Any = function) -> Any:
            return np.sum(function(x) ** 3)

        numeric = (grad(f)(z + h * v) - grad(f)(z - h * v)) / (2 * h)
        np.testing.assert_allclose(hvp(f, [z], [v]), numeric, rtol=1e-5, atol=1e-7)


def test_duals_can_be_read() -> None:
    seen: list[Any] = []
    jvp(lambda x: seen.append(x) or x[0], [np.array([1.0, 2.0])], [np.ones(2)])  # type: ignore[func-returns-value]
    (dual,) = seen
    assert isinstance(dual, Dual)
    np.testing.assert_array_equal(dual.primal, [1, 2])
    assert repr(dual) == "Dual(array([1., 2.]), array([1., 1.]))"


x3, t3 = np.ones(3), np.ones(3)
BAD: dict[str, Callable[[], Any]] = {
    "jvp: f is 3, expected a function": lambda: jvp(3, [x3], [t3]),  # type: ignore[arg-type]
    "jvp: primals is (3,), expected a tuple of arrays": lambda: jvp(np.exp, x3, [t3]),
    "jvp: tangents is (3,), expected a tuple of arrays": lambda: jvp(np.exp, [x3], t3),
    "jvp: primals is a tuple, expected a tuple of arrays": lambda: jvp(np.exp, (), ()),
    "jvp: tangents has 1 arrays, but primals has 2": lambda: jvp(np.add, [x3, x3], [t3]),
    "jvp: tangents[0] is (2,), but primals[0] is (3,)": lambda: jvp(np.exp, [x3], [t3[:2]]),
    "jvp: primals[0] is a list": lambda: jvp(np.exp, [[1.0]], [t3]),
    "jvp: primals[0] is a Tensor": lambda: jvp(np.exp, [Tensor(x3)], [t3]),
    "jvp: primals[0] is a Value": lambda: jvp(np.exp, [Value(1.0)], [t3]),
    "jvp: f returned a Tensor": lambda: jvp(lambda x: x * Tensor(x3), [x3], [t3]),
    "exp: out= and in-place": lambda: jvp(lambda x: np.exp(x, out=x3), [x3], [t3]),
    "hessian: x is (1, 3), expected (d,)": lambda: hessian(np.sum, x3[None]),
    "grad: f returned (3,), expected one number": lambda: hvp(np.exp, [x3], [t3]),
}


@pytest.mark.parametrize(("message", "call"), BAD.items(), ids=BAD.keys())
def test_bad_input(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ArgumentError, match=f"^{re.escape(message)}"):
        call()
