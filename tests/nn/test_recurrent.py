"""Recurrent networks: gradients, a slow literal loop, HIPS autograd, PyTorch, truncated BPTT."""

import re
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import make_vjp
from hypothesis import given, settings
from hypothesis import strategies as st

from bpworkbook.nn import (
    ArgumentError,
    gru,
    gru_step,
    lstm,
    lstm_step,
    projection_check,
    recurrent,
    sequences,
)

GATES = {"rnn": 1, "lstm": 4, "gru": 3}
FORWARD: dict[str, Callable[..., Any]] = {
    "rnn": recurrent.rnn_forward,
    "lstm": lstm.lstm_forward,
    "gru": gru.gru_forward,
    "rnn_step": recurrent.rnn_step_forward,
    "lstm_step": lstm_step.lstm_step_forward,
    "gru_step": gru_step.gru_step_forward,
}
BACKWARD: dict[str, Callable[..., Any]] = {
    "rnn": recurrent.rnn_backward,
    "lstm": lstm.lstm_backward,
    "gru": gru.gru_backward,
    "rnn_step": recurrent.rnn_step_backward,
    "lstm_step": lstm_step.lstm_step_backward,
    "gru_step": gru_step.gru_step_backward,
}
KINDS = pytest.mark.parametrize("kind", GATES)
ALL = pytest.mark.parametrize("name", FORWARD)


def draw(
    name: str, rng: np.random.Generator, n: int, t: int, d: int, h: int, dtype: Any = np.float64
) -> list[Any]:
    kind = name.removesuffix("_step")
    k = GATES[kind] * h
    x = (n, d) if name.endswith("_step") else (n, t, d)
    states, biases = [(n, h)] * (2 if kind == "lstm" else 1), [(k,)] * (2 if kind == "gru" else 1)
    shapes = [x, *states, (d, k), (h, k), *biases]
    return [(0.7 * rng.standard_normal(shape)).astype(dtype) for shape in shapes]


def sigmoid(z: Any) -> Any:
    return 1 / (1 + anp.exp(-z))


def rnn_formula(x: Any, h: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    return (anp.tanh(anp.dot(x, W_x) + anp.dot(h, W_h) + b),)


def lstm_formula(x: Any, h: Any, c: Any, W_x: Any, W_h: Any, b: Any) -> Any:
    d = h.shape[1]
    a = [anp.dot(x, W_x)[:, k * d : (k + 1) * d] for k in range(4)]
    a = [a[k] + anp.dot(h, W_h[:, k * d : (k + 1) * d]) + b[k * d : (k + 1) * d] for k in range(4)]
    c = sigmoid(a[1]) * c + sigmoid(a[0]) * anp.tanh(a[2])
    return sigmoid(a[3]) * anp.tanh(c), c


def gru_formula(x: Any, h: Any, W_x: Any, W_h: Any, b_x: Any, b_h: Any) -> Any:
    d = h.shape[1]
    u, v = anp.dot(x, W_x) + b_x, anp.dot(h, W_h) + b_h
    r, z = sigmoid(u[:, :d] + v[:, :d]), sigmoid(u[:, d : 2 * d] + v[:, d : 2 * d])
    return ((1 - z) * anp.tanh(u[:, 2 * d :] + r * v[:, 2 * d :]) + z * h,)


FORMULAS: dict[str, Callable[..., Any]] = {
    "rnn": rnn_formula,
    "lstm": lstm_formula,
    "gru": gru_formula,
}


def literal_loop(name: str, *inputs: Any) -> Any:
    """One step after the other, gate by gate: nothing is shared with nn."""
    kind = name.removesuffix("_step")
    count = 2 if kind == "lstm" else 1
    x, states, weights = inputs[0], inputs[1 : 1 + count], inputs[1 + count :]
    if name.endswith("_step"):
        return anp.stack(FORMULAS[kind](x, *states, *weights))
    outputs = []
    for step in range(x.shape[1]):
        states = FORMULAS[kind](x[:, step], *states, *weights)
        outputs.append(states[0])
    return anp.stack(outputs, axis=1)


def forward(name: str) -> Callable[..., Any]:
    """The forward function with one array as output; that of steps has the states stacked."""

    def run(*inputs: Any) -> Any:
        out, cache = FORWARD[name](*inputs)
        if name.endswith("_step"):
            out = np.stack(out if isinstance(out, tuple) else (out,))
        return out, cache

    return run


def backward(name: str) -> Callable[..., Any]:
    def run(grad_out: Any, cache: Any) -> Any:
        steps = tuple(grad_out) if name.endswith("_step") else (grad_out,)
        return BACKWARD[name](*steps, cache)

    return run


SIZES = st.integers(1, 4)


@ALL
@settings(max_examples=15)
@given(n=SIZES, t=SIZES, d=SIZES, h=SIZES, dtype=st.sampled_from([np.float32, np.float64]))
def test_gradients_shapes_and_dtypes(name: str, n: int, t: int, d: int, h: int, dtype: Any) -> None:
    rng = np.random.default_rng(n + 10 * t + 100 * d)
    inputs = draw(name, rng, n, t, d, h)
    assert projection_check(forward(name), backward(name), inputs, rng, h=1e-5) < 1e-6
    inputs = draw(name, rng, n, t, d, h, dtype)
    kept = [x.copy() for x in inputs]
    out, cache = forward(name)(*inputs)
    assert out.dtype == dtype
    gradients = backward(name)(np.ones_like(out), cache)
    for gradient, x, copy in zip(gradients, inputs, kept, strict=True):
        assert (gradient.shape, gradient.dtype) == (x.shape, dtype)
        np.testing.assert_array_equal(x, copy, "an argument was changed")


@ALL
@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (3, 6, 2, 4), (2, 5, 4, 1)])
def test_literal_loop_and_autograd_agree(name: str, sizes: Any, rng: np.random.Generator) -> None:
    inputs = draw(name, rng, *sizes)
    out, cache = forward(name)(*inputs)
    np.testing.assert_allclose(out, literal_loop(name, *inputs), rtol=1e-12, atol=1e-14)
    u = rng.standard_normal(out.shape)
    for position, gradient in enumerate(backward(name)(u, cache)):
        vjp, _ = make_vjp(lambda *inputs: literal_loop(name, *inputs), position)(*inputs)
        np.testing.assert_allclose(gradient, vjp(u), rtol=1e-10, atol=1e-13)


