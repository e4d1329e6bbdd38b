r"""One step of an LSTM, and the pieces that the whole sequence of ``lstm.py`` takes from it.

The cell $c$ is passed on by a sum, so on the way back its gradient is multiplied by the forget gate
alone, not by a matrix; with $f$ near 1 it neither vanishes nor explodes.

The gates stand side by side in the columns of ``W_x``, ``W_h`` and ``b``, in PyTorch's order i, f,
g, o. ``W_x`` is its ``weight_ih_l0`` transposed, ``W_h`` its ``weight_hh_l0`` transposed, and
``b`` the sum of its two biases, of which one is enough.
"""

from typing import NamedTuple

import numpy as np

from bpworkbook.nn.sequences import require_recurrent
from bpworkbook.nn.validation import FloatArray, require_cache, require_like


class LSTMStepCache(NamedTuple):
    """What ``lstm_step_backward`` needs; ``gates`` is (n, 4 * d_h), ``squashed`` tanh(c_next)."""

    x: FloatArray
    h: FloatArray
    c: FloatArray
    gates: FloatArray
    squashed: FloatArray
    W_x: FloatArray
    W_h: FloatArray


def lstm_step_forward(
    x: FloatArray, h: FloatArray, c: FloatArray, W_x: FloatArray, W_h: FloatArray, b: FloatArray
) -> tuple[tuple[FloatArray, FloatArray], LSTMStepCache]:
    r"""Take one step: a new state and a new cell, through an input, a forget and an output gate.

    $$\begin{aligned}
    i &= \sigma(x W_{xi} + h W_{hi} + b_i) & f &= \sigma(x W_{xf} + h W_{hf} + b_f) \\
    g &= \tanh(x W_{xg} + h W_{hg} + b_g) & o &= \sigma(x W_{xo} + h W_{ho} + b_o) \\
    c' &= f \odot c + i \odot g & h' &= o \odot \tanh(c')
    \end{aligned}$$

    Parameters
    ----------
    x : array (n, d_in), float32 or float64
        The input of this step, one sequence a row.
    h, c : array (n, d_h), dtype of ``x``
        The state and the cell before.
    W_x : array (d_in, 4 * d_h), dtype of ``x``
        The weights of the input, gates i, f, g, o side by side.
    W_h : array (d_h, 4 * d_h), dtype of ``x``
        The weights of the state.
    b : array (4 * d_h,), dtype of ``x``
        The bias.

    Returns
    -------
    (h_next, c_next) : arrays (n, d_h), dtype of ``x``
        The state and the cell after.
    cache : LSTMStepCache
        What ``lstm_step_backward`` needs.

    Raises
    ------
    ArgumentError
        If an argument is not a non-empty float array, or shapes or dtypes do not fit.

    References
    ----------
    Hochreiter and Schmidhuber (1997), Long short-term memory; with the forget gate of Gers,
    Schmidhuber and Cummins (2000), Learning to forget.

    Examples
    --------
    >>> x, h, c, W = np.ones((1, 1)), np.zeros((1, 1)), np.ones((1, 1)), np.zeros((1, 4))
    >>> (h, c), cache = lstm_step_forward(x, h, c, W, W, np.array([-99.0, 99.0, 0.0, 99.0]))
    >>> c
    array([[1.]])
    """
    states = {"h": h, "c": c}
    require_recurrent("lstm_step_forward", x, ("n", "d_in"), states, W_x, W_h, {"b": b}, 4)
    a = x @ W_x + h @ W_h + b
    h_next, c_next, gates, squashed = lstm_cell(a, c, lstm_halves(b))
    return (h_next, c_next), LSTMStepCache(x, h, c, gates, squashed, W_x, W_h)


