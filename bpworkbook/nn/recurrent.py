r"""The plain recurrent network, one step of it and a whole sequence.

$$h_t = \tanh(x_t W_x + h_{t-1} W_h + b)$$

This is PyTorch's ``RNN`` with tanh: ``W_x`` is its ``weight_ih_l0`` transposed, ``W_h`` its
``weight_hh_l0`` transposed, and ``b`` the sum of its two biases, of which one is enough.

Going back, each step receives the gradient of its state from two sides: from the loss at this step,
and from the next step. That is backpropagation through time (BPTT). Truncated BPTT cuts the second
path every ``truncate`` steps. The state itself is still carried across the cut; only what happened
before it can no longer be blamed.
"""

from typing import NamedTuple

import numpy as np

from bpworkbook.nn.caches import cache_of
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


class RNNStepCache(NamedTuple):
    """What ``rnn_step_backward`` needs."""

    x: FloatArray
    h: FloatArray
    h_next: FloatArray
    W_x: FloatArray
    W_h: FloatArray


class RNNCache(NamedTuple):
    """What ``rnn_backward`` needs: inputs and states as from ``stack_steps``, and the weights."""

    steps: FloatArray
    W_x: FloatArray
    W_h: FloatArray


def rnn_step_forward(
    x: FloatArray, h: FloatArray, W_x: FloatArray, W_h: FloatArray, b: FloatArray
) -> tuple[FloatArray, RNNStepCache]:
    r"""Take one step: a new state from the input and the state before.

    $$h' = \tanh(x W_x + h W_h + b)$$

    Parameters
    ----------
    x : array (n, d_in), float32 or float64
        The input of this step, one sequence a row.
    h : array (n, d_h), dtype of ``x``
        The state before.
    W_x : array (d_in, d_h), dtype of ``x``
        The weights of the input.
    W_h : array (d_h, d_h), dtype of ``x``
        The weights of the state.
    b : array (d_h,), dtype of ``x``
        The bias.

    Returns
    -------
    h_next : array (n, d_h), dtype of ``x``
        The state after.
    cache : RNNStepCache
        What ``rnn_step_backward`` needs.

    Raises
    ------
    ArgumentError
        If an argument is not a non-empty float array, or shapes or dtypes do not fit.

    References
    ----------
    Elman (1990), Finding structure in time.

    Examples
    --------
    >>> h, cache = rnn_step_forward(
    ...     np.array([[1.0]]), np.array([[0.5]]), np.array([[1.0]]), np.array([[-2.0]]), np.zeros(1)
    ... )
    >>> h
    array([[0.]])
    """
    require_recurrent("rnn_step_forward", x, ("n", "d_in"), {"h": h}, W_x, W_h, {"b": b})
    h_next = np.tanh(x @ W_x + h @ W_h + b)
    return h_next, RNNStepCache(x, h, h_next, W_x, W_h)


