"""Exercise 11.5: find the faults in gradients that somebody else wrote."""

from functools import partial
from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n11_gradient_checking import tools
from bpworkbook.lessons.u02_gradients.n11_gradient_checking.cases import Seeded, hunt_cases
from bpworkbook.workbook import Mistake, Question
from bpworkbook.workbook.comparison import kind_of

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
