"""The live experiments of lesson 05: loss and slope, temperature and shift, one wrong target."""

import numpy as np

from bpworkbook.figures import Bars, Panel, Scene, Text, number, short
from bpworkbook.lessons.u01_neurons.n05_loss_functions import lines
from bpworkbook.lessons.u01_neurons.n05_loss_functions.slopes import (
    LOSSES,
    loss_and_slope,
    slope_scene,
)
from bpworkbook.live import Choice, Float, FloatLog, Menu, Result, experiment
from bpworkbook.live.controls import Value
from bpworkbook.nn.validation import FloatArray

SCORES = np.array([2.0, 1.0, 0.0, -1.0])


@experiment(
    id="E05.1",
    title="Loss and slope",
    controls={
        "z": Float(-8, 8, -6, step=0.1, label="score z"),
        "label": Menu((0, 1), 1),
        "loss": Menu(LOSSES, "squared error"),
    },
    predict=Choice(
        "At z = -6 with label 1, how many times steeper is cross-entropy than squared error?",
        (
            "about 2 times",
            "about 30 times, as the steps of the race suggest",
            "about 200 times",
        ),
        answer=2,
        why="The slopes are 0.998 and 0.00492, a ratio of 203. It shrinks as z climbs, "
        "so the whole race differs less.",
    ),
    read_off=Choice(
        "With label 1, at which score does squared error pull hardest?",
        ("near z = -6, where it is most wrong", "near z = -0.7", "near z = 2"),
        answer=1,
        why="Its slope 2p(1 - p)² is largest at p = 1/3, which is z = -0.69. "
        "Further left, more wrong means less pull.",
    ),
    settings=[
        {"loss": "squared error"},
        {"loss": "cross-entropy"},
        {"z": 0.0, "loss": "squared error"},
        {"z": 0.0, "loss": "cross-entropy"},
        {"z": 6.0, "loss": "cross-entropy"},
    ],
    scenarios={
        "sure and wrong": {"z": -6.0, "label": 1, "loss": "squared error"},
        "undecided": {"z": 0.0, "label": 1, "loss": "squared error"},
        "sure and right": {"z": 6.0, "label": 1, "loss": "squared error"},
    },
)
def loss_slope(z: float, label: int, loss: str, *, seed: int = 0) -> Result:
    """Show both losses of a sigmoid unit against its score, and the slope at one score."""
    values = {name: loss_and_slope(np.array([z]), label, name) for name in LOSSES}
    value, slope = (float(part[0]) for part in values[loss])
    ratio = float(values["cross-entropy"][1][0] / values["squared error"][1][0])
    shown = {
        "p": float(1 / (1 + np.exp(-z))),
        "loss value": value,
        "slope": slope,
        "cross-entropy slope / squared-error slope": ratio,
    }
    return Result(slope_scene(z, label, loss, ratio), shown)


@experiment(
    id="E05.2",
    title="Temperature and shift",
    controls={
        "temperature": FloatLog(0.1, 10, 1),
        "constant": Float(-1000, 1000, 0, step=10, label="constant added"),
    },
    predict=Choice(
        "You add 100 to all four scores. The probabilities of softmax",
        (
            "move towards the largest score",
            "do not change",
            "move towards each other",
        ),
        answer=1,
        why="exp(z + 100) is exp(z) times exp(100), and that factor cancels in the fraction.",
    ),
    read_off=Choice(
        "At temperature 1, from which added constant on does the plain formula fail?",
        ("about 100", "about 710", "exactly 1000"),
        answer=1,
        why="The largest float64 is about exp(709.78), and the largest score is 2 + the constant.",
    ),
    settings=[
        {},
        {"constant": 100.0},
        {"constant": 1000.0},
        {"constant": -1000.0},
        {"temperature": 0.1, "constant": 100.0},
    ],
    scenarios={
        "a harmless shift": {"temperature": 1.0, "constant": 100.0},
        "overflow": {"temperature": 1.0, "constant": 1000.0},
        "a small shift, but cold": {"temperature": 0.1, "constant": 100.0},
    },
)
def temperature_shift(temperature: float, constant: float, *, seed: int = 0) -> Result:
    """Compute softmax of four scores by the plain formula and with the maximum subtracted."""
    z = (SCORES + constant) / temperature
    plain = np.exp(z) / np.exp(z).sum()
    shifted = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    works = bool(np.isfinite(plain).all())
    alt = (
        f"Softmax of the scores 2, 1, 0 and -1 with {short(constant)} added, at temperature "
        f"{short(temperature)}. With the maximum subtracted the largest probability is "
        f"{number(float(shifted.max()))}; "
        f"the plain formula, whose largest exponent is {z.max():g}, {_judged(plain, shifted)}."
    )
    scene = Scene(
        _probabilities(z, plain, "Plain: exp(z) / sum", ylabel="probability"),
        _probabilities(z - z.max(), shifted, "Maximum subtracted first"),
        width=6.6, height=3.0, margins={"left": 0.7, "wspace": 0.5}, alt=alt,
    )  # fmt: skip
    shown: dict[str, Value] = {
        "largest number given to exp": f"{z.max():g}",
        "plain formula": f"{plain.max():.3f}" if works else "NaN",
        "maximum subtracted": f"{shifted.max():.3f}",
    }
    return Result(scene, shown)


