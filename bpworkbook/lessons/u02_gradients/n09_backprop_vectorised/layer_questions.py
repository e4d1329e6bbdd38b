"""Exercises 09.1 to 09.3: the backward pass of one layer, and of the loss."""

from typing import Any

import numpy as np

from bpworkbook import nn
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised import network
from bpworkbook.workbook import Mistake, Question
from bpworkbook.workbook.examples import redrawn

Rng = np.random.Generator


# 09.1 linear_backward


def linear_cases(rng: Rng) -> list[Any]:
    def case(n: int, d_in: int, d_out: int) -> Any:
        x, W = rng.normal(size=(n, d_in)), rng.normal(size=(d_in, d_out))
        return rng.normal(size=(n, d_out)), (x, W)

    x = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
    W = np.array([[1.0, 2.0], [3.0, 5.0], [-1.0, 4.0]])
    by_hand = np.array([[1.0, 2.0], [3.0, -4.0]]), (x, W)
    sizes = [(2, 3, 2), (4, 3, 5), (3, 3, 3), (4, 4, 4), (1, 3, 2), (5, 1, 1)]
    return [by_hand, *(case(*size) for size in sizes)]


def transpose_missing(grad_out: Any, cache: Any) -> Any:
    x, W = cache
    return grad_out @ W, x @ grad_out, grad_out.sum(axis=0)


def turned(grad_out: Any, cache: Any) -> Any:
    x, W = cache
    return W @ grad_out.T, grad_out.T @ x, grad_out.sum(axis=0)


def bias_not_summed(grad_out: Any, cache: Any) -> Any:
    x, W = cache
    return grad_out @ W.T, x.T @ grad_out, grad_out


def divided_again(grad_out: Any, cache: Any) -> Any:
    x, W = cache
    return grad_out @ W.T, x.T @ grad_out, grad_out.mean(axis=0)


def everything_divided_again(grad_out: Any, cache: Any) -> Any:
    x, W = cache
    return grad_out @ W.T, x.T @ grad_out / len(x), grad_out.mean(axis=0)


def linear_by_einsum(grad_out: Any, cache: Any) -> Any:
    x, W = cache
    grad_x = np.einsum("nj,kj->nk", grad_out, W)
    grad_W = np.einsum("nk,nj->kj", x, grad_out)
    return grad_x, grad_W, np.ones_like(x[:, 0]) @ grad_out


LINEAR = Question(
    id="09.1",
    name="linear_backward",
    points=3,
    reference=nn.linear_backward,
    cases=linear_cases,
    example=redrawn(linear_cases),
    mistakes=(
        Mistake("M53", transpose_missing),
        Mistake("M03", turned),
        Mistake("M54", bias_not_summed),
        Mistake("M55", divided_again),
        Mistake("M55", everything_divided_again),
    ),
    hints=(
        "Write the shape of each gradient beside the shape of what it belongs to.",
        "Only one product of two given matrices has the shape you need; a bias is shared by rows.",
        "grad_out times W transposed; x transposed times grad_out; grad_out summed down the batch.",
    ),
    also_right=(linear_by_einsum,),
    outputs=("grad_x", "grad_W", "grad_b"),
    summary="three arrays: grad_x (n, d_in), grad_W (d_in, d_out), grad_b (d_out,)",
)


# 09.2 relu_backward and sigmoid_backward


def gate_cases(rng: Rng) -> list[Any]:
    def away_from_the_kink(*shape: int) -> Any:
        z = rng.normal(size=shape)
        return z + np.sign(z) * 0.05

    by_hand = (
        np.array([[5.0, -6.0, 7.0], [-8.0, 9.0, 3.0]]),
        np.array([[1.0, -2.0, -3.0], [4.0, 2.0, -1.0]]),
    )
    shapes = [(2, 3), (4, 4), (5, 2), (1, 4)]
    drawn = [(rng.normal(size=shape), away_from_the_kink(*shape)) for shape in shapes]
    return [by_hand, *drawn]


def sigmoid_cases(rng: Rng) -> list[Any]:
    by_hand = np.array([[4.0, -8.0, 2.0]]), np.array([[0.5, 0.25, 0.75]])
    shapes = [(1, 3), (4, 4), (5, 2), (2, 3)]
    return [by_hand, *((rng.normal(size=s), nn.sigmoid(rng.normal(size=s))) for s in shapes)]


