"""Exercises 11.3 and 11.4: random projections, the step h, and functions that roll dice."""

from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n11_gradient_checking import tools
from bpworkbook.lessons.u02_gradients.n11_gradient_checking.cases import (
    Seeded,
    doubled_tanh_vjp,
    dtype_cases,
    frozen_cases,
    large_square_vjp,
    negative_small_square_vjp,
    projection_cases,
    ripples_vjp,
)
from bpworkbook.workbook import Mistake, Question
from bpworkbook.workbook.comparison import is_scalar, kind_of

# 11.3 projection_check


def accept_error(value: Any, args: Any) -> str:
    if not is_scalar(value) or not np.isfinite(value) or value < 0:
        shown = f"{float(value):g}" if is_scalar(value) else kind_of(value)
        return f"you returned {shown}, expected one number: a relative error"
    f, vjp, x, _ = args
    right = tools.projection_check(f, vjp, x, Seeded(5)) < tools.TOLERANCE
    name = getattr(vjp, "__name__", "vjp")
    if right and value >= tools.TOLERANCE:
        if abs(value - 0.5) < 1e-4:
            return "M71"
        if vjp is large_square_vjp and value < 0.9:
            return "M74"
        if vjp is ripples_vjp and value < 1e-2:
            return "M70"
        told = f"{name} is right, but your error is {value:.0e}; below 1e-6 was expected"
        return "M75" if abs(value - 1) < 1e-4 else told
    if not right and value < 1e-3:
        # Dividing by h doubles the other side as well; small numbers have small differences.
        return {doubled_tanh_vjp: "M71", negative_small_square_vjp: "M74"}.get(vjp, "M75")
    return ""


def along_ones(f: Any, vjp: Any, x: Any, rng: Any) -> Any:
    u = rng.normal(size=f(x).shape)
    numeric = np.sum(u * (f(x + 1e-6) - f(x - 1e-6))) / 2e-6
    return tools.relative_error(np.sum(vjp(u, x)), numeric)


def outputs_just_summed(f: Any, vjp: Any, x: Any, rng: Any) -> Any:
    v = rng.normal(size=x.shape)
    numeric = np.sum(f(x + 1e-6 * v) - f(x - 1e-6 * v)) / 2e-6
    return tools.relative_error(np.sum(vjp(np.ones_like(f(x)), x) * v), numeric)


def projection_divided_by_h(f: Any, vjp: Any, x: Any, rng: Any) -> Any:
    u, v = rng.normal(size=f(x).shape), rng.normal(size=x.shape)
    numeric = np.sum(u * (f(x + 1e-6 * v) - f(x - 1e-6 * v))) / 1e-6
    return tools.relative_error(np.sum(vjp(u, x) * v), numeric)


def projection_one_sided(f: Any, vjp: Any, x: Any, rng: Any) -> Any:
    u, v = rng.normal(size=f(x).shape), rng.normal(size=x.shape)
    numeric = np.sum(u * (f(x + 1e-6 * v) - f(x))) / 1e-6
    return tools.relative_error(np.sum(vjp(u, x) * v), numeric)


def projection_absolute(f: Any, vjp: Any, x: Any, rng: Any) -> Any:
    u, v = rng.normal(size=f(x).shape), rng.normal(size=x.shape)
    numeric = np.sum(u * (f(x + 1e-6 * v) - f(x - 1e-6 * v))) / 2e-6
    return np.abs(np.sum(vjp(u, x) * v) - numeric)


def three_directions(f: Any, vjp: Any, x: Any, rng: Any) -> Any:
    h, errors = 2e-6, []
    for _ in range(3):
        v = rng.standard_normal(x.shape)
        change = (f(x + h * v) - f(x - h * v)) / (2 * h)
        u = rng.standard_normal(change.shape)
        errors.append(tools.relative_error(np.vdot(vjp(u, x), v), np.vdot(u, change)))
    return max(errors)


