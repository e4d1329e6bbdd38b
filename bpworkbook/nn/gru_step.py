r"""One step of a GRU, and the pieces that the whole sequence of ``gru.py`` takes from it.

This is PyTorch's variant: the reset gate $r$ stands outside the product, $r \odot (h W)$, where Cho
et al. (2014) have $(r \odot h) W$. So $h$ meets all its weights in one product, and a second bias
``b_h`` is needed within the bracket. With $z = 1$ the state is kept.

The gates stand side by side in the columns of ``W_x``, ``W_h``, ``b_x`` and ``b_h``, in PyTorch's
order r, z, g (it writes n for g). ``W_x`` is its ``weight_ih_l0`` transposed, ``W_h`` its
``weight_hh_l0`` transposed; ``b_x`` is ``bias_ih_l0`` and ``b_h`` is ``bias_hh_l0``.
"""

from typing import NamedTuple

import numpy as np

from bpworkbook.nn.sequences import require_recurrent
from bpworkbook.nn.validation import FloatArray, require_cache, require_like


class GRUStepCache(NamedTuple):
    """What ``gru_step_backward`` needs; ``inner`` is the bracket ``h @ W_hg + b_hg``."""

    x: FloatArray
    h: FloatArray
    gates: FloatArray
    inner: FloatArray
    W_x: FloatArray
    W_h: FloatArray


def gru_step_forward(
    x: FloatArray, h: FloatArray, W_x: FloatArray, W_h: FloatArray, b_x: FloatArray, b_h: FloatArray
) -> tuple[FloatArray, GRUStepCache]:
    r"""Take one step: a new state, through a reset gate and an update gate.

    $$\begin{aligned}
    r &= \sigma(x W_{xr} + b_{xr} + h W_{hr} + b_{hr}) \\
    z &= \sigma(x W_{xz} + b_{xz} + h W_{hz} + b_{hz}) \\
    g &= \tanh(x W_{xg} + b_{xg} + r \odot (h W_{hg} + b_{hg})) \\
    h' &= (1 - z) \odot g + z \odot h
    \end{aligned}$$

    Parameters
    ----------
    x : array (n, d_in), float32 or float64
        The input of this step, one sequence a row.
    h : array (n, d_h), dtype of ``x``
        The state before.
    W_x : array (d_in, 3 * d_h), dtype of ``x``
        The weights of the input, gates r, z, g side by side.
    W_h : array (d_h, 3 * d_h), dtype of ``x``
        The weights of the state.
    b_x, b_h : array (3 * d_h,), dtype of ``x``
        The biases beside the input and beside the state.

    Returns
    -------
    h_next : array (n, d_h), dtype of ``x``
        The state after.
    cache : GRUStepCache
        What ``gru_step_backward`` needs.

    Raises
    ------
    ArgumentError
        If an argument is not a non-empty float array, or shapes or dtypes do not fit.

    References
    ----------
    Cho et al. (2014), Learning phrase representations using RNN encoder-decoder, in the variant of
    PyTorch's ``GRUCell``.

    Examples
    --------
    >>> x, h, W = np.ones((1, 1)), np.full((1, 1), 0.25), np.zeros((1, 3))
    >>> gru_step_forward(x, h, W, W, np.array([0.0, 99.0, 0.0]), np.zeros(3))[0]
    array([[0.25]])
    """
    biases = {"b_x": b_x, "b_h": b_h}
    require_recurrent("gru_step_forward", x, ("n", "d_in"), {"h": h}, W_x, W_h, biases, 3)
    h_next, gates, inner = gru_cell(x @ W_x + b_x, h @ W_h + b_h, h)
    return h_next, GRUStepCache(x, h, gates, inner, W_x, W_h)


