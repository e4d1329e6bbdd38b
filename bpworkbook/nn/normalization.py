r"""Batch norm: standardise each feature over the batch, then scale and shift it.

Batch norm and layer norm (``layer_norm``) both compute $\hat x = (x - \mu) / \sqrt{v + \epsilon}$
and $a = \gamma \hat x + \beta$; as in PyTorch, $\gamma$ is ``weight`` and $\beta$ is ``bias``. They
differ in what $\mu$ and $v$ are taken over: batch norm over the batch, one pair for each feature;
layer norm over the features, one pair for each example. float32 stays float32.
"""

from typing import Any, TypeAlias

import numpy as np

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.sums import column_sum
from bpworkbook.nn.validation import (
    FloatArray,
    require_cache,
    require_floats,
    require_like,
    require_number,
    require_share,
)

BatchNormCache: TypeAlias = tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, bool]


def batch_norm_forward(
    x: FloatArray,
    weight: FloatArray,
    bias: FloatArray,
    mean: FloatArray | None = None,
    var: FloatArray | None = None,
    eps: float = 1e-5,
) -> tuple[FloatArray, BatchNormCache]:
    r"""Standardise each feature over the batch, then scale and shift it.

    $$a_{ij} = \gamma_j \hat x_{ij} + \beta_j, \quad
      \hat x_{ij} = \frac{x_{ij} - \mu_j}{\sqrt{v_j + \epsilon}}, \quad
      \mu_j = \frac{1}{n} \sum_i x_{ij}, \quad v_j = \frac{1}{n} \sum_i (x_{ij} - \mu_j)^2$$

    Parameters
    ----------
    x : array (n, d), float32 or float64
        The batch. One example alone is standardised to 0, and the output is ``bias``.
    weight, bias : array (d,), dtype of ``x``
        The scale $\gamma$ and the shift $\beta$.
    mean, var : array (d,), optional
        Left out in training: then $\mu$ and $v$ are those of the batch. Given in evaluation: the
        running averages, which take their place, see ``running_averages``.
    eps : float
        Keeps the division finite; above 0.

    Returns
    -------
    out : array (n, d), dtype of ``x``
        The normalised batch.
    cache : (centred, weight, inv_std, mean, var, training)
        What ``batch_norm_backward`` and ``running_averages`` need; $\hat x$ is
        ``centred * inv_std``.

    Raises
    ------
    ArgumentError
        If an argument is none of these, or only one of ``mean`` and ``var`` is given.

    References
    ----------
    Ioffe and Szegedy (2015), Batch normalization, algorithms 1 and 2.

    Examples
    --------
    >>> out, cache = batch_norm_forward(np.array([[1.0], [3.0]]), np.ones(1), np.zeros(1))
    >>> out.round(3)
    array([[-1.],
           [ 1.]])
    """
    require_floats("batch_norm_forward", "x", x, ("n", "d"))
    check_affine("batch_norm_forward", x, weight, bias, eps)
    training = mean is None and var is None
    mu: Any = column_sum(x) / x.shape[0] if training else mean
    v: Any = var
    if not training:
        for name, average in (("mean", mean), ("var", var)):
            require_like("batch_norm_forward", name, average, bias.shape, x.dtype, "bias is")
    centred = x - mu
    if training:
        v = column_sum(centred * centred) / x.shape[0]
    inv_std = 1 / np.sqrt(v + float(eps))
    # Both factors at once, in d products: x_hat itself would be another pass over the batch.
    out = centred * (inv_std * weight)
    out += bias
    return out, (centred, weight, inv_std, mu, v, training)


