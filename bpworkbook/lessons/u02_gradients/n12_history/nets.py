"""The networks of 1986: two layers of logistic units, squared error, whole sweeps, momentum.

Every function takes one network or many side by side: with ``seeds`` starts each array has one
axis more in front, and one sweep trains them all.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from bpworkbook.nn import sigmoid

Params = tuple[Any, Any, Any, Any]


def xor_table() -> tuple[Any, Any]:
    """Return the four rows of XOR, X (4, 2), and their targets, Y (4, 1).

    Examples
    --------
    >>> xor_table()[1].ravel().tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    X = np.array(list(product((0.0, 1.0), repeat=2)))
    return X, (X.sum(axis=1, keepdims=True) == 1).astype(float)


def symmetry_table() -> tuple[Any, Any]:
    """Return all 64 patterns of six bits, X (64, 6), and whether each is its own mirror image.

    Examples
    --------
    >>> X, Y = symmetry_table()
    >>> X.shape, int(Y.sum())
    ((64, 6), 8)
    """
    X = np.array(list(product((0.0, 1.0), repeat=6)))
    mirrored = X[:, ::-1]
    return X, (mirrored == X).all(axis=1, keepdims=True).astype(float)


def encoder_table(size: int = 8) -> tuple[Any, Any]:
    """Return ``size`` patterns with a single 1, which are also their own targets."""
    return np.eye(size), np.eye(size)


def start(sizes: Sequence[int], seed: int, spread: float = 0.3) -> Params:
    """Return weights and biases of a net of three layers, uniform from -spread to spread.

    Parameters
    ----------
    sizes : sequence of three int
        Inputs, hidden units, outputs.
    seed : int
    spread : float

    Examples
    --------
    >>> [part.shape for part in start((8, 3, 8), seed=0)]
    [(8, 3), (3,), (3, 8), (8,)]
    """
    rng = np.random.default_rng(seed)
    d, h, k = sizes
    shapes = ((d, h), (h,), (h, k), (k,))
    W1, b1, W2, b2 = (rng.uniform(-spread, spread, size=shape) for shape in shapes)
    return W1, b1, W2, b2


def starts(sizes: Sequence[int], seeds: Sequence[int], spread: float = 0.3) -> Params:
    """Return the starts of several seeds side by side; biases get an axis for the examples.

    Examples
    --------
    >>> [part.shape for part in starts((8, 3, 8), range(10))]
    [(10, 8, 3), (10, 1, 3), (10, 3, 8), (10, 1, 8)]
    """
    W1, b1, W2, b2 = map(np.stack, zip(*(start(sizes, s, spread) for s in seeds), strict=True))
    return W1, b1[:, None], W2, b2[:, None]


def forward(params: Params, X: Any) -> tuple[Any, Any]:
    """Return hidden values and outputs for X (n, d)."""
    W1, b1, W2, b2 = params
    h = sigmoid(X @ W1 + b1)
    return h, sigmoid(h @ W2 + b2)


def error(params: Params, X: Any, Y: Any) -> Any:
    """Return the error of 1986, half the sum of the squared differences; one for each network."""
    return ((forward(params, X)[1] - Y) ** 2).sum(axis=(-2, -1)) / 2


def gradients(params: Params, X: Any, Y: Any) -> Params:
    """Return the slopes of the error for W1, b1, W2, b2, each in the shape of its parameter."""
    _, b1, W2, b2 = params
    h, p = forward(params, X)
    grad_z2 = (p - Y) * p * (1 - p)
    grad_z1 = (grad_z2 @ W2.swapaxes(-1, -2)) * h * (1 - h)
    sums = (
        np.swapaxes(X, -1, -2) @ grad_z1,
        grad_z1.sum(axis=-2),
        h.swapaxes(-1, -2) @ grad_z2,
        grad_z2.sum(axis=-2),
    )
    return sums[0], sums[1].reshape(b1.shape), sums[2], sums[3].reshape(b2.shape)


def training(
    params: Params, X: Any, Y: Any, sweeps: int, lr: float, momentum: float = 0.0
) -> Iterator[Params]:
    """Yield the parameters before the first sweep and after every one.

    The step of 1986: each change is ``-lr`` times the slope plus ``momentum`` times the change
    before it.

    Examples
    --------
    >>> X, Y = xor_table()
    >>> *_, last = training(starts((2, 2, 1), range(4)), X, Y, sweeps=3, lr=0.5)
    >>> error(last, X, Y).shape
    (4,)
    """
    changes = tuple(np.zeros_like(part) for part in params)
    yield params
    for _ in range(sweeps):
        slopes = gradients(params, X, Y)
        changes = tuple(momentum * c - lr * g for c, g in zip(changes, slopes, strict=True))
        W1, b1, W2, b2 = (part + c for part, c in zip(params, changes, strict=True))
        params = W1, b1, W2, b2
        yield params


def right_by_half(params: Params, X: Any, Y: Any) -> Any:
    """Return whether every output of a network is on the right side of one half."""
    return ((forward(params, X)[1] > 0.5) == (Y > 0.5)).all(axis=(-2, -1))