def gate_from_gradient(grad_out: Any, cache: Any) -> Any:
    return grad_out * (grad_out > 0)


def gate_in_place(grad_out: Any, cache: Any) -> Any:
    grad_out[cache <= 0] = 0
    return grad_out


def relu_by_where(grad_out: Any, cache: Any) -> Any:
    return np.where(cache > 0, grad_out, np.zeros_like(grad_out))


def sigmoid_twice(grad_out: Any, cache: Any) -> Any:
    a = nn.sigmoid(cache)
    return grad_out * a * (1 - a)


def sigmoid_in_place(grad_out: Any, cache: Any) -> Any:
    grad_out *= cache * (1 - cache)
    return grad_out


def sigmoid_expanded(grad_out: Any, cache: Any) -> Any:
    return grad_out * cache - grad_out * cache**2


RELU = Question(
    id="09.2",
    name="relu_backward",
    points=1,
    reference=nn.relu_backward,
    cases=gate_cases,
    example=redrawn(gate_cases),
    mistakes=(Mistake("M57", gate_from_gradient), Mistake("M02", gate_in_place)),
    hints=(
        "The cache is z, what ReLU saw on the way forward.",
        "Where z is positive the slope is 1, elsewhere it is 0; multiply by the slope.",
        "Multiply grad_out by the mask z > 0.",
    ),
    also_right=(relu_by_where,),
    outputs=("grad_z",),
    summary="one array of the shape of z",
)

SIGMOID = Question(
    id="09.2",
    name="sigmoid_backward",
    points=1,
    reference=nn.sigmoid_backward,
    cases=sigmoid_cases,
    example=redrawn(sigmoid_cases),
    mistakes=(Mistake("M40", sigmoid_twice), Mistake("M02", sigmoid_in_place)),
    hints=(
        "The cache is a, what the sigmoid gave on the way forward.",
        "The slope of the sigmoid is a (1 - a), and a is already there.",
        "Multiply grad_out by a and by 1 minus a.",
    ),
    also_right=(sigmoid_expanded,),
    outputs=("grad_z",),
    summary="one array of the shape of a",
)


# 09.3 softmax_ce_backward


def score_cases(rng: Rng) -> list[Any]:
    def case(n: int, classes: int, scale: float = 1.0) -> Any:
        return rng.normal(size=(n, classes)) * scale, rng.integers(classes, size=n)

    by_hand = np.array([[1.0, 2.0, 3.0], [2.0, -1.0, 1.0]]), np.array([0, 2])
    sizes = [(2, 3), (4, 4), (5, 3), (1, 5), (3, 2)]
    return [by_hand, *(case(*size) for size in sizes), case(3, 4, scale=300.0)]


def _chances_and_targets(Z: Any, labels: Any) -> tuple[Any, Any]:
    onehot = np.zeros_like(Z)
    onehot[np.arange(len(Z)), labels] = 1
    return nn.softmax(Z), onehot


def mean_forgotten(Z: Any, labels: Any) -> Any:
    p, onehot = _chances_and_targets(Z, labels)
    return p - onehot


def target_minus_prediction(Z: Any, labels: Any) -> Any:
    p, onehot = _chances_and_targets(Z, labels)
    return (onehot - p) / len(Z)


def softmax_slope_kept(Z: Any, labels: Any) -> Any:
    p, onehot = _chances_and_targets(Z, labels)
    return (p - onehot) * p * (1 - p) / len(Z)


def subtract_one_at_the_label(Z: Any, labels: Any) -> Any:
    grad = np.exp(nn.log_softmax(Z))
    for i, label in enumerate(labels):
        grad[i, label] -= 1
    return grad / len(labels)


SOFTMAX_CE = Question(
    id="09.3",
    name="softmax_ce_backward",
    points=2,
    reference=network.softmax_ce_backward,
    cases=score_cases,
    example=redrawn(score_cases, top=4),
    mistakes=(
        Mistake("M29", mean_forgotten),
        Mistake("M23", target_minus_prediction),
        Mistake("M62", softmax_slope_kept),
    ),
    hints=(
        "Start from the probabilities p = softmax(Z) and the one-hot targets.",
        "Softmax and cross-entropy together have a simple gradient: the error p minus target.",
        "Probabilities minus one-hot targets, divided by the number of examples.",
    ),
    also_right=(subtract_one_at_the_label,),
    outputs=("grad_Z",),
    summary="one array of the shape of Z; each row sums to 0",
)
