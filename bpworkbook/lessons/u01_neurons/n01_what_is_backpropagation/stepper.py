"""The picture of experiment E01.1: a network of two units, and the numbers that move along it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch

from bpworkbook.figures import COLORS, Picture, figure, house_style, number

if TYPE_CHECKING:
    from bpworkbook.lessons.u01_neurons.n01_what_is_backpropagation.experiments import Round

_STEPS = ("forward", "error", "backward", "update")
_WIDTH, _HEIGHT = 6.4, 4.1
_X, _UNIT1, _UNIT2, _LOSS = 0.5, 2.2, 3.9, 5.7  # inches from the left
_LINE = 1.25  # height of the network
_RADIUS = 0.33
_MIDDLE: dict[str, Any] = {"ha": "center", "va": "center"}


def picture(
    done: "Sequence[Round]", number_of_round: int, step: str, target: float, lr: float
) -> Picture:
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
    """
    now = done[number_of_round]
    fig, (net, curve) = figure(
        _WIDTH,
        _HEIGHT,
        margins={"left": 0.75, "right": 0.25, "top": 0.1, "bottom": 0.5, "hspace": 0.15},
        nrows=2,
        height_ratios=[2.35, 1.0],
    )
    # The network is drawn in inches, from the left edge of the figure.
    net.set_position((0, 1.45 / _HEIGHT, 1, 1 - 1.45 / _HEIGHT))
    net.set(xlim=(0, _WIDTH), ylim=(0, _HEIGHT - 1.45))
    net.set_axis_off()
    with house_style():
        _draw_steps(net, step, number_of_round)
        _draw_network(net, now, step, target, lr)
        _draw_losses(curve, [r.loss for r in done], number_of_round + (step != "forward"))
    return Picture(fig, _alt(now, number_of_round, step, target))


def _draw_steps(ax: Axes, step: str, number_of_round: int) -> None:
    """Write the four steps across the top; the present one stands in a box."""
    top = _HEIGHT - 1.45 - 0.22
    ax.text(0.15, top, f"Round {number_of_round + 1}", fontsize=11, fontweight="bold", va="center")
    for index, name in enumerate(_STEPS):
        here = name == step
        look: dict[str, Any] = {"color": COLORS["ink" if here else "grey"]}
        if here:
            look["bbox"] = {
                "boxstyle": "round,pad=0.3",
                "fc": COLORS["yellow"],
                "ec": COLORS["ink"],
            }
        ax.text(1.85 + 1.25 * index, top, f"{index + 1} {name}", **look, **_MIDDLE)


def _draw_network(ax: Axes, now: "Round", step: str, target: float, lr: float) -> None:
    """Draw input, two units and loss, with the numbers known at this step."""
    at = _STEPS.index(step)
    _edge(ax, _X, _UNIT1, "w1", now.w1, now.w1_new, at == 3)
    _edge(ax, _UNIT1, _UNIT2, "w2", now.w2, now.w2_new, at == 3)
    ax.plot([_UNIT2, _LOSS], [_LINE, _LINE], color=COLORS["grey"], linewidth=1.0, zorder=1)
    for x, name, value in ((_X, "x", 1.0), (_UNIT1, "h", now.h), (_UNIT2, "p", now.p)):
        ax.add_patch(Circle((x, _LINE), _RADIUS, fc="white", ec=COLORS["ink"], zorder=3))
        ax.text(x, _LINE, _short(value), zorder=4, fontsize=10, **_MIDDLE)
        ax.text(x, _LINE + _RADIUS + 0.13, name, zorder=4, fontstyle="italic", **_MIDDLE)
    box = FancyBboxPatch(
        (_LOSS - 0.38, _LINE - 0.24), 0.76, 0.48, boxstyle="round,pad=0.04",
        fc=COLORS["pale"] if at >= 1 else "white", ec=COLORS["ink"], zorder=3,
    )  # fmt: skip
    ax.add_patch(box)
    ax.text(_LOSS, _LINE, number(now.loss) if at >= 1 else "?", zorder=4, fontsize=10, **_MIDDLE)
    ax.text(_LOSS, _LINE + _RADIUS + 0.13, r"loss $L = (p - y)^2$", zorder=4, **_MIDDLE)
    ax.text(_LOSS, _LINE + _RADIUS + 0.4, f"target $y$ = {_short(target)}", **_MIDDLE)
    if at == 0:
        _arrow(ax, _X, _LOSS - 0.9, "the numbers go forward")
    if at == 1:
        gap = f"$p - y$ = {_short(now.p - target)}"
        word = "p is too high" if now.p > target else "p is too low"
        ax.text((_UNIT2 + _LOSS) / 2, _LINE - 0.62, f"{gap}\n{word}", linespacing=1.5, **_MIDDLE)
    if at >= 2:
        slopes = ((_UNIT2, "p", now.grad_p), (_UNIT1, "h", now.grad_h))
        for x, name, value in slopes:
            _slope(ax, x, name, value)
        _slope(ax, (_X + _UNIT1) / 2, "w_1", now.grad_w1)
        _slope(ax, (_UNIT1 + _UNIT2) / 2, "w_2", now.grad_w2)
    if at == 2:
        _arrow(ax, _LOSS, _X, "the slopes come back")
    if at == 3:
        ax.text(
            _WIDTH / 2,
            0.18,
            f"each weight: new = old - {lr:.3g} × its slope",
            fontsize=10,
            **_MIDDLE,
        )


