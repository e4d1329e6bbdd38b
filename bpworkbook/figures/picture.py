"""A picture is a figure together with the words that stand for it."""

import base64
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from bpworkbook.figures.style import DPI, png
from bpworkbook.nn.errors import ArgumentError


@dataclass(frozen=True)
class Picture:
    """A figure and its alt text; notebooks and their static copies show both.

    Parameters
    ----------
    figure : Figure
        A Matplotlib figure, usually from `bpworkbook.figures.figure`.
    alt : str
        What a reader who cannot see the picture must know: the finding, with its numbers.

    Raises
    ------
    ArgumentError
        If ``alt`` is empty, or ``figure`` is no Matplotlib figure.

    Examples
    --------
    >>> from bpworkbook.figures import figure
    >>> fig, ax = figure()
    >>> Picture(fig, "An empty chart.").alt
    'An empty chart.'
    """

    figure: Figure
    alt: str

    def __post_init__(self) -> None:
        if not isinstance(self.figure, Figure):
            raise ArgumentError(
                f"Picture: figure is {type(self.figure).__name__}, but must be a Matplotlib Figure"
            )
        if not isinstance(self.alt, str) or not self.alt.strip():
            raise ArgumentError(
                f"Picture: alt is {self.alt!r}, but must say in words what the picture shows"
            )

    def png(self, dpi: float = DPI) -> bytes:
        """Return the picture as PNG bytes, the same bytes for the same data."""
        return png(self.figure, dpi)

    def quick_png(self) -> bytes:
        """Return larger PNG bytes sooner, for a picture that follows a slider."""
        return png(self.figure, quick=True)

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        # The alt metadata is what nbconvert writes into the `alt` attribute of its <img>.
        data = {
            "image/png": base64.b64encode(self.png()).decode("ascii"),
            "text/plain": self.alt,
        }
        return data, {"image/png": {"alt": self.alt}}
