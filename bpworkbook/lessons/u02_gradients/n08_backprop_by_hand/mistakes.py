"""The wrong answers that learners give in lesson 08, as they would write them."""

from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n08_backprop_by_hand.loops import Report, name_fault
from bpworkbook.lessons.u02_gradients.n08_backprop_by_hand.network import (
    Cache,
    X,
    Y,
    forward,
    hidden_delta,
    new_params,
    output_delta,
)
from bpworkbook.nn import sigmoid


def _from(g: Cache, c: Cache, slope: Any, gate: Any) -> Cache:
    """Finish a sweep from ``g["p"]``, with the sigmoid's slope and the gate that are given."""
    g["z2"] = g["p"] * slope
    g["W2"], g["b2"] = c["a1"].T @ g["z2"], g["z2"].sum(axis=0)
    g["a1"] = g["z2"] @ c["W2"].T
    g["z1"] = g["a1"] * (gate(g) > 0)
    g["W1"], g["b1"] = c["X"].T @ g["z1"], g["z1"].sum(axis=0)
    return g


def _to_p(c: Cache, start: Any) -> Cache:
    g = {"s": start, "hit": start.copy(), "miss": start.copy()}
    g["log_p"], g["log_q"] = g["hit"] * c["y"], g["miss"] * (1 - c["y"])
    g["q"] = g["log_q"] / c["q"]
    g["p"] = g["log_p"] / c["p"] - g["q"]
    return g


def _start(c: Cache) -> Any:
    return np.full_like(c["s"], -1 / len(c["s"]))


def _slope(c: Cache) -> Any:
    return c["p"] * (1 - c["p"])


def loss_without_minus(cache: Cache) -> Cache:
    c = cache
    return _from(_to_p(c, -_start(c)), c, _slope(c), lambda g: c["z1"])


def mean_forgotten(cache: Cache) -> Cache:
    c = cache
    return _from(_to_p(c, -np.ones_like(c["s"])), c, _slope(c), lambda g: c["z1"])


def sigmoid_of_p(cache: Cache) -> Cache:
    c = cache
    a = sigmoid(c["p"])
    return _from(_to_p(c, _start(c)), c, a * (1 - a), lambda g: c["z1"])


def p_overwritten(cache: Cache) -> Cache:
    c = cache
    g = _to_p(c, _start(c))
    g["p"] = -g["q"]
    return _from(g, c, _slope(c), lambda g: c["z1"])


def p_overwritten_by_log_p(cache: Cache) -> Cache:
    c = cache
    g = _to_p(c, _start(c))
    g["p"] = g["log_p"] / c["p"]
    return _from(g, c, _slope(c), lambda g: c["z1"])


def q_without_minus(cache: Cache) -> Cache:
    c = cache
    g = _to_p(c, _start(c))
    g["p"] = g["log_p"] / c["p"] + g["q"]
    return _from(g, c, _slope(c), lambda g: c["z1"])


def biases_not_summed(cache: Cache) -> Cache:
    c = cache
    g = _from(_to_p(c, _start(c)), c, _slope(c), lambda g: c["z1"])
    return {**g, "b1": g["z1"], "b2": g["z2"]}


def gate_from_gradient(cache: Cache) -> Cache:
    c = cache
    return _from(_to_p(c, _start(c)), c, _slope(c), lambda g: g["a1"])


def chunks_by_fused_delta(cache: Cache) -> Cache:
    """Right: start at z2 with p - y, and fill in the loss afterwards."""
    c, n = cache, len(cache["y"])
    z2 = (c["p"] - c["y"]) / n
    z1 = np.where(c["z1"] > 0, z2 @ c["W2"].T, 0)
    log_p, log_q = -c["y"] / n, -(1 - c["y"]) / n
    each = -np.ones_like(c["p"]) / n
    return {
        "W1": np.einsum("ni,nj->ij", c["X"], z1), "b1": z1.sum(0), "z1": z1,
        "a1": z2 @ c["W2"].T, "W2": c["a1"].T @ z2, "b2": z2.sum(0), "z2": z2,
        "p": log_p / c["p"] - log_q / c["q"], "q": log_q / c["q"], "log_p": log_p, "log_q": log_q,
        "hit": each, "miss": each, "s": each,
    }  # fmt: skip


def slope_kept(p: Any, y: Any) -> Any:
    return (p - y) * p * (1 - p) / len(p)


def delta_mean_forgotten(p: Any, y: Any) -> Any:
    return p - y


def target_minus_prediction(p: Any, y: Any) -> Any:
    return (y - p) / len(p)


def delta_by_cases(p: Any, y: Any) -> Any:
    """Right: too high by p where the label is 0, too low by 1 - p where it is 1."""
    return np.where(y == 1, p - 1, p) * (1 / p.size)


def transpose_missing(delta: Any, W2: Any, a1: Any) -> Any:
    return (delta @ W2) * (1 - a1**2)