@cache_of("rnn_step_forward")
def rnn_step_backward(
    grad_out: FloatArray, cache: RNNStepCache
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    r"""Carry the gradient of the loss back through one step.

    With $a$ for the argument of tanh and $G$ for ``grad_out``:

    $$\frac{\partial L}{\partial a} = G \odot (1 - h'^2), \qquad
      \frac{\partial L}{\partial h} = \frac{\partial L}{\partial a} W_h^\top, \qquad
      \frac{\partial L}{\partial W_h} = h^\top \frac{\partial L}{\partial a}$$

    and the same with $x$ for $h$.

    Parameters
    ----------
    grad_out : array (n, d_h)
        Gradient with respect to ``h_next``, of its shape and dtype.
    cache : RNNStepCache
        From ``rnn_step_forward``.

    Returns
    -------
    grad_x, grad_h, grad_W_x, grad_W_h, grad_b : arrays
        Each of the shape of what it belongs to.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than ``h_next`` had.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> h, cache = rnn_step_forward(one, one, one, -one, np.zeros(1))
    >>> rnn_step_backward(one, cache)[1]
    array([[-1.]])
    """
    require_cache("rnn_step_backward", cache, 5, "rnn_step_forward")
    x, h, h_next, W_x, W_h = cache
    require_like("rnn_step_backward", "grad_out", grad_out, h.shape, h.dtype, "h_next was")
    grad_a = grad_out * (1 - h_next * h_next)
    return grad_a @ W_x.T, grad_a @ W_h.T, x.T @ grad_a, h.T @ grad_a, np.sum(grad_a, axis=0)


def rnn_forward(
    x: FloatArray, h0: FloatArray, W_x: FloatArray, W_h: FloatArray, b: FloatArray
) -> tuple[FloatArray, RNNCache]:
    r"""Run the recurrent network over whole sequences.

    $$h_t = \tanh(x_t W_x + h_{t-1} W_h + b), \qquad t = 1, \ldots$$

    Parameters
    ----------
    x : array (n, t, d_in), float32 or float64
        A batch of n sequences of t steps.
    h0 : array (n, d_h), dtype of ``x``
        The state before the first step; zeros where nothing came before.
    W_x : array (d_in, d_h), dtype of ``x``
        The weights of the input.
    W_h : array (d_h, d_h), dtype of ``x``
        The weights of the state.
    b : array (d_h,), dtype of ``x``
        The bias.

    Returns
    -------
    out : array (n, t, d_h), dtype of ``x``
        The states of all steps; the last is ``out[:, -1]``.
    cache : RNNCache
        What ``rnn_backward`` needs.

    Raises
    ------
    ArgumentError
        If an argument is not a non-empty float array, or shapes or dtypes do not fit.

    References
    ----------
    Elman (1990), Finding structure in time.

    Examples
    --------
    >>> x, one = np.ones((2, 5, 1)), np.ones((1, 1))
    >>> out, cache = rnn_forward(x, np.zeros((2, 1)), one, one, np.zeros(1))
    >>> out[0].T.round(3)
    array([[0.762, 0.943, 0.96 , 0.961, 0.961]])
    """
    require_recurrent("rnn_forward", x, ("n", "t", "d_in"), {"h0": h0}, W_x, W_h, {"b": b})
    steps, W = stack_steps(x, h0), np.concatenate([W_x, b[None], W_h])
    h = steps[:, x.shape[2] + 1 :]
    for step in range(x.shape[1]):
        np.tanh(W.T @ steps[step], out=h[step + 1])
    return batch_first(h[1:]), RNNCache(steps, W_x, W_h)


@cache_of("rnn_forward")
def rnn_backward(
    grad_out: FloatArray, cache: RNNCache, truncate: int | None = None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    r"""Carry the gradients of the loss back through time.

    With $a_t$ for the argument of tanh at step $t$ and $G_t$ for the gradient from outside:

    $$\frac{\partial L}{\partial h_t} = G_t + \frac{\partial L}{\partial a_{t+1}} W_h^\top, \qquad
      \frac{\partial L}{\partial a_t} = \frac{\partial L}{\partial h_t} \odot (1 - h_t^2), \qquad
      \frac{\partial L}{\partial W_h} = \sum_t h_{t-1}^\top \frac{\partial L}{\partial a_t}$$

    Parameters
    ----------
    grad_out : array (n, t, d_h)
        Gradient with respect to ``out``, of its shape and dtype. Where only the last state is used,
        it is zero but for ``grad_out[:, -1]``.
    cache : RNNCache
        From ``rnn_forward``.
    truncate : int, optional
        Cut the path through time before each step whose number, from 0, this divides. PyTorch does
        the same where ``h`` is detached after every ``truncate`` steps. Without it: full BPTT.

    Returns
    -------
    grad_x, grad_h0, grad_W_x, grad_W_h, grad_b : arrays
        Each of the shape of what it belongs to.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than ``out``, or ``truncate`` is no integer of at
        least 1.

    References
    ----------
    Werbos (1990), Backpropagation through time: what it does and how to do it. Williams and Peng
    (1990), An efficient gradient-based algorithm for on-line training of recurrent network
    trajectories, for the truncated form.

    Examples
    --------
    >>> x, one = np.zeros((1, 3, 1)), np.ones((1, 1))
    >>> out, cache = rnn_forward(x, np.zeros((1, 1)), one, 2 * one, np.zeros(1))
    >>> rnn_backward(np.array([[[0.0], [0.0], [1.0]]]), cache)[0].T
    array([[[4.],
            [2.],
            [1.]]])
    """
    grad_a, grads = _through_time(grad_out, cache, truncate)
    return input_gradient(grad_a, cache.W_x), *grads


@cache_of("rnn_forward")
def rnn_backward_parameters(
    grad_out: FloatArray, cache: RNNCache, truncate: int | None = None
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the gradients of ``rnn_backward`` but that of ``x``; a first layer needs no more.

    >>> x, one = np.zeros((1, 3, 1)), np.ones((1, 1))
    >>> out, cache = rnn_forward(x, np.zeros((1, 1)), one, 2 * one, np.zeros(1))
    >>> rnn_backward_parameters(np.array([[[0.0], [0.0], [1.0]]]), cache)[-1]
    array([7.])
    """
    return _through_time(grad_out, cache, truncate)[1]


def _through_time(
    grad_out: FloatArray, cache: RNNCache, truncate: int | None
) -> tuple[FloatArray, tuple[FloatArray, FloatArray, FloatArray, FloatArray]]:
    """Return the gradient of the arguments of tanh (t, d_h, n), then the others."""
    require_cache("rnn_backward", cache, 3, "rnn_forward")
    steps, W_x, W_h = cache
    d_in = W_x.shape[0]
    h = steps[1:, d_in + 1 :]
    t, d_h, n = h.shape
    require_like("rnn_backward", "grad_out", grad_out, (n, t, d_h), h.dtype, "out was")
    require_truncate("rnn_backward", truncate)
    # The slopes of tanh; the loop turns those of each step into the gradient of a, in place.
    grad_a = 1 - h * h
    grad_h = np.zeros_like(h[0])
    for step in reversed(range(t)):
        grad_a[step] *= grad_out[:, step].T + grad_h
        grad_h = W_h @ grad_a[step]
        if is_cut(step, truncate):
            grad_h = np.zeros_like(grad_h)
    return grad_a, (grad_h.T, *split_gradient(steps, grad_a, d_in))
