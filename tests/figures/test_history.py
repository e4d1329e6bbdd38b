"""The picture of a training."""

import numpy as np
import pytest

from bpworkbook.figures import history_chart
from bpworkbook.nn import SGD, ArgumentError, History, Linear, fit


def test_what_fit_returns_plots_itself() -> None:
    rng = np.random.default_rng(0)
    X, layer = rng.standard_normal((20, 3)), Linear(3, 2, rng=rng)
    options = {"epochs": 3, "batch_size": 5, "rng": rng, "progress": False}
    y = (X[:, 0] > 0).astype(int)
    sgd = SGD(layer.parameters(), lr=0.1)
    history = fit(layer, "cross_entropy", sgd, X, y, validation=(X, y), **options)
    assert isinstance(history, dict)
    picture = history.plot()
    left, right = picture.figure.axes
    assert [line.get_label() for line in left.lines] == ["loss", "val_loss"]
    assert [line.get_label() for line in right.lines] == ["accuracy", "val_accuracy"]
    np.testing.assert_array_equal(left.lines[0].get_ydata(), history["loss"])
    assert list(left.lines[0].get_xdata()) == [1, 2, 3]
    for name, values in history.items():
        assert f"{name} " in picture.alt, f"the alt text leaves out {name}"
        assert f"{values[-1]:.2f}" in picture.alt or f"{values[-1]:.3f}" in picture.alt


def test_a_loss_alone_has_one_panel() -> None:
    picture = history_chart({"loss": [3.0]})
    assert [ax.get_ylabel() for ax in picture.figure.axes] == ["loss"]
    assert picture.alt.startswith("Training over 1 epoch. Loss")


@pytest.mark.parametrize("history", [{}, {"loss": []}])
def test_nothing_to_draw_is_said(history: dict[str, list[float]]) -> None:
    with pytest.raises(ArgumentError, match="history_chart: history is empty"):
        History(history).plot()
