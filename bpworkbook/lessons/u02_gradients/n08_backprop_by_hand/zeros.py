"""Experiment E08.3: a gradient check at zero biases, and what it cannot see."""

from typing import Any

import numpy as np

from bpworkbook.figures import Dots, Levels, Panel, Scene
from bpworkbook.figures.scene_marks import Mark
from bpworkbook.lessons.u02_gradients.n08_backprop_by_hand.network import X, Y
from bpworkbook.live import Result
from bpworkbook.live.controls import Value
from bpworkbook.nn import bce_with_logits, numerical_gradient, relative_error, sigmoid

FAULTS = (
    "none",
    "hidden slope without b1",
    "error without b2",
    "minus forgotten",
    "mean forgotten",
)
ARRAYS = ("W1", "b1", "W2", "b2")
NETS, AGREES, FLOOR = 5, 1e-6, 1e-13


def backward(fault: str, activation: str, params: Any) -> tuple[Any, ...]:
    """Return the gradients of W1, b1, W2 and b2, with one fault planted.

    >>> params = [np.ones((2, 3)), np.zeros(3), np.ones((3, 1)), np.zeros(1)]
    >>> backward("none", "tanh", params)[3] == -backward("minus forgotten", "tanh", params)[3]
    array([ True])
    """
    W1, b1, W2, b2 = params
    z1 = X @ W1 + b1
    a1 = _bent(z1, activation)
    z2 = a1 @ W2 if fault == "error without b2" else a1 @ W2 + b2
    d2 = (sigmoid(z2) - Y) / (1 if fault == "mean forgotten" else len(X))
    d2 = -d2 if fault == "minus forgotten" else d2
    seen = X @ W1 if fault == "hidden slope without b1" else z1
    slope = 1 - np.tanh(seen) ** 2 if activation == "tanh" else seen > 0
    d1 = (d2 @ W2.T) * slope
    return X.T @ d1, d1.sum(axis=0), a1.T @ d2, d2.sum(axis=0)


def _bent(z: Any, activation: str) -> Any:
    return np.tanh(z) if activation == "tanh" else np.maximum(z, 0)


def errors(fault: str, scale: float, activation: str) -> dict[str, list[float]]:
    """Return each array's relative error against finite differences, for five 2-3-1 networks.

    >>> max(errors("none", 1.0, "tanh")["W1"]) < AGREES
    True
    """
    found: dict[str, list[float]] = {name: [] for name in ARRAYS}
    for seed in range(NETS):
        rng = np.random.default_rng(seed)
        W1, W2 = rng.normal(size=(2, 3)), rng.normal(size=(3, 1))
        params = [W1, scale * rng.normal(size=3), W2, scale * rng.normal(size=1)]

        def loss(_: Any, params: Any = params) -> float:
            W1, b1, W2, b2 = params
            return float(bce_with_logits(_bent(X @ W1 + b1, activation) @ W2 + b2, Y))

        for name, array, grad in zip(
            ARRAYS, params, backward(fault, activation, params), strict=True
        ):
            # numerical_gradient moves the entries of the array itself, and puts them back.
            error = relative_error(grad, numerical_gradient(loss, array))
            found[name].append(max(float(error), FLOOR))
    return found


def compared(fault: str, scale: float, activation: str) -> Result:
    """Return the picture of the errors, with the verdict of the check.

    >>> compared("hidden slope without b1", 0.0, "tanh").texts["the check says"]
    'agrees'
    """
    found = errors(fault, scale, activation)
    off = [name for name in ARRAYS if max(found[name]) > AGREES]
    where = "everywhere" if len(off) == len(ARRAYS) else f"in {' and '.join(off)}"
    verdict = f"differs {where}" if off else "agrees"
    truth = "right" if fault == "none" else "wrong"
    title = f"Gradient {truth}, check says: {verdict}"
    marks: list[Mark] = [Levels({"agrees below": AGREES})]
    aside = np.linspace(-0.18, 0.18, NETS)
    for place, name in enumerate(ARRAYS):
        bad = name in off
        marker, fill = ("D", "orange") if bad else ("o", "blue")
        marks.append(Dots(place + aside, found[name], marker=marker, size=8, fill=fill))
    panel = Panel(
        *marks, ylabel="relative error", yscale="log", ylim=(FLOOR / 3, 30), grid="y",
        xticks={name: float(place) for place, name in enumerate(ARRAYS)}, xlim=(-0.5, 3.5),
        title=title,
    )  # fmt: skip
    alt = f"{title}. Five networks, {activation}, biases of size {scale:g}, fault: {fault}."
    values: dict[str, Value] = {"gradient": truth, "the check says": verdict}
    return Result(Scene(panel, width=6.2, height=3.2, alt=alt), values)
