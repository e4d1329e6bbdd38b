"""Scenes: limits and ticks, what is packed for a browser, the same on paper, bad arguments."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook.figures import (
    Area,
    Bars,
    Dots,
    Field,
    Levels,
    Line,
    Marks,
    Panel,
    Scene,
    Text,
    bars_panel,
    decision_panel,
    dots_panel,
    draw_bars,
    draw_decision,
    draw_dots,
    draw_lines,
    figure,
    lines_panel,
)
from bpworkbook.figures.scene_layout import ticks
from bpworkbook.nn.errors import ArgumentError

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(40, 2))
CLASSES = (POINTS[:, 0] > 0).astype(int)


def ridge(points: Any) -> Any:
    return 1 / (1 + np.exp(-4 * points[:, 0] * points[:, 1]))


PANELS: dict[str, Callable[[int], Panel]] = {
    "lines": lambda k: lines_panel(
        {f"line {i}": (range(30), np.arange(30.0) ** i * k) for i in range(5)},
        xlabel="step", ylabel="loss", levels={"level": 3.0}, marks={"here": 4},
    ),
    "log lines": lambda k: lines_panel(
        {"loss": ([1, 10, 100], [1.0, 0.1, 0.01 * k])}, xlabel="step", ylabel="loss",
        xscale="log", yscale="log",
    ),
    "bars": lambda k: bars_panel({"a": 3.0 * k, "b": np.nan}, ylabel="steps", highlight="a"),
    "log bars": lambda k: bars_panel({"a": 3.0 * k, "b": 5000.0}, ylabel="steps", yscale="log"),
    "dots": lambda k: dots_panel({"a": [1.0 * k, 2.0], "b": [np.inf, 3.0]}, ylabel="loss"),
    "map": lambda k: decision_panel(
        lambda p: ridge(p) ** k, POINTS, CLASSES, title="Map"
    ),
    "boxes": lambda k: Panel(
        Area([0, 2, 2, 0], [0, 0, k, k], "box", fill="sky", hatch=True, dash="--"),
        Text(1, k / 2, f"W {k}"), Line([2, 3], [0, 0], color="ink", arrow=True),
        frame=False, equal=True, told=f"a box {k} high",
    ),
    "matrix": lambda k: Panel(
        Field([[0, k], [1, 0]], (-0.5, 1.5, -0.5, 1.5), smooth=False, colors="GREY"),
        xticks=[0, 1], yticks={"one": 0, "two": 1}, told=f"a matrix with {k}",
    ),
}  # fmt: skip


def part(scene: Scene, kind: str, panel: int = 0) -> dict[str, Any]:
    return next(p for p in scene.panels[panel]["parts"] if p["kind"] == kind)


@pytest.mark.parametrize("kind", PANELS)
def test_a_scene_is_small_on_paper_and_its_words_follow_the_data(kind: str) -> None:
    one, other = Scene(PANELS[kind](1)), Scene(PANELS[kind](2))
    assert one.alt != other.alt
    assert one.png() != other.png()
    assert Scene(PANELS[kind](1)).png() == one.png()
    assert len(one.png()) < 60_000


@pytest.mark.parametrize("kind", PANELS)
def test_what_is_packed_can_be_sent_and_points_into_its_values(kind: str) -> None:
    packed = Scene(PANELS[kind](1), PANELS[kind](2)).packed()
    json.dumps(packed["scene"], allow_nan=False)
    values = np.frombuffer(packed["values32"], "<f4")
    parts = [p for panel in packed["scene"]["panels"] for p in panel["parts"]]
    spans = [p[key] for p in parts for key in ("x", "y", "values") if isinstance(p.get(key), list)]
    assert spans
    assert sum(length for _, length in spans) == values.size
    assert max(start + length for start, length in spans) == values.size


def test_ready_made_panels_tell_what_the_drawn_ones_tell() -> None:
    _, ax = figure()
    series = {"a": ([1, 2], [4.0, 1.0]), "b": ([1, 2], [1.0, 3.0])}
    told = lines_panel(series, xlabel="epoch", ylabel="loss").told
    assert told == draw_lines(ax, series, xlabel="epoch", ylabel="loss")
    bars = {"plain": 363, "momentum": 58}
    assert bars_panel(bars, ylabel="steps", unit="ms").told == draw_bars(
        ax, bars, ylabel="steps", unit="ms"
    )
    groups = {"tanh": [1.0, 2.0, 3.0]}
    assert dots_panel(groups, ylabel="stuck").told == draw_dots(ax, groups, ylabel="stuck")
    told = decision_panel(ridge, POINTS, CLASSES, grid=121).told
    assert told == draw_decision(ax, ridge, POINTS, CLASSES)


def test_both_drawings_have_the_ticks_of_the_description() -> None:
    scene = Scene(PANELS["log lines"](1))
    words = [word for _, word in scene.panels[0]["ticks"][1]]
    assert words == ["0.01", "0.1", "1"]
    assert [text.get_text() for text in scene.figure.axes[0].get_yticklabels()] == words


@pytest.mark.parametrize(
    ("ends", "most", "words"),
    [
        ((0, 300), 4, ["0", "100", "200", "300"]),
        ((-0.5, 0.5), 5, ["-0.4", "-0.2", "0", "0.2", "0.4"]),
        ((0.9974, 0.9986), 3, ["0.9975", "0.998", "0.9985"]),
        ((0, 5e6), 3, ["0", "2e6", "4e6"]),
    ],
)
def test_ticks_are_round(ends: tuple[float, float], most: int, words: list[str]) -> None:
    assert [word for _, word in ticks(ends, "linear", most)] == words


def test_whole_places_get_whole_ticks() -> None:
    across = Scene(lines_panel({"a": ([0, 1, 2], [1, 2, 3])}, xlabel="n", ylabel="y"))
    assert [word for _, word in across.panels[0]["ticks"][0]] == ["0", "1", "2"]


def test_what_is_not_finite_or_far_away_does_no_harm() -> None:
    scene = Scene(Panel(Line([0, 1, 2, 3], [1, np.inf, np.nan, 1e300], "wild"), yscale="log"))
    json.dumps(scene.packed()["scene"], allow_nan=False)
    assert np.isnan(part(scene, "line")["y"][1:3]).all()
    near = Scene(Panel(Line([0, 1], [0, 1e300], "far"), ylim=(0, 1)))
    assert part(near, "line")["y"].max() == 6
    zero = Scene(Panel(Line([0, 1], [1, 0], "down"), yscale="log"))
    assert part(zero, "line")["y"][1] < 0
    empty = Scene(Panel(Line([], [], "none"), Levels({"gone": np.nan}), Marks({"lost": np.inf})))
    assert empty.png().startswith(b"\x89PNG")


def test_a_legend_avoids_the_data_and_one_line_has_none() -> None:
    rising = {"a": ([0, 1], [0, 1]), "b": ([0, 1], [0.1, 1])}
    scene = Scene(lines_panel(rising, xlabel="x", ylabel="y"))
    assert scene.panels[0]["legend"] in ("upper left", "lower right")
    alone = Scene(lines_panel({"a": ([0, 1], [0, 1])}, xlabel="x", ylabel="y"), legend="below")
    assert alone.panels[0]["legend"] == ""
    assert alone.below == 0


def test_a_legend_below_names_every_entry_once() -> None:
    scene = Scene(PANELS["map"](1), PANELS["map"](2), legend="below")
    words = [text.get_text() for text in scene.figure.legends[0].get_texts()]
    assert words == ["class 0", "class 1", "wrong side"]


def test_lines_differ_in_colour_stroke_and_marker() -> None:
    parts = [p for p in Scene(PANELS["lines"](1)).panels[0]["parts"] if p.get("name")]
    assert len({p["color"] for p in parts}) == 5
    assert len({tuple(p["dash"]) for p in parts}) == 5
    assert len({p["marker"] for p in parts}) == 5


def test_words_on_a_colour_stay_dark() -> None:
    texts = [Text(1, 0.5, "on it"), Text(2.5, 0.5, "beside it")]
    box = Area([0, 2, 2, 0], [0, 0, 1, 1], fill="sky")
    made = Scene(Panel(box, *texts, xlim=(0, 3), ylim=(0, 1), told="a box")).panels[0]["parts"]
    assert [p["dark"] for p in made if p["kind"] == "text"] == [True, False]


def test_one_unit_is_as_long_across_as_up() -> None:
    scene = Scene(PANELS["boxes"](1))
    _, _, wide, high = scene.panels[0]["box"]
    box = part(scene, "area")
    assert np.ptp(box["x"]) * wide == pytest.approx(2 * np.ptp(box["y"]) * high)


def test_a_tall_panel_fills_the_left_side() -> None:
    scene = Scene(*[PANELS["lines"](k) for k in (1, 2, 3)], tall=True)
    (left, top, _, high), *others = [panel["box"] for panel in scene.panels]
    assert all(box[0] > left for box in others)
    assert others[0][1] == top
    assert others[1][1] + others[1][3] == pytest.approx(top + high, abs=0.1)


def test_alt_texts_name_the_place_of_a_panel() -> None:
    told = [Panel(Line([0], [1]), told=f"clause {k}") for k in range(3)]
    assert Scene(told[0]).alt == "Clause 0."
    assert Scene(*told[:2]).alt == "Left: clause 0. Right: clause 1."
    assert Scene(*told).alt == "Panel 1: clause 0. Panel 2: clause 1. Panel 3: clause 2."
    assert Scene(told[0], alt="My words.").alt == "My words."


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Scene(), "panels is empty"),
        (lambda: Scene(Panel(Line([0], [1]))), "alt is empty"),
        (lambda: Scene(PANELS["map"](1), legend="left"), "legend is 'left'"),
        (lambda: Scene(PANELS["map"](1), ratios=(1, 2)), "ratios has 2 widths for 1 columns"),
        (lambda: Scene(PANELS["map"](1), margins={"middle": 1}), r"margins has \['middle'\]"),
        (lambda: Scene(PANELS["map"](1), width=0.5), "too small"),
        (lambda: Scene(PANELS["map"](1), tall=True), "tall is set"),
        (lambda: Scene(Panel(Line([0], [1]), told="a", xlim=(1, 0))), r"limits: \(1, 0\)"),
        (lambda: Panel(yscale="logarithmic"), "yscale is 'logarithmic'"),
        (lambda: Panel(grid="z"), "grid is 'z'"),
        (lambda: Line([1, 2], [1]), "x has 2 values, but y has 1"),
        (lambda: Line(["a"], [1]), "x is .*must be numbers"),
        (lambda: Line([1], [1], color="#123456"), "color is '#123456'"),
        (lambda: Line([1], [1], dash="---"), "dash is '---'"),
        (lambda: Dots([1], [1], marker="x"), "marker is 'x'"),
        (lambda: Text(0, 0, "a", align="centre"), "align is 'centre'"),
        (lambda: Bars({}), "values is empty"),
        (lambda: Bars({"a": 1}, labels=["a", "b"]), "labels has 2 words for 1 bars"),
        (lambda: Field([1, 2], (0, 1, 0, 1)), r"values is \(2,\)"),
        (lambda: Field(np.zeros((200, 2)), (0, 1, 0, 1)), "each at most 121"),
        (lambda: Field([[1]], (0, 1, 0, 1), colors="jet"), "colors is 'jet'"),
        (lambda: lines_panel({}, xlabel="x", ylabel="y"), "series is empty"),
        (lambda: dots_panel({}, ylabel="y"), "groups is empty"),
        (lambda: decision_panel(ridge, [1, 2], [0, 1]), r"X is \(2,\)"),
        (lambda: decision_panel(lambda p: p, POINTS, CLASSES), "predict gave"),
    ],
)
def test_a_wrong_argument_is_named(make: Callable[[], Any], words: str) -> None:
    with pytest.raises(ArgumentError, match=words):
        make()
