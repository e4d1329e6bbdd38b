"""Forty XOR trainings at once: the same network from forty starts, as one stack of arrays."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bpworkbook.figures import Levels, Line, Panel, Scene, lines_panel
from bpworkbook.lessons.u02_gradients.n08_backprop_by_hand.network import X, Y, new_params
from bpworkbook.live import Result
from bpworkbook.live.controls import Value
from bpworkbook.nn import sigmoid

SEEDS, STEPS, EVERY, SOLVED = 40, 1500, 25, 0.1


def scores(
    hidden: int, activation: str, lr: float, *, steps: int = STEPS, output_only: bool = False
) -> Iterator[Any]:
    """Train from seeds 0 to 39 and yield the scores z2 before each step and after the last.

    Parameters
    ----------
    hidden : int
        Hidden units.
    activation : str
        "tanh" or "ReLU".
    lr : float
        Learning rate; every step sees all four points.
    steps : int
    output_only : bool
        Whether the hidden layer stays as it was drawn.

    Yields
    ------
    array (40, 4, 1)

    Examples
    --------
    >>> next(scores(2, "tanh", 0.5)).shape
    (40, 4, 1)
    """
    starts = [new_params(seed, hidden) for seed in range(SEEDS)]
    W1, b1, W2, b2 = (np.stack(parts) for parts in zip(*starts, strict=True))
    b1, b2 = b1[:, None], b2[:, None]
    for step in range(steps + 1):
        z1 = X @ W1 + b1
        a1 = np.tanh(z1) if activation == "tanh" else np.maximum(z1, 0)
        z2 = a1 @ W2 + b2
        yield z2
        if step == steps:
            return
        d2 = (sigmoid(z2) - Y) / len(X)
        d1 = (d2 @ W2.mT) * (1 - a1**2 if activation == "tanh" else z1 > 0)
        W2, b2 = W2 - lr * a1.mT @ d2, b2 - lr * d2.sum(axis=1, keepdims=True)
        if not output_only:
            W1, b1 = W1 - lr * X.T @ d1, b1 - lr * d1.sum(axis=1, keepdims=True)


def losses(
    hidden: int, activation: str, lr: float, *, steps: int = STEPS, output_only: bool = False
) -> Iterator[Any]:
    """Yield the forty losses of the same training, one for each start.

    >>> *_, last = losses(2, "tanh", 0.5)
    >>> int((last > SOLVED).sum())
    18
    """
    for z2 in scores(hidden, activation, lr, steps=steps, output_only=output_only):
        yield (np.logaddexp(0, z2) - Y * z2).mean(axis=(1, 2))


def answers(hidden: int, *, steps: int) -> Any:
    """Return what the forty networks of tanh units answer to the four points after training.

    >>> answers(2, steps=0).shape
    (40, 4)
    """
    *_, last = scores(hidden, "tanh", 0.5, steps=steps)
    return sigmoid(last)[:, :, 0]


def racing(hidden: int, activation: str, lr: float) -> Iterator[Result]:
    """Yield a picture of the forty loss curves every 25 steps.

    >>> first = next(racing(3, "tanh", 0.5))
    >>> first.texts
    {'step': '0', 'above 0.1': '40 of 40', 'share': '100 %'}
    """
    seen: list[Any] = []
    for step, now in enumerate(losses(hidden, activation, lr)):
        if step % EVERY == 0:
            seen.append(now)
            stuck = int((now > SOLVED).sum())
            values: dict[str, Value] = {
                "step": step,
                "above 0.1": f"{stuck} of {SEEDS}",
                "share": f"{100 * stuck / SEEDS:.0f} %",
            }
            yield Result(race_scene(np.array(seen), f"{hidden} {activation} units"), values)


def race_scene(curves: Any, name: str) -> Scene:
    """Draw loss curves ``(times, runs)``, taken every 25 steps; those above 0.1 stand out.

    >>> race_scene(np.array([[0.7, 0.8], [0.05, 0.35]]), "2 tanh units").alt
    '2 tanh units, step 25: 1 of 2 runs is above loss 0.1; it is between 0.35 and 0.35.'
    """
    steps, last = EVERY * np.arange(len(curves)), curves[-1]
    above = last > SOLVED
    lines = []
    for wanted, title, color, dash, width in (
        (False, "learnt", "blue", "-", 0.9),
        (True, "above 0.1", "orange", "--", 1.5),
    ):
        for place, run in enumerate(np.flatnonzero(above == wanted)):
            label = title if place == 0 else ""
            lines.append(
                Line(
                    steps, curves[:, run], label, color=color, dash=dash, marker="none", width=width
                )
            )
    panel = Panel(
        Levels({"guessing": float(np.log(2))}), *lines,
        xlabel="step", ylabel="loss", title=f"{name}: {above.sum()} of {above.size} above 0.1",
        xlim=(0, STEPS), ylim=(0, 1.2), legend="upper right",
    )  # fmt: skip
    return Scene(panel, width=6.2, height=3.2, alt=_alt(last[above], above.size, name, steps[-1]))


def _alt(above: Any, runs: int, name: str, step: int) -> str:
    start = f"{name}, step {step}: "
    if not above.size:
        return f"{start}all {runs} runs are below loss 0.1."
    verb, pronoun = ("is", "it is") if above.size == 1 else ("are", "they are")
    ends = f"between {above.min():.2f} and {above.max():.2f}"
    return f"{start}{above.size} of {runs} runs {verb} above loss 0.1; {pronoun} {ends}."


def every_25(hidden: int, *, output_only: bool) -> Any:
    """Return the loss curves of forty starts with tanh units at rate 0.5, taken every 25 steps.

    >>> every_25(3, output_only=True).shape
    (61, 40)
    """
    return np.array(list(losses(hidden, "tanh", 0.5, output_only=output_only)))[::EVERY]


def first_flat(curve: Any, *, window: int = 50, least: float = 0.01) -> int:
    """Return the first step from which ``window`` steps lower the loss by less than ``least``.

    Parameters
    ----------
    curve : array
        The loss before each step.
    window : int
    least : float
        As a share of the loss.

    Returns
    -------
    int
        The last step where there is none.

    Examples
    --------
    >>> first_flat(np.array([1.0, 0.5, 0.499, 0.499]), window=1)
    1
    """
    fall = 1 - curve[window:] / curve[:-window]
    flat = np.flatnonzero(fall < least)
    return int(flat[0]) if flat.size else len(curve) - 1


def waiting_scene(curves: Any) -> Scene:
    """Draw named loss curves, one a start.

    >>> waiting_scene({"start 1": np.array([0.7, 0.1])}).alt[:24]
    'Start 1 falls from 0.700'
    """
    series = {name: (np.arange(len(curve)), curve) for name, curve in curves.items()}
    panel = lines_panel(
        series,
        xlabel="step",
        ylabel="loss",
        ylim=(0, 1.4),
        xlim=(0, STEPS),
        levels={"guessing": float(np.log(2))},
    )
    return Scene(panel, width=6.2, height=3.2)
