"""Convolution against a literal loop, im2col, differences, HIPS autograd and PyTorch."""

import re
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import autograd.numpy as anp
import autograd.scipy.signal
import numpy as np
import pytest
from autograd import make_vjp
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook.nn import ArgumentError, projection_check
from bpworkbook.nn.convolution import (
    conv2d_backward,
    conv2d_backward_parameters,
    conv2d_forward,
)
from bpworkbook.nn.patches import col2im, im2col

few = st.integers(1, 3)


@st.composite
def convolutions(draw: Any, most_stride: int = 3) -> tuple[Any, ...]:
    """Arguments of ``conv2d_forward``: sizes of one, strides that do not divide, wide padding."""
    n, c_in, c_out = draw(st.sampled_from([1, 2, 16])), draw(few), draw(few)
    kernel = (draw(few), draw(few))
    padding = (draw(st.integers(0, 3)), draw(st.integers(0, 2)))
    h, w = (draw(st.integers(max(1, k - 2 * p), 6)) for k, p in zip(kernel, padding, strict=True))
    strides = st.integers(1, most_stride)
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    shapes = [(n, c_in, h, w), (c_out, c_in, *kernel), (c_out,)]
    arrays = [rng.standard_normal(shape) for shape in shapes]
    return (*arrays, (draw(strides), draw(strides)), padding)


