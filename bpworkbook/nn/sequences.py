r"""What the recurrent networks share: their checks, and the work that needs no loop over time.

A sequence is (n, t, d): batch first, then time. Only ``h @ W_h`` must wait for the step before it.
The inputs of all steps meet ``W_x`` in one product, (t * n, d_in) with (d_in, gates * d_h), and the
gradient of each weight is one product too; a loop over steps would make t small ones of each.

Inside, time comes first: then the rows of one step lie together. Gates stand side by side in one
block (n, gates * d_h), in PyTorch's order.
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


def time_first(x: FloatArray) -> FloatArray:
    """Turn a batch of sequences (n, t, d) into rows (t * n, d), step after step.

    >>> time_first(np.array([[[1.0], [2.0]], [[5.0], [6.0]]])).T
    array([[1., 5., 2., 6.]])
    """
    n, t, d = x.shape
    return np.reshape(np.swapaxes(x, 0, 1), (t * n, d))


def batch_first(rows: FloatArray, n: int) -> FloatArray:
    """Turn rows (t * n, d) back into sequences (n, t, d): the inverse of ``time_first``.

    >>> batch_first(np.array([[1.0], [5.0], [2.0], [6.0]]), 2)[0]
    array([[1.],
           [2.]])
    """
    d = rows.shape[1]
    return np.swapaxes(np.reshape(rows, (-1, n, d)), 0, 1)


def all_steps(rows: FloatArray, W: FloatArray, b: FloatArray, n: int) -> FloatArray:
    """Return ``rows @ W + b`` of all steps, one product, as (t, n, columns of W).

    >>> all_steps(np.ones((6, 3)), np.ones((3, 4)), np.zeros(4), 2).shape
    (3, 2, 4)
    """
    a = rows @ W
    a += b
    return np.reshape(a, (-1, n, W.shape[1]))


def column_sums(steps: FloatArray) -> FloatArray:
    """Return the sums over steps and batch of (t, n, k): a product with ones, faster than ``sum``.

    >>> column_sums(np.array([[[1.0, 2.0], [3.0, 4.0]]]))
    array([4., 6.])
    """
    t, n, k = steps.shape
    return np.ones(t * n, steps.dtype, like=steps) @ np.reshape(steps, (t * n, k))


def weight_gradient(grad_a: FloatArray, inputs: FloatArray) -> FloatArray:
    r"""Return the gradient of $W$, given that of $a = \mathrm{input} \cdot W$ at all steps.

    $W$ is the same at every step, so its gradient is a sum over steps and batch. With the steps
    beneath each other as rows, that sum is one product. ``inputs`` is (t, n, d) or (t * n, d).

    >>> weight_gradient(np.ones((3, 2, 1)), np.arange(6.0)[:, None])
    array([[15.]])
    """
    t, n, k = grad_a.shape
    return np.reshape(inputs, (t * n, inputs.shape[-1])).T @ np.reshape(grad_a, (t * n, k))


def input_gradient(grad_a: FloatArray, W_x: FloatArray) -> FloatArray:
    r"""Return the gradient of $x$ (n, t, d_in), given that of $a = x W_x$ at all steps (t, n, k).

    >>> input_gradient(np.ones((3, 2, 4)), np.ones((5, 4))).shape
    (2, 3, 5)
    """
    t, n, k = grad_a.shape
    return batch_first(np.reshape(grad_a, (t * n, k)) @ W_x.T, n)


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
