"""Pooling against a literal loop, differences, HIPS autograd and PyTorch."""

import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import make_vjp
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook.nn import ArgumentError, projection_check
from bpworkbook.nn.global_pooling import (
    global_avg_pool2d_backward,
    global_avg_pool2d_forward,
    global_max_pool2d_backward,
    global_max_pool2d_forward,
)
from bpworkbook.nn.pooling import (
    avg_pool2d_backward,
    avg_pool2d_forward,
    max_pool2d_backward,
    max_pool2d_forward,
)

few = st.integers(1, 3)

# Forward, backward, what it does to the pixels under a window, and whether it is global.
POOLS: dict[str, tuple[Any, Any, Any, bool]] = {
    "max": (max_pool2d_forward, max_pool2d_backward, anp.max, False),
    "mean": (avg_pool2d_forward, avg_pool2d_backward, anp.mean, False),
    "global max": (global_max_pool2d_forward, global_max_pool2d_backward, anp.max, True),
    "global mean": (global_avg_pool2d_forward, global_avg_pool2d_backward, anp.mean, True),
}
pools = pytest.mark.parametrize("name", POOLS)


@st.composite
def images_and_windows(draw: Any, *, ties: bool = False) -> tuple[Any, Any, Any]:
    """Images, all different by at least 0.1 or full of ties; windows that overlap or leave gaps."""
    kernel, stride = (draw(few), draw(few)), (draw(few), draw(few))
    shape = (draw(few), draw(few), *(draw(st.integers(k, 7)) for k in kernel))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    order = rng.permutation(int(np.prod(shape))).reshape(shape)
    return order % 3 * 1.0 if ties else order * 0.1 - 2, kernel, stride


def by_a_loop(name: str, x: Any, kernel: Any, stride: Any) -> Any:
    """One window after the other; HIPS autograd can follow it."""
    *_, reduce, whole = POOLS[name]
    if whole:
        return reduce(x, axis=(2, 3))
    (k_h, k_w), (s_h, s_w) = kernel, stride
    o_h, o_w = (x.shape[2] - k_h) // s_h + 1, (x.shape[3] - k_w) // s_w + 1
    windows = [
        reduce(x[:, :, i * s_h : i * s_h + k_h, j * s_w : j * s_w + k_w], axis=(2, 3))
        for i in range(o_h)
        for j in range(o_w)
    ]
    return anp.reshape(anp.stack(windows, axis=2), (*x.shape[:2], o_h, o_w))


def run(name: str, x: Any, kernel: Any, stride: Any) -> tuple[Any, Any]:
    forward, _, _, whole = POOLS[name]
    out, cache = forward(x) if whole else forward(x, kernel, stride)
    return out, cache


@pools
@given(drawn=images_and_windows())
def test_values_and_autograd(name: str, drawn: Any) -> None:
    x, kernel, stride = drawn
    z, cache = run(name, x, kernel, stride)
    expected = by_a_loop(name, x, kernel, stride)
    np.testing.assert_allclose(z, expected, rtol=1e-12, atol=1e-12)
    G = np.random.default_rng(0).standard_normal(z.shape)
    vjp, _ = make_vjp(lambda x: by_a_loop(name, x, kernel, stride))(x)
    np.testing.assert_allclose(POOLS[name][1](G, cache), vjp(G), rtol=1e-10, atol=1e-12)


@pools
@given(drawn=images_and_windows())
def test_backward_agrees_with_random_projections(name: str, drawn: Any) -> None:
    x, kernel, stride = drawn
    rng = np.random.default_rng(0)
    error = projection_check(lambda x: run(name, x, kernel, stride), POOLS[name][1], [x], rng)
    assert error < 1e-6


@pools
@pytest.mark.parametrize("ties", [False, True])
def test_pytorch_agrees(name: str, ties: bool) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    F = torch.nn.functional
    theirs: dict[str, Callable[..., Any]] = {
        "max": F.max_pool2d,
        "mean": F.avg_pool2d,
        "global max": lambda x, *_: F.adaptive_max_pool2d(x, 1)[:, :, 0, 0],
        "global mean": lambda x, *_: F.adaptive_avg_pool2d(x, 1)[:, :, 0, 0],
    }

    @given(images_and_windows(ties=ties))
    def agrees(drawn: Any) -> None:
        x, kernel, stride = drawn
        tensor = torch.from_numpy(x.copy()).requires_grad_()
        other = theirs[name](tensor, kernel, stride)
        z, cache = run(name, x, kernel, stride)
        G = np.random.default_rng(0).standard_normal(z.shape)
        other.backward(torch.from_numpy(G))
        np.testing.assert_allclose(z, other.detach().numpy(), rtol=0, atol=1e-10)
        gradient = POOLS[name][1](G, cache)
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=0, atol=1e-10)

    agrees()


