r"""The LSTM over whole sequences; one step of it stands in ``lstm_step.py``.

The gates i, f, g, o stand side by side in the columns of ``W_x``, ``W_h`` and ``b``.
"""

from typing import NamedTuple

import numpy as np

from bpworkbook.nn.lstm_step import lstm_cell, lstm_cell_backward, lstm_halves
from bpworkbook.nn.sequences import (
    all_steps,
    column_sums,
    input_gradient,
    is_cut,
    require_recurrent,
    require_truncate,
    time_first,
    weight_gradient,
)
from bpworkbook.nn.validation import FloatArray, require_cache, require_like


class LSTMCache(NamedTuple):
    """What ``lstm_backward`` needs: ``x`` as rows, all t + 1 states and cells, all t gates.

    The last cell is ``cache.c[-1]``; ``squashed`` is tanh of the t cells after the first.
    """

    x: FloatArray
    h: FloatArray
    c: FloatArray
    gates: FloatArray
    squashed: FloatArray
    W_x: FloatArray
    W_h: FloatArray


def lstm_forward(
    x: FloatArray, h0: FloatArray, c0: FloatArray, W_x: FloatArray, W_h: FloatArray, b: FloatArray
) -> tuple[FloatArray, LSTMCache]:
    r"""Run the LSTM over whole sequences.

    $$(h_t, c_t) = \mathrm{step}(x_t, h_{t-1}, c_{t-1}), \qquad t = 1, \ldots$$

    with the step of ``lstm_step_forward``.

    Parameters
    ----------
    x : array (n, t, d_in), float32 or float64
        A batch of n sequences of t steps.
    h0, c0 : array (n, d_h), dtype of ``x``
        The state and the cell before the first step; zeros where nothing came before.
    W_x : array (d_in, 4 * d_h), dtype of ``x``
        The weights of the input, gates i, f, g, o side by side.
    W_h : array (d_h, 4 * d_h), dtype of ``x``
        The weights of the state.
    b : array (4 * d_h,), dtype of ``x``
        The bias.

    Returns
    -------
    out : array (n, t, d_h), dtype of ``x``
        The states of all steps; the last is ``out[:, -1]``.
    cache : LSTMCache
        What ``lstm_backward`` needs; the last cell is ``cache.c[-1]``.

    Raises
    ------
    ArgumentError
        If an argument is not a non-empty float array, or shapes or dtypes do not fit.

    References
    ----------
    Hochreiter and Schmidhuber (1997), Long short-term memory.

    Examples
    --------
    >>> x, zero, W = np.ones((2, 5, 3)), np.zeros((2, 4)), np.zeros((3, 16))
    >>> out, cache = lstm_forward(x, zero, zero, W, np.zeros((4, 16)), np.ones(16))
    >>> out.shape, cache.c[-1].shape
    ((2, 5, 4), (2, 4))
    """
    axes, states = ("n", "t", "d_in"), {"h0": h0, "c0": c0}
    require_recurrent("lstm_forward", x, axes, states, W_x, W_h, {"b": b}, 4)
    n, t, _ = x.shape
    rows = time_first(x)
    # What the inputs give to the gates; the loop turns it into the gates themselves, in place.
    gates = all_steps(rows, W_x, b, n)
    h = np.empty((t + 1, *h0.shape), x.dtype, like=x)
    c, squashed = np.empty_like(h), np.empty_like(h[1:])
    h[0], c[0] = h0, c0
    halves = lstm_halves(b)
    for step in range(t):
        a = gates[step] + h[step] @ W_h
        h[step + 1], c[step + 1], gates[step], squashed[step] = lstm_cell(a, c[step], halves)
    return np.swapaxes(h[1:], 0, 1), LSTMCache(rows, h, c, gates, squashed, W_x, W_h)


def lstm_backward(
    grad_out: FloatArray,
    cache: LSTMCache,
    truncate: int | None = None,
    grad_c: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    r"""Carry the gradients of the loss back through time.

    $$\frac{\partial L}{\partial h_t} = G_t + \frac{\partial L}{\partial a_{t+1}} W_h^\top, \qquad
      \frac{\partial L}{\partial W_h} = \sum_t h_{t-1}^\top \frac{\partial L}{\partial a_t}$$

    where $G_t$ comes from outside, and the gradients of the gates' arguments $a_t$ and of the cells
    from the step, see ``lstm_step_backward``.

    Parameters
    ----------
    grad_out : array (n, t, d_h)
        Gradient with respect to ``out``, of its shape and dtype. Where only the last state is used,
        it is zero but for ``grad_out[:, -1]``.
    cache : LSTMCache
        From ``lstm_forward``.
    truncate : int, optional
        Cut the path of ``h`` and ``c`` through time before each step whose number, from 0, this
        divides; see ``rnn_backward``. Without it: full BPTT.
    grad_c : array (n, d_h), optional
        Gradient with respect to the last cell; zero unless the cell is used by itself.

    Returns
    -------
    grad_x, grad_h0, grad_c0, grad_W_x, grad_W_h, grad_b : arrays
        Each of the shape of what it belongs to.

    Raises
    ------
    ArgumentError
        If a gradient has another shape or dtype than what it belongs to, or ``truncate`` is no
        integer of at least 1.

    References
    ----------
    Graves and Schmidhuber (2005), Framewise phoneme classification with bidirectional LSTM, whose
    appendix gives the full gradient.

    Examples
    --------
    >>> x, zero, W = np.ones((1, 9, 1)), np.zeros((1, 1)), np.zeros((1, 4))
    >>> out, cache = lstm_forward(x, zero, zero, W, W, np.array([0.0, 99.0, 0.0, 0.0]))
    >>> lstm_backward(0 * out, cache, grad_c=np.ones((1, 1)))[2]
    array([[1.]])
    """
    require_cache("lstm_backward", cache, 7, "lstm_forward")
    x, h, c, gates, squashed, W_x, W_h = cache
    t, n, d_h = h.shape[0] - 1, h.shape[1], h.shape[2]
    require_like("lstm_backward", "grad_out", grad_out, (n, t, d_h), h.dtype, "out was")
    require_truncate("lstm_backward", truncate)
    if grad_c is None:
        grad_c = np.zeros_like(c[0])
    require_like("lstm_backward", "grad_c", grad_c, (n, d_h), c.dtype, "the last cell was")
    grad_a = np.empty_like(gates)
    grad_h = np.zeros_like(h[0])
    for step in reversed(range(t)):
        grad_h = grad_h + grad_out[:, step]
        grad_a[step], grad_c = lstm_cell_backward(
            grad_h, grad_c, gates[step], c[step], squashed[step]
        )
        grad_h = grad_a[step] @ W_h.T
        if is_cut(step, truncate):
            grad_h, grad_c = np.zeros_like(grad_h), np.zeros_like(grad_c)
    grad_W_x, grad_W_h = weight_gradient(grad_a, x), weight_gradient(grad_a, h[:-1])
    return input_gradient(grad_a, W_x), grad_h, grad_c, grad_W_x, grad_W_h, column_sums(grad_a)