@KINDS
def test_steps_in_a_row_are_a_sequence(kind: str, rng: np.random.Generator) -> None:
    x, *rest = draw(kind, rng, 3, 5, 2, 4)
    count = 2 if kind == "lstm" else 1
    states, weights = rest[:count], rest[count:]
    out, cache = FORWARD[kind](x, *rest)
    for step in range(5):
        states, _ = forward(f"{kind}_step")(x[:, step], *states, *weights)
        np.testing.assert_allclose(out[:, step], states[0], rtol=1e-13, atol=1e-15)
    if kind == "lstm":
        np.testing.assert_allclose(cache.c[-1], states[1], rtol=1e-13)


@KINDS
@pytest.mark.parametrize("k", [1, 2, 3, 7, 8])
def test_truncated_bptt_is_bptt_over_pieces(kind: str, k: int, rng: np.random.Generator) -> None:
    x, *rest = draw(kind, rng, 3, 7, 2, 4)
    count = 2 if kind == "lstm" else 1
    states, weights = rest[:count], rest[count:]
    out, cache = FORWARD[kind](x, *rest)
    u = rng.standard_normal(out.shape)
    whole = BACKWARD[kind](u, cache, truncate=k)
    pieces = []
    for first in range(0, 7, k):
        part, cache = FORWARD[kind](x[:, first : first + k], *states, *weights)
        np.testing.assert_allclose(part, out[:, first : first + k], rtol=1e-13, atol=1e-15)
        pieces.append(BACKWARD[kind](u[:, first : first + k], cache))
        states = [part[:, -1], *([cache.c[-1]] if kind == "lstm" else [])]
    grad_x = np.concatenate([piece[0] for piece in pieces], axis=1)
    sums = [sum(parts) for parts in list(zip(*pieces, strict=True))[1 + count :]]
    for ours, theirs in zip(whole, [grad_x, *pieces[0][1 : 1 + count], *sums], strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-14)
    assert np.allclose(whole[-1], BACKWARD[kind](u, FORWARD[kind](x, *rest)[1])[-1]) == (k >= 7)


def test_gradient_of_the_last_cell(rng: np.random.Generator) -> None:
    inputs = draw("lstm", rng, 2, 4, 3, 2)

    def cell(*inputs: Any) -> Any:
        out, cache = lstm.lstm_forward(*inputs)
        return cache.c[-1], (out, cache)

    def cell_backward(grad_out: Any, cache: Any) -> Any:
        return lstm.lstm_backward(np.zeros_like(cache[0]), cache[1], grad_c=grad_out)

    assert projection_check(cell, cell_backward, inputs, rng) < 1e-6


@pytest.mark.parametrize(("t", "n"), [(1, 1), (700, 1), (9, 200), (3, 600)])
def test_weight_gradient_of_many_steps(t: int, n: int, rng: np.random.Generator) -> None:
    inputs, grad_a = rng.standard_normal((t, 3, n)), rng.standard_normal((t, 2, n))
    wanted = np.einsum("tdn,tkn->dk", inputs, grad_a)
    ours = sequences.weight_gradient(inputs, grad_a)
    np.testing.assert_allclose(ours, wanted, rtol=1e-12, atol=1e-11)


