r"""Activations that squash each value: the sigmoid and tanh.

Each comes three times. ``sigmoid(z)`` returns the activations, ``sigmoid_forward(z)`` returns them
with a cache, and ``sigmoid_backward(grad_out, cache)`` returns the gradient with respect to ``z``.
Arrays may have any shape; float32 stays float32 and float64 stays float64. The results are finite
for every finite input. All raise ``ArgumentError`` for an argument that is not a non-empty array of
float32 or float64, and for a ``grad_out`` whose shape or dtype differs from that of the output.

The notation is that of the course: $z$ goes in, $a$ comes out, $L$ is the loss, and ``grad_out`` is
$\partial L / \partial a$.
"""

import numpy as np

from bpworkbook.nn.validation import FloatArray, require_cache, require_floats, require_like


def sigmoid(z: FloatArray) -> FloatArray:
    r"""Squash each value into (0, 1).

    $$a = \frac{1}{1 + e^{-z}} = \frac{e^{z}}{1 + e^{z}}$$

    The first form overflows for large negative $z$, the second for large positive $z$. With
    $s = e^{-|z|} \le 1$ both are safe: $1 / (1 + s)$ for $z \ge 0$ and $s / (1 + s)$ for $z < 0$.

    Parameters
    ----------
    z : array, float32 or float64
        Any shape.

    Returns
    -------
    array
        Shape and dtype of ``z``.

    Raises
    ------
    ArgumentError
        If ``z`` is not a non-empty float array.

    Examples
    --------
    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    require_floats("sigmoid", "z", z)
    # e^0 for positive z, e^z for negative z: the numerator of the form that is safe there.
    a: FloatArray = np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))
    return a


def sigmoid_forward(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ``sigmoid(z)`` and, as the cache, the same array: its derivative needs only ``a``.

    >>> a, cache = sigmoid_forward(np.zeros(2))
    >>> cache is a
    True
    """
    a = sigmoid(z)
    return a, a


def sigmoid_backward(grad_out: FloatArray, cache: FloatArray) -> FloatArray:
    r"""Return $\partial L / \partial z$ of the sigmoid: ``grad_out`` times $a (1 - a)$.

    Parameters
    ----------
    grad_out : array
        Gradient with respect to the output, of its shape and dtype.
    cache : array
        The output ``a``, from ``sigmoid_forward``.

    Returns
    -------
    array
        Of the same shape and dtype.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than the output.

    Examples
    --------
    >>> sigmoid_backward(np.ones(2), np.array([0.5, 0.75]))
    array([0.25  , 0.1875])
    """
    require_cache("sigmoid_backward", cache, 0, "sigmoid_forward")
    require_like("sigmoid_backward", "grad_out", grad_out, cache.shape, cache.dtype, "a was")
    a = cache
    return grad_out * a * (1 - a)


def tanh(z: FloatArray) -> FloatArray:
    r"""Squash each value into (-1, 1).

    $$a = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}}$$

    Parameters
    ----------
    z : array, float32 or float64
        Any shape.

    Returns
    -------
    array
        Shape and dtype of ``z``.

    Raises
    ------
    ArgumentError
        If ``z`` is not a non-empty float array.

    Examples
    --------
    >>> tanh(np.array([-1000.0, 0.0, 1000.0]))
    array([-1.,  0.,  1.])
    """
    require_floats("tanh", "z", z)
    return np.tanh(z)


def tanh_forward(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ``tanh(z)`` and, as the cache, the same array: its derivative needs only ``a``.

    >>> a, cache = tanh_forward(np.zeros(2))
    >>> cache is a
    True
    """
    a = tanh(z)
    return a, a


def tanh_backward(grad_out: FloatArray, cache: FloatArray) -> FloatArray:
    r"""Return $\partial L / \partial z$ of tanh: ``grad_out`` times $1 - a^2$.

    Parameters
    ----------
    grad_out : array
        Gradient with respect to the output, of its shape and dtype.
    cache : array
        The output ``a``, from ``tanh_forward``.

    Returns
    -------
    array
        Of the same shape and dtype.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than the output.

    Examples
    --------
    >>> tanh_backward(np.ones(2), np.array([0.0, 0.5]))
    array([1.  , 0.75])
    """
    require_cache("tanh_backward", cache, 0, "tanh_forward")
    require_like("tanh_backward", "grad_out", grad_out, cache.shape, cache.dtype, "a was")
    a = cache
    return grad_out * (1 - a * a)
