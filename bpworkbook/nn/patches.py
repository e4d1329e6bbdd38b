"""Convolution as learners write it: every patch copied into a row, then one matrix product.

    z = im2col(x, kernel_size) @ W.reshape(c_out, -1).T + b        # (n o_h o_w, c_out)

``conv2d_forward`` arrives at the same numbers with less memory; tests hold the two equal.
"""

from typing import Any

import numpy as np

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.validation import FloatArray, require_floats
from bpworkbook.nn.windows import Size, as_pair, output_size, window_slices


def im2col(
    x: FloatArray, kernel_size: int | Size, stride: int | Size = 1, padding: int | Size = 0
) -> FloatArray:
    """Copy the patch under each place of a window into a row.

    Parameters
    ----------
    x : array (n, c, h, w), float32 or float64
        The batch of images.
    kernel_size, stride : int or (int, int)
        The window's size, and its step down and to the right.
    padding : int or (int, int)
        How many rows and columns of zeros stand on each side of the image.

    Returns
    -------
    array (n o_h o_w, c k_h k_w), dtype of ``x``
        Example by example, and place by place from left to right and down; in a row, channel by
        channel, and the pixels of the window from left to right and down.

    Raises
    ------
    ArgumentError
        If ``x`` is not a non-empty float array of these axes, the window is larger than the padded
        image, or another argument is no size.

    References
    ----------
    Chellapilla, Puri and Simard (2006), High performance convolutional neural networks for
    document processing, section 3.1.

    Examples
    --------
    >>> im2col(np.arange(6.0).reshape(1, 1, 2, 3), 2)
    array([[0., 1., 3., 4.],
           [1., 2., 4., 5.]])
    """
    require_floats("im2col", "x", x, ("n", "c", "h", "w"))
    kernel, stride, padding = _sizes("im2col", kernel_size, stride, padding)
    n, c, h, w = x.shape
    out = output_size("im2col", "kernel_size", (h, w), kernel, stride, padding)
    (down, right), padded_shape = padding, (n, c, h + 2 * padding[0], w + 2 * padding[1])
    padded = np.zeros_like(x, shape=padded_shape, order="C")
    padded[:, :, down : down + h, right : right + w] = x
    columns = np.empty_like(x, shape=(n, *out, c, kernel[0] * kernel[1]), order="C")
    for place, (rows, cols) in enumerate(window_slices(kernel, stride, out)):
        columns[..., place] = np.transpose(padded[:, :, rows, cols], (0, 2, 3, 1))
    return np.reshape(columns, (n * out[0] * out[1], c * kernel[0] * kernel[1]))


def col2im(
    columns: FloatArray,
    shape: tuple[int, int, int, int],
    kernel_size: int | Size,
    stride: int | Size = 1,
    padding: int | Size = 0,
) -> FloatArray:
    """Add each patch back to where it was taken: the backward pass of ``im2col``.

    A pixel that stood under the window k times receives k summands. So this is not the inverse of
    ``im2col``, but its transpose.

    Parameters
    ----------
    columns : array (n o_h o_w, c k_h k_w), float32 or float64
        The patches, or their gradients, ordered as by ``im2col``.
    shape : (int, int, int, int)
        The shape (n, c, h, w) of the images.
    kernel_size, stride, padding : int or (int, int)
        As they were given to ``im2col``.

    Returns
    -------
    array (n, c, h, w), dtype of ``columns``
        The sums.

    Raises
    ------
    ArgumentError
        If ``columns`` is not a float array of that shape, or another argument is no size.

    Examples
    --------
    >>> col2im(np.ones((2, 4)), (1, 1, 2, 3), 2)
    array([[[[1., 2., 1.],
             [1., 2., 1.]]]])
    """
    require_floats("col2im", "columns", columns, ("n o_h o_w", "c k_h k_w"))
    kernel, stride, padding = _sizes("col2im", kernel_size, stride, padding)
    n, c, h, w = _check_shape(shape)
    out = output_size("col2im", "kernel_size", (h, w), kernel, stride, padding)
    wanted = (n * out[0] * out[1], c * kernel[0] * kernel[1])
    if columns.shape != wanted:
        raise ArgumentError(f"col2im: columns is {columns.shape}, expected {wanted}")
    patches = np.reshape(columns, (n, *out, c, kernel[0] * kernel[1]))
    (down, right), padded_shape = padding, (n, c, h + 2 * padding[0], w + 2 * padding[1])
    padded = np.zeros_like(columns, shape=padded_shape, order="C")
    for place, (rows, cols) in enumerate(window_slices(kernel, stride, out)):
        padded[:, :, rows, cols] += np.transpose(patches[..., place], (0, 3, 1, 2))
    return padded[:, :, down : down + h, right : right + w]


def _sizes(function: str, kernel_size: Any, stride: Any, padding: Any) -> tuple[Size, Size, Size]:
    """Return the three as pairs."""
    return (
        as_pair(function, "kernel_size", kernel_size),
        as_pair(function, "stride", stride),
        as_pair(function, "padding", padding, 0),
    )


def _check_shape(shape: Any) -> tuple[int, int, int, int]:
    """Return the shape if it is four sizes of at least 1."""
    four = isinstance(shape, tuple) and len(shape) == 4
    whole = four and all(isinstance(s, int | np.integer) and s >= 1 for s in shape)
    if not whole:
        shown = shape if isinstance(shape, tuple) else describe(shape)
        raise ArgumentError(f"col2im: shape is {shown}, expected (n, c, h, w), each at least 1")
    n, c, h, w = shape
    return n, c, h, w
