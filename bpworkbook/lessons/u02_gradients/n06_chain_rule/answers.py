"""The reference answers of lesson 06, where the package has none."""

from collections.abc import Sequence
from typing import Any

import numpy as np

Shapes = Sequence[tuple[int, int]]


def sigmoid(z: Any) -> Any:
    """Squash a number into (0, 1); as in the lesson, for numbers near 0.

    >>> sigmoid(0.0)
    np.float64(0.5)
    """
    return 1 / (1 + np.exp(-z))


def composite(x: float, a: float, n: int) -> Any:
    """Return the nested function of exercise 06.1.

    >>> composite(0.0, 4.0, 3)
    np.float64(0.125)
    """
    return sigmoid(np.exp(a * x) - 1) ** n


def d_composite(x: float, a: float, n: int) -> Any:
    """Return its derivative, a product of local slopes.

    >>> d_composite(0.0, 4.0, 3)
    np.float64(0.75)
    """
    u = np.exp(a * x)
    s = sigmoid(u - 1)
    return n * s ** (n - 1) * s * (1 - s) * u * a


def d_two_paths(x: float) -> Any:
    """Return the derivative of ``x**2 * (1 + 3 * x)``, a sum over two paths.

    >>> d_two_paths(2.0)
    40.0
    """
    u, v = x**2, 1 + 3 * x
    return v * 2 * x + u * 3


def d_quotient(a: float, b: float) -> tuple[Any, Any]:
    """Return both partial derivatives of ``a / b``.

    >>> d_quotient(6.0, 2.0)
    (0.5, -1.5)
    """
    return 1 / b, -a / b**2


def jacobian_sigmoid(a: Any) -> Any:
    """Return the Jacobian of the sigmoid, shape (d, d), from its output (d,).

    >>> jacobian_sigmoid(np.array([0.5, 0.25])).tolist()
    [[0.25, 0.0], [0.0, 0.1875]]
    """
    return np.diag(a * (1 - a))


def vjp_exp(grad_out: Any, a: Any) -> Any:
    """Return ``grad_out`` times the Jacobian of exp, from its output.

    >>> vjp_exp(np.array([2.0]), np.array([3.0])).tolist()
    [6.0]
    """
    return grad_out * a


def costs(shapes: Shapes) -> tuple[int, int]:
    """Return the multiplications of a chain of Jacobians, from the input and from the output.

    >>> costs([(1, 2), (2, 3), (3, 4)])
    (32, 18)
    """
    m, n = shapes[0][0], shapes[-1][1]
    forward = sum(rows * cols * n for rows, cols in shapes[:-1])
    reverse = sum(m * rows * cols for rows, cols in shapes[1:])
    return forward, reverse


def best_order(shapes: Shapes) -> tuple[str, int]:
    """Return "forward", "reverse" or "either", and the multiplications that it needs.

    >>> best_order([(1, 2), (2, 3), (3, 4)])
    ('reverse', 18)
    """
    forward, reverse = costs(shapes)
    if forward == reverse:
        return "either", forward
    return ("forward", forward) if forward < reverse else ("reverse", reverse)
