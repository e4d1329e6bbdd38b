r"""What the recurrent networks share: their checks, and the work that needs no loop over time.

A sequence is (n, t, d): batch first, then time. Inside, time comes first and the batch last,
(t, d, n): then what belongs to one step lies together in memory, and within it each gate, a block
of d_h rows. Gates stand in PyTorch's order.

At each step three things meet weights: the input $x_t$, a one, which meets the bias, and the state
$h_{t-1}$. They stand on top of each other, and so do their weights. Then one product does

$$a_t = x_t W_x + b + h_{t-1} W_h$$

and one product over all steps the gradients of $W_x$, $b$ and $W_h$.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.validation import (
    FloatArray,
    require_count,
    require_floats,
    require_like,
)


def stack_steps(x: FloatArray, h0: FloatArray) -> FloatArray:
    """Return inputs, ones and states on top of each other, (t + 1, d_in + 1 + d_h, n).

    Of the states only the first is filled in, the others by the loop over time. There is one more
    state than there are inputs.

    >>> stack_steps(np.array([[[5.0], [6.0]]]), np.array([[0.0]]))[..., 0]
    array([[5., 1., 0.],
           [6., 1., 1.],
           [1., 1., 1.]])
    """
    n, t, d_in = x.shape
    steps = np.ones((t + 1, d_in + 1 + h0.shape[1], n), x.dtype, like=x)
    steps[:-1, :d_in] = np.transpose(x, (1, 2, 0))
    steps[0, d_in + 1 :] = h0.T
    return steps


def batch_first(steps: FloatArray) -> FloatArray:
    """Turn (t, d, n) back into sequences (n, t, d).

    >>> batch_first(np.ones((9, 3, 2))).shape
    (2, 9, 3)
    """
    return np.transpose(steps, (2, 0, 1))


def weight_gradient(inputs: FloatArray, grad_a: FloatArray) -> FloatArray:
    r"""Return the gradient of $W$ (d, k) where inputs (t, d, n) met it and gave $a$ (t, k, n).

    $W$ is the same at every step, so its gradient is a sum over steps and batch: one product, with
    all steps of all sequences side by side.

    >>> weight_gradient(np.arange(6.0).reshape(3, 1, 2), np.ones((3, 1, 2)))
    array([[15.]])
    """
    (t, d, n), k = inputs.shape, grad_a.shape[1]
    grad = np.zeros((d, k), grad_a.dtype, like=grad_a)
    # Some 512 columns at a time stay in the cache between being laid side by side and multiplied.
    steps = max(1, 512 // n)
    for first in range(0, t, steps):
        piece = slice(first, first + steps)
        grad += _side_by_side(inputs[piece]) @ _side_by_side(grad_a[piece]).T
    return grad


def _side_by_side(steps: FloatArray) -> FloatArray:
    """Turn (t, d, n) into (d, t * n)."""
    return np.reshape(np.swapaxes(steps, 0, 1), (steps.shape[1], -1))


def split_gradient(
    steps: FloatArray, grad_a: FloatArray, d_in: int
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the gradients of ``W_x``, ``W_h`` and ``b``, which met the ``steps`` in one product.

    >>> steps = stack_steps(np.array([[[5.0], [6.0]]]), np.array([[0.0]]))
    >>> split_gradient(steps, np.ones((2, 1, 1)), 1)
    (array([[11.]]), array([[1.]]), array([2.]))
    """
    grad = weight_gradient(steps[:-1], grad_a)
    return grad[:d_in], grad[d_in + 1 :], grad[d_in]


def input_gradient(grad_a: FloatArray, W_x: FloatArray) -> FloatArray:
    r"""Return the gradient of $x$ (n, t, d_in), given that of $a = x W_x$ at all steps (t, k, n).

    >>> input_gradient(np.ones((3, 4, 2)), np.ones((5, 4))).shape
    (2, 3, 5)
    """
    return batch_first(W_x @ grad_a)


def sigmoid_in_place(a: FloatArray) -> None:
    r"""Replace $a$ by $1 / (1 + e^{-a})$.

    >>> a = np.array([-1000.0, 0.0, 1000.0])
    >>> sigmoid_in_place(a)
    >>> a
    array([0. , 0.5, 1. ])
    """
    np.negative(a, out=a)
    # Where it overflows to infinity, the sigmoid becomes 0, as it should.
    with np.errstate(over="ignore"):
        np.exp(a, out=a)
    a += 1
    np.divide(1, a, out=a)


def is_cut(step: int, truncate: int | None) -> bool:
    """Tell whether truncated BPTT lets no gradient pass from ``step`` to the step before it.

    >>> [step for step in range(10) if is_cut(step, 3)]
    [3, 6, 9]
    """
    return truncate is not None and step > 0 and step % truncate == 0


def require_truncate(function: str, truncate: Any) -> None:
    """Refuse all but None and an integer of at least 1.

    >>> require_truncate("rnn_backward", 0)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: rnn_backward: truncate is 0, expected an integer ...
    """
    if truncate is not None:
        require_count(function, "truncate", truncate)


def require_recurrent(
    function: str,
    x: Any,
    axes: tuple[str, ...],
    states: Mapping[str, Any],
    W_x: Any,
    W_h: Any,
    biases: Mapping[str, Any],
    gates: int = 1,
) -> None:
    """Refuse arguments of a recurrent network that are no float arrays or do not fit each other.

    ``axes`` names those of ``x``; ``states`` and ``biases`` hold the arguments of these kinds by
    name; each gate is a block of d_h columns of ``W_x``, ``W_h`` and the biases.

    >>> state, bias = {"h0": np.zeros((2, 4))}, {"b": np.zeros(4)}
    >>> x, axes = np.zeros((2, 9, 3)), ("n", "t", "d_in")
    >>> require_recurrent("rnn_forward", x, axes, state, np.zeros((3, 5)), np.zeros((4, 4)), bias)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: rnn_forward: W_x is (3, 5), expected (d_in, d_h) = (3, 4)
    """
    require_floats(function, "x", x, axes)
    for name, state in states.items():
        require_floats(function, name, state, ("n", "d_h"))
    d_h = next(iter(states.values())).shape[1]
    wide = "d_h" if gates == 1 else f"{gates} * d_h"
    for name, state in states.items():
        _require_size(function, name, state, "(n, d_h)", (x.shape[0], d_h), x)
    for name, W, first, size in (("W_x", W_x, "d_in", x.shape[-1]), ("W_h", W_h, "d_h", d_h)):
        require_floats(function, name, W, (first, wide))
        _require_size(function, name, W, f"({first}, {wide})", (size, gates * d_h), x)
    for name, b in biases.items():
        require_floats(function, name, b, (wide,))
        _require_size(function, name, b, f"({wide},)", (gates * d_h,), x)


def _require_size(
    function: str, name: str, array: Any, axes: str, shape: tuple[int, ...], x: Any
) -> None:
    if array.shape != shape:
        raise ArgumentError(f"{function}: {name} is {array.shape}, expected {axes} = {shape}")
    require_like(function, name, array, shape, x.dtype, "x is")
