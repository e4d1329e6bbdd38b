"""What learners write instead of a right loss: one small function for each mistake of lesson 05."""

import math
from typing import Any

import numpy as np

from bpworkbook.nn import log_softmax, sigmoid, softmax
from bpworkbook.nn.validation import FloatArray, IntArray

# 05.1 mse and mse_grad


def mse_summed(p: FloatArray, y: FloatArray) -> Any:
    return np.sum((p - y.reshape(p.shape)) ** 2)


def mse_over_rows(p: FloatArray, y: FloatArray) -> Any:
    return np.sum((p - y.reshape(p.shape)) ** 2) / len(p)


def mse_halved(p: FloatArray, y: FloatArray) -> Any:
    return np.mean((p - y.reshape(p.shape)) ** 2) / 2


def mse_absolute(p: FloatArray, y: FloatArray) -> Any:
    return np.mean(np.abs(p - y.reshape(p.shape)))


def mse_row_meets_column(p: FloatArray, y: FloatArray) -> Any:
    return np.mean((p - y) ** 2)


def mse_grad_over_rows(p: FloatArray, y: FloatArray) -> Any:
    return 2 * (p - y.reshape(p.shape)) / len(p)


def mse_grad_without_two(p: FloatArray, y: FloatArray) -> Any:
    return (p - y.reshape(p.shape)) / p.size


def mse_grad_reversed(p: FloatArray, y: FloatArray) -> Any:
    return 2 * (y.reshape(p.shape) - p) / p.size


def mse_grad_without_mean(p: FloatArray, y: FloatArray) -> Any:
    return 2 * (p - y.reshape(p.shape))


def mse_grad_absolute(p: FloatArray, y: FloatArray) -> Any:
    return np.sign(p - y.reshape(p.shape)) / p.size


def mse_grad_row_meets_column(p: FloatArray, y: FloatArray) -> Any:
    return 2 * (p - y) / p.size


# 05.2 softmax


def softmax_without_shift(Z: FloatArray) -> Any:
    e = np.exp(Z)
    return e / e.sum(axis=1, keepdims=True)


def softmax_of_columns(Z: FloatArray) -> Any:
    e = np.exp(Z - Z.max(axis=0))
    return e / e.sum(axis=0)


def softmax_shifted_by_least(Z: FloatArray) -> Any:
    e = np.exp(Z - Z.min(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax_with_one_shift(Z: FloatArray) -> Any:
    e = np.exp(Z - Z.max())
    return e / e.sum(axis=1, keepdims=True)


def softmax_of_table(Z: FloatArray) -> Any:
    e = np.exp(Z - Z.max())
    return e / e.sum()


def softmax_without_keepdims(Z: FloatArray) -> Any:
    e = np.exp(Z - Z.max(axis=1))
    return e / e.sum(axis=1)


# 05.3 cross_entropy


def _right_ones(table: FloatArray, labels: IntArray) -> Any:
    """Pick from each row the entry of its label."""
    return table[np.arange(len(labels)), labels]


def cross_entropy_summed(Z: FloatArray, labels: IntArray) -> Any:
    return -np.sum(_right_ones(log_softmax(Z), labels))


def cross_entropy_over_classes(Z: FloatArray, labels: IntArray) -> Any:
    one_hot = labels[:, None] == np.arange(Z.shape[1])
    return -np.mean(one_hot * log_softmax(Z))


def cross_entropy_log_of_zero(Z: FloatArray, labels: IntArray) -> Any:
    return -np.mean(np.log(_right_ones(softmax(Z), labels)))


def cross_entropy_without_shift(Z: FloatArray, labels: IntArray) -> Any:
    return -np.mean(np.log(_right_ones(softmax_without_shift(Z), labels)))


def cross_entropy_of_columns(Z: FloatArray, labels: IntArray) -> Any:
    return -np.mean(_right_ones(log_softmax(Z.T).T, labels))


def cross_entropy_softmax_twice(Z: FloatArray, labels: IntArray) -> Any:
    return -np.mean(_right_ones(log_softmax(softmax(Z)), labels))


def cross_entropy_log10(Z: FloatArray, labels: IntArray) -> Any:
    Z = Z - Z.max(axis=1, keepdims=True)
    log_sum = np.log10(np.exp(Z).sum(axis=1))
    return np.mean(log_sum - _right_ones(Z, labels) * math.log10(math.e))


def cross_entropy_overflowing(Z: FloatArray, labels: IntArray) -> Any:
    return np.mean(np.log(np.exp(Z).sum(axis=1)) - _right_ones(Z, labels))


# 05.4 cross_entropy_grad


def _errors(Z: FloatArray, labels: IntArray) -> Any:
    """Return probabilities minus one-hot labels."""
    return softmax(Z) - (labels[:, None] == np.arange(Z.shape[1]))


def grad_changing_input(Z: FloatArray, labels: IntArray) -> Any:
    Z -= Z.max(axis=1, keepdims=True)
    return _errors(Z, labels) / len(Z)


def grad_over_classes(Z: FloatArray, labels: IntArray) -> Any:
    return _errors(Z, labels) / Z.size


def grad_reversed(Z: FloatArray, labels: IntArray) -> Any:
    return -_errors(Z, labels) / len(Z)


def grad_without_mean(Z: FloatArray, labels: IntArray) -> Any:
    return _errors(Z, labels)


def grad_with_extra_slope(Z: FloatArray, labels: IntArray) -> Any:
    P = softmax(Z)
    return _errors(Z, labels) * P * (1 - P) / len(Z)


# 05.5 bce_with_logits


def bce_summed(z: FloatArray, y: FloatArray) -> Any:
    return np.sum(np.logaddexp(0, z) - z * y)


def bce_log_of_zero(z: FloatArray, y: FloatArray) -> Any:
    p = sigmoid(z)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def bce_overflowing(z: FloatArray, y: FloatArray) -> Any:
    return np.mean(np.log(1 + np.exp(z)) - z * y)
