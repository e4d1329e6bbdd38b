"""Layers, initial weights and the optimiser."""

from typing import Any

import numpy as np
import pytest

from bpworkbook import nn

ACTIVATIONS = {
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "relu": nn.ReLU(),
    "leaky_relu": nn.LeakyReLU(),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_layers_call_their_functions(name: str, rng: np.random.Generator) -> None:
    layer, z, grad_out = ACTIVATIONS[name], rng.standard_normal((4, 3)), rng.random((4, 3))
    a, cache = getattr(nn, f"{name}_forward")(z)
    np.testing.assert_array_equal(layer(z), a)
    grad_z = getattr(nn, f"{name}_backward")(grad_out, cache)
    np.testing.assert_array_equal(layer.backward(grad_out), grad_z)
    assert layer.parameters() == []


def test_leaky_relu_layer_passes_its_slope_on() -> None:
    layer = nn.LeakyReLU(negative_slope=0.5)
    np.testing.assert_array_equal(layer(np.array([[-2.0, 2.0]])), [[-1, 2]])
    np.testing.assert_array_equal(layer.backward(np.ones((1, 2))), [[0.5, 1]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_linear_layer_calls_its_functions(dtype: Any, rng: np.random.Generator) -> None:
    layer = nn.Linear(3, 2, rng=rng, dtype=dtype)
    x, grad_out = rng.standard_normal((5, 3)).astype(dtype), rng.random((5, 2)).astype(dtype)
    z, cache = nn.linear_forward(x, layer.W.data, layer.b.data)
    np.testing.assert_array_equal(layer(x), z)
    grad_x, grad_W, grad_b = nn.linear_backward(grad_out, cache)
    for _ in range(2):
        # The second call replaces the gradients; it does not add to them.
        np.testing.assert_array_equal(layer.backward(grad_out), grad_x)
        np.testing.assert_array_equal(layer.W.grad, grad_W)
        np.testing.assert_array_equal(layer.b.grad, grad_b)
    assert layer.parameters() == [layer.W, layer.b]
    assert layer.W.data.dtype == layer.W.grad.dtype == dtype


def test_sequential_goes_back_in_reverse(rng: np.random.Generator) -> None:
    first, second = nn.Linear(3, 4, rng=rng), nn.Linear(4, 2, rng=rng)
    inner = nn.Sequential(nn.ReLU(), second)
    model = nn.Sequential(first, inner)
    x, grad_out = rng.standard_normal((5, 3)), rng.standard_normal((5, 2))
    np.testing.assert_array_equal(model(x), second(nn.relu(first(x))))
    grad_x = first.backward(nn.relu_backward(second.backward(grad_out), first(x)))
    np.testing.assert_array_equal(model.backward(grad_out), grad_x)
    assert model.parameters() == [first.W, first.b, second.W, second.b]
    assert repr(model) == "Sequential(Linear(3, 4), Sequential(ReLU(), Linear(4, 2)))"


def test_a_misspelt_attribute_is_not_silent(rng: np.random.Generator) -> None:
    with pytest.raises(AttributeError):
        nn.Linear(2, 2, rng=rng).weights  # noqa: B018


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_initial_weights(dtype: Any) -> None:
    def draw(initialiser: Any, **options: Any) -> Any:
        weights = initialiser((400, 200), np.random.default_rng(0), dtype, **options)
        assert (weights.shape, weights.dtype) == ((400, 200), dtype)
        assert abs(weights.mean()) < 1e-3
        return weights

    assert draw(nn.init.he).std() == pytest.approx(np.sqrt(2 / 400), rel=0.01)
    assert draw(nn.init.glorot).std() == pytest.approx(np.sqrt(2 / 600), rel=0.01)
    assert np.abs(draw(nn.init.glorot)).max() == pytest.approx(np.sqrt(6 / 600), rel=0.01)
    assert draw(nn.init.normal).std() == pytest.approx(0.01, rel=0.01)
    assert draw(nn.init.normal, std=0.5).std() == pytest.approx(0.5, rel=0.01)
    assert not draw(nn.init.zeros).any()


@pytest.mark.parametrize("initialiser", [nn.init.he, nn.init.glorot, nn.init.normal])
def test_a_seed_gives_the_same_weights_in_float32(initialiser: Any) -> None:
    double = initialiser((5, 4), np.random.default_rng(3))
    single = initialiser((5, 4), np.random.default_rng(3), np.float32)
    np.testing.assert_array_equal(double.astype(np.float32), single)


def test_he_keeps_the_size_of_signals_through_relu(rng: np.random.Generator) -> None:
    a = rng.standard_normal((200, 300))
    for _ in range(20):
        a = nn.relu(nn.Linear(300, 300, rng=rng)(a))
    assert 0.3 < np.mean(a**2) < 3


@pytest.mark.parametrize("lr", [0.5, np.float64(0.5), np.float32(0.5), 0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sgd_steps_against_the_gradient_in_place(dtype: Any, lr: Any) -> None:
    parameter = nn.Parameter(data := np.array([1.0, 2.0], dtype))
    parameter.grad = np.array([4.0, -2.0], dtype)
    sgd = nn.SGD([parameter], lr=lr)
    sgd.step()
    assert parameter.data is data, "the step made a new array"
    np.testing.assert_array_equal(data, np.array([1, 2]) - lr * np.array([4, -2]))
    assert data.dtype == dtype
    sgd.zero_grad()
    assert parameter.grad is None


def test_a_numpy_learning_rate_rounds_like_a_python_one(rng: np.random.Generator) -> None:
    start, grad = rng.standard_normal((2, 1000)).astype(np.float32)
    ends = []
    for lr in (0.1, np.float64(0.1)):
        parameter = nn.Parameter(start.copy())
        parameter.grad = grad
        nn.SGD([parameter], lr=lr).step()
        ends.append(parameter.data)
    np.testing.assert_array_equal(*ends)


def test_sgd_finds_the_threshold_of_a_quadratic() -> None:
    # f = 2 w**2 has curvature 4: below lr = 2/4 it converges, above it diverges.
    for lr, converges in ((0.49, True), (0.51, False)):
        parameter = nn.Parameter(np.array([1.0]))
        for _ in range(300):
            parameter.grad = 4 * parameter.data
            nn.SGD([parameter], lr=lr).step()
        assert (abs(parameter.data[0]) < 1) == converges
