r"""Convolution as a pair of pure functions: a window moves over images, gradients come back.

``x`` is (n, c_in, h, w), ``W`` is (c_out, c_in, k_h, k_w), ``b`` is (c_out,) and the output is
(n, c_out, o_h, o_w). As in PyTorch and most of the literature, the kernel is not flipped: the
mathematician calls this cross-correlation.

At each place of the window a convolution is a linear layer, whose input is the patch of pixels
under the window. ``im2col`` copies every patch out, k_h k_w times the memory. Here the images are
turned to (h, c, w, n) in memory and every row is copied k_w times, each time shifted by one more
column: (h, k_w, c, o_w, n). There k_h rows that follow one another are, as they stand, the patches
of a whole row of outputs, of all examples at once: one matrix product each, and a copy k_w-fold.
Outputs keep the order (h, c, w, n) in memory behind their shape (n, c, h, w), so that the next
layer finds it.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.validation import FloatArray, require_cache, require_floats, require_like
from bpworkbook.nn.windows import Size, as_pair, output_size

ConvCache: TypeAlias = tuple[FloatArray, FloatArray, Size, Size]


def conv2d_forward(
    x: FloatArray,
    W: FloatArray,
    b: FloatArray,
    stride: int | Size = 1,
    padding: int | Size = 0,
) -> tuple[FloatArray, ConvCache]:
    r"""Move a window over each image; at each place take weighted sums of the pixels under it.

    With $\tilde x$ for the image with $p$ rows and columns of zeros around it, and stride $s$,

    $$z_{noij} = b_o + \sum_{c,u,v} W_{ocuv} \, \tilde x_{n,\,c,\,si+u,\,sj+v}$$

    Parameters
    ----------
    x : array (n, c_in, h, w), float32 or float64
        The batch of images.
    W : array (c_out, c_in, k_h, k_w), dtype of ``x``
        The weights, one window for each pair of channels.
    b : array (c_out,), dtype of ``x``
        The bias, one for each channel that goes out.
    stride : int or (int, int)
        The window's step, down and to the right.
    padding : int or (int, int)
        How many rows and columns of zeros stand on each side of the image; any number, also more
        than the window has.

    Returns
    -------
    z : array (n, c_out, o_h, o_w), dtype of ``x``
        With o_h = (h + 2 padding - k_h) // stride + 1, and o_w likewise; where the stride does not
        divide, the last rows and columns are left out.
    cache : (x_padded, W, stride, padding)
        What ``conv2d_backward`` needs; the images are (h, c, w, n) there.

    Raises
    ------
    ArgumentError
        If an argument is not a non-empty float array of these axes, shapes or dtypes do not fit,
        the window is larger than the padded image, or stride or padding is no size.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), Gradient-based learning applied to document
    recognition, section II.

    Examples
    --------
    >>> x = np.array([[[[1.0, 2.0, 4.0], [0.0, 0.0, 0.0]]]])
    >>> step_right = np.array([[[[-1.0, 1.0]]]])
    >>> conv2d_forward(x, step_right, np.array([0.5]))[0]
    array([[[[1.5, 2.5],
             [0.5, 0.5]]]])
    """
    stride, padding = _check_arguments(x, W, b, stride, padding)
    size = output_size("conv2d_forward", "W", x.shape[2:], W.shape[2:], stride, padding)
    images = _pad(x, padding)
    z = _as_matrix(W) @ _patches(images, W.shape[2:], stride, size)
    z += b[:, None]
    z = np.reshape(z, (size[0], len(W), size[1], len(x)))
    return np.transpose(z, (3, 1, 0, 2)), (images, W, stride, padding)


@cache_of("conv2d_forward")
def conv2d_backward(
    grad_out: FloatArray, cache: ConvCache
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Carry the gradient of the loss back through a convolution.

    With $G$ for ``grad_out``, the bias and the weights gather from all examples and places; a
    pixel gathers from every place whose window covered it:

    $$\frac{\partial L}{\partial b_o} = \sum_{n,i,j} G_{noij}, \qquad
      \frac{\partial L}{\partial W_{ocuv}} = \sum_{n,i,j} G_{noij} \, \tilde x_{n,c,si+u,sj+v},
      \qquad
      \frac{\partial L}{\partial \tilde x_{n,c,y,x}} =
      \sum_{si+u=y,\; sj+v=x} \; \sum_o W_{ocuv} \, G_{noij}$$

    Parameters
    ----------
    grad_out : array (n, c_out, o_h, o_w)
        Gradient with respect to ``z``, of its shape and dtype.
    cache : (x_padded, W, stride, padding)
        From ``conv2d_forward``.

    Returns
    -------
    grad_x : array (n, c_in, h, w)
        Gradient with respect to the images.
    grad_W : array (c_out, c_in, k_h, k_w)
        Gradient with respect to the weights.
    grad_b : array (c_out,)
        Gradient with respect to the bias.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than ``z`` had.

    References
    ----------
    Dumoulin and Visin (2016), A guide to convolution arithmetic for deep learning, section 4.

    Examples
    --------
    >>> x = np.array([[[[1.0, 2.0, 4.0]]]])
    >>> z, cache = conv2d_forward(x, np.array([[[[-1.0, 1.0]]]]), np.array([0.0]))
    >>> grad_x, grad_W, grad_b = conv2d_backward(np.array([[[[1.0, 10.0]]]]), cache)
    >>> grad_x, grad_W, grad_b
    (array([[[[-1., -9., 10.]]]]), array([[[[21., 42.]]]]), array([11.]))
    """
    grad_W, grad_b = conv2d_backward_parameters(grad_out, cache)
    images, W, stride, padding = cache
    grad_images = _grad_images(_as_rows(grad_out), W, images, stride, grad_out.shape[2:])
    height, _, width, _ = images.shape
    inside = grad_images[padding[0] : height - padding[0], :, padding[1] : width - padding[1]]
    return np.transpose(inside, (3, 1, 0, 2)), grad_W, grad_b


