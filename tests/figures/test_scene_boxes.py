"""Boxes on a scene: places, words, one scale, bad arguments."""

from typing import Any

import numpy as np
import pytest

from bpworkbook.figures import Box, Scene, ShapeRow, boxes_panel
from bpworkbook.nn.errors import ArgumentError

NO_EDGE = {"left": 0, "right": 0, "top": 0, "bottom": 0}
FITS = ShapeRow((Box("X", (5, 3)), "@", Box("W", (3, 2)), "=", Box("Z", (5, 2))), wanted=True)
BREAKS = ShapeRow((Box("X", (5, 3)), "@", Box("b", ())), legal=False, note="3 is\nnot 1")


def drawn(*rows: ShapeRow, scale: float = 0.15) -> list[dict[str, Any]]:
    panel = boxes_panel(rows, scale, size=(6.0, 3.0))
    parts: list[dict[str, Any]] = Scene(panel, width=6.0, height=3.0, margins=NO_EDGE).panels[0][
        "parts"
    ]
    return parts


def areas(*rows: ShapeRow, scale: float = 0.15) -> list[dict[str, Any]]:
    return [part for part in drawn(*rows, scale=scale) if part["kind"] == "area"]


def test_sides_are_rows_and_columns_in_inches() -> None:
    sides = [(3 * np.ptp(a["y"]) / 0.15, 6 * np.ptp(a["x"]) / 0.15) for a in areas(FITS)]
    np.testing.assert_allclose(sides, [(5, 3), (3, 2), (5, 2)])


def test_boxes_of_a_row_stand_side_by_side_on_one_line() -> None:
    one, other, last = areas(FITS)
    middles = [np.mean([np.min(a["y"]), np.max(a["y"])]) for a in (one, other, last)]
    np.testing.assert_allclose(middles, middles[0])
    assert one["x"].max() < other["x"].min()
    assert other["x"].max() < last["x"].min()


def test_rows_and_verdicts_can_be_told_apart_without_colour() -> None:
    parts = drawn(FITS, BREAKS)
    words = [part["words"] for part in parts if part["kind"] == "text"]
    assert [word for word in words if word[0] in "✓✗"] == ["✓ the wanted shape", "✗ 3 is\nnot 1"]
    assert "number" in words
    *fitting, wanted, refused, _ = areas(FITS, BREAKS)
    assert wanted["width"] > fitting[0]["width"]
    assert refused["hatch"]
    assert refused["dash"]
    assert refused["y"].max() < wanted["y"].min()


def test_the_alt_text_tells_every_row_in_one_line() -> None:
    assert Scene(boxes_panel([FITS, BREAKS], 0.15)).alt == (
        "Arrays as boxes: X (5, 3) @ W (3, 2) = Z (5, 2): fits and has the wanted shape and "
        "X (5, 3) @ b (): does not fit, 3 is not 1."
    )


@pytest.mark.parametrize(
    ("rows", "scale", "told"),
    [
        ([], 0.1, "rows is empty"),
        ([ShapeRow(("@",))], 0.1, "row without a box"),
        ([FITS], 0.0, "scale is 0.0"),
        ([FITS], 2.0, "need .* inches, but there are 6.00 by"),
    ],
)
def test_bad_arguments_are_refused(rows: list[ShapeRow], scale: float, told: str) -> None:
    with pytest.raises(ArgumentError, match=f"boxes_panel: .*{told}"):
        boxes_panel(rows, scale)
