r"""Layer norm: standardise each example over its features, then scale and shift each feature.

Unlike batch norm it computes the same in training and evaluation, and examples do not touch each
other. ``weight`` is $\gamma$ and ``bias`` is $\beta$, as in PyTorch; float32 stays float32.
"""

from typing import TypeAlias

import numpy as np

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.normalization import check_affine
from bpworkbook.nn.sums import column_sum, row_mean
from bpworkbook.nn.validation import FloatArray, require_cache, require_floats, require_like

LayerNormCache: TypeAlias = tuple[FloatArray, FloatArray, FloatArray]


def layer_norm_forward(
    x: FloatArray, weight: FloatArray, bias: FloatArray, eps: float = 1e-5
) -> tuple[FloatArray, LayerNormCache]:
    r"""Standardise each example over its features, then scale and shift each feature.

    $$a_{ij} = \gamma_j \hat x_{ij} + \beta_j, \quad
      \hat x_{ij} = \frac{x_{ij} - \mu_i}{\sqrt{v_i + \epsilon}}, \quad
      \mu_i = \frac{1}{d} \sum_j x_{ij}, \quad v_i = \frac{1}{d} \sum_j (x_{ij} - \mu_i)^2$$

    Parameters
    ----------
    x : array (..., d), float32 or float64
        The examples, such as (n, d), or (n, T, d) for sequences.
    weight, bias : array (d,), dtype of ``x``
        The scale $\gamma$ and the shift $\beta$.
    eps : float
        Keeps the division finite; above 0.

    Returns
    -------
    out : array (..., d), dtype of ``x``
        The normalised examples.
    cache : (x_hat, weight, inv_std)
        What ``layer_norm_backward`` needs.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    Ba, Kiros and Hinton (2016), Layer normalization, equation 4.

    Examples
    --------
    >>> out, cache = layer_norm_forward(np.array([[1.0, 3.0]]), np.ones(2), np.array([0.0, 10.0]))
    >>> out.round(3)
    array([[-1., 11.]])
    """
    require_floats("layer_norm_forward", "x", x, least_axes=1)
    check_affine("layer_norm_forward", x, weight, bias, eps)
    rows = np.reshape(x, (-1, x.shape[-1]))
    x_hat = rows - row_mean(rows)
    inv_std = 1 / np.sqrt(row_mean(x_hat * x_hat) + float(eps))
    x_hat *= inv_std
    out = x_hat * weight
    out += bias
    return np.reshape(out, x.shape), (np.reshape(x_hat, x.shape), weight, inv_std)


@cache_of("layer_norm_forward")
def layer_norm_backward(
    grad_out: FloatArray, cache: LayerNormCache
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Carry the gradient back through layer norm.

    With $G$ for ``grad_out`` and $H_{ij} = G_{ij} \gamma_j$, the gradient at $\hat x$,

    $$\frac{\partial L}{\partial x_{ij}} = \frac{1}{\sqrt{v_i + \epsilon}} \Big(H_{ij}
      - \frac{1}{d} \sum_k H_{ik} - \frac{\hat x_{ij}}{d} \sum_k H_{ik} \hat x_{ik}\Big), \quad
      \frac{\partial L}{\partial \gamma_j} = \sum_i G_{ij} \hat x_{ij}, \quad
      \frac{\partial L}{\partial \beta_j} = \sum_i G_{ij}$$

    Parameters
    ----------
    grad_out : array (..., d)
        Gradient with respect to the output, of its shape and dtype.
    cache : (x_hat, weight, inv_std)
        From ``layer_norm_forward``.

    Returns
    -------
    grad_x : array (..., d)
        Each row sums to 0: a shift of a whole row changes nothing.
    grad_weight, grad_bias : array (d,)
        Gradients with respect to the scale and the shift.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than the output.

    Examples
    --------
    >>> cache = layer_norm_forward(np.array([[1.0, 3.0]]), np.ones(2), np.zeros(2))[1]
    >>> layer_norm_backward(np.array([[1.0, 5.0]]), cache)[2]
    array([1., 5.])
    """
    require_cache("layer_norm_backward", cache, 3, "layer_norm_forward")
    require_cache("layer_norm_backward", cache[0], 0, "layer_norm_forward")
    x_hat, weight, inv_std = cache
    require_like("layer_norm_backward", "grad_out", grad_out, x_hat.shape, x_hat.dtype, "out was")
    rows, column = (-1, weight.shape[0]), weight[:, None]
    g, x_hat = np.reshape(grad_out, rows), np.reshape(x_hat, rows)
    product = g * x_hat
    grad_weight, grad_bias = column_sum(product), column_sum(g)
    # H = G gamma, so the sum of a row of H is that of G times gamma; the same for H x_hat.
    mean, slope = (g @ column) / x_hat.shape[1], (product @ column) / x_hat.shape[1]
    grad_x = g * weight
    grad_x -= mean
    grad_x -= np.multiply(x_hat, slope, out=product)
    grad_x *= inv_std
    return np.reshape(grad_x, grad_out.shape), grad_weight, grad_bias
