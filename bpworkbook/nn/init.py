r"""Initial weights: zeros, normal, LeCun, Glorot, He and orthogonal.

Each is called as ``he(shape, rng, dtype)``. Numbers are drawn in float64 and rounded to ``dtype``,
so one seed gives the same weights, rounded, in float32.
"""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.validation import FLOAT_DTYPES, FloatArray, require_number, require_rng


def zeros(
    shape: tuple[int, ...], rng: np.random.Generator | None = None, dtype: DTypeLike = np.float64
) -> FloatArray:
    """Return zeros: right for biases, wrong for weights, whose units would all stay equal.

    Parameters
    ----------
    shape : tuple of int
        Any shape without an empty axis.
    rng : Generator, optional
        Not used; here so that all initialisers are called alike.
    dtype : float32 or float64
        The dtype of the result.

    Returns
    -------
    array
        Of that shape and dtype.

    Raises
    ------
    ArgumentError
        If ``shape`` or ``dtype`` is none of these.

    Examples
    --------
    >>> zeros((2,))
    array([0., 0.])
    """
    _check("zeros", shape, dtype)
    return np.zeros(shape, dtype)


def normal(
    shape: tuple[int, ...],
    rng: np.random.Generator,
    dtype: DTypeLike = np.float64,
    *,
    std: float = 0.01,
) -> FloatArray:
    """Return normal numbers with mean 0 and standard deviation ``std``.

    Parameters
    ----------
    shape : tuple of int
        Any shape without an empty axis.
    rng : Generator
        Where the numbers come from.
    dtype : float32 or float64
        The dtype of the result.
    std : float
        The standard deviation, at least 0.

    Returns
    -------
    array
        Of that shape and dtype.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> normal((2, 3), np.random.default_rng(0), np.float32).dtype
    dtype('float32')
    """
    _check("normal", shape, dtype)
    require_rng("normal", rng)
    require_number("normal", "std", std, 0)
    return (std * rng.standard_normal(shape)).astype(dtype)


def lecun(
    shape: tuple[int, ...], rng: np.random.Generator, dtype: DTypeLike = np.float64
) -> FloatArray:
    r"""Return normal weights that keep the variance of a signal on its way forward.

    $$W_{ij} \sim N(0, \sigma^2), \qquad \sigma = \sqrt{\frac{1}{d_{in}}}$$

    It suits units that are close to linear at 0, such as tanh.

    Parameters
    ----------
    shape : (d_in, d_out)
        The shape of the weights.
    rng : Generator
        Where the numbers come from.
    dtype : float32 or float64
        The dtype of the result.

    Returns
    -------
    array (d_in, d_out)
        Of that dtype.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    LeCun, Bottou, Orr and Müller (1998), Efficient BackProp, equation 16.

    Examples
    --------
    >>> W = lecun((100, 200), np.random.default_rng(0))
    >>> print(f"{W.std():.2f}")
    0.10
    """
    _check("lecun", shape, dtype, axes=2)
    require_rng("lecun", rng)
    W: FloatArray = (np.sqrt(1 / shape[0]) * rng.standard_normal(shape)).astype(dtype)
    return W


def glorot(
    shape: tuple[int, ...], rng: np.random.Generator, dtype: DTypeLike = np.float64
) -> FloatArray:
    r"""Return uniform weights that suit tanh: signals keep their size forward and backward.

    $$W_{ij} \sim U(-l, l), \qquad l = \sqrt{\frac{6}{d_{in} + d_{out}}}$$

    The variance is $2 / (d_{in} + d_{out})$. PyTorch calls it ``xavier_uniform_``.

    Parameters
    ----------
    shape : (d_in, d_out)
        The shape of the weights.
    rng : Generator
        Where the numbers come from.
    dtype : float32 or float64
        The dtype of the result.

    Returns
    -------
    array (d_in, d_out)
        Of that dtype.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural
    networks, equation 16.

    Examples
    --------
    >>> W = glorot((100, 50), np.random.default_rng(0))
    >>> bool(np.abs(W).max() <= np.sqrt(6 / 150))
    True
    """
    _check("glorot", shape, dtype, axes=2)
    require_rng("glorot", rng)
    limit = np.sqrt(6 / (shape[0] + shape[1]))
    return rng.uniform(-limit, limit, shape).astype(dtype)


