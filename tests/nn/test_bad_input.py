"""Every argument that is refused is named, with what came and what was wanted."""

import inspect
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook import nn
from bpworkbook.nn import ArgumentError

BAD_ARRAYS: dict[str, Callable[[Any], Any]] = {
    "list": lambda x: x.tolist(),
    "None": lambda x: None,
    "number": lambda x: 1.5,
    "integers": lambda x: x.astype(np.int64),
    "booleans": lambda x: x > 0,
    "complex": lambda x: x.astype(complex),
    "objects": lambda x: x.astype(object),
    "text": lambda x: x.astype(str),
    "float16": lambda x: x.astype(np.float16),
    "other byte order": lambda x: x.astype(x.dtype.newbyteorder()),
    "empty batch": lambda x: x[:0],
    "masked": lambda x: np.ma.masked_array(x),
    "matrix": lambda x: np.asmatrix(x),
}


@pytest.mark.filterwarnings("ignore:the matrix subclass:PendingDeprecationWarning")
@pytest.mark.parametrize("spoil", BAD_ARRAYS.values(), ids=BAD_ARRAYS.keys())
def test_every_argument_of_every_forward_function(
    pair: Any, spoil: Callable[[Any], Any], rng: np.random.Generator
) -> None:
    names = list(inspect.signature(pair.forward).parameters)
    for position, good in enumerate(inputs := pair.draw(rng, 4, 3, np.float64)):
        if good.dtype.kind == "i":
            continue
        spoilt = [*inputs[:position], spoil(good), *inputs[position + 1 :]]
        with pytest.raises(ArgumentError, match=rf"^{pair.name}(_forward)?: {names[position]} "):
            pair.forward(*spoilt)


def test_float32_and_float64_do_not_mix(pair: Any, rng: np.random.Generator) -> None:
    names = list(inspect.signature(pair.forward).parameters)
    single, double = (pair.draw(rng, 4, 3, dtype) for dtype in (np.float32, np.float64))
    for position in range(1, len(single)):
        if double[position].dtype.kind == "f":
            mixed = [*single[:position], double[position], *single[position + 1 :]]
            wanted = f"{names[position]} has dtype float64, but {names[0]} has float32"
            with pytest.raises(ArgumentError, match=wanted):
                pair.forward(*mixed)


BAD_LABELS: dict[str, Callable[[Any], Any]] = {
    "list": lambda y: y.tolist(),
    "None": lambda y: None,
    "floats": lambda y: y.astype(float),
    "booleans": lambda y: y > 0,
    "text": lambda y: y.astype(str),
    "one-hot": lambda y: np.eye(3, dtype=int)[y],
    "column": lambda y: y[:, None],
    "too few": lambda y: y[:-1],
    "too large": lambda y: y + 3,
    "negative": lambda y: y - 3,
    "too large for int8 to tell": lambda y: (y + 127).astype(np.uint8),
}


@pytest.mark.parametrize("spoil", BAD_LABELS.values(), ids=BAD_LABELS.keys())
def test_labels(spoil: Callable[[Any], Any], rng: np.random.Generator) -> None:
    scores, labels = rng.standard_normal((4, 3)), np.array([0, 1, 2, 1])
    for function in (nn.cross_entropy, nn.cross_entropy_forward, nn.accuracy):
        with pytest.raises(ArgumentError, match=r"^(cross_entropy|accuracy): labels "):
            function(scores, spoil(labels))


BAD_GRADIENTS: dict[str, Callable[[Any], Any]] = {
    "list": lambda g: g.tolist(),
    "None": lambda g: None,
    "integers": lambda g: g.astype(np.int64),
    "float32 for float64": lambda g: g.astype(np.float32),
    "one column fewer": lambda g: g[:, :-1],
    "broadcastable": lambda g: g[:1],
    "transposed": lambda g: g.T,
}


