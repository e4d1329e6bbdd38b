"""Figures: the same bytes for the same data, no global state, nothing of the reader's settings."""

import io
import struct
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from PIL import Image

from bpworkbook.figures import Picture, figure, line_chart, png
from bpworkbook.nn.errors import ArgumentError


def example() -> Picture:
    x = np.linspace(0, 1, 50)
    series = {"loss": (x, np.exp(-3 * x)), "error": (x, np.exp(-2 * x))}
    return line_chart(series, "time", "loss", title="Two curves", yscale="log")


def chunks(data: bytes) -> list[str]:
    """The kinds of chunk in a PNG file, in order."""
    at, kinds = 8, []
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        kinds.append(kind.decode())
        at += 12 + length
    return kinds


def test_equal_data_give_equal_bytes() -> None:
    assert example().png() == example().png()


def test_a_png_holds_no_date_and_no_version() -> None:
    assert set(chunks(example().png())) == {"IHDR", "PLTE", "IDAT", "IEND"}


def test_few_colours_change_nothing_that_is_seen() -> None:
    picture = example()
    stored = np.asarray(Image.open(io.BytesIO(picture.png())).convert("RGB"), dtype=int)
    drawn = np.asarray(picture.figure.canvas.buffer_rgba(), dtype=int)[..., :3]  # type: ignore[attr-defined]
    assert np.abs(stored - drawn).mean() < 0.5
    assert stored[0, 0].tolist() == [255, 255, 255]


def test_the_reader_s_own_settings_do_not_matter() -> None:
    plain = example().png()
    own = {"lines.linewidth": 7, "axes.facecolor": "yellow", "font.size": 20, "text.color": "red"}
    with matplotlib.rc_context(own):
        assert example().png() == plain


def test_no_setting_is_left_behind() -> None:
    before = dict(matplotlib.rcParams)
    example().png()
    assert dict(matplotlib.rcParams) == before


def test_pyplot_is_never_loaded() -> None:
    script = (
        "import sys; from bpworkbook.figures import *; "
        "line_chart({'a': ([1, 2], [1, 2])}, 'x', 'y').png(); "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stdout + done.stderr


def test_another_resolution_leaves_the_figure_as_it_was() -> None:
    fig, _ = figure()
    usual = fig.dpi
    width = struct.unpack(">I", png(fig, dpi=180)[16:20])[0]
    assert (width, fig.dpi) == (1080, usual)


def test_margins_hold_the_axes_where_they_are_told() -> None:
    _, axes = figure(8, 4, nrows=2, ncols=2, margins={"left": 1.0, "wspace": 0.5})
    first, second = axes[0, 0].get_position(), axes[0, 1].get_position()
    assert first.x0 * 8 == pytest.approx(1.0)
    assert (second.x0 - first.x1) * 8 == pytest.approx(0.5)


def test_an_unknown_margin_is_named() -> None:
    with pytest.raises(ArgumentError, match="lef"):
        figure(margins={"lef": 1.0})


def test_a_figure_too_small_for_its_margins_is_refused() -> None:
    with pytest.raises(ArgumentError, match="too small"):
        figure(0.5, 0.5)


def test_a_picture_stores_alt_text_with_its_png() -> None:
    picture = example()
    data, metadata = picture._repr_mimebundle_()
    assert data["text/plain"] == metadata["image/png"]["alt"] == picture.alt
    assert data["image/png"].startswith("iVBOR")


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_a_picture_without_words_is_refused(alt: str) -> None:
    fig, _ = figure()
    with pytest.raises(ArgumentError, match="alt"):
        Picture(fig, alt)


def test_a_picture_needs_a_figure() -> None:
    with pytest.raises(ArgumentError, match="figure is str"):
        Picture("plot.png", "A plot.")  # type: ignore[arg-type]
