"""Lesson 04: wrong answers as learners write them; each is the detector of its mistake."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from bpworkbook.lessons.u01_neurons.n04_forward_propagation.answers import (
    Params,
    count_parameters,
    relu,
)


def without_bias(X: Any, W: Any, b: Any) -> Any:
    return X @ W


def bias_before_weights(X: Any, W: Any, b: Any) -> Any:
    return (X + b) @ W


def bent_already(X: Any, W: Any, b: Any) -> Any:
    return relu(X @ W + b)


def columns_for_rows(X: Any, W: Any, b: Any) -> Any:
    return W.T @ X.T + b[:, None]


def entry_by_entry(X: Any, W: Any, b: Any) -> Any:
    z = np.empty_like(X, shape=(X.shape[0], W.shape[1]))
    for i in range(X.shape[0]):
        for j in range(W.shape[1]):
            z[i, j] = b[j]
            for k in range(X.shape[1]):
                z[i, j] += X[i, k] * W[k, j]
    return z


def activation_on_the_output_too(X: Any, params: Params, f: Callable[[Any], Any]) -> Any:
    a, cache = X, []
    for W, b in params:
        cache.append(a)
        a = f(a @ W + b)
    return a, cache


def outputs_cached(X: Any, params: Params, f: Callable[[Any], Any]) -> Any:
    a, cache = X, []
    for i, (W, b) in enumerate(params):
        z = a @ W + b
        a = f(z) if i < len(params) - 1 else z
        cache.append(a)
    return a, cache


def output_cached_too(X: Any, params: Params, f: Callable[[Any], Any]) -> Any:
    a, cache = X, [X]
    for i, (W, b) in enumerate(params):
        z = a @ W + b
        a = f(z) if i < len(params) - 1 else z
        cache.append(a)
    return a, cache


def never_bent(X: Any, params: Params, f: Callable[[Any], Any]) -> Any:
    a, cache = X, []
    for W, b in params:
        cache.append(a)
        a = a @ W + b
    return a, cache


def two_layers_typed_in(X: Any, params: Params, f: Callable[[Any], Any]) -> Any:
    W1, b1 = params[0]
    W2, b2 = params[1]
    a1 = f(X @ W1 + b1)
    return a1 @ W2 + b2, [X, a1]


def weights_only(sizes: list[int]) -> int:
    return sum(d * h for d, h in pairwise(sizes))


def biases_for_inputs(sizes: list[int]) -> int:
    return weights_only(sizes) + sum(sizes)


def one_hidden_layer_counted(sizes: list[int]) -> int:
    return sizes[0] * sizes[1] + sizes[1] + sizes[1] * sizes[2] + sizes[2]


def output_layer_not_counted(n: int, sizes: list[int]) -> int:
    return n * sum(d * h for d, h in pairwise(sizes[:-1]))


def biases_counted_as_products(n: int, sizes: list[int]) -> int:
    return n * count_parameters(sizes)


def one_example_counted(n: int, sizes: list[int]) -> int:
    return weights_only(sizes)


def one_hidden_layer_multiplied(n: int, sizes: list[int]) -> int:
    return n * (sizes[0] * sizes[1] + sizes[1] * sizes[2])


def factors_swapped(Ws: list[Any], bs: list[Any]) -> Any:
    W, b = Ws[0], bs[0]
    for W_next, b_next in zip(Ws[1:], bs[1:], strict=True):
        W, b = W_next @ W, b @ W_next + b_next
    return W, b


def last_bias_only(Ws: list[Any], bs: list[Any]) -> Any:
    W = Ws[0]
    for W_next in Ws[1:]:
        W = W @ W_next
    return W, bs[-1]
