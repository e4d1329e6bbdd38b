r"""Activations that pass positive values on: ReLU and leaky ReLU.

As in ``activations``, each comes three times: ``relu(z)``, ``relu_forward(z)`` with a cache, and
``relu_backward(grad_out, cache)``. Arrays may have any shape; float32 stays float32 and float64
stays float64. In the formulas $z$ goes in, $a$ comes out and $L$ is the loss.

Where PyTorch and NumPy code often selects with ``np.where``, these multiply by a mask: it reads as
well, and runs several times as fast.
"""

import numpy as np

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.validation import (
    FloatArray,
    require_cache,
    require_floats,
    require_like,
    require_number,
)


def relu(z: FloatArray) -> FloatArray:
    r"""Keep positive values and set the others to zero.

    $$a = \max(z, 0)$$

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

    References
    ----------
    Nair and Hinton (2010), Rectified linear units improve restricted Boltzmann machines.

    Examples
    --------
    >>> relu(np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 3.])
    """
    require_floats("relu", "z", z)
    # Zeros in an array: NumPy's maximum is vectorised between two arrays, not with a number.
    a = np.zeros_like(z)
    return np.maximum(z, a, out=a)


def relu_forward(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return ``relu(z)`` and, as the cache, ``z``: the input decides which gates are open.

    >>> z = np.array([-2.0, 3.0])
    >>> a, cache = relu_forward(z)
    >>> cache is z
    True
    """
    return relu(z), z


def relu_backward(grad_out: FloatArray, cache: FloatArray) -> FloatArray:
    r"""Return $\partial L / \partial z$ of ReLU: ``grad_out`` where $z > 0$, zero elsewhere.

    ReLU has no derivative at $z = 0$; zero is taken there, as in PyTorch.

    Parameters
    ----------
    grad_out : array
        Gradient with respect to the output, of its shape and dtype.
    cache : array
        The input ``z``, from ``relu_forward``.

    Returns
    -------
    array
        Of the same shape and dtype.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than ``z``.

    Examples
    --------
    >>> relu_backward(np.array([5.0, 5.0, 5.0]), np.array([-2.0, 0.0, 3.0]))
    array([0., 0., 5.])
    """
    require_cache("relu_backward", cache, 0, "relu_forward")
    require_like("relu_backward", "grad_out", grad_out, cache.shape, cache.dtype, "z was")
    is_open = cache > 0
    return grad_out * is_open.astype(grad_out.dtype)


def leaky_relu(z: FloatArray, negative_slope: float = 0.01) -> FloatArray:
    r"""Keep positive values and shrink the others.

    $$a = \max(z, 0) + \alpha \min(z, 0)$$

    Parameters
    ----------
    z : array, float32 or float64
        Any shape.
    negative_slope : float
        The slope $\alpha$ below zero.

    Returns
    -------
    array
        Shape and dtype of ``z``.

    Raises
    ------
    ArgumentError
        If ``z`` is not a non-empty float array, or ``negative_slope`` not a finite number.

    References
    ----------
    Maas, Hannun and Ng (2013), Rectifier nonlinearities improve neural network acoustic models.

    Examples
    --------
    >>> leaky_relu(np.array([-2.0, 0.0, 3.0]), negative_slope=0.25)
    array([-0.5,  0. ,  3. ])
    """
    require_floats("leaky_relu", "z", z)
    require_number("leaky_relu", "negative_slope", negative_slope)
    # A Python float is "weak": unlike a NumPy float64 it does not widen float32.
    return np.maximum(z, 0) + float(negative_slope) * np.minimum(z, 0)


def leaky_relu_forward(
    z: FloatArray, negative_slope: float = 0.01
) -> tuple[FloatArray, tuple[FloatArray, float]]:
    """Return ``leaky_relu(z, negative_slope)`` and, as the cache, both arguments.

    >>> a, (z, negative_slope) = leaky_relu_forward(np.array([-2.0, 3.0]))
    >>> negative_slope
    0.01
    """
    return leaky_relu(z, negative_slope), (z, float(negative_slope))


@cache_of("leaky_relu_forward")
def leaky_relu_backward(grad_out: FloatArray, cache: tuple[FloatArray, float]) -> FloatArray:
    r"""Return $\partial L / \partial z$: ``grad_out``, times $\alpha$ where $z \le 0$.

    Parameters
    ----------
    grad_out : array
        Gradient with respect to the output, of its shape and dtype.
    cache : (array, float)
        The input ``z`` and the slope, from ``leaky_relu_forward``.

    Returns
    -------
    array
        Of the same shape and dtype.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than ``z``.

    Examples
    --------
    >>> leaky_relu_backward(np.array([5.0, 5.0]), (np.array([-2.0, 3.0]), 0.1))
    array([0.5, 5. ])
    """
    require_cache("leaky_relu_backward", cache, 2, "leaky_relu_forward")
    z, negative_slope = cache
    require_like("leaky_relu_backward", "grad_out", grad_out, z.shape, z.dtype, "z was")
    return grad_out * (z > 0) + negative_slope * grad_out * (z <= 0)
