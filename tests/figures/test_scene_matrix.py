"""Matrices in scenes: they tell what the drawn ones tell, and stand as they are written."""

from typing import Any

import numpy as np
import pytest

from bpworkbook.figures import Scene, draw_matrix, figure, matrix_panel
from bpworkbook.nn.errors import ArgumentError

SEEN: list[Any] = [
    [[1, -2], [0, 3]],
    [[0.0]],
    [[np.nan, np.inf]],
    [[np.nan, 2.5], [-1e-9, 1e6], [0.25, 3]],
    np.arange(144).reshape(12, 12),
]


@pytest.mark.parametrize("values", SEEN)
def test_it_tells_and_writes_what_the_drawn_one_does(values: Any) -> None:
    _, ax = figure()
    panel = matrix_panel(values, name="W")
    assert panel.told == draw_matrix(ax, values, name="W")
    [scene] = Scene(panel).figure.axes
    written = [text.get_text() for text in ax.texts]
    assert [text.get_text() for text in scene.texts] == written


def test_the_first_row_is_on_top_with_its_name() -> None:
    panel = matrix_panel([[1, 2, 3], [4, 5, 6]], rows=["x1", "x2"], columns=["a", "b", "c"])
    [placed] = Scene(panel).panels
    field, *words = placed["parts"]
    assert field["values"].reshape(2, 3)[1].tolist() == pytest.approx([13 / 24, 14 / 24, 15 / 24])
    assert [
        (word["words"], word["x"], word["y"]) for word in words if word["words"] in ("1.0", "6.0")
    ] == [
        ("1.0", pytest.approx(1 / 6), pytest.approx(3 / 4)),
        ("6.0", pytest.approx(5 / 6), pytest.approx(1 / 4)),
    ]
    across, up = placed["ticks"]
    assert [word for _, word in across] == ["a", "b", "c"]
    assert {word: place for place, word in up} == {"x1": 0.75, "x2": 0.25}


def test_rows_and_columns_are_counted_where_they_have_no_names() -> None:
    [placed] = Scene(matrix_panel([[1, 2], [3, 4]])).panels
    assert [[word for _, word in ticks] for ticks in placed["ticks"]] == [["0", "1"], ["0", "1"]]


def test_arguments_of_the_panel_are_handed_on() -> None:
    panel = matrix_panel([[1.0]], told="one number", xticks=())
    [placed] = Scene(panel).panels
    assert panel.told == "one number"
    assert placed["ticks"][0] == []


@pytest.mark.parametrize(
    ("values", "names", "told"),
    [
        ([1, 2], {}, r"values is \(2,\)"),
        ([[]], {}, r"values is \(1, 0\)"),
        ([[1, 2]], {"columns": ["a"]}, "columns is .* wanted 2 different names"),
        ([[1, 2]], {"columns": ["a", "a"]}, "wanted 2 different names"),
        ([[1, 2]], {"rows": ["a", "b"]}, "rows is .* wanted 1 different names"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(
    values: Any, names: dict[str, Any], told: str
) -> None:
    with pytest.raises(ArgumentError, match=told):
        matrix_panel(values, **names)
