"""The network of the lesson: linear layers with ReLU between them, as a list of (W, b)."""

from itertools import pairwise
from typing import Any

import numpy as np

from bpworkbook.nn import (
    cross_entropy_backward,
    cross_entropy_forward,
    linear_backward,
    linear_forward,
    relu_backward,
    relu_forward,
)

Params = list[tuple[Any, Any]]
Caches = list[tuple[Any, Any, Any]]


def mlp_forward(X: Any, params: Params) -> tuple[Any, Caches]:
    """Return the scores (n, classes) and one cache ``(x, W, z)`` for each layer.

    >>> W, b = np.eye(2), np.zeros(2)
    >>> scores, caches = mlp_forward(np.array([[1.0, -2.0]]), [(W, b), (W, b)])
    >>> scores, len(caches)
    (array([[1., 0.]]), 2)
    """
    caches, a = [], X
    for W, b in params:
        x = a
        z, _ = linear_forward(x, W, b)
        caches.append((x, W, z))
        a, _ = relu_forward(z)
    return z, caches


def softmax_ce_backward(Z: Any, labels: Any) -> Any:
    """Return the gradient of the mean cross-entropy with respect to the scores ``Z``.

    >>> softmax_ce_backward(np.zeros((1, 2)), np.array([0]))
    array([[-0.5,  0.5]])
    """
    _, cache = cross_entropy_forward(Z, labels)
    return cross_entropy_backward(cache)


def mlp_backward(grad_out: Any, caches: Caches) -> list[tuple[Any, Any]]:
    """Return ``(grad_W, grad_b)`` for each layer, first layer first.

    >>> W, b = np.eye(2), np.zeros(2)
    >>> _, caches = mlp_forward(np.array([[1.0, -2.0]]), [(W, b), (W, b)])
    >>> [grad_b.tolist() for _, grad_b in mlp_backward(np.array([[1.0, 1.0]]), caches)]
    [[1.0, 0.0], [1.0, 1.0]]
    """
    grads: list[tuple[Any, Any]] = []
    for depth, (x, W, z) in reversed(list(enumerate(caches))):
        if depth < len(caches) - 1:
            grad_out = relu_backward(grad_out, z)
        grad_out, grad_W, grad_b = linear_backward(grad_out, (x, W))
        grads.insert(0, (grad_W, grad_b))
    return grads


def train_step(params: Params, X: Any, y: Any, lr: float) -> Params:
    """Return the parameters after one step of gradient descent on the cross-entropy.

    >>> params = [(np.zeros((1, 2)), np.zeros(2))]
    >>> train_step(params, np.array([[1.0]]), np.array([0]), lr=1.0)[0][1]
    array([ 0.5, -0.5])
    """
    scores, caches = mlp_forward(X, params)
    grads = mlp_backward(softmax_ce_backward(scores, y), caches)
    return [
        (W - lr * grad_W, b - lr * grad_b)
        for (W, b), (grad_W, grad_b) in zip(params, grads, strict=True)
    ]


def new_params(sizes: tuple[int, ...], rng: np.random.Generator) -> Params:
    """Return He-initialised weights and small non-zero biases.

    The biases are not zero, since zeros can hide a wrong gradient.

    >>> [W.shape for W, b in new_params((4, 3, 2), np.random.default_rng(0))]
    [(4, 3), (3, 2)]
    """
    return [
        (rng.normal(size=(i, o)) * np.sqrt(2 / i), rng.normal(size=o) * 0.1)
        for i, o in pairwise(sizes)
    ]


def example_norms(x: Any, grad_out: Any) -> Any:
    """Return the squared length of each example's own weight gradient, shape (n,).

    Example i alone has the weight gradient ``outer(x[i], grad_out[i])``; its squared length is the
    product of two squared lengths (Goodfellow 2015, arXiv:1510.01799, section 4).

    >>> example_norms(np.array([[1.0, 2.0]]), np.array([[3.0]]))
    array([45.])
    """
    return (x**2).sum(axis=1) * (grad_out**2).sum(axis=1)


def example_norms_loop(x: Any, grad_out: Any) -> Any:
    """Return the same numbers as ``example_norms``, one multiplication at a time.

    >>> example_norms_loop(np.array([[1.0, 2.0]]), np.array([[3.0]]))
    array([45.])
    """
    norms = np.zeros_like(x[:, 0])
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            for k in range(grad_out.shape[1]):
                norms[i] += (x[i, j] * grad_out[i, k]) ** 2
    return norms
