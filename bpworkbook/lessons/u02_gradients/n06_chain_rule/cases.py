"""The cases of lesson 06, and right answers to them that are written differently."""

import math
from itertools import pairwise
from typing import Any

import numpy as np

from bpworkbook import nn
from bpworkbook.lessons.u02_gradients.n06_chain_rule import answers

Rng = np.random.Generator


def composite_cases(rng: Rng) -> list[Any]:
    cases: list[Any] = [(0.0, 4.0, 3)]
    for n in (2, 3, 4, 2, 3):
        x, a = rng.uniform(0.3, 0.9, size=2) * rng.choice([-1, 1], size=2)
        cases.append((float(x), 2 * float(a), n))
    return cases


def composite_by_nudge(x: float, a: float, n: int) -> Any:
    h = 1e-5
    return (answers.composite(x + h, a, n) - answers.composite(x - h, a, n)) / (2 * h)


def composite_back_to_front(x: float, a: float, n: int) -> float:
    u = math.exp(a * x)
    s = 1 / (1 + math.exp(1 - u))
    grad = n * s ** (n - 1)
    grad = grad * (s - s * s)
    return a * u * grad


def path_cases(rng: Rng) -> list[Any]:
    drawn = rng.uniform(0.4, 2, size=5) * rng.choice([-1, 1], size=5)
    return [(2.0,), (-1.0,), *((float(x),) for x in drawn)]


def two_paths_expanded(x: float) -> float:
    return 2 * x + 9 * x**2


def two_paths_collected(x: float) -> float:
    grad = 0.0
    for to_y, to_x in ((1 + 3 * x, 2 * x), (x * x, 3.0)):
        grad += to_y * to_x
    return grad


def quotient_cases(rng: Rng) -> list[Any]:
    drawn = rng.uniform(0.4, 3, size=(5, 2)) * rng.choice([-1, 1], size=(5, 2))
    return [(6.0, 2.0), (-3.0, 4.0), *(tuple(map(float, pair)) for pair in drawn)]


def quotient_by_chain(a: float, b: float) -> tuple[float, float]:
    inverse = b**-1
    return inverse, a * (-1 * b**-2)


def quotient_from_the_result(a: float, b: float) -> tuple[float, float]:
    y = a / b
    return 1 / b, -y / b


def output_cases(rng: Rng) -> list[Any]:
    drawn = [(nn.sigmoid(rng.normal(size=d)),) for d in (4, 2, 1, 5)]
    return [(np.array([0.5, 0.25, 0.75]),), *drawn]


def vjp_cases(low: float, high: float) -> Any:
    def cases(rng: Rng) -> list[Any]:
        by_hand = np.array([[4.0, -8.0, 2.0]]), np.array([[0.5, 0.25, 0.75]])
        shapes = [(2, 3), (4, 4), (5,), (1, 2), (3, 1)]
        return [by_hand, *((rng.normal(size=s), rng.uniform(low, high, size=s)) for s in shapes)]

    return cases


def jacobian_entry_by_entry(a: Any) -> Any:
    J = np.zeros((len(a), len(a)), dtype=a.dtype)
    for i, value in enumerate(a):
        J[i, i] = value - value**2
    return J


def jacobian_by_mask(a: Any) -> Any:
    return np.eye(len(a), dtype=a.dtype) * (a * (1 - a))


def vjp_sigmoid_expanded(grad_out: Any, a: Any) -> Any:
    return grad_out * a - grad_out * a**2


def vjp_tanh_factored(grad_out: Any, a: Any) -> Any:
    return (1 - a) * (1 + a) * grad_out


def vjp_exp_by_numpy(grad_out: Any, a: Any) -> Any:
    return np.multiply(a, grad_out)


def chain_cases(rng: Rng) -> list[Any]:
    def chain(*sizes: int) -> Any:
        return (list(pairwise(sizes)),)

    by_hand, other_way = chain(1, 2, 3, 4), chain(5, 4, 3, 2)
    drawn = [chain(*map(int, rng.integers(2, 40, size=k))) for k in (4, 5, 6, 7, 4)]
    return [by_hand, other_way, chain(6, 5, 5, 6), chain(3, 7, 2), chain(1, 50, 60, 70, 9), *drawn]


def best_order_step_by_step(shapes: Any) -> tuple[str, int]:
    found = {}
    for name, walk in (("forward", shapes[::-1]), ("reverse", shapes)):
        (rows, cols), cost = walk[0], 0
        for other_rows, other_cols in walk[1:]:
            if name == "forward":
                cost, rows = cost + other_rows * rows * cols, other_rows
            else:
                cost, cols = cost + rows * cols * other_cols, other_cols
        found[name] = cost
    if found["forward"] == found["reverse"]:
        return "either", found["forward"]
    best = min(found, key=lambda name: found[name])
    return best, found[best]


def divides(a: float, b: float) -> bool:
    """Tell whether a quotient is a whole number, and not a itself."""
    return a % b == 0 and abs(b) > 1


def growing_chain(rng: Rng) -> Any:
    """Return a chain in which each matrix is wider than the one before: reverse is cheaper."""
    sizes = np.sort(rng.choice(np.arange(1, 10), size=4, replace=False))
    return (list(pairwise(sizes.tolist())),)
