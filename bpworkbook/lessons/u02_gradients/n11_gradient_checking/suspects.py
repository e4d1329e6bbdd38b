"""The bug hunt of lesson 11: functions with a backward pass each, two of five with a fault."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Function = Callable[[Any], Any]
Vjp = Callable[[Any, Any], Any]


@dataclass(frozen=True, eq=False)
class Suspect:
    """A function, its backward pass, and the point at which its author checked it.

    Parameters
    ----------
    name : str
        What the function is called.
    f : function
        ``f(x)`` gives an array.
    vjp : function
        ``vjp(grad_out, x)`` should give the gradient of ``sum(grad_out * f(x))``.
    x : array, shape (3, 4)
        Where the author checked it.
    """

    name: str
    f: Function
    vjp: Vjp
    x: Any

    def __repr__(self) -> str:
        return self.name


def sigmoid(x: Any) -> Any:
    """Return the logistic function.

    >>> float(sigmoid(np.array(0.0)))
    0.5
    """
    return 1 / (1 + np.exp(-x))


def _neighbours(x: Any) -> Any:
    return x[:, :-1] * x[:, 1:]


def _neighbours_vjp(grad_out: Any, x: Any, *, exchanged: bool = False) -> Any:
    left, right = x[:, :-1], x[:, 1:]
    grad = np.zeros_like(x)
    grad[:, :-1] += grad_out * (left if exchanged else right)
    grad[:, 1:] += grad_out * (right if exchanged else left)
    return grad


def _centred(x: Any) -> Any:
    return x - x.mean(axis=0)


def _swish_slope(x: Any) -> Any:
    return sigmoid(x) + x * sigmoid(x) * (1 - sigmoid(x))


W = np.array([[1.0, 2.0, 0.5, -1.0], [-2.0, 0.3, 1.0, 4.0], [0.7, -1.5, 2.0, 1.0], [3, 1, -1, 2]])

# name: the function, a right backward pass, and one with a fault.
POOL: dict[str, tuple[Function, Vjp, Vjp]] = {
    "tanh": (
        np.tanh,
        lambda grad_out, x: grad_out * (1 - np.tanh(x) ** 2),
        lambda grad_out, x: grad_out * (1 - x**2),
    ),
    "swish": (
        lambda x: x * sigmoid(x),
        lambda grad_out, x: grad_out * _swish_slope(x),
        lambda grad_out, x: grad_out * sigmoid(x),
    ),
    "bell": (
        lambda x: np.exp(-(x**2)),
        lambda grad_out, x: grad_out * -2 * x * np.exp(-(x**2)),
        lambda grad_out, x: grad_out * -x * np.exp(-(x**2)),
    ),
    "softplus": (
        lambda x: np.log1p(np.exp(x)),
        lambda grad_out, x: grad_out * sigmoid(x),
        lambda grad_out, x: grad_out * sigmoid(-x),
    ),
    "arctan": (
        np.arctan,
        lambda grad_out, x: grad_out / (1 + x**2),
        lambda grad_out, x: grad_out / (1 + x**2) ** 2,
    ),
    "row_squares": (
        lambda x: (x**2).sum(axis=1, keepdims=True),
        lambda grad_out, x: grad_out * 2 * x,
        lambda grad_out, x: grad_out * x,
    ),
    "neighbours": (
        _neighbours,
        _neighbours_vjp,
        lambda grad_out, x: _neighbours_vjp(grad_out, x, exchanged=True),
    ),
    "relu": (
        lambda x: np.maximum(x, 0),
        lambda grad_out, x: grad_out * (x > 0),
        lambda grad_out, x: grad_out * (grad_out > 0),
    ),
    "centre": (
        _centred,
        lambda grad_out, x: _centred(grad_out),
        lambda grad_out, x: grad_out,
    ),
    "linear": (
        lambda x: x @ W,
        lambda grad_out, x: grad_out @ W.T,
        lambda grad_out, x: grad_out @ W,
    ),
}
HIDDEN_AT_ZERO = ("tanh", "swish", "bell", "softplus", "arctan", "row_squares", "neighbours")


def five_suspects(variant: int) -> list[Suspect]:
    """Draw five functions; the backward passes of two have a fault, one of them hidden at zero.

    Parameters
    ----------
    variant : int
        Which draw. Every learner can have one of their own.

    Examples
    --------
    >>> five_suspects(1)
    [centre, arctan, relu, tanh, swish]
    """
    rng = np.random.default_rng(variant)
    names = [str(name) for name in rng.permutation(list(POOL))[:5]]
    hidden = [name for name in names if name in HIDDEN_AT_ZERO]
    first = hidden[rng.integers(len(hidden))]
    others = [name for name in names if name != first]
    guilty = {first, others[rng.integers(len(others))]}
    suspects = []
    for name in names:
        f, right, wrong = POOL[name]
        suspects.append(Suspect(name, f, wrong if name in guilty else right, np.zeros((3, 4))))
    return suspects
