"""Broadcasting, and the scene of its trap: what a subtraction makes, and the memory it takes.

The left panel is in inches, so that a cell with a number is as large at every setting.
"""

from itertools import zip_longest

import numpy as np

from bpworkbook.figures import Area, Dots, Line, Panel, Scene, Text
from bpworkbook.figures.scene_marks import Mark

Shape = tuple[int, ...]

LAPTOP = 16e9  # bytes of memory, a common size
NUMBERED, DRAWN = 5, 24  # cells of an axis that hold their number, and that are drawn at all


def broadcast(first: Shape, second: Shape) -> Shape | None:
    """Return the shape that two shapes broadcast to; None where they do not fit.

    Examples
    --------
    >>> broadcast((5, 1), (5,)), broadcast((4, 3), (4,))
    ((5, 5), None)
    """
    made: list[int] = []
    # NumPy's own function refuses what no memory could hold, which in a browser is 2**31 numbers.
    for one, other in zip_longest(reversed(first), reversed(second), fillvalue=1):
        if 1 not in (one, other) and one != other:
            return None
        made.insert(0, other if one == 1 else one)
    return tuple(made)


def trap_scene(pred: Shape, y: Shape, made: Shape, loss: float) -> Scene:
    """Return the difference of a perfect model beside the memory that it takes.

    Parameters
    ----------
    pred, y, made : tuple of int
        Shapes of the predictions, of the truth, and of their difference.
    loss : float
        The loss that the perfect model gets.

    Examples
    --------
    >>> trap_scene((5, 1), (5,), (5, 5), 4.0).alt[:70]
    'pred (5, 1) minus y (5,) has shape (5, 5): 25 numbers, 5 wanted + 20 e'
    """
    n, count = pred[0], _count(made)
    memory = in_bytes(8 * count)
    told = (
        f"pred {pred} minus y {y} has shape {made}: "
        f"{count:,} number{'s' * (count > 1)}, {_wanted(n, count)}, {memory}, "
        f"{'more' if 8 * count > LAPTOP else 'less'} than a laptop has. "
        f"The loss of a perfect model is {loss:.2f}. "
        "Beside it, memory over n: a line for n numbers and a far steeper one for an n x n table; "
        f"pred - y is on {_places(n, count)}."
    )
    return Scene(
        differences_panel(pred, y, made), memory_panel(n, count), height=3.75, legend="below",
        alt=told, margins={"left": 0.1, "right": 0.15, "bottom": 0.5, "wspace": 0.75},
    )  # fmt: skip


def differences_panel(pred: Shape, y: Shape, made: Shape) -> Panel:
    """Return prediction minus truth of a perfect model: wanted zeros, and what stands beside them.

    Parameters
    ----------
    pred, y : tuple of int
        Shapes of the predictions and of the truth.
    made : tuple of int
        Shape of the difference: (n,), (n, 1) or (n, n). Up to n = 5 its numbers are written.

    Examples
    --------
    >>> differences_panel((5, 1), (5,), (5, 5)).title
    'pred - y  (5, 5)'
    """
    n, count = made[0], _count(made)
    rows, cols = (1, n) if len(made) == 1 else made
    seen = (min(rows, DRAWN), min(cols, DRAWN))
    side = min(0.34, 1.8 / max(seen))
    middle = 1.45 if n <= NUMBERED else 1.35  # numbers have their heads on the left
    left, top = middle - seen[1] * side / 2, 1.15 + seen[0] * side / 2
    words = [
        Text(0, 2.38, f"{pred} - {y}", color="grey", align="left"),
        Text(middle, 0.1, _wanted(n, count)),
    ]
    if n > DRAWN:
        axes = "rows and columns" if count > n else "numbers"
        words.append(Text(middle, -0.08, f"drawn: the first {DRAWN} {axes}", color="grey"))
    cells = _cells(seen, left, top, side, numbered=n <= NUMBERED)
    return Panel(
        *cells, *words, title=f"pred - y  {made}",
        xlim=(0, 2.5), ylim=(-0.1, 2.43), frame=False, equal=True, told="differences",
    )  # fmt: skip


