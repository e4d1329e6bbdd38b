"""The picture of experiment E01.1: a network of two units, and the numbers that move along it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from bpworkbook.figures import Area, Dots, Line, Panel, Scene, Text, number
from bpworkbook.figures.scene_marks import Mark

if TYPE_CHECKING:
    from bpworkbook.lessons.u01_neurons.n01_what_is_backpropagation.experiments import Round

STEPS = ("forward", "error", "backward", "update")

# Inches: the network's panel is as large as its limits, so that a circle of points fits a line.
_WIDTH, _HEIGHT, _GAP = 6.6, 4.5, 0.15
_EDGES = {"left": 0.65, "right": 0.15, "top": 0.05, "bottom": 0.5}
_ROOM = _WIDTH - _EDGES["left"] - _EDGES["right"]
_ROW = (_HEIGHT - _EDGES["top"] - _EDGES["bottom"] - _GAP) / 2
_X, _UNIT1, _UNIT2, _LOSS = 0.3, 1.95, 3.6, 5.15
_LINE, _RADIUS = 0.95, 0.29
_BEFORE_LOSS = (_UNIT2 + _RADIUS + _LOSS - 0.4) / 2
_NAMES, _SLOPES, _FOOT = _LINE + _RADIUS + 0.13, _LINE - _RADIUS - 0.1, 0.09


def picture(
    done: "Sequence[Round]", number_of_round: int, step: str, target: float, lr: float
) -> Scene:
    """Draw one step of one round above the losses of the rounds so far.

    Parameters
    ----------
    done : sequence of Round
        All rounds, in order.
    number_of_round : int
        Which one to draw, from 0.
    step : str
        "forward", "error", "backward" or "update".
    target, lr : float
        The target y and the learning rate.

    Examples
    --------
    >>> from bpworkbook.lessons.u01_neurons.n01_what_is_backpropagation.experiments import rounds
    >>> picture(rounds(0.5, 0.6, 0.5), 0, "error", 0.6, 0.5).alt[-39:]
    'p = -0.354 against y = 0.6, loss 0.910.'
    """
    now, known = done[number_of_round], number_of_round + (step != "forward")
    losses = [each.loss for each in done]
    told = _alt(now, losses[:known], number_of_round, step, target, lr)
    network = Panel(
        *_steps(step, number_of_round, lr),
        *_units(now, step, target),
        *_moving(now, step, target, lr),
        frame=False, xlim=(0, _ROOM), ylim=(0, _ROW),
    )  # fmt: skip
    return Scene(
        network, _losses(losses, known, target), columns=1, width=_WIDTH, height=_HEIGHT,
        margins={**_EDGES, "hspace": _GAP}, alt=told,
    )  # fmt: skip


def _steps(step: str, number_of_round: int, lr: float) -> list[Mark]:
    """Write the four steps across the top; the present one stands in a box."""
    top, left = _ROW - 0.14, 0.1 - _EDGES["left"]
    marks: list[Mark] = [
        Text(left, top, f"Round {number_of_round + 1}", size=11, align="left", bold=True),
        Text(left + 0.95, top, f"learning rate {lr:.3g}", align="left"),
    ]
    for index, name in enumerate(STEPS):
        x, words = 2.2 + 1.02 * index, f"{index + 1} {name}"
        marks += _boxed(x, top, words) if name == step else [Text(x, top, words, color="grey")]
    return marks


def _boxed(x: float, y: float, words: str) -> list[Mark]:
    half = 0.06 + 0.034 * len(words)
    return [_box(x, y, half, 0.12, "yellow"), Text(x, y, words)]


def _box(x: float, y: float, half_wide: float, half_high: float, fill: str) -> Area:
    across, up = np.array([-1, 1, 1, -1]), np.array([-1, -1, 1, 1])
    return Area(x + half_wide * across, y + half_high * up, fill=fill)


def _units(now: "Round", step: str, target: float) -> list[Mark]:
    """Draw input, two units and loss on their line, with the numbers known at this step."""
    at = STEPS.index(step)
    marks = [
        *_weight(_X, _UNIT1, "w1", now.w1, now.w1_new, at == 3),
        *_weight(_UNIT1, _UNIT2, "w2", now.w2, now.w2_new, at == 3),
        Line([_UNIT2, _LOSS], [_LINE, _LINE], color="grey", width=1.0),
        Dots([_X, _UNIT1, _UNIT2], [_LINE] * 3, size=144 * _RADIUS, width=1.2),
        _box(_LOSS, _LINE, 0.4, 0.26, "pale" if at >= 1 else "white"),
        Text(_LOSS, _LINE, number(now.loss) if at >= 1 else "?", size=10),
        Text(_LOSS, _NAMES, "loss L = (p - y)²"),
        Text(_BEFORE_LOSS, _LINE + 0.4, f"target\ny = {_short(target)}", size=10, valign="top"),
    ]
    for x, name, value in ((_X, "x", 1.0), (_UNIT1, "h", now.h), (_UNIT2, "p", now.p)):
        marks += [Text(x, _LINE, _short(value), size=10), Text(x, _NAMES, name, size=10)]
    return marks


def _weight(x0: float, x1: float, name: str, old: float, new: float, moved: bool) -> list[Mark]:
    """Draw a weight: solid and blue where positive, dashed and red where negative."""
    w, middle = new if moved else old, (x0 + x1) / 2
    color, dash = ("blue", "-") if w >= 0 else ("red", "--")
    line = Line([x0, x1], [_LINE] * 2, color=color, dash=dash, width=1.0 + min(2.0, abs(w)))
    if not moved:
        return [line, Text(middle, _LINE + 0.15, f"{name} = {_short(old)}", size=10)]
    # Longer words, so they stand above the units.
    return [line, *_boxed(middle, _NAMES + 0.08, f"{name}: {_short(old)} → {_short(new)}")]


def _moving(now: "Round", step: str, target: float, lr: float) -> list[Mark]:
    """Say under the line what this step adds: a direction, an error, slopes or the rule."""
    if step == "forward":
        return _arrow(_X, _LOSS - 0.5, "the numbers go forward")
    if step == "error":
        word = "p is too high" if now.p > target else "p is too low"
        gap = f"p - y = {_short(now.p - target)}\n{word}"
        return [Text(_BEFORE_LOSS, _SLOPES, gap, size=10, valign="top")]
    slopes = (
        (_UNIT2, "p", now.grad_p),
        ((_UNIT1 + _UNIT2) / 2, "w2", now.grad_w2),
        (_UNIT1, "h", now.grad_h),
        ((_X + _UNIT1) / 2, "w1", now.grad_w1),
    )
    marks: list[Mark] = [
        Text(x, _SLOPES, f"∂L/∂{name}\n{_short(value)}", size=10, valign="top")
        for x, name, value in slopes
    ]
    if step == "backward":
        return marks + _arrow(_LOSS, _X, "the slopes come back")
    rule = f"each weight: new = old - {lr:.3g} × its slope"
    return [*marks, Text((_X + _LOSS) / 2, _FOOT, rule, size=10)]


def _arrow(start: float, stop: float, words: str) -> list[Mark]:
    """Draw an arrow that leaves room for words in its middle."""
    middle, half = (start + stop) / 2, 0.08 + 0.041 * len(words)
    half = half if stop > start else -half
    return [
        Line([start, middle - half], [_FOOT] * 2, color="ink", width=1.5),
        Line([middle + half, stop], [_FOOT] * 2, color="ink", width=1.5, arrow=True),
        Text(middle, _FOOT, words, size=10),
    ]


def _losses(losses: Sequence[float], known: int, target: float) -> Panel:
    """Draw the losses measured so far; the frame holds the largest that this target allows."""
    rounds, top = np.arange(1, len(losses) + 1), 1.05 * (1 + abs(target)) ** 2
    last = slice(max(known - 1, 0), known)
    return Panel(
        Line(rounds[:known], losses[:known], color="blue", marker="o"),
        Dots(rounds[last], losses[last], marker="s", size=8, fill="red", edge="red"),
        xlabel="round", ylabel="loss", xlim=(0.5, len(losses) + 0.5), ylim=(-0.04 * top, top),
        xticks=rounds.tolist(),
    )  # fmt: skip


def _short(value: float) -> str:
    """Write a number with two decimals, without a sign before zero."""
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00")


def _alt(
    now: "Round", losses: Sequence[float], number_of_round: int, step: str, target: float, lr: float
) -> str:
    """Say what moved in this step, and the losses so far."""
    slopes = f"slope {number(now.grad_w1)} for w1 and {number(now.grad_w2)} for w2"
    moved = {
        "forward": f"x = 1 times w1 = {number(now.w1)} gives h = {number(now.h)}, times w2 = "
        f"{number(now.w2)} gives the prediction p = {number(now.p)}",
        "error": f"p = {number(now.p)} against y = {target:.3g}, loss {number(now.loss)}",
        "backward": f"the loss {number(now.loss)} sends back {slopes}",
        "update": f"w1 goes from {number(now.w1)} to {number(now.w1_new)} and w2 from "
        f"{number(now.w2)} to {number(now.w2_new)}, against {slopes}",
    }
    setting = f"target {target:.3g}, learning rate {lr:.3g}"
    told = f"Network x, unit 1, unit 2, loss; {setting}; round {number_of_round + 1}, step {step}: "
    told += f"{moved[step]}."
    if len(losses) > 1:
        told += f" Losses so far: {', '.join(number(loss) for loss in losses)}."
    return told
