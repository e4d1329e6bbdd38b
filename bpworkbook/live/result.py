"""What an experiment gives back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bpworkbook.figures.alt import number
from bpworkbook.figures.scene import Scene
from bpworkbook.live.controls import Value
from bpworkbook.nn.errors import ArgumentError, describe


@dataclass(frozen=True)
class Result:
    """What an experiment gives back: a picture, and the numbers that stand beside it.

    Parameters
    ----------
    drawing : Scene or callable
        What the browser draws. Or a function that makes it: of a film most frames are never
        looked at. It may be called late, so it must not read what the film changes afterwards.
    values : mapping of str to str, int, float or bool
        Each becomes a column of the table; floats are shown with three significant digits.

    Examples
    --------
    >>> Result(None, {"accuracy": "97.7 %", "steps": 363, "loss": 0.12345}).texts
    {'accuracy': '97.7 %', 'steps': '363', 'loss': '0.123'}
    """

    drawing: Scene | Callable[[], Scene]
    values: Mapping[str, Value]

    @cached_property
    def picture(self) -> Scene:
        """The picture, made when it is first asked for."""
        picture = self.drawing() if callable(self.drawing) else self.drawing
        if not isinstance(picture, Scene):
            raise ArgumentError(f"Result: drawing is {describe(picture)}, but must be a Scene")
        return picture

    @cached_property
    def png(self) -> bytes:
        """The picture as a PNG file."""
        return self.picture.png()

    @property
    def texts(self) -> dict[str, str]:
        """The values as they are shown."""
        return {name: _words(value) for name, value in self.values.items()}


def _words(value: Value) -> str:
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return value if isinstance(value, str) else number(value)
