"""Wrong answers to the exercises of lesson 06, each as a learner would write it."""

from itertools import pairwise
from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n06_chain_rule.answers import sigmoid

# 06.1 d_composite


def sigmoid_of_the_output(x: Any, a: Any, n: Any) -> Any:
    u = np.exp(a * x)
    s = sigmoid(u - 1)
    return n * s ** (n - 1) * sigmoid(s) * (1 - sigmoid(s)) * u * a


def exp_of_x(x: Any, a: Any, n: Any) -> Any:
    u = np.exp(a * x)
    s = sigmoid(u - 1)
    return n * s ** (n - 1) * s * (1 - s) * np.exp(x) * a


def exp_of_u(x: Any, a: Any, n: Any) -> Any:
    u = np.exp(a * x)
    s = sigmoid(u - 1)
    return n * s ** (n - 1) * s * (1 - s) * np.exp(u) * a


def links_added(x: Any, a: Any, n: Any) -> Any:
    u = np.exp(a * x)
    s = sigmoid(u - 1)
    return n * s ** (n - 1) + s * (1 - s) + u * a


def all_links_added(x: Any, a: Any, n: Any) -> Any:
    return links_added(x, a, n) + 1


def exponent_kept(x: Any, a: Any, n: Any) -> Any:
    u = np.exp(a * x)
    s = sigmoid(u - 1)
    return n * s**n * s * (1 - s) * u * a


def factor_a_left_out(x: Any, a: Any, n: Any) -> Any:
    u = np.exp(a * x)
    s = sigmoid(u - 1)
    return n * s ** (n - 1) * s * (1 - s) * u


def sigmoid_left_out(x: Any, a: Any, n: Any) -> Any:
    u = np.exp(a * x)
    return n * sigmoid(u - 1) ** (n - 1) * u * a


def every_slope_at_x(x: Any, a: Any, n: Any) -> Any:
    return n * x ** (n - 1) * sigmoid(x) * (1 - sigmoid(x)) * np.exp(x) * a


def power_at_x(x: Any, a: Any, n: Any) -> Any:
    u = np.exp(a * x)
    s = sigmoid(u - 1)
    return n * x ** (n - 1) * s * (1 - s) * u * a


def sigmoid_at_x(x: Any, a: Any, n: Any) -> Any:
    u = np.exp(a * x)
    s = sigmoid(u - 1)
    return n * s ** (n - 1) * sigmoid(x) * (1 - sigmoid(x)) * u * a


# 06.2 d_two_paths


def own_factors(x: Any) -> Any:
    u, v = x**2, 1 + 3 * x
    return u * 2 * x + v * 3


def only_through_u(x: Any) -> Any:
    return (1 + 3 * x) * 2 * x


def only_through_v(x: Any) -> Any:
    return x**2 * 3


def slopes_multiplied(x: Any) -> Any:
    return 2 * x * 3


def paths_multiplied(x: Any) -> Any:
    return (1 + 3 * x) * 2 * x * x**2 * 3


# 06.3 d_quotient


def sign_lost(a: Any, b: Any) -> Any:
    return 1 / b, a / b**2


def square_lost(a: Any, b: Any) -> Any:
    return 1 / b, -a / b


# 06.4 jacobian_sigmoid, vjp_sigmoid, vjp_tanh, vjp_exp


def jacobian_of_sigmoid_twice(a: Any) -> Any:
    s = sigmoid(a)
    return np.diag(s * (1 - s))


def full_jacobian(a: Any) -> Any:
    return np.outer(a, 1 - a)


def jacobian_in_every_row(a: Any) -> Any:
    return np.tile(a * (1 - a), (len(a), 1))


def vjp_sigmoid_twice(grad_out: Any, a: Any) -> Any:
    s = sigmoid(a)
    return grad_out * s * (1 - s)


def sigmoid_slope_alone(grad_out: Any, a: Any) -> Any:
    return a * (1 - a)


def vjp_tanh_twice(grad_out: Any, a: Any) -> Any:
    return grad_out * (1 - np.tanh(a) ** 2)


def tanh_slope_alone(grad_out: Any, a: Any) -> Any:
    return 1 - a**2


def vjp_exp_twice(grad_out: Any, a: Any) -> Any:
    return grad_out * np.exp(a)


def vjp_exp_from_the_input(grad_out: Any, a: Any) -> Any:
    return grad_out * np.log(a)


def exp_slope_alone(grad_out: Any, a: Any) -> Any:
    return a.copy()


# 06.5 best_order


def _cheaper(forward: int, reverse: int) -> tuple[str, int]:
    if forward == reverse:
        return "either", forward
    return ("forward", forward) if forward < reverse else ("reverse", reverse)


def ends_exchanged(shapes: Any) -> Any:
    m, n = shapes[0][0], shapes[-1][1]
    forward = sum(m * rows * cols for rows, cols in shapes[1:])
    reverse = sum(rows * cols * n for rows, cols in shapes[:-1])
    return _cheaper(forward, reverse)


def inner_size_left_out(shapes: Any) -> Any:
    m, n = shapes[0][0], shapes[-1][1]
    forward = sum(rows * n for rows, _ in shapes[:-1])
    reverse = sum(m * cols for _, cols in shapes[1:])
    return _cheaper(forward, reverse)


def neighbours_only(shapes: Any) -> Any:
    pairs = pairwise(shapes)
    cost = sum(rows * cols * right for (rows, cols), (_, right) in pairs)
    return _cheaper(cost, cost)
