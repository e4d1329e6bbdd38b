"""An experiment: a pure function, its controls, a prediction, and the settings of its table."""

import inspect
import itertools
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from bpworkbook.live.controls import Control, Value
from bpworkbook.live.result import Result
from bpworkbook.live.settings import (
    Setting,
    check_arguments,
    complete,
    corners,
    read_state,
    write_state,
)
from bpworkbook.nn.errors import ArgumentError
from bpworkbook.workbook import Choice, Store

if TYPE_CHECKING:
    from bpworkbook.live.engine.view import ExperimentView

Run = Callable[..., "Result | Iterator[Result]"]
"""The function of an experiment: one result, or the results of a film."""


class Experiment:
    """A function with controls; call it as the pure function it is. Made by `experiment`.

    Attributes
    ----------
    id, name, title : str
        "E09.3", the name of the function, and the words above the experiment.
    controls : dict of str to Control
        By the name of the argument they set.
    predict, read_off : Choice
        Asked before and after; without a read-off of its own the prediction is asked again.
    settings : tuple of dict
        The rows of the table.
    scenarios : dict of str to dict
        Settings on buttons.
    film : bool
        Whether the function yields one result after the other.
    slow : bool
        Whether it is run only when asked to.
    measures_time : bool
        Whether it shows how long something took on this machine.
    """

    def __init__(
        self,
        run: Run,
        *,
        id: str,
        title: str,
        controls: Mapping[str, Control],
        predict: Choice,
        read_off: Choice | None,
        settings: Sequence[Setting],
        scenarios: Mapping[str, Setting],
        slow: bool,
        measures_time: bool,
    ) -> None:
        self.run, self.film, self.slow = run, inspect.isgeneratorfunction(run), slow
        self.id, self.title, self.measures_time = id, title, measures_time
        self.name = run.__name__
        self.__doc__ = run.__doc__
        self.controls = dict(controls)
        self.predict, self.read_off = predict, read_off or predict
        check_arguments(id, run, self.controls)
        if not 3 <= len(settings) <= 5:
            raise ArgumentError(
                f"experiment {id}: settings has {len(settings)} rows, wanted 3 to 5"
            )
        self.settings = tuple(self.complete(setting) for setting in settings)
        self.scenarios = {name: self.complete(s) for name, s in scenarios.items()}
        self._settled: dict[tuple[Value, ...], Result] = {}

    def __call__(self, *args: Any, **kwargs: Any) -> Result:
        """Run the function; of a film, return the last frame."""
        return deque(self._run(*args, **kwargs), maxlen=1).pop()

    def _run(self, *args: Any, **kwargs: Any) -> Iterator[Result]:
        with _quiet():
            made = self.run(*args, **kwargs)
        frames = iter((made,)) if isinstance(made, Result) else made
        for count in itertools.count():
            with _quiet():  # not around a yield: the caller's warnings are its own
                frame = next(frames, None)
            if frame is None and count == 0:
                raise ArgumentError(f"experiment {self.id}: {self.name} yields no frame")
            if frame is None:
                return
            yield frame

    def __repr__(self) -> str:
        return f"<Experiment {self.id} {self.name}>"

    @property
    def defaults(self) -> dict[str, Value]:
        """Every control at its default."""
        return {name: control.default for name, control in self.controls.items()}

    def label(self, name: str) -> str:
        """Return the words for a control."""
        return self.controls[name].label or name.replace("_", " ")

    def complete(self, setting: Setting) -> dict[str, Value]:
        """Check a setting and fill in the defaults.

        Raises
        ------
        ArgumentError
            If a name is no control, or a value lies outside its control.
        """
        return complete(self.id, self.controls, setting)

    def result(self, **setting: Value) -> Result:
        """Run at a setting; controls that are not given keep their default."""
        return self(**self.complete(setting))

    def settled(self, **setting: Value) -> Result:
        """Return what `result` does, computed once: what stands on paper is asked for often.

        Where times are measured, each call measures anew.
        """
        if self.measures_time:
            return self.result(**setting)
        key = tuple(self.complete(setting).values())
        if key not in self._settled:
            self._settled[key] = self.result(**setting)
        return self._settled[key]

    def prepare(self) -> Iterator[int]:
        """Compute, a step at a time, what `show` will need: the stored picture, then the table.

        Yields
        ------
        int
            How many steps are left.
        """
        if self.slow or self.measures_time:
            next(self.frames())
            yield 0
            return
        _ = self.settled().png
        left = [s for s in self.settings if tuple(s.values()) not in self._settled]
        yield len(left)
        for count, setting in enumerate(left, start=1):
            self.settled(**setting)
            yield len(left) - count

    def frames(self, **setting: Value) -> Iterator[Result]:
        """Run at a setting, one frame at a time; what is no film has one."""
        return self._run(**self.complete(setting))

    def state_text(self, setting: Setting) -> str:
        """Write a setting as a short text that `read_state` understands."""
        return write_state(self.id, self.controls, setting)

    def read_state(self, text: str) -> dict[str, Value]:
        """Return the setting that a text such as "E09.3 lr=3 width=64" stands for.

        Raises
        ------
        ArgumentError
            If it belongs to another experiment, names no control or a value that none has.
        """
        return read_state(self.id, self.controls, text)

    def corners(self, limit: int = 32) -> list[dict[str, Value]]:
        """Return combinations of the ends of all controls, at most ``limit``, evenly chosen."""
        return corners(self.controls, limit)

    def table(self) -> list[dict[str, str]]:
        """Return one row for each of the settings: the controls that differ, then the values."""
        varied = [n for n in self.controls if len({s[n] for s in self.settings}) > 1]
        rows = []
        for setting in self.settings:
            shown = {self.label(n): self.controls[n].text(setting[n]) for n in varied}
            rows.append({**shown, **self.settled(**setting).texts})
        return rows

    def view(
        self, store: Store | None = None, lesson: str = "", state: str = ""
    ) -> "ExperimentView":
        """Return the widget: prediction first, then controls and picture, then the read-off."""
        from bpworkbook.live.engine.view import ExperimentView

        return ExperimentView(self, store, lesson, state)

    def show(self, store: Store | None = None, lesson: str = "", state: str = "") -> None:
        """Display the widget and, below it, the table for readers without a browser."""
        from bpworkbook.live.picture import display
        from bpworkbook.live.static import experiment_table

        view = self.view(store, lesson, state)
        display(view)
        display(experiment_table(self, view.alt))