def _cells(
    seen: tuple[int, int], left: float, top: float, side: float, *, numbered: bool
) -> list[Mark]:
    """Return the cells, their numbers bold where they were asked for; these cells are blue."""
    rows, cols = seen
    table = rows == cols
    truth = np.linspace(1, 5, rows)
    places = [(row, col) for row in range(rows) for col in range(cols)]
    wanted = [(row, col) for row, col in places if row == col or not table]

    def box(row: int, col: int, high: int = 1, wide: int = 1, **look: str | float) -> Area:
        x, y = left + col * side, top - row * side
        sides = [x, x + wide * side, x + wide * side, x], [y, y, y - high * side, y - high * side]
        return Area(*sides, **look)  # type: ignore[arg-type]

    drawn: list[Mark] = [box(0, 0, rows, cols, fill="white")]
    if numbered:
        drawn = [box(*place, fill="white", edge="grey", width=0.8) for place in places]
    drawn += [box(*place, fill="sky", width=1.8 if numbered else 0.6) for place in wanted]
    if not numbered:
        return drawn
    for row, col in places:
        value = truth[row] - truth[col] if table else 0.0
        at = left + (col + 0.5) * side, top - (row + 0.5) * side
        drawn.append(Text(*at, f"{value:.0f}", size=9.5, bold=(row, col) in wanted))
    return drawn + (_heads(rows, left, top, side) if table else [])


def _heads(n: int, left: float, top: float, side: float) -> list[Mark]:
    """Return pred beside the rows and y above the columns."""
    above, beside = top + 0.14, left - 0.17
    drawn: list[Mark] = [
        Text(beside - 0.12, top - side * n / 2, "pred", size=9.5, align="right", bold=True),
        Text(beside, above, "y", size=9.5, bold=True),
    ]
    for place, value in enumerate(np.linspace(1, 5, n)):
        middle = (place + 0.5) * side
        drawn.append(Text(beside, top - middle, f"{value:.0f}", size=9.5))
        drawn.append(Text(left + middle, above, f"{value:.0f}", size=9.5))
    return drawn


def memory_panel(n: int, count: int) -> Panel:
    """Return memory over n for n numbers and for a table, and where ``count`` numbers stand.

    Examples
    --------
    >>> memory_panel(5, 25).names
    ['n numbers', 'n x n table', 'pred - y']
    """
    ends, across = np.array([1.0, 1e5]), (0.6, 2e5)
    return Panel(
        Line(across, (LAPTOP, LAPTOP), color="grey", dash=":", width=1.2),
        Text(1.2, 1.5 * LAPTOP, "a laptop: 16 GB", color="grey", align="left", valign="bottom"),
        Line(ends, 8 * ends, "n numbers", marker="none"),
        Line(ends, 8 * ends**2, "n x n table", marker="none"),
        Dots([n], [8 * count], "pred - y", marker="D", size=8, fill="ink"),
        xlabel="examples n", title="memory", xscale="log", yscale="log",
        xlim=across, ylim=(2, 1e12),
        xticks={f"{10**power}": 10.0**power for power in (0, 1, 3, 5)},
        yticks={in_bytes(height): height for height in (10.0, 1e3, 1e6, 1e9, 1e12)},
        told="memory",
    )  # fmt: skip


def in_bytes(count: float) -> str:
    """Write an amount of memory with its unit.

    Examples
    --------
    >>> in_bytes(200), in_bytes(8e6), in_bytes(8e10)
    ('200 B', '8 MB', '80 GB')
    """
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"


def _count(shape: Shape) -> int:
    return int(np.prod(shape, dtype=np.int64))


def _wanted(n: int, count: int) -> str:
    return f"{n:,} wanted" + (f" + {count - n:,} extra" if count > n else "")


def _places(n: int, count: int) -> str:
    if n == 1:
        return "both"
    return "the second" if count > n else "the first"
