"""The exercises of lesson 11, with the wrong answers that their checks recognise."""

from functools import partial
from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n11_gradient_checking import tools
from bpworkbook.lessons.u02_gradients.n11_gradient_checking.cases import (
    Seeded,
    doubled_tanh_vjp,
    dtype_cases,
    error_cases,
    frozen_cases,
    gradient_cases,
    hunt_cases,
    large_square_vjp,
    negative_small_square_vjp,
    projection_cases,
    ripples_vjp,
)
from bpworkbook.workbook import Mistake, Question, ReviewQuestion
from bpworkbook.workbook.comparison import is_scalar, kind_of
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


# 11.5 find_faults


def accept_names(value: Any, args: Any) -> str:
    names = list(value) if isinstance(value, list | tuple | set) else [value]
    known = {suspect.name for suspect in args[0]}
    if isinstance(value, str) or not all(isinstance(name, str) and name in known for name in names):
        return f"you returned {kind_of(value)}, expected a list of names of suspects"
    guilty = set(tools.find_faults(args[0], Seeded(0)))
    if set(names) - guilty:
        return "M275"
    return "M276" if guilty - set(names) else ""


def at_the_authors_point(suspects: Any, rng: Any) -> Any:
    return [s.name for s in suspects if tools.projection_check(s.f, s.vjp, s.x, rng) > 1e-6]


def any_difference(suspects: Any, rng: Any) -> Any:
    names = []
    for s in suspects:
        x = rng.normal(size=s.x.shape)
        if tools.projection_check(s.f, s.vjp, x, rng) > 0:
            names.append(s.name)
    return names


def only_the_first(suspects: Any, rng: Any) -> Any:
    for s in suspects:
        x = rng.normal(size=s.x.shape)
        if tools.projection_check(s.f, s.vjp, x, rng) > 1e-6:
            return [s.name]
    return []


def weighted(suspect: Any, u: Any, x: Any) -> Any:
    return np.sum(u * suspect.f(x))


def by_every_entry(suspects: Any, rng: Any) -> Any:
    names = []
    for s in suspects:
        x = rng.uniform(0.5, 1.5, size=s.x.shape) * rng.choice([-1.0, 1.0], size=s.x.shape)
        u = rng.normal(size=s.f(x).shape)
        numeric = tools.numerical_gradient(partial(weighted, s, u), x, 1e-5)
        if tools.relative_error(s.vjp(u, x), numeric) > 1e-5:
            names.append(s.name)
    return names


HUNT = Question(
    id="11.5",
    name="find_faults",
    points=3,
    reference=tools.find_faults,
    cases=hunt_cases,
    mistakes=(
        Mistake("M274", at_the_authors_point),
        Mistake("M275", any_difference),
        Mistake("M276", only_the_first),
    ),
    hints=(
        "Where did the authors check, and what do tanh, x**2 or a ReLU do just there?",
        "Draw a point of your own, of the same shape; rounding alone stays below 1e-6.",
        "For each suspect: x from rng.normal, projection_check, and its name if above 1e-6.",
    ),
    also_right=(by_every_entry,),
    outputs=("names",),
    summary="a list with the names of the suspects whose vjp is wrong, such as ['tanh', 'relu']",
    accept=accept_names,
    keeps_dtype=False,
)


QUESTIONS = (NUMERICAL, RELATIVE, PROJECTION, STEP, FROZEN, HUNT)

REVIEW = (
    ReviewQuestion(
        id="11.r1",
        prompt="In float64, why is a central difference at h = 1e-12 worse than at h = 1e-6?",
        options=(
            "The curve bends more between the two points",
            "Two nearly equal values are subtracted, and rounding is divided by a tiny h",
            "1e-12 is rounded to 0",
        ),
        answer=1,
        why="The rounding error grows like eps / h as h shrinks; the bend matters less and less.",
    ),
    ReviewQuestion(
        id="11.r2",
        prompt="A gradient check agrees at x = 0 with all weights 0. What does it tell?",
        options=(
            "The backward pass is right",
            "Little: many faults vanish at 0, where slopes are 1 and products are 0",
            "The loss is right, the gradient may be wrong",
        ),
        answer=1,
        why="tanh has slope 1 there and every product with a weight is 0. Draw the point at "
        "random.",
    ),
    ReviewQuestion(
        id="11.r3",
        prompt="One entry of a ReLU layer fails the check, all others agree to 1e-10. First "
        "suspicion?",
        options=(
            "The backward pass of ReLU is wrong",
            "The input of this entry lies within h of 0, and the difference straddles the kink",
            "float32",
        ),
        answer=1,
        why="Take a smaller h or another point: an alarm from a kink goes away, a fault stays.",
    ),
    ReviewQuestion(
        id="11.r4",
        prompt="About how many forward passes does a check along one random direction need, for "
        "5,000 weights?",
        options=("3", "5,000", "10,000"),
        answer=0,
        why="One step forth and one back move all weights at once; one more gives the output's "
        "shape.",
    ),
)