@cache_of("conv2d_forward")
def conv2d_backward_parameters(
    grad_out: FloatArray, cache: ConvCache
) -> tuple[FloatArray, FloatArray]:
    """Return ``grad_W`` and ``grad_b`` of ``conv2d_backward`` alone.

    In a first layer nobody asks for the gradient of the images, the most costly of the three.

    >>> x, W = np.array([[[[1.0, 2.0, 4.0]]]]), np.array([[[[-1.0, 1.0]]]])
    >>> z, cache = conv2d_forward(x, W, np.array([0.0]))
    >>> conv2d_backward_parameters(np.array([[[[1.0, 10.0]]]]), cache)
    (array([[[[21., 42.]]]]), array([11.]))
    """
    require_cache("conv2d_backward", cache, 4, "conv2d_forward")
    images, W, stride, _ = cache
    (height, c_in, width, n), (c_out, _, k_h, k_w) = images.shape, W.shape
    size = output_size("conv2d_backward", "W", (height, width), (k_h, k_w), stride)
    require_like("conv2d_backward", "grad_out", grad_out, (n, c_out, *size), W.dtype, "z was")
    # A linear layer's gradients, of each row of outputs, summed over the rows.
    grad_z, patches = _as_rows(grad_out), _patches(images, (k_h, k_w), stride, size)
    grad_weights = np.sum(patches @ np.swapaxes(grad_z, 1, 2), axis=0)
    grad_W = np.transpose(np.reshape(grad_weights, (k_h, k_w, c_in, c_out)), (3, 2, 0, 1))
    return np.copy(grad_W, order="C"), np.sum(grad_z, axis=(0, 2))


