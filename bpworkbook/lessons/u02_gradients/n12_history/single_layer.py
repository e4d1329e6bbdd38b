"""What one layer of weights can learn: the rules of 1958 and 1960, and the order of parity."""

from itertools import combinations, product
from typing import Any

import numpy as np


def perceptron_rule(X: Any, Y: Any, sweeps: int, seed: int) -> int:
    """Train a threshold unit by the rule of 1958 and return the most rows it ever had right.

    Examples
    --------
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> perceptron_rule(X, np.array([[0.0], [1.0], [1.0], [1.0]]), sweeps=50, seed=0)
    4
    """
    rows = np.column_stack([X, np.ones(len(X))])
    weights = np.random.default_rng(seed).uniform(-0.3, 0.3, size=rows.shape[1])
    most = 0
    for _ in range(sweeps):
        most = max(most, int(np.sum((rows @ weights >= 0) == (Y[:, 0] == 1))))
        for row, target in zip(rows, Y[:, 0], strict=True):
            weights += (target - float(row @ weights >= 0)) * row
    return most


def delta_rule(X: Any, Y: Any, sweeps: int, seed: int, lr: float = 0.1) -> Any:
    """Train a linear unit by the rule of 1960 and return its outputs, (n,).

    Examples
    --------
    >>> X = np.array([[0.0], [1.0]])
    >>> delta_rule(X, np.array([[0.0], [1.0]]), sweeps=500, seed=0).round(2).tolist()
    [0.0, 1.0]
    """
    rows = np.column_stack([X, np.ones(len(X))])
    weights = np.random.default_rng(seed).uniform(-0.3, 0.3, size=rows.shape[1])
    for _ in range(sweeps):
        weights -= lr * rows.T @ (rows @ weights - Y[:, 0])
    return rows @ weights


def parity_explained(bits: int) -> dict[int, float]:
    """Return how much of parity is explained by looking at 1, 2, ... bits at a time.

    Every group of up to so many bits gets a detector for "all of these are on", and one layer of
    weights reads them. What it explains is the best possible share of the variance.

    Examples
    --------
    >>> {order: round(share, 2) for order, share in parity_explained(2).items()}
    {1: 0.0, 2: 1.0}
    """
    X = np.array(list(product((0, 1), repeat=bits)))
    parity = X.sum(axis=1) % 2
    shares = {}
    for order in range(1, bits + 1):
        groups = [g for size in range(order + 1) for g in combinations(range(bits), size)]
        detectors = np.column_stack([X[:, list(g)].all(axis=1) for g in groups]).astype(float)
        weights, *_ = np.linalg.lstsq(detectors, parity, rcond=None)
        left = np.var(parity - detectors @ weights)
        shares[order] = abs(float(1 - left / np.var(parity)))
    return shares
