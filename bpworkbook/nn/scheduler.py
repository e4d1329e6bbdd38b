r"""The one-cycle schedule, and the ``Scheduler`` that sets learning rates by any schedule."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bpworkbook.nn.callbacks import Callback
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.optim import Optimizer
from bpworkbook.nn.schedules import check_schedule, half_cosine, require_share
from bpworkbook.nn.validation import require_count, require_number

if TYPE_CHECKING:
    from bpworkbook.nn.callbacks import Run


def one_cycle(
    step: int,
    lr: float,
    *,
    steps: int,
    pct_start: float = 0.3,
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
) -> float:
    r"""Return a learning rate that rises to ``lr`` and falls to almost nothing, by half cosines.

    It starts at $\eta / d$, reaches $\eta$ at step $p T - 1$ and ends with $\eta / (d f)$ at the
    last step, $T - 1$; it stays there.

    Parameters
    ----------
    step : int
        The step, from 0.
    lr : float
        The highest learning rate $\eta$, at least 0.
    steps : int
        The number of steps $T$.
    pct_start : float
        The share $p$ of the steps for which it rises, from 0 to 1.
    div_factor, final_div_factor : float
        The factors $d$ and $f$, above 0.

    Returns
    -------
    float
        The learning rate for this step.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    Smith and Topin (2019), Super-convergence: very fast training of neural networks using large
    learning rates; in the form of ``torch.optim.lr_scheduler.OneCycleLR``.

    Examples
    --------
    >>> [round(one_cycle(t, 1.0, steps=5, pct_start=0.6), 3) for t in range(5)]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """
    check_schedule("one_cycle", step, lr)
    require_count("one_cycle", "steps", steps)
    require_share("one_cycle", "pct_start", pct_start)
    require_number("one_cycle", "div_factor", div_factor, 0, above=True)
    require_number("one_cycle", "final_div_factor", final_div_factor, 0, above=True)
    first = lr / div_factor
    peak, last = max(0.0, pct_start * steps - 1), steps - 1
    if step < peak:
        return half_cosine(first, lr, step / peak)
    if last <= peak:
        return float(lr)  # Nothing is left to fall in.
    return half_cosine(lr, first / final_div_factor, (step - peak) / (last - peak))


class Scheduler(Callback):
    """Sets the learning rate of an optimiser by a schedule.

    Made, it sets the rate for step 0; each ``step()`` goes on by one. In ``fit`` it is given as a
    callback, which does that. Every group follows the schedule from its own learning rate.

    Parameters
    ----------
    optimizer : Optimizer
        What it sets the rate of. The rates that its groups have now are the schedule's ``lr``.
    schedule : function
        Called as ``schedule(step, lr, **options)``, such as ``cosine``.
    every : {"step", "epoch"}
        What ``fit`` counts.
    **options
        What else the schedule takes.

    Attributes
    ----------
    count : int
        The step that the present rates are for.

    Raises
    ------
    ArgumentError
        If an argument is none of these, or the schedule returns no rate of at least 0.

    Examples
    --------
    >>> import numpy as np
    >>> from bpworkbook.nn.module import Parameter
    >>> from bpworkbook.nn.sgd import SGD
    >>> from bpworkbook.nn.schedules import exponential
    >>> sgd = SGD([Parameter(np.zeros(1))], lr=0.8)
    >>> scheduler = Scheduler(sgd, exponential, gamma=0.5)
    >>> scheduler.step()
    >>> sgd.lr
    0.4
    """

    def __init__(
        self,
        optimizer: Optimizer,
        schedule: Callable[..., float],
        *,
        every: str = "step",
        **options: Any,
    ) -> None:
        if not isinstance(optimizer, Optimizer):
            raise ArgumentError(
                f"Scheduler: optimizer is {describe(optimizer)}, expected an Optimizer"
            )
        if not callable(schedule):
            raise ArgumentError(f"Scheduler: schedule is {describe(schedule)}, expected a function")
        if not isinstance(every, str) or every not in ("step", "epoch"):
            raise ArgumentError(
                f"Scheduler: every is {describe(every)}, expected 'step' or 'epoch'"
            )
        self.optimizer, self.schedule, self.every = optimizer, schedule, every
        self.options = options
        self.base_lrs = [group["lr"] for group in optimizer.param_groups]
        self.count = 0
        self._set()

    def step(self) -> None:
        """Go on by one step."""
        self.count += 1
        self._set()

    def on_step_end(self, run: "Run") -> None:
        """Go on, unless epochs are counted."""
        if self.every == "step":
            self.step()

    def on_epoch_end(self, run: "Run") -> None:
        """Go on, if epochs are counted."""
        if self.every == "epoch":
            self.step()

    def _set(self) -> None:
        rates = [self.schedule(self.count, lr, **self.options) for lr in self.base_lrs]
        for rate in rates:
            require_number("Scheduler", f"schedule({self.count}, lr)", rate, 0)
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = float(rate)
