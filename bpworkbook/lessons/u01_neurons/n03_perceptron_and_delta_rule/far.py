"""Lesson 03: both rules on setosa against others, one of which was noted down too large."""

from typing import Any

import numpy as np

from bpworkbook.figures import Dots, Line, Marks, Panel, Scene, Text
from bpworkbook.lessons.u01_neurons.n03_perceptron_and_delta_rule import flowers, lines
from bpworkbook.live import Result

WINDOW = (0.0, 9.0, -0.6, 3.4)
SIGNS = {0: ("s", "ink"), 1: ("o", "white"), 2: ("^", "yellow")}
EPOCHS = 200


def two_rules(virginica: int, times: float) -> Result:
    """Show the lines of both rules, and what the delta rule wants of each flower.

    Parameters
    ----------
    virginica : int
        How many flowers of this species stand beside setosa and versicolor.
    times : float
        How many times too large the petals of the last flower were noted down.

    Examples
    --------
    >>> two_rules(50, 1.0).texts
    {'wrong, delta rule': '1 of 150', 'wrong, perceptron': '0 of 150', 'loss': '0.132'}
    """
    X, kind = _flowers(virginica, times)
    y = np.where(kind == 0, 1, -1)
    Z = lines.with_ones(X)
    best = np.linalg.lstsq(Z, y, rcond=None)[0]
    made = lines.run(X, y, epochs=EPOCHS)[-1].u
    wrong = {name: lines.wrong_side(X, y, u) for name, u in (("d", best), ("p", made))}
    loss = float(((Z @ best - y) ** 2).mean())
    picture = Scene(
        _plane(X, kind, y, best, made, wrong), _pull(Z @ best, kind), width=6.8, height=3.8,
        ratios=(1.25, 1), legend="below", margins={"left": 0.55, "wspace": 0.85, "right": 0.1},
    )  # fmt: skip
    values: dict[str, Any] = {
        "wrong, delta rule": f"{wrong['d']} of {len(X)}",
        "wrong, perceptron": f"{wrong['p']} of {len(X)}",
        "loss": f"{loss:.3f}",
    }
    return Result(picture, values)


def _flowers(virginica: int, times: float) -> tuple[Any, Any]:
    measured, species = flowers.iris()
    kept = np.arange(len(species)) < 100 + virginica
    X, kind = measured[kept][:, 2:].copy(), species[kept]
    X[-1] *= times
    return X, kind


def _plane(X: Any, kind: Any, y: Any, best: Any, made: Any, wrong: dict[str, int]) -> Panel:
    marks: list[Any] = [
        Line(*_ends(best), "delta rule", color="blue", dash="-", width=2.4, marker="none"),
        Line(*_ends(made), "perceptron", color="red", dash="--", width=2.4, marker="none"),
    ]
    for species, (marker, fill) in SIGNS.items():
        of = X[kind == species]
        name = flowers.SPECIES[species]
        marks.append(Dots(of[:, 0], of[:, 1], name, marker=marker, fill=fill))
    lost = X[y * (lines.with_ones(X) @ best) <= 0]
    ring = Dots(lost[:, 0], lost[:, 1], "wrong", size=12, fill="none", edge="red", width=2)
    if X[-1, 0] > WINDOW[1] or X[-1, 1] > WINDOW[3]:
        where = f"one flower at ({X[-1, 0]:.3g}, {X[-1, 1]:.3g})"
        marks.append(Text(8.8, 3.15, where, align="right", rim=True))
    told = f"the delta rule's line has {wrong['d']} of {len(X)} flowers on the wrong side"
    told += f", the perceptron's {wrong['p']}"
    return Panel(
        *marks, ring, xlabel="petal length (cm)", ylabel="petal width (cm)", title="Two lines",
        xlim=WINDOW[:2], ylim=WINDOW[2:], grid="", told=told,
    )  # fmt: skip


def _ends(u: Any) -> tuple[Any, Any]:
    foot = -u[2] * u[:2] / (u[:2] @ u[:2])
    along = np.array([-u[1], u[0]]) / np.linalg.norm(u[:2]) * 20
    return (foot[0] + np.array([-1, 1]) * along[0]), (foot[1] + np.array([-1, 1]) * along[1])


def _pull(z: Any, kind: Any) -> Panel:
    # Three rows, one for each species; the flowers of a row stand at slightly other heights.
    rows = 2.0 - kind + 0.25 * np.sin(7.0 * np.arange(len(z)))
    marks: list[Any] = [
        Marks({"-1": -1.0, "+1": 1.0}),
        Line([0, 0], [-1, 3], color="ink", dash="-"),
    ]
    for species, (marker, fill) in SIGNS.items():
        of = kind == species
        marks.append(Dots(z[of], rows[of], flowers.SPECIES[species], marker=marker, fill=fill))
    low = z[kind == 2].min() if (kind == 2).any() else z.min()
    return Panel(
        *marks, xlabel="z of the delta rule", title="Targets: -1 and +1",
        xlim=(-7, 3), ylim=(-0.7, 2.9), yticks=(), grid="",
        told=f"z goes from {low:.1f} to {z.max():.1f}, though only -1 and 1 are wanted",
    )  # fmt: skip
