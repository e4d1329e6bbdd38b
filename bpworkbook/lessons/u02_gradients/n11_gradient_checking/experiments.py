"""The live experiments of lesson 11."""

import numpy as np

from bpworkbook.figures import Bars, Dots, Levels, Line, Marks, Panel, Scene
from bpworkbook.lessons.u02_gradients.n11_gradient_checking.measure import (
    FAULTS,
    METHODS,
    layer_errors,
    step_error,
)
from bpworkbook.live import Choice, FloatLog, Menu, Result, Toggle, experiment

STEPS = 10.0 ** np.arange(-13, -0.9, 0.25)


@experiment(
    id="E11.1",
    title="The V-curve",
    controls={
        "h": FloatLog(1e-13, 0.1, 0.01, label="step h"),
        "method": Menu(METHODS, "central"),
        "dtype": Menu(("float64", "float32"), "float64"),
    },
    predict=Choice(
        "Central differences in float64. The error is smallest at about which step?",
        ("h = 1e-13, the smallest", "h = 1e-6", "h = 1e-2"),
        answer=1,
        why="Going left the bend matters less, until two nearly equal numbers are subtracted: "
        "their rounding, divided by a tiny h, takes over.",
    ),
    read_off=Choice(
        "In float32, the error of a central difference is smallest near",
        ("h = 1e-3", "h = 1e-6", "h = 1e-8"),
        answer=0,
        why="float32 keeps 7 digits, so rounding takes over much earlier. At h = 1e-8 the point "
        "does not move at all.",
    ),
    settings=[
        {"h": 1e-2},
        {"h": 1e-6},
        {"h": 1e-12},
        {"h": 1e-8, "method": "forward"},
        {"h": 1e-3, "dtype": "float32"},
    ],
    scenarios={
        "the best step": {"h": 5e-6},
        "smaller is worse": {"h": 1e-12},
        "best one-sided": {"h": 1e-8, "method": "forward"},
        "the same step in float32": {"h": 5e-6, "dtype": "float32"},
    },
)
def v_curve(h: float, method: str, dtype: str) -> Result:
    """Show the error of a difference over its step, on the function sin(3x)·exp(x)."""
    curves = {m: [step_error(float(step), m, dtype) for step in STEPS] for m in METHODS}
    error = step_error(h, method, dtype)
    order = 2 if method == "central" else 1
    eps = float(np.finfo(dtype).eps)
    side = "the bend" if h ** (order + 1) > eps else "rounding"
    # In powers of ten: the last digits of rounding differ from machine to machine.
    size = f"1e{round(np.log10(error))}" if error < 0.3 else "1"
    bend = curves[method][-5] * (STEPS / STEPS[-5]) ** order
    panel = Panel(
        Line(STEPS, bend, f"bend, like {'h²' if order == 2 else 'h'}", color="grey", dash="--"),
        Line(STEPS, eps / STEPS, "rounding, like eps / h", color="grey", dash=":"),
        *(Line(STEPS, curve, name) for name, curve in curves.items()),
        Dots([h], [error], "your step", marker="D", size=11, fill="orange"),
        xscale="log", yscale="log", xlim=(1e-13, 0.1), ylim=(1e-12, 3), xlabel="step h",
        ylabel="relative error", title=f"{method}, {dtype}: error about {size}, from {side}",
        told=f"{method} difference in {dtype}: at h = {_plain(h)} the relative error is about "
        f"{size}, from {side}; the curve is a V",
    )  # fmt: skip
    picture = Scene(panel, height=3.7, legend="below")
    return Result(picture, {"error about": size, "comes from": side})