def he(
    shape: tuple[int, ...], rng: np.random.Generator, dtype: DTypeLike = np.float64
) -> FloatArray:
    r"""Return normal weights that suit ReLU, which lets half of the variance through.

    $$W_{ij} \sim N(0, \sigma^2), \qquad \sigma = \sqrt{\frac{2}{d_{in}}}$$

    PyTorch calls it ``kaiming_normal_``.

    Parameters
    ----------
    shape : (d_in, d_out)
        The shape of the weights.
    rng : Generator
        Where the numbers come from.
    dtype : float32 or float64
        The dtype of the result.

    Returns
    -------
    array (d_in, d_out)
        Of that dtype.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    He, Zhang, Ren and Sun (2015), Delving deep into rectifiers, equation 10.

    Examples
    --------
    >>> W = he((200, 100), np.random.default_rng(0))
    >>> print(f"{W.std():.2f}")
    0.10
    """
    _check("he", shape, dtype, axes=2)
    require_rng("he", rng)
    W: FloatArray = (np.sqrt(2 / shape[0]) * rng.standard_normal(shape)).astype(dtype)
    return W


def orthogonal(
    shape: tuple[int, ...],
    rng: np.random.Generator,
    dtype: DTypeLike = np.float64,
    *,
    gain: float = 1.0,
) -> FloatArray:
    r"""Return weights whose rows or columns, whichever are fewer, are orthonormal.

    $$W^T W = g^2 I \quad (d_{in} \ge d_{out}), \qquad W W^T = g^2 I \quad (d_{in} \le d_{out})$$

    A normal matrix is factored as $QR$; with a positive diagonal of $R$, $Q$ is uniform among all.

    Parameters
    ----------
    shape : (d_in, d_out)
        The shape of the weights.
    rng : Generator
        Where the numbers come from.
    dtype : float32 or float64
        The dtype of the result.
    gain : float
        The factor $g$, at least 0.

    Returns
    -------
    array (d_in, d_out)
        Of that dtype.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    Saxe, McClelland and Ganguli (2014), Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks.

    Examples
    --------
    >>> W = orthogonal((5, 3), np.random.default_rng(0))
    >>> np.allclose(W.T @ W, np.eye(3))
    True
    """
    _check("orthogonal", shape, dtype, axes=2)
    require_rng("orthogonal", rng)
    require_number("orthogonal", "gain", gain, 0)
    Q, R = np.linalg.qr(rng.standard_normal((max(shape), min(shape))))
    Q *= np.copysign(gain, np.diagonal(R))
    W: FloatArray = (Q if shape[0] >= shape[1] else Q.T).astype(dtype, order="C")
    return W


def _check(function: str, shape: Any, dtype: Any, axes: int | None = None) -> None:
    sizes = shape if isinstance(shape, tuple) else ()
    whole = all(isinstance(s, int | np.integer) and s is not True and s >= 1 for s in sizes)
    if not sizes or not whole or (axes is not None and len(sizes) != axes):
        wanted = "(d_in, d_out)" if axes == 2 else "a tuple of sizes"
        came = str(sizes) if sizes else describe(shape)
        raise ArgumentError(f"{function}: shape is {came}, expected {wanted}, each at least 1")
    require_float_dtype(function, dtype)


def require_float_dtype(function: str, dtype: Any) -> None:
    """Refuse all but float32 and float64.

    >>> require_float_dtype("he", "int64")
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: he: dtype is 'int64', expected float32 or float64
    """
    try:
        fits = np.dtype(dtype) in FLOAT_DTYPES
    except TypeError:
        fits = False
    if not fits:
        name = dtype.__name__ if isinstance(dtype, type) else describe(dtype)
        raise ArgumentError(f"{function}: dtype is {name}, expected float32 or float64")
