"""Batch norm and layer norm: against loops, differences, HIPS autograd and PyTorch."""

from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import make_vjp
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook.nn import ArgumentError, projection_check
from bpworkbook.nn.layer_norm import layer_norm_backward, layer_norm_forward
from bpworkbook.nn.norm_layers import BatchNorm1d, LayerNorm
from bpworkbook.nn.normalization import batch_norm_backward, batch_norm_forward, running_averages

SIZES = st.integers(1, 6)
FUNCTIONS = {
    "batch_norm": (batch_norm_forward, batch_norm_backward),
    "layer_norm": (layer_norm_forward, layer_norm_backward),
}


def draw(seed: int, shape: tuple[int, ...], dtype: Any = np.float64) -> list[Any]:
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(s).astype(dtype) for s in (shape, shape[-1:], shape[-1:])]


def formula(name: str) -> Any:
    axis = 0 if name == "batch_norm" else -1

    def compute(x: Any, weight: Any, bias: Any) -> Any:
        mean = anp.mean(x, axis=axis, keepdims=True)
        var = anp.mean((x - mean) ** 2, axis=axis, keepdims=True)
        return (x - mean) / anp.sqrt(var + 1e-5) * weight + bias

    return compute


@pytest.mark.parametrize("name", FUNCTIONS)
@given(n=SIZES, d=SIZES, seed=st.integers(0, 99))
def test_differences_and_autograd(name: str, n: int, d: int, seed: int) -> None:
    forward, backward = FUNCTIONS[name]
    inputs = draw(seed, (n, d))
    rng = np.random.default_rng(seed)
    assert projection_check(forward, backward, inputs, rng) < 1e-6
    out, cache = forward(*inputs)
    np.testing.assert_allclose(out, formula(name)(*inputs), rtol=1e-10, atol=1e-12)
    u = rng.standard_normal(out.shape)
    for position, gradient in enumerate(backward(u, cache)):
        wanted = make_vjp(formula(name), position)(*inputs)[0](u)
        np.testing.assert_allclose(gradient, wanted, rtol=1e-8, atol=1e-9)


