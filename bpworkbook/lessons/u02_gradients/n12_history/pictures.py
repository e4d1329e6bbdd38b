"""The pictures of lesson 12: the time line, and a trained net drawn as in Nature, 1986."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bpworkbook.figures import Area, Dots, Line, Panel, Scene, Text
from bpworkbook.lessons.u02_gradients.n12_history.events import STRANDS, Event

MOST_LINES = 11
"""More events than this are named without their evidence."""


def time_line(events: Sequence[Event], first: int, last: int) -> Scene:
    """Return the four strands with a dot for each event, and their evidence below."""
    heights = {name: float(len(STRANDS) - 1 - k) for k, name in enumerate(STRANDS)}
    ends = (first - 1.0 - 0.02 * (last - first), last + 1.0 + 0.02 * (last - first))
    rails = [Line(ends, (y, y), color="grey", marker="none", width=0.8) for y in heights.values()]
    seen: dict[tuple[int, str], int] = {}
    places: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for event in events:
        key = event.year, event.strand
        places[event.sweep].append((event.year, heights[event.strand] + 0.3 * seen.get(key, 0)))
        seen[key] = seen.get(key, 0) + 1
    dots = []
    for sweep, name, marker, fill in (
        (False, "other work", "o", "white"),
        (True, "holds a backward sweep", "s", "blue"),
    ):
        x, y = (
            (list(column) for column in zip(*places[sweep], strict=True))
            if places[sweep]
            else ([], [])
        )
        dots.append(Dots(x, y, name, marker=marker, fill=fill, size=8))
    upper = Panel(
        *rails, *dots, yticks=heights, xlim=ends, ylim=(-0.5, 3.8), grid="", legend="",
        xticks=_years(first, last), title=_title(events), told="four strands",
    )  # fmt: skip
    lower = Panel(*_told(events), frame=False, xlim=(0, 1), ylim=(0, 1), told="evidence")
    alt = f"{_title(events)}. " + " ".join(
        f"{event.year} {event.who}: {event.evidence}." for event in events
    )
    margins = {"left": 1.15, "right": 0.15, "top": 0.35, "bottom": 0.05, "hspace": 0.4}
    return Scene(
        upper, lower, columns=1, width=6.6, height=5.4, legend="below", margins=margins, alt=alt
    )


def _years(first: int, last: int) -> tuple[float, ...]:
    step = 10 if last - first > 20 else 2
    return tuple(float(year) for year in range(-(-first // step) * step, last + 1, step))


def _title(events: Sequence[Event]) -> str:
    count = f"{len(events)} work{'s' * (len(events) != 1)}"
    return f"{count}, {sum(event.sweep for event in events)} with a backward sweep"


def _told(events: Sequence[Event]) -> list[Any]:
    if len(events) > MOST_LINES:
        note = Text(0.42, 0.02, "choose a strand or a shorter period to read the evidence")
        return [note, *_names(events)]
    if not events:
        return [Text(0.5, 0.7, "nothing on this list")]
    lines: list[Any] = []
    for place, event in enumerate(events):
        y = 0.97 - 0.09 * place
        lines.append(Text(-0.13, y, f"{event.year}", align="left", bold=True))
        lines.append(Text(-0.05, y, f"{event.who}: {event.evidence}", align="left"))
    return lines


def _names(events: Sequence[Event]) -> list[Any]:
    rows = -(-len(events) // 3)
    return [
        Text(
            -0.13 + 0.4 * (k // rows),
            0.95 - 0.1 * (k % rows),
            f"{event.year} {event.who}",
            align="left",
        )
        for k, event in enumerate(events)
    ]


def as_in_nature(params: Any) -> Scene:
    """Return a 6-2-1 net with its weights on the arcs and its biases in the nodes."""
    W1, b1, W2, b2 = params
    bits = np.arange(6.0)
    units, top = ((1.0, 1.5), (4.0, 1.5)), (2.5, 3.0)
    marks: list[Any] = []
    for k, (x, y) in enumerate(units):
        ends = [((i, x), (0.0, y)) for i in bits] + [((x, top[0]), (y, top[1]))]
        marks += [Line(*end, color="grey", marker="none", width=0.9) for end in ends]
        middle = (x + top[0]) / 2, (y + top[1]) / 2
        marks.append(Text(*middle, f"{float(W2[k, 0]):.1f}", rim=True))
    for k, (x, y) in enumerate(units):
        for i in bits:
            # The numbers of the two units stand at two heights, so that none hides another.
            share = 0.22 if k == 0 else 0.42
            place = i + share * (x - i), share * y
            marks.append(
                Text(
                    *place,
                    f"{float(W1[int(i), k]):.1f}",
                    rim=True,
                    size=8.5,
                    color="blue" if k else "ink",
                )
            )
    for (x, y), bias in [*zip(units, b1, strict=True), (top, b2[0])]:
        turn = np.linspace(0, 2 * np.pi, 40)
        marks.append(Area(x + 0.34 * np.cos(turn), y + 0.27 * np.sin(turn), fill="pale"))
        marks.append(Text(x, y, f"{float(bias):.1f}", bold=True))
    marks.append(Dots(bits, 0 * bits, marker="o", size=11, fill="white"))
    marks += [Text(i, -0.33, f"bit {int(i) + 1}") for i in bits]
    told = "; ".join(
        f"hidden unit {k + 1} has weights {', '.join(f'{w:.1f}' for w in W1[:, k])}, bias "
        f"{float(b1[k]):.1f}, and goes on with {float(W2[k, 0]):.1f}"
        for k in range(2)
    )
    panel = Panel(
        *marks, Text(2.5, 3.42, "symmetric?"), frame=False, xlim=(-0.5, 5.5), ylim=(-0.5, 3.5),
        told=f"{told}; the output's bias is {float(b2[0]):.1f}",
    )  # fmt: skip
    margins = {"left": 0.1, "right": 0.1, "top": 0.1, "bottom": 0.1}
    return Scene(panel, width=6.0, height=4.2, margins=margins)


def sweeps_needed(runs: dict[str, Any]) -> Scene:
    """Return a dot for each start: the sweeps it needed, or that it never learnt."""
    names = list(runs)
    marks: list[Any] = []
    told = []
    for place, name in enumerate(names):
        sweeps = np.asarray(runs[name])
        learnt, never = np.sort(sweeps[sweeps >= 0]), int((sweeps < 0).sum())
        offset = 0.26 * (np.arange(learnt.size) % 3 - 1)
        marks.append(Dots(learnt, place + offset, "learnt" if not place else "", fill="sky"))
        spread = 0.26 * (np.arange(never) % 3 - 1)
        marks.append(
            Dots(3200 + 60 * (np.arange(never) // 3), place + spread, "never" if not place else "",
                 marker="D", fill="white", edge="red")
        )  # fmt: skip
        told.append(f"{name}: {learnt.size} of {sweeps.size} learnt, {never} never")
    high = len(names) - 0.2
    panel = Panel(
        Line((1425, 1425), (-0.6, high - 0.3), color="grey", dash=":", marker="none"),
        Text(1425, high - 0.12, "1,425 in 1986"), *marks,
        xlabel="sweeps until all 64 patterns are right",
        yticks={name: float(place) for place, name in enumerate(names)}, xlim=(0, 3500),
        ylim=(-0.6, high), xticks={"0": 0, "1000": 1000, "2000": 2000, "never": 3260},
        grid="x", legend="", told="; ".join(told),
    )  # fmt: skip
    margins = {"left": 0.9, "right": 0.2, "top": 0.3}
    return Scene(panel, width=6.2, height=2.5, legend="below", margins=margins)
