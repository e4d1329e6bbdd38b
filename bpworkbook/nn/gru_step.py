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

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.sequences import require_recurrent, sigmoid_in_place
from bpworkbook.nn.validation import FloatArray, require_cache, require_like


class GRUStepCache(NamedTuple):
    """What ``gru_step_backward`` needs: ``gates`` (3, d_h, n), ``inner`` (d_h, n), the bracket."""

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
    blocks = (3, h.shape[1], h.shape[0])
    gates = np.reshape((x @ W_x + b_x).T, blocks)
    a_h = np.reshape((h @ W_h + b_h).T, blocks)
    h_next = np.empty_like(h.T)
    gru_cell(gates, a_h, h.T, h_next)
    return h_next.T, GRUStepCache(x, h, gates, a_h[2], W_x, W_h)


@cache_of("gru_step_forward")
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
    rows, shape = grad_out.T, (W_h.shape[1], h.shape[0])
    grad_x_side, grad_h_side = (
        np.reshape(slopes * rows, shape).T for slopes in gru_slopes(gates, inner, h.T)
    )
    return (
        grad_x_side @ W_x.T,
        grad_out * gates[1].T + grad_h_side @ W_h.T,
        x.T @ grad_x_side,
        h.T @ grad_h_side,
        np.sum(grad_x_side, axis=0),
        np.sum(grad_h_side, axis=0),
    )


def gru_cell(gates: FloatArray, a_h: FloatArray, h: FloatArray, h_next: FloatArray) -> None:
    """Fill ``h_next`` with the new state, given that before, both (d_h, n).

    ``gates`` (3, d_h, n) comes with what the inputs give and leaves as the gates; ``a_h``, of the
    same shape, is what the state gives.

    >>> gates, h, h_next = np.zeros((3, 1, 1)), np.ones((1, 1)), np.empty((1, 1))
    >>> gru_cell(gates, np.zeros((3, 1, 1)), h, h_next)
    >>> gates[:, 0, 0], h_next
    (array([0.5, 0.5, 0. ]), array([[0.5]]))
    """
    r_z, g = gates[:2], gates[2]
    r_z += a_h[:2]
    sigmoid_in_place(r_z)
    g += gates[0] * a_h[2]
    np.tanh(g, out=g)
    # (1 - z) * g + z * h
    np.add(g, gates[1] * (h - g), out=h_next)


def gru_slopes(
    gates: FloatArray, inner: FloatArray, h: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return what leads from both summands to h'; all of it is known before the gradients come.

    Both have the shape of ``gates``: (3, d_h, n), or (t, 3, d_h, n) of all steps at once.

    >>> one, gates = np.ones((1, 1)), np.array([0.5, 0.5, 0.0]).reshape(3, 1, 1)
    >>> gru_slopes(gates, one, one)[1][:, 0, 0]
    array([0.125, 0.25 , 0.25 ])
    """
    r, z, g = (gates[..., k, :, :] for k in range(3))
    by_g = (1 - z) * (1 - g * g)
    x_side = gates * (1 - gates)
    x_side[..., 0, :, :] *= by_g * inner
    x_side[..., 1, :, :] *= h - g
    x_side[..., 2, :, :] = by_g
    h_side = np.copy(x_side)
    h_side[..., 2, :, :] *= r
    return x_side, h_side