RANDOM_BOTH = (
    "Draw both u and v with rng.normal. With ones, entries in the wrong order keep their sum, and "
    "outputs that always add up to the same number show nothing."
)

PROJECTION = Question(
    id="11.3",
    name="projection_check",
    points=3,
    reference=tools.projection_check,
    cases=projection_cases,
    mistakes=(
        Mistake("M75", along_ones, RANDOM_BOTH),
        Mistake("M75", outputs_just_summed, RANDOM_BOTH),
        Mistake("M70", projection_one_sided),
        Mistake("M71", projection_divided_by_h),
        Mistake("M74", projection_absolute),
    ),
    hints=(
        "Draw u of the shape of f(x) and v of the shape of x, both at random.",
        "Both sides say how fast sum(u * f) grows as x moves along v.",
        "Compare sum(vjp(u, x) * v) with sum(u * (f(x + h*v) - f(x - h*v))) over 2 times h.",
    ),
    also_right=(three_directions,),
    outputs=("error",),
    summary="one number: below 1e-6 where vjp is right, far above where it is wrong",
    accept=accept_error,
    keeps_dtype=False,
)


# 11.4 choose_h and frozen_gradient


def accept_step(value: Any, args: Any) -> str:
    if not is_scalar(value) or not np.isfinite(value) or value <= 0:
        shown = f"{float(value):g}" if is_scalar(value) else kind_of(value)
        return f"you returned {shown}, expected one positive number"
    best = tools.choose_h(args[0])
    return "" if best / 10 <= value <= best * 10 else "M72"


def one_step_for_all(dtype: Any) -> Any:
    return 1e-6


def as_small_as_it_gets(dtype: Any) -> Any:
    return np.finfo(dtype).eps


def square_root_of_eps(dtype: Any) -> Any:
    return np.sqrt(np.finfo(dtype).eps)


def from_a_table(dtype: Any) -> Any:
    return {8: 1e-5, 4: 1e-2, 2: 1e-1}[np.dtype(dtype).itemsize]


STEP = Question(
    id="11.4",
    name="choose_h",
    points=1,
    reference=tools.choose_h,
    cases=dtype_cases,
    mistakes=(
        Mistake("M72", one_step_for_all),
        Mistake("M72", as_small_as_it_gets),
        Mistake(
            "M72",
            square_root_of_eps,
            "The square root balances h against eps / h: the best step of a one-sided difference. "
            "A central one has the error h squared.",
        ),
    ),
    hints=(
        "The error has two parts, h**2 and eps / h: one falls with h, the other grows.",
        "Their sum is smallest about where they are equal; `np.finfo(dtype).eps` is eps.",
        "Solve h squared = eps / h for h: the cube root of eps.",
    ),
    also_right=(from_a_table,),
    outputs=("h",),
    summary="one positive number, within a factor of 10 of the best step",
    accept=accept_step,
    keeps_dtype=False,
)


def dice_rolled_on(f: Any, x: Any, h: Any, seed: Any) -> Any:
    rng = np.random.default_rng(seed)
    return tools.numerical_gradient(lambda z: f(z, rng), x, h)


def frozen_with_a_step_array(f: Any, x: Any, h: Any, seed: Any) -> Any:
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        above = f(x + step, np.random.default_rng(seed))
        below = f(x - step, np.random.default_rng(seed))
        grad[i] = (above - below) / (2 * h)
    return grad


FROZEN = Question(
    id="11.4",
    name="frozen_gradient",
    points=1,
    reference=tools.frozen_gradient,
    cases=frozen_cases,
    mistakes=(Mistake("M273", dice_rolled_on),),
    hints=(
        "How often is f called, and what does it find in rng each time?",
        "A generator moves on with each number it gives; a new one of the same seed starts again.",
        "Hand numerical_gradient a function of z: f(z, np.random.default_rng(seed)).",
    ),
    also_right=(frozen_with_a_step_array,),
    outputs=("grad",),
    summary="one array of floats, of the shape of x",
    keeps_dtype=False,
)
