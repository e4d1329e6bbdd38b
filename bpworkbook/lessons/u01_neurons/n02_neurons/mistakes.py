"""Lesson 02: wrong answers that its checks recognise, as learners write them."""

from typing import Any

import numpy as np

from bpworkbook.lessons.u01_neurons.n02_neurons.answers import Activation, line_shift

# 02.1 weighted_sum


def sum_without_bias(x: Any, w: Any, b: Any) -> Any:
    return x @ w


def bias_inside(x: Any, w: Any, b: Any) -> Any:
    return (w * (x + b)).sum()


def bias_for_every_input(x: Any, w: Any, b: Any) -> Any:
    return (w * x + b).sum()


def bias_on_the_weights(x: Any, w: Any, b: Any) -> Any:
    return x @ (w + b)


def not_added_up(x: Any, w: Any, b: Any) -> Any:
    return w * x + b


# 02.2 neuron and line_shift


def activated_twice(X: Any, w: Any, b: Any, f: Activation) -> Any:
    return f(f(X @ w + b))


def activated_first(X: Any, w: Any, b: Any, f: Activation) -> Any:
    return f(X) @ w + b


def activated_before_bias(X: Any, w: Any, b: Any, f: Activation) -> Any:
    return f(X @ w) + b


def never_activated(X: Any, w: Any, b: Any, f: Activation) -> Any:
    return X @ w + b


def weights_first(X: Any, w: Any, b: Any, f: Activation) -> Any:
    return f(w @ X + b)


def neuron_without_bias(X: Any, w: Any, b: Any, f: Activation) -> Any:
    return f(X @ w)


def shift_backwards(w: Any, b: Any) -> Any:
    return -line_shift(w, b)


# 02.3 lif_rate


def above_the_threshold_only(current: Any, leak: Any, threshold: Any, dt: Any, T: Any) -> Any:
    v, spikes = 0.0, 0
    for _ in range(round(T / dt)):
        v = v + dt * (current - leak * v)
        if v > threshold:
            spikes += 1
            v = 0.0
    return spikes / T


def never_set_back(current: Any, leak: Any, threshold: Any, dt: Any, T: Any) -> Any:
    v, spikes = 0.0, 0
    for _ in range(round(T / dt)):
        v = v + dt * (current - leak * v)
        if v >= threshold:
            spikes += 1
    return spikes / T


def threshold_taken_away(current: Any, leak: Any, threshold: Any, dt: Any, T: Any) -> Any:
    v, spikes = 0.0, 0
    for _ in range(round(T / dt)):
        v = v + dt * (current - leak * v)
        if v >= threshold:
            spikes += 1
            v = v - threshold
    return spikes / T


def asked_before_the_step(current: Any, leak: Any, threshold: Any, dt: Any, T: Any) -> Any:
    v, spikes = 0.0, 0
    for _ in range(round(T / dt)):
        if v >= threshold:
            spikes += 1
            v = 0.0
        v = v + dt * (current - leak * v)
    return spikes / T


def without_leak(current: Any, leak: Any, threshold: Any, dt: Any, T: Any) -> Any:
    v, spikes = 0.0, 0
    for _ in range(round(T / dt)):
        v = v + dt * current
        if v >= threshold:
            spikes += 1
            v = 0.0
    return spikes / T


def without_dt(current: Any, leak: Any, threshold: Any, dt: Any, T: Any) -> Any:
    v, spikes = 0.0, 0
    for _ in range(round(T / dt)):
        v = v + current - leak * v
        if v >= threshold:
            spikes += 1
            v = 0.0
    return spikes / T


def spikes_counted(current: Any, leak: Any, threshold: Any, dt: Any, T: Any) -> Any:
    v, spikes = 0.0, 0
    for _ in range(round(T / dt)):
        v = v + dt * (current - leak * v)
        if v >= threshold:
            spikes += 1
            v = 0.0
    return spikes


# 02.4 layer


def neurons_in_rows(X: Any, W: Any, B: Any, f: Activation) -> Any:
    return f(W.T @ X.T + B[:, None])


def added_over_examples(X: Any, W: Any, B: Any, f: Activation) -> Any:
    return f((X[:, :, None] * W).sum(axis=0) + B)


def weights_turned(X: Any, W: Any, B: Any, f: Activation) -> Any:
    return f(X @ W.T + B)


def layer_never_activated(X: Any, W: Any, B: Any, f: Activation) -> Any:
    return X @ W + B


def layer_without_bias(X: Any, W: Any, B: Any, f: Activation) -> Any:
    return f(X @ W)


def layer_activated_before_bias(X: Any, W: Any, B: Any, f: Activation) -> Any:
    return f(X @ W) + B


def example_by_example(X: Any, W: Any, B: Any, f: Activation) -> Any:
    out = np.zeros((X.shape[0], W.shape[1]), dtype=X.dtype)
    for i in range(X.shape[0]):
        for k in range(W.shape[1]):
            for j in range(X.shape[1]):
                out[i, k] += X[i, j] * W[j, k]
            out[i, k] += B[k]
    return f(out)


# 02.5 counterparts and left_out


def weight_and_input_exchanged() -> dict[str, str]:
    return {"synapse": "A", "dendrite": "C", "soma": "D", "axon": "B"}


def sum_and_output_exchanged() -> dict[str, str]:
    return {"synapse": "C", "dendrite": "A", "soma": "B", "axon": "D"}


def kept() -> str:
    return "ADE"
