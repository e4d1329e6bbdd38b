"""A picture is a figure together with the words that stand for it."""

from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from bpworkbook.figures.stored import Output, stored_output
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

    def packed(self) -> dict[str, Any]:
        """Return what a browser shows."""
        return {"alt": self.alt, "png": self.png()}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Output:
        return stored_output(self.png(), self.alt)