def _edge(ax: Axes, x0: float, x1: float, name: str, old: float, new: float, moved: bool) -> None:
    """Draw a weight: solid and blue where positive, dashed and red where negative."""
    w = new if moved else old
    look: dict[str, Any] = {"color": COLORS["blue" if w >= 0 else "red"]}
    look["linestyle"] = "-" if w >= 0 else (0, (4, 2))
    ax.plot([x0, x1], [_LINE, _LINE], linewidth=1.0 + min(2.0, abs(w)), zorder=1, **look)
    words = f"$w_{name[1]}$ = {_short(old)}"
    box = {"boxstyle": "round,pad=0.25", "fc": COLORS["yellow"], "ec": COLORS["ink"], "lw": 0.8}
    if moved:  # longer words, so they stand above the units
        words = f"$w_{name[1]}$: {_short(old)} → {_short(new)}"
        ax.text((x0 + x1) / 2, _LINE + 0.5, words, bbox=box, zorder=5, **_MIDDLE)
    else:
        ax.text((x0 + x1) / 2, _LINE + 0.16, words, zorder=5, **_MIDDLE)


def _slope(ax: Axes, x: float, name: str, value: float) -> None:
    """Write a slope under the thing it belongs to."""
    label = rf"$\partial L/\partial {name}$"
    ax.text(x, _LINE - 0.6, f"{label}\n{_short(value)}", fontsize=10, linespacing=1.5, **_MIDDLE)


def _arrow(ax: Axes, start: float, stop: float, words: str) -> None:
    arrow = {"arrowstyle": "-|>", "color": COLORS["ink"], "linewidth": 1.6}
    ax.annotate("", (stop, 0.18), (start, 0.18), arrowprops=arrow)
    ax.text(
        (start + stop) / 2, 0.18, words, bbox={"fc": "white", "ec": "none", "pad": 2}, **_MIDDLE
    )


def _draw_losses(ax: Axes, losses: Sequence[float], known: int) -> None:
    """Draw the losses measured so far; the frame holds those to come, so that it stays still."""
    at = np.arange(1, known + 1)
    if known:
        ax.plot(at, losses[:known], color=COLORS["blue"], marker="o", linestyle="-", clip_on=False)
        last: dict[str, Any] = {
            "color": COLORS["red"],
            "marker": "s",
            "markersize": 8,
            "clip_on": False,
        }
        ax.plot(at[-1:], losses[known - 1 : known], linestyle="none", zorder=4, **last)
    top = 1.1 * max([*losses, 0.1])
    ax.set(xlim=(0.5, len(losses) + 0.5), ylim=(0, top), xlabel="round", ylabel="loss")
    ax.set_xticks(range(1, len(losses) + 1))


def _short(value: float) -> str:
    """Write a number with two decimals, without a sign before zero."""
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00")


def _alt(now: "Round", number_of_round: int, step: str, target: float) -> str:
    """Say what moved in this step."""
    head = f"Network x, unit 1, unit 2, loss; round {number_of_round + 1}, step {step}: "
    if step == "forward":
        return head + (
            f"x = 1 times w1 = {number(now.w1)} gives h = {number(now.h)}, times w2 = "
            f"{number(now.w2)} gives the prediction p = {number(now.p)}."
        )
    if step == "error":
        return head + f"p = {number(now.p)} against y = {number(target)}, loss {number(now.loss)}."
    slopes = f"slope {number(now.grad_w1)} for w1 and {number(now.grad_w2)} for w2"
    if step == "backward":
        return head + f"the loss {number(now.loss)} sends back {slopes}."
    return head + (
        f"w1 goes from {number(now.w1)} to {number(now.w1_new)} and w2 from {number(now.w2)} to "
        f"{number(now.w2_new)}, against {slopes}."
    )
