"""Lesson 03: the pictures of its cells."""

import math
from typing import Any

import numpy as np

from bpworkbook.figures import Dots, Levels, Line, Panel, Scene
from bpworkbook.lessons.u01_neurons.n03_perceptron_and_delta_rule import (
    clouds,
    flowers,
    lines,
    measure,
    panels,
)


def three_tasks(epochs: int = 1000) -> Scene:
    """Return the three tasks, each with the line that a perceptron has in the end.

    Examples
    --------
    >>> three_tasks(50).alt.split(". ")[0]
    'Three tasks with the line of a perceptron'
    """
    drawn, told = [], []
    for name in flowers.TASKS:
        task = flowers.task(name)
        window = panels.window_of(task.X)
        u = lines.run(task.X, task.y, epochs=epochs)[-1].u
        panel = panels.line_panel(
            task.X, task.y, u, window, names=("label -1", "label +1"),
            title=name, xlabel=f"{task.axes[0]} (cm)", ylabel=f"{task.axes[1]} (cm)", legend="",
            xticks=range(math.ceil(window[0]), math.floor(window[1]) + 1),
        )  # fmt: skip
        drawn.append(panel)
        told.append(f"{name}: {panel.told.replace('points', 'flowers')}")
    return Scene(
        *drawn, width=7.2, height=3.2, legend="below",
        margins={"left": 0.5, "wspace": 0.6, "right": 0.05},
        alt=f"Three tasks with the line of a perceptron. {'. '.join(told)}.",
    )  # fmt: skip


def mistakes_and_bound(few: int = 100, many: int = 2000) -> Scene:
    """Return mistakes over the gap, ten draws each of few and of many points, below the bound.

    Examples
    --------
    >>> "bound" in mistakes_and_bound(20, 40).alt
    True
    """
    marks: list[Any] = []
    medians = {}
    for n, marker, fill, aside in ((few, "o", "white", 0.96), (many, "s", "sky", 1.04)):
        counts = measure.mistakes_by_gap(n)
        x = [gap * aside for gap, of in counts.items() for _ in of]
        y = [count for of in counts.values() for count in of]
        marks.append(Dots(x, y, f"{n:,} points, ten draws", marker=marker, fill=fill))
        medians[n] = {gap: float(np.median(of)) for gap, of in counts.items()}
    bounds = [clouds.cloud(few, gap, 0.0, np.random.default_rng(0)).bound for gap in measure.GAPS]
    marks.insert(0, Line(measure.GAPS, bounds, "bound", color="red", dash="--", marker="none"))
    wide, narrow = measure.GAPS[-1], measure.GAPS[0]
    told = "; ".join(
        f"for {n:,} points the median goes from {of[wide]:.0f} at gap {wide} to "
        f"{of[narrow]:.0f} at gap {narrow}"
        for n, of in medians.items()
    )
    panel = Panel(
        *marks, xlabel="points keep off the line by", ylabel="mistakes", xscale="log",
        yscale="log", ylim=(1, 3e5), xlim=(0.04, 1), xticks=measure.GAPS, told=told,
    )  # fmt: skip
    alt = f"Mistakes stay far below the bound, and grow as the gap closes: {told}."
    return Scene(panel, width=6.0, height=3.3, alt=alt)


def loss_and_wrong(loss: Any, wrong: Any) -> Scene:
    """Return loss and wrong flowers of the delta rule over the steps.

    Examples
    --------
    >>> loss_and_wrong(np.array([1.0, 0.2, 0.1]), np.array([9, 0, 1])).alt
    'The loss falls all the time, to 0.100; of the flowers 0 are wrong at best and 1 at the end.'
    """
    steps = np.arange(1, len(loss))
    falling = Panel(
        Levels({f"{loss[-1]:.3f}": float(loss[-1])}),
        Line(steps, loss[1:], color="blue", dash="-", marker="none"),
        xlabel="step", ylabel="loss", title="The loss falls", xscale="log", ylim=(0, 1),
    )  # fmt: skip
    counting = Panel(
        Line(steps, wrong[1:], color="red", dash="-", marker="none"),
        xlabel="step", ylabel="flowers wrong", title="and a flower goes wrong", xscale="log",
        ylim=(-0.5, 12), yticks=(0, 1, 5, 10),
    )  # fmt: skip
    alt = (
        f"The loss falls all the time, to {loss[-1]:.3f}; of the flowers {wrong.min()} are wrong "
        f"at best and {wrong[-1]} at the end."
    )
    return Scene(falling, counting, width=6.6, height=2.9, margins={"wspace": 0.75}, alt=alt)
