r"""Pooling: a window moves over each channel and keeps the largest value, or the mean.

Images are (n, c, h, w) and come out as (n, c, o_h, o_w), channel by channel; global pooling, whose
window is the whole image, gives (n, c). Pooling has no parameters. As in PyTorch, the window moves
by its own size unless a stride is given, and rows and columns that it does not reach are left out.

The window's few pixels are looped over, each with one strided slice of all places at once.
"""

from typing import Any, TypeAlias

import numpy as np

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.validation import FloatArray, require_cache, require_floats, require_like
from bpworkbook.nn.windows import Size, as_pair, output_size, window_slices

IMAGE_AXES = ("n", "c", "h", "w")

MaxPoolCache: TypeAlias = tuple[FloatArray, FloatArray, Size, Size]
AvgPoolCache: TypeAlias = tuple[tuple[int, ...], Any, Size, Size]


def max_pool2d_forward(
    x: FloatArray, kernel_size: int | Size, stride: int | Size | None = None
) -> tuple[FloatArray, MaxPoolCache]:
    r"""Keep the largest value under the window.

    $$z_{ncij} = \max_{u < k_h,\; v < k_w} x_{n,\,c,\,si+u,\,sj+v}$$

    Parameters
    ----------
    x : array (n, c, h, w), float32 or float64
        The batch of images.
    kernel_size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        The window's step, down and to the right; its size unless given.

    Returns
    -------
    z : array (n, c, o_h, o_w), dtype of ``x``
        With o_h = (h - k_h) // stride + 1, and o_w likewise.
    cache : (x, z, kernel_size, stride)
        What ``max_pool2d_backward`` needs.

    Raises
    ------
    ArgumentError
        If ``x`` is not a non-empty float array of these axes, the window is larger than the image,
        or an argument is no size.

    References
    ----------
    Riesenhuber and Poggio (1999), Hierarchical models of object recognition in cortex.

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0, 2.0, 0.0], [3.0, 4.0, 7.0, 1.0]]]])
    >>> max_pool2d_forward(x, 2)[0]
    array([[[[5., 7.]]]])
    """
    kernel, stride, out = _check_arguments("max_pool2d_forward", x, kernel_size, stride)
    (rows, cols), *others = window_slices(kernel, stride, out)
    z = np.copy(x[:, :, rows, cols])
    for rows, cols in others:
        z = np.maximum(z, x[:, :, rows, cols], out=z)
    return z, (x, z, kernel, stride)


@cache_of("max_pool2d_forward")
def max_pool2d_backward(grad_out: FloatArray, cache: MaxPoolCache) -> FloatArray:
    r"""Return $\partial L / \partial x$: each gradient goes to the pixel that was the largest.

    Where several were, it goes to the first of them, row by row, as in PyTorch. Where windows
    overlap, a pixel receives the sum.

    Parameters
    ----------
    grad_out : array (n, c, o_h, o_w)
        Gradient with respect to the output, of its shape and dtype.
    cache : (x, z, kernel_size, stride)
        From ``max_pool2d_forward``.

    Returns
    -------
    array (n, c, h, w)
        Gradient with respect to the images.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than the output had.

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0, 2.0, 2.0], [3.0, 4.0, 2.0, 1.0]]]])
    >>> max_pool2d_backward(np.array([[[[10.0, 20.0]]]]), max_pool2d_forward(x, 2)[1])
    array([[[[ 0., 10., 20.,  0.],
             [ 0.,  0.,  0.,  0.]]]])
    """
    require_cache("max_pool2d_backward", cache, 4, "max_pool2d_forward")
    x, z, kernel, stride = cache
    require_like("max_pool2d_backward", "grad_out", grad_out, z.shape, z.dtype, "z was")
    # In the memory order of z: operations between arrays of different orders are slow.
    grad_z = np.empty_like(z)
    grad_z[...] = grad_out
    grad_x, waiting = np.zeros_like(x), np.ones_like(z, dtype=bool)
    overlap = stride[0] < kernel[0] or stride[1] < kernel[1]
    for rows, cols in window_slices(kernel, stride, z.shape[2:]):
        # The first maximum of a window takes the gradient; then the window waits no more.
        first = x[:, :, rows, cols] == z
        first &= waiting
        waiting ^= first
        if overlap:
            grad_x[:, :, rows, cols] += grad_z * first
        else:
            np.multiply(grad_z, first, out=grad_x[:, :, rows, cols])
    return grad_x


