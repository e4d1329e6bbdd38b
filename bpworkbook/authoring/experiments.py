"""The test that every experiment gets for nothing: all corners run, and words and pictures hold."""

import math
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from bpworkbook.live.controls import Value
from bpworkbook.live.experiment import Experiment
from bpworkbook.live.result import Result

MOST_BYTES = 60_000
"""A stored picture may not be larger."""

BUDGET = 0.1
"""Seconds of work in which a setting, or one frame of a film, must be there to feel immediate."""


def find_problems(experiment: Experiment, *, limit: int = 24) -> list[str]:
    """Run an experiment at the ends of all its controls and say what is wrong with it.

    Checked are: every corner runs, within `BUDGET` if it gives a scene and is not slow; values are
    finite and keep their names in every frame; alt text is there and changes; pictures can be
    drawn, are small, and no word is cut off at an edge; the picture at the default setting is the
    same byte for byte (unless it measures times), and the table the same word for word.

    Parameters
    ----------
    experiment : Experiment
        The experiment to try.
    limit : int
        The most corners to run.

    Returns
    -------
    list of str
        One sentence for each problem; empty if there is none.

    Examples
    --------
    >>> from bpworkbook.figures import bar_chart
    >>> from bpworkbook.live import Choice, Int, experiment
    >>> ask = Choice("Its square is", ("below 20", "above 20"), answer=1, why="5 times 5 is 25.")
    >>> @experiment(id="E00.9", title="Squares", controls={"n": Int(0, 9, 5)}, predict=ask,
    ...             settings=[{"n": 1}, {"n": 2}, {"n": 3}])
    ... def squares(n: int) -> Result:
    ...     inverse = 1 / n if n else float("inf")
    ...     return Result(bar_chart({"square": n * n}, "square"), {"inverse": inverse})
    >>> find_problems(squares)
    ['at n 0: inverse is inf, which is not finite']
    """
    corners = experiment.corners(limit)
    shown = [experiment.defaults, *experiment.settings, *experiment.scenarios.values()]
    # Drawing takes the time: what learners surely see is drawn, and a few of the corners.
    some = [corners[round(k * (len(corners) - 1) / 3)] for k in range(4)]
    drawn = {_key(setting) for setting in [*shown, *some]}
    found: list[str] = []
    results: dict[_Key, Result] = {}
    alts: dict[_Key, str] = {}
    pictures: dict[_Key, bytes] = {}
    for setting in [*shown, *corners]:
        key, where = _key(setting), _where(experiment, setting)
        if key in results:
            continue
        try:
            frames, longest = _timed(experiment, setting)
            result = frames[-1]
            results[key], alts[key] = result, result.picture.alt
            problems = dict.fromkeys(told for frame in frames for told in _in_result(frame))
            found += [f"{where}: {problem}" for problem in problems]
            if len({tuple(frame.values) for frame in frames}) > 1:
                found.append(f"{where}: the names of the values change during the film")
            if len(frames) > 1 and len({frame.picture.alt for frame in frames}) < 2:
                found.append(f"{where}: the alt text never changes during the film")
            if not experiment.slow and longest > BUDGET:
                found.append(f"{where}: takes {longest:.2f} s, more than {BUDGET} s")
            if key in drawn:
                pictures[key] = result.picture.png()
                drawn_badly = _in_drawing(result, len(pictures[key]))
                found += [f"{where}: {problem}" for problem in drawn_badly]
        except Exception as error:
            found.append(f"{where}: stops with {type(error).__name__}: {error}")
    if len(set(alts.values())) < 2:
        found.append("the alt text never changes")
    if len({tuple(result.values) for result in results.values()}) > 1:
        found.append("the names of the values are not the same everywhere")
    if not found:
        default = _key(experiment.defaults)
        again = experiment.result()
        if not experiment.measures_time and again.picture.alt != alts[default]:
            found.append("the alt text at the default setting differs from one run to the next")
        if not experiment.measures_time and again.picture.png() != pictures[default]:
            found.append("the picture at the default setting differs from one run to the next")
        rows = [results[_key(setting)].texts for setting in experiment.settings]
        if any(
            not row.items() >= texts.items()
            for row, texts in zip(experiment.table(), rows, strict=True)
        ):
            found.append("the table differs from one run to the next")
    return found


def _timed(experiment: Experiment, setting: dict[str, Value]) -> tuple[list[Result], float]:
    """Return all frames and the longest work for one: the shortest of three tries, if it is long.

    Processor time is measured, since a test runs beside others.
    """
    best: list[float] = []
    for _ in range(3):
        frames, spent = [], []
        start = time.process_time()
        for frame in experiment.frames(**setting):
            spent.append(time.process_time() - start)
            frames.append(frame)
            start = time.process_time()
        best = [min(pair) for pair in zip(best or spent, spent, strict=True)]
        if max(best) <= BUDGET:
            break
    return frames, max(best)


_Key = tuple[tuple[str, Value], ...]


def _key(setting: dict[str, Value]) -> _Key:
    return tuple(setting.items())


def _where(experiment: Experiment, setting: dict[str, Value]) -> str:
    parts = [
        f"{experiment.label(name)} {experiment.controls[name].text(value)}"
        for name, value in setting.items()
    ]
    return f"at {', '.join(parts)}"


def _in_result(result: Result) -> Iterator[str]:
    for name, value in result.values.items():
        if isinstance(value, str):
            if not value.strip():
                yield f"{name} is empty"
        else:
            try:
                finite = math.isfinite(value)
            except TypeError:
                yield f"{name} is {value}, which is no number, word or yes-no"
                continue
            if not finite:
                yield f"{name} is {value}, which is not finite"


def _in_drawing(result: Result, size: int) -> Iterator[str]:
    if size > MOST_BYTES:
        yield f"the picture has {size} bytes, more than {MOST_BYTES}"
    figure: Any = getattr(result.picture, "figure", None)
    if figure is None:
        return
    width, height = figure.get_size_inches()
    box = figure.get_tightbbox()
    # Before Matplotlib 3.11.1 the tight box leaves out what hangs over the edge of a label.
    words = [text for ax in figure.axes for text in (ax.xaxis.label, ax.yaxis.label, ax.title)]
    extents = [text.get_window_extent().extents / figure.dpi for text in words if text.get_text()]
    left, bottom, right, top = np.transpose([box.extents, *extents])
    slack = 0.05  # inches: the width of a line and its rim
    over = {"left": -left, "bottom": -bottom, "right": right - width, "top": top - height}
    for edge, hanging in over.items():
        if (inches := hanging.max()) > slack:
            yield f"{inches:.2f} inches of the picture are cut off at the {edge}"