@ALL
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_are_finite(name: str, dtype: Any, rng: np.random.Generator) -> None:
    inputs = [1000 * x for x in draw(name, rng, 3, 6, 2, 4, dtype)]
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        out, cache = forward(name)(*inputs)
        gradients = backward(name)(np.ones_like(out), cache)
    assert all(np.isfinite(array).all() for array in (out, *gradients))


@ALL
def test_bad_input_is_named(name: str, rng: np.random.Generator) -> None:
    inputs = draw(name, rng, 3, 5, 2, 4)
    code = FORWARD[name].__code__
    for position, argument in enumerate(code.co_varnames[: code.co_argcount]):
        good = inputs[position]
        bads: list[Any] = [None, good.tolist(), good[:0], good[None], good.astype(int)]
        if argument != "x":
            bads += [np.ones(tuple(np.add(good.shape, 1))), good.astype(np.float32), good[:1]]
        for bad in bads:
            spoilt = [*inputs[:position], bad, *inputs[position + 1 :]]
            with pytest.raises(ArgumentError, match=rf"^{name}_forward: {argument} "):
                FORWARD[name](*spoilt)
    out, cache = forward(name)(*inputs)
    for bad in (None, out.tolist(), out.astype(np.float32), out[..., :1]):
        if isinstance(bad, np.ndarray) or not name.endswith("_step"):
            with pytest.raises(ArgumentError, match=rf"^{name}_backward: grad_"):
                backward(name)(bad, cache)
    with pytest.raises(ArgumentError, match=rf"^{name}_backward: cache is .*_forward$"):
        backward(name)(out, None)
    if not name.endswith("_step"):
        for truncate in (0, -1, 1.5, True):
            with pytest.raises(ArgumentError, match=rf"^{name}_backward: truncate is "):
                BACKWARD[name](out, cache, truncate=truncate)


def test_messages(rng: np.random.Generator) -> None:
    x, h, c, W_x, W_h, b = draw("lstm", rng, 3, 5, 2, 4)
    calls = {
        "lstm_forward: W_x is (2, 15), expected (d_in, 4 * d_h) = (2, 16)": (W_x[:, 1:], h),
        "lstm_forward: h0 is (2, 4), expected (n, d_h) = (3, 4)": (W_x, h[1:]),
        "lstm_forward: W_x has dtype float32, but x has float64": (W_x.astype(np.float32), h),
    }
    for message, (W, state) in calls.items():
        with pytest.raises(ArgumentError, match=f"^{re.escape(message)}$"):
            lstm.lstm_forward(x, state, c, W, W_h, b)
    out, cache = lstm.lstm_forward(x, h, c, W_x, W_h, b)
    with pytest.raises(ArgumentError, match=r"grad_c is \(2, 4\), but the last cell was \(3, 4\)"):
        lstm.lstm_backward(out, cache, grad_c=c[1:])


@KINDS
@pytest.mark.parametrize("k", [None, 3])
def test_pytorch_agrees(kind: str, k: int | None, rng: np.random.Generator) -> None:
    torch = pytest.importorskip(
        "torch", reason="PyTorch is not installed (pip install torch==2.13.0 runs this test)"
    )
    inputs = draw(kind, rng, 3, 7, 2, 4)
    out, cache = FORWARD[kind](*inputs)
    u = rng.standard_normal(out.shape)
    gradients = list(BACKWARD[kind](u, cache, truncate=k))
    theirs = getattr(torch.nn, kind.upper())(2, 4, batch_first=True, dtype=torch.float64)
    count = 2 if kind == "lstm" else 1
    W_x, W_h, *biases = inputs[1 + count :]
    biases = biases if kind == "gru" else [*biases, np.zeros_like(biases[0])]
    with torch.no_grad():
        for parameter, value in zip(theirs.parameters(), [W_x.T, W_h.T, *biases], strict=True):
            parameter.copy_(torch.from_numpy(value.copy()))
    leaves = [torch.from_numpy(array).requires_grad_() for array in inputs[: 1 + count]]
    states, outputs = tuple(leaf[None] for leaf in leaves[1:]), []
    for first in range(0, 7, k or 7):
        part, last = theirs(
            leaves[0][:, first : first + (k or 7)], states if kind == "lstm" else states[0]
        )
        states = tuple(s.detach() for s in (last if kind == "lstm" else (last,)))
        outputs.append(part)
    result = torch.cat(outputs, 1)
    result.backward(torch.from_numpy(u))
    np.testing.assert_allclose(out, result.detach(), rtol=0, atol=1e-12)
    W_x, W_h, *biases = (parameter.grad for parameter in theirs.parameters())
    others = [*(leaf.grad for leaf in leaves), W_x.T, W_h.T, *biases]
    # Of the two equal bias gradients of RNN and LSTM, ours keep one.
    for ours, other in zip(gradients, others[: len(gradients)], strict=True):
        np.testing.assert_allclose(ours, other, rtol=0, atol=1e-10)
