"""An experiment: a pure function, its controls, a prediction, and the settings of its table."""

import inspect
import itertools
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from bpworkbook.figures.alt import number
from bpworkbook.live.choice import Choice, Recorder
from bpworkbook.live.controls import Control, Value
from bpworkbook.nn.errors import ArgumentError

if TYPE_CHECKING:
    from bpworkbook.live.view import ExperimentView

Setting = Mapping[str, Value]
"""Values for some of the controls; the others keep their default."""


class PictureLike(Protocol):
    """A picture that can turn itself into PNG bytes and into words."""

    @property
    def alt(self) -> str:
        """What the picture shows, in words."""

    def png(self) -> bytes:
        """The picture as a PNG file."""


@dataclass(frozen=True)
class Result:
    """What an experiment gives back: a picture, and the numbers that stand beside it.

    Parameters
    ----------
    picture : PictureLike
        Usually a `bpworkbook.figures.Picture`.
    values : mapping of str to str, int, float or bool
        Each becomes a column of the table; floats are shown with three significant digits.

    Examples
    --------
    >>> Result(None, {"accuracy": "97.7 %", "steps": 363, "loss": 0.12345}).texts
    {'accuracy': '97.7 %', 'steps': '363', 'loss': '0.123'}
    """

    picture: PictureLike
    values: Mapping[str, Value]

    @property
    def texts(self) -> dict[str, str]:
        """The values as they are shown."""
        return {name: _words(value) for name, value in self.values.items()}


def _words(value: Value) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return value if isinstance(value, str) else number(value)


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
    """

    def __init__(
        self,
        run: Callable[..., Result],
        *,
        id: str,
        title: str,
        controls: Mapping[str, Control],
        predict: Choice,
        read_off: Choice | None,
        settings: Sequence[Setting],
        scenarios: Mapping[str, Setting],
    ) -> None:
        self.run = run
        self.id, self.title = id, title
        self.name = run.__name__
        self.__doc__ = run.__doc__
        self.controls = dict(controls)
        self.predict, self.read_off = predict, read_off or predict
        self._check_signature()
        if not 3 <= len(settings) <= 5:
            raise ArgumentError(
                f"experiment {id}: settings has {len(settings)} rows, wanted 3 to 5"
            )
        self.settings = tuple(self.complete(setting) for setting in settings)
        self.scenarios = {name: self.complete(s) for name, s in scenarios.items()}

    def __call__(self, *args: Any, **kwargs: Any) -> Result:
        """Run the function once; overflow is a finding here, so NumPy does not warn of it."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)
            return self.run(*args, **kwargs)

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
        unknown = sorted(set(setting) - set(self.controls))
        if unknown:
            raise ArgumentError(
                f"experiment {self.id}: no control is called {', '.join(unknown)}; "
                f"there are {', '.join(self.controls)}"
            )
        given = {name: self.controls[name].accept(name, v) for name, v in setting.items()}
        return {**self.defaults, **given}

    def result(self, **setting: Value) -> Result:
        """Run at a setting; controls that are not given keep their default."""
        return self(**self.complete(setting))

    def corners(self, limit: int = 32) -> list[dict[str, Value]]:
        """Return combinations of the ends of all controls, at most ``limit``, evenly chosen."""
        ends = [control.extremes() for control in self.controls.values()]
        every = list(itertools.product(*ends))
        kept = every if len(every) <= limit else _evenly(every, limit)
        return [dict(zip(self.controls, values, strict=True)) for values in kept]

    def table(self) -> list[dict[str, str]]:
        """Return one row for each of the settings: the controls that differ, then the values."""
        varied = [n for n in self.controls if len({s[n] for s in self.settings}) > 1]
        rows = []
        for setting in self.settings:
            shown = {self.label(n): self.controls[n].text(setting[n]) for n in varied}
            rows.append({**shown, **self.result(**setting).texts})
        return rows

    def view(self, store: Recorder | None = None, lesson: str = "") -> "ExperimentView":
        """Return the widget: prediction first, then controls and picture, then the read-off."""
        from bpworkbook.live.view import ExperimentView

        return ExperimentView(self, store, lesson)

    def show(self, store: Recorder | None = None, lesson: str = "") -> None:
        """Display the widget and, below it, the table for readers without a browser."""
        from bpworkbook.live.picture import display
        from bpworkbook.live.static import experiment_table

        view = self.view(store, lesson)
        display(view)
        display(experiment_table(self, view.frame["alt"]))

    def _check_signature(self) -> None:
        who = f"experiment {self.id}"
        if not self.controls:
            raise ArgumentError(f"{who}: controls is empty, but needs at least one control")
        arguments = inspect.signature(self.run).parameters
        missing = sorted(set(self.controls) - set(arguments))
        if missing:
            raise ArgumentError(f"{who}: {self.name} has no argument {', '.join(missing)}")
        unset = [
            name
            for name, argument in arguments.items()
            if argument.default is argument.empty and name not in self.controls
        ]
        if unset:
            raise ArgumentError(f"{who}: nothing sets the argument {', '.join(unset)}")


def _evenly(every: list[tuple[Any, ...]], limit: int) -> list[tuple[Any, ...]]:
    # Both ends stay; the step has no common pattern with the controls' own cycles.
    places = sorted({round(k * (len(every) - 1) / (limit - 1)) for k in range(limit)})
    return [every[place] for place in places]


def experiment(
    *,
    id: str,
    title: str,
    controls: Mapping[str, Control],
    predict: Choice,
    settings: Sequence[Setting],
    read_off: Choice | None = None,
    scenarios: Mapping[str, Setting] | None = None,
) -> Callable[[Callable[..., Result]], Experiment]:
    """Turn a pure function into a live experiment.

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

    def decorate(run: Callable[..., Result]) -> Experiment:
        return Experiment(
            run,
            id=id,
            title=title,
            controls=controls,
            predict=predict,
            read_off=read_off,
            settings=settings,
            scenarios=scenarios or {},
        )

    return decorate
