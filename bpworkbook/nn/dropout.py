r"""Dropout: set values to zero at random in training, and pass all on in evaluation.

This is inverted dropout, as in PyTorch: what is kept grows by $1 / (1 - p)$, so that the expected
output is the input, and evaluation needs no factor. float32 stays float32.
"""

import math
from typing import Any

import numpy as np

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.validation import (
    FloatArray,
    require_cache,
    require_flag,
    require_floats,
    require_like,
    require_number,
    require_rng,
)


def dropout_forward(
    x: FloatArray, p: float, rng: np.random.Generator | None = None, training: bool = True
) -> tuple[FloatArray, FloatArray]:
    r"""Set each value to zero with probability ``p``, and scale the others.

    $$a_i = m_i x_i, \qquad
      m_i = \begin{cases} 0 & \text{with probability } p \\ 1 / (1 - p) & \text{otherwise}
      \end{cases}$$

    Parameters
    ----------
    x : array, float32 or float64
        Any shape.
    p : float
        The probability of a zero, at least 0 and below 1.
    rng : Generator
        Where the decisions come from; not needed in evaluation.
    training : bool
        False for evaluation: the output is ``x``.

    Returns
    -------
    out : array
        Shape and dtype of ``x``.
    cache : array
        The mask $m$, of that shape and dtype.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014), Dropout: a simple way to
    prevent neural networks from overfitting; section 10 for the factor in training.

    Examples
    --------
    >>> out, mask = dropout_forward(np.ones(6), 0.5, np.random.default_rng(25))
    >>> out
    array([0., 2., 0., 2., 0., 2.])
    >>> dropout_forward(np.ones(3), 0.5, training=False)[0]
    array([1., 1., 1.])
    """
    require_floats("dropout_forward", "x", x)
    require_flag("dropout_forward", "training", training)
    check_probability("dropout_forward", p)
    if not training:
        # A mask of ones that takes no memory.
        return x, np.broadcast_to(np.ones_like(x, shape=()), x.shape)
    if rng is None:
        raise ArgumentError("dropout_forward: rng is None, expected a Generator for training")
    require_rng("dropout_forward", rng)
    mask = draw_mask(x.shape, float(p), rng, x.dtype)
    if not isinstance(x, np.generic):
        mask = np.asarray(mask, like=x)  # on the GPU where x is there
    return x * mask, mask


def dropout_backward(grad_out: FloatArray, cache: FloatArray) -> FloatArray:
    r"""Return $\partial L / \partial x$ of dropout: ``grad_out`` times the mask.

    Parameters
    ----------
    grad_out : array
        Gradient with respect to the output, of its shape and dtype.
    cache : array
        The mask, from ``dropout_forward``.

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
    >>> dropout_backward(np.array([5.0, 5.0]), np.array([0.0, 2.0]))
    array([ 0., 10.])
    """
    require_cache("dropout_backward", cache, 0, "dropout_forward")
    require_like("dropout_backward", "grad_out", grad_out, cache.shape, cache.dtype, "out was")
    return grad_out * cache


def draw_mask(
    shape: tuple[int, ...], p: float, rng: np.random.Generator, dtype: np.dtype[Any]
) -> FloatArray:
    """Return zeros with probability ``p`` and 1 / (1 - p) elsewhere.

    Each draw of 64 bits makes four decisions of 16 bits, which meet ``p`` to 1/65536, eight where
    8 bits meet it, or 64 where a coin does: several times as fast as one float for each.

    >>> draw_mask((4,), 0.0, np.random.default_rng(0), np.dtype(np.float32))
    array([1., 1., 1., 1.], dtype=float32)
    """
    size = math.prod(shape)
    bits = 1 if p == 0.5 else 8 if (p * 2**8).is_integer() else 16
    words = rng.integers(0, 2**64, -(-size * bits // 64), dtype=np.uint64)
    if bits == 1:
        kept = np.unpackbits(words.view(np.uint8), count=size)
    else:
        draws = words.view(np.uint8 if bits == 8 else np.uint16)[:size]
        kept = draws >= min(round(p * 2**bits), 2**bits - 1)
    mask: FloatArray = kept.reshape(shape).astype(dtype)
    mask *= 1 / (1 - p)
    return mask


def check_probability(function: str, p: float) -> None:
    """Refuse all but a number of at least 0 and below 1.

    >>> check_probability("Dropout", 1.0)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: Dropout: p is 1.0, expected at least 0 and below 1
    """
    require_number(function, "p", p, 0)
    if p >= 1:
        raise ArgumentError(f"{function}: p is {describe(p)}, expected at least 0 and below 1")