def lstm_step_backward(
    grad_h: FloatArray, grad_c: FloatArray, cache: LSTMStepCache
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    r"""Carry the gradients of the loss back through one step.

    With $G$ for the gradient of $h'$ and $a$ for the arguments of the gates:

    $$\begin{aligned}
    C &= \frac{\partial L}{\partial c'} + G \odot o \odot (1 - \tanh^2 c') &
    \frac{\partial L}{\partial c} &= C \odot f \\
    \frac{\partial L}{\partial a_i} &= C \odot g \odot i (1 - i) &
    \frac{\partial L}{\partial a_f} &= C \odot c \odot f (1 - f) \\
    \frac{\partial L}{\partial a_g} &= C \odot i \odot (1 - g^2) &
    \frac{\partial L}{\partial a_o} &= G \odot \tanh(c') \odot o (1 - o)
    \end{aligned}$$

    From there on it is the linear layer: gradients of x, h, the weights and the bias.

    Parameters
    ----------
    grad_h, grad_c : array (n, d_h)
        Gradients with respect to ``h_next`` and ``c_next``, of their shape and dtype. That of
        ``c_next`` holds what comes from later steps; the way over ``h_next`` is added here.
    cache : LSTMStepCache
        From ``lstm_step_forward``.

    Returns
    -------
    grad_x, grad_h, grad_c, grad_W_x, grad_W_h, grad_b : arrays
        Each of the shape of what it belongs to.

    Raises
    ------
    ArgumentError
        If a gradient has another shape or dtype than what it belongs to.

    References
    ----------
    Graves and Schmidhuber (2005), Framewise phoneme classification with bidirectional LSTM, whose
    appendix gives the full gradient.

    Examples
    --------
    >>> one, W = np.ones((1, 1)), np.zeros((1, 4))
    >>> _, cache = lstm_step_forward(one, one, one, W, W, np.zeros(4))
    >>> lstm_step_backward(0 * one, one, cache)[2]
    array([[0.5]])
    """
    require_cache("lstm_step_backward", cache, 7, "lstm_step_forward")
    x, h, c, gates, squashed, W_x, W_h = cache
    require_like("lstm_step_backward", "grad_h", grad_h, h.shape, h.dtype, "h_next was")
    require_like("lstm_step_backward", "grad_c", grad_c, c.shape, c.dtype, "c_next was")
    grad_a, grad_c = lstm_cell_backward(grad_h, grad_c, gates, c, squashed)
    grad_b = np.sum(grad_a, axis=0)
    return grad_a @ W_x.T, grad_a @ W_h.T, grad_c, x.T @ grad_a, h.T @ grad_a, grad_b


def lstm_halves(b: FloatArray) -> FloatArray:
    """Return 1/2 for the columns of i, f and o, and 1 for those of g.

    >>> lstm_halves(np.zeros(4))
    array([0.5, 0.5, 1. , 0.5])
    """
    d_h = b.shape[0] // 4
    halves = np.full_like(b, 0.5)
    halves[2 * d_h : 3 * d_h] = 1
    return halves


def lstm_cell(
    a: FloatArray, c: FloatArray, halves: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the new state, the new cell, the gates (n, 4 * d_h) and tanh of the new cell.

    ``a`` is what goes into the gates, ``halves`` comes from ``lstm_halves``.

    >>> lstm_cell(np.zeros((1, 4)), np.ones((1, 1)), lstm_halves(np.zeros(4)))[2]
    array([[0.5, 0.5, 0. , 0.5]])
    """
    # sigmoid(a) = (1 + tanh(a / 2)) / 2, so one call of tanh serves all four gates.
    gates = np.tanh(a * halves)
    gates *= halves
    gates += 1 - halves
    i, f, g, o = _blocks(gates)
    c_next = f * c + i * g
    squashed = np.tanh(c_next)
    return o * squashed, c_next, gates, squashed


def lstm_cell_backward(
    grad_h: FloatArray, grad_c: FloatArray, gates: FloatArray, c: FloatArray, squashed: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the gradients of the arguments of the gates (n, 4 * d_h) and of the cell before.

    >>> one, gates = np.ones((1, 1)), np.array([[0.5, 0.5, 0.0, 0.5]])
    >>> lstm_cell_backward(0 * one, one, gates, one, one)[0]
    array([[0.  , 0.25, 0.5 , 0.  ]])
    """
    i, f, g, o = _blocks(gates)
    grad_c = grad_c + grad_h * o * (1 - squashed * squashed)
    grad_a = np.concatenate([grad_c * g, grad_c * c, grad_c * i, grad_h * squashed], axis=1)
    # So far those of the gates; now each times its slope, s (1 - s) of sigmoids, 1 - g**2 of tanh.
    slope = gates * (1 - gates)
    slope[:, 2 * g.shape[1] : 3 * g.shape[1]] = 1 - g * g
    grad_a *= slope
    return grad_a, grad_c * f


def _blocks(gates: FloatArray) -> list[FloatArray]:
    d_h = gates.shape[1] // 4
    return [gates[:, k * d_h : (k + 1) * d_h] for k in range(4)]
