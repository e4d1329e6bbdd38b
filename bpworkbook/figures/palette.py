"""One palette, chosen for colour-blind readers, and the marks that repeat what a colour says.

The eight hues are those of Okabe and Ito, as printed by Wong (2011), "Points of view: Color
blindness", Nature Methods 8:441, doi:10.1038/nmeth.1618. Lines and text need contrast as well:
orange, sky and yellow are too pale for thin marks on white, so they serve as areas with a dark
outline only, and `CYCLE` leaves them out. `tests/figures/test_palette.py` simulates deuteranopia,
protanopia and tritanopia and holds the distance between every two colours of the cycle.
"""

from types import MappingProxyType
from typing import Any

COLORS = MappingProxyType(
    {
        "black": "#000000",
        "orange": "#E69F00",
        "sky": "#56B4E9",
        "green": "#009E73",
        "yellow": "#F0E442",
        "blue": "#0072B2",
        "red": "#D55E00",
        "purple": "#CC79A7",
        "grey": "#6E6E6E",
        "ink": "#222222",
        "pale": "#E8E8E8",
    }
)
"""Hexadecimal value by name. "red" is Wong's vermillion; "ink" is for text, "pale" for grids."""

LINE_COLORS = ("blue", "red", "green", "purple", "black")
"""Names of the colours that lines take, in this order: at least 3:1 against white."""

TEXT_COLORS = ("ink", "black", "grey", "blue")
"""Names of the colours that words may take: at least 4.5:1 against white."""

FILL_COLORS = ("sky", "orange", "yellow", "purple", "green")
"""Names of the colours for areas; always with a dark outline and a hatch or a label."""

CYCLE = tuple(COLORS[name] for name in LINE_COLORS)
"""The line colours as hexadecimal values."""

LINESTYLES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (6, 1.5, 1, 1.5, 1, 1.5)))
"""One line style for each colour of the cycle, so that no line is told by colour alone."""

MARKERS = ("o", "s", "^", "D", "v")
"""One marker for each colour of the cycle."""

HATCHES = ("", "///", "...", "xxx", "\\\\\\")
"""One hatch for each fill colour."""

SEQUENTIAL = "cividis"
"""Colour map for amounts: even in lightness, and alike for most kinds of colour vision."""

DIVERGING = "PuOr_r"
"""Colour map for signed values: purple below, white at zero, orange above."""

STOPS = MappingProxyType(
    {
        "SEQUENTIAL": (
            "00224e 00285b 002e6a 053371 1a386f 273e6e 32436d 3b496c 434e6c 4b546c 535a6d "
            "5a5f6e 61656f 686a71 6f7073 767676 7d7c78 848279 8c8878 938e78 9b9476 a39a74 "
            "aba072 b4a76f bcae6c c4b468 cdbb63 d5c25e dec958 e7d150 f0d846 f9e03a fee838"
        ),
        "DIVERGING": (
            "2d004b 390c5e 451871 522584 5f3a91 6d529c 7b6aa8 8a7eb3 9990bf a9a1cb b7b1d5 "
            "c3c0dd cfcfe5 dadcec e4e5f0 eeeef3 f7f7f6 f9efe1 fce8cd fee1b9 fed59f fdc885 "
            "fdbc6b f7ac52 ee9b39 e58a20 d97b12 cb6e0d bd6109 ae5506 9e4c07 8d4307 7f3b08"
        ),
        "GREY": " ".join(f"{max(255 - 8 * k, 0):02x}" * 3 for k in range(33)),
    }
)
"""33 colours, evenly chosen from each of the two maps and from white to black, so that a browser
can mix what lies between them and Matplotlib need not be loaded for it."""


def line_style(index: int) -> dict[str, Any]:
    """Return colour, line style and marker number ``index``, together.

    Parameters
    ----------
    index : int
        Position in the cycle; it starts again after the last.

    Returns
    -------
    dict
        ``color``, ``linestyle`` and ``marker``, ready for ``Axes.plot``.

    Examples
    --------
    >>> line_style(1)
    {'color': '#D55E00', 'linestyle': '--', 'marker': 's'}
    >>> line_style(6) == line_style(1)
    True
    """
    at = index % len(CYCLE)
    return {"color": CYCLE[at], "linestyle": LINESTYLES[at], "marker": MARKERS[at]}
