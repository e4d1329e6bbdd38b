"""Lesson 03: the delta rule as a film: its way down the bowl of the loss, and the loss itself."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bpworkbook.figures import Dots, Field, Line, Panel, Scene
from bpworkbook.lessons.u01_neurons.n03_perceptron_and_delta_rule import answers, flowers
from bpworkbook.live import Result
from bpworkbook.live.controls import Value

STEPS = 60
UNITS = {"cm": 1.0, "mm": 10.0}
TOP = 100.0


def centred(units: str) -> tuple[Any, Any]:
    """Return the petals of the overlap task less their mean, in "cm" or "mm", and the labels.

    Less their mean, with as many labels of 1 as of -1, the best bias is 0 and stays there.

    Examples
    --------
    >>> X, y = centred("mm")
    >>> np.abs(X.mean(axis=0)).max() < 1e-9, int(y.sum())
    (np.True_, 0)
    """
    task = flowers.task("overlap")
    return (task.X - task.X.mean(axis=0)) * UNITS[units], task.y


def curvatures(X: Any) -> Any:
    """Return the eigenvalues of 2 X.T @ X / n, smallest first: how steeply the bowl bends.

    Examples
    --------
    >>> curvatures(np.array([[1.0, 0.0], [0.0, 3.0]])).tolist()
    [1.0, 9.0]
    """
    return np.linalg.eigvalsh(2 * X.T @ X / len(X))


def going_down(lr: float, units: str) -> Iterator[Result]:
    """Take steps of the delta rule from w = 0 and yield a picture after each.

    Examples
    --------
    >>> *_, last = going_down(0.3, "cm")
    >>> {name: last.texts[name] for name in ("largest rate", "loss", "step")}
    {'largest rate': '1.242', 'loss': '0.282', 'step': '60'}
    """
    X, y = centred(units)
    bends = curvatures(X)
    steepest = float(bends[-1])
    w, b = np.zeros(2), 0.0
    path, losses = [w], [_loss(w, X, y)]
    for step in range(STEPS + 1):
        values: dict[str, Value] = {
            "largest rate": f"{2 / steepest:.4g}",
            "each step multiplies by": f"{1 - lr * steepest:.2f}",
            "loss": _short(losses[-1]),
            "step": str(step),
        }
        way = _way_panel(np.array(path), X, y, units)
        fall = _loss_panel(np.array(losses))
        picture = Scene(
            way, fall, width=6.8, height=3.4, legend="",
            margins={"left": 0.6, "wspace": 0.75, "right": 0.1},
        )  # fmt: skip
        yield Result(picture, values)
        w, b = answers.lms_step(w, b, X, y, lr)
        path.append(w)
        losses.append(_loss(w, X, y))


def _loss(w: Any, X: Any, y: Any) -> float:
    return float(((X @ w - y) ** 2).mean())


def _short(loss: float) -> str:
    return f"{loss:.3f}" if loss < 1000 else "above 1000"


def _way_panel(path: Any, X: Any, y: Any, units: str) -> Panel:
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    reach = 1.6 / UNITS[units]
    x1, x2 = (np.linspace(centre - reach, centre + reach, 41) for centre in best)
    grid = np.stack(np.meshgrid(x1, x2), axis=-1).reshape(-1, 2)
    heights = np.sqrt(((grid @ X.T - y) ** 2).mean(axis=1)).reshape(41, 41)
    window = (float(x1[0]), float(x1[-1]), float(x2[0]), float(x2[-1]))
    inside = np.abs(path - best).max(axis=1) < 50 * reach
    seen = path[: len(path) if inside.all() else int(np.argmin(inside))]
    away = float(np.linalg.norm(path[-1] - best))
    told = f"w is {away:.2g} from the best weights" if inside.all() else "w has left the picture"
    return Panel(
        Field(heights, window, colors="SEQUENTIAL"),
        Line(seen[:, 0], seen[:, 1], "way of w", color="black", dash="-", marker="none"),
        Dots(seen[:, 0], seen[:, 1], size=4, fill="white", edge="black"),
        Dots(best[:1], best[1:], "lowest loss", marker="D", size=9, fill="orange", edge="black"),
        xlabel="weight of the length", ylabel="weight of the width", title="Down the bowl",
        xlim=window[:2], ylim=window[2:], grid="", told=told,
    )  # fmt: skip


def _loss_panel(losses: Any) -> Panel:
    shown = np.where(losses < 1e6, losses, np.nan)
    told = f"loss {_short(losses[0])} at the start, {_short(losses[-1])} at step {len(losses) - 1}"
    return Panel(
        Line(np.arange(len(losses)), shown, "loss", color="blue", dash="-", marker="none"),
        xlabel="step", ylabel="loss", title="Loss", yscale="log", xlim=(0, STEPS),
        ylim=(0.2, TOP), told=told,
    )  # fmt: skip
