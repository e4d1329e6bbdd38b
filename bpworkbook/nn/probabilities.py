r"""From scores to probabilities: softmax and log-softmax, which act on each row as a whole.

Scores run along the last axis: ``z`` is (n, classes), or (classes,) for one example; other leading
axes are allowed. float32 stays float32 and float64 stays float64. The results are finite for every
finite input whose scores differ by less than the largest float.

Both subtract the row's largest score first. That changes nothing mathematically,
$e^{z_j - m} / \sum_k e^{z_k - m} = e^{z_j} / \sum_k e^{z_k}$, and no exponential exceeds 1.
"""

import numpy as np

from bpworkbook.nn.validation import FloatArray, require_cache, require_floats, require_like


def softmax(z: FloatArray) -> FloatArray:
    r"""Turn each row of scores into probabilities that sum to 1.

    $$a_j = \frac{e^{z_j - m}}{\sum_k e^{z_k - m}}, \qquad m = \max_k z_k$$

    Parameters
    ----------
    z : array (..., classes), float32 or float64
        The scores.

    Returns
    -------
    array
        Shape and dtype of ``z``.

    Raises
    ------
    ArgumentError
        If ``z`` is not a non-empty float array with at least one axis.

    References
    ----------
    Bridle (1990), Probabilistic interpretation of feedforward classification network outputs, with
    relationships to statistical pattern recognition.

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0], [1000.0, -1000.0]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    require_floats("softmax", "z", z, least_axes=1)
    small = np.exp(z - np.max(z, axis=-1, keepdims=True))
    a: FloatArray = small / np.sum(small, axis=-1, keepdims=True)
    return a


def softmax_forward(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ``softmax(z)`` and, as the cache, the same array: its derivative needs only ``a``.

    >>> a, cache = softmax_forward(np.zeros((1, 2)))
    >>> cache is a
    True
    """
    a = softmax(z)
    return a, a


def softmax_backward(grad_out: FloatArray, cache: FloatArray) -> FloatArray:
    r"""Return $\partial L / \partial z$ of softmax.

    Every output depends on every score, $\partial a_k / \partial z_j = a_k (\delta_{jk} - a_j)$,
    with $\delta_{jk} = 1$ for $j = k$ and 0 otherwise. With $g$ for ``grad_out`` this gives

    $$\frac{\partial L}{\partial z_j} = a_j \Big(g_j - \sum_k g_k a_k\Big)$$

    Parameters
    ----------
    grad_out : array (..., classes)
        Gradient with respect to the output, of its shape and dtype.
    cache : array (..., classes)
        The output ``a``, from ``softmax_forward``.

    Returns
    -------
    array
        Shape and dtype of ``grad_out``. Each row sums to 0, because adding a constant to a row of
        scores changes nothing.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than the output.

    Examples
    --------
    >>> softmax_backward(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))
    array([[ 0.25, -0.25]])
    """
    require_cache("softmax_backward", cache, 0, "softmax_forward")
    require_like("softmax_backward", "grad_out", grad_out, cache.shape, cache.dtype, "a was")
    a = cache
    grad_z: FloatArray = a * (grad_out - np.sum(grad_out * a, axis=-1, keepdims=True))
    return grad_z


def log_softmax(z: FloatArray) -> FloatArray:
    r"""Return the logarithms of the softmax probabilities, without taking the log of a zero.

    $$\log a_j = z_j - m - \log \sum_k e^{z_k - m}, \qquad m = \max_k z_k$$

    One term of the sum is 1, so its logarithm is never that of 0.

    Parameters
    ----------
    z : array (..., classes), float32 or float64
        The scores.

    Returns
    -------
    array
        Shape and dtype of ``z``; no value is above 0.

    Raises
    ------
    ArgumentError
        If ``z`` is not a non-empty float array with at least one axis.

    Examples
    --------
    >>> log_softmax(np.array([[1000.0, -1000.0]]))
    array([[    0., -2000.]])
    """
    require_floats("log_softmax", "z", z, least_axes=1)
    # Classes first: with few of them, reductions down the first axis are much quicker.
    log_a = np.copy(z.T, order="C")
    log_a -= np.maximum.reduce(log_a, axis=0)
    log_a -= np.log(np.add.reduce(np.exp(log_a), axis=0))
    return log_a.T


def log_softmax_forward(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ``log_softmax(z)`` and, as the cache, the same array.

    >>> log_a, cache = log_softmax_forward(np.zeros((1, 2)))
    >>> cache is log_a
    True
    """
    log_a = log_softmax(z)
    return log_a, log_a


def log_softmax_backward(grad_out: FloatArray, cache: FloatArray) -> FloatArray:
    r"""Return $\partial L / \partial z$ of log-softmax.

    From $\partial \log a_k / \partial z_j = \delta_{jk} - a_j$, with $g$ for ``grad_out``,

    $$\frac{\partial L}{\partial z_j} = g_j - a_j \sum_k g_k$$

    Parameters
    ----------
    grad_out : array (..., classes)
        Gradient with respect to the output, of its shape and dtype.
    cache : array (..., classes)
        The output, from ``log_softmax_forward``.

    Returns
    -------
    array
        Shape and dtype of ``grad_out``. Each row sums to 0.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than the output.

    Examples
    --------
    >>> log_softmax_backward(np.array([[1.0, 0.0]]), np.log([[0.5, 0.5]]))
    array([[ 0.5, -0.5]])
    """
    require_cache("log_softmax_backward", cache, 0, "log_softmax_forward")
    require_like(
        "log_softmax_backward", "grad_out", grad_out, cache.shape, cache.dtype, "log_a was"
    )
    a = np.exp(cache)
    grad_z: FloatArray = grad_out - a * np.sum(grad_out, axis=-1, keepdims=True)
    return grad_z