@cache_of("batch_norm_forward")
def batch_norm_backward(
    grad_out: FloatArray, cache: BatchNormCache
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Carry the gradient back through batch norm.

    In training each example moves the mean and the variance of all. With $G$ for ``grad_out``,

    $$\frac{\partial L}{\partial \beta_j} = \sum_i G_{ij}, \qquad
      \frac{\partial L}{\partial \gamma_j} = \sum_i G_{ij} \hat x_{ij}, \qquad
      \frac{\partial L}{\partial x_{ij}} = \frac{\gamma_j}{\sqrt{v_j + \epsilon}} \Big(G_{ij}
      - \frac{1}{n} \frac{\partial L}{\partial \beta_j}
      - \frac{\hat x_{ij}}{n} \frac{\partial L}{\partial \gamma_j}\Big)$$

    In evaluation the averages are constants, and of the bracket only $G_{ij}$ is left.

    Parameters
    ----------
    grad_out : array (n, d)
        Gradient with respect to the output, of its shape and dtype.
    cache : tuple
        From ``batch_norm_forward``.

    Returns
    -------
    grad_x : array (n, d)
        In training each column sums to 0: a shift of the whole batch changes nothing.
    grad_weight, grad_bias : array (d,)
        Gradients with respect to the scale and the shift.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than the output.

    Examples
    --------
    >>> cache = batch_norm_forward(np.array([[1.0], [3.0]]), np.ones(1), np.zeros(1))[1]
    >>> grad_x, grad_weight, grad_bias = batch_norm_backward(np.array([[1.0], [2.0]]), cache)
    >>> grad_bias, abs(grad_x).max() < 1e-5
    (array([3.]), np.True_)
    """
    require_cache("batch_norm_backward", cache, 6, "batch_norm_forward")
    require_cache("batch_norm_backward", cache[0], 0, "batch_norm_forward")
    centred, weight, inv_std, _, _, training = cache
    shape, dtype = centred.shape, centred.dtype
    require_like("batch_norm_backward", "grad_out", grad_out, shape, dtype, "out was")
    n = shape[0]
    grad_bias = column_sum(grad_out)
    grad_weight = column_sum(grad_out * centred) * inv_std
    if not training:
        return grad_out * (weight * inv_std), grad_weight, grad_bias
    grad_x = centred * (inv_std * grad_weight / -n)
    grad_x += grad_out
    grad_x -= grad_bias / n
    grad_x *= weight * inv_std
    return grad_x, grad_weight, grad_bias


@cache_of("batch_norm_forward")
def running_averages(
    running_mean: FloatArray,
    running_var: FloatArray,
    cache: BatchNormCache,
    momentum: float = 0.1,
) -> tuple[FloatArray, FloatArray]:
    r"""Move the running averages of batch norm towards the mean and variance of a batch.

    $$\bar\mu \leftarrow (1 - m) \bar\mu + m \mu, \qquad
      \bar v \leftarrow (1 - m) \bar v + m \frac{n}{n - 1} v$$

    As in PyTorch, the batch is normalised with $v$, but what is averaged is the unbiased estimate.
    For n = 1 there is none, and $\bar v$ stays; PyTorch refuses such a batch.

    Parameters
    ----------
    running_mean, running_var : array (d,)
        The averages so far; PyTorch starts with zeros and ones. They are not changed.
    cache : tuple
        From ``batch_norm_forward``, in training.
    momentum : float
        The weight $m$ of the new batch, from 0 to 1.

    Returns
    -------
    running_mean, running_var : array (d,)
        The new averages.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> cache = batch_norm_forward(np.array([[1.0], [3.0]]), np.ones(1), np.zeros(1))[1]
    >>> running_averages(np.zeros(1), np.ones(1), cache)
    (array([0.2]), array([1.1]))
    """
    require_cache("running_averages", cache, 6, "batch_norm_forward")
    require_cache("running_averages", cache[0], 0, "batch_norm_forward")
    centred, _, _, mean, var, training = cache
    if not training:
        raise ArgumentError("running_averages: cache is that of evaluation, expected training's")
    require_like(
        "running_averages", "running_mean", running_mean, mean.shape, mean.dtype, "mean was"
    )
    require_like("running_averages", "running_var", running_var, var.shape, var.dtype, "var was")
    require_share("running_averages", "momentum", momentum)
    m, n = float(momentum), centred.shape[0]
    running_mean = (1 - m) * running_mean + m * mean
    if n > 1:
        running_var = (1 - m) * running_var + m * n / (n - 1) * var
    return running_mean, running_var


def check_affine(function: str, x: FloatArray, weight: Any, bias: Any, eps: Any) -> None:
    """Refuse a scale or a shift that does not fit the last axis of ``x``, and a bad ``eps``.

    >>> check_affine("layer_norm_forward", np.zeros((2, 3)), np.ones(2), np.zeros(3), 1e-5)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: layer_norm_forward: weight is (2,), but x is (2, 3): \
expected (3,)
    """
    for name, parameter in (("weight", weight), ("bias", bias)):
        alike = type(parameter) is type(x) and parameter.dtype is x.dtype
        if alike and parameter.shape == x.shape[-1:]:
            continue  # most are, and three closer looks take longer
        require_floats(function, name, parameter, ("d",))
        if parameter.shape != x.shape[-1:]:
            raise ArgumentError(
                f"{function}: {name} is {parameter.shape}, but x is {x.shape}: "
                f"expected ({x.shape[-1]},)"
            )
        require_like(function, name, parameter, parameter.shape, x.dtype, "x is")
    require_number(function, "eps", eps, 0, above=True)
