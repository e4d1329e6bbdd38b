"""A setting is a value for each control: completed and checked, written as a text and read again.

Every error begins with the experiment that it belongs to, such as "experiment E09.3".
"""

import inspect
import itertools
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bpworkbook.live.controls import Control, Value
from bpworkbook.nn.errors import ArgumentError

Setting = Mapping[str, Value]
"""Values for some of the controls; the others keep their default."""

Controls = Mapping[str, Control]
"""Controls by the name of the argument they set."""


def check_arguments(id: str, run: Callable[..., Any], controls: Controls) -> None:
    """Check that controls and the arguments of a function fit together.

    Raises
    ------
    ArgumentError
        If there is no control, a control without an argument, or an argument that nothing sets.

    Examples
    --------
    >>> from bpworkbook.live import Int
    >>> check_arguments("E00.9", lambda n, m: n * m, {"n": Int(1, 9, 5)})
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: experiment E00.9: nothing sets the argument m
    """
    who = f"experiment {id}"
    if not controls:
        raise ArgumentError(f"{who}: controls is empty, but needs at least one control")
    arguments = inspect.signature(run).parameters
    missing = sorted(set(controls) - set(arguments))
    if missing:
        raise ArgumentError(f"{who}: {run.__name__} has no argument {', '.join(missing)}")
    needed = [name for name, one in arguments.items() if one.default is one.empty]
    unset = [name for name in needed if name not in controls]
    if unset:
        raise ArgumentError(f"{who}: nothing sets the argument {', '.join(unset)}")


def complete(id: str, controls: Controls, setting: Setting) -> dict[str, Value]:
    """Check a setting and fill in the defaults.

    Raises
    ------
    ArgumentError
        If a name is no control, or a value lies outside its control.

    Examples
    --------
    >>> from bpworkbook.live import Int
    >>> complete("E00.9", {"n": Int(1, 9, 5), "m": Int(1, 9, 2)}, {"n": 7})
    {'n': 7, 'm': 2}
    """
    _check_names(id, controls, setting)
    defaults = {name: control.default for name, control in controls.items()}
    return defaults | {name: controls[name].accept(name, v) for name, v in setting.items()}


def write_state(id: str, controls: Controls, setting: Setting) -> str:
    """Write a setting as a short text: the experiment, and what differs from the defaults.

    Examples
    --------
    >>> from bpworkbook.live import Int, Menu
    >>> controls = {"n": Int(1, 9, 5), "how": Menu(("by hand", "at once"), "by hand")}
    >>> write_state("E00.9", controls, {"how": "at once"})
    "E00.9 'how=at once'"
    """
    full = complete(id, controls, setting)
    moved = [name for name, control in controls.items() if full[name] != control.default]
    return shlex.join([id, *(f"{name}={controls[name].exact(full[name])}" for name in moved)])


def read_state(id: str, controls: Controls, text: str) -> dict[str, Value]:
    """Return the setting that a text from `write_state` stands for.

    Raises
    ------
    ArgumentError
        If it belongs to another experiment, names no control or a value that none has.

    Examples
    --------
    >>> from bpworkbook.live import Int
    >>> read_state("E00.9", {"n": Int(1, 9, 5), "m": Int(1, 9, 2)}, "E00.9 m=3")
    {'n': 5, 'm': 3}
    """
    try:
        first, *parts = shlex.split(text)
    except ValueError:
        first, parts = text, []
    if first != id:
        raise ArgumentError(f"experiment {id}: state is {text!r}, but must begin with {id}")
    setting: dict[str, Value] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals or name in setting:
            raise ArgumentError(f"experiment {id}: state has {part!r}, wanted each name=value once")
        _check_names(id, controls, [name])
        setting[name] = controls[name].read(name, value)
    return complete(id, controls, setting)


def corners(controls: Controls, limit: int) -> list[dict[str, Value]]:
    """Return combinations of the ends of all controls, at most ``limit``, evenly chosen.

    Examples
    --------
    >>> from bpworkbook.live import Int, Toggle
    >>> corners({"n": Int(1, 9, 5), "on": Toggle(False)}, limit=2)
    [{'n': 1, 'on': False}, {'n': 9, 'on': True}]
    """
    every = list(itertools.product(*(control.extremes() for control in controls.values())))
    if len(every) > limit:
        # Both ends stay; the step has no common pattern with the controls' own cycles.
        places = sorted({round(k * (len(every) - 1) / (limit - 1)) for k in range(limit)})
        every = [every[place] for place in places]
    return [dict(zip(controls, values, strict=True)) for values in every]


def _check_names(id: str, controls: Controls, names: Iterable[str]) -> None:
    unknown = sorted(set(names) - set(controls))
    if unknown:
        raise ArgumentError(
            f"experiment {id}: no control is called {', '.join(unknown)}; "
            f"there are {', '.join(controls)}"
        )
