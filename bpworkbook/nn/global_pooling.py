r"""Global pooling: each channel of an image becomes one number, its largest value or its mean.

Images (n, c, h, w) come out as (n, c), whatever their height and width, ready for a linear layer.
PyTorch has these as ``AdaptiveMaxPool2d(1)`` and ``AdaptiveAvgPool2d(1)``, which keep two axes of
size one.
"""

from typing import Any, TypeAlias

import numpy as np

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.validation import FloatArray, require_cache, require_floats, require_like

AvgCache: TypeAlias = tuple[tuple[int, ...], Any]


def global_max_pool2d_forward(x: FloatArray) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
    r"""Keep the largest value of each channel.

    $$z_{nc} = \max_{i,j} x_{ncij}$$

    Parameters
    ----------
    x : array (n, c, h, w), float32 or float64
        The batch of images.

    Returns
    -------
    z : array (n, c), dtype of ``x``
        The largest values.
    cache : (x, z)
        What ``global_max_pool2d_backward`` needs.

    Raises
    ------
    ArgumentError
        If ``x`` is not a non-empty float array of these axes.

    References
    ----------
    Oquab, Bottou, Laptev and Sivic (2015), Is object localization for free?, section 3.

    Examples
    --------
    >>> global_max_pool2d_forward(np.array([[[[1.0, 5.0], [3.0, 4.0]]]]))[0]
    array([[5.]])
    """
    require_floats("global_max_pool2d_forward", "x", x, ("n", "c", "h", "w"))
    z: FloatArray = np.max(x, axis=(2, 3))
    return z, (x, z)


@cache_of("global_max_pool2d_forward")
def global_max_pool2d_backward(
    grad_out: FloatArray, cache: tuple[FloatArray, FloatArray]
) -> FloatArray:
    r"""Return $\partial L / \partial x$: the gradient goes to the first of the largest pixels.

    Parameters
    ----------
    grad_out : array (n, c)
        Gradient with respect to the output, of its shape and dtype.
    cache : (x, z)
        From ``global_max_pool2d_forward``.

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
    >>> z, cache = global_max_pool2d_forward(np.array([[[[1.0, 5.0], [5.0, 4.0]]]]))
    >>> global_max_pool2d_backward(np.array([[10.0]]), cache)
    array([[[[ 0., 10.],
             [ 0.,  0.]]]])
    """
    require_cache("global_max_pool2d_backward", cache, 2, "global_max_pool2d_forward")
    x, z = cache
    require_like("global_max_pool2d_backward", "grad_out", grad_out, z.shape, z.dtype, "z was")
    n, c, h, w = x.shape
    first = np.argmax(np.reshape(x, (n, c, h * w)), axis=2)
    chosen = np.arange(h * w, like=x) == first[:, :, None]
    return np.reshape(grad_out[:, :, None] * chosen, (n, c, h, w))


def global_avg_pool2d_forward(x: FloatArray) -> tuple[FloatArray, AvgCache]:
    r"""Take the mean of each channel.

    $$z_{nc} = \frac{1}{h w} \sum_{i,j} x_{ncij}$$

    Parameters
    ----------
    x : array (n, c, h, w), float32 or float64
        The batch of images.

    Returns
    -------
    z : array (n, c), dtype of ``x``
        The means.
    cache : (shape, dtype)
        What ``global_avg_pool2d_backward`` needs: not the values.

    Raises
    ------
    ArgumentError
        If ``x`` is not a non-empty float array of these axes.

    References
    ----------
    Lin, Chen and Yan (2014), Network in network, section 3.2.

    Examples
    --------
    >>> global_avg_pool2d_forward(np.array([[[[1.0, 5.0], [3.0, 3.0]]]]))[0]
    array([[3.]])
    """
    require_floats("global_avg_pool2d_forward", "x", x, ("n", "c", "h", "w"))
    return np.mean(x, axis=(2, 3)), (x.shape, x.dtype)


@cache_of("global_avg_pool2d_forward")
def global_avg_pool2d_backward(grad_out: FloatArray, cache: AvgCache) -> FloatArray:
    r"""Return $\partial L / \partial x$: every pixel gets ``grad_out`` $/ (h w)$.

    Parameters
    ----------
    grad_out : array (n, c)
        Gradient with respect to the output, of its shape and dtype.
    cache : (shape, dtype)
        From ``global_avg_pool2d_forward``.

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
    >>> z, cache = global_avg_pool2d_forward(np.ones((1, 1, 2, 2)))
    >>> global_avg_pool2d_backward(np.array([[8.0]]), cache)
    array([[[[2., 2.],
             [2., 2.]]]])
    """
    require_cache("global_avg_pool2d_backward", cache, 2, "global_avg_pool2d_forward")
    shape, dtype = cache
    require_like("global_avg_pool2d_backward", "grad_out", grad_out, shape[:2], dtype, "z was")
    share = grad_out / (shape[2] * shape[3])
    return np.zeros_like(grad_out, shape=shape) + share[:, :, None, None]
