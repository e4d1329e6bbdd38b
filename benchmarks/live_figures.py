"""How long pictures took, what a drag led to, and the bars that these are held against."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.bars import Verdict

P50_BAR, P95_BAR = 80.0, 110.0
"""Milliseconds from key to picture, for the experiment with a boundary and a curve."""

RATIO_BAR = 0.25
"""The most that its p50 may be, over that of `interact` in the same run."""

PICTURES_BAR, LAST_BAR = 15.0, 200.0
"""The pictures painted in a second of its drag, and the milliseconds until the last one."""

COURSE_BAR = 250.0
"""The most that the p95 of any experiment may be.

One that animates its progress from 100 ms on would be let off; films do, but their first frame is
what is measured here, so that they need no such leave.
"""

FIRST_BAR = 1000.0
"""Milliseconds from running a cell to the painted picture, for any experiment."""

MANY, MANY_BAR = 30, 1.1
"""Experiments in one notebook, and the most that p50 may be there, over that of one alone.

No slower is the aim; two runs of the same differ by a tenth.
"""


@dataclass(frozen=True)
class Drag:
    """What a fast drag led to.

    Parameters
    ----------
    moves : int
        How often the control changed.
    seconds : float
        From the first move to the last.
    pictures : int
        How many were painted in that time.
    last : float
        Milliseconds from the last move until its own picture was painted.
    wrong : str
        What is wrong with that picture; "" if it is the right one.
    """

    moves: int
    seconds: float
    pictures: int
    last: float
    wrong: str = ""

    @property
    def rate(self) -> float:
        """The pictures in a second; on a busy machine the drag itself takes longer.

        >>> Drag(30, 1.5, 18, 90.0).rate, Drag(30, 0.9, 18, 90.0).rate
        (12.0, 18.0)
        """
        return self.pictures / max(self.seconds, 1.0)


@dataclass(frozen=True)
class Measured:
    """What was found of one experiment; ``trouble`` says why where nothing was.

    Parameters
    ----------
    id, title : str
        "E09.4", and its words.
    kind : str
        "canvas", or "png", followed by what else it is: "film", "slow".
    steps : sequence of float
        Milliseconds from key to picture, one for each step.
    first, appears : float
        Milliseconds from running the cell to the painted picture, and to the prediction before it.
    drag : Drag, optional
        None for an experiment that is run only on request.
    trouble : str
        An error that the experiment showed, or that kept it from being measured.
    """

    id: str
    title: str = ""
    kind: str = ""
    steps: Sequence[float] = ()
    first: float = float("nan")
    appears: float = float("nan")
    drag: Drag | None = None
    trouble: str = ""

    @property
    def slow(self) -> bool:
        """Whether it computes only when it is asked to."""
        return "slow" in self.kind

    @property
    def p50(self) -> float:
        """The median step."""
        return quantile(self.steps, 0.5)

    @property
    def p95(self) -> float:
        """The step that only one in twenty is slower than."""
        return quantile(self.steps, 0.95)

    @property
    def problems(self) -> list[str]:
        """What misses a bar that every experiment has, in words."""
        found = [self.trouble] if self.trouble else []
        if self.steps and not self.p95 <= COURSE_BAR:
            found.append(f"p95 {self.p95:.0f} ms")
        if self.steps and not self.first <= FIRST_BAR:
            found.append(f"first picture {self.first:.0f} ms")
        if self.drag and self.drag.wrong:
            found.append(self.drag.wrong)
        return found


@dataclass
class Run:
    """What a run of the benchmark found.

    Parameters
    ----------
    experiments : list of Measured
        In the order of the course.
    interact : sequence of float
        The steps of the same experiment made with `interact`.
    alone, among : sequence of float
        The steps of one experiment that is alone in its notebook, and that is the last of many.
    """

    experiments: list[Measured] = field(default_factory=list)
    interact: Sequence[float] = ()
    alone: Sequence[float] = ()
    among: Sequence[float] = ()

    def find(self, id: str) -> Measured | None:
        """Return what was found of an experiment, if it was measured."""
        return next((one for one in self.experiments if one.id == id and one.steps), None)

    def verdicts(self, main: str) -> list[Verdict]:
        """Return the outcome of every bar that this run can tell.

        Parameters
        ----------
        main : str
            The experiment with a boundary and a curve.
        """
        one = self.find(main)
        return [*(self._of_main(one) if one else []), *self._of_many(), *self._of_course()]

    def _of_main(self, one: Measured) -> list[Verdict]:
        found = [
            Verdict(f"{one.id}, p50 in ms", one.p50, P50_BAR),
            Verdict(f"{one.id}, p95 in ms", one.p95, P95_BAR),
        ]
        if self.interact:
            ratio = one.p50 / quantile(self.interact, 0.5)
            found.append(Verdict(f"{one.id}, p50 over interact's", ratio, RATIO_BAR))
        if one.drag:
            pictures = Verdict(
                f"{one.id}, pictures a second in a drag", one.drag.rate, PICTURES_BAR, at_least=True
            )
            last = Verdict(f"{one.id}, ms until the last picture", one.drag.last, LAST_BAR)
            found += [pictures, last]
        return found

    def _of_many(self) -> list[Verdict]:
        if not (self.alone and self.among):
            return []
        ratio = quantile(self.among, 0.5) / quantile(self.alone, 0.5)
        return [Verdict(f"p50 among {MANY} experiments, over that of one alone", ratio, MANY_BAR)]

    def _of_course(self) -> list[Verdict]:
        measured = [one for one in self.experiments if one.steps]
        failed = sum(not one.steps or bool(one.trouble) for one in self.experiments)
        wrong = sum(bool(one.drag and one.drag.wrong) for one in measured)
        found = [
            Verdict("experiments that failed", failed, 0),
            Verdict("drags that end on a wrong picture", wrong, 0),
        ]
        if measured:
            slowest = max(measured, key=lambda one: one.p95)
            latest = max(measured, key=lambda one: one.first)
            found += [
                Verdict(f"largest p95 in ms ({slowest.id})", slowest.p95, COURSE_BAR),
                Verdict(f"latest first picture in ms ({latest.id})", latest.first, FIRST_BAR),
            ]
        return found


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of them lies, between two where it falls there.

    Examples
    --------
    >>> quantile([3.0, 1.0, 2.0], 0.5), quantile(range(21), 0.95), quantile([1.0, 2.0], 0.25)
    (2.0, 19.0, 1.25)
    """
    if not values:
        return float("nan")
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return float(ordered[low] + (place - low) * (ordered[high] - ordered[low]))