def _patches(images: FloatArray, kernel: Size, stride: Size, size: Size) -> FloatArray:
    """Return the patches of each row of outputs as a matrix: (o_h, k_h k_w c, o_w n)."""
    (height, c, _, n), (k_h, k_w), (_, o_w) = images.shape, kernel, size
    shifted = np.empty_like(images, shape=(height, k_w, c, o_w, n))
    for v in range(k_w):
        shifted[:, v] = images[:, :, v : v + stride[1] * o_w : stride[1]]
    rows = np.reshape(shifted, (height * k_w * c, o_w * n))
    # Matrix i begins i * stride rows of pixels further down; the matrices overlap.
    windows: FloatArray = sliding_window_view(rows, k_h * k_w * c, axis=0)
    return np.swapaxes(windows[:: stride[0] * k_w * c], 1, 2)


def _grad_images(
    grad_z: FloatArray, W: FloatArray, images: FloatArray, stride: Size, size: Size
) -> FloatArray:
    """Return the gradient of the padded images, one row of pixels after the other."""
    (height, c_in, _, n), (k_h, k_w) = images.shape, W.shape[2:]
    (o_h, o_w), (down, right) = size, stride
    W_rows = np.ascontiguousarray(np.transpose(W, (2, 0, 3, 1)), like=W)
    grad_images = np.zeros_like(images)
    for y in range(height):
        # A row of pixels gathers from the rows of outputs whose windows reached it, from the first
        # through row y - first * down of the window, from the next through one that is higher ...
        first, end = max(0, (y - k_h) // down + 1), min(o_h, y // down + 1)
        if first >= end:
            continue
        weights = np.reshape(W_rows[y - first * down :: -down][: end - first], (-1, k_w * c_in))
        copies = weights.T @ np.reshape(grad_z[first:end], (-1, o_w * n))
        copies = np.reshape(copies, (k_w, c_in, o_w, n))
        # ... and in it each pixel from its k_w copies.
        for v in range(k_w):
            grad_images[y, :, v : v + right * o_w : right] += copies[v]
    return grad_images


def _as_rows(grad_out: FloatArray) -> FloatArray:
    """Return the gradient as (o_h, c_out, o_w n): one matrix for each row of outputs."""
    n, c_out, o_h, o_w = grad_out.shape
    turned = np.ascontiguousarray(np.transpose(grad_out, (2, 1, 3, 0)), like=grad_out)
    return np.reshape(turned, (o_h, c_out, o_w * n))


def _as_matrix(W: FloatArray) -> FloatArray:
    """Return the weights as (c_out, k_h k_w c_in), in the order of the patches."""
    return np.reshape(np.transpose(W, (0, 2, 3, 1)), (W.shape[0], -1))


def _pad(x: FloatArray, padding: Size) -> FloatArray:
    """Return a copy of the images as (h, c, w, n) with zeros around it."""
    (n, c, h, w), (down, right) = x.shape, padding
    images = np.zeros_like(x, shape=(h + 2 * down, c, w + 2 * right, n), order="C")
    images[down : down + h, :, right : right + w] = np.transpose(x, (2, 1, 3, 0))
    return images


def _check_arguments(x: Any, W: Any, b: Any, stride: Any, padding: Any) -> tuple[Size, Size]:
    """Refuse arrays that do not fit, and return stride and padding as pairs."""
    function = "conv2d_forward"
    require_floats(function, "x", x, ("n", "c_in", "h", "w"))
    require_floats(function, "W", W, ("c_out", "c_in", "k_h", "k_w"))
    if x.shape[1] != W.shape[1]:
        raise ArgumentError(
            f"{function}: x is {x.shape}, but W is {W.shape}: "
            f"{x.shape[1]} channels meet {W.shape[1]}"
        )
    require_like(function, "W", W, W.shape, x.dtype, "x is")
    require_floats(function, "b", b, ("c_out",))
    if b.shape[0] != W.shape[0]:
        raise ArgumentError(
            f"{function}: b is {b.shape}, but W is {W.shape}: expected ({W.shape[0]},)"
        )
    require_like(function, "b", b, b.shape, x.dtype, "x is")
    return as_pair(function, "stride", stride), as_pair(function, "padding", padding, 0)
