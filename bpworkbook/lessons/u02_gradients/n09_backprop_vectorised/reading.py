"""Learning to read digits as a film: loss and accuracy, a frame for each epoch."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bpworkbook.figures import Panel, Scene, describe_line, lines_panel, number
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised import network
from bpworkbook.lessons.u02_gradients.n09_backprop_vectorised.measure import Training, digit_epochs
from bpworkbook.live import Result
from bpworkbook.live.controls import Value

MOST_EPOCHS, TOP_LOSS = 12, 4.0
WANTED = 0.95


def reading(width: int, lr: float, batch_size: int, epochs: int, seed: int) -> Iterator[Result]:
    """Train on the digits and yield a picture before the first epoch and after each.

    Parameters
    ----------
    width : int
        Hidden units.
    lr : float
        Learning rate.
    batch_size, epochs : int
        Digits in a step, and sweeps over all of them.
    seed : int
        Of the first weights and of the order of the digits.

    Examples
    --------
    >>> [frame.texts["unseen digits right"] for frame in reading(32, 0.3, 32, 2, 0)]
    ['13 %', '77 %', '85 %']
    """
    for run in digit_epochs(
        network.train_step, width=width, lr=lr, batch_size=batch_size, epochs=epochs, seed=seed
    ):
        reached = next((k for k, right in enumerate(run.accuracy) if right >= WANTED), None)
        values: dict[str, Value] = {
            "unseen digits right": f"{100 * run.accuracy[-1]:.0f} %",
            "epochs to 95 %": "not reached" if reached is None else str(reached),
        }
        yield Result(_picture(run, epochs), values)


def _picture(run: Training, epochs: int) -> Scene:
    title, highest = f"Epoch {len(run.loss) - 1} of {epochs}", max(run.loss)
    if highest > TOP_LOSS:
        title += f", loss up to {number(highest)}"
    loss = _curve(
        "training loss", np.array(run.loss), 2, ylabel="training loss", ylim=(0, TOP_LOSS),
        title=title, levels={"guessing": float(np.log(10))},
    )  # fmt: skip
    right = _curve(
        "test accuracy in %", 100 * np.array(run.accuracy), 0, ylabel="% of unseen digits right",
        ylim=(0, 103), levels={"95 %": 100 * WANTED, "guessing": 10.0},
    )  # fmt: skip
    alt = f"{title}. Left: {loss.told}. Right: {right.told}."
    return Scene(loss, right, width=7.0, height=3.0, alt=alt)


def _curve(name: str, heights: Any, digits: int, **panel: Any) -> Panel:
    epochs = np.arange(len(heights))
    # Rounded: alt texts are compared on other machines, where the last digits differ.
    told = describe_line(epochs, np.round(heights, digits), name=name, xname="epoch")
    # Room at the right end, so that the names of levels stand clear of the line.
    return lines_panel(
        {name: (epochs, heights)}, xlabel="epoch", xlim=(-0.3, MOST_EPOCHS + 2.2),
        xticks=range(0, MOST_EPOCHS + 1, 2), told=told, **panel,
    )  # fmt: skip