@given(lead=st.lists(SIZES, max_size=3), d=SIZES)
def test_layer_norm_takes_any_leading_axes(lead: list[int], d: int) -> None:
    x, weight, bias = draw(0, (*lead, d))
    out, cache = layer_norm_forward(x, weight, bias)
    grad_x, grad_weight, grad_bias = layer_norm_backward(2 * out, cache)
    assert (out.shape, grad_x.shape) == (x.shape, x.shape)
    for index in np.ndindex(*lead):
        row = x[index]
        wanted = (row - row.mean()) / np.sqrt(row.var() + 1e-5) * weight + bias
        np.testing.assert_allclose(out[index], wanted, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(grad_bias, 2 * out.reshape(-1, d).sum(axis=0), atol=1e-12)
    np.testing.assert_allclose(grad_x.sum(axis=-1), 0, atol=1e-9)
    assert grad_weight.shape == (d,)


def test_batch_norm_in_evaluation_is_a_fixed_line(rng: np.random.Generator) -> None:
    x, weight, bias = draw(0, (5, 3))
    mean, var = rng.standard_normal(3), rng.random(3) + 0.1
    out, _ = batch_norm_forward(x, weight, bias, mean, var)
    np.testing.assert_allclose(out, (x - mean) / np.sqrt(var + 1e-5) * weight + bias, rtol=1e-12)

    def forward(x: Any, weight: Any, bias: Any) -> Any:
        return batch_norm_forward(x, weight, bias, mean, var)

    assert projection_check(forward, batch_norm_backward, [x, weight, bias], rng) < 1e-6
    # A row's output does not depend on the others.
    np.testing.assert_allclose(
        batch_norm_forward(x[:1], weight, bias, mean, var)[0], out[:1], rtol=1e-14
    )


def test_one_example_alone(rng: np.random.Generator) -> None:
    x, weight, bias = draw(0, (1, 3))
    out, cache = batch_norm_forward(x, weight, bias)
    np.testing.assert_array_equal(out, bias[None])
    np.testing.assert_array_equal(batch_norm_backward(np.ones((1, 3)), cache)[0], 0)
    mean, var = running_averages(np.zeros(3), np.ones(3), cache)
    np.testing.assert_allclose(mean, 0.1 * x[0])
    np.testing.assert_array_equal(var, 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_dtype_extremes_and_arguments_kept(name: str, dtype: Any) -> None:
    forward, backward = FUNCTIONS[name]
    inputs = draw(0, (6, 4), dtype)
    for x in (inputs[0], inputs[0] * dtype(1e3), 0 * inputs[0] + dtype(1e3)):
        given_x, copy = x, x.copy()
        out, cache = forward(given_x, *inputs[1:])
        for array in (out, *backward(np.ones_like(out), cache)):
            assert array.dtype == dtype
            assert np.isfinite(array).all()
        np.testing.assert_array_equal(given_x, copy)
    if name == "batch_norm":
        layer = BatchNorm1d(4, dtype=dtype)
        layer(inputs[0])
        assert layer.running_mean.dtype == layer.running_var.dtype == dtype


@pytest.mark.parametrize("n", [2, 7])
def test_pytorch_agrees_on_batch_norm(n: int, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    ours, theirs = BatchNorm1d(3, momentum=0.3), torch.nn.BatchNorm1d(3, momentum=0.3).double()
    ours.weight.data[...], ours.bias.data[...] = rng.random(3), rng.random(3)
    with torch.no_grad():
        theirs.weight.copy_(torch.from_numpy(ours.weight.data))
        theirs.bias.copy_(torch.from_numpy(ours.bias.data))
    for training in (True, True, False):
        x, u = rng.standard_normal((2, n, 3))
        tensor = torch.from_numpy(x).requires_grad_()
        theirs.train(training).zero_grad()
        out = theirs(tensor)
        out.backward(torch.from_numpy(u))
        close(ours.train(training)(x), out.detach())
        close(ours.backward(u), tensor.grad)
        close(ours.weight.grad, theirs.weight.grad)
        close(ours.bias.grad, theirs.bias.grad)
        close(ours.running_mean, theirs.running_mean)
        close(ours.running_var, theirs.running_var)


@pytest.mark.parametrize("shape", [(1, 4), (6, 3), (2, 3, 5), (3, 1)])
def test_pytorch_agrees_on_layer_norm(shape: tuple[int, ...], rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    inputs, u = draw(1, shape), rng.standard_normal(shape)
    tensors = [torch.from_numpy(x).requires_grad_() for x in inputs]
    theirs = torch.nn.functional.layer_norm(tensors[0], shape[-1:], *tensors[1:])
    theirs.backward(torch.from_numpy(u))
    out, cache = layer_norm_forward(*inputs)
    close(out, theirs.detach())
    for gradient, tensor in zip(layer_norm_backward(u, cache), tensors, strict=True):
        close(gradient, tensor.grad)


def close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=0, atol=1e-10)


def test_layers_call_their_functions(rng: np.random.Generator) -> None:
    x, weight, bias = draw(2, (5, 3))
    for layer, name in ((BatchNorm1d(3, eps=0.1), "batch_norm"), (LayerNorm(3, 0.1), "layer_norm")):
        layer.weight.data[...], layer.bias.data[...] = weight, bias
        forward, backward = FUNCTIONS[name]
        out, cache = forward(x, weight, bias, eps=0.1)
        np.testing.assert_array_equal(layer(x), out)
        grad_x, grad_weight, grad_bias = backward(x, cache)
        np.testing.assert_array_equal(layer.backward(x), grad_x)
        np.testing.assert_array_equal(layer.weight.grad, grad_weight)
        np.testing.assert_array_equal(layer.bias.grad, grad_bias)
        assert layer.parameters() == [layer.weight, layer.bias]
    assert (repr(BatchNorm1d(3)), repr(LayerNorm(3))) == ("BatchNorm1d(3)", "LayerNorm(3)")


X, W, B = np.ones((4, 3)), np.ones(3), np.zeros(3)
CACHE, EVALUATED = batch_norm_forward(X, W, B)[1], batch_norm_forward(X, W, B, B, W)[1]
REFUSED = {
    "batch_norm_forward: x is (3,), expected (n, d)": lambda: batch_norm_forward(W, W, B),
    "batch_norm_forward: weight is (2,), but x is (4, 3): expected (3,)": lambda: (
        batch_norm_forward(X, W[:2], B)
    ),
    "batch_norm_forward: bias has dtype float32, but x has float64": lambda: batch_norm_forward(
        X, W, B.astype(np.float32)
    ),
    "batch_norm_forward: var is None, but bias is (3,)": lambda: batch_norm_forward(X, W, B, B),
    "batch_norm_forward: eps is 0, expected a finite number above 0": lambda: batch_norm_forward(
        X, W, B, eps=0
    ),
    "batch_norm_backward: grad_out is (3,), but out was (4, 3)": lambda: batch_norm_backward(
        W, CACHE
    ),
    "batch_norm_backward: cache is None, expected that of batch_norm_forward": lambda: (
        batch_norm_backward(X, None)
    ),
    "running_averages: cache is that of evaluation, expected training's": lambda: running_averages(
        B, W, EVALUATED
    ),
    "running_averages: running_var is (2,), but var was (3,)": lambda: running_averages(
        B, W[:2], CACHE
    ),
    "running_averages: momentum is 2, expected a number from 0 to 1": lambda: running_averages(
        B, W, CACHE, 2
    ),
    "layer_norm_forward: x is (), expected 1 or more axes": lambda: layer_norm_forward(
        np.array(1.0), W, B
    ),
    "layer_norm_forward: bias is a list, expected an array of float32 or float64": lambda: (
        layer_norm_forward(X, W, [0.0])
    ),
    "layer_norm_backward: grad_out is (3,), but out was (4, 3)": lambda: layer_norm_backward(
        W, layer_norm_forward(X, W, B)[1]
    ),
    "BatchNorm1d: num_features is 0, expected an integer of at least 1": lambda: BatchNorm1d(0),
    "BatchNorm1d: momentum is 1.5, expected a number from 0 to 1": lambda: BatchNorm1d(
        3, momentum=1.5
    ),
    "LayerNorm: eps is -1, expected a finite number above 0": lambda: LayerNorm(3, -1),
}


@pytest.mark.parametrize("message", REFUSED)
def test_refused(message: str) -> None:
    with pytest.raises(ArgumentError) as refusal:
        REFUSED[message]()
    assert str(refusal.value) == message
