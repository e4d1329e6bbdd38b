"""Ten points on a curve, a small network to fit them, and what its slopes cost."""

from typing import Any

import numpy as np

Rng = np.random.Generator
Array = np.ndarray[Any, np.dtype[np.float64]]


def ten_points() -> tuple[Array, Array]:
    """Return ten points on one wave of a sine.

    Returns
    -------
    X : ndarray, shape (10, 2)
        The position of each point, and a column of ones, whose weights are the biases.
    y : ndarray, shape (10, 1)
        The height of each point.

    Examples
    --------
    >>> X, y = ten_points()
    >>> X.shape, y.shape
    ((10, 2), (10, 1))
    """
    x = np.linspace(-1, 1, 10)
    return np.column_stack([x, np.ones(10)]), np.sin(4 * x)[:, None]


def random_weights(rng: Rng, units: int = 8) -> tuple[Array, Array]:
    """Draw the weights of a network with one hidden layer: three for each unit.

    Returns
    -------
    W1 : ndarray, shape (2, units)
    W2 : ndarray, shape (units, 1)

    Examples
    --------
    >>> W1, W2 = random_weights(np.random.default_rng(0))
    >>> W1.size + W2.size
    24
    """
    return rng.normal(size=(2, units)), rng.normal(size=(units, 1))


def predict(X: Array, W1: Array, W2: Array) -> Array:
    """Return the network's predictions, shape (n, 1)."""
    return np.tanh(X @ W1) @ W2


def loss(X: Array, y: Array, W1: Array, W2: Array) -> float:
    """Return the mean squared error of the predictions."""
    return float(np.mean((predict(X, W1, W2) - y) ** 2))


def best_guess(X: Array, y: Array, tries: int, rng: Rng) -> tuple[Array, Array]:
    """Draw all weights ``tries`` times and return those with the smallest loss.

    Examples
    --------
    >>> X, y = ten_points()
    >>> few, many = (best_guess(X, y, n, np.random.default_rng(0)) for n in (10, 1000))
    >>> loss(X, y, *many) < loss(X, y, *few)
    True
    """
    drawn = [random_weights(rng) for _ in range(tries)]
    W1, W2 = (np.stack(weights) for weights in zip(*drawn, strict=True))
    losses = np.mean((np.tanh(X @ W1) @ W2 - y) ** 2, axis=(1, 2))
    return drawn[int(losses.argmin())]


def slopes(X: Array, y: Array, W1: Array, W2: Array) -> tuple[Array, Array]:
    """Return the gradient of the loss for every weight, by one forward and one backward pass."""
    return _slopes(X, y, W1, W2, Counter())


def train(X: Array, y: Array, rng: Rng, rounds: int, lr: float = 0.1) -> tuple[Array, Array]:
    """Return the weights after ``rounds`` rounds of forward, error, backward, update."""
    W1, W2 = random_weights(rng)
    for _ in range(rounds):
        grad_W1, grad_W2 = slopes(X, y, W1, W2)
        W1, W2 = W1 - lr * grad_W1, W2 - lr * grad_W2
    return W1, W2


def promise_and_drop(lr: float, rng: Rng) -> tuple[float, float]:
    """Return how much one step should lower the loss of a fresh network, and how much it does.

    The promise is ``lr`` times the sum of the squares of all slopes.

    Examples
    --------
    >>> promise, drop = promise_and_drop(1e-6, np.random.default_rng(0))
    >>> abs(drop / promise - 1) < 1e-4
    True
    """
    X, y = ten_points()
    W1, W2 = random_weights(rng)
    grad_W1, grad_W2 = slopes(X, y, W1, W2)
    promise = lr * float(np.sum(grad_W1**2) + np.sum(grad_W2**2))
    after = loss(X, y, W1 - lr * grad_W1, W2 - lr * grad_W2)
    return promise, loss(X, y, W1, W2) - after


def difference_slopes(
    X: Array, y: Array, W1: Array, W2: Array, h: float = 1e-6
) -> tuple[Array, Array]:
    """Return the same gradient by nudging one weight after another: one pass each, and one more."""
    return _difference_slopes(X, y, W1, W2, h, Counter())


class Counter:
    """A matrix product that counts the multiplications it takes.

    Examples
    --------
    >>> product = Counter()
    >>> product(np.ones((10, 2)), np.ones((2, 8))).shape, product.count
    ((10, 8), 160)
    """

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, a: Array, b: Array) -> Array:
        """Return ``a @ b``."""
        self.count += a.shape[0] * a.shape[1] * b.shape[1]
        result: Array = a @ b
        return result


def multiplications(X: Array, y: Array, W1: Array, W2: Array) -> tuple[int, int, int]:
    """Count the multiplications in the matrix products of three ways through the network.

    Returns
    -------
    tuple of int
        One forward pass; one backward pass; all slopes by finite differences.

    Examples
    --------
    >>> X, y = ten_points()
    >>> multiplications(X, y, *random_weights(np.random.default_rng(0)))
    (240, 320, 6000)
    """
    forward, both, nudged = Counter(), Counter(), Counter()
    _forward(X, W1, W2, forward)
    _slopes(X, y, W1, W2, both)
    _difference_slopes(X, y, W1, W2, 1e-6, nudged)
    return forward.count, both.count - forward.count, nudged.count


def _forward(X: Array, W1: Array, W2: Array, product: Counter) -> tuple[Array, Array]:
    h = np.tanh(product(X, W1))
    return h, product(h, W2)


def _slopes(X: Array, y: Array, W1: Array, W2: Array, product: Counter) -> tuple[Array, Array]:
    h, p = _forward(X, W1, W2, product)
    grad_p = 2 * (p - y) / p.size
    grad_W2 = product(h.T, grad_p)
    grad_h = product(grad_p, W2.T)
    return product(X.T, grad_h * (1 - h**2)), grad_W2


def _difference_slopes(
    X: Array, y: Array, W1: Array, W2: Array, h: float, product: Counter
) -> tuple[Array, Array]:
    W1, W2 = W1.copy(), W2.copy()

    def loss_now() -> float:
        return float(np.mean((_forward(X, W1, W2, product)[1] - y) ** 2))

    start = loss_now()
    found = np.zeros_like(W1), np.zeros_like(W2)
    for W, grad in zip((W1, W2), found, strict=True):
        for place in np.ndindex(W.shape):
            kept = W[place]
            W[place] = kept + h
            grad[place] = (loss_now() - start) / h
            W[place] = kept
    return found
