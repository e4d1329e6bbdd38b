"""Networks drawn as units and edges: numbers that move forward, gradients that move back."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from bpworkbook.figures.alt import number
from bpworkbook.figures.palette import COLORS
from bpworkbook.figures.picture import Picture
from bpworkbook.figures.style import figure, house_style
from bpworkbook.nn.errors import ArgumentError

_RADIUS = 0.29  # inches of a unit: room for "-0.123" at 9 points
_NARROW = 0.5  # inches for a unit without words, in layers that are wide
_FEW_EDGES = 12  # more edges than this and their numbers cover each other


def draw_network(
    ax: Axes,
    sizes: Sequence[int],
    *,
    weights: Sequence[Any] | None = None,
    values: Sequence[Any] | None = None,
    gradients: Sequence[Any] | None = None,
    edge_gradients: Sequence[Any] | None = None,
    names: Sequence[Sequence[str]] | None = None,
    flow: str = "",
) -> str:
    """Draw a layered network and return what its numbers say.

    Parameters
    ----------
    ax : Axes
        Axes without a frame whose data units are inches.
    sizes : sequence of int
        Units in each layer, for example ``(2, 3, 1)``.
    weights, edge_gradients : sequence of array_like, optional
        For each pair of layers an array (d_in, d_out). Positive weights are solid and blue,
        negative ones dashed and red, thicker where larger; numbers where there are few edges.
    values, gradients : sequence of array_like, optional
        For each layer an array (d,): written inside the units, and below them after "∂".
    names : sequence of sequence of str, optional
        For each layer the names of its units.
    flow : str
        "forward", "backward" or "": which way an arrow at the foot points.

    Returns
    -------
    str
        Clauses for the alt text.

    Raises
    ------
    ArgumentError
        If ``flow`` is unknown, or an array does not have the shape that ``sizes`` asks for.

    Examples
    --------
    >>> fig, ax = figure()
    >>> draw_network(ax, (1, 1), weights=[[[0.5]]], values=[[1.0], [0.5]])
    'network 1-1; values 1.00 | 0.500; weights 0.500'
    """
    if flow not in ("", "forward", "backward"):
        raise ArgumentError(f"draw_network: flow is {flow!r}, wanted 'forward', 'backward' or ''")
    pairs = list(pairwise(sizes))
    W = _arrays("weights", weights, pairs)
    dW = _arrays("edge_gradients", edge_gradients, pairs)
    a = _arrays("values", values, [(n,) for n in sizes])
    da = _arrays("gradients", gradients, [(n,) for n in sizes])
    places = _places(ax, sizes)
    radius = min(_RADIUS, 0.4 * float(np.ptp(ax.get_ylim())) / max(sizes))
    with house_style():
        for layer in range(len(pairs)):
            _draw_edges(ax, places[layer], places[layer + 1], W, dW, layer)
        for layer, spots in enumerate(places):
            for unit, (x, y) in enumerate(spots):
                ax.add_patch(
                    Circle((x, y), radius, facecolor="white", edgecolor=COLORS["ink"], zorder=3)
                )
                if a:
                    ax.text(x, y, number(a[layer][unit]), zorder=4, fontsize=9, **_CENTRE)
                if da:
                    below = f"∂ {number(da[layer][unit])}"
                    ax.text(x, y - radius - 0.13, below, zorder=4, fontsize=9, **_CENTRE)
                if names:
                    ax.text(x, y + radius + 0.13, names[layer][unit], zorder=4, **_CENTRE)
        _draw_flow(ax, flow)
    told = [f"network {'-'.join(str(n) for n in sizes)}"]
    for word, arrays in (
        ("values", a),
        ("gradients", da),
        ("weights", W),
        ("weight gradients", dW),
    ):
        if arrays and sum(array.size for array in arrays) <= _FEW_EDGES:
            told.append(f"{word} {' | '.join(_listed(array) for array in arrays)}")
    if flow:
        told.append(f"an arrow points {flow}")
    return "; ".join(told)


_CENTRE: dict[str, Any] = {"ha": "center", "va": "center"}


def _arrays(name: str, given: Sequence[Any] | None, shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    if given is None:
        return []
    arrays = [np.asarray(array, dtype=float) for array in given]
    if [array.shape for array in arrays] != list(shapes):
        raise ArgumentError(
            f"draw_network: {name} has shapes {[array.shape for array in arrays]}, "
            f"but the sizes ask for {list(shapes)}"
        )
    return arrays


def _listed(array: Any) -> str:
    return ", ".join(number(v) for v in array.ravel())


def _places(ax: Axes, sizes: Sequence[int]) -> list[list[tuple[float, float]]]:
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    xs = np.linspace(left + 0.6, right - 0.6, len(sizes))
    step = (top - bottom) / max(sizes)
    middle = (top + bottom) / 2
    return [
        [(float(x), middle + step * ((n - 1) / 2 - unit)) for unit in range(n)]
        for x, n in zip(xs, sizes, strict=True)
    ]


def _draw_edges(
    ax: Axes,
    sources: list[tuple[float, float]],
    targets: list[tuple[float, float]],
    W: list[Any],
    dW: list[Any],
    layer: int,
) -> None:
    at = _label_place([y for _, y in sources], [y for _, y in targets])
    reach = max((float(np.abs(w).max()) for w in W), default=1.0) or 1.0
    for i, (x0, y0) in enumerate(sources):
        for j, (x1, y1) in enumerate(targets):
            look: dict[str, Any] = {"color": COLORS["grey"], "linestyle": "-", "linewidth": 0.8}
            if W:
                w = float(W[layer][i, j])
                look = {"color": COLORS["blue" if w >= 0 else "red"]}
                look["linestyle"] = "-" if w >= 0 else (0, (4, 2))
                look["linewidth"] = 0.6 + 2.4 * min(abs(w) / reach, 1) if np.isfinite(w) else 0.6
            ax.plot([x0, x1], [y0, y1], zorder=1, **look)
            lines = [number(W[layer][i, j])] if W else []
            lines += [f"∂ {number(dW[layer][i, j])}"] if dW else []
            if lines and len(sources) * len(targets) <= _FEW_EDGES:
                ax.text(
                    x0 + at * (x1 - x0), y0 + at * (y1 - y0), "\n".join(lines), fontsize=9,
                    zorder=2, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1}, **_CENTRE,
                )  # fmt: skip


def _label_place(sources: list[float], targets: list[float]) -> float:
    """Where along the edges, from 0 to 1, their numbers stand furthest apart."""
    if len(sources) * len(targets) == 1:
        return 0.5
    low, high = np.array(sources)[:, None], np.array(targets)[None, :]
    ways = np.linspace(0.25, 0.75, 21)
    gaps = [np.diff(np.sort((low + t * (high - low)).ravel())).min() for t in ways]
    return float(ways[int(np.argmax(np.round(gaps, 6)))])


def _draw_flow(ax: Axes, flow: str) -> None:
    if not flow:
        return
    (left, right), bottom = ax.get_xlim(), ax.get_ylim()[0]
    ends = [(left + 0.6, bottom), (right - 0.6, bottom)]
    start, stop = ends if flow == "forward" else ends[::-1]
    arrow = {"arrowstyle": "-|>", "color": COLORS["ink"], "linewidth": 1.5}
    ax.annotate("", stop, start, arrowprops=arrow, annotation_clip=False)
    ax.text(
        (left + right) / 2, bottom, flow,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 2}, **_CENTRE,
    )  # fmt: skip


def network_diagram(
    sizes: Sequence[int], *, title: str = "", alt: str = "", **options: Any
) -> Picture:
    """Make a picture of a layered network; see `draw_network` for the options.

    Examples
    --------
    >>> network_diagram((2, 3, 1)).alt
    'Diagram: network 2-3-1.'
    """
    head, foot = (0.38 if title else 0.1), 0.28
    room = 0.85 + 0.2 * bool(options.get("names")) + 0.25 * bool(options.get("gradients"))
    if max(sizes) > 5 and not {"values", "gradients", "names"} & set(options):
        room = _NARROW
    height = max(1.3, room * max(sizes)) + head + foot
    fig, ax = figure(6.0, height, margins={"left": 0, "right": 0, "top": head, "bottom": foot})
    ax.set(xlim=(0, 6.0), ylim=(0, height - head - foot))
    ax.set_axis_off()
    told = draw_network(ax, sizes, **options)
    if title:
        with house_style():
            ax.text(0.1, height - head - foot + 0.1, title, fontsize=11, fontweight="bold")
    return Picture(fig, alt or f"Diagram: {told}.")
