"""Recurrent layers call their functions, carry their state, and stand in a network."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook.nn import ArgumentError, Linear, Sequential, check_model, gru, lstm, recurrent
from bpworkbook.nn.recurrent_layers import GRU, LSTM, RNN, LastStep

LAYERS: dict[str, Any] = {"rnn": RNN, "lstm": LSTM, "gru": GRU}
KINDS = pytest.mark.parametrize("kind", LAYERS)
FORWARD: dict[str, Callable[..., Any]] = {
    "rnn": recurrent.rnn_forward,
    "lstm": lstm.lstm_forward,
    "gru": gru.gru_forward,
}
BACKWARD: dict[str, Callable[..., Any]] = {
    "rnn": recurrent.rnn_backward,
    "lstm": lstm.lstm_backward,
    "gru": gru.gru_backward,
}


@KINDS
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_layers(kind: str, dtype: Any, rng: np.random.Generator) -> None:
    layer = LAYERS[kind](3, 4, rng=rng, dtype=dtype, truncate=2)
    x = rng.standard_normal((5, 7, 3)).astype(dtype)
    zeros = [np.zeros((5, 4), dtype)] * (2 if kind == "lstm" else 1)
    weights = [parameter.data for parameter in layer.parameters()]
    out, cache = FORWARD[kind](x, *zeros, *weights)
    np.testing.assert_array_equal(layer(x), out)
    grad_x, *rest = BACKWARD[kind](out, cache, truncate=2)
    np.testing.assert_array_equal(layer.backward(out), grad_x)
    for _ in range(2):
        states = layer.grad_state if kind == "lstm" else (layer.grad_state,)
        grads = [*states, *(parameter.grad for parameter in layer.parameters())]
        for ours, theirs in zip(grads, rest, strict=True):
            np.testing.assert_array_equal(ours, theirs)
            assert ours.dtype == dtype
        # The same once more, without the gradient of x.
        layer.grad_state = None
        for parameter in layer.parameters():
            parameter.grad = None
        layer.backward_parameters(out)
    layer(x[:, :3])
    np.testing.assert_allclose(layer(x[:, 3:], layer.state), out[:, 3:], rtol=1e-5)
    last = layer.state[0] if kind == "lstm" else layer.state
    np.testing.assert_allclose(last, out[:, -1], rtol=1e-5)
    assert repr(layer) == f"{kind.upper()}(3, 4)"


def test_gradient_of_the_last_cell_without_that_of_x(rng: np.random.Generator) -> None:
    layer = LSTM(3, 4, rng=rng)
    out, grad_c = layer(rng.standard_normal((5, 7, 3))), rng.standard_normal((5, 4))
    layer.backward(out, grad_c)
    wanted = [*layer.grad_state, *(parameter.grad for parameter in layer.parameters())]
    layer.backward_parameters(out, grad_c)
    grads = [*layer.grad_state, *(parameter.grad for parameter in layer.parameters())]
    for ours, theirs in zip(grads, wanted, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@KINDS
def test_a_whole_network(kind: str, rng: np.random.Generator) -> None:
    model = Sequential(LAYERS[kind](3, 4, rng=rng), LastStep(), Linear(4, 2, rng=rng))
    for parameter in model.parameters():
        parameter.data += 0.1 * rng.standard_normal(parameter.data.shape)
    report = check_model(
        model, "cross_entropy", rng.standard_normal((3, 5, 3)), np.array([0, 1, 1])
    )
    assert report.passed, report


def test_layers_refuse(rng: np.random.Generator) -> None:
    assert (LSTM(2, 3, rng=rng).b.data == np.repeat([0.0, 1.0, 0.0, 0.0], 3)).all()
    calls: dict[str, Callable[[], Any]] = {
        "RNN: d_in is 0": lambda: RNN(0, 3, rng=rng),
        "GRU: d_h is 1.5": lambda: GRU(2, 1.5, rng=rng),  # type: ignore[arg-type]
        "GRU: truncate is 0": lambda: GRU(2, 3, rng=rng, truncate=0),
        "LSTM: forget_bias is nan": lambda: LSTM(2, 3, rng=rng, forget_bias=np.nan),
        "LSTM: state is ": lambda: LSTM(2, 3, rng=rng)(np.ones((1, 1, 2)), np.ones((1, 3))),
        "RNN: x is ": lambda: RNN(2, 3, rng=rng)(np.ones((1, 2))),
        "LastStep: x is ": lambda: LastStep()(np.ones((1, 2))),
    }
    for message, call in calls.items():
        with pytest.raises(ArgumentError, match=f"^{message}"):
            call()
    layer = LastStep()
    with pytest.raises(RuntimeError, match="call forward first"):
        layer.backward(np.ones((1, 2)))
    layer(np.ones((3, 4, 2)))
    with pytest.raises(ArgumentError, match="grad_out"):
        layer.backward(np.ones((3, 1)))
    with pytest.raises(NotImplementedError):
        RNN.__base__(2, 3, rng=rng)(np.ones((1, 1, 2)))  # type: ignore[misc]
