"""The pictures of lesson 01."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from bpworkbook.figures import COLORS, Picture, figure, house_style, line_style, number
from bpworkbook.lessons.u01_neurons.n01_what_is_backpropagation import ten_points
from bpworkbook.nn.errors import ArgumentError

_MIDDLE: dict[str, Any] = {"ha": "center", "va": "center"}


def fit(weights: Mapping[str, tuple[Any, Any]]) -> Picture:
    """Draw the ten points and the curve of one or more networks.

    Parameters
    ----------
    weights : mapping of str to (W1, W2)
        The weights of each network, by the name of its curve.
    """
    if not weights:
        raise ArgumentError("fit: weights is empty, but needs at least one network")
    X, y = ten_points.ten_points()
    x = np.linspace(-1.1, 1.1, 200)
    across = np.column_stack([x, np.ones_like(x)])
    fig, ax = figure(6.0, 3.0)
    told = []
    with house_style():
        for index, (name, (W1, W2)) in enumerate(weights.items()):
            at = line_style(index + 1 if len(weights) == 1 else index)
            at.pop("marker")
            ax.plot(x, ten_points.predict(across, W1, W2), label=name, **at)
            told.append(f"{name} has loss {number(ten_points.loss(X, y, W1, W2))}")
        ax.plot(
            X[:, 0], y[:, 0], "o", color=COLORS["ink"], markersize=7, zorder=3, label="ten points"
        )
        ax.set(xlabel="x", ylabel="y", ylim=(-2.4, 1.4))
        ax.legend(loc="lower left", handlelength=3)
    return Picture(fig, f"Ten points on a wave and a network's curve: {'; '.join(told)}.")


def slope(x: float, y: float, w: float, g: float, w_new: float) -> Picture:
    """Draw the loss over one weight, its slope at ``w``, and the step to ``w_new``."""

    def loss(at: Any) -> Any:
        return (np.tanh(at * x) - y) ** 2

    ws = np.linspace(-1.2, 1.2, 200)
    near = np.array([w - 0.32, w + 0.32])
    fig, ax = figure(6.0, 3.2)
    with house_style():
        ax.plot(ws, loss(ws), color=COLORS["blue"], label="loss for every w")
        ax.plot(
            near, loss(w) + g * (near - w), color=COLORS["red"], linestyle="--",
            label=f"slope at w = {number(w)}: {number(g)}",
        )  # fmt: skip
        ax.plot([w], [loss(w)], "o", color=COLORS["ink"], markersize=8)
        ax.plot([w_new], [loss(w_new)], "s", color=COLORS["ink"], markersize=8, markerfacecolor="w")
        arrow = {"arrowstyle": "-|>", "color": COLORS["ink"], "linewidth": 1.5, "shrinkA": 0}
        ax.annotate("", (w_new, 0.22), (w, 0.22), arrowprops=arrow)
        for place in (w, w_new):
            ax.plot([place, place], [0.22, loss(place)], ":", color=COLORS["grey"], linewidth=1)
        ax.text((w + w_new) / 2, 0.1, "step", **_MIDDLE)
        ax.set(xlabel="weight w", ylabel="loss", ylim=(0, 2.4))
        ax.legend(loc="upper left")
    return Picture(
        fig,
        f"The loss as a curve over one weight. At w = {number(w)} the loss is {number(loss(w))} "
        f"and its slope {number(g)}; the step goes left to w = {number(w_new)}, where the loss is "
        f"{number(loss(w_new))}.",
    )


_EVENTS = (
    # year, who, what, above or below the line, alignment, shift in years
    (1960, "Kelley", "the slope of a flight path's\ncost, worked backwards", 1, "left", -2.2),
    (1970, "Linnainmaa, thesis", "how each rounding error\nreaches the result", -1, "right", 1),
    (1974, "Werbos, thesis", "slopes worked backwards\nto fit models to data", 1, "center", 0),
    (1976, "Linnainmaa, article", "the same idea\nin a journal", -1, "left", -1),
    (1986, "Rumelhart, Hinton\nand Williams", "what hidden units learn", 1, "right", 2.5),
)


def time_line() -> Picture:
    """Draw five dated works, from 1960 to 1986."""
    fig, ax = figure(6.6, 2.5, margins={"left": 0.1, "right": 0.1, "top": 0.05, "bottom": 0.05})
    with house_style():
        ax.set(xlim=(1957, 1989.5), ylim=(-2, 2))
        ax.set_axis_off()
        ax.plot([1957.5, 1989], [0, 0], "-", color=COLORS["ink"], linewidth=1.5)
        for year, who, what, side, align, shift in _EVENTS:
            ax.plot([year, year], [0, 0.6 * side], "-", color=COLORS["grey"], linewidth=1)
            ax.plot([year], [0], "o", color=COLORS["blue"], markersize=9)
            ax.text(year, -0.32 * side, str(year), fontsize=10, fontweight="bold", **_MIDDLE)
            up = "bottom" if side > 0 else "top"
            words = f"{who}\n{what}"
            ax.text(
                year + shift, 0.68 * side, words, ha=align, va=up, fontsize=9.5, linespacing=1.3
            )
    told = "; ".join(f"{year} {who}: {what}" for year, who, what, *_ in _EVENTS)
    return Picture(fig, f"Time line of five works. {told}.".replace("\n", " "))