def avg_pool2d_forward(
    x: FloatArray, kernel_size: int | Size, stride: int | Size | None = None
) -> tuple[FloatArray, AvgPoolCache]:
    r"""Take the mean of the values under the window.

    $$z_{ncij} = \frac{1}{k_h k_w} \sum_{u < k_h,\; v < k_w} x_{n,\,c,\,si+u,\,sj+v}$$

    Parameters
    ----------
    x : array (n, c, h, w), float32 or float64
        The batch of images.
    kernel_size : int or (int, int)
        Height and width of the window.
    stride : int or (int, int), optional
        The window's step, down and to the right; its size unless given.

    Returns
    -------
    z : array (n, c, o_h, o_w), dtype of ``x``
        With o_h = (h - k_h) // stride + 1, and o_w likewise.
    cache : (shape, dtype, kernel_size, stride)
        What ``avg_pool2d_backward`` needs: not the values.

    Raises
    ------
    ArgumentError
        If ``x`` is not a non-empty float array of these axes, the window is larger than the image,
        or an argument is no size.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner (1998), Gradient-based learning applied to document
    recognition, section II: subsampling, there with a weight and a bias.

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0, 2.0, 0.0], [3.0, 3.0, 7.0, 1.0]]]])
    >>> avg_pool2d_forward(x, 2)[0]
    array([[[[3. , 2.5]]]])
    """
    kernel, stride, out = _check_arguments("avg_pool2d_forward", x, kernel_size, stride)
    (rows, cols), *others = window_slices(kernel, stride, out)
    z = np.copy(x[:, :, rows, cols])
    for rows, cols in others:
        z += x[:, :, rows, cols]
    z /= kernel[0] * kernel[1]
    return z, (x.shape, x.dtype, kernel, stride)


@cache_of("avg_pool2d_forward")
def avg_pool2d_backward(grad_out: FloatArray, cache: AvgPoolCache) -> FloatArray:
    r"""Return $\partial L / \partial x$: every pixel of a window gets the same share.

    A pixel's gradient is the sum of ``grad_out`` $/ (k_h k_w)$ over the windows that cover it.

    Parameters
    ----------
    grad_out : array (n, c, o_h, o_w)
        Gradient with respect to the output, of its shape and dtype.
    cache : (shape, dtype, kernel_size, stride)
        From ``avg_pool2d_forward``.

    Returns
    -------
    array (n, c, h, w)
        Gradient with respect to the images.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than the output had.

    Examples
    --------
    >>> cache = avg_pool2d_forward(np.ones((1, 1, 2, 5)), 2)[1]
    >>> avg_pool2d_backward(np.array([[[[4.0, 8.0]]]]), cache)
    array([[[[1., 1., 2., 2., 0.],
             [1., 1., 2., 2., 0.]]]])
    """
    require_cache("avg_pool2d_backward", cache, 4, "avg_pool2d_forward")
    shape, dtype, kernel, stride = cache
    n, c, *image = shape
    out = output_size("avg_pool2d_backward", "cache", (image[0], image[1]), kernel, stride)
    require_like("avg_pool2d_backward", "grad_out", grad_out, (n, c, *out), dtype, "z was")
    grad_x = np.zeros_like(grad_out, shape=shape)
    share = grad_out / (kernel[0] * kernel[1])
    for rows, cols in window_slices(kernel, stride, out):
        grad_x[:, :, rows, cols] += share
    return grad_x


def _check_arguments(
    function: str, x: Any, kernel_size: Any, stride: Any
) -> tuple[Size, Size, Size]:
    """Return the window, its stride and the size of the output."""
    require_floats(function, "x", x, IMAGE_AXES)
    kernel = as_pair(function, "kernel_size", kernel_size)
    stride = kernel if stride is None else as_pair(function, "stride", stride)
    return kernel, stride, output_size(function, "kernel_size", x.shape[2:], kernel, stride)
