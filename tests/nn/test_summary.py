"""``summary`` of every layer: its state with shapes, its output and its parameter count."""

from typing import Any

import numpy as np
import pytest

from bpworkbook import nn

RNG = np.random.default_rng(0)
ROWS, SEQUENCES, IMAGES = (RNG.standard_normal(s) for s in ((4, 3), (2, 5, 4), (2, 3, 6, 5)))

State = dict[str, tuple[int, ...]]
GATES: State = {"W_x": (4, 6), "W_h": (2, 6), "b_x": (6,), "b_h": (6,)}
BLOCK: State = {
    **{"norm1_weight": (4,), "norm1_bias": (4,), "W_in": (4, 12), "b_in": (12,), "W_out": (4, 4)},
    **{"b_out": (4,), "norm2_weight": (4,), "norm2_bias": (4,), "W1": (4, 16), "b1": (16,)},
    **{"W2": (16, 4), "b2": (4,)},
}

# Each layer, a batch for it, its state, and the shape of its output.
LAYERS: list[tuple[nn.Module, Any, State, tuple[int, ...]]] = [
    *((kind(), ROWS, {}, (4, 3)) for kind in (nn.Sigmoid, nn.Tanh, nn.ReLU, nn.LeakyReLU)),
    *((kind(), ROWS, {}, (4, 3)) for kind in (nn.GELU, nn.Softplus)),
    (nn.Dropout(rng=RNG), ROWS, {}, (4, 3)),
    (nn.Linear(3, 2, rng=RNG), ROWS, {"W": (3, 2), "b": (2,)}, (4, 2)),
    (nn.Embedding(5, 2, rng=RNG), np.array([[0, 4, 1]]), {"table": (5, 2)}, (1, 3, 2)),
    (
        nn.Conv2d(3, 2, (3, 2), rng=RNG, padding=1),
        IMAGES,
        {"W": (2, 3, 3, 2), "b": (2,)},
        (2, 2, 6, 6),
    ),
    (nn.MaxPool2d(2), IMAGES, {}, (2, 3, 3, 2)),
    (nn.AvgPool2d(2), IMAGES, {}, (2, 3, 3, 2)),
    (nn.GlobalMaxPool2d(), IMAGES, {}, (2, 3)),
    (nn.GlobalAvgPool2d(), IMAGES, {}, (2, 3)),
    (nn.Flatten(), IMAGES, {}, (2, 90)),
    (
        nn.BatchNorm1d(3),
        ROWS,
        {"weight": (3,), "bias": (3,), "running_mean": (3,), "running_var": (3,)},
        (4, 3),
    ),
    (nn.LayerNorm(3), ROWS, {"weight": (3,), "bias": (3,)}, (4, 3)),
    (nn.RNN(4, 6, rng=RNG), SEQUENCES, {"W_x": (4, 6), "W_h": (6, 6), "b": (6,)}, (2, 5, 6)),
    (nn.LSTM(4, 2, rng=RNG), SEQUENCES, {"W_x": (4, 8), "W_h": (2, 8), "b": (8,)}, (2, 5, 2)),
    (nn.GRU(4, 2, rng=RNG), SEQUENCES, GATES, (2, 5, 2)),
    (nn.LastStep(), SEQUENCES, {}, (2, 4)),
    (
        nn.MultiHeadAttention(4, 2, rng=RNG),
        SEQUENCES,
        {"W_in": (4, 12), "b_in": (12,), "W_out": (4, 4), "b_out": (4,)},
        (2, 5, 4),
    ),
    (
        nn.TransformerBlock(4, 2, 16, rng=RNG),
        SEQUENCES,
        {f"params.{name}": shape for name, shape in BLOCK.items()},
        (2, 5, 4),
    ),
]


@pytest.mark.parametrize(
    ("layer", "x", "state", "out"), LAYERS, ids=[repr(row[0]) for row in LAYERS]
)
def test_every_layer(layer: nn.Module, x: Any, state: State, out: tuple[int, ...]) -> None:
    shown = nn.summary(layer, x)
    [row] = shown.rows
    assert row.kind == type(layer).__name__
    assert row.state == state
    assert row.output == out == layer(x).shape
    count = sum(parameter.data.size for parameter in layer.parameters())
    assert shown.parameters == row.parameters == count
    assert count == sum(int(np.prod(s)) for k, s in state.items() if not k.startswith("running"))
    line = str(shown).splitlines()[2]
    for part in (row.kind, str(out), *(f"{name} {shape}" for name, shape in state.items())):
        assert part in line


def test_what_holds_layers_shows_each() -> None:
    inner = [nn.Linear(3, 3, rng=RNG), nn.Tanh()]
    for model in (nn.Sequential(*inner), nn.Residual(nn.Sequential(*inner))):
        shown = nn.summary(model, ROWS)
        assert [row.kind for row in shown.rows] == ["Linear", "Tanh"]
        assert [row.output for row in shown.rows] == [(4, 3), (4, 3)]
        assert shown.parameters == 12


def test_no_layer_is_left_out() -> None:
    kinds = {getattr(nn, name) for name in nn.__all__ if isinstance(getattr(nn, name), type)}
    layers = {kind for kind in kinds if issubclass(kind, nn.Module)}
    containers = {nn.Module, nn.Sequential, nn.Residual}
    assert layers - containers == {type(row[0]) for row in LAYERS}
