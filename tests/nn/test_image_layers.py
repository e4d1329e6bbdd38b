"""The layers for images call the functions, and whole convolutional networks are exact."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook import nn
from bpworkbook.nn.convolution import conv2d_forward
from bpworkbook.nn.image_layers import (
    AvgPool2d,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    MaxPool2d,
)


def networks(rng: np.random.Generator) -> dict[str, nn.Sequential]:
    """Networks for images (n, 1, 9, 8) and three classes."""
    return {
        "flat": nn.Sequential(
            Conv2d(1, 4, 3, padding=1, rng=rng),
            nn.Tanh(),
            MaxPool2d(2),
            Conv2d(4, 3, (2, 3), stride=(2, 1), rng=rng, init=nn.init.glorot),
            nn.Sigmoid(),
            AvgPool2d((1, 2), stride=1),
            Flatten(),
            nn.Linear(6, 3, rng=rng),
        ),
        "max": nn.Sequential(Conv2d(1, 3, 3, stride=2, rng=rng), nn.Tanh(), GlobalMaxPool2d()),
        "mean": nn.Sequential(Conv2d(1, 3, 3, stride=2, rng=rng), nn.Tanh(), GlobalAvgPool2d()),
    }


@pytest.mark.parametrize("name", ["flat", "max", "mean"])
@pytest.mark.parametrize("n", [1, 2])
def test_whole_networks(name: str, n: int, rng: np.random.Generator) -> None:
    model = networks(rng)[name]
    for parameter in model.parameters():
        # Biases of zero hide errors.
        parameter.data += 0.1 * rng.standard_normal(parameter.data.shape)
    X = rng.standard_normal((n, 1, 9, 8))
    report = nn.check_model(model, "cross_entropy", X, rng.integers(0, 3, n))
    assert report.passed, report
    assert model.backward(np.ones((n, 3))).shape == X.shape


def test_conv2d_calls_the_function(rng: np.random.Generator) -> None:
    layer = Conv2d(2, 4, (3, 2), stride=(2, 1), padding=(1, 0), rng=rng, dtype=np.float32)
    x = rng.standard_normal((3, 2, 7, 5)).astype(np.float32)
    z = conv2d_forward(x, layer.W.data, layer.b.data, (2, 1), (1, 0))[0]
    np.testing.assert_array_equal(layer(x), z)
    assert layer.W.data.dtype == layer.b.data.dtype == np.float32
    assert layer.backward(z).shape == x.shape
    assert [p.grad is not None and p.grad.shape == p.data.shape for p in layer.parameters()]


def test_a_first_layer_needs_no_gradient_of_the_images(rng: np.random.Generator) -> None:
    layer = Conv2d(2, 4, 3, rng=rng)
    z = layer(rng.standard_normal((3, 2, 7, 5)))
    layer.backward(z)
    gradients = [p.grad for p in layer.parameters()]
    layer.backward_parameters(2 * z)
    for p, gradient in zip(layer.parameters(), gradients, strict=True):
        np.testing.assert_allclose(p.grad, 2 * gradient, rtol=1e-12)


def test_initial_weights_have_the_fan_in_of_a_patch() -> None:
    layer = Conv2d(8, 200, 5, rng=np.random.default_rng(0))
    assert layer.W.data.shape == (200, 8, 5, 5)
    assert np.std(layer.W.data) == pytest.approx(np.sqrt(2 / (8 * 25)), rel=0.02)
    np.testing.assert_array_equal(layer.b.data, 0)


def test_flatten_keeps_the_order_of_the_shape() -> None:
    x = np.arange(24.0).reshape(2, 3, 2, 2)
    turned = np.ascontiguousarray(x.transpose(2, 3, 1, 0)).transpose(3, 2, 0, 1)
    layer = Flatten()
    np.testing.assert_array_equal(layer(turned), x.reshape(2, 12))
    np.testing.assert_array_equal(layer.backward(x.reshape(2, 12)), x)


def test_pytorch_takes_the_same_steps(rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    ours = nn.Sequential(
        Conv2d(1, 4, 3, padding=1, rng=rng),
        nn.ReLU(),
        MaxPool2d(2),
        Conv2d(4, 6, 3, rng=rng),
        nn.ReLU(),
        AvgPool2d(2),
        Flatten(),
        nn.Linear(6, 3, rng=rng),
    )
    theirs = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3, padding=1),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(4, 6, 3),
        torch.nn.ReLU(),
        torch.nn.AvgPool2d(2),
        torch.nn.Flatten(),
        torch.nn.Linear(6, 3),
    ).double()
    with torch.no_grad():
        for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
            # Only the linear layer's weights are (d_out, d_in) in PyTorch.
            other.copy_(torch.from_numpy(mine.data.T if mine.data.ndim == 2 else mine.data))
    sgd, other_sgd = nn.SGD(ours.parameters(), lr=0.1), torch.optim.SGD(theirs.parameters(), lr=0.1)
    for _ in range(20):
        X, y = rng.standard_normal((5, 1, 8, 8)), rng.integers(0, 3, 5)
        loss, cache = nn.cross_entropy_forward(ours(X), y)
        ours.backward(nn.cross_entropy_backward(cache))
        sgd.step()
        other_sgd.zero_grad()
        other = torch.nn.functional.cross_entropy(theirs(torch.from_numpy(X)), torch.from_numpy(y))
        other.backward()
        other_sgd.step()
        assert float(loss) == pytest.approx(other.item(), abs=1e-10)


BAD: list[tuple[str, Callable[[], Any]]] = [
    ("Conv2d: c_in is 0,", lambda: conv(0, 1, 3)),
    ("Conv2d: c_out is 1.5,", lambda: conv(1, 1.5, 3)),
    ("Conv2d: kernel_size is (3,),", lambda: conv(1, 1, (3,))),
    ("Conv2d: stride is 0,", lambda: conv(1, 1, 3, stride=0)),
    ("Conv2d: padding is -1,", lambda: conv(1, 1, 3, padding=-1)),
    ("MaxPool2d: kernel_size is None,", lambda: MaxPool2d(None)),
    ("AvgPool2d: stride is 0,", lambda: AvgPool2d(2, 0)),
    ("Flatten.forward: x is (3,),", lambda: Flatten()(np.ones(3))),
]


def conv(*sizes: Any, **options: Any) -> Conv2d:
    return Conv2d(*sizes, rng=np.random.default_rng(0), **options)


@pytest.mark.parametrize(("message", "call"), BAD, ids=[message for message, _ in BAD])
def test_bad_arguments_are_named(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(nn.ArgumentError) as error:
        call()
    assert str(error.value).startswith(message)


LAYERS = [
    conv(1, 1, 3),
    MaxPool2d(2),
    AvgPool2d(2),
    GlobalMaxPool2d(),
    GlobalAvgPool2d(),
    Flatten(),
]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: type(layer).__name__)
def test_backward_needs_forward_and_fits_it(layer: nn.Module) -> None:
    with pytest.raises(RuntimeError, match=f"{type(layer).__name__}.backward: call forward first"):
        layer.backward(np.ones((1, 1)))
    out = layer(np.ones((2, 1, 4, 4)))
    with pytest.raises(nn.ArgumentError, match="grad_out is"):
        layer.backward(out[:1])
