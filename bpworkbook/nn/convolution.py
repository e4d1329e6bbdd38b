r"""Convolution as a pair of pure functions: a window moves over images, gradients come back.

``x`` is (n, c_in, h, w), ``W`` is (c_out, c_in, k_h, k_w), ``b`` is (c_out,) and the output is
(n, c_out, o_h, o_w). As in PyTorch and most of the literature, the kernel is not flipped: the
mathematician calls this cross-correlation.

At each place of the window a convolution is a linear layer, whose input is the patch of pixels
under the window. ``im2col`` copies every patch out, k_h k_w times the memory. Here the images are
turned to (h, w, c, n) in memory, where a strip k_w columns wide, copied out, holds each patch of
one output column as rows that follow one another: a k_w-fold copy, of one strip at a time, and one
matrix product for each patch, of all examples at once. Outputs keep that order in memory behind
their shape (n, c, h, w), so that the next layer finds it.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.validation import FloatArray, require_cache, require_floats, require_like
from bpworkbook.nn.windows import Size, as_pair, output_size

# Below this number of examples the product of one patch is too thin to be fast.
FEW = 16

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
        How many rows and columns of zeros stand on each side of the image.

    Returns
    -------
    z : array (n, c_out, o_h, o_w), dtype of ``x``
        With o_h = (h + 2 padding - k_h) // stride + 1, and o_w likewise.
    cache : (x_padded, W, stride, padding)
        What ``conv2d_backward`` needs; the images are (h, w, c, n) there.

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
    images = _pad(x, padding)
    kernel = W.shape[2:]
    size = output_size("conv2d_forward", "W", x.shape[2:], kernel, stride, padding)
    weights = _as_matrix(W)
    z = np.empty_like(x, shape=(*size, len(W), len(x)), order="C")
    for j in range(size[1]):
        z[:, j] = weights @ _patches(images, j, kernel, stride) + b[:, None]
    return np.transpose(z, (3, 2, 0, 1)), (images, W, stride, padding)


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
    require_cache("conv2d_backward", cache, 4, "conv2d_forward")
    images, W, stride, padding = cache
    (height, width, c_in, n), (c_out, _, k_h, k_w) = images.shape, W.shape
    o_h, o_w = output_size("conv2d_backward", "W", (height, width), (k_h, k_w), stride)
    require_like("conv2d_backward", "grad_out", grad_out, (n, c_out, o_h, o_w), W.dtype, "z was")
    grad_z = np.ascontiguousarray(np.transpose(grad_out, (2, 3, 1, 0)), like=grad_out)
    weights, grad_images = _as_matrix(W), np.zeros_like(images)
    grad_weights = np.zeros_like(weights)
    for j in range(o_w):
        # A linear layer's gradients, for all patches of one output column.
        G = grad_z[:, j]
        patches = _patches(images, j, (k_h, k_w), stride)
        grad_weights += _sum_of_products(G, patches)
        grad_patches = np.reshape(weights.T @ G, (o_h, k_h, k_w, c_in, n))
        columns = slice(j * stride[1], j * stride[1] + k_w)
        for u in range(k_h):
            grad_images[u : u + stride[0] * o_h : stride[0], columns] += grad_patches[:, u]
    grad_W = np.transpose(np.reshape(grad_weights, (c_out, k_h, k_w, c_in)), (0, 3, 1, 2))
    grad_b = np.sum(grad_z, axis=(0, 1, 3))
    inside = grad_images[padding[0] : height - padding[0], padding[1] : width - padding[1]]
    return np.transpose(inside, (3, 2, 0, 1)), np.copy(grad_W, order="C"), grad_b


def _patches(images: FloatArray, j: int, kernel: Size, stride: Size) -> FloatArray:
    """Return the patches of output column ``j``: (o_h, k_h k_w c, n), a view of one strip."""
    height, _, c, n = images.shape
    row = kernel[1] * c
    strip = images[:, j * stride[1] : j * stride[1] + kernel[1]]
    strip = np.reshape(strip, (height * row, n))
    # Patch i begins i * stride rows of pixels further down the strip; the patches overlap.
    windows: FloatArray = sliding_window_view(strip, kernel[0] * row, axis=0)
    return np.swapaxes(windows[:: stride[0] * row], 1, 2)


def _sum_of_products(G: FloatArray, patches: FloatArray) -> FloatArray:
    """Return the sum of G patch^T, (c_out, k_h k_w c_in), over the places of an output column."""
    if G.shape[2] >= FEW:
        total: FloatArray = np.sum(G @ np.swapaxes(patches, 1, 2), axis=0)
        return total
    # With few examples one product over places and examples is much faster, though it copies.
    G, patches = np.swapaxes(G, 0, 1), np.swapaxes(patches, 0, 1)
    return np.reshape(G, (len(G), -1)) @ np.reshape(patches, (len(patches), -1)).T


def _as_matrix(W: FloatArray) -> FloatArray:
    """Return the weights as (c_out, k_h k_w c_in), in the order of the patches."""
    return np.reshape(np.transpose(W, (0, 2, 3, 1)), (W.shape[0], -1))


def _pad(x: FloatArray, padding: Size) -> FloatArray:
    """Return a copy of the images as (h, w, c, n) with zeros around it."""
    (n, c, h, w), (down, right) = x.shape, padding
    shape = (h + 2 * down, w + 2 * right, c, n)
    images = np.zeros_like(x, shape=shape, order="C")
    images[down : down + h, right : right + w] = np.transpose(x, (2, 3, 1, 0))
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
