"""What is measured, and the bar that each figure must stay under.

This file needs nothing but Python, so that `--help` can name the workloads before anything is
installed.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Plan:
    """A workload by name: what it is called, its bars, and how long to look at it.

    Parameters
    ----------
    title : str
        What stands in the table.
    bars : mapping of int to float
        By the number of threads: the most that a step may take, over PyTorch eager's.
    rounds : int
        How often all peers take their turn.
    steps : int
        The steps of one turn: enough that neither the clock's own cost counts, nor that of a
        processor that wakes up for it.
    against_sklearn : bool
        Whether scikit-learn's `MLPClassifier` trains this network too.
    """

    title: str
    bars: Mapping[int, float]
    rounds: int
    steps: int
    against_sklearn: bool = False


PLANS: Mapping[str, Plan] = MappingProxyType(
    {
        "mlp-sgd": Plan("MLP 784-128-10, SGD, batch 64", {1: 0.65, 2: 0.75}, 40, 20, True),
        "mlp-adam": Plan("MLP 784-512-512-10, Adam, batch 256", {1: 0.95, 2: 1.05}, 40, 4, True),
        "mlp-norm": Plan(
            "MLP 784-256-256-10, batch norm, dropout, SGD, batch 128", {1: 0.65, 2: 0.65}, 40, 10
        ),
        "cnn": Plan(
            "CNN 28×28, 16 and 32 channels of 5×5, pool, Adam, batch 128", {1: 0.80, 2: 0.95}, 25, 1
        ),
        "lstm": Plan("LSTM 50 steps × 64 hidden × batch 64, Adam", {1: 1.10, 2: 1.20}, 25, 1),
        "transformer": Plan(
            "Transformer block d 64, 4 heads, T 64, batch 32, Adam", {1: 0.95, 2: 1.05}, 25, 1
        ),
        "xor": Plan("XOR 2-8-1, tanh, SGD, full batch", {1: 0.15, 2: 0.15}, 25, 1000),
    }
)

MEAN_BARS: Mapping[int, float] = MappingProxyType({1: 0.65, 2: 0.75})
"""The most that the geometric mean over all workloads may be, by the number of threads."""

SKLEARN_BAR = 1.5
"""How many times as fast as scikit-learn's `MLPClassifier` a step must be, at least."""

MEMORY_BAR = 1.0
"""The most memory that a training run may need, over PyTorch's."""

LOSS_STEPS = 20
LOSS_BAR = 1e-4
"""The most that losses of the first `LOSS_STEPS` steps may differ from PyTorch's, relatively.

Sums in another order differ in the last digit of float32 (6e-8), and training makes more of that:
Adam divides gradients near 0, which are all rounding, by their own size. A formula that differs,
if only in where epsilon stands, shows at 5e-4 and above.
"""

GROWTH_STEPS = (100, 1000)
GROWTH_BAR = 64 * 1024
"""Bytes that may be held more after the last of `GROWTH_STEPS` than after the first.

A leak of one array, or of one cache, in each of 900 steps would be many times that.
"""


@dataclass(frozen=True)
class Verdict:
    """One bar and the figure held against it.

    Examples
    --------
    >>> str(Verdict("MLP", 0.612, 0.65)), str(Verdict("faster", 1.4, 1.5, at_least=True))
    ('MLP: 0.61, bar 0.65, met', 'faster: 1.40, bar 1.50, missed')
    """

    name: str
    figure: float
    bar: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether the figure is on the right side; a figure that is no number is not."""
        return self.figure >= self.bar if self.at_least else self.figure <= self.bar

    @property
    def word(self) -> str:
        """The outcome as a word, beside any colour."""
        return "met" if self.met else "missed"

    def __str__(self) -> str:
        form = ".0e" if 0 < self.bar < 0.01 else ".2f"
        figure, bar = f"{self.figure:{form}}", f"{self.bar:{form}}"
        if figure == bar and not self.met:
            figure = f"{self.figure:.4g}"  # What just missed must not look as if it had met.
        return f"{self.name}: {figure}, bar {bar}, {self.word}"


def geometric_mean(values: Iterable[float]) -> float:
    """Return the geometric mean: of ratios, the one that does not depend on who is divided.

    >>> geometric_mean([0.5, 2.0])
    1.0
    """
    return math.exp(math.fsum(logs := [math.log(value) for value in values]) / len(logs))