@contextmanager
def _quiet() -> Iterator[None]:
    """Overflow is a finding here, so NumPy does not warn of it."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def experiment(
    *,
    id: str,
    title: str,
    controls: Mapping[str, Control],
    predict: Choice,
    settings: Sequence[Setting],
    read_off: Choice | None = None,
    scenarios: Mapping[str, Setting] | None = None,
    slow: bool = False,
    measures_time: bool = False,
) -> Callable[[Run], Experiment]:
    """Turn a pure function, or a generator of frames, into a live experiment.

    Parameters
    ----------
    id : str
        "E09.3": lesson and number.
    title : str
        Words above the experiment.
    controls : mapping of str to Control
        One for each argument a learner can move.
    predict : Choice
        Asked before anything is shown.
    settings : sequence of mappings
        Three to five rows of the table that stands for the experiment on paper.
    read_off : Choice, optional
        Asked at the end; without it the prediction is asked again.
    scenarios : mapping of str to mapping, optional
        Buttons: one that shows the point, one that breaks the rule.
    slow : bool
        Whether a setting is computed only when the learner presses "Run".
    measures_time : bool
        Whether the picture shows measured times, so that it is never the same twice; the table
        must be all the same.

    Returns
    -------
    callable
        A decorator; the decorated name is an `Experiment`.

    Raises
    ------
    ArgumentError
        If controls, settings and the function's arguments do not fit together.

    Examples
    --------
    >>> from bpworkbook.live import Int
    >>> ask = Choice("Its square is", ("below 20", "above 20"), answer=1, why="5 times 5 is 25.")
    >>> @experiment(id="E00.9", title="Squares", controls={"n": Int(1, 9, 5)}, predict=ask,
    ...             settings=[{"n": 1}, {"n": 2}, {"n": 3}])
    ... def squares(n: int, *, seed: int = 0) -> Result:
    ...     return Result(None, {"square": n * n})
    >>> squares(4).values, squares.table()[1]
    ({'square': 16}, {'n': '2', 'square': '4'})
    """

    return partial(
        Experiment,
        id=id,
        title=title,
        controls=controls,
        predict=predict,
        read_off=read_off,
        settings=settings,
        scenarios=scenarios or {},
        slow=slow,
        measures_time=measures_time,
    )
