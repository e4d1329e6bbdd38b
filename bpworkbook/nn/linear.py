r"""The linear layer as a pair of pure functions: a batch goes forward, gradients come back.

The batch comes first: ``x`` is (n, d_in), ``W`` is (d_in, d_out), ``b`` is (d_out,) and
``z = x @ W + b`` is (n, d_out). float32 stays float32 and float64 stays float64.
"""

from typing import Any

import numpy as np

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.sums import column_sum
from bpworkbook.nn.validation import FloatArray, require_cache, require_floats, require_like


def linear_forward(
    x: FloatArray, W: FloatArray, b: FloatArray
) -> tuple[FloatArray, tuple[FloatArray, FloatArray]]:
    r"""Map each row of ``x`` to a weighted sum plus a bias.

    $$z_{ij} = \sum_k x_{ik} W_{kj} + b_j$$

    Parameters
    ----------
    x : array (n, d_in), float32 or float64
        The batch, one example a row.
    W : array (d_in, d_out), dtype of ``x``
        The weights.
    b : array (d_out,), dtype of ``x``
        The bias, one for each output, added to every row.

    Returns
    -------
    z : array (n, d_out), dtype of ``x``
        The weighted sums.
    cache : (x, W)
        What ``linear_backward`` needs.

    Raises
    ------
    ArgumentError
        If an argument is not a non-empty float array of these axes, if the shapes do not fit, or
        if the dtypes differ (a float64 bias would silently widen everything after it).

    Examples
    --------
    >>> x = np.array([[1.0, 2.0]])
    >>> W = np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0]])
    >>> z, cache = linear_forward(x, W, np.array([0.5, 0.5, 0.5]))
    >>> z
    array([[1.5, 2.5, 1.5]])
    """
    if not _fit(x, W, b):
        _check_linear(x, W, b)
    z: FloatArray = x.dot(W)  # x @ W, which takes three times as long where arrays are tiny
    z += b
    return z, (x, W)


@cache_of("linear_forward")
def linear_backward(
    grad_out: FloatArray, cache: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Carry the gradient of the loss back through ``z = x @ W + b``.

    With $G$ for ``grad_out``, each gradient has the shape of what it belongs to:

    $$\frac{\partial L}{\partial x} = G W^\top, \qquad
      \frac{\partial L}{\partial W} = x^\top G, \qquad
      \frac{\partial L}{\partial b_j} = \sum_i G_{ij}$$

    The sums over the batch carry no 1/n: the gradient of a mean loss contains it already.

    Parameters
    ----------
    grad_out : array (n, d_out)
        Gradient with respect to ``z``, of its shape and dtype.
    cache : (x, W)
        From ``linear_forward``.

    Returns
    -------
    grad_x : array (n, d_in)
        Gradient with respect to the input.
    grad_W : array (d_in, d_out)
        Gradient with respect to the weights.
    grad_b : array (d_out,)
        Gradient with respect to the bias.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than ``z`` had.

    References
    ----------
    Rumelhart, Hinton and Williams (1986), Learning representations by back-propagating errors,
    equations 6 and 7, for one example; here for a batch.

    Examples
    --------
    >>> cache = (np.array([[1.0, 2.0]]), np.array([[1.0, 0.0, -1.0], [0.0, 1.0, 1.0]]))
    >>> grad_x, grad_W, grad_b = linear_backward(np.array([[1.0, 2.0, 3.0]]), cache)
    >>> grad_x
    array([[-2.,  5.]])
    >>> grad_W
    array([[1., 2., 3.],
           [2., 4., 6.]])
    """
    grad_W, grad_b = _of_parameters(grad_out, cache)
    _, W = cache
    return grad_out.dot(W.T), grad_W, grad_b


@cache_of("linear_forward")
def linear_backward_parameters(
    grad_out: FloatArray, cache: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    """Return ``grad_W`` and ``grad_b`` of ``linear_backward`` alone.

    In a first layer nobody asks for the gradient of ``x``, one of the layer's three products.

    >>> cache = (np.array([[1.0, 2.0]]), np.zeros((2, 1)))
    >>> linear_backward_parameters(np.array([[3.0]]), cache)
    (array([[3.],
           [6.]]), array([3.]))
    """
    return _of_parameters(grad_out, cache)


def _of_parameters(
    grad_out: FloatArray, cache: tuple[FloatArray, FloatArray]
) -> tuple[FloatArray, FloatArray]:
    require_cache("linear_backward", cache, 2, "linear_forward")
    x, W = cache
    shape = (len(x), W.shape[1])
    require_like("linear_backward", "grad_out", grad_out, shape, x.dtype, "z was")
    return x.T.dot(grad_out), column_sum(grad_out)


def _fit(x: Any, W: Any, b: Any) -> bool:
    """Tell at a glance, of NumPy's arrays; False says only that a closer look is needed."""
    if not (type(x) is type(W) is type(b) is np.ndarray and x.ndim == W.ndim == b.ndim + 1 == 2):
        return False
    (n, d_in), (rows, d_out) = x.shape, W.shape
    shapes_fit = d_in == rows and d_out == len(b) and n * d_in * d_out > 0
    return shapes_fit and x.dtype is W.dtype is b.dtype and x.dtype.char in "fd"


def _check_linear(x: FloatArray, W: FloatArray, b: FloatArray) -> None:
    require_floats("linear_forward", "x", x, ("n", "d_in"))
    require_floats("linear_forward", "W", W, ("d_in", "d_out"))
    if x.shape[1] != W.shape[0]:
        raise ArgumentError(
            f"linear_forward: x is {x.shape}, but W is {W.shape}: "
            f"{x.shape[1]} columns meet {W.shape[0]} rows"
        )
    require_like("linear_forward", "W", W, W.shape, x.dtype, "x is")
    require_floats("linear_forward", "b", b, ("d_out",))
    if b.shape[0] != W.shape[1]:
        raise ArgumentError(
            f"linear_forward: b is {b.shape}, but W is {W.shape}: expected ({W.shape[1]},)"
        )
    require_like("linear_forward", "b", b, b.shape, x.dtype, "x is")