def padded(x: Any, padding: tuple[int, int]) -> Any:
    return np.pad(x, [(0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2])


def by_the_formula(x: Any, W: Any, b: Any, stride: Any, padding: Any) -> Any:
    """The sum of the docstring, one output at a time."""
    image, (k_h, k_w) = padded(x, padding), W.shape[2:]
    o_h = (image.shape[2] - k_h) // stride[0] + 1
    o_w = (image.shape[3] - k_w) // stride[1] + 1
    z = np.zeros((len(x), len(W), o_h, o_w))
    for n, o, i, j in np.ndindex(z.shape):
        top, left = i * stride[0], j * stride[1]
        z[n, o, i, j] = b[o] + np.sum(W[o] * image[n, :, top : top + k_h, left : left + k_w])
    return z


@given(convolutions())
def test_forward_is_the_formula(arguments: Any) -> None:
    z = conv2d_forward(*arguments)[0]
    np.testing.assert_allclose(z, by_the_formula(*arguments), rtol=1e-12, atol=1e-12)


@given(convolutions())
def test_backward_agrees_with_random_projections(arguments: Any) -> None:
    *arrays, stride, padding = arguments
    error = projection_check(
        lambda x, W, b: conv2d_forward(x, W, b, stride, padding),
        conv2d_backward,
        arrays,
        np.random.default_rng(0),
    )
    assert error < 1e-6


# n, image, kernel, stride, padding, and the size of the output.
CORNERS: dict[str, tuple[Any, ...]] = {
    "a stride that does not divide": (3, (7, 8), (3, 2), (3, 4), (0, 0), (2, 2)),
    "a stride that leaves gaps": (3, (9, 9), (2, 1), (4, 3), (0, 0), (2, 3)),
    "one example": (1, (6, 5), (3, 3), (1, 1), (1, 1), (6, 5)),
    "a window as large as the image": (3, (4, 5), (4, 5), (1, 1), (0, 0), (1, 1)),
    "more padding than window": (3, (3, 2), (2, 2), (1, 2), (3, 2), (8, 3)),
    "one pixel": (1, (1, 1), (1, 1), (1, 1), (0, 0), (1, 1)),
}


@pytest.mark.parametrize("name", CORNERS)
def test_corners(name: str, rng: np.random.Generator) -> None:
    n, image, kernel, stride, padding, size = CORNERS[name]
    shapes = [(n, 2, *image), (3, 2, *kernel), (3,)]
    arrays = [rng.standard_normal(shape) for shape in shapes]
    z, _ = conv2d_forward(*arrays, stride, padding)
    assert z.shape == (n, 3, *size)
    expected = by_the_formula(*arrays, stride, padding)
    np.testing.assert_allclose(z, expected, rtol=1e-12, atol=1e-12)
    error = projection_check(
        lambda x, W, b: conv2d_forward(x, W, b, stride, padding), conv2d_backward, arrays, rng
    )
    assert error < 1e-6


def test_the_parameters_alone_get_the_same_gradients() -> None:
    z, cache = conv2d_forward(*example(), 2, 1)
    G = np.random.default_rng(0).standard_normal(z.shape)
    both = zip(conv2d_backward(G, cache)[1:], conv2d_backward_parameters(G, cache), strict=True)
    for gradient, alone in both:
        np.testing.assert_array_equal(alone, gradient)


@given(convolutions())
def test_im2col_arrives_at_the_same(arguments: Any) -> None:
    x, W, b, stride, padding = arguments
    window = W.shape[2:], stride, padding
    z, cache = conv2d_forward(*arguments)
    columns, weights = im2col(x, *window), W.reshape(len(W), -1)
    flat = columns @ weights.T + b
    n, c_out, o_h, o_w = z.shape
    other = flat.reshape(n, o_h, o_w, c_out).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(z, other, rtol=1e-12, atol=1e-12)
    G = np.random.default_rng(0).standard_normal(z.shape)
    rows = G.transpose(0, 2, 3, 1).reshape(-1, c_out)
    others = (
        col2im(rows @ weights, x.shape, *window),
        (rows.T @ columns).reshape(W.shape),
        rows.sum(axis=0),
    )
    for mine, other in zip(conv2d_backward(G, cache), others, strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-11, atol=1e-12)


@given(convolutions())
def test_col2im_is_the_transpose_of_im2col(arguments: Any) -> None:
    x, W, _, stride, padding = arguments
    window = W.shape[2:], stride, padding
    columns = im2col(x, *window)
    u = np.random.default_rng(0).standard_normal(columns.shape)
    there, back = np.sum(columns * u), np.sum(x * col2im(u, x.shape, *window))
    assert there == pytest.approx(back, rel=1e-10, abs=1e-10)


@given(convolutions(most_stride=1))
def test_autograd_agrees(arguments: Any) -> None:
    *arrays, _, padding = arguments

    def formula(x: Any, W: Any, b: Any) -> Any:
        image = anp.pad(x, [(0, 0), (0, 0), (padding[0],) * 2, (padding[1],) * 2], "constant")
        flipped = W[:, :, ::-1, ::-1]
        axes = {"axes": ([2, 3], [2, 3]), "dot_axes": ([1], [1]), "mode": "valid"}
        return autograd.scipy.signal.convolve(image, flipped, **axes) + b[:, None, None]

    z, cache = conv2d_forward(*arguments)
    np.testing.assert_allclose(z, formula(*arrays), rtol=1e-12, atol=1e-12)
    G = np.random.default_rng(0).standard_normal(z.shape)
    for position, gradient in enumerate(conv2d_backward(G, cache)):
        vjp, _ = make_vjp(formula, position)(*arrays)
        np.testing.assert_allclose(gradient, vjp(G), rtol=1e-10, atol=1e-12)


@given(convolutions())
def test_pytorch_agrees(arguments: Any) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    *arrays, stride, padding = arguments
    tensors = [torch.from_numpy(x).requires_grad_() for x in arrays]
    theirs = torch.nn.functional.conv2d(*tensors, stride=stride, padding=padding)
    z, cache = conv2d_forward(*arguments)
    G = np.random.default_rng(0).standard_normal(z.shape)
    theirs.backward(torch.from_numpy(G))
    np.testing.assert_allclose(z, theirs.detach().numpy(), rtol=0, atol=1e-10)
    for gradient, tensor in zip(conv2d_backward(G, cache), tensors, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=0, atol=1e-10)


def example(dtype: Any = np.float64) -> list[Any]:
    rng = np.random.default_rng(0)
    shapes = [(2, 3, 5, 6), (4, 3, 2, 3), (4,)]
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


def test_float32_stays_and_agrees_with_float64() -> None:
    single, double = example(np.float32), example()
    (z, cache), (wide, wide_cache) = conv2d_forward(*single, 2, 1), conv2d_forward(*double, 2, 1)
    narrow = (z, *conv2d_backward(np.ones_like(z), cache))
    for mine, exact in zip(
        narrow, (wide, *conv2d_backward(np.ones_like(wide), wide_cache)), strict=True
    ):
        assert mine.dtype == np.float32
        np.testing.assert_allclose(mine, exact, rtol=1e-4, atol=1e-4)
    assert im2col(single[0], 2).dtype == np.float32


@pytest.mark.parametrize("order", ["C", "F", "strided"])
def test_the_order_in_memory_does_not_matter(order: str) -> None:
    arrays = example()
    z, cache = conv2d_forward(*arrays, 2, 1)
    G = np.random.default_rng(1).standard_normal(z.shape)
    gradients = conv2d_backward(G, cache)

    def turned(a: Any) -> Any:
        return (
            np.repeat(a, 2, axis=-1)[..., ::2] if order == "strided" else np.array(a, order=order)
        )

    other, other_cache = conv2d_forward(*map(turned, arrays), 2, 1)
    np.testing.assert_allclose(other, z, rtol=1e-13, atol=1e-13)
    for one, two in zip(gradients, conv2d_backward(turned(G), other_cache), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-12, atol=1e-13)


def test_arguments_are_left_alone() -> None:
    arrays = example()
    before = [a.copy() for a in arrays]
    z, cache = conv2d_forward(*arrays)
    G = np.ones_like(z)
    first = conv2d_backward(G, cache)
    for again, gradient in zip(conv2d_backward(G, cache), first, strict=True):
        np.testing.assert_array_equal(again, gradient)
    for a, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(a, copy)


def test_everything_stays_elsewhere() -> None:
    helpers = runpy.run_path(str(Path(__file__).with_name("test_dispatch.py")))
    recorder, fetch = helpers["Recorder"], helpers["fetch"]
    calls: list[str] = []
    arrays = example(np.float32)
    z, cache = conv2d_forward(*arrays, 2, 1)
    there, cache_there = conv2d_forward(*(recorder(a, calls) for a in arrays), 2, 1)
    gradients = conv2d_backward(np.ones_like(z), cache)
    gradients_there = conv2d_backward(np.ones_like(there), cache_there)
    for here, elsewhere in zip((z, *gradients), fetch((there, *gradients_there)), strict=True):
        np.testing.assert_allclose(here, elsewhere, rtol=1e-5, atol=1e-6)
        assert elsewhere.dtype == np.float32
    x = recorder(arrays[0], calls)
    columns = im2col(x, 2, 1, 1)
    np.testing.assert_array_equal(fetch(columns), im2col(arrays[0], 2, 1, 1))
    back = col2im(columns, x.shape, 2, 1, 1)
    np.testing.assert_array_equal(fetch(back), col2im(fetch(columns), arrays[0].shape, 2, 1, 1))
    assert "sliding_window_view" in calls


def ones(*shape: int) -> Any:
    return np.ones(shape)


X, W, B = ones(2, 3, 5, 5), ones(4, 3, 3, 3), ones(4)

MESSAGES: list[tuple[str, Callable[[], Any]]] = [
    (
        "conv2d_forward: x is (3, 5, 5), expected (n, c_in, h, w)",
        lambda: conv2d_forward(X[0], W, B),
    ),
    (
        "conv2d_forward: x is (0, 3, 5, 5), which is an empty batch",
        lambda: conv2d_forward(X[:0], W, B),
    ),
    (
        "conv2d_forward: W is (4, 3), expected (c_out, c_in, k_h, k_w)",
        lambda: conv2d_forward(X, W[:, :, 0, 0], B),
    ),
    (
        "conv2d_forward: x is (2, 3, 5, 5), but W is (4, 2, 3, 3): 3 channels meet 2",
        lambda: conv2d_forward(X, W[:, :2], B),
    ),
    (
        "conv2d_forward: W has dtype float64, but x has float32",
        lambda: conv2d_forward(X.astype(np.float32), W, B),
    ),
    (
        "conv2d_forward: b is (3,), but W is (4, 3, 3, 3): expected (4,)",
        lambda: conv2d_forward(X, W, B[:3]),
    ),
    ("conv2d_forward: b is (4, 1), expected (c_out,)", lambda: conv2d_forward(X, W, B[:, None])),
    (
        "conv2d_forward: stride is 0, expected one or two integers, at least 1",
        lambda: conv2d_forward(X, W, B, 0),
    ),
    (
        "conv2d_forward: stride is (1, 2, 3), expected one or two integers, at least 1",
        lambda: conv2d_forward(X, W, B, (1, 2, 3)),
    ),
    (
        "conv2d_forward: stride is True, expected one or two integers, at least 1",
        lambda: conv2d_forward(X, W, B, True),
    ),
    (
        "conv2d_forward: padding is 'same', expected one or two integers, at least 0",
        lambda: conv2d_forward(X, W, B, 1, "same"),
    ),
    (
        "conv2d_forward: padding is -1, expected one or two integers, at least 0",
        lambda: conv2d_forward(X, W, B, 1, -1),
    ),
    (
        "conv2d_forward: W has a window of (3, 3), which does not fit x of (2, 5)",
        lambda: conv2d_forward(X[:, :, :2], W, B),
    ),
    (
        "conv2d_forward: W has a window of (3, 3), which does not fit x of (7, 2) with its padding",
        lambda: conv2d_forward(X[..., :2], W, B, 1, (1, 0)),
    ),
    (
        "conv2d_backward: grad_out is (2, 4, 3, 2), but z was (2, 4, 3, 3)",
        lambda: conv2d_backward(ones(2, 4, 3, 2), conv2d_forward(X, W, B)[1]),
    ),
    (
        "conv2d_backward: grad_out has dtype float32, but z had float64",
        lambda: conv2d_backward(ones(2, 4, 3, 3).astype(np.float32), conv2d_forward(X, W, B)[1]),
    ),
    (
        "conv2d_backward: cache is None, expected that of conv2d_forward",
        lambda: conv2d_backward(X, None),
    ),
    ("im2col: x is (5, 5), expected (n, c, h, w)", lambda: im2col(X[0, 0], 2)),
    (
        "im2col: kernel_size has a window of (6, 6), which does not fit x of (5, 5)",
        lambda: im2col(X, 6),
    ),
    ("col2im: columns is (2, 3), expected (8, 12)", lambda: col2im(ones(2, 3), (2, 3, 3, 3), 2)),
    (
        "col2im: shape is (3, 3), expected (n, c, h, w), each at least 1",
        lambda: col2im(ones(2, 3), (3, 3), 2),
    ),
    (
        "col2im: shape is 3, expected (n, c, h, w), each at least 1",
        lambda: col2im(ones(2, 3), 3, 2),
    ),
]


@pytest.mark.parametrize(("message", "call"), MESSAGES, ids=[message for message, _ in MESSAGES])
def test_messages(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ArgumentError, match=f"^{re.escape(message)}$"):
        call()