def gru_step_backward(
    grad_out: FloatArray, cache: GRUStepCache
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    r"""Carry the gradient of the loss back through one step.

    With $G$ for ``grad_out``, $a$ for the arguments of the gates and $u = h W_{hg} + b_{hg}$:

    $$\begin{aligned}
    \frac{\partial L}{\partial a_g} &= G \odot (1 - z) \odot (1 - g^2) &
    \frac{\partial L}{\partial u} &= \frac{\partial L}{\partial a_g} \odot r \\
    \frac{\partial L}{\partial a_z} &= G \odot (h - g) \odot z (1 - z) &
    \frac{\partial L}{\partial a_r} &= \frac{\partial L}{\partial a_g} \odot u \odot r (1 - r)
    \end{aligned}$$

    From there on it is the linear layer; ``h`` also gets $G \odot z$ directly.

    Parameters
    ----------
    grad_out : array (n, d_h)
        Gradient with respect to ``h_next``, of its shape and dtype.
    cache : GRUStepCache
        From ``gru_step_forward``.

    Returns
    -------
    grad_x, grad_h, grad_W_x, grad_W_h, grad_b_x, grad_b_h : arrays
        Each of the shape of what it belongs to.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than ``h_next`` had.

    References
    ----------
    Cho et al. (2014), Learning phrase representations using RNN encoder-decoder; for the way back
    Werbos (1990), Backpropagation through time: what it does and how to do it.

    Examples
    --------
    >>> one, W = np.ones((1, 1)), np.zeros((1, 3))
    >>> _, cache = gru_step_forward(one, one, W, W, np.zeros(3), np.zeros(3))
    >>> gru_step_backward(one, cache)[1]
    array([[0.5]])
    """
    require_cache("gru_step_backward", cache, 6, "gru_step_forward")
    x, h, gates, inner, W_x, W_h = cache
    require_like("gru_step_backward", "grad_out", grad_out, h.shape, h.dtype, "h_next was")
    grad_x_side, grad_h_side, kept = gru_cell_backward(grad_out, gates, inner, h)
    return (
        grad_x_side @ W_x.T,
        kept + grad_h_side @ W_h.T,
        x.T @ grad_x_side,
        h.T @ grad_h_side,
        np.sum(grad_x_side, axis=0),
        np.sum(grad_h_side, axis=0),
    )


def gru_cell(
    a_x: FloatArray, a_h: FloatArray, h: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the new state, the gates (n, 3 * d_h) and the bracket, given the two summands.

    >>> gru_cell(np.zeros((1, 3)), np.zeros((1, 3)), np.ones((1, 1)))[1]
    array([[0.5, 0.5, 0. ]])
    """
    d_h = h.shape[1]
    # sigmoid(a) = (1 + tanh(a / 2)) / 2, for r and z at once.
    r_z = 0.5 + 0.5 * np.tanh(0.5 * (a_x[:, : 2 * d_h] + a_h[:, : 2 * d_h]))
    r, z = r_z[:, :d_h], r_z[:, d_h:]
    inner = a_h[:, 2 * d_h :]
    g = np.tanh(a_x[:, 2 * d_h :] + r * inner)
    return (1 - z) * g + z * h, np.concatenate([r_z, g], axis=1), inner


def gru_cell_backward(
    grad_out: FloatArray, gates: FloatArray, inner: FloatArray, h: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the gradients of both summands (n, 3 * d_h), and what z passes on to ``h``.

    >>> one, gates = np.ones((1, 1)), np.array([[0.5, 0.5, 0.0]])
    >>> gru_cell_backward(one, gates, one, one)[1]
    array([[0.125, 0.25 , 0.25 ]])
    """
    d_h = h.shape[1]
    r, z, g = gates[:, :d_h], gates[:, d_h : 2 * d_h], gates[:, 2 * d_h :]
    grad_g = grad_out * (1 - z) * (1 - g * g)
    grad_z = grad_out * (h - g) * z * (1 - z)
    grad_r = grad_g * inner * r * (1 - r)
    x_side = np.concatenate([grad_r, grad_z, grad_g], axis=1)
    h_side = np.concatenate([grad_r, grad_z, grad_g * r], axis=1)
    return x_side, h_side, grad_out * z
