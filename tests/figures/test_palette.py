"""The palette is safe for colour-blind readers and has contrast on white: measured, not said.

Colour vision is simulated with the matrices for complete deficiency (severity 1) of Machado,
Oliveira and Fernandes (2009), "A Physiologically-based Model for Simulation of Color Vision
Deficiency", doi:10.1109/TVCG.2009.113. Distances are CIELAB (CIE 1976, D65); contrast is that of
the Web Content Accessibility Guidelines 2.2.
"""

from itertools import combinations

import numpy as np
import pytest
from matplotlib import colormaps
from matplotlib.colors import to_hex
from numpy.typing import NDArray

from bpworkbook.figures import palette

Array = NDArray[np.float64]

VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
LEAST_DISTANCE = 15.0
"""2.3 is the least a reader notices side by side; these must be told apart across a picture."""


def linear(colour: str) -> Array:
    """Linear red, green and blue of a hexadecimal colour."""
    srgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def lab(light: Array) -> Array:
    """CIELAB of linear light."""
    ratio = TO_XYZ @ np.clip(light, 0, 1) / (TO_XYZ @ np.ones(3))
    bent = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = bent
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one: str, other: str, vision: str) -> float:
    seen = [lab(VISION[vision] @ linear(colour)) for colour in (one, other)]
    return float(np.linalg.norm(seen[0] - seen[1]))


def contrast_on_white(colour: str) -> float:
    return 1.05 / (float(TO_XYZ[1] @ linear(colour)) + 0.05)


def test_the_simulation_itself() -> None:
    assert distance("#000000", "#FFFFFF", "normal") == pytest.approx(100, abs=0.01)
    assert contrast_on_white("#000000") == pytest.approx(21, abs=0.01)
    # A red and a green that deuteranopes confuse, the reason for all this.
    assert distance("#C84032", "#7A7A1E", "normal") > 50
    assert distance("#C84032", "#7A7A1E", "deuteranopia") < LEAST_DISTANCE


@pytest.mark.parametrize("vision", VISION)
def test_line_colours_are_told_apart(vision: str) -> None:
    found = {
        (a, b): distance(palette.COLORS[a], palette.COLORS[b], vision)
        for a, b in combinations(palette.LINE_COLORS, 2)
    }
    closest = min(found, key=found.__getitem__)
    assert found[closest] >= LEAST_DISTANCE, f"{closest} look alike under {vision}"


@pytest.mark.parametrize("vision", VISION)
def test_the_first_two_colours_are_told_apart_at_a_glance(vision: str) -> None:
    assert distance(*palette.CYCLE[:2], vision) > 50


@pytest.mark.parametrize("name", palette.LINE_COLORS)
def test_lines_have_contrast_on_white(name: str) -> None:
    assert contrast_on_white(palette.COLORS[name]) >= 3


@pytest.mark.parametrize("name", palette.TEXT_COLORS)
def test_words_have_contrast_on_white(name: str) -> None:
    assert contrast_on_white(palette.COLORS[name]) >= 4.5


@pytest.mark.parametrize("name", palette.FILL_COLORS)
def test_words_have_contrast_on_filled_areas(name: str) -> None:
    ink = 1.05 / contrast_on_white(palette.COLORS["ink"])
    area = 1.05 / contrast_on_white(palette.COLORS[name])
    assert area / ink >= 4.5


def test_every_line_differs_in_more_than_colour() -> None:
    styles = [palette.line_style(i) for i in range(len(palette.CYCLE))]
    for part in ("color", "linestyle", "marker"):
        assert len({str(style[part]) for style in styles}) == len(styles), f"{part} repeats"


def test_the_hues_are_those_of_okabe_and_ito() -> None:
    printed = {
        "black": (0, 0, 0),
        "orange": (230, 159, 0),
        "sky": (86, 180, 233),
        "green": (0, 158, 115),
        "yellow": (240, 228, 66),
        "blue": (0, 114, 178),
        "red": (213, 94, 0),
        "purple": (204, 121, 167),
    }
    for name, (red, green, blue) in printed.items():
        assert palette.COLORS[name] == f"#{red:02X}{green:02X}{blue:02X}"


@pytest.mark.parametrize(
    ("name", "color_map"),
    [("SEQUENTIAL", palette.SEQUENTIAL), ("DIVERGING", palette.DIVERGING), ("GREY", "gray_r")],
)
def test_the_stops_are_those_of_the_color_map(name: str, color_map: str) -> None:
    colors = colormaps[color_map](np.linspace(0, 1, 33))
    assert palette.STOPS[name].split() == [to_hex(color).removeprefix("#") for color in colors]
