"""Exercises 10.1 and 10.6: operations that record, and a Value that forgets its past."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n10_autodiff_engine import engine
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.engine import Value
from bpworkbook.workbook import Mistake, Question
from bpworkbook.workbook.comparison import is_scalar, kind_of
from bpworkbook.workbook.examples import digit, tenths
from bpworkbook.workbook.question import AnswerError

Rng = np.random.Generator
LOST_USE = (
    "In a * a the same Value comes twice. A set or a dict keeps it once; "
    "parents and derivatives must be tuples, with one entry for each use."
)


def recorded(answer: Callable[..., Any], *args: Any) -> Any:
    """Return what an operation computed, and its derivative by each Value that came in."""
    made = answer(*args)
    if made is None:
        return None
    if not all(hasattr(made, name) for name in ("data", "parents", "derivatives")):
        came = "the bare number" if isinstance(made, float) else kind_of(made)
        raise AnswerError(
            f"you returned {came}, but a new Value(data, parents, derivatives) is wanted"
        )
    parents, derivatives = tuple(made.parents), tuple(made.derivatives)
    if len(parents) != len(derivatives):
        raise AnswerError(
            f"parents holds {len(parents)}, derivatives {len(derivatives)}: each use needs one of "
            "both, and a set keeps a Value only once"
        )
    operands = [value for value in args if isinstance(value, Value)]
    if any(all(parent is not one for one in operands) for parent in parents):
        raise AnswerError("a parent is not the Value that came in: put `a` itself, not `a.data`")
    if not all(is_scalar(derivative) for derivative in derivatives):
        raise AnswerError("a derivative is no plain number: write `b.data`, not `b`")
    pairs = list(zip(parents, derivatives, strict=True))
    return made.data, *(sum(d for p, d in pairs if p is one) for one in operands)


def pairs_of_values(rng: Rng) -> list[Any]:
    drawn = rng.uniform(0.5, 2.0, size=(3, 2)) * rng.choice([-1, 1], size=(3, 2))
    distinct = [(Value(float(a)), Value(float(b))) for a, b in [(2, 3), (-4, 5), *drawn]]
    same = [(value, value) for value in (Value(3.0), Value(float(rng.uniform(4, 6))))]
    return [*distinct, *same]


def two_values(rng: Rng) -> Any:
    """Return two Values of one digit."""
    return Value(digit(rng)), Value(digit(rng))


# 10.1 multiply


def own_operand(a: Value, b: Value) -> Value:
    return Value(a.data * b.data, (a, b), (a.data, b.data))


def multiply_by_dict(a: Value, b: Value) -> Value:
    slopes = {a: b.data, b: a.data}
    return Value(a.data * b.data, tuple(slopes), tuple(slopes.values()))


def multiply_with_ones(a: Value, b: Value) -> Value:
    return Value(a.data * b.data, (a, b), (1.0, 1.0))


def multiply_the_other_way_round(a: Value, b: Value) -> Value:
    return Value(b.data * a.data, [b, a], [a.data, b.data], "times")


MULTIPLY = Question(
    id="10.1",
    name="multiply",
    points=1,
    reference=engine.multiply,
    cases=pairs_of_values,
    example=two_values,
    apply=recorded,
    mistakes=(
        Mistake("M42", own_operand),
        Mistake("M45", multiply_by_dict, LOST_USE),
        Mistake(
            "M39",
            multiply_with_ones,
            "1 and 1 are the derivatives of a sum. Move a a little: how far does a * b move?",
        ),
    ),
    hints=(
        "Three things go into the new Value: its number, (a, b), and two derivatives.",
        "The derivative of a product by one factor is the other factor.",
        "Value of a.data times b.data, with parents (a, b) and derivatives (b.data, a.data).",
    ),
    also_right=(multiply_the_other_way_round,),
    outputs=("data", "derivative by a", "derivative by b"),
    summary="a new Value(data, parents, derivatives)",
)


# 10.1 add


def add_by_dict(a: Value, b: Value) -> Value:
    slopes = {a: 1.0, b: 1.0}
    return Value(a.data + b.data, tuple(slopes), tuple(slopes.values()))


def add_like_multiply(a: Value, b: Value) -> Value:
    return Value(a.data + b.data, (a, b), (b.data, a.data))


def add_with_lists(a: Value, b: Value) -> Value:
    made = Value(b.data + a.data)
    made.parents, made.derivatives = (a, b), (1.0,) * 2
    return made


ADD = Question(
    id="10.1",
    name="add",
    points=1,
    reference=engine.add,
    cases=pairs_of_values,
    example=two_values,
    apply=recorded,
    mistakes=(
        Mistake("M45", add_by_dict, LOST_USE),
        Mistake(
            "M42",
            add_like_multiply,
            "These are the derivatives of a product. If a grows by 1, how much does a + b grow?",
        ),
    ),
    hints=(
        "It is written as multiply is; only the number and the derivatives differ.",
        "If one term grows by 1, the sum grows by 1, whatever the other term is.",
        "Value of a.data plus b.data, with parents (a, b) and derivatives (1.0, 1.0).",
    ),
    also_right=(add_with_lists,),
    outputs=("data", "derivative by a", "derivative by b"),
    summary="a new Value(data, parents, derivatives)",
)


# 10.1 power


def power_cases(rng: Rng) -> list[Any]:
    drawn = [(Value(float(x)), n) for x, n in zip(rng.uniform(1.2, 3, 3), (2, 3, 0.5), strict=True)]
    return [(Value(3.0), 2), (Value(-2.0), 3), *drawn, (Value(2.0), -1), (Value(5.0), 1)]


def exponent_kept(a: Value, n: float) -> Value:
    return Value(a.data**n, (a,), (n * a.data**n,))


def factor_forgotten(a: Value, n: float) -> Value:
    return Value(a.data**n, (a,), (a.data ** (n - 1),))


def power_by_quotient(a: Value, n: float) -> Value:
    out = pow(a.data, n)
    return Value(out, [a], [out * n / a.data])


POWER = Question(
    id="10.1",
    name="power",
    points=1,
    reference=engine.power,
    cases=power_cases,
    example=lambda rng: (Value(digit(rng)), int(rng.integers(2, 5))),
    apply=recorded,
    mistakes=(
        Mistake("M50", exponent_kept),
        Mistake("M50", factor_forgotten, "The exponent comes down as a factor: n * x ** (n - 1)."),
    ),
    hints=(
        "n is a plain number, so there is one parent and one derivative: (a,) and (...,).",
        "The derivative of x ** n by x is n times x to the power n minus 1.",
        "Value of a.data ** n, with parents (a,) and derivatives (n * a.data ** (n - 1),).",
    ),
    also_right=(power_by_quotient,),
    outputs=("data", "derivative by a"),
    summary="a new Value(data, parents, derivatives), with one parent",
)


# 10.1 exp


def exp_cases(rng: Rng) -> list[Any]:
    return [(Value(float(x)),) for x in (0.5, 2, -1, *rng.uniform(-1.5, 1.5, size=3), -50)]


def slope_is_the_input(a: Value) -> Value:
    return Value(math.exp(a.data), (a,), (a.data,))


def exp_of_the_output(a: Value) -> Value:
    out = math.exp(a.data)
    return Value(out, (a,), (math.exp(out),))


def power_rule_for_exp(a: Value) -> Value:
    return Value(math.exp(a.data), (a,), (a.data * math.exp(a.data - 1),))


def exp_by_numpy(a: Value) -> Value:
    return Value(np.exp(a.data), [a], [np.exp(a.data)])


EXP = Question(
    id="10.1",
    name="exp",
    points=1,
    reference=engine.exp,
    cases=exp_cases,
    example=lambda rng: (Value(tenths(rng) * float(rng.choice((-1, 1)))),),
    apply=recorded,
    mistakes=(
        Mistake("M41", slope_is_the_input),
        Mistake(
            "M41",
            exp_of_the_output,
            "You took exp of the output once more. The output is the derivative, as it is.",
        ),
        Mistake("M50", power_rule_for_exp, "In x ** n the base moves; in exp(x) the exponent."),
    ),
    hints=(
        "Compute the number once and keep it: it is needed twice.",
        "exp is its own derivative.",
        "With out = math.exp(a.data): Value of out, with parents (a,) and derivatives (out,).",
    ),
    also_right=(exp_by_numpy,),
    outputs=("data", "derivative by a"),
    summary="a new Value(data, parents, derivatives), with one parent",
)


# 10.6 detach


def past_of(answer: Callable[..., Any], a: Value) -> Any:
    """Return the number of a detached Value, how many parents it has, and whether it is new."""
    made = answer(a)
    if made is None:
        return None
    if not all(hasattr(made, name) for name in ("data", "parents")):
        raise AnswerError(f"you returned {kind_of(made)}, but a new Value is wanted")
    return made.data, len(made.parents), int(made is not a)


def detach_cases(rng: Rng) -> list[Any]:
    x, y = (Value(float(drawn)) for drawn in rng.uniform(1, 2, size=2))
    product = engine.multiply(Value(2.0), Value(3.0))
    return [(product,), (engine.exp(engine.add(x, y)),), (engine.power(x, 2),), (Value(5.0),)]


def the_same_value(a: Value) -> Value:
    return a


def still_a_parent(a: Value) -> Value:
    return Value(a.data, (a,), (1.0,))


def detach_step_by_step(a: Value) -> Value:
    made = Value(0.0)
    made.data = a.data
    return made


DETACH = Question(
    id="10.6",
    name="detach",
    points=1,
    reference=engine.detach,
    cases=detach_cases,
    apply=past_of,
    mistakes=(
        Mistake("M201", the_same_value),
        Mistake(
            "M201",
            still_a_parent,
            "A parent with derivative 1 hands the gradient on unchanged. A constant has no parent.",
        ),
    ),
    hints=(
        "What makes a Value pass gradients on? Its parents.",
        "A Value that was given, not computed, has a number and nothing else.",
        "Make a new Value of a.data alone.",
    ),
    also_right=(detach_step_by_step,),
    outputs=("data", "number of parents", "is a new Value"),
    summary="a new Value of the same number, without parents",
)
