"""The picture of experiment E01.2: what three methods cost, run by run, and how a ratio grows."""

from collections.abc import Mapping, Sequence

import numpy as np

from bpworkbook.figures import Area, Dots, Line, Panel, Scene, Text, number
from bpworkbook.figures.scene_marks import Mark, next_style

MOST_WEIGHTS = 200


def picture(runs: Mapping[str, Sequence[int]], n: int, backward: int) -> Scene:
    """Draw evaluations of each method, a dot for each run, and how their ratio grows with n.

    Parameters
    ----------
    runs : mapping of str to sequence of int
        Evaluations in each run, by method.
    n, backward : int
        Weights, and forward passes that a backward pass costs.

    Examples
    --------
    >>> runs = {"finite differences": [42, 42], "backpropagation": [6, 6]}
    >>> picture(runs, 20, 2).alt[:72]
    'With 20 weights, evaluations of the network, median of 2 runs: finite di'
    """
    ratio = (n + 1) / (1 + backward)
    middle = {name: float(np.median(counts)) for name, counts in runs.items()}
    told = ", ".join(f"{name} {value:,.0f}" for name, value in middle.items())
    tries = len(next(iter(runs.values())))
    return Scene(
        _runs(runs, middle), _ratio(n, backward, ratio), width=6.8, height=2.95, ratios=[1.3, 1],
        margins={"left": 1.25, "wspace": 0.6},
        alt=f"With {n} weight{'s' * (n > 1)}, evaluations of the network, median of {tries} runs: "
        f"{told}. Finite differences cost {number(ratio)} times as much as backpropagation, and "
        "the ratio grows in proportion to the number of weights.",
    )  # fmt: skip


def _runs(runs: Mapping[str, Sequence[int]], middle: Mapping[str, float]) -> Panel:
    marks: list[Mark] = []
    style, rows = next_style(), {name: -float(row) for row, name in enumerate(runs)}
    for name, counts in runs.items():
        look, y, end = style(), rows[name], middle[name]
        # Spread by rank, not at random: the picture must not depend on a generator.
        aside = np.linspace(0.16, -0.16, len(counts))
        sides = y + 0.31 * np.array([-1, -1, 1, 1])
        marks += [
            Area([1, end, end, 1], sides, edge="grey", width=0.8),
            Dots(counts, y + aside, marker=look["marker"], fill=look["color"]),
            Text(1.5 * max(counts), y, f"{end:,.0f}", size=10, align="left"),
        ]
    return Panel(
        *marks, title="Work until the goal", xlabel="evaluations of the network (log scale)",
        xscale="log", xlim=(1, 2e4), ylim=(0.5 - len(runs), 0.5), grid="x",
        xticks={f"{10**power:,}": 10**power for power in range(5)},
        yticks={name.replace(" ", "\n"): row for name, row in rows.items()},
    )  # fmt: skip


def _ratio(n: int, backward: int, ratio: float) -> Panel:
    ends = np.array([1, MOST_WEIGHTS])
    return Panel(
        Line(ends, (ends + 1) / (1 + backward), color="blue"),
        Dots([n], [ratio], marker="s", size=9, fill="red"),
        Text(8, 104, f"here {number(ratio)} times", size=10, align="left"),
        title="Differences ÷ backprop", xlabel="weights n", xlim=(-6, 1.05 * MOST_WEIGHTS),
        ylim=(-4, 112), xticks=range(0, MOST_WEIGHTS + 1, 50), yticks=range(0, 101, 25),
    )  # fmt: skip
