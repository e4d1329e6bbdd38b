"""Lesson 03: the perceptron as a film, on clouds and on gates."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from bpworkbook.figures import Bars, Dots, Line, Marks, Panel, Scene
from bpworkbook.lessons.u01_neurons.n03_perceptron_and_delta_rule import clouds, lines, panels
from bpworkbook.live import Result
from bpworkbook.live.controls import Value

FRAMES, MOST, EPOCHS = 60, 600, 400
MOST_SHOWN = 1e6
POINTS = 4  # the draw whose counts are nearest to the middle of ten draws
GATE_EPOCHS = 12
WINDOW = (-0.6, 4.6, -1.0, 4.2)


def at_work(gap: float, n: int, flipped: int, seed: int) -> Iterator[Result]:
    """Run a perceptron on a cloud and yield a picture after mistakes, at first after each.

    Parameters
    ----------
    gap : float
        The least distance of a point from the line in the middle.
    n : int
        Points.
    flipped : int
        Labels turned over, in per cent.
    seed : int
        Of the points.

    Examples
    --------
    >>> *_, last = at_work(0.4, 100, 0, 0)
    >>> last.texts
    {'mistakes so far': '27', 'at most': '910', 'wrong now': '0 of 100', 'epoch': '1'}
    """
    drawn = clouds.cloud(n, gap, flipped / 100, np.random.default_rng(POINTS + seed))
    made = lines.run(drawn.X, drawn.y, epochs=EPOCHS, most=MOST)
    lengths = np.array([float(np.linalg.norm(one.u)) for one in made])
    shown = np.unique(np.geomspace(1, len(made), FRAMES).round().astype(int))
    limit = f"{drawn.bound:,.0f}" if drawn.margin else "no bound"
    for k in [0, *shown.tolist()]:
        u = made[k - 1].u if k else np.zeros(3)
        wrong = lines.wrong_side(drawn.X, drawn.y, u)
        values: dict[str, Value] = {
            "mistakes so far": str(k),
            "at most": limit,
            "wrong now": f"{wrong} of {n}",
            "epoch": str(-(-made[k - 1].visit // n)) if k else "0",
        }
        plane = panels.line_panel(
            drawn.X, drawn.y, u, WINDOW, now=made[k - 1].row if k else None,
            xlabel="x1", ylabel="x2", title=f"{k} mistake{'s' * (k != 1)}", legend="",
        )  # fmt: skip
        picture = Scene(
            plane, squeeze_panel(lengths[:k], drawn), width=6.8, height=3.7, legend="below",
            margins={"left": 0.5, "wspace": 0.75, "right": 0.1},
        )  # fmt: skip
        yield Result(picture, values)


def squeeze_panel(lengths: Any, drawn: clouds.Cloud) -> Panel:
    """Return the length of (w, b) between the least and the most that it can be.

    Examples
    --------
    >>> drawn = clouds.cloud(100, 0.4, 0.0, np.random.default_rng(0))
    >>> squeeze_panel(np.array([4.0, 5.0]), drawn).told
    'after 2 mistakes (w, b) is 5.0 long, between 0.3 and 6.7'
    """
    k = np.geomspace(1, MOST_SHOWN, 30)
    marks: list[Any] = [Line(k, drawn.longest * np.sqrt(k), "at most R √k", dash="--", color="red")]
    least = drawn.margin * len(lengths)
    if drawn.margin:
        marks.append(Line(k, drawn.margin * k, "at least margin · k", dash=":", color="blue"))
        marks.insert(0, Marks({"bound": drawn.bound}))
    count = len(lengths)
    made = np.arange(1, count + 1)
    marks.append(Line(made, lengths, "length of (w, b)", dash="-", color="ink", marker="none"))
    marks.append(Dots(made[-1:], lengths[-1:], size=8, fill="yellow"))
    most = drawn.longest * np.sqrt(count)
    told = "no mistake yet"
    if count:
        told = f"after {count} mistake{'s' * (count > 1)} (w, b) is {lengths[-1]:.1f} long"
        told += f", between {least:.1f} and {most:.1f}" if least else f", at most {most:.1f}"
    return Panel(
        *marks, xlabel="mistakes k", ylabel="length", title="Caught between two lines",
        xscale="log", yscale="log", xlim=(1, MOST_SHOWN), ylim=(0.02, 1e4), legend="",
        told=told,
    )  # fmt: skip


def at_the_gates(gate: str, start: int) -> Iterator[Result]:
    """Run a perceptron on the four corners of a gate and yield a picture after each visit.

    Parameters
    ----------
    gate : str
        One of `clouds.GATES`.
    start : int
        0 starts from zeros; another number draws the first weights.

    Examples
    --------
    >>> *_, last = at_the_gates("OR", 0)
    >>> last.texts
    {'epoch': '6', 'mistakes in it': '0', 'mistakes in all': '9', 'w1, w2, b': '2, 2, -1'}
    """
    X, y = clouds.CORNERS, clouds.GATES[gate]
    first = np.random.default_rng(start).integers(-3, 4, 3).astype(float) * bool(start)
    made = {one.visit: one.u for one in lines.run(X, y, epochs=GATE_EPOCHS, start=first)}
    end = min(4 * GATE_EPOCHS, -(-max(made) // 4) * 4 + 4)
    u, counts = first, np.full(GATE_EPOCHS, np.nan)
    for visit in range(end + 1):
        epoch = max(0, (visit - 1) // 4)
        if visit:
            u = made.get(visit, u)
            counts[epoch] = np.nan_to_num(counts[epoch]) + (visit in made)
        in_it, in_all = np.nan_to_num(counts[epoch]), np.nansum(counts)
        values: dict[str, Value] = {
            "epoch": str(epoch + 1),
            "mistakes in it": f"{in_it:.0f}",
            "mistakes in all": f"{in_all:.0f}",
            "w1, w2, b": ", ".join(f"{part + 0.0:g}" for part in u),
        }
        plane = panels.line_panel(
            X, y, u, (-0.6, 1.6, -0.6, 1.6), now=(visit - 1) % 4 if visit else None,
            xlabel="x1", ylabel="x2", title=f"{gate}: {visit} visit{'s' * (visit != 1)}",
            legend="", xticks=(0, 1), yticks=(0, 1),
        )  # fmt: skip
        picture = Scene(
            plane, _count_panel(counts), width=6.8, height=3.5, ratios=(1, 1.15), legend="below",
            margins={"left": 0.5, "wspace": 0.65, "right": 0.1},
        )  # fmt: skip
        yield Result(picture, values)


def _count_panel(counts: Any) -> Panel:
    done = counts[np.isfinite(counts)]
    words = [f"{count:.0f}" if np.isfinite(count) else "" for count in counts]
    told = "mistakes in each epoch: " + ", ".join(f"{count:.0f}" for count in done)
    return Panel(
        Bars({str(k + 1): float(count) for k, count in enumerate(counts)}, labels=words),
        xlabel="epoch", ylabel="mistakes", title="Mistakes in each epoch", ylim=(0, 4.7),
        yticks=(0, 1, 2, 3, 4), told=told if len(done) else "no epoch yet",
    )  # fmt: skip
