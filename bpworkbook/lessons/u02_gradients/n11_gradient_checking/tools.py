"""The tools that lesson 11 asks for, made of the package's own gradient checks."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpworkbook import nn
from bpworkbook.lessons.u02_gradients.n11_gradient_checking.suspects import Function, Suspect, Vjp

H = 1e-6
TOLERANCE = 1e-6

relative_error = nn.relative_error


def numerical_gradient(f: Function, x: Any, h: float) -> Any:
    """Return the gradient by central differences; whole numbers are taken as floats.

    >>> numerical_gradient(lambda x: x[0] ** 2 * x[1], np.array([3, 5]), 1.0).tolist()
    [30.0, 9.0]
    """
    return nn.numerical_gradient(f, np.array(x, dtype=float), h)


def projection_check(f: Function, vjp: Vjp, x: Any, rng: np.random.Generator) -> float:
    """Return the relative error of a backward pass along one random direction.

    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=(3, 2))
    >>> projection_check(np.sin, lambda grad_out, x: grad_out * np.cos(x), x, rng) < 1e-6
    True
    """

    def forward(x: Any) -> Any:
        return f(x), x

    def backward(grad_out: Any, cache: Any) -> Any:
        return vjp(grad_out, cache)

    return nn.projection_check(forward, backward, [x], rng, h=H, trials=1)


def choose_h(dtype: Any) -> float:
    """Return the step at which ``h**2`` and ``eps / h`` are equal.

    >>> f"{choose_h(np.float64):.0e}"
    '6e-06'
    """
    return float(np.cbrt(np.finfo(dtype).eps))


def frozen_gradient(f: Callable[[Any, Any], Any], x: Any, h: float, seed: int) -> Any:
    """Return the numerical gradient of a random function, with the same dice at every call.

    >>> def rolled(x, rng):
    ...     return np.sum(x**2) * rng.integers(1, 7)
    >>> frozen_gradient(rolled, np.array([5.0]), 1.0, seed=1).tolist()
    [30.0]
    """
    return numerical_gradient(lambda z: f(z, np.random.default_rng(seed)), x, h)


def find_faults(suspects: Sequence[Suspect], rng: np.random.Generator) -> list[str]:
    """Return the names of the suspects whose backward pass is wrong, in their order.

    >>> from bpworkbook.lessons.u02_gradients.n11_gradient_checking.suspects import five_suspects
    >>> len(find_faults(five_suspects(1), np.random.default_rng(0)))
    2
    """
    names = []
    for suspect in suspects:
        x = rng.normal(size=suspect.x.shape)
        if projection_check(suspect.f, suspect.vjp, x, rng) > TOLERANCE:
            names.append(suspect.name)
    return names
