"""Lesson 04: the arguments that answers are tried on, a small example by hand first."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from bpworkbook.lessons.u01_neurons.n04_forward_propagation.answers import Params, relu


def random_params(rng: np.random.Generator, sizes: tuple[int, ...]) -> Params:
    return [(rng.normal(size=(d, h)), rng.normal(size=h)) for d, h in pairwise(sizes)]


def dense_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    def case(n: int, d: int, h: int) -> tuple[Any, ...]:
        return rng.normal(size=(n, d)), rng.normal(size=(d, h)), rng.normal(size=h)

    small = (
        np.array([[1.0, 2.0], [3.0, -1.0], [-2.0, 4.0]]),
        np.array([[3.0, -1.0, 2.0, 5.0], [1.0, 4.0, -5.0, 2.0]]),
        np.array([1.0, 2.0, 3.0, 4.0]),
    )
    sizes = [(3, 2, 4), (5, 3, 2), (1, 4, 3), (4, 4, 4), (3, 3, 3), (2, 1, 1)]
    return [small, *(case(*size) for size in sizes)]


def dense_to_time(rng: np.random.Generator) -> tuple[Any, ...]:
    return rng.normal(size=(32, 32)), rng.normal(size=(32, 32)), rng.normal(size=32)


def mlp_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    X = np.array([[1.0, 2.0], [3.0, -1.0]])
    W1 = np.array([[1.0, -1.0, 2.0], [1.0, 2.0, -3.0]])
    W2 = np.array([[1.0], [-2.0], [3.0]])
    small = (X, [(W1, np.array([1.0, -2.0, 1.0])), (W2, np.array([-5.0]))], relu)
    sizes: list[tuple[int, tuple[int, ...], Callable[[Any], Any]]] = [
        (2, (2, 3, 1), relu),
        (4, (3, 5, 2, 3), np.tanh),
        (4, (3, 5, 2, 3), relu),
        (3, (3, 3, 3), np.tanh),
        (3, (3, 3, 3, 3), np.tanh),
        (1, (2, 4, 3), np.tanh),
        (5, (3, 2), np.tanh),
    ]
    drawn = [(rng.normal(size=(n, s[0])), random_params(rng, s), f) for n, s, f in sizes]
    return [small, *drawn]


def size_cases(rng: np.random.Generator) -> list[list[int]]:
    drawn = [rng.integers(2, 40, size=length).tolist() for length in (3, 4, 5)]
    return [[2, 3, 1], [4, 5, 2], [3, 3, 3, 3], [7, 4], [64, 32, 16, 10], *drawn]


def collapse_cases(rng: np.random.Generator) -> list[tuple[Any, ...]]:
    def case(*sizes: int) -> tuple[Any, ...]:
        layers = random_params(rng, sizes)
        return [W for W, _ in layers], [b for _, b in layers]

    W1, W2 = np.array([[1.0, 2.0, -1.0], [3.0, -2.0, 4.0]]), np.array([[2.0], [1.0], [-3.0]])
    small = ([W1, W2], [np.array([1.0, 2.0, 3.0]), np.array([5.0])])
    sizes = [(2, 3, 1), (3, 4, 2, 5), (2, 2, 2), (3, 3, 3), (3, 3, 3, 3), (4, 2, 4), (2, 3)]
    return [small, *(case(*s) for s in sizes)]


def open_units(X: Any, params: Params, f: Callable[[Any], Any]) -> Any:
    """Return which units of the first layer are open for which examples, 1, or closed, -1."""
    W, b = params[0]
    return np.sign(X @ W + b)


def drawn_sizes(rng: np.random.Generator) -> list[int]:
    """Return the sizes of a network of two small layers."""
    return [int(size) for size in rng.integers(2, 10, size=3)]
