"""The networks of the lesson: 2-h-1 in named chunks, and the short form with deltas."""

from typing import Any

import numpy as np

from bpworkbook.datasets import xor
from bpworkbook.nn import sigmoid

Cache = dict[str, Any]
Params = tuple[Any, Any, Any, Any]
"""The arrays W1 (2, h), b1 (h,), W2 (h, 1) and b2 (1,)."""

CHUNKS = ("z1", "a1", "z2", "p", "q", "log_p", "log_q", "hit", "miss", "s")
"""What stands between the weights and the loss, in the order in which it is computed."""

X, _labels = xor()
Y = _labels[:, None].astype(float)


def forward_chunks(X: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Cache:
    """Return all that is computed on the way to the loss, by name; the loss is ``-s.mean()``.

    >>> W = np.eye(2)
    >>> cache = forward_chunks(np.array([[1.0, 2.0]]), np.array([[1.0]]),
    ...                        W, np.zeros(2), W[:, :1], np.array([-1.0]))
    >>> cache["z2"].item(), cache["p"].item()
    (0.0, 0.5)
    """
    z1 = X @ W1 + b1
    a1 = np.maximum(z1, 0)
    z2 = a1 @ W2 + b2
    p = sigmoid(z2)
    q = 1 - p
    log_p, log_q = np.log(p), np.log(q)
    hit, miss = y * log_p, (1 - y) * log_q
    return {
        "X": X, "y": y, "W1": W1, "b1": b1, "z1": z1, "a1": a1, "W2": W2, "b2": b2, "z2": z2,
        "p": p, "q": q, "log_p": log_p, "log_q": log_q, "hit": hit, "miss": miss, "s": hit + miss,
    }  # fmt: skip


def backward_chunks(cache: Cache) -> Cache:
    """Return the gradient of the loss with respect to ten chunks and four parameters, by name.

    >>> W = np.eye(2)
    >>> cache = forward_chunks(np.array([[1.0, 2.0]]), np.array([[1.0]]),
    ...                        W, np.zeros(2), W[:, :1], np.array([-1.0]))
    >>> backward_chunks(cache)["z2"].item()
    -0.5
    """
    c, g = cache, {}
    g["s"] = np.full_like(c["s"], -1 / len(c["s"]))
    g["hit"], g["miss"] = g["s"].copy(), g["s"].copy()
    g["log_p"], g["log_q"] = g["hit"] * c["y"], g["miss"] * (1 - c["y"])
    g["q"] = g["log_q"] / c["q"]
    g["p"] = g["log_p"] / c["p"] - g["q"]
    g["z2"] = g["p"] * c["p"] * (1 - c["p"])
    g["W2"], g["b2"] = c["a1"].T @ g["z2"], g["z2"].sum(axis=0)
    g["a1"] = g["z2"] @ c["W2"].T
    g["z1"] = g["a1"] * (c["z1"] > 0)
    g["W1"], g["b1"] = c["X"].T @ g["z1"], g["z1"].sum(axis=0)
    return g


def output_delta(p: Any, y: Any) -> Any:
    """Return the gradient of mean cross-entropy with respect to the sigmoid's input.

    >>> output_delta(np.array([[0.5], [0.75]]), np.array([[1.0], [0.0]])).tolist()
    [[-0.25], [0.375]]
    """
    return (p - y) / len(p)


def hidden_delta(delta: Any, W2: Any, a1: Any) -> Any:
    """Return the gradient at the inputs of tanh units whose outputs are ``a1``.

    >>> hidden_delta(np.array([[2.0]]), np.array([[3.0], [5.0]]), np.array([[0.0, 0.5]])).tolist()
    [[6.0, 7.5]]
    """
    return (delta @ W2.T) * (1 - a1**2)


def new_params(seed: int, hidden: int = 8) -> Params:
    """Return normal weights and zero biases of a 2-h-1 network.

    >>> [part.shape for part in new_params(0)]
    [(2, 8), (8,), (8, 1), (1,)]
    """
    rng = np.random.default_rng(seed)
    W1, W2 = rng.normal(size=(2, hidden)), rng.normal(size=(hidden, 1))
    return W1, np.zeros(hidden), W2, np.zeros(1)


def forward(X: Any, params: Params) -> tuple[Any, Any]:
    """Return the activations of the tanh units and the probabilities.

    >>> a1, p = forward(X, new_params(0))
    >>> a1.shape, p.shape
    ((4, 8), (4, 1))
    """
    W1, b1, W2, b2 = params
    a1 = np.tanh(X @ W1 + b1)
    return a1, sigmoid(a1 @ W2 + b2)


def loss_of(params: Params) -> float:
    """Return the mean cross-entropy on the four points of XOR.

    >>> round(loss_of((np.zeros((2, 3)), np.zeros(3), np.zeros((3, 1)), np.zeros(1))), 4)
    0.6931
    """
    p = forward(X, params)[1]
    return float(-np.log(np.where(Y == 1, p, 1 - p)).mean())


def train_xor(seed: int, lr: float, steps: int) -> Params:
    """Return the weights after ``steps`` steps of gradient descent from ``new_params(seed)``.

    >>> loss_of(train_xor(0, lr=1.0, steps=300)) < 0.05
    True
    """
    W1, b1, W2, b2 = new_params(seed)
    for _ in range(steps):
        a1, p = forward(X, (W1, b1, W2, b2))
        d2 = output_delta(p, Y)
        d1 = hidden_delta(d2, W2, a1)
        W2, b2 = W2 - lr * a1.T @ d2, b2 - lr * d2.sum(axis=0)
        W1, b1 = W1 - lr * X.T @ d1, b1 - lr * d1.sum(axis=0)
    return W1, b1, W2, b2
