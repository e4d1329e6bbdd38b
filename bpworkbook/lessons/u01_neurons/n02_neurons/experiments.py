"""The live experiments of lesson 02."""

import numpy as np

from bpworkbook.figures import Scene
from bpworkbook.lessons.u01_neurons.n02_neurons import lif, panels
from bpworkbook.live import Choice, Float, FloatLog, Int, Menu, Result, experiment


@experiment(
    id="E02.1",
    title="Integrate and fire",
    controls={
        "current": Int(0, 150, 60, step=5, label="current I"),
        "leak": Int(0, 100, 50, step=5),
        "threshold": Float(0.75, 1.5, 1.0, step=0.25),
    },
    predict=Choice(
        "A leaky cell fires 28 times in a second. At twice the current it fires",
        ("twice as often", "less than twice as often", "more than twice as often"),
        answer=2,
        why="The leak takes its share first, about as much in both cases. What is left of the "
        "current more than doubles, and the rate with it: from 28 to 93.",
    ),
    read_off=Choice(
        "At which leak does the rate double exactly when the current doubles?",
        ("at 0", "at 25", "at 100"),
        answer=0,
        why="Without a leak nothing has to be made up for: the rate is I / threshold.",
    ),
    settings=[
        {"current": 45},
        {"current": 60},
        {"current": 150},
        {"current": 60, "leak": 0},
        {"current": 60, "threshold": 1.5},
    ],
    scenarios={
        "more than double": {"current": 60, "leak": 50, "threshold": 1.0},
        "silent": {"current": 45, "leak": 50, "threshold": 1.0},
        "no leak": {"current": 60, "leak": 0, "threshold": 1.0},
    },
)
def integrate_and_fire(current: int, leak: int, threshold: float) -> Result:
    """Show the voltage of a cell under a steady current, and its rate over the current."""
    currents = np.array([current, 2 * current])
    once, twice = (float(rate) for rate in lif.exact_rate(currents, leak, threshold))
    picture = Scene(
        panels.trace_panel(current, leak, threshold),
        panels.rate_panel(current, leak, threshold, (once, twice)),
        width=6.6, height=2.9, margins={"left": 0.6, "wspace": 0.75, "right": 0.1},
    )  # fmt: skip
    return Result(
        picture,
        {
            "fires above I =": f"{leak * threshold:g}",
            "spikes per second": f"{once:.1f}",
            "at twice the current": f"{twice:.1f}",
            "times as many": f"{twice / once:.2f}" if once else "none at all",
        },
    )


@experiment(
    id="E02.2",
    title="Weights are a direction",
    controls={
        "w1": Float(-3, 3, 2, step=0.25),
        "w2": Float(-3, 3, 1, step=0.25),
        "b": Float(-4, 4, -2, step=0.25, label="bias b"),
        "f": Menu(("step", "sigmoid", "ReLU"), "step", label="activation"),
    },
    predict=Choice(
        "Moving the bias alone",
        ("turns the line", "shifts the line, in the direction of w", "makes the line fuzzy"),
        answer=1,
        why="The direction comes from w1 and w2. The bias says how much of it is needed: "
        "the line moves along w and stays parallel to itself.",
    ),
    read_off=Choice(
        "Press 'all halved', then 'all doubled'. From one to the other, the line",
        ("does not move", "moves twice as far out", "turns"),
        answer=0,
        why="2z is 0 where z is 0. Length of w and bias together only make the answer steeper, "
        "which a step does not show and a sigmoid does.",
    ),
    settings=[
        {"b": -2},
        {"b": 2},
        {"w1": -1, "w2": 2},
        {"w1": 1, "w2": 0.5, "b": -1, "f": "sigmoid"},
        {"w1": 0, "w2": 0},
    ],
    scenarios={
        "other bias": {"w1": 2, "w2": 1, "b": 2, "f": "step"},
        "all halved": {"w1": 1, "w2": 0.5, "b": -1, "f": "sigmoid"},
        "all doubled": {"w1": 2, "w2": 1, "b": -2, "f": "sigmoid"},
        "no weights": {"w1": 0, "w2": 0, "b": -2, "f": "step"},
    },
)
def weight_direction(w1: float, w2: float, b: float, f: str) -> Result:
    """Show a neuron's answer over the plane of its two inputs."""
    length = float(np.hypot(w1, w2))
    picture = Scene(
        panels.plane_panel(w1, w2, b, f),
        panels.along_panel(length, b, f),
        width=6.6, height=3.7, ratios=(1, 0.95), legend="below",
        margins={"left": 0.55, "wspace": 0.7, "right": 0.1},
    )  # fmt: skip
    angle = f"{np.degrees(np.arctan2(w2, w1)):.0f}°" if length else "none"
    return Result(
        picture,
        {
            "direction of w": angle,
            "length of w": f"{length:.2f}",
            "shift -b/|w|": f"{0.0 - b / length:.2f}" if length else "none",
            "f at (0, 0)": f"{panels.ACTIVATIONS[f][0](np.array([b]))[0]:.2f}",
        },
    )


