"""Callbacks: what a training shall do besides, at four moments of ``fit``.

    fit(model, ..., callbacks=[EarlyStopping(patience=5), ClipGradNorm(1.0)])

A callback overrides the methods it needs. Each is given the ``Run``, in which it may read where the
training stands, and set ``stop``.
"""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.history import History
from bpworkbook.nn.module import Module
from bpworkbook.nn.modulestate import get_state, set_state
from bpworkbook.nn.validation import FloatArray, require_count, require_number

if TYPE_CHECKING:
    from bpworkbook.nn.optim import Optimizer


@dataclass
class Run:
    """Where a training stands.

    Parameters
    ----------
    model : Module
        The network that is trained.
    optimizer : Optimizer
        What changes it.
    measures : tuple of str
        The names that ``history`` holds after each epoch.
    epochs : int
        How many there will be, unless one stops before.
    epoch, step : int
        The finished epochs and steps.
    history : dict of lists of float
        One number for each finished epoch.
    stop : bool
        Set to True, it ends the training after this epoch.

    Examples
    --------
    >>> import numpy as np
    >>> from bpworkbook.nn.layers import Linear
    >>> from bpworkbook.nn.sgd import SGD
    >>> layer = Linear(2, 1, rng=np.random.default_rng(0))
    >>> Run(layer, SGD(layer.parameters(), lr=0.1), ("loss",), epochs=3).stop
    False
    """

    model: Module
    optimizer: "Optimizer"
    measures: tuple[str, ...]
    epochs: int
    epoch: int = 0
    step: int = 0
    history: History = field(default_factory=History)
    stop: bool = False


class Callback:
    """A callback that does nothing; a subclass overrides the moments that it needs.

    Examples
    --------
    >>> class Print(Callback):
    ...     def on_epoch_end(self, run):
    ...         print(run.epoch, run.history["loss"][-1])
    """

    def on_train_start(self, run: Run) -> None:
        """Do this before the first epoch; what does not fit the run is refused here."""

    def on_backward_end(self, run: Run) -> None:
        """Do this when the gradients of a batch are there, before the step."""

    def on_step_end(self, run: Run) -> None:
        """Do this after each step."""

    def on_epoch_end(self, run: Run) -> None:
        """Do this after each epoch, when its numbers stand in ``run.history``."""

    def on_train_end(self, run: Run) -> None:
        """Do this at the end, also when the training was interrupted."""


class EarlyStopping(Callback):
    """Stop when a measure has not improved for some epochs, and go back to the best weights.

    Parameters
    ----------
    monitor : str
        The name of the measure in the history; "accuracy" in it means that more is better, else
        less is.
    patience : int
        The epochs without an improvement after which the training ends, at least 1.
    min_delta : float
        What counts as an improvement: better by more than this, at least 0. NaN never is.
    restore_best : bool
        Put the weights of the best epoch back at the end, also when nothing was stopped.

    Attributes
    ----------
    best_epoch : int
        The epoch with the best value, counted from 1; 0 if there was none.
    best_value : float
        That value.
    stopped : bool
        Whether the training was ended early.

    Raises
    ------
    ArgumentError
        If an argument is none of these; and in ``fit``, if the history will hold no such measure.

    References
    ----------
    Prechelt (1998), Early stopping, but when?

    Examples
    --------
    >>> EarlyStopping(patience=3)
    EarlyStopping('val_loss', patience=3)
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        patience: int = 5,
        min_delta: float = 0.0,
        restore_best: bool = True,
    ) -> None:
        if not isinstance(monitor, str):
            raise ArgumentError(
                f"EarlyStopping: monitor is {describe(monitor)}, expected the name of a measure"
            )
        require_count("EarlyStopping", "patience", patience)
        require_number("EarlyStopping", "min_delta", min_delta, 0)
        self.monitor, self.patience, self.min_delta = monitor, patience, min_delta
        self.restore_best = restore_best
        self._forget()

    def _forget(self) -> None:
        self.best_epoch, self.best_value, self.stopped = 0, math.nan, False
        self._best: dict[str, FloatArray] = {}

    def on_train_start(self, run: Run) -> None:
        """Start afresh, and refuse a measure that this training does not take."""
        if self.monitor not in run.measures:
            raise ArgumentError(
                f"EarlyStopping: monitor is {self.monitor!r}, expected one of "
                f"{', '.join(run.measures)}"
            )
        self._forget()

    def on_epoch_end(self, run: Run) -> None:
        """Copy the weights if they are the best so far; stop if patience is at its end."""
        value = run.history[self.monitor][-1]
        if self._improves(value):
            self.best_epoch, self.best_value = run.epoch, value
            if self.restore_best:
                self._best = get_state(run.model)
        elif run.epoch - self.best_epoch >= self.patience:
            self.stopped = run.stop = True

    def on_train_end(self, run: Run) -> None:
        """Put the best weights back."""
        if self._best:
            set_state(run.model, self._best)

    def _improves(self, value: float) -> bool:
        if math.isnan(value):
            return False
        if math.isnan(self.best_value):
            return True
        gain = self.best_value - value
        return (-gain if "accuracy" in self.monitor else gain) > self.min_delta

    def __repr__(self) -> str:
        return f"EarlyStopping({self.monitor!r}, patience={self.patience})"
