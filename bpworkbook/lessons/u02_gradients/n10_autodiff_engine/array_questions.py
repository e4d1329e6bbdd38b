"""Exercises 10.3 and 10.4: local derivatives of arrays."""

from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n10_autodiff_engine import engine
from bpworkbook.workbook import Mistake, Question
from bpworkbook.workbook.examples import redrawn

Rng = np.random.Generator


# 10.3 unbroadcast


def stretched_cases(rng: Rng) -> list[Any]:
    by_hand = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]])
    pairs = [
        ((4, 3), (3,)),
        ((4, 3), (4, 1)),
        ((3, 3), (3,)),
        ((3, 3), (3, 1)),
        ((4, 4), (4,)),
        ((4, 4), (1, 4)),
        ((2, 3), (2, 3)),
        ((2, 3), ()),
        ((4, 2), ()),
        ((1, 3), (3,)),
        ((4, 2, 3), (2, 1)),
        ((3, 3, 3), (1, 3)),
    ]
    return [(by_hand, (3,)), *((rng.normal(size=big), small) for big, small in pairs)]


def _sides(grad: Any, shape: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    new = grad.ndim - len(shape)
    return new, tuple(new + k for k, n in enumerate(shape) if n == 1 and grad.shape[new + k] > 1)


def not_undone(grad: Any, shape: tuple[int, ...]) -> Any:
    return grad


def new_axes_only(grad: Any, shape: tuple[int, ...]) -> Any:
    return grad.sum(axis=tuple(range(grad.ndim - len(shape))))


def axis_lost(grad: Any, shape: tuple[int, ...]) -> Any:
    new, ones = _sides(grad, shape)
    return grad.sum(axis=(*range(new), *ones))


def last_axes_summed(grad: Any, shape: tuple[int, ...]) -> Any:
    while grad.ndim > len(shape):
        grad = grad.sum(axis=-1)
    for axis, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def averaged(grad: Any, shape: tuple[int, ...]) -> Any:
    new, ones = _sides(grad, shape)
    return grad.mean(axis=(*range(new), *ones)).reshape(shape)


def one_copy_only(grad: Any, shape: tuple[int, ...]) -> Any:
    new, ones = _sides(grad, shape)
    first = [0] * new + [slice(0, 1) if k in ones else slice(None) for k in range(new, grad.ndim)]
    return grad[tuple(first)]


def unbroadcast_in_two_loops(grad: Any, shape: tuple[int, ...]) -> Any:
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad


def unbroadcast_by_products(grad: Any, shape: tuple[int, ...]) -> Any:
    padded = (1,) * (grad.ndim - len(shape)) + shape
    for axis, size in enumerate(padded):
        if size != grad.shape[axis]:
            grad = np.add.reduce(grad, axis=axis, keepdims=True)
    return grad.reshape(shape)


UNBROADCAST = Question(
    id="10.3",
    name="unbroadcast",
    points=2,
    reference=engine.unbroadcast,
    cases=stretched_cases,
    example=redrawn(stretched_cases),
    mistakes=(
        Mistake(
            "M56",
            not_undone,
            "The gradient still has the stretched shape. Sum over every axis that was stretched.",
        ),
        Mistake(
            "M56",
            new_axes_only,
            "Axes that were added in front are summed. An axis of length 1 was stretched, too.",
        ),
        Mistake(
            "M56",
            axis_lost,
            "The sums are right, but an axis of length 1 is gone: keepdims=True keeps it.",
        ),
        Mistake(
            "M56",
            last_axes_summed,
            "Broadcasting adds new axes in front, never at the end: sum over axis 0.",
        ),
        Mistake(
            "M55",
            averaged,
            "You averaged. Each copy gets a gradient, and the number that was copied gets their "
            "sum.",
        ),
        Mistake(
            "M44",
            one_copy_only,
            "You kept the gradient of one copy. Every copy is a path to the loss: add them up.",
        ),
    ),
    hints=(
        "Which axes of grad are not in shape, and which have length 1 there?",
        "Copying forward is adding backward: sum over what was stretched.",
        "While grad has more axes than shape, sum over axis 0. Then sum over each axis whose size "
        "in shape is 1, with keepdims.",
    ),
    also_right=(unbroadcast_in_two_loops, unbroadcast_by_products),
    outputs=("grad",),
    summary="an array of the given shape",
)


# 10.4 matmul_vjp


def product_cases(rng: Rng) -> list[Any]:
    def case(a: tuple[int, ...], b: tuple[int, ...]) -> Any:
        left, right = rng.normal(size=a), rng.normal(size=b)
        return rng.normal(size=(left @ right).shape), left, right

    by_hand = (
        np.array([[1.0, 2.0], [3.0, -4.0]]),
        np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 7.0]]),
        np.array([[1.0, 2.0], [3.0, 5.0], [-1.0, 4.0]]),
    )
    shapes = [
        ((4, 3), (3, 2)),
        ((3, 3), (3, 3)),
        ((4, 4), (4, 4)),
        ((1, 3), (3, 2)),
        ((4, 3), (3,)),
        ((3, 3), (3,)),
        ((4, 4), (4,)),
        ((3,), (3, 2)),
        ((3,), (3, 3)),
        ((4,), (4, 4)),
        ((3,), (3,)),
        ((5,), (5,)),
    ]
    return [by_hand, *(case(*pair) for pair in shapes)]


