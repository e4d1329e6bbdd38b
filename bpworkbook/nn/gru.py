r"""The GRU over whole sequences; one step of it stands in ``gru_step.py``.

The gates r, z, g stand side by side in the columns of ``W_x``, ``W_h``, ``b_x`` and ``b_h``.
"""

from typing import NamedTuple

import numpy as np

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.gru_step import gru_cell, gru_slopes
from bpworkbook.nn.sequences import (
    batch_first,
    input_gradient,
    is_cut,
    require_recurrent,
    require_truncate,
    stack_steps,
    weight_gradient,
)
from bpworkbook.nn.validation import FloatArray, require_cache, require_like


class GRUCache(NamedTuple):
    """What ``gru_backward`` needs; the layout of ``steps`` is that of ``stack_steps``.

    ``gates`` is (t, 3, d_h, n), ``inner`` (t, d_h, n) the bracket of each step.
    """

    steps: FloatArray
    gates: FloatArray
    inner: FloatArray
    W_x: FloatArray
    W_h: FloatArray


def gru_forward(
    x: FloatArray,
    h0: FloatArray,
    W_x: FloatArray,
    W_h: FloatArray,
    b_x: FloatArray,
    b_h: FloatArray,
) -> tuple[FloatArray, GRUCache]:
    r"""Run the GRU over whole sequences.

    $$h_t = \mathrm{step}(x_t, h_{t-1}), \qquad t = 1, \ldots$$

    with the step of ``gru_step_forward``.

    Parameters
    ----------
    x : array (n, t, d_in), float32 or float64
        A batch of n sequences of t steps.
    h0 : array (n, d_h), dtype of ``x``
        The state before the first step; zeros where nothing came before.
    W_x : array (d_in, 3 * d_h), dtype of ``x``
        The weights of the input, gates r, z, g side by side.
    W_h : array (d_h, 3 * d_h), dtype of ``x``
        The weights of the state.
    b_x, b_h : array (3 * d_h,), dtype of ``x``
        The biases beside the input and beside the state.

    Returns
    -------
    out : array (n, t, d_h), dtype of ``x``
        The states of all steps; the last is ``out[:, -1]``.
    cache : GRUCache
        What ``gru_backward`` needs.

    Raises
    ------
    ArgumentError
        If an argument is not a non-empty float array, or shapes or dtypes do not fit.

    References
    ----------
    Cho et al. (2014), Learning phrase representations using RNN encoder-decoder, in the variant of
    PyTorch's ``GRU``.

    Examples
    --------
    >>> x, h0, W_x, W_h = np.ones((2, 5, 3)), np.zeros((2, 4)), np.ones((3, 12)), np.ones((4, 12))
    >>> out, cache = gru_forward(x, h0, W_x, W_h, np.zeros(12), np.zeros(12))
    >>> out.shape
    (2, 5, 4)
    """
    axes, biases = ("n", "t", "d_in"), {"b_x": b_x, "b_h": b_h}
    require_recurrent("gru_forward", x, axes, {"h0": h0}, W_x, W_h, biases, 3)
    (n, t, d_in), d_h = x.shape, h0.shape[1]
    steps = stack_steps(x, h0)
    h = steps[:, d_in + 1 :]
    # The reset gate stands between the two products, so here they cannot be one. The row of ones
    # meets both biases.
    W_above, W_below = np.concatenate([W_x, b_x[None]]), np.concatenate([b_h[None], W_h])
    gates = np.reshape(W_above.T @ steps[:-1, : d_in + 1], (t, 3, d_h, n))
    inner = np.empty_like(gates[:, 2])
    for step in range(t):
        a_h = np.reshape(W_below.T @ steps[step, d_in:], (3, d_h, n))
        gru_cell(gates[step], a_h, h[step], h[step + 1])
        inner[step] = a_h[2]
    return batch_first(h[1:]), GRUCache(steps, gates, inner, W_x, W_h)