def tanh_of_the_output(delta: Any, W2: Any, a1: Any) -> Any:
    return (delta @ W2.T) * (1 - np.tanh(a1) ** 2)


def slope_from_the_gradient(delta: Any, W2: Any, a1: Any) -> Any:
    back = delta @ W2.T
    return back * (1 - back**2)


def slope_left_out(delta: Any, W2: Any, a1: Any) -> Any:
    return delta @ W2.T


def gate_of_relu(delta: Any, W2: Any, a1: Any) -> Any:
    return (delta @ W2.T) * (a1 > 0)


def hidden_unit_by_unit(delta: Any, W2: Any, a1: Any) -> Any:
    """Right: one hidden unit after the other."""
    out = np.empty_like(a1)
    for j in range(a1.shape[1]):
        out[:, j] = (delta * W2[j]).sum(axis=1) * (1 - a1[:, j]) * (1 + a1[:, j])
    return out


def _steps(seed: int, lr: float, steps: int, uphill: bool = False) -> Any:
    W1, b1, W2, b2 = new_params(seed)
    lr = -lr if uphill else lr
    for _ in range(steps):
        a1, p = forward(X, (W1, b1, W2, b2))
        d2 = output_delta(p, Y)
        d1 = hidden_delta(d2, W2, a1)
        grads = X.T @ d1, d1.sum(axis=0), a1.T @ d2, d2.sum(axis=0)
        W1, b1, W2, b2 = (w - lr * g for w, g in zip((W1, b1, W2, b2), grads, strict=True))
    return W1, b1, W2, b2


def uphill(seed: int, lr: float, steps: int) -> Any:
    return _steps(seed, lr, steps, uphill=True)


def train_by_a_list_of_gradients(seed: int, lr: float, steps: int) -> Any:
    """Right: all four gradients first, then all four updates."""
    return _steps(seed, lr, steps)


def rate_forgotten(seed: int, lr: float, steps: int) -> Any:
    return _steps(seed, 1.0, steps)


def updated_in_the_sweep(seed: int, lr: float, steps: int) -> Any:
    W1, b1, W2, b2 = new_params(seed)
    for _ in range(steps):
        a1, p = forward(X, (W1, b1, W2, b2))
        d2 = output_delta(p, Y)
        W2 = W2 - lr * a1.T @ d2
        b2 = b2 - lr * d2.sum(axis=0)
        d1 = hidden_delta(d2, W2, a1)
        W1 = W1 - lr * X.T @ d1
        b1 = b1 - lr * d1.sum(axis=0)
    return W1, b1, W2, b2


def biases_by_rows(seed: int, lr: float, steps: int) -> Any:
    W1, b1, W2, b2 = new_params(seed)
    for _ in range(steps):
        a1, p = forward(X, (W1, b1, W2, b2))
        d2 = output_delta(p, Y)
        d1 = hidden_delta(d2, W2, a1)
        W1, b1 = W1 - lr * X.T @ d1, b1 - lr * d1
        W2, b2 = W2 - lr * a1.T @ d2, b2 - lr * d2
    return W1, b1, W2, b2


def hidden_layer_first(seed: int, lr: float, steps: int) -> Any:
    W1, b1, W2, b2 = new_params(seed)
    d2 = np.zeros((4, 1))
    for _ in range(steps):
        a1, p = forward(X, (W1, b1, W2, b2))
        d1 = hidden_delta(d2, W2, a1)
        d2 = output_delta(p, Y)
        W1, b1 = W1 - lr * X.T @ d1, b1 - lr * d1.sum(axis=0)
        W2, b2 = W2 - lr * a1.T @ d2, b2 - lr * d2.sum(axis=0)
    return W1, b1, W2, b2


def tiny_rate_not_read(fast: Report, slow: Report) -> str:
    named = name_fault(fast, slow)
    return "slope" if named == "update" else named


def slope_taken_for_update(fast: Report, slow: Report) -> str:
    named = name_fault(fast, slow)
    return "update" if named == "slope" else named


def hidden_layer_alone(fast: Report, slow: Report) -> str:
    named = name_fault(fast, slow)
    return "slope" if named == "fused" else named


def sizes_alone(fast: Report, slow: Report) -> str:
    named = name_fault(fast, slow)
    return "right" if named == "sign" else named


def fault_by_all_numbers(fast: Report, slow: Report) -> str:
    """Right: compare whole layers."""
    ones = [abs(fast[name] - 1) < 1e-6 for name in ("W1", "b1", "W2", "b2")]
    if ones[2] and ones[3]:
        if fast["W1"] == fast["b1"] == 0:
            return "order"
        return "slope" if slow == fast else "update"
    whole = round(fast["b2"], 2)
    return {-1.0: "sign", 4.0: "mean"}.get(whole, "fused")
