"""The report on how quickly pictures follow: tables, a picture, and what missed a bar."""

import argparse
from typing import Any

from benchmarks import machine
from benchmarks.live_figures import (
    COURSE_BAR,
    MANY,
    P50_BAR,
    P95_BAR,
    Measured,
    Run,
    quantile,
)
from benchmarks.live_measure import MOVES
from benchmarks.live_peer import ID
from benchmarks.live_run import READING
from benchmarks.report import QUICK, Report, Table
from bpworkbook.figures import COLORS, Picture, figure, house_style, number

PACKAGES = ("numpy", "matplotlib", "jupyterlab", "ipywidgets", "anywidget", "playwright")

NOTES = (
    "Real JupyterLab in headless Chromium, one tab, the kernel on the same machine. A step is one "
    "arrow key on the experiment's first slider (else its first list, row of buttons or switch), "
    "waited for before the next; its time runs from the key event's own time stamp to the task "
    "after the animation frame that shows the picture, by the page's clock. A film starts anew "
    "with each key; its first frame is what counts, then it is paused. Where an experiment "
    "computes only on request (slow), the time runs from the press on Run.",
    f"A drag: the mouse moves the handle {MOVES} times in one second, every move to another stop, "
    "and waits for nothing. Pictures are those painted between first and last move. The last "
    "picture must be that of the last move, which is asked of the experiment's own function: its "
    "setting and its words.",
    "First picture: from running the cell until the picture is painted, in a fresh kernel whose "
    f"first cell has imported NumPy and opened the lesson, {READING} s before. The prediction "
    "stands before the picture: it asks after so many milliseconds, and is skipped at once; its "
    "way to the kernel and back is counted.",
)


def live_report(options: argparse.Namespace, run: Run, browser: str) -> Report:
    """Return the report on a run.

    Parameters
    ----------
    options : Namespace
        Of the command line: ``quick``, ``load``.
    run : Run
        What was found.
    browser : str
        Name and version.
    """
    facts = [*machine.describe(PACKAGES, load=options.load), f"Browser: {browser}"]
    facts.append(f"Steps: {max((len(one.steps) for one in run.experiments), default=0)} each")
    measured = [one for one in run.experiments if one.steps]
    return Report(
        name="live",
        title="How quickly the picture follows the hand",
        facts=facts,
        notes=[*([QUICK] if options.quick else []), *NOTES, *troubles(run)],
        tables=[*main_table(run), course_table(run)],
        picture=live_picture(run, measured) if measured else None,
        verdicts=run.verdicts(ID),
    )


def troubles(run: Run) -> list[str]:
    """Return what missed a bar that every experiment has, as one list, or nothing."""
    lines = [f"- {one.id}: {'; '.join(one.problems)}" for one in run.experiments if one.problems]
    return ["\n".join(["Missed:", "", *lines])] if lines else []


def main_table(run: Run) -> list[Table]:
    """Return the table of the boundary and the curve beside `interact`, where it was measured."""
    one = run.find(ID)
    ways = {
        ID: one.steps if one else (),
        f"{ID} alone in a notebook": run.alone,
        f"{ID} as the last of {MANY}": run.among,
        "interact, inline Matplotlib": run.interact,
    }
    rows = [(way, *(whole(quantile(t, q)) for q in (0.5, 0.95))) for way, t in ways.items() if t]
    return [Table("Boundary and curve", ("way", "p50, ms", "p95, ms"), rows)] if rows else []


def course_table(run: Run) -> Table:
    """Return a row for each experiment."""
    columns: tuple[str, ...] = ("experiment", "kind", "p50, ms", "p95, ms", "asks, ms", "first, ms")
    columns += ("in a drag", "last, ms", "")
    return Table("Every experiment", columns, [course_row(one) for one in run.experiments])


def course_row(one: Measured) -> tuple[str, ...]:
    """Return the row of an experiment."""
    word = "missed" if one.problems else "met"
    drag = ("–", "–")
    if one.drag:
        drag = (f"{one.drag.pictures} of {one.drag.moves}", whole(one.drag.last))
    times = map(whole, (one.p50, one.p95, one.appears, one.first))
    return (f"{one.id} {one.title}".strip(), one.kind or "–", *times, *drag, word)


def whole(value: float) -> str:
    """Write milliseconds, or a dash where there are none.

    >>> whole(86.6), whole(float("nan"))
    ('87', '–')
    """
    return "–" if value != value else f"{value:.0f}"


def live_picture(run: Run, measured: list[Measured]) -> Picture:
    """Draw p50 and p95 by experiment, and the bars."""
    names = [one.id for one in measured]
    margins = {"left": 0.75, "right": 0.2, "bottom": 1.25, "top": 0.4}
    fig, ax = figure(max(6.6, 1.2 + 0.19 * len(names)), 4.2, margins=margins)
    looks = {
        "p50": ([one.p50 for one in measured], "o", COLORS["blue"]),
        "p95": ([one.p95 for one in measured], "^", COLORS["red"]),
    }
    with house_style():
        for k, one in enumerate(measured):
            ax.plot([k, k], [one.p50, one.p95], "-", color=COLORS["grey"], linewidth=1, zorder=1)
        for label, (values, marker, color) in looks.items():
            ax.plot(values, marker, color=color, markersize=6, label=label, zorder=3)
        draw_bars_and_peer(ax, run, names)
        ax.set_yscale("log")
        ax.set_ylim(20, max(2 * COURSE_BAR, *ax.get_ylim()))
        ticks = [t for t in (20, 50, 100, 200, 500, 1000, 2000, 5000) if t <= ax.get_ylim()[1]]
        ax.set_yticks(ticks, [str(t) for t in ticks])
        ax.minorticks_off()
        ax.set(xlim=(-0.7, len(names) - 0.3), ylabel="ms from key to picture")
        ax.set_title("From the key to the painted picture")
        ax.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
        fig.legend(*ax.get_legend_handles_labels(), loc="lower center", ncols=3)
    return Picture(fig, live_alt(run, measured))


def draw_bars_and_peer(ax: Any, run: Run, names: list[str]) -> None:
    """Draw the bar of all experiments, and beside E09.4 its own bars and `interact`."""
    grey = COLORS["grey"]
    ax.axhline(COURSE_BAR, color=grey, linestyle=":", label=f"bar for p95, {COURSE_BAR:.0f} ms")
    if ID not in names:
        return
    k, style = names.index(ID), {"linestyle": "none", "zorder": 2, "color": COLORS["ink"]}
    ax.plot(
        [k, k],
        [P50_BAR, P95_BAR],
        marker="_",
        markersize=15,
        markeredgewidth=2,
        label=f"bars of {ID}",
        **style,
    )
    if run.interact:
        peer = quantile(run.interact, 0.5)
        ax.plot([k], [peer], marker="s", label=f"{ID} with interact, p50", **style)


def live_alt(run: Run, measured: list[Measured]) -> str:
    """Say what the picture shows, made from the figures."""
    slowest = max(measured, key=lambda one: one.p95)
    within = sum(one.p95 <= COURSE_BAR for one in measured)
    told = [
        "Milliseconds from key to picture by experiment, p50 and p95, on a log scale.",
        f"{within} of {len(measured)} have a p95 within {number(COURSE_BAR)} ms; the largest is "
        f"{slowest.p95:.0f} ms, of {slowest.id}.",
    ]
    one = run.find(ID)
    if one:
        told.append(f"{ID}: p50 {one.p50:.0f} ms, p95 {one.p95:.0f} ms.")
    if run.interact:
        told.append(f"With interact its p50 is {quantile(run.interact, 0.5):.0f} ms.")
    return " ".join(told)
