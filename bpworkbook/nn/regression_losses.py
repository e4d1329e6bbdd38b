r"""Losses that an outlier cannot dominate: the mean absolute error and Huber's loss.

Each comes three times, as in ``losses``: ``mae(p, y)``, ``mae_forward(p, y)`` with a cache, and
``mae_backward(cache)``. Both are a mean over all elements, a scalar of the dtype of ``p``; $d$
stands for the difference $p - y$ and $N$ for the number of elements.
"""

import numpy as np

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.losses import Scalar
from bpworkbook.nn.sums import mean
from bpworkbook.nn.validation import (
    FloatArray,
    require_cache,
    require_floats,
    require_like,
    require_number,
    require_scale,
)


def mae(p: FloatArray, y: FloatArray) -> Scalar:
    r"""Return the mean absolute error over all elements.

    $$L = \frac{1}{N} \sum_i |p_i - y_i|$$

    It is least at the median of the targets, where the squared error is least at their mean.

    Parameters
    ----------
    p : array, float32 or float64
        Predictions, of any shape.
    y : array, shape and dtype of ``p``
        Targets.

    Returns
    -------
    scalar, dtype of ``p``
        The loss.

    Raises
    ------
    ArgumentError
        If an argument is not a non-empty float array, or the shapes or dtypes differ.

    Examples
    --------
    >>> float(mae(np.array([1.0, 5.0]), np.array([1.0, 2.0])))
    1.5
    """
    return mae_forward(p, y)[0]


def mae_forward(p: FloatArray, y: FloatArray) -> tuple[Scalar, FloatArray]:
    """Return ``mae(p, y)`` and, as the cache, the differences ``p - y``.

    >>> loss, cache = mae_forward(np.array([1.0, 5.0]), np.array([1.0, 2.0]))
    >>> cache
    array([0., 3.])
    """
    require_floats("mae", "p", p)
    require_like("mae", "y", y, p.shape, p.dtype, "p is")
    difference = p - y
    return mean(np.abs(difference)), difference


@cache_of("mae_forward")
def mae_backward(cache: FloatArray, grad_out: Scalar = 1.0) -> FloatArray:
    r"""Return $\partial L / \partial p = \mathrm{sign}(p - y) / N$, times ``grad_out``.

    Where prediction and target are equal there is no derivative; zero is taken, as in PyTorch.

    Parameters
    ----------
    cache : array
        The differences ``p - y``, from ``mae_forward``.
    grad_out : float
        Gradient with respect to the loss.

    Returns
    -------
    array
        Shape and dtype of ``p``.

    Raises
    ------
    ArgumentError
        If ``cache`` is not an array or ``grad_out`` not a scalar.

    Examples
    --------
    >>> mae_backward(np.array([0.0, 3.0]))
    array([0. , 0.5])
    """
    require_cache("mae_backward", cache, 0, "mae_forward")
    require_scale("mae_backward", grad_out, cache.dtype)
    difference = cache
    grad_p: FloatArray = np.sign(difference) * (grad_out / difference.size)
    return grad_p


def huber(p: FloatArray, y: FloatArray, delta: float = 1.0) -> Scalar:
    r"""Return Huber's loss: squared for small differences, absolute for large ones.

    $$L = \frac{1}{N} \sum_i \begin{cases} \tfrac12 d_i^2 & |d_i| \le \delta \\
        \delta\,(|d_i| - \tfrac12 \delta) & |d_i| > \delta \end{cases}
        \;=\; \frac{1}{N} \sum_i c_i \big(d_i - \tfrac12 c_i\big),
        \qquad c_i = \min(\max(d_i, -\delta), \delta)$$

    The second form says both cases at once, with the difference clipped to $\pm\delta$.

    Parameters
    ----------
    p : array, float32 or float64
        Predictions, of any shape.
    y : array, shape and dtype of ``p``
        Targets.
    delta : float
        Where the parabola meets the straight line, above 0.

    Returns
    -------
    scalar, dtype of ``p``
        The loss.

    Raises
    ------
    ArgumentError
        If ``p`` or ``y`` is not a non-empty float array, their shapes or dtypes differ, or
        ``delta`` is not a number above 0.

    References
    ----------
    Huber (1964), Robust estimation of a location parameter.

    Examples
    --------
    >>> float(huber(np.array([1.0, 5.0]), np.array([0.0, 0.0]), delta=2.0))
    4.25
    """
    return huber_forward(p, y, delta)[0]


def huber_forward(p: FloatArray, y: FloatArray, delta: float = 1.0) -> tuple[Scalar, FloatArray]:
    """Return ``huber(p, y, delta)`` and, as the cache, the clipped differences.

    >>> loss, clipped = huber_forward(np.array([1.0, 5.0]), np.array([0.0, 0.0]), delta=2.0)
    >>> clipped
    array([1., 2.])
    """
    require_floats("huber", "p", p)
    require_like("huber", "y", y, p.shape, p.dtype, "p is")
    require_number("huber", "delta", delta, 0, above=True)
    difference = p - y
    clipped = np.clip(difference, -float(delta), float(delta))
    return mean(clipped * (difference - 0.5 * clipped)), clipped


@cache_of("huber_forward")
def huber_backward(cache: FloatArray, grad_out: Scalar = 1.0) -> FloatArray:
    r"""Return $\partial L / \partial p = c / N$, times ``grad_out``: no slope exceeds $\delta / N$.

    Parameters
    ----------
    cache : array
        The clipped differences $c$, from ``huber_forward``.
    grad_out : float
        Gradient with respect to the loss.

    Returns
    -------
    array
        Shape and dtype of ``p``.

    Raises
    ------
    ArgumentError
        If ``cache`` is not an array or ``grad_out`` not a scalar.

    Examples
    --------
    >>> huber_backward(np.array([1.0, 2.0]))
    array([0.5, 1. ])
    """
    require_cache("huber_backward", cache, 0, "huber_forward")
    require_scale("huber_backward", grad_out, cache.dtype)
    clipped = cache
    grad_p: FloatArray = clipped * (grad_out / clipped.size)
    return grad_p
