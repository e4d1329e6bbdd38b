"""What lesson 11 measures: a layer with planted faults, steps of every length, calls counted."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpworkbook import nn
from bpworkbook.datasets import digits
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised import network
from bpworkbook.lessons.u02_gradients.n11_gradient_checking.suspects import Function, Vjp

FAULTS = ("none", "W for W.T in grad_x", "slope of tanh left out", "grad_b divided by n")


def layer_backward(fault: str, grad_out: Any, cache: Any) -> tuple[Any, Any, Any]:
    """Return the gradients of ``tanh(x @ W + b)``, with one of `FAULTS` planted.

    >>> x, W, a = np.ones((2, 1)), np.ones((1, 1)), np.zeros((2, 1))
    >>> layer_backward("grad_b divided by n", np.ones((2, 1)), (x, W, a))[2].tolist()
    [1.0]
    """
    x, W, a = cache
    grad_z = grad_out if fault == "slope of tanh left out" else grad_out * (1 - a**2)
    grad_x = grad_z @ (W if fault == "W for W.T in grad_x" else W.T)
    share = len(x) if fault == "grad_b divided by n" else 1
    return grad_x, x.T @ grad_z, grad_z.sum(axis=0) / share


def layer_errors(fault: str, *, zeros: bool, front: bool, seed: int = 0) -> dict[str, float]:
    """Check a tanh layer, alone or behind a linear layer, and return each array's relative error.

    Parameters
    ----------
    fault : str
        One of `FAULTS`.
    zeros : bool
        Whether inputs and parameters are all 0, or drawn at random.
    front : bool
        Whether a linear layer (right, with parameters ``W0`` and ``b0``) stands in front.

    Examples
    --------
    >>> errors = layer_errors("none", zeros=False, front=True)
    >>> {name: error < 1e-6 for name, error in errors.items()}
    {'W0': True, 'b0': True, 'W': True, 'b': True}
    """
    rng = np.random.default_rng(seed)
    scale = 0.0 if zeros else 1.0
    X, target = scale * rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    shapes: dict[str, tuple[int, ...]] = {"W0": (3, 3), "b0": (3,), "W": (3, 3), "b": (3,)}
    params = {name: scale * rng.normal(size=shape) for name, shape in shapes.items()}

    def forward(p: dict[str, Any]) -> tuple[Any, Any]:
        x = X @ p["W0"] + p["b0"] if front else X
        return x, np.tanh(x @ p["W"] + p["b"])

    x, a = forward(params)
    grad_a = 2 * (a - target) / a.size
    grad_x, grad_W, grad_b = layer_backward(fault, grad_a, (x, params["W"], a))
    grads = {"W": grad_W, "b": grad_b}
    if front:
        grads = {"W0": X.T @ grad_x, "b0": grad_x.sum(axis=0), **grads}
    return {
        name: nn.relative_error(
            grad,
            nn.numerical_gradient(_loss_of(forward, params, target, name), params[name].copy()),
        )
        for name, grad in grads.items()
    }


def _loss_of(forward: Any, params: dict[str, Any], target: Any, name: str) -> Callable[[Any], Any]:
    return lambda array: np.mean((forward({**params, name: array})[1] - target) ** 2)


POINTS = np.linspace(0, 2, 41)
METHODS = ("central", "forward")


def step_error(h: float, method: str, dtype: str) -> float:
    """Return the relative error of a difference for the slope of sin(3x)·exp(x), at 41 points.

    Parameters
    ----------
    h : float
        The step.
    method : str
        "central" or "forward".
    dtype : str
        "float64" or "float32": of the points, the step and the values.

    Examples
    --------
    >>> step_error(1e-6, "central", "float64") < 1e-9 < step_error(1e-6, "forward", "float64")
    True
    """
    kind = np.dtype(dtype).type
    x, step = POINTS.astype(kind), kind(h)
    exact = x.astype(float)
    slope = np.exp(exact) * (np.sin(3 * exact) + 3 * np.cos(3 * exact))
    above = _wave(x + step)
    if method == "central":
        return nn.relative_error((above - _wave(x - step)) / (2 * float(step)), slope)
    return nn.relative_error((above - _wave(x)) / float(step), slope)


def _wave(x: Any) -> Any:
    return (np.sin(3 * x) * np.exp(x)).astype(float)


def best_step(method: str, dtype: str) -> float:
    """Return the step with the smallest error, of ten in each decade.

    >>> 1e-6 < best_step("central", "float64") < 1e-5
    True
    """
    steps = [float(f"{m}e{p}") for p in range(-13, -1) for m in range(1, 10)]
    return min(steps, key=lambda h: step_error(h, method, dtype))


class Counted:
    """A function that counts how often it was called.

    >>> f = Counted(abs)
    >>> f(-1) + f(2), f.calls
    (3, 2)
    """

    def __init__(self, f: Function) -> None:
        self.f, self.calls = f, 0

    def __call__(self, x: Any) -> Any:
        """Call the function and count one more."""
        self.calls += 1
        return self.f(x)


def digit_loss(n: int = 8, width: int = 64) -> tuple[Counted, Vjp, Any]:
    """Return loss, backward pass and parameters of lesson 09's network, as one long vector.

    Examples
    --------
    >>> f, vjp, x = digit_loss()
    >>> x.shape, vjp(1.0, x).shape
    ((4810,), (4810,))
    """
    X, y, _, _ = digits()
    X, y = X[:n], y[:n]
    start = network.new_params((X.shape[1], width, 10), np.random.default_rng(0))
    shapes = [array.shape for pair in start for array in pair]
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]

    def unpacked(x: Any) -> Any:
        parts = [part.reshape(s) for part, s in zip(np.split(x, ends), shapes, strict=True)]
        return list(zip(parts[::2], parts[1::2], strict=True))

    def packed(pairs: Any) -> Any:
        return np.concatenate([array.ravel() for pair in pairs for array in pair])

    def loss(x: Any) -> Any:
        return np.asarray(nn.cross_entropy(network.mlp_forward(X, unpacked(x))[0], y))

    def vjp(grad_out: Any, x: Any) -> Any:
        scores, caches = network.mlp_forward(X, unpacked(x))
        grads = network.mlp_backward(network.softmax_ce_backward(scores, y), caches)
        return grad_out * packed(grads)

    return Counted(loss), vjp, packed(start)