@experiment(
    id="E11.2",
    title="The kink",
    controls={
        "z": FloatLog(1e-6, 1, 3e-3, label="input z"),
        "h": FloatLog(1e-7, 0.1, 0.01, label="step h"),
    },
    predict=Choice(
        "A ReLU receives z = 0.003, and its backward pass says 1. You check with h = 0.01. "
        "The difference",
        (
            "agrees with 1",
            "is not 1, so the backward pass is wrong",
            "is not 1, but the backward pass is right",
        ),
        answer=2,
        why="The left point z - h lies beyond the kink, on the flat side. The difference is a "
        "mixture of two slopes; the slope at z itself is 1.",
    ),
    read_off=Choice(
        "Which h makes the check pass at z = 0.003?",
        ("any h up to z", "only h = 1e-7", "none"),
        answer=0,
        why="As long as z - h does not reach the flat side, both points lie on one straight line.",
    ),
    settings=[{}, {"z": 0.03}, {"h": 1e-3}, {"z": 1e-6, "h": 1e-5}],
    scenarios={
        "false alarm": {"z": 0.003, "h": 0.01},
        "the same z, a smaller h": {"z": 0.003, "h": 0.001},
        "almost on the kink": {"z": 1e-6, "h": 1e-5},
    },
)
def kink(z: float, h: float) -> Result:
    """Take a central difference of a ReLU near its kink."""
    difference = (max(z + h, 0.0) - max(z - h, 0.0)) / (2 * h)
    error = abs(1 - difference)
    verdict = "passes" if error < 1e-6 else "false alarm"
    reach = 1.3 * (z + h)
    ends = np.array([z - h, z + h])
    near = Panel(
        Line([-reach, 0, reach], [0, 0, reach], "ReLU", marker="none"),
        Line(ends, np.maximum(ends, 0), "difference", color="orange", dash="--", marker="s"),
        Dots([z], [z], "z", fill="ink", size=8),
        xlim=(-reach, reach), ylim=(-0.15 * reach, reach), xlabel="z", ylabel="ReLU(z)",
        xticks=(-reach / 1.3, 0, reach / 1.3), yticks={"0": 0}, legend="upper left",
        title=f"slope {difference:.2f}, backward says 1",
        told=f"the difference from {_plain(ends[0])} to {_plain(ends[1])} has slope "
        f"{difference:.2f}, the backward pass says 1: {verdict}",
    )  # fmt: skip
    places = 10.0 ** np.linspace(-6, 0, 121)
    errors = np.maximum(0, (1 - places / h) / 2)
    along = Panel(
        Marks({"z = h": h}),
        Line(places, errors, "error", marker="none"),
        Dots([z], [error], "z", fill="ink", size=8),
        xscale="log", xlim=(1e-6, 1), ylim=(-0.1, 0.6), yticks=(0, 0.25, 0.5), legend="",
        xlabel="input z", ylabel="relative error", title=f"fails where z < {_plain(h)}",
        told=f"inputs closer to 0 than {_plain(h)} fail",
    )  # fmt: skip
    values = {"backward": "1", "difference": f"{difference:.2f}", "check": verdict}
    return Result(Scene(near, along, width=6.6, height=3.1), values)


@experiment(
    id="E11.3",
    title="Hidden fault",
    controls={
        "fault": Menu(FAULTS, "slope of tanh left out"),
        "point": Menu(("all zeros", "random"), "all zeros", label="test point"),
        "front": Toggle(False, label="a layer in front"),
    },
    predict=Choice(
        "A tanh layer's backward pass leaves out the slope of tanh. You check it at inputs, "
        "weights and biases that are all 0. The check",
        ("fails in W and b", "fails in b only", "passes"),
        answer=2,
        why="At 0, tanh has slope 1, so leaving it out changes nothing there; and with x = 0 the "
        "gradient of W is 0 either way.",
    ),
    read_off=Choice(
        "grad_x uses W in place of W.T. Which check sees it?",
        (
            "a random point, the layer alone",
            "zeros, with a layer in front",
            "a random point, with a layer in front",
        ),
        answer=2,
        why="Nothing is made of grad_x while no layer stands in front, and at zeros there is "
        "nothing to multiply. It takes both.",
    ),
    settings=[
        {},
        {"point": "random"},
        {"fault": "W for W.T in grad_x", "point": "random"},
        {"fault": "W for W.T in grad_x", "point": "random", "front": True},
        {"fault": "grad_b divided by n"},
    ],
    scenarios={
        "hidden by zeros": {"fault": "slope of tanh left out", "point": "all zeros"},
        "hidden, for nobody asks": {"fault": "W for W.T in grad_x", "point": "random"},
        "a fair test": {"fault": "W for W.T in grad_x", "point": "random", "front": True},
    },
)
def hidden_fault(fault: str, point: str, front: bool) -> Result:
    """Check a layer with a planted fault, and see which gradients fail."""
    errors = layer_errors(fault, zeros=point == "all zeros", front=front)
    seen = [name for name, error in errors.items() if error > 1e-6]
    if fault == "none":
        verdict = "nothing to find"
    else:
        verdict = "the fault is seen" if seen else "the fault escapes"
    heights = {name: max(errors.get(name, 0.0), 1e-10) for name in ("W0", "b0", "W", "b")}
    words = [
        f"{errors[name]:.1f}" if name in seen else "agrees" if name in errors else "not there"
        for name in heights
    ]
    worst = max(seen, key=errors.__getitem__, default="")
    told = ", ".join(f"{name} {word}" for name, word in zip(heights, words, strict=True))
    where = "behind a linear layer" if front else "alone"
    panel = Panel(
        Levels({"limit 1e-6": 1e-6}),
        Bars(heights, worst, labels=words),
        yscale="log", ylim=(1e-10, 100), grid="y", ylabel="relative error",
        title=f"{point}, {where}: {verdict}",
        told=f"fault: {fault}; checked at {point}, {where}: {told}; {verdict}",
    )  # fmt: skip
    values = {"gradients that fail": ", ".join(seen) or "none", "verdict": verdict}
    return Result(Scene(panel, height=3.3), values)


def _plain(number: float) -> str:
    """Write 1e-05 as 1e-5.

    >>> _plain(1e-05), _plain(0.01)
    ('1e-5', '0.01')
    """
    return f"{number:.3g}".replace("e-0", "e-")


EXPERIMENTS = (v_curve, kink, hidden_fault)
