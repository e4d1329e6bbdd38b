"""Lesson 04: right answers, each exercise's reference first and then another way to write it."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

Params = list[tuple[Any, Any]]


def step(z: Any) -> Any:
    """Return 1 where z >= 0 and 0 elsewhere: a unit that is on or off."""
    return np.where(z >= 0, 1.0, 0.0)


def relu(z: Any) -> Any:
    return np.maximum(z, 0)


def dense(X: Any, W: Any, b: Any) -> Any:
    return X @ W + b


def dense_einsum(X: Any, W: Any, b: Any) -> Any:
    z = np.einsum("nd,dh->nh", X, W)
    return np.add(b[None, :], z)


def mlp_forward(X: Any, params: Params, f: Callable[[Any], Any]) -> tuple[Any, list[Any]]:
    a, cache = X, []
    for i, (W, b) in enumerate(params):
        cache.append(a)
        z = a @ W + b
        a = f(z) if i < len(params) - 1 else z
    return a, cache


def mlp_last_layer_apart(X: Any, params: Params, f: Callable[[Any], Any]) -> Any:
    inputs = [X]
    for W, b in params[:-1]:
        inputs += [f(np.dot(inputs[-1], W) + b)]
    W, b = params[-1]
    return np.dot(inputs[-1], W) + b, tuple(inputs)


def count_parameters(sizes: list[int]) -> int:
    return sum(d * h + h for d, h in pairwise(sizes))


def count_parameters_by_arrays(sizes: list[int]) -> int:
    total = 0
    for i in range(1, len(sizes)):
        total += np.empty((sizes[i - 1] + 1, sizes[i])).size
    return total


def count_multiplies(n: int, sizes: list[int]) -> int:
    return n * sum(d * h for d, h in pairwise(sizes))


def count_multiplies_layer_by_layer(n: int, sizes: list[int]) -> int:
    total = 0
    for i in range(len(sizes) - 1):
        total += n * sizes[i] * sizes[i + 1]
    return total


def collapse(Ws: list[Any], bs: list[Any]) -> tuple[Any, Any]:
    W, b = Ws[0], bs[0]
    for W_next, b_next in zip(Ws[1:], bs[1:], strict=True):
        W, b = W @ W_next, b @ W_next + b_next
    return W, b


def collapse_by_probing(Ws: list[Any], bs: list[Any]) -> tuple[Any, Any]:
    """Send 0 and the unit vectors through the stack: what comes out is b, and the rows of W + b."""
    d = Ws[0].shape[0]
    out = np.vstack([np.zeros_like(Ws[0], shape=(1, d)), np.eye(d, dtype=Ws[0].dtype)])
    for W, b in zip(Ws, bs, strict=True):
        out = out @ W + b
    return out[1:] - out[0], out[0]
