"""Lesson 03: wrong answers as learners write them."""

from typing import Any

import numpy as np

from bpworkbook.lessons.u01_neurons.n03_perceptron_and_delta_rule import answers

# 03.1 perceptron_step


def away_from_the_example(w: Any, b: Any, x: Any, y: Any) -> Any:
    if y * (w @ x + b) <= 0:
        return w - y * x, b - y
    return w, b


def at_every_example(w: Any, b: Any, x: Any, y: Any) -> Any:
    return w + y * x, b + y


def weights_only(w: Any, b: Any, x: Any, y: Any) -> Any:
    if y * (w @ x + b) <= 0:
        return w + y * x, b
    return w, b


def content_on_the_line(w: Any, b: Any, x: Any, y: Any) -> Any:
    if y * (w @ x + b) < 0:
        return w + y * x, b + y
    return w, b


def plus_on_the_line(w: Any, b: Any, x: Any, y: Any) -> Any:
    answer = 1 if w @ x + b >= 0 else -1
    return w + (y - answer) // 2 * x, b + (y - answer) // 2


def without_the_half(w: Any, b: Any, x: Any, y: Any) -> Any:
    answer = int(np.sign(w @ x + b))
    return w + (y - answer) * x, b + (y - answer)


def into_the_given_weights(w: Any, b: Any, x: Any, y: Any) -> Any:
    if y * (w @ x + b) <= 0:
        w += y * x
        b += y
    return w, b


def label_forgotten(w: Any, b: Any, x: Any, y: Any) -> Any:
    if y * (w @ x + b) <= 0:
        return w + x, b + 1
    return w, b


# 03.2 train_perceptron and mistake_bound


def _trained(X: Any, y: Any, max_epochs: Any, step: Any) -> Any:
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    for _ in range(max_epochs):
        before = mistakes
        for x_i, y_i in zip(X, y, strict=True):
            mistakes += int(y_i * (w @ x_i + b) <= 0)
            w, b = step(w, b, x_i, y_i)
        if mistakes == before:
            break
    return w, b, mistakes


def trained_without_bias(X: Any, y: Any, max_epochs: Any) -> Any:
    return _trained(X, y, max_epochs, weights_only)


def shuffled_apart(X: Any, y: Any, max_epochs: Any) -> Any:
    rng = np.random.default_rng(0)
    return answers.train_perceptron(rng.permutation(X), rng.permutation(y), max_epochs)


def never_started(X: Any, y: Any, max_epochs: Any) -> Any:
    w, b, mistakes = np.zeros(X.shape[1]), 0.0, 0
    for _ in range(max_epochs):
        wrong = [(x_i, y_i) for x_i, y_i in zip(X, y, strict=True) if y_i * (w @ x_i + b) < 0]
        if not wrong:
            break
    return w, b, mistakes


def mistakes_of_the_last_epoch(X: Any, y: Any, max_epochs: Any) -> Any:
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(max_epochs):
        mistakes = 0
        for x_i, y_i in zip(X, y, strict=True):
            if y_i * (w @ x_i + b) <= 0:
                w, b = w + y_i * x_i, b + y_i
                mistakes += 1
        if mistakes == 0:
            break
    return w, b, mistakes


def length_of_weights_left_out(X: Any, y: Any, w: Any, b: Any) -> Any:
    return np.max((X**2).sum(axis=1) + 1) / np.min(y * (X @ w + b)) ** 2


def without_the_square(X: Any, y: Any, w: Any, b: Any) -> Any:
    return np.sqrt(answers.mistake_bound(X, y, w, b))


def average_margin(X: Any, y: Any, w: Any, b: Any) -> Any:
    margin = np.mean(y * (X @ w + b)) / np.sqrt(w @ w + b**2)
    return np.max((X**2).sum(axis=1) + 1) / margin**2


def bias_without_its_one(X: Any, y: Any, w: Any, b: Any) -> Any:
    margin = np.min(y * (X @ w + b)) / np.sqrt(w @ w)
    return np.max((X**2).sum(axis=1)) / margin**2


# 03.3 lms_gradient and lms_step


def added_up(w: Any, b: Any, X: Any, y: Any) -> Any:
    error = X @ w + b - y
    return 2 * X.T @ error, 2 * error.sum()


def target_minus_output(w: Any, b: Any, X: Any, y: Any) -> Any:
    error = y - (X @ w + b)
    return 2 * X.T @ error / len(X), 2 * error.mean()


def without_the_two(w: Any, b: Any, X: Any, y: Any) -> Any:
    error = X @ w + b - y
    return X.T @ error / len(X), error.mean()


def after_the_threshold(w: Any, b: Any, X: Any, y: Any) -> Any:
    error = np.where(X @ w + b >= 0, 1, -1) - y
    return 2 * (X.T @ error / len(X)).astype(X.dtype), 2 * error.mean()


def weight_gradient_only(w: Any, b: Any, X: Any, y: Any) -> Any:
    error = X @ w + b - y
    return 2 * X.T @ error / len(X), 0.0


def step_uphill(w: Any, b: Any, X: Any, y: Any, lr: Any) -> Any:
    return answers.lms_step(w, b, X, y, -lr)


def rate_forgotten(w: Any, b: Any, X: Any, y: Any, lr: Any) -> Any:
    return answers.lms_step(w, b, X, y, 1.0)


def step_of_the_sum(w: Any, b: Any, X: Any, y: Any, lr: Any) -> Any:
    return answers.lms_step(w, b, X, y, lr * len(X))


def bias_left_where_it_was(w: Any, b: Any, X: Any, y: Any, lr: Any) -> Any:
    return answers.lms_step(w, b, X, y, lr)[0], b


def stepped_in_place(w: Any, b: Any, X: Any, y: Any, lr: Any) -> Any:
    grad_w, grad_b = answers.lms_gradient(w, b, X, y)
    w -= lr * grad_w
    return w, b - lr * grad_b


# 03.4 xor_inequalities and xor_reason


def gate_or() -> str:
    return "BCEG"


def gate_and() -> str:
    return "BDFG"


def gate_nand() -> str:
    return "ACEH"


def every_sign_turned() -> str:
    return "ADFG"


def reason_it_never_stopped() -> str:
    return "B"


def reason_by_counting() -> str:
    return "C"


def reason_by_the_rule() -> str:
    return "D"
