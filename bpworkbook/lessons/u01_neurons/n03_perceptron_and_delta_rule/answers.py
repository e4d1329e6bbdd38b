"""Lesson 03: right answers to its exercises, each in at least two ways."""

from typing import Any

import numpy as np

# 03.1 perceptron_step


def perceptron_step(w: Any, b: Any, x: Any, y: Any) -> Any:
    if y * (w @ x + b) <= 0:
        return w + y * x, b + y
    return w, b


def step_by_a_factor(w: Any, b: Any, x: Any, y: Any) -> Any:
    z = float(np.sum(w * x)) + b
    mistaken = 1 if (z >= 0) != (y > 0) or z == 0 else 0
    return w + mistaken * y * x, b + mistaken * y


# 03.2 train_perceptron and mistake_bound


def train_perceptron(X: Any, y: Any, max_epochs: Any) -> Any:
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    for _ in range(max_epochs):
        before = mistakes
        for x_i, y_i in zip(X, y, strict=True):
            if y_i * (w @ x_i + b) <= 0:
                w, b = w + y_i * x_i, b + y_i
                mistakes += 1
        if mistakes == before:
            break
    return w, b, mistakes


def train_in_random_order(X: Any, y: Any, max_epochs: Any) -> Any:
    rng = np.random.default_rng(0)
    u, Z = np.zeros(X.shape[1] + 1), np.column_stack([X, np.ones(len(X))])
    mistakes = 0
    for _ in range(max_epochs):
        if (y * (Z @ u) > 0).all():
            break
        for i in rng.permutation(len(X)):
            if y[i] * (Z[i] @ u) <= 0:
                u = u + y[i] * Z[i]
                mistakes += 1
    return u[:-1], float(u[-1]), mistakes


def mistake_bound(X: Any, y: Any, w: Any, b: Any) -> Any:
    longest = np.max((X**2).sum(axis=1) + 1)
    margin = np.min(y * (X @ w + b)) / np.sqrt(w @ w + b**2)
    return longest / margin**2


def bound_with_a_column_of_ones(X: Any, y: Any, w: Any, b: Any) -> Any:
    Z, u = np.column_stack([X, np.ones(len(X), X.dtype)]), np.append(w, b).astype(X.dtype)
    R = np.linalg.norm(Z, axis=1).max()
    return (R * np.linalg.norm(u) / (y * (Z @ u)).min()) ** 2


# 03.3 lms_gradient and lms_step


def lms_gradient(w: Any, b: Any, X: Any, y: Any) -> Any:
    error = X @ w + b - y
    return 2 * X.T @ error / len(X), 2 * error.mean()


def gradient_flower_by_flower(w: Any, b: Any, X: Any, y: Any) -> Any:
    grad_w, grad_b = np.zeros_like(w), 0.0
    for x_i, y_i in zip(X, y, strict=True):
        error = float(x_i @ w) + b - y_i
        grad_w = grad_w + error * x_i
        grad_b += error
    return grad_w * (2 / len(X)), grad_b * 2 / len(X)


def lms_step(w: Any, b: Any, X: Any, y: Any, lr: Any) -> Any:
    grad_w, grad_b = lms_gradient(w, b, X, y)
    return w - lr * grad_w, b - lr * grad_b


def step_towards_the_target(w: Any, b: Any, X: Any, y: Any, lr: Any) -> Any:
    missing = y - (b + X @ w)
    return w + 2 * lr * (X * missing[:, None]).mean(axis=0), b + 2 * lr * missing.mean()


# 03.4 xor_inequalities and xor_reason


def xor_inequalities() -> str:
    return "BCEH"


def inequalities_in_another_order() -> str:
    return "h, e, c, b"


def xor_reason() -> str:
    return "A"


def reason_in_a_small_letter() -> str:
    return " a"
