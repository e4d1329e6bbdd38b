"""Two trainings of 1986 as films: the symmetry task and the 8-3-8 encoder."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from bpworkbook.figures import Field, Line, Panel, Scene, Text, lines_panel
from bpworkbook.lessons.u02_gradients.n12_history import nets
from bpworkbook.lessons.u02_gradients.n12_history.reruns import mirror_gap, size_ratio, undecided
from bpworkbook.live import Result
from bpworkbook.live.controls import Value

SYMMETRY_SWEEPS, SYMMETRY_EVERY = 2500, 25
ENCODER_SWEEPS, ENCODER_EVERY = 1000, 10
_SIDE = {"left": 0.6, "right": 0.15, "top": 0.4, "bottom": 0.5, "wspace": 0.7}


def symmetry(hidden: int, lr: float, seed: int) -> Iterator[Result]:
    """Train on the 64 patterns and yield a picture every few sweeps.

    Examples
    --------
    >>> next(symmetry(2, 0.1, 1)).texts["patterns right"]
    '56 of 64'
    """
    X, Y = nets.symmetry_table()
    errors: list[float] = []
    begin = nets.start((6, hidden, 1), seed)
    course = nets.training(begin, X, Y, SYMMETRY_SWEEPS, lr, momentum=0.9)
    for sweep, params in enumerate(course):
        if sweep % SYMMETRY_EVERY:
            continue
        p = nets.forward(params, X)[1]
        errors.append(float(((p - Y) ** 2).sum() / 2))
        gap, ratio = mirror_gap(params[0]), size_ratio(params[0][:, 0])
        values: dict[str, Value] = {
            "sweep": sweep,
            "error": f"{errors[-1]:.2f}",
            "patterns right": f"{int(((p > 0.5) == (Y > 0.5)).sum())} of 64",
            "mirror weights opposite": "yes" if gap < 0.05 else "no",
            "sizes in unit 1": "1 : " + " : ".join(_short(size) for size in ratio[1:]),
        }
        yield Result(partial(_symmetry_picture, params[0], tuple(errors)), values)


def _short(size: float) -> str:
    return f"{size:.1f}" if size < 20 else "over 20"


def _symmetry_picture(W1: Any, errors: tuple[float, ...]) -> Scene:
    places = np.arange(1, 7)
    most = max(3.0, 1.15 * float(np.abs(W1).max()))
    told = "; ".join(
        f"hidden unit {k + 1} has weights {', '.join(f'{w:.1f}' for w in unit)}"
        for k, unit in enumerate(W1.T)
    )
    weights = lines_panel(
        {f"hidden unit {k + 1}": (places, unit) for k, unit in enumerate(W1.T)},
        xlabel="input bit", ylabel="weight", title="Weights from the six bits",
        levels={"": 0.0}, marks={"": 3.5}, ylim=(-most, most), legend="",
        xticks=tuple(places), xlim=(0.6, 6.4), told=told,
    )  # fmt: skip
    sweeps = SYMMETRY_EVERY * np.arange(len(errors))
    course = lines_panel(
        {"error": (sweeps, errors)}, xlabel="sweep", ylabel="error", title="Error",
        levels={"always no": 4.0}, xlim=(0, SYMMETRY_SWEEPS), ylim=(0, 9),
        xticks=(0, 1000, 2000), told=f"error {errors[-1]:.2f} at sweep {sweeps[-1]}",
    )  # fmt: skip
    return Scene(weights, course, width=6.4, height=3.3, legend="below", margins=_SIDE)


def encoder(hidden: int, lr: float, seed: int) -> Iterator[Result]:
    """Train an 8-h-8 encoder and yield a picture every few sweeps.

    Examples
    --------
    >>> next(encoder(3, 1.0, 0)).texts["patterns right"]
    '0 of 8'
    """
    X, Y = nets.encoder_table()
    errors: list[float] = []
    begin = nets.start((8, hidden, 8), seed, 0.5)
    for sweep, params in enumerate(nets.training(begin, X, Y, ENCODER_SWEEPS, lr)):
        if sweep % ENCODER_EVERY:
            continue
        codes, p = nets.forward(params, X)
        errors.append(float(((p - Y) ** 2).sum() / 2))
        right = int(((p > 0.5) == (Y > 0.5)).all(axis=1).sum())
        values: dict[str, Value] = {
            "sweep": sweep,
            "error": f"{errors[-1]:.2f}",
            "patterns right": f"{right} of 8",
            "hidden values from 0.2 to 0.8": undecided(codes),
        }
        yield Result(partial(_encoder_picture, codes, p, tuple(errors)), values)


def _encoder_picture(codes: Any, p: Any, errors: tuple[float, ...]) -> Scene:
    hidden = codes.shape[1]
    rows = {str(k + 1): 7.5 - k for k in range(8)}
    cells = [
        Text(j + 0.5, 7.5 - k, f"{codes[k, j]:.1f}", color="ink", rim=True)
        for k in range(8)
        for j in range(hidden)
    ]
    code = Panel(
        _grid(codes), *cells, title="Hidden code", xlabel="hidden unit", ylabel="pattern",
        xticks={str(j + 1): j + 0.5 for j in range(hidden)}, yticks=rows, grid="",
        told=f"hidden codes of patterns 1 to 8: {', '.join(_code(row) for row in codes)}",
    )  # fmt: skip
    right = int(np.sum(np.diag(p) > 0.5))
    outputs = Panel(
        _grid(p), title="Outputs", xlabel="output unit", xticks={"1": 0.5, "8": 7.5},
        yticks=rows, grid="", told=f"{right} of 8 patterns bring their own output above one half",
    )  # fmt: skip
    sweeps = ENCODER_EVERY * np.arange(len(errors))
    course = Panel(
        Line(sweeps, errors, "error", color="blue", marker="none"), xlabel="sweep", title="Error",
        xlim=(0, ENCODER_SWEEPS), ylim=(0, 10), xticks=(0, 500, 1000), legend="",
        told=f"error {errors[-1]:.2f} at sweep {sweeps[-1]}",
    )  # fmt: skip
    margins = {**_SIDE, "wspace": 0.55}
    return Scene(
        code, outputs, course, ratios=(1, 1.3, 1.3), width=6.4, height=3.2, margins=margins
    )


def _grid(values: Any) -> Field:
    extent = (0.0, float(values.shape[1]), 0.0, float(values.shape[0]))
    return Field(values[::-1], extent, low=-0.7, high=1.7, colors="DIVERGING", smooth=False)


def _code(row: Any) -> str:
    return "-".join(f"{value:.1f}" for value in row)
