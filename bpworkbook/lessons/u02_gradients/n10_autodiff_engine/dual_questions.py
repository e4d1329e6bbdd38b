"""Exercise 10.5: dual numbers, as pairs (value, tangent)."""

import math
from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n10_autodiff_engine import engine
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.engine import Dual
from bpworkbook.workbook import Mistake, Question
from bpworkbook.workbook.examples import redrawn

Rng = np.random.Generator


def dual_pairs(rng: Rng) -> list[Any]:
    drawn = rng.uniform(0.5, 2.0, size=(4, 4)) * rng.choice([-1, 1], size=(4, 4))
    cases = [((p, q), (r, s)) for p, q, r, s in drawn.tolist()]
    return [((2.0, 5.0), (3.0, 4.0)), ((3.0, 1.0), (4.0, 0.0)), *cases]


def duals(rng: Rng) -> list[Any]:
    drawn = rng.uniform(0.5, 1.4, size=(4, 2)).tolist()
    return [((0.0, 5.0),), ((2.0, 1.0),), *(((value, tangent),) for value, tangent in drawn)]


# 10.5 dual_multiply


def own_tangent(a: Dual, b: Dual) -> Dual:
    return a[0] * b[0], a[0] * a[1] + b[0] * b[1]


def tangents_multiplied(a: Dual, b: Dual) -> Dual:
    return a[0] * b[0], a[1] * b[1]


def one_term(a: Dual, b: Dual) -> Dual:
    return a[0] * b[0], a[1] * b[0]


def product_by_dot(a: Dual, b: Dual) -> Dual:
    (x, dx), (y, dy) = a, b
    tangent = float(np.dot([dx, dy], [y, x]))
    return x * y, tangent


DUAL_MULTIPLY = Question(
    id="10.5",
    name="dual_multiply",
    points=1,
    reference=engine.dual_multiply,
    cases=dual_pairs,
    example=redrawn(dual_pairs),
    mistakes=(
        Mistake("M42", own_tangent),
        Mistake(
            "M44",
            tangents_multiplied,
            "The tangents never meet: each is multiplied by the value of the other, then added.",
        ),
        Mistake("M44", one_term, "Both factors move. The tangent of b is missing."),
    ),
    hints=(
        "The value is the product of the values; the tangent says how fast that product moves.",
        "Product rule: the tangent of one times the value of the other, both ways, added.",
        "The pair (a[0] * b[0], a[1] * b[0] + a[0] * b[1]).",
    ),
    also_right=(product_by_dot,),
    outputs=("value", "tangent"),
    summary="a pair (value, tangent)",
    keeps_dtype=False,
)


# 10.5 dual_sin


def slope_at_the_output(a: Dual) -> Dual:
    out = math.sin(a[0])
    return out, math.cos(out) * a[1]


def tangent_forgotten(a: Dual) -> Dual:
    return math.sin(a[0]), math.cos(a[0])


def sine_of_the_tangent(a: Dual) -> Dual:
    return math.sin(a[0]), math.cos(a[1])


def sine_by_numpy(a: Dual) -> Any:
    value, tangent = a
    return [float(np.sin(value)), tangent * float(np.sin(value + np.pi / 2))]


DUAL_SIN = Question(
    id="10.5",
    name="dual_sin",
    points=1,
    reference=engine.dual_sin,
    cases=duals,
    example=redrawn(duals, signs=True),
    mistakes=(
        Mistake(
            "M41",
            slope_at_the_output,
            "The slope of sin is taken where the value came in: cos(x), not cos(sin(x)).",
        ),
        Mistake(
            "M39", tangent_forgotten, "cos(x) is the slope; how fast x itself moves is left out."
        ),
        Mistake("M43", sine_of_the_tangent, "cos is taken of the value. The tangent is a factor."),
    ),
    hints=(
        "The value is the sine of the value.",
        "Chain rule: slope of sin at the value, times how fast the value moves.",
        "The pair (math.sin(a[0]), math.cos(a[0]) * a[1]).",
    ),
    also_right=(sine_by_numpy,),
    outputs=("value", "tangent"),
    summary="a pair (value, tangent)",
    keeps_dtype=False,
)
