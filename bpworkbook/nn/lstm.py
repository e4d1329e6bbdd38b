r"""The LSTM over whole sequences; one step of it stands in ``lstm_step.py``.

The gates i, f, g, o stand side by side in the columns of ``W_x``, ``W_h`` and ``b``.
"""

from typing import NamedTuple

import numpy as np

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.lstm_step import lstm_cell, lstm_cell_backward, lstm_slopes
from bpworkbook.nn.sequences import (
    batch_first,
    input_gradient,
    is_cut,
    require_recurrent,
    require_truncate,
    split_gradient,
    stack_steps,
)
from bpworkbook.nn.validation import FloatArray, require_cache, require_like


class LSTMCache(NamedTuple):
    """What ``lstm_backward`` needs; the layout of ``steps`` is that of ``stack_steps``.

    ``c`` is (t + 1, n, d_h), so that the last cell is ``cache.c[-1]``; ``gates`` is (t, 4, d_h, n),
    and ``squashed`` (t, d_h, n) is tanh of the t cells after the first.
    """

    steps: FloatArray
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
    (n, t, d_in), d_h = x.shape, h0.shape[1]
    steps, W = stack_steps(x, h0), np.concatenate([W_x, b[None], W_h])
    h = steps[:, d_in + 1 :]
    gates = np.empty((t, 4, d_h, n), x.dtype, like=x)
    a = np.reshape(gates, (t, 4 * d_h, n))
    c = np.empty((t + 1, d_h, n), x.dtype, like=x)
    squashed = np.empty_like(c[1:])
    c[0] = c0.T
    for step in range(t):
        np.matmul(W.T, steps[step], out=a[step])
        lstm_cell(gates[step], c[step], (h[step + 1], c[step + 1], squashed[step]))
    cache = LSTMCache(steps, np.swapaxes(c, 1, 2), gates, squashed, W_x, W_h)
    return batch_first(h[1:]), cache


@cache_of("lstm_forward")
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
    grad_a, grads = _through_time(grad_out, cache, truncate, grad_c)
    return input_gradient(grad_a, cache.W_x), *grads


@cache_of("lstm_forward")
def lstm_backward_parameters(
    grad_out: FloatArray,
    cache: LSTMCache,
    truncate: int | None = None,
    grad_c: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the gradients of ``lstm_backward`` but that of ``x``; a first layer needs no more.

    >>> x, zero, W = np.ones((1, 9, 1)), np.zeros((1, 1)), np.zeros((1, 4))
    >>> out, cache = lstm_forward(x, zero, zero, W, W, np.array([0.0, 99.0, 0.0, 0.0]))
    >>> lstm_backward_parameters(0 * out, cache, grad_c=np.ones((1, 1)))[1]
    array([[1.]])
    """
    return _through_time(grad_out, cache, truncate, grad_c)[1]


def _through_time(
    grad_out: FloatArray, cache: LSTMCache, truncate: int | None, grad_c: FloatArray | None
) -> tuple[FloatArray, tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]]:
    """Return the gradient of what went into the gates (t, 4 * d_h, n), then the others."""
    require_cache("lstm_backward", cache, 6, "lstm_forward")
    steps, cells, gates, squashed, W_x, W_h = cache
    t, _, d_h, n = gates.shape
    require_like("lstm_backward", "grad_out", grad_out, (n, t, d_h), gates.dtype, "out was")
    require_truncate("lstm_backward", truncate)
    if grad_c is None:
        grad_c = np.zeros_like(cells[0])
    require_like("lstm_backward", "grad_c", grad_c, (n, d_h), cells.dtype, "the last cell was")
    c = np.swapaxes(cells, 1, 2)
    slopes, through = lstm_slopes(gates, c[:-1], squashed)
    # The loop turns the slopes of each step into the gradient of ``a``, in place.
    grad_a = np.reshape(slopes, (t, 4 * d_h, n))
    grad_h, grad_c = np.zeros_like(c[0]), grad_c.T
    for step in reversed(range(t)):
        grad_h = grad_h + grad_out[:, step].T
        grad_c = lstm_cell_backward(grad_h, grad_c, slopes[step], through[step], gates[step, 1])
        grad_h = W_h @ grad_a[step]
        if is_cut(step, truncate):
            grad_h, grad_c = np.zeros_like(grad_h), np.zeros_like(grad_c)
    return grad_a, (grad_h.T, grad_c.T, *split_gradient(steps, grad_a, W_x.shape[0]))
