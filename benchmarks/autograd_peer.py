"""HIPS autograd as a peer: the same networks as plain NumPy formulas, differentiated by tape."""

from collections.abc import Callable, Sequence
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np

from benchmarks.workloads import Batch, Trainer, Workload
from bpworkbook import nn

Function = Callable[[list[Any], Any], Any]


class Autograd(Trainer):
    """autograd with the updates of SGD and Adam written in NumPy."""

    def __init__(self, workload: Workload, model: nn.Module, batches: Sequence[Batch]) -> None:
        super().__init__(batches)
        self.weights = [np.copy(parameter.data) for parameter in model.parameters()]
        self.lr, self.adam = workload.options["lr"], workload.optimizer == "Adam"
        self.moments = [(np.zeros_like(w), np.zeros_like(w)) for w in self.weights]
        layers, loss = model.children(), LOSSES[workload.loss]

        def value(weights: list[Any], x: Any, y: Any) -> Any:
            rest = list(weights)
            for layer in layers:
                mine, rest = rest[: len(layer.parameters())], rest[len(layer.parameters()) :]
                x = LAYERS[type(layer)](mine, x)
            return loss(x, y)

        self.value_and_grad = autograd.value_and_grad(value)

    def step(self) -> Any:
        """Loss and gradients from the tape, then the update."""
        value, gradients = self.value_and_grad(self.weights, *self.next_batch())
        for weight, gradient, moments in zip(self.weights, gradients, self.moments, strict=True):
            weight -= self.adam_step(gradient, *moments) if self.adam else self.lr * gradient
        return value

    def adam_step(self, gradient: Any, first: Any, second: Any) -> Any:
        """Return what Adam subtracts, with PyTorch's default betas and eps."""
        first += 0.1 * (gradient - first)
        second += 0.001 * (gradient * gradient - second)
        unbiased = first / (1 - 0.9**self.taken)
        return self.lr * unbiased / (np.sqrt(second / (1 - 0.999**self.taken)) + 1e-8)


def lstm(weights: list[Any], x: Any) -> Any:
    """Return the states of an LSTM, all inputs multiplied at once, gates i, f, g, o."""
    W_x, W_h, b = weights
    inputs = anp.dot(x, W_x) + b
    d = W_h.shape[0]
    h = c = np.zeros((x.shape[0], d), x.dtype)
    states = []
    for t in range(x.shape[1]):
        gates = inputs[:, t] + anp.dot(h, W_h)
        i, f, o = (sigmoid(gates[:, k * d : (k + 1) * d]) for k in (0, 1, 3))
        c = f * c + i * anp.tanh(gates[:, 2 * d : 3 * d])
        h = o * anp.tanh(c)
        states.append(h)
    return anp.stack(states, axis=1)


def sigmoid(z: Any) -> Any:
    """Return 1 / (1 + exp(-z)), by way of tanh."""
    return 0.5 * (1 + anp.tanh(0.5 * z))


def cross_entropy(z: Any, labels: Any) -> Any:
    """Return the mean of minus the log-probability of each label."""
    shifted = z - anp.max(z, axis=1, keepdims=True)
    log_sum = anp.log(anp.sum(anp.exp(shifted), axis=1))
    return anp.mean(log_sum - shifted[np.arange(len(labels)), labels])


def bce_with_logits(z: Any, y: Any) -> Any:
    """Return the mean binary cross-entropy of logits."""
    return anp.mean(anp.maximum(z, 0) - z * y + anp.log1p(anp.exp(-anp.abs(z))))


LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "cross_entropy": cross_entropy,
    "bce_with_logits": bce_with_logits,
}
LAYERS: dict[type[nn.Module], Function] = {
    nn.Linear: lambda weights, x: anp.dot(x, weights[0]) + weights[1],
    nn.ReLU: lambda weights, x: anp.maximum(x, 0),
    nn.Tanh: lambda weights, x: anp.tanh(x),
    nn.LSTM: lstm,
    nn.LastStep: lambda weights, x: x[:, -1],
}
