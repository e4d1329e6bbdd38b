"""Six training loops with one fault each, and what one step of a loop gives away."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n08_backprop_by_hand.network import (
    Params,
    X,
    Y,
    forward,
    hidden_delta,
    output_delta,
)

Deltas = tuple[Any, Any]
Report = dict[str, float]
NAMES = ("W1", "b1", "W2", "b2")
FAST, SLOW = 0.5, 0.0001


def right(params: Params, lr: float) -> Deltas:
    """Return the deltas of hidden and output layer, without a fault."""
    a1, p = forward(X, params)
    d2 = output_delta(p, Y)
    return hidden_delta(d2, params[2], a1), d2


def _sign(params: Params, lr: float) -> Deltas:
    d1, d2 = right(params, lr)
    return -d1, -d2


def _mean(params: Params, lr: float) -> Deltas:
    d1, d2 = right(params, lr)
    return len(X) * d1, len(X) * d2


def _fused(params: Params, lr: float) -> Deltas:
    a1, p = forward(X, params)
    d2 = output_delta(p, Y) * p * (1 - p)
    return hidden_delta(d2, params[2], a1), d2


def _slope(params: Params, lr: float) -> Deltas:
    a1, p = forward(X, params)
    d2 = output_delta(p, Y)
    return hidden_delta(d2, params[2], np.tanh(a1)), d2


def _order(params: Params, lr: float) -> Deltas:
    # The hidden layer goes first, with the delta of the round before: at the start there is none.
    d1, d2 = right(params, lr)
    return 0 * d1, d2


def _update(params: Params, lr: float) -> Deltas:
    a1, p = forward(X, params)
    d2 = output_delta(p, Y)
    return hidden_delta(d2, params[2] - lr * a1.T @ d2, a1), d2


LOOPS: dict[str, Callable[[Params, float], Deltas]] = {
    "sign": _sign,
    "mean": _mean,
    "fused": _fused,
    "slope": _slope,
    "order": _order,
    "update": _update,
}
"""The first step of each faulty loop, by the name of its fault."""


def report(fault: str, params: Params, lr: float) -> Report:
    """Return how far one step moves each array, as a multiple of what is right.

    It is the part of the move that lies along the right one, so 1 means right and -1 uphill.

    >>> report("sign", some_params(np.random.default_rng(0)), FAST)
    {'W1': -1.0, 'b1': -1.0, 'W2': -1.0, 'b2': -1.0}
    """
    wanted = _gradients(params, *right(params, lr))
    moved = _gradients(params, *LOOPS[fault](params, lr))
    ratios = (
        float((a * b).sum() / (a * a).sum()) + 0.0 for a, b in zip(wanted, moved, strict=True)
    )
    return {name: round(ratio, 3) for name, ratio in zip(NAMES, ratios, strict=True)}


def some_params(rng: np.random.Generator) -> Params:
    """Draw a 2-4-1 network on which each of the six faults is plain to see.

    >>> [part.shape for part in some_params(np.random.default_rng(0))]
    [(2, 4), (4,), (4, 1), (1,)]
    """
    while True:
        W1, b1, W2, b2 = (rng.normal(size=shape) for shape in ((2, 4), (4,), (4, 1), (1,)))
        params = W1, b1, W2, b2
        if _is_plain(params):
            return params


def _is_plain(params: Params) -> bool:
    seen = {fault: report(fault, params, FAST).values() for fault in ("fused", "slope", "update")}
    hidden = [ratio for fault in ("slope", "update") for ratio in list(seen[fault])[:2]]
    small = all(0.02 < ratio < 0.3 for ratio in seen["fused"])
    return small and all(0.4 < ratio < 3 and abs(ratio - 1) > 0.05 for ratio in hidden)


def _gradients(params: Params, d1: Any, d2: Any) -> tuple[Any, ...]:
    a1 = forward(X, params)[0]
    return X.T @ d1, d1.sum(axis=0), a1.T @ d2, d2.sum(axis=0)


def name_fault(fast: Report, slow: Report) -> str:
    """Return the fault of a loop, from the reports of one step at a large and a tiny rate.

    >>> right = {"W1": 1.0, "b1": 1.0, "W2": 1.0, "b2": 1.0}
    >>> name_fault({**right, "W1": 0.0, "b1": 0.0}, {**right, "W1": 0.0, "b1": 0.0})
    'order'
    """
    if fast["W2"] < 0:
        return "sign"
    if fast["W2"] > 3.9:
        return "mean"
    if fast["W2"] < 0.9:
        return "fused"
    if fast["W1"] == 0:
        return "order"
    return "update" if abs(slow["W1"] - 1) < 0.01 else "slope"