@given(images_and_windows(ties=True))
def test_of_equal_maxima_the_first_takes_the_gradient(drawn: Any) -> None:
    x, (k_h, k_w), (s_h, s_w) = drawn
    z, cache = max_pool2d_forward(x, (k_h, k_w), (s_h, s_w))
    expected = np.zeros_like(x)
    for n, c, i, j in np.ndindex(z.shape):
        top, left = i * s_h, j * s_w
        window = x[n, c, top : top + k_h, left : left + k_w]
        u, v = np.unravel_index(np.argmax(window), window.shape)
        expected[n, c, top + u, left + v] += 1
    np.testing.assert_array_equal(max_pool2d_backward(np.ones_like(z), cache), expected)
    z, cache = global_max_pool2d_forward(x)
    gradient = global_max_pool2d_backward(np.ones_like(z), cache).reshape(*x.shape[:2], -1)
    np.testing.assert_array_equal(gradient.sum(axis=2), 1)
    np.testing.assert_array_equal(
        gradient.argmax(axis=2), x.reshape(*x.shape[:2], -1).argmax(axis=2)
    )


@pools
def test_float32_stays(name: str) -> None:
    z, cache = run(name, np.ones((2, 3, 5, 5), np.float32), (2, 2), (2, 2))
    assert z.dtype == np.float32
    assert POOLS[name][1](np.ones_like(z), cache).dtype == np.float32


@pools
@pytest.mark.parametrize("value", [1e3, -1e3, 1e300, -1e300])
def test_extremes_are_finite(name: str, value: float) -> None:
    z, cache = run(name, np.full((1, 2, 4, 4), value), (2, 2), (1, 1))
    np.testing.assert_allclose(z, value, rtol=1e-12)
    assert np.all(np.isfinite(POOLS[name][1](np.full_like(z, 1e3), cache)))


@pools
@pytest.mark.parametrize("axes", [(0, 1, 2, 3), (2, 3, 1, 0), (3, 1, 0, 2)])
def test_the_order_in_memory_does_not_matter(name: str, axes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((2, 3, 5, 6))
    turned = np.ascontiguousarray(x.transpose(axes)).transpose(np.argsort(axes))
    (z, cache), (other, other_cache) = (run(name, a, (2, 3), (1, 2)) for a in (x, turned))
    np.testing.assert_allclose(other, z, rtol=1e-14)
    G = rng.standard_normal(z.shape)
    one, two = (POOLS[name][1](G, c) for c in (cache, other_cache))
    np.testing.assert_allclose(one, two, rtol=1e-14)


@pools
def test_everything_stays_elsewhere(name: str) -> None:
    helpers = runpy.run_path(str(Path(__file__).with_name("test_dispatch.py")))
    x, calls = np.random.default_rng(0).standard_normal((2, 3, 5, 6)), []
    z, cache = run(name, x, (2, 3), (1, 2))
    there, cache_there = run(name, helpers["Recorder"](x, calls), (2, 3), (1, 2))
    gradient = POOLS[name][1](np.ones_like(there), cache_there)
    np.testing.assert_array_equal(helpers["fetch"](there), z)
    np.testing.assert_array_equal(
        helpers["fetch"](gradient), POOLS[name][1](np.ones_like(z), cache)
    )
    assert calls


@pools
def test_bad_arguments_of_every_pool(name: str) -> None:
    forward, backward, _, whole = POOLS[name]
    window = () if whole else (2,)
    x = np.ones((2, 3, 4, 4))
    for bad in (None, [1.0], x[0], x[:0], x.astype(int), x.astype(np.float16)):
        with pytest.raises(ArgumentError, match=f"^{forward.__name__}: x "):
            forward(bad, *window)
    z, cache = forward(x, *window)
    for bad in (None, z.tolist(), z[:1], z[..., :-1], z.astype(np.float32)):
        with pytest.raises(ArgumentError, match=f"^{backward.__name__}: grad_out "):
            backward(bad, cache)
    for bad in (None, (), (1, 2, 3)):
        message = f"^{backward.__name__}: cache is .* of {forward.__name__}$"
        with pytest.raises(ArgumentError, match=message):
            backward(z, bad)


IMAGES = np.ones((2, 3, 5, 6))
MESSAGES: list[tuple[str, Callable[[], Any]]] = [
    (
        "max_pool2d_forward: kernel_size has a window of (6, 6), which does not fit x of (5, 6)",
        lambda: max_pool2d_forward(IMAGES, 6),
    ),
    (
        "avg_pool2d_forward: kernel_size is 2.0, expected one or two integers, at least 1",
        lambda: avg_pool2d_forward(IMAGES, 2.0),
    ),
    (
        "max_pool2d_forward: stride is (2, 0), expected one or two integers, at least 1",
        lambda: max_pool2d_forward(IMAGES, 2, (2, 0)),
    ),
    (
        "global_avg_pool2d_forward: x is (3, 5, 6), expected (n, c, h, w)",
        lambda: global_avg_pool2d_forward(IMAGES[0]),
    ),
]


@pytest.mark.parametrize(("message", "call"), MESSAGES, ids=[message for message, _ in MESSAGES])
def test_messages(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ArgumentError, match=f"^{re.escape(message)}$"):
        call()
