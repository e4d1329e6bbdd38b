"""Our grader beside nbgrader and Otter, on the same notebooks in one run: seconds and memory."""

import argparse
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.environment import ROOT, BenchmarkError, make
from benchmarks.grading_class import lay_class
from benchmarks.grading_peers import LESSON, PEERS, Grader, all_graders
from benchmarks.report import Report, Table
from benchmarks.tree_memory import Ran
from bpworkbook.figures import COLORS, Picture, figure, house_style, number

FEW = 2
"""Notebooks of a second, small class: the difference is what a further notebook takes."""

PACKAGES = ("numpy", "ipython", "sqlalchemy")
MEGABYTE = 2**20
NOTES = (
    "The same notebooks of lesson 09, made by the same mix as in `speed`, and the same checks. "
    "Each grader is its own command, as an instructor types it, with one notebook at a time; they "
    "take turns, and each turn begins with nothing graded. Ours and nbgrader grade the class with "
    "one command, Otter with one for each notebook. Seconds a notebook are those of the commands "
    "over the number of notebooks, starting included; a further notebook is what the class takes "
    "beyond one of two: of the smallest of these differences noise is a large part.",
    "Memory is the most that a command and all its processes occupy together; pages that they "
    "share count once. nbgrader and Otter run the checks inside the submission's own process, "
    "ours outside of it and in a sandbox. So the marks need not agree: ours draws other cases.",
)


@dataclass
class Seen:
    """What was seen of one grader: its commands in each turn, for both classes, and its marks."""

    many: list[list[Ran]] = field(default_factory=list)
    few: list[list[Ran]] = field(default_factory=list)
    marks: dict[str, float] = field(default_factory=dict)

    def seconds(self, submissions: int) -> float:
        """Return the seconds a notebook: the median of the turns."""
        return statistics.median(total(turn) for turn in self.many) / submissions

    def further(self, submissions: int) -> float:
        """Return the seconds of a further notebook: the median of the turns."""
        pairs = zip(self.many, self.few, strict=True)
        return statistics.median(total(m) - total(f) for m, f in pairs) / (submissions - FEW)

    @property
    def peak(self) -> int:
        """The most bytes in any turn."""
        return max(ran.peak for turn in self.many for ran in turn)


def total(turn: Sequence[Ran]) -> float:
    """Return the seconds of a turn.

    >>> total([Ran(1.0, 0), Ran(0.5, 0)])
    1.5
    """
    return sum(ran.seconds for ran in turn)


def measure(options: argparse.Namespace, tell: Callable[[], None]) -> dict[str, Seen]:
    """Let all graders take turns, and return what was seen of each.

    Raises
    ------
    BenchmarkError
        If the environment of the others cannot be made, or one of the commands fails.
    """
    if options.submissions <= FEW:
        raise BenchmarkError(f"--submissions is {options.submissions}, but wants more than {FEW}.")
    python = make(ROOT / ".benchmark-venv-graders", steps())
    graders = all_graders(python.parent)
    found = {grader.name: Seen() for grader in graders}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        many = lay_class(folder / "many", [LESSON], options.submissions)
        few = lay_class(folder / "few", [LESSON], FEW)
        for turn in range(options.rounds):
            for grader in graders:
                seen = found[grader.name]
                seen.few.append(_turn(grader, few, folder / f"{grader.name}-few-{turn}"))
                home = folder / f"{grader.name}-{turn}"
                seen.many.append(_turn(grader, many, home))
                seen.marks = grader.marks(home)
                for _ in range(options.submissions):
                    tell()
    return found


def steps() -> list[tuple[str, list[str]]]:
    """Return what the environment of the others holds."""
    return [("nbgrader and Otter", list(PEERS)), ("the project", ["--editable", "."])]


def _turn(grader: Grader, class_: Path, home: Path) -> list[Ran]:
    home.mkdir()
    return grader.grade(class_, home)


def side_report(options: argparse.Namespace, found: dict[str, Seen]) -> Report:
    """Return the report on all graders."""
    facts = machine.describe(PACKAGES, load=options.load)
    facts.append(f"Compared: {', '.join(PEERS)}")
    facts.append(f"Notebooks: {options.submissions} in each of {options.rounds} turns")
    return Report(
        name="grading-side",
        title="Our grader beside nbgrader and Otter",
        facts=facts,
        notes=NOTES,
        tables=[side_table(found, options.submissions), agreement_table(found)],
        picture=side_picture(found, options.submissions),
    )


def side_table(found: dict[str, Seen], submissions: int) -> Table:
    """Return a row for each grader."""
    columns = ("grader", "s a notebook", "over ours", "s a further one", "peak memory, MB")
    ours = found["bpworkbook"].seconds(submissions)
    rows = [
        (
            name,
            f"{seen.seconds(submissions):.3f}",
            f"{seen.seconds(submissions) / ours:.1f}",
            f"{seen.further(submissions):.3f}",
            f"{seen.peak / MEGABYTE:.0f}" if seen.peak else "–",
        )
        for name, seen in found.items()
    ]
    return Table("Time and memory", columns, rows)


def agreement_table(found: dict[str, Seen]) -> Table:
    """Return in how many notebooks each grader's total is ours, above it, or below it."""
    ours = found["bpworkbook"].marks
    rows = []
    for name, seen in found.items():
        more = sum(seen.marks.get(who, 0.0) > points for who, points in ours.items())
        less = sum(seen.marks.get(who, 0.0) < points for who, points in ours.items())
        points = f"{sum(seen.marks.values()):g}"
        rows.append((name, points, str(len(ours) - more - less), str(more), str(less)))
    columns = ("grader", "points in all", "as ours", "above ours", "below ours")
    return Table("Totals of the notebooks", columns, rows)


def side_picture(found: dict[str, Seen], submissions: int) -> Picture:
    """Draw the seconds of a notebook and the memory, a bar for each grader."""
    names = list(found)
    times = [seen.seconds(submissions) for seen in found.values()]
    peaks = [seen.peak / MEGABYTE for seen in found.values()]
    margins = {"left": 1.15, "right": 0.3, "bottom": 0.75, "top": 0.4, "wspace": 0.2}
    fig, axes = figure(8.4, 2.6, margins=margins, ncols=2, sharey=True)
    with house_style():
        _bars(axes[0], names, times, "seconds a notebook, starting included", "{:.3g}")
        _bars(axes[1], names, peaks, "peak memory, MB", "{:.0f}")
        axes[0].invert_yaxis()
    told = zip(names, times, peaks, strict=True)
    words = "; ".join(f"{n} {number(t)} s and {number(p)} MB" for n, t, p in told)
    return Picture(fig, f"A bar for each grader, seconds a notebook and peak memory: {words}.")


def _bars(ax: Any, names: Sequence[str], values: Sequence[float], label: str, form: str) -> None:
    colors = [COLORS["blue"], *[COLORS["grey"]] * (len(names) - 1)]
    drawn = ax.barh(names, values, color=colors, height=0.6)
    ax.bar_label(drawn, [form.format(value) for value in values], padding=4)
    ax.set_xlim(0, 1.25 * max(*values, 1e-3))
    ax.set_xlabel(label)