def no_transpose(grad: Any, a: Any, b: Any) -> Any:
    return grad @ b, a @ grad


def factors_swapped(grad: Any, a: Any, b: Any) -> Any:
    return b.T @ grad, grad @ a.T


def matrices_only(grad: Any, a: Any, b: Any) -> Any:
    return grad @ b.T, a.T @ grad


def reshaped_in_place(grad: Any, a: Any, b: Any) -> Any:
    shapes = a.shape, b.shape
    if a.ndim == 1:
        a.shape = (1, -1)
    if b.ndim == 1:
        b.shape = (-1, 1)
    G = np.reshape(grad, (a.shape[0], b.shape[1]))
    return (G @ b.T).reshape(shapes[0]), (a.T @ G).reshape(shapes[1])


def rows_and_columns(grad: Any, a: Any, b: Any) -> Any:
    A = a.reshape(1, -1) if a.ndim == 1 else a
    B = b.reshape(-1, 1) if b.ndim == 1 else b
    G = np.reshape(grad, (A.shape[0], B.shape[1]))
    return (G @ B.T).reshape(a.shape), (A.T @ G).reshape(b.shape)


def case_by_case(grad: Any, a: Any, b: Any) -> Any:
    if a.ndim == 1 and b.ndim == 1:
        return grad * b, grad * a
    if b.ndim == 1:
        return np.outer(grad, b), grad @ a
    if a.ndim == 1:
        return b @ grad, np.outer(a, grad)
    return np.einsum("nh,dh->nd", grad, b), np.einsum("nd,nh->dh", a, grad)


MATMUL = Question(
    id="10.4",
    name="matmul_vjp",
    points=3,
    reference=engine.matmul_vjp,
    cases=product_cases,
    example=redrawn(product_cases),
    mistakes=(
        Mistake("M53", no_transpose),
        Mistake("M53", factors_swapped),
        Mistake(
            "M53",
            matrices_only,
            "`.T` does nothing to an array of one axis. Make a row of such an `a`, and a column of "
            "such a `b`.",
        ),
        Mistake(
            "M02",
            reshaped_in_place,
            "`a.shape = ...` changes the recorded array itself. Use `a.reshape(1, -1)`.",
        ),
    ),
    hints=(
        "Begin with two matrices: write the shapes of grad, a and b beside each other.",
        "A one-axis a is a row, a one-axis b is a column; afterwards give back the old shapes.",
        "With A, B, G as matrices: G times B transposed in the shape of a, and A transposed times "
        "G in the shape of b.",
    ),
    also_right=(rows_and_columns, case_by_case),
    outputs=("grad_a", "grad_b"),
    summary="two arrays, of the shapes of a and of b",
)
