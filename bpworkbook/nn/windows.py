"""A window that moves over images: what convolution and pooling share.

Images are (n, c, h, w): examples, channels, height, width. A window of k_h x k_w pixels starts in
the upper left corner and moves by the stride; where the stride does not divide, the last rows and
columns are left out, as in PyTorch.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

import numpy as np

from bpworkbook.nn.errors import ArgumentError, describe

Size: TypeAlias = tuple[int, int]


def as_pair(function: str, name: str, value: Any, least: int = 1) -> Size:
    """Return a size as (height, width): an integer stands for both.

    >>> as_pair("im2col", "stride", 2), as_pair("im2col", "stride", (2, 1))
    ((2, 2), (2, 1))
    >>> as_pair("pool", "stride", 0)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: pool: stride is 0, expected one or two integers, at least 1
    """
    pair = value if isinstance(value, tuple) else (value, value)
    whole = (isinstance(v, int | np.integer) and not isinstance(v, bool) for v in pair)
    if len(pair) != 2 or not all(whole) or min(pair) < least:
        shown = f"{value}" if isinstance(value, tuple) else describe(value)
        raise ArgumentError(
            f"{function}: {name} is {shown}, expected one or two integers, at least {least}"
        )
    return int(pair[0]), int(pair[1])


def output_size(
    function: str, name: str, image: Size, kernel: Size, stride: Size, padding: Size = (0, 0)
) -> Size:
    r"""Return at how many places the window stands: (o_h, o_w).

    $$o = \left\lfloor \frac{h + 2p - k}{s} \right\rfloor + 1$$

    Parameters
    ----------
    function, name : str
        Who asks, and the argument that gave the window, for the message.
    image, kernel, stride, padding : (int, int)
        Height and width of each.

    Returns
    -------
    (int, int)
        Height and width of the output.

    Raises
    ------
    ArgumentError
        If the window is larger than the padded image.

    References
    ----------
    Dumoulin and Visin (2016), A guide to convolution arithmetic for deep learning, relationship 6.

    Examples
    --------
    >>> output_size("conv2d_forward", "W", (28, 28), (5, 5), (1, 1))
    (24, 24)
    >>> output_size("conv2d_forward", "W", (5, 8), (3, 3), (2, 2), (1, 1))
    (3, 4)
    """
    height, width = image[0] + 2 * padding[0], image[1] + 2 * padding[1]
    if kernel[0] > height or kernel[1] > width:
        padded = " with its padding" if any(padding) else ""
        raise ArgumentError(
            f"{function}: {name} has a window of {kernel}, "
            f"which does not fit x of {height, width}{padded}"
        )
    return (height - kernel[0]) // stride[0] + 1, (width - kernel[1]) // stride[1] + 1


def window_slices(kernel: Size, stride: Size, out: Size) -> Iterator[tuple[slice, slice]]:
    """Yield, for each pixel of the window, all the pixels of the image that it stands on.

    The window has few pixels and many places, so one strided slice for each pixel of the window is
    much faster than a look at each place.

    Parameters
    ----------
    kernel, stride, out : (int, int)
        Height and width of the window, of its steps, and of the output.

    Yields
    ------
    (slice, slice)
        Rows and columns, of o_h and o_w pixels, for the window's pixels row by row.

    Examples
    --------
    >>> image = np.arange(16).reshape(4, 4)
    >>> first, *rest = window_slices((2, 2), (2, 2), (2, 2))
    >>> image[first]
    array([[ 0,  2],
           [ 8, 10]])
    >>> len(rest)
    3
    """
    for a in range(kernel[0]):
        for b in range(kernel[1]):
            yield (
                slice(a, a + stride[0] * out[0], stride[0]),
                slice(b, b + stride[1] * out[1], stride[1]),
            )