@experiment(
    id="E02.3",
    title="Activation zoo",
    controls={
        "kind": Menu(tuple(panels.ACTIVATIONS), "sigmoid"),
        "gain": FloatLog(0.25, 4, 1),
    },
    predict=Choice(
        "With gain 4, a sigmoid looks like a step. Its largest slope goes from 0.25 to",
        ("0.0625", "0.25, as before", "1", "infinity"),
        answer=2,
        why="Gain 4 squeezes the curve to a quarter of its width and leaves the height: "
        "every slope in it is 4 times as steep.",
    ),
    read_off=Choice(
        "Which one has slope 0 wherever it has a slope at all, at every gain?",
        ("step", "sigmoid", "tanh", "ReLU"),
        answer=0,
        why="Left and right of its jump a step is flat. That is why networks that learn by "
        "slopes do not use it.",
    ),
    settings=[
        {"kind": "step"},
        {"kind": "sigmoid"},
        {"kind": "sigmoid", "gain": 4},
        {"kind": "tanh"},
        {"kind": "ReLU"},
    ],
    scenarios={
        "nearly a step": {"kind": "sigmoid", "gain": 4},
        "nearly a line": {"kind": "tanh", "gain": 0.25},
        "no slope": {"kind": "step", "gain": 4},
    },
)
def activation_zoo(kind: str, gain: float) -> Result:
    """Show an activation and its slope, one beside the other."""
    picture = Scene(
        panels.curve_panel(kind, gain),
        panels.slope_panel(kind, gain),
        width=6.4, height=2.8, margins={"left": 0.6, "wspace": 0.7, "right": 0.1},
    )  # fmt: skip
    f, slope = panels.ACTIVATIONS[kind]
    z = np.array([0.0, 2.0])
    steepest = float(gain * slope(gain * np.linspace(-4, 4, 401)).max())
    return Result(
        picture,
        {
            "a at z = 2": f"{f(gain * z)[1]:.2f}",
            "slope at z = 2": f"{gain * slope(gain * z)[1]:.2f}",
            "largest slope": f"{steepest:.2f}",
        },
    )


@experiment(
    id="E02.4",
    title="Together or one by one",
    controls={
        "gap": Int(0, 20, 0, label="gap (ms)"),
        "leak": Int(0, 100, 50, step=5),
    },
    predict=Choice(
        "Together, the two inputs make the cell fire 25 times a second. "
        "With a gap of 20 ms and the same 25 pulses each, it fires",
        ("25 times, as before", "about half as often", "never"),
        answer=2,
        why="By the time the second pulse comes, the leak has taken most of the first. "
        "The weighted sum is the same, 30; the cell is silent.",
    ),
    read_off=Choice(
        "At leak 0, the gap",
        ("makes no difference", "matters even more", "matters below 10 ms only"),
        answer=0,
        why="A cell that forgets nothing only adds up, so a weighted sum says nearly all. (It "
        "fires 25 times, not 30: what a spike leaves above the threshold is lost.)",
    ),
    settings=[
        {"gap": 0},
        {"gap": 5},
        {"gap": 10},
        {"gap": 20},
        {"gap": 20, "leak": 0},
    ],
    scenarios={
        "together": {"gap": 0, "leak": 50},
        "one by one": {"gap": 20, "leak": 50},
        "no leak": {"gap": 20, "leak": 0},
    },
)
def together_or_not(gap: int, leak: int) -> Result:
    """Send pulses through two synapses, the second some milliseconds after the first."""
    picture = Scene(
        panels.pulses_panel(gap / 1000, leak),
        panels.gap_panel(gap / 1000, leak),
        width=6.8, height=3.0, margins={"left": 0.95, "wspace": 0.75, "right": 0.1},
    )  # fmt: skip
    return Result(
        picture,
        {
            "weighted sum": f"{2 * lif.PULSES * lif.PUSH:g}",
            "model, spikes in 1 s": f"{panels.model_rate(leak):g}",
            "cell, spikes in 1 s": len(lif.answer_to_pulses(gap / 1000, leak)[2]),
        },
    )


EXPERIMENTS = (integrate_and_fire, weight_direction, activation_zoo, together_or_not)
