"""Exercises 11.1 and 11.2: differences, and how far two gradients are apart."""

from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n11_gradient_checking import tools
from bpworkbook.lessons.u02_gradients.n11_gradient_checking.cases import error_cases, gradient_cases
from bpworkbook.workbook import Mistake, Question
from bpworkbook.workbook.examples import redrawn

# 11.1 numerical_gradient


def one_sided(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        grad[i] = (f(x + step) - f(x)) / h
    return grad


def divided_by_h(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / h
    return grad


def left_moved(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        below = f(x)
        grad[i] = (above - below) / (2 * h)
    return grad


def almost_restored(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        below = f(x)
        x[i] += h
        grad[i] = (above - below) / (2 * h)
    return grad


def all_at_once(f: Any, x: Any, h: Any) -> Any:
    return (f(x + h) - f(x - h)) / (2 * h)


def whole_number_buffer(f: Any, x: Any, h: Any) -> Any:
    grad = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
    return grad


def whole_number_point(f: Any, x: Any, h: Any) -> Any:
    grad, point = np.zeros(x.shape), x.copy()
    for i in np.ndindex(x.shape):
        point[i] = x[i] + h
        above = f(point)
        point[i] = x[i] - h
        grad[i] = (above - f(point)) / (2 * h)
        point[i] = x[i]
    return grad


def with_a_step_array(f: Any, x: Any, h: Any) -> Any:
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + s) - f(x - s)) / (2 * h) for s in steps]).reshape(x.shape)


def on_a_flat_copy(f: Any, x: Any, h: Any) -> Any:
    flat = np.array(x, dtype=float).ravel()
    grad = np.empty(flat.size)
    for i, old in enumerate(flat.tolist()):
        flat[i] = old + h
        above = f(flat.reshape(x.shape))
        flat[i] = old - h
        grad[i] = (above - f(flat.reshape(x.shape))) / (2 * h)
        flat[i] = old
    return grad.reshape(x.shape)


NUMERICAL = Question(
    id="11.1",
    name="numerical_gradient",
    points=3,
    reference=tools.numerical_gradient,
    cases=gradient_cases,
    example=redrawn(gradient_cases, only=(1,)),
    mistakes=(
        Mistake("M70", one_sided),
        Mistake("M71", divided_by_h),
        Mistake("M73", left_moved),
        Mistake("M75", all_at_once),
        Mistake("M05", whole_number_buffer),
        Mistake(
            "M05",
            whole_number_point,
            "x may hold whole numbers, and then x[i] + h loses its decimals as it is stored. "
            "Start from `np.array(x, dtype=float)`.",
        ),
        Mistake(
            "M02",
            almost_restored,
            "x is another after your call: adding h and taking it away does not lead back exactly. "
            "Work on a copy, or store the old entry and put it back.",
        ),
    ),
    hints=(
        "Look at one entry: which two points lie h above and h below, all other entries as given?",
        "The two values of f belong to points that are 2h apart; then the entry goes back.",
        "For each index: f with entry + h, minus f with entry - h, divided by 2 times h.",
    ),
    also_right=(with_a_step_array, on_a_flat_copy),
    outputs=("grad",),
    summary="one array of floats, of the shape of x",
    keeps_dtype=False,
)


# 11.2 relative_error


def absolute(a: Any, b: Any) -> Any:
    return np.max(np.abs(a - b))


def scaled_by_one(a: Any, b: Any) -> Any:
    if not np.any(b):
        return 0.0 if not np.any(a) else np.inf
    return np.max(np.abs(a - b)) / np.max(np.abs(b))


def scaled_by_the_first(a: Any, b: Any) -> Any:
    return scaled_by_one(b, a)


def entry_by_entry(a: Any, b: Any) -> Any:
    scale = np.maximum(np.abs(a), np.abs(b))
    return np.max(np.abs(a - b) / np.where(scale == 0, 1.0, scale))


def unguarded(a: Any, b: Any) -> Any:
    return np.max(np.abs(a - b)) / np.maximum(np.max(np.abs(a)), np.max(np.abs(b)))


def from_flat_lists(a: Any, b: Any) -> Any:
    pairs = list(zip(np.ravel(a).tolist(), np.ravel(b).tolist(), strict=True))
    largest = max(max(abs(p), abs(q)) for p, q in pairs)
    return max(abs(p - q) for p, q in pairs) / largest if largest else 0.0


RELATIVE = Question(
    id="11.2",
    name="relative_error",
    points=1,
    reference=tools.relative_error,
    cases=error_cases,
    example=redrawn(error_cases, kept=np.equal),
    mistakes=(
        Mistake("M74", absolute),
        Mistake("M270", scaled_by_one),
        Mistake("M270", scaled_by_the_first),
        Mistake("M271", entry_by_entry),
        Mistake("M272", unguarded),
    ),
    hints=(
        "Three numbers are enough: the largest difference, and the largest size in a and in b.",
        "Divide by a scale that does not change when a and b change places.",
        "Largest |a - b|, divided by the larger of largest |a| and largest |b|; 0 if that is 0.",
    ),
    also_right=(from_flat_lists,),
    outputs=("error",),
    summary="one number from 0 to 2",
    keeps_dtype=False,
)
