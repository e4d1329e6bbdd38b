r"""One step of an LSTM, and the pieces that the whole sequence of ``lstm.py`` takes from it.

The cell $c$ is passed on by a sum, so on the way back its gradient is multiplied by the forget gate
alone, not by a matrix; with $f$ near 1 it neither vanishes nor explodes.

The gates stand side by side in the columns of ``W_x``, ``W_h`` and ``b``, in PyTorch's order i, f,
g, o. ``W_x`` is its ``weight_ih_l0`` transposed, ``W_h`` its ``weight_hh_l0`` transposed, and
``b`` the sum of its two biases, of which one is enough.
"""

from typing import NamedTuple

import numpy as np

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.sequences import require_recurrent, sigmoid_in_place
from bpworkbook.nn.validation import FloatArray, require_cache, require_like


class LSTMStepCache(NamedTuple):
    """What ``lstm_step_backward`` needs; ``gates`` is (4, d_h, n), ``squashed`` tanh(c_next.T)."""

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
    gates = np.reshape(a.T, (4, h.shape[1], h.shape[0]))
    h_next, c_next, squashed = np.empty_like(c.T), np.empty_like(c.T), np.empty_like(c.T)
    lstm_cell(gates, c.T, (h_next, c_next, squashed))
    return (h_next.T, c_next.T), LSTMStepCache(x, h, c, gates, squashed, W_x, W_h)


@cache_of("lstm_step_forward")
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
    slopes, through = lstm_slopes(gates, c.T, squashed)
    grad_c = lstm_cell_backward(grad_h.T, grad_c.T, slopes, through, gates[1]).T
    grad_a = np.reshape(slopes, (W_h.shape[1], h.shape[0])).T
    grad_b = np.sum(grad_a, axis=0)
    return grad_a @ W_x.T, grad_a @ W_h.T, grad_c, x.T @ grad_a, h.T @ grad_a, grad_b


def lstm_cell(
    gates: FloatArray, c: FloatArray, out: tuple[FloatArray, FloatArray, FloatArray]
) -> None:
    """Fill ``out`` with the new state, the new cell and its tanh, each (d_h, n).

    ``gates`` (4, d_h, n) comes with what goes into the gates and leaves as the gates.

    >>> gates, c, out = np.zeros((4, 1, 1)), np.ones((1, 1)), np.empty((3, 1, 1))
    >>> lstm_cell(gates, c, (out[0], out[1], out[2]))
    >>> gates[:, 0, 0], out[1]
    (array([0.5, 0.5, 0. , 0.5]), array([[0.5]]))
    """
    h_next, c_next, squashed = out
    i, f, g, o = _four(gates)
    sigmoid_in_place(gates[:2])
    np.tanh(g, out=g)
    sigmoid_in_place(o)
    np.multiply(f, c, out=c_next)
    c_next += i * g
    np.tanh(c_next, out=squashed)
    np.multiply(o, squashed, out=h_next)


def lstm_slopes(
    gates: FloatArray, c: FloatArray, squashed: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return what the gradients will be multiplied by; all of it is known before they come.

    For ``gates`` (4, d_h, n), or (t, 4, d_h, n) of all steps at once, the first result has the
    same shape: what leads from the arguments of i, f and g to c', and from that of o to h'. The
    second leads from c' to h'.

    >>> one, gates = np.ones((1, 1)), np.array([0.5, 0.5, 0.0, 0.5]).reshape(4, 1, 1)
    >>> lstm_slopes(gates, one, one)[0][:, 0, 0]
    array([0.  , 0.25, 0.5 , 0.25])
    """
    i, _, g, o = _four(gates)
    slopes = 1 - gates
    slopes *= gates
    slopes[..., 0, :, :] *= g
    slopes[..., 1, :, :] *= c
    slopes[..., 2, :, :] = i * (1 - g * g)
    slopes[..., 3, :, :] *= squashed
    through = 1 - squashed * squashed
    through *= o
    return slopes, through


def lstm_cell_backward(
    grad_h: FloatArray, grad_c: FloatArray, slopes: FloatArray, through: FloatArray, f: FloatArray
) -> FloatArray:
    """Return the gradient of the cell before, and turn ``slopes`` into the gradient of ``a``.

    ``slopes`` and ``through`` come from ``lstm_slopes``; ``f`` is the forget gate.

    >>> one, slopes = np.ones((1, 1)), np.ones((4, 1, 1))
    >>> lstm_cell_backward(2 * one, one, slopes, one, 0.5 * one), slopes[:, 0, 0]
    (array([[1.5]]), array([3., 3., 3., 2.]))
    """
    grad_c = grad_c + grad_h * through
    slopes[:3] *= grad_c
    slopes[3] *= grad_h
    return grad_c * f


def _four(gates: FloatArray) -> list[FloatArray]:
    return [gates[..., k, :, :] for k in range(4)]
