r"""Smooth relatives of ReLU: GELU and softplus.

As in ``activations``, each comes three times: ``gelu(z)``, ``gelu_forward(z)`` with a cache, and
``gelu_backward(grad_out, cache)``. Arrays may have any shape; float32 stays float32 and float64
stays float64. The results are finite for every finite input. In the formulas $z$ goes in, $a$ comes
out and $L$ is the loss.
"""

import math

import numpy as np

from bpworkbook.nn.activations import sigmoid
from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.gaussian import normal_cdf_and_density
from bpworkbook.nn.groups import blocks
from bpworkbook.nn.validation import (
    FloatArray,
    require_cache,
    require_floats,
    require_like,
    require_number,
)

BLOCK = 65_536  # numbers: few enough for the cache, and enough to hide the cost of a call


def gelu(z: FloatArray, approximate: str = "none") -> FloatArray:
    r"""Weight each value by the chance that a standard normal number lies below it.

    $$a = z\,\Phi(z) = \frac z2 \Big(1 + \mathrm{erf}\frac{z}{\sqrt 2}\Big)
        \approx \frac z2 \Big(1 + \tanh\big(\sqrt{2/\pi}\,(z + 0.044715 z^3)\big)\Big)$$

    The first form is exact; the second differs from it by less than 5e-4 and runs faster.

    Parameters
    ----------
    z : array, float32 or float64
        Any shape.
    approximate : {"none", "tanh"}
        The exact form, or the second.

    Returns
    -------
    array
        Shape and dtype of ``z``.

    Raises
    ------
    ArgumentError
        If ``z`` is not a non-empty float array, or ``approximate`` neither of the two words.

    References
    ----------
    Hendrycks and Gimpel (2016), Gaussian error linear units.

    Examples
    --------
    >>> gelu(np.array([-1.0, 0.0, 1.0, 9.0])).round(4)
    array([-0.1587,  0.    ,  0.8413,  9.    ])
    """
    return gelu_forward(z, approximate)[0]


def gelu_forward(z: FloatArray, approximate: str = "none") -> tuple[FloatArray, FloatArray]:
    r"""Return ``gelu(z, approximate)`` and, as the cache, its derivative.

    With $g$ for the weight, $a = z g(z)$ has the derivative $g(z) + z g'(z)$. It costs least where
    $g$ is computed: the exact $g = \Phi$ has the normal density for its $g'$.

    >>> a, derivative = gelu_forward(np.array([-1000.0, 0.0, 1000.0]))
    >>> derivative
    array([0. , 0.5, 1. ])
    """
    require_floats("gelu", "z", z)
    if not isinstance(approximate, str) or approximate not in ("none", "tanh"):
        raise ArgumentError(
            f'gelu: approximate is {describe(approximate)}, expected "none" or "tanh"'
        )
    a, derivative = np.empty_like(z), np.empty_like(z)
    weigh = normal_cdf_and_density if approximate == "none" else _tanh_weight
    # Some thirty passes: block by block their scratch is small, and memory already at hand.
    for z_block, a_block, derivative_block in blocks((z, a, derivative), BLOCK):
        weight, slope = weigh(z_block)
        np.multiply(z_block, weight, out=a_block)
        np.add(weight, z_block * slope, out=derivative_block)
    return a, derivative


def _tanh_weight(z: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the approximate weight and its derivative."""
    # At 10 the tanh has long rounded to 1; the limit keeps the cube from overflowing.
    near = np.clip(z, -10, 10)
    square = near * near
    scale = math.sqrt(2 / math.pi)
    t = np.tanh(near * (scale + scale * 0.044715 * square))
    return 0.5 + 0.5 * t, (0.5 - 0.5 * t * t) * (scale + scale * 3 * 0.044715 * square)


@cache_of("gelu_forward")
def gelu_backward(grad_out: FloatArray, cache: FloatArray) -> FloatArray:
    r"""Return $\partial L / \partial z$ of GELU: ``grad_out`` times $\Phi(z) + z\,\phi(z)$.

    $\phi$ is the normal density, the derivative of $\Phi$.

    Parameters
    ----------
    grad_out : array
        Gradient with respect to the output, of its shape and dtype.
    cache : array
        The derivative, from ``gelu_forward``.

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
    >>> a, cache = gelu_forward(np.array([-1.0, 0.0, 1.0]))
    >>> gelu_backward(np.ones(3), cache).round(4)
    array([-0.0833,  0.5   ,  1.0833])
    """
    require_cache("gelu_backward", cache, 0, "gelu_forward")
    require_like("gelu_backward", "grad_out", grad_out, cache.shape, cache.dtype, "z was")
    return grad_out * cache


def softplus(z: FloatArray, beta: float = 1.0) -> FloatArray:
    r"""Round off the corner of ReLU.

    $$a = \frac1\beta \log(1 + e^{\beta z})
        = \max(z, 0) + \frac1\beta \log\big(1 + e^{-\beta |z|}\big)$$

    The second form takes no exponential above 1, so it needs no threshold as PyTorch's has one.

    Parameters
    ----------
    z : array, float32 or float64
        Any shape.
    beta : float
        The sharpness $\beta$, above 0; the larger, the closer to ReLU.

    Returns
    -------
    array
        Shape and dtype of ``z``.

    Raises
    ------
    ArgumentError
        If ``z`` is not a non-empty float array, or ``beta`` not a number above 0.

    References
    ----------
    Dugas, Bengio, Bélisle, Nadeau and Garcia (2000), Incorporating second-order functional
    knowledge for better option pricing.

    Examples
    --------
    >>> softplus(np.array([-99.0, 0.0, 99.0])).round(4)
    array([ 0.    ,  0.6931, 99.    ])
    """
    return softplus_forward(z, beta)[0]


def softplus_forward(
    z: FloatArray, beta: float = 1.0
) -> tuple[FloatArray, tuple[FloatArray, float]]:
    """Return ``softplus(z, beta)`` and, as the cache, both arguments.

    >>> a, (z, beta) = softplus_forward(np.zeros(2))
    >>> beta
    1.0
    """
    require_floats("softplus", "z", z)
    require_number("softplus", "beta", beta, 0, above=True)
    # A Python float is "weak": unlike a NumPy float64 it does not widen float32.
    beta = float(beta)
    a: FloatArray = np.maximum(z, 0) + np.log1p(np.exp(-beta * np.abs(z))) / beta
    return a, (z, beta)


@cache_of("softplus_forward")
def softplus_backward(grad_out: FloatArray, cache: tuple[FloatArray, float]) -> FloatArray:
    r"""Return $\partial L / \partial z$ of softplus: ``grad_out`` times sigmoid$(\beta z)$.

    Parameters
    ----------
    grad_out : array
        Gradient with respect to the output, of its shape and dtype.
    cache : (array, float)
        The input ``z`` and the sharpness, from ``softplus_forward``.

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
    >>> softplus_backward(np.ones(3), (np.array([-1000.0, 0.0, 1000.0]), 1.0))
    array([0. , 0.5, 1. ])
    """
    require_cache("softplus_backward", cache, 2, "softplus_forward")
    z, beta = cache
    require_like("softplus_backward", "grad_out", grad_out, z.shape, z.dtype, "z was")
    return grad_out * sigmoid(beta * z)