@cache_of("gru_forward")
def gru_backward(
    grad_out: FloatArray, cache: GRUCache, truncate: int | None = None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    r"""Carry the gradients of the loss back through time.

    $$\frac{\partial L}{\partial h_t} = G_t + \frac{\partial L}{\partial h_{t+1}} \odot z_{t+1}
      + \frac{\partial L}{\partial a_{t+1}} W_h^\top$$

    where $G_t$ comes from outside and $a_t = h_{t-1} W_h + b_h$; the gradient of $a_t$ is that of
    the step, see ``gru_step_backward``.

    Parameters
    ----------
    grad_out : array (n, t, d_h)
        Gradient with respect to ``out``, of its shape and dtype. Where only the last state is used,
        it is zero but for ``grad_out[:, -1]``.
    cache : GRUCache
        From ``gru_forward``.
    truncate : int, optional
        Cut the path through time before each step whose number, from 0, this divides; see
        ``rnn_backward``. Without it: full BPTT.

    Returns
    -------
    grad_x, grad_h0, grad_W_x, grad_W_h, grad_b_x, grad_b_h : arrays
        Each of the shape of what it belongs to.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than ``out``, or ``truncate`` is no integer of at
        least 1.

    References
    ----------
    Cho et al. (2014), Learning phrase representations using RNN encoder-decoder; for the way back
    Werbos (1990), Backpropagation through time: what it does and how to do it.

    Examples
    --------
    >>> x, zero, W = np.ones((1, 9, 1)), np.zeros((1, 1)), np.zeros((1, 3))
    >>> out, cache = gru_forward(x, zero, W, W, np.array([0.0, 99.0, 0.0]), np.zeros(3))
    >>> gru_backward(np.ones((1, 9, 1)), cache)[1]
    array([[9.]])
    """
    grad_x_side, grads = _through_time(grad_out, cache, truncate)
    return input_gradient(grad_x_side, cache.W_x), *grads


@cache_of("gru_forward")
def gru_backward_parameters(
    grad_out: FloatArray, cache: GRUCache, truncate: int | None = None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the gradients of ``gru_backward`` but that of ``x``; a first layer needs no more.

    >>> x, zero, W = np.ones((1, 9, 1)), np.zeros((1, 1)), np.zeros((1, 3))
    >>> out, cache = gru_forward(x, zero, W, W, np.array([0.0, 99.0, 0.0]), np.zeros(3))
    >>> gru_backward_parameters(np.ones((1, 9, 1)), cache)[0]
    array([[9.]])
    """
    return _through_time(grad_out, cache, truncate)[1]


def _through_time(
    grad_out: FloatArray, cache: GRUCache, truncate: int | None
) -> tuple[FloatArray, tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]]:
    """Return the gradient of what the inputs gave (t, 3 * d_h, n), then the others."""
    require_cache("gru_backward", cache, 5, "gru_forward")
    steps, gates, inner, W_x, W_h = cache
    t, d_h, n = inner.shape
    d_in = W_x.shape[0]
    require_like("gru_backward", "grad_out", grad_out, (n, t, d_h), gates.dtype, "out was")
    require_truncate("gru_backward", truncate)
    # The loop turns the slopes of each step into the gradients of both sides, in place.
    x_side, h_side = gru_slopes(gates, inner, steps[:-1, d_in + 1 :])
    grad_x_side, grad_h_side = (np.reshape(s, (t, 3 * d_h, n)) for s in (x_side, h_side))
    grad_h = np.zeros_like(inner[0])
    for step in reversed(range(t)):
        grad_h = grad_h + grad_out[:, step].T
        x_side[step] *= grad_h
        h_side[step] *= grad_h
        grad_h = grad_h * gates[step, 1] + W_h @ grad_h_side[step]
        if is_cut(step, truncate):
            grad_h = np.zeros_like(grad_h)
    above = weight_gradient(steps[:-1, : d_in + 1], grad_x_side)
    below = weight_gradient(steps[:-1, d_in:], grad_h_side)
    return grad_x_side, (grad_h.T, above[:-1], below[1:], above[-1], below[0])