def _probabilities(given: FloatArray, heights: FloatArray, title: str, ylabel: str = "") -> Panel:
    """Return bars over what ``exp`` was given, and what went wrong where there are none."""
    good = np.isfinite(heights)
    labels = [f"{h:.3f}" if ok else "NaN" for h, ok in zip(heights, good, strict=True)]
    bars = Bars({short(s): h for s, h in zip(SCORES, heights, strict=True)}, labels=labels)
    failed = "0 / 0" if given.max() < 0 else "infinity / infinity"
    return Panel(
        bars,
        Text(1.5, 0.5, "" if good.all() else failed, size=12),
        title=title, ylabel=ylabel, xlabel="given to exp, for scores 2, 1, 0, -1", ylim=(0, 1.12),
        xticks={_exponent(value): place for place, value in enumerate(given.tolist())},
    )  # fmt: skip


def _exponent(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _judged(plain: FloatArray, right: FloatArray) -> str:
    if not np.isfinite(plain).all():
        return "gives NaN"
    same = np.allclose(plain, right, atol=5e-4)
    return "gives the same" if same else f"gives {number(float(plain.max()))}"


@experiment(
    id="E05.3",
    title="One wrong target",
    controls={
        "outlier": Float(0, 16, 8, step=0.5, label="how far off"),
        "loss": Menu(lines.LOSSES, "squared"),
        "place": Menu(("end", "middle"), "end", label="where"),
    },
    predict=Choice(
        "The last target is off by 8, then by 16. The line fitted by squared error is pushed",
        ("equally far", "twice as far", "four times as far, as the square says"),
        answer=1,
        why="The loss grows four times, but its slope only twice, and the line settles where the "
        "slopes balance.",
    ),
    read_off=Choice(
        "And the line fitted by absolute error, from 8 to 16?",
        ("it stays where it is", "it is pushed twice as far", "it is pushed half as far"),
        answer=0,
        why="Its slope is 1 at every distance, so further away changes nothing. Without any wrong "
        "target, though, squared error is closer to the truth on average.",
    ),
    settings=[
        {"loss": "squared"},
        {"outlier": 16.0, "loss": "squared"},
        {"loss": "absolute"},
        {"outlier": 16.0, "loss": "absolute"},
        {"outlier": 16.0, "loss": "Huber"},
    ],
    scenarios={
        "off by 16": {"outlier": 16.0, "loss": "squared"},
        "no outlier": {"outlier": 0.0, "loss": "absolute"},
        "in the middle": {"outlier": 16.0, "loss": "squared", "place": "middle"},
    },
)
def outlier(outlier: float, loss: str, place: str, *, seed: int = 0) -> Result:
    """Fit a line to twelve points, one of them moved up, under three losses."""
    at = 11 if place == "end" else 6
    rng = np.random.default_rng(seed)
    y = lines.TRUE[0] + lines.TRUE[1] * lines.X + rng.normal(scale=0.7, size=(8, lines.X.size))
    clean = lines.fit(y, loss)
    y[:, at] += outlier
    fitted = {name: lines.fit(y, name) for name in lines.LOSSES}
    push = float(lines.height(fitted[loss] - clean, lines.X[at])[0])
    far = {name: lines.distance(fit) for name, fit in fitted.items()}
    told = (
        f"twelve points, one moved up by {short(outlier)} at the {place}; the line fitted by "
        f"{loss} error is pushed up by {push:.2f} there"
    )
    picture = lines.fit_scene(
        y[0], at, outlier, fitted[loss][0], far, title=f"Fitted by {loss} error", told=told
    )
    shown: dict[str, Value] = {
        "push at the outlier": f"{push:.2f}",
        "median distance from the true line": float(np.median(far[loss])),
    }
    return Result(picture, shown)


EXPERIMENTS = (loss_slope, temperature_shift, outlier)
