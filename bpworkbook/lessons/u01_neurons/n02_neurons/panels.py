"""Lesson 02: the panels of its experiments."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpworkbook import nn
from bpworkbook.figures import Area, Dots, Field, Levels, Line, Marks, Panel, Text
from bpworkbook.figures.scene_marks import Mark
from bpworkbook.lessons.u01_neurons.n02_neurons import lif

SHOWN = 0.15
"""Seconds of a trace."""

REACH = 4.0
"""The plane of the weights reaches from -REACH to REACH."""

GRID = (-4, -2, 0, 2, 4)


def step(z: Any) -> Any:
    """Return 1 where z >= 0 and 0 elsewhere.

    Examples
    --------
    >>> step(np.array([-1.0, 0.0, 2.0])).tolist()
    [0.0, 1.0, 1.0]
    """
    return np.where(np.asarray(z) >= 0, 1.0, 0.0)


ACTIVATIONS: dict[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "step": (step, np.zeros_like),
    "sigmoid": (nn.sigmoid, lambda z: nn.sigmoid(z) * (1 - nn.sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "ReLU": (nn.relu, step),
}
"""Each activation with its slope."""


def trace_panel(current: float, leak: float, threshold: float) -> Panel:
    """Return the voltage of a cell over the first part of a second, with its spikes.

    Examples
    --------
    >>> trace_panel(100.0, 50.0, 1.0).told
    'the voltage climbs to the threshold and is set back 10 times in 150 ms'
    """
    v, spikes = lif.trace(current, leak, threshold, SHOWN)
    ms = 1000 * lif.STEP * (1 + np.arange(len(v)))
    every = slice(None, None, 5)
    told = f"the voltage stays below the threshold, at {v[-1]:.2f}"
    if spikes.size:
        times = f"{spikes.size} time{'s' * (spikes.size > 1)}"
        told = f"the voltage climbs to the threshold and is set back {times} in 150 ms"
    return Panel(
        Levels({"threshold": threshold}),
        Line(ms[every], v[every], color="blue", dash="-", width=1.6),
        spike_marks(ms[spikes], threshold, 1.95),
        title="One cell", xlabel="time (ms)", ylabel="voltage v", xlim=(0, 150), ylim=(0, 2),
        told=told,
    )  # fmt: skip


def spike_marks(times: Any, low: float, high: float) -> Line:
    """Return one line that stands upright at each spike.

    Examples
    --------
    >>> spike_marks([3.0], 1, 2).spread()[0].tolist()
    [3.0, 3.0, nan]
    """
    x = np.repeat(np.asarray(times, dtype=float), 3)
    y = np.tile([low, high, np.nan], len(x) // 3)
    x[2::3] = np.nan
    return Line(x, y, color="ink", dash="-", width=1.6)


def rate_panel(current: float, leak: float, threshold: float, rates: tuple[float, float]) -> Panel:
    """Return the rate over the current, with dots at this current and at twice as much."""
    currents = np.linspace(0, 300, 301)
    once, twice = rates
    start = leak * threshold
    return Panel(
        Line([start, start], [0, 380], color="grey", dash=":", width=1.2),
        Text(start + 5, 390, "fires from here on", color="grey", align="left", valign="top"),
        Line(currents, lif.exact_rate(currents, leak, threshold), color="blue", dash="-"),
        Dots([current], [once], "I", marker="o", size=9, fill="yellow"),
        Dots([2 * current], [twice], "2 I", marker="s", size=9, fill="orange"),
        title="Its rate", xlabel="current I", ylabel="spikes per second", xlim=(0, 308),
        ylim=(-8, 410), legend="lower right",
        xticks=(0, 100, 200, 300),
        told=f"the rate is 0 up to a current of {start:g}, {once:.0f} spikes per second at "
        f"{current:g} and {twice:.0f} at {2 * current:g}",
    )  # fmt: skip


def plane_panel(w1: float, w2: float, b: float, kind: str) -> Panel:
    """Return the plane of two inputs with a neuron's answer, its line, and its weights as an arrow.

    Examples
    --------
    >>> plane_panel(2.0, 1.0, -2.0, "step").told
    'z is positive on 37 % of the plane, on the side that the weights point to'
    """
    axis = np.linspace(-REACH, REACH, 61)
    z = w1 * axis[None, :] + w2 * axis[:, None] + b
    length = float(np.hypot(w1, w2))
    share = round(100 * float(np.mean(z > 1e-9)))
    marks: list[Mark] = [_answer_field(z, length, kind)]
    if length:
        foot = -b * np.array([w1, w2]) / length**2
        along = np.array([-w2, w1]) / length * 3 * REACH
        ends = np.stack([foot - along, foot + along])
        tip = foot + 1.5 * np.array([w1, w2]) / length
        marks += [
            Line(ends[:, 0], ends[:, 1], "z = 0", color="ink", dash="-", width=2.2),
            Line([0, foot[0]], [0, foot[1]], "shift", color="blue", dash=":", width=2.6),
            Line([foot[0], tip[0]], [foot[1], tip[1]], "direction of w", color="red", dash="-",
                 width=2.8, arrow=True),
        ]  # fmt: skip
    marks.append(Dots([0], [0], marker="o", size=5, fill="ink"))
    told = (
        f"z is positive on {share} % of the plane, on the side that the weights point to"
        if length
        else "without weights the neuron gives the same answer everywhere"
    )
    return Panel(
        *marks, title="Answer over the plane", xlabel="x1", ylabel="x2",
        xlim=(-REACH, REACH), ylim=(-REACH, REACH), equal=True, told=told, xticks=GRID, yticks=GRID,
    )  # fmt: skip


def _answer_field(z: Any, length: float, kind: str) -> Field:
    extent = (-REACH, REACH, -REACH, REACH)
    if kind == "step":
        # A slope as wide as a cell of the grid keeps the slanting boundary straight.
        cell = 2 * REACH / 60 * length
        return Field(
            np.clip(0.5 + z / cell, 0, 1) if length else step(z), extent, low=-0.7, high=1.7
        )
    if kind == "ReLU":
        return Field(nn.relu(z), extent, low=-8, high=8)
    return Field(nn.sigmoid(z), extent, low=-0.7, high=1.7)


def pulses_panel(gap: float, leak: float) -> Panel:
    """Return the pulses of two synapses and the voltage that they make.

    Examples
    --------
    >>> pulses_panel(0.0, 50.0).told
    'the pulses lift the voltage over the threshold: 4 spikes in 160 ms'
    """
    first, second = (1000 * times for times in lif.pulse_times(gap))
    times, v, spikes = lif.answer_to_pulses(gap, leak)
    shown = times <= 0.16
    fired = 1000 * spikes[spikes <= 0.16]
    told = "the voltage falls back between pulses and never reaches the threshold in 160 ms"
    if fired.size:
        told = f"the pulses lift the voltage over the threshold: {fired.size} spikes in 160 ms"
    return Panel(
        Levels({"threshold": lif.THRESHOLD}),
        Line(1000 * times[shown], v[shown], color="blue", dash="-", width=1.6),
        spike_marks(fired, 1, 1.5),
        spike_marks(first, 2.1, 2.3),
        spike_marks(second, 1.75, 1.95),
        title="Pulses and voltage", xlabel="time (ms)", ylabel="voltage v",
        xlim=(0, 160), ylim=(0, 2.4), yticks={"0": 0, "1": 1, "input 2": 1.85, "input 1": 2.2},
        grid="", told=told,
    )  # fmt: skip


def gap_panel(gap: float, leak: float) -> Panel:
    """Return the rate over the gap between two inputs, beside what the weighted sum makes of it."""
    gaps = np.arange(0, 20.5, 0.5)
    rates = [len(lif.answer_to_pulses(g / 1000, leak)[2]) for g in gaps]
    here = len(lif.answer_to_pulses(gap, leak)[2])
    model = model_rate(leak)
    return Panel(
        Line(gaps, rates, "cell", color="blue", dash="-", marker="none"),
        Line([0, 20], [model, model], "its model", color="red", dash="--", marker="none"),
        Dots([1000 * gap], [here], marker="o", size=9, fill="yellow"),
        title="Rate of cell and model", xlabel="gap (ms)", ylabel="spikes per second",
        xlim=(-0.5, 20.5), ylim=(-1, 42), legend="upper right",
        told=f"at a gap of {1000 * gap:.0f} ms the cell fires {here} times a second, the model "
        f"{model:.0f} times at every gap",
    )  # fmt: skip


def model_rate(leak: float) -> float:
    """Return the rate that a weighted sum of the two inputs' rates, a bias and ReLU give.

    Examples
    --------
    >>> model_rate(50.0)
    5.0
    """
    return max(0.0, 2 * lif.PULSES * lif.PUSH - leak / 2)


def curve_panel(kind: str, gain: float) -> Panel:
    """Return an activation of gain * z."""
    z = np.linspace(-4, 4, 401)
    f, _ = ACTIVATIONS[kind]
    return Panel(
        Line(z, f(gain * z), color="blue", dash="-", width=2.4),
        title=f"a = {kind}({gain:g} z)".replace("(1 z)", "(z)"), xlabel="z", ylabel="a",
        xticks=GRID,
        xlim=(-4, 4), ylim=(-1.2, 2.2),
        told=f"{kind} of {gain:g} z runs from {f(np.array([-4.0 * gain]))[0]:.2f} at z = -4 "
        f"to {f(np.array([4.0 * gain]))[0]:.2f} at z = 4",
    )  # fmt: skip


def slope_panel(kind: str, gain: float) -> Panel:
    """Return the slope of an activation of gain * z."""
    z = np.linspace(-4, 4, 401)
    _, slope = ACTIVATIONS[kind]
    steep = gain * slope(gain * z)
    marks: list[Mark] = [Area([-4, *z, 4], [0, *steep, 0], fill="sky", edge="none")]
    marks.append(Line(z, steep, color="red", dash="-", width=2.4))
    if kind == "step":
        marks.append(Text(0, 0.55, "0 everywhere;\nat z = 0 there is a jump"))
    top = f"{float(steep.max()):.2f}"
    return Panel(
        *marks, title="slope of a", xlabel="z", ylabel="slope", xticks=GRID,
        xlim=(-4, 4), ylim=(-0.15, 4.2),
        told=f"its slope is at most {top}",
    )  # fmt: skip


def along_panel(length: float, b: float, kind: str) -> Panel:
    """Return a neuron's answer on a walk from the origin in the direction of its weights.

    Examples
    --------
    >>> along_panel(2.0, -2.0, "step").told
    'along w the answer is 0.00 at the origin and 1.00 four steps further'
    """
    s = np.linspace(-REACH, REACH, 801)
    f = ACTIVATIONS[kind][0]
    a = f(length * s + b)
    marks: list[Mark] = []
    if length and abs(b) <= REACH * length:
        marks.append(Marks({"shift": -b / length}))
    marks.append(Line(s, a, color="blue", dash="-", width=2.4))
    marks.append(Dots([0], f(np.array([b])), marker="o", size=6, fill="ink"))
    start, end = (f(np.array([length * at + b]))[0] for at in (0, REACH))
    return Panel(
        *marks, title="On a walk along w", xlabel="steps from the origin", ylabel="answer a",
        xticks=GRID, xlim=(-REACH, REACH), ylim=(-0.2, 4.2) if kind == "ReLU" else (-0.1, 1.2),
        told=f"along w the answer is {start:.2f} at the origin and {end:.2f} four steps further",
    )  # fmt: skip
