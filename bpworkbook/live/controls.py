"""What a learner can move: a control is an ordered list of stops, one of them the default.

A slider over stops rather than over numbers has three advantages: the same values come back on
every machine, a logarithmic slider needs no arithmetic in the browser, and every value has its
words, which is what a screen reader says.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from bpworkbook.figures.alt import short
from bpworkbook.nn.errors import ArgumentError, describe

Value = bool | int | float | str
"""A setting of a control."""

_MOST_STOPS = 2001
_NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)  # about even on a logarithmic scale


class Control:
    """The common part of all controls; use `Int`, `Float`, `FloatLog`, `Menu` or `Toggle`.

    Parameters
    ----------
    stops : sequence
        All settings, in order.
    default : Value
        The setting at the start.
    label : str
        The words beside the control; by default the name of the argument it sets.
    kind : str
        "slider", "radio", "select" or "switch": how the browser draws it.
    """

    def __init__(self, stops: Sequence[Value], default: Value, label: str, kind: str) -> None:
        self.stops = tuple(stops)
        self.label = label
        self.kind = kind
        self.default = self.accept("default", default)

    def accept(self, name: str, value: Any) -> Value:
        """Return ``value`` as a setting of this control, or say why it is none.

        Raises
        ------
        ArgumentError
            If the value has the wrong type or lies outside the range.
        """
        for stop in self.stops:
            if type(stop) is type(value) and stop == value:
                return stop
        told = ", ".join(repr(stop) for stop in self.stops)
        raise ArgumentError(f"{self._who}: {name} is {describe(value)}, but must be one of {told}")

    def extremes(self) -> tuple[Value, ...]:
        """Return the settings a test must try: both ends, or every option."""
        return self.stops

    def stops_with(self, extra: Iterable[Value]) -> tuple[Value, ...]:
        """Return the stops, with the values that a scenario needs between them."""
        return self.stops

    def text(self, value: Value) -> str:
        """Return a setting in words."""
        return short(value) if isinstance(value, float) else str(value)

    def exact(self, value: Value) -> str:
        """Return a setting as a state string has it: `read` gives it back without a loss."""
        return self.text(value)

    def read(self, name: str, text: str) -> Value:
        """Return the setting that a state string means.

        Raises
        ------
        ArgumentError
            If it is none of this control.
        """
        for stop in self.stops:
            if self.exact(stop) == text:
                return stop
        return self.accept(name, text)

    @property
    def _who(self) -> str:
        return type(self).__name__


class _Range(Control):
    """A slider between two numbers."""

    whole = False

    def __init__(self, stops: Sequence[Value], low: float, high: float, default: Value, label: str):
        self.low, self.high = low, high
        super().__init__(stops, default, label, "slider")
        self.stops = self.stops_with([self.default])

    def accept(self, name: str, value: Any) -> Value:
        try:
            good = not isinstance(value, bool | str) and self.low <= value <= self.high
        except (TypeError, ValueError):
            good = False
        if not good or (self.whole and value != int(value)):
            kind = "a whole number" if self.whole else "a number"
            raise ArgumentError(
                f"{self._who}: {name} is {describe(value)}, but must be {kind} from "
                f"{short(self.low)} to {short(self.high)}"
            )
        return int(value) if self.whole else float(value)

    def extremes(self) -> tuple[Value, ...]:
        return self.stops[0], self.stops[-1]

    def stops_with(self, extra: Iterable[Value]) -> tuple[Value, ...]:
        return tuple(sorted({*self.stops, *(self.accept("stop", value) for value in extra)}))

    def exact(self, value: Value) -> str:
        return f"{value:.12g}"

    def read(self, name: str, text: str) -> Value:
        try:
            value: Any = float(text)
        except ValueError:
            value = text
        return self.accept(name, value)


def _check_ends(who: str, low: float, high: float) -> None:
    if not low < high or not (math.isfinite(low) and math.isfinite(high)):
        raise ArgumentError(f"{who}: low is {low} and high is {high}, wanted low below high")


def _steps(who: str, low: float, high: float, step: float) -> int:
    _check_ends(who, low, high)
    count = (high - low) / step if step > 0 else -1
    if not 1 <= count < _MOST_STOPS:
        raise ArgumentError(
            f"{who}: step gives {count + 1:.0f} stops, wanted 2 to {_MOST_STOPS}; choose another"
        )
    return int(count + 1e-9)


class Int(_Range):
    """A slider over whole numbers.

    Parameters
    ----------
    low, high, default : int
        Both ends belong to the range.
    step : int
        Distance between stops.
    label : str
        The words beside the control.

    Raises
    ------
    ArgumentError
        If the range is empty, the default lies outside, or there are too many stops.

    Examples
    --------
    >>> Int(4, 128, 64).extremes()
    (4, 128)
    >>> Int(4, 128, 64).accept("width", 2)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: Int: width is 2, but must be a whole number from 4 to 128
    """

    whole = True

    def __init__(
        self, low: int, high: int, default: int, *, step: int = 1, label: str = ""
    ) -> None:
        _steps("Int", low, high, step)
        super().__init__([*range(low, high, step), high], low, high, default, label)


class Float(_Range):
    """A slider over evenly spaced numbers; a hundredth of the range is the usual step.

    Parameters
    ----------
    low, high, default : float
        Both ends belong to the range.
    step : float, optional
        Distance between stops.
    label : str
        The words beside the control.

    Raises
    ------
    ArgumentError
        As for `Int`.

    Examples
    --------
    >>> Float(0, 1, 0.5, step=0.25).stops
    (0.0, 0.25, 0.5, 0.75, 1.0)
    """

    def __init__(
        self, low: float, high: float, default: float, *, step: float | None = None, label: str = ""
    ) -> None:
        step = (high - low) / 100 if step is None else step
        count = _steps("Float", low, high, step)
        # Rounded, so that 3 * 0.1 is 0.3 and not 0.30000000000000004.
        stops = [float(f"{low + k * step:.12g}") for k in range(count + 1)]
        super().__init__(sorted({*stops, float(high)}), low, high, default, label)


class FloatLog(_Range):
    """A slider over positive numbers on a logarithmic scale, ten round stops a decade.

    Parameters
    ----------
    low, high, default : float
        Both ends belong to the range.
    label : str
        The words beside the control.

    Raises
    ------
    ArgumentError
        As for `Int`, and if ``low`` is not positive.

    Examples
    --------
    >>> FloatLog(0.1, 1, 0.3).stops
    (0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
    """

    def __init__(self, low: float, high: float, default: float, *, label: str = "") -> None:
        _check_ends("FloatLog", low, high)
        if low <= 0:
            raise ArgumentError(f"FloatLog: low is {low}, but must be positive")
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        nice = [float(f"{m}e{p}") for p in range(first, last + 1) for m in _NICE]
        stops = sorted({float(low), float(high), *(v for v in nice if low < v < high)})
        super().__init__(stops, low, high, default, label)


class Menu(Control):
    """A choice between a few options: buttons in a row where they are short, else a list.

    Parameters
    ----------
    options : sequence of str, int or float
        At least two different ones.
    default : Value
        One of the options.
    label : str
        The words beside the control.

    Raises
    ------
    ArgumentError
        If there are fewer than two options, or the default is none of them.

    Examples
    --------
    >>> Menu(("forward", "error", "backward", "update"), "forward").kind
    'radio'
    """

    def __init__(self, options: Sequence[Value], default: Value, *, label: str = "") -> None:
        if len(options) < 2 or len(set(options)) != len(options):
            raise ArgumentError(f"Menu: options is {tuple(options)!r}, wanted two or more, all new")
        in_a_row = len(options) <= 5 and sum(len(str(option)) + 3 for option in options) <= 48
        super().__init__(options, default, label, "radio" if in_a_row else "select")


class Toggle(Control):
    """A switch, on or off.

    Parameters
    ----------
    default : bool
        The setting at the start.
    label : str
        The words beside the control.

    Examples
    --------
    >>> Toggle(False).text(True)
    'on'
    """

    def __init__(self, default: bool, *, label: str = "") -> None:
        super().__init__((False, True), default, label, "switch")

    def text(self, value: Value) -> str:
        """Return "on" or "off"."""
        return "on" if value else "off"
