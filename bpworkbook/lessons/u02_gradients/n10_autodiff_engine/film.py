"""The engine trains the network of lesson 09: its film, with or without clearing."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised.film import (
    EVERY,
    STEPS,
    learning_scene,
)
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine import engine
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.arrays import (
    forward,
    moons_network,
    tensor_class,
)
from bpworkbook.live import Result
from bpworkbook.live.controls import Value


def learning(lr: float, width: int, clear: bool, seed: int) -> Iterator[Result]:
    """Train three hidden layers on two moons and yield a picture every few steps.

    Parameters
    ----------
    lr : float
        Learning rate.
    width : int
        Units in each hidden layer.
    clear : bool
        Whether gradients are set to 0 before each sweep.
    seed : int
        Of the first weights.

    Examples
    --------
    >>> next(learning(0.3, 8, True, 0)).texts
    {'step': '0', 'loss': '0.62', 'points right': '50 %', 'gradient of layer 1': '0.30'}
    """
    Tensor = tensor_class()
    X, y, layers = moons_network(Tensor, (2, width, width, width, 2), seed)
    params = [p for layer in layers for p in layer]
    losses: list[float] = []
    norms: list[list[float]] = []
    for step in range(STEPS + 1):
        scores = forward(Tensor, X, layers, Tensor.relu)
        loss = scores.cross_entropy(y)
        if clear:
            engine.zero_grad(params)
        loss.backward()
        losses.append(float(loss.data))
        norms.append([_length(W.grad, b.grad) for W, b in layers])
        if step % EVERY == 0:
            right = round(100 * float(np.mean(scores.data.argmax(axis=1) == y)))
            arrays = [(W.data, b.data) for W, b in layers]
            values: dict[str, Value] = {
                "step": step,
                "loss": f"{losses[-1]:.2f}",
                "points right": f"{right} %",
                "gradient of layer 1": f"{norms[-1][0]:.2f}",
            }
            yield Result(partial(learning_scene, X, y, arrays, losses[:], norms[:]), values)
        for p in params:
            p.data = p.data - lr * p.grad


def _length(*arrays: Any) -> float:
    return float(np.sqrt(sum(np.sum(part**2) for part in arrays)))