@pytest.mark.parametrize("spoil", BAD_GRADIENTS.values(), ids=BAD_GRADIENTS.keys())
def test_grad_out_of_every_backward_function(
    pair: Any, spoil: Callable[[Any], Any], rng: np.random.Generator
) -> None:
    out, cache = pair.forward(*pair.draw(rng, 5, 3, np.float64))
    bad = spoil(np.ones((5, 3))) if pair.is_loss else spoil(np.ones_like(out))
    with pytest.raises(ArgumentError, match=rf"^{pair.name}_backward: grad_out "):
        pair.backward(grad_out=bad, cache=cache)


@pytest.mark.parametrize("cache", [None, "cache", (), (1, 2, 3), [np.ones((4, 3))]])
def test_cache_of_every_backward_function(pair: Any, cache: Any) -> None:
    with pytest.raises(ArgumentError, match=rf"^{pair.name}_backward: cache is .*_forward$"):
        pair.backward(grad_out=np.ones((4, 3)), cache=cache)


def f64(*shape: int) -> Any:
    return np.ones(shape)


def generator() -> np.random.Generator:
    return np.random.default_rng(0)


def parameter(grad: Any) -> nn.Parameter:
    made = nn.Parameter(f64(2, 3))
    made.grad = grad
    return made


MESSAGES: list[tuple[str, Callable[[], Any]]] = [
    (
        "linear_backward: grad_out is (8, 3), but z was (8, 4)",
        lambda: nn.linear_backward(f64(8, 3), (f64(8, 5), f64(5, 4))),
    ),
    (
        "linear_forward: x is (5,), expected (n, d_in)",
        lambda: nn.linear_forward(f64(5), f64(5, 4), f64(4)),
    ),
    (
        "linear_forward: x is (8, 5), but W is (4, 3): 5 columns meet 4 rows",
        lambda: nn.linear_forward(f64(8, 5), f64(4, 3), f64(3)),
    ),
    (
        "linear_forward: b is (5,), but W is (5, 4): expected (4,)",
        lambda: nn.linear_forward(f64(8, 5), f64(5, 4), f64(5)),
    ),
    (
        "linear_forward: b is (1, 4), expected (d_out,)",
        lambda: nn.linear_forward(f64(8, 5), f64(5, 4), f64(1, 4)),
    ),
    (
        "relu: z has dtype int64, expected float32 or float64; z.astype(np.float64) converts it",
        lambda: nn.relu(np.arange(3)),
    ),
    ("tanh: z is (0, 5), which is an empty batch", lambda: nn.tanh(f64(0, 5))),
    ("tanh: z is (5, 0), which is empty", lambda: nn.tanh(f64(5, 0))),
    ("sigmoid: z is 0.5, expected an array of float32 or float64", lambda: nn.sigmoid(0.5)),
    ("softmax: z is (), expected 1 or more axes", lambda: nn.softmax(f64())),
    (
        "leaky_relu: negative_slope is nan, expected a finite number",
        lambda: nn.leaky_relu(f64(2), np.nan),
    ),
    ("mse: y is (4,), but p is (4, 1)", lambda: nn.mse(f64(4, 1), f64(4))),
    (
        "bce_with_logits: y runs from 0 to 2, expected 0 to 1",
        lambda: nn.bce_with_logits(f64(3), np.array([0.0, 1.0, 2.0])),
    ),
    (
        "cross_entropy: labels holds -1 at [2], expected 0 to 2",
        lambda: nn.cross_entropy(f64(3, 3), np.array([0, 2, -1])),
    ),
    (
        "cross_entropy: labels is (2, 3), expected (2,), one a row",
        lambda: nn.cross_entropy(f64(2, 3), np.eye(3, dtype=int)[:2]),
    ),
    (
        "mse_backward: grad_out has dtype float64, but the loss had float32",
        lambda: nn.mse_backward(f64(3).astype(np.float32), np.float64(1)),
    ),
    ("accuracy: labels is (4,), but scores is (4, 1)", lambda: nn.accuracy(f64(4, 1), f64(4))),
    ("batches: batch_size is 0, expected an integer of at least 1", lambda: batches(5, 0)),
    ("batches: n is True, expected an integer of at least 1", lambda: batches(True, 1)),
    (
        "he: shape is (3,), expected (d_in, d_out), each at least 1",
        lambda: nn.init.he((3,), generator()),
    ),
    (
        "zeros: shape is 3, expected a tuple of sizes, each at least 1",
        lambda: nn.init.zeros(3),
    ),
    ("normal: std is -1, expected a finite number of at least 0", lambda: normal(std=-1)),
    (
        "glorot: dtype is int, expected float32 or float64",
        lambda: nn.init.glorot((2, 2), generator(), int),
    ),
    (
        "he: rng is 7, expected a Generator: np.random.default_rng(0)",
        lambda: nn.Linear(2, 2, rng=7),
    ),
    (
        "Linear: d_in is 2.0, expected an integer of at least 1",
        lambda: nn.Linear(2.0, 2, rng=generator()),
    ),
    ("Sequential: layers is empty, expected at least one Module", lambda: nn.Sequential()),
    (
        "Sequential: layers[1] is the class ReLU, expected ReLU(...)",
        lambda: nn.Sequential(nn.ReLU(), nn.ReLU),
    ),
    (
        "Sequential: layers[2] stands there twice, expected a new layer",
        lambda: nn.Sequential(relu := nn.ReLU(), nn.Tanh(), relu),
    ),
    ("SGD: lr is -0.1, expected a finite number of at least 0", lambda: sgd(lr=-0.1)),
    ("SGD: lr is inf, expected a finite number of at least 0", lambda: sgd(lr=np.inf)),
    ("SGD: lr is 'fast', expected a finite number of at least 0", lambda: sgd(lr="fast")),
    ("SGD: params is empty, expected at least one Parameter", lambda: nn.SGD([], lr=1)),
    (
        "SGD: params[0] is (2,), expected a Parameter",
        lambda: nn.SGD([f64(2)], lr=1),
    ),
    (
        "SGD.step: params[0].grad is None, expected (2, 3): call backward",
        lambda: nn.SGD([parameter(None)], lr=1).step(),
    ),
    (
        "SGD.step: params[0].grad is (3,), but params[0].data is (2, 3)",
        lambda: nn.SGD([parameter(f64(3))], lr=1).step(),
    ),
    ("relative_error: a is (2,), but b is (3,)", lambda: nn.relative_error(f64(2), f64(3))),
    (
        "numerical_gradient: h is 0, expected a finite number above 0",
        lambda: nn.numerical_gradient(np.sum, f64(2), h=0),
    ),
    (
        "numerical_gradient: x has dtype int64, expected float32 or float64; "
        "x.astype(np.float64) converts it",
        lambda: nn.numerical_gradient(np.sum, np.arange(2)),
    ),
    ("to_numpy: x is a list, expected an array", lambda: nn.to_numpy([1.0])),
]


def batches(n: Any, size: Any) -> Any:
    return nn.batches(n, size, generator())


def normal(std: Any) -> Any:
    return nn.init.normal((2, 2), generator(), std=std)


def sgd(lr: Any) -> Any:
    return nn.SGD([parameter(None)], lr=lr)


@pytest.mark.parametrize(("message", "call"), MESSAGES, ids=[message for message, _ in MESSAGES])
def test_messages(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ArgumentError, match=f"^{re.escape(message)}$"):
        call()


@pytest.mark.parametrize("layer", [nn.Sigmoid(), nn.ReLU(), nn.Linear(2, 2, rng=generator())])
def test_backward_before_forward(layer: nn.Module) -> None:
    with pytest.raises(RuntimeError, match=r"\.backward: call forward first"):
        layer.backward(f64(1, 2))


def test_a_refused_step_changes_no_parameter() -> None:
    good, bad = parameter(f64(2, 3)), parameter(None)
    with pytest.raises(ArgumentError):
        nn.SGD([good, bad], lr=1).step()
    np.testing.assert_array_equal(good.data, 1)
