"""Bare NumPy as a peer: the formulas of a step one below the other, and nothing else.

No argument is looked at, there are no layers, and only this network can be trained. What our
library takes beyond it is what checks, layers and optimisers cost.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from benchmarks.workloads import Batch, Trainer, Workload
from bpworkbook import nn


class Bare(Trainer):
    """Two linear layers, ReLU or tanh between them, plain SGD."""

    def __init__(self, workload: Workload, model: nn.Module, batches: Sequence[Batch]) -> None:
        super().__init__(batches)
        first, gate, last = model.children()
        self.weights = [np.copy(p.data) for layer in (first, last) for p in layer.parameters()]
        self.activation = ACTIVATIONS[type(gate)]
        self.loss, self.lr = LOSSES[workload.loss], workload.options["lr"]

    def step(self) -> Any:
        """Forward, loss, backward, update."""
        x, y = self.next_batch()
        W1, b1, W2, b2 = self.weights
        z = np.dot(x, W1)
        z += b1
        a, slope = self.activation(z)
        scores = np.dot(a, W2)
        scores += b2
        loss, grad_scores = self.loss(scores, y)
        grad_z = np.dot(grad_scores, W2.T)
        grad_z *= slope
        W2 -= self.lr * np.dot(a.T, grad_scores)
        b2 -= self.lr * np.add.reduce(grad_scores, axis=0)
        W1 -= self.lr * np.dot(x.T, grad_z)
        b1 -= self.lr * np.add.reduce(grad_z, axis=0)
        return loss


def relu(z: Any) -> tuple[Any, Any]:
    """Return max(z, 0) and its slope."""
    return np.maximum(z, np.zeros_like(z)), (z > 0).astype(z.dtype)


def tanh(z: Any) -> tuple[Any, Any]:
    """Return tanh(z) and its slope."""
    a = np.tanh(z)
    return a, 1 - a * a


def cross_entropy(z: Any, labels: Any) -> tuple[Any, Any]:
    """Return the mean of minus the log-probability of each label, and its gradient."""
    rows, n = np.arange(len(labels)), len(labels)
    log_p = z - np.maximum.reduce(z, axis=1, keepdims=True)
    log_p -= np.log(np.add.reduce(np.exp(log_p), axis=1, keepdims=True))
    grad = np.exp(log_p)
    grad[rows, labels] -= 1
    grad /= n
    return -np.add.reduce(log_p[rows, labels]) / n, grad


def bce_with_logits(z: Any, y: Any) -> tuple[Any, Any]:
    """Return the mean binary cross-entropy of logits, and its gradient."""
    terms = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
    grad = (1 / (1 + np.exp(-z)) - y) / z.size
    return np.add.reduce(terms, axis=None) / z.size, grad


Two = Callable[..., tuple[Any, Any]]
ACTIVATIONS: dict[type[nn.Module], Two] = {nn.ReLU: relu, nn.Tanh: tanh}
LOSSES: dict[str, Two] = {"cross_entropy": cross_entropy, "bce_with_logits": bce_with_logits}
