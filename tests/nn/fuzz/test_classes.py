"""Every class of ``nn``, made and used with one bad argument after the other.

For a layer there is one good call of it and one batch; its ``forward`` and ``backward`` follow from
these, and so do its parameters, which are replaced too. What ``fit`` and ``step`` call themselves
(the moments of a callback, ``update`` of an optimiser) takes what these give it.
"""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook import nn
from bpworkbook.nn.modulestate import live_arrays

Arguments = dict[str, Any]
Recipe = Callable[[], Arguments]


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def f(*shape: int) -> Any:
    """Return floats between -1 and 1, no two alike; a generator would take most of the time."""
    return np.sin(np.arange(1.0, 1 + np.prod(shape))).reshape(shape)


def weights() -> Arguments:
    return {"rng": rng(), "dtype": np.float64}


def recurrent() -> Arguments:
    return {"d_in": 3, "d_h": 2, "init": nn.init.glorot, "truncate": 2} | weights()


# What makes a layer, the batch it takes, and what else its ``forward`` takes.
LAYERS: dict[str, tuple[Recipe, Any, Arguments]] = {
    **{name: (dict, f(4, 3), {}) for name in ("Sigmoid", "Tanh", "ReLU")},
    "LeakyReLU": (lambda: {"negative_slope": 0.1}, f(4, 3), {}),
    "GELU": (lambda: {"approximate": "tanh"}, f(4, 3), {}),
    "Softplus": (lambda: {"beta": 2.0}, f(4, 3), {}),
    "Linear": (lambda: {"d_in": 3, "d_out": 2, "init": nn.init.he} | weights(), f(4, 3), {}),
    "Sequential": (lambda: {"*layers": (nn.Linear(3, 2, rng=rng()), nn.Tanh())}, f(4, 3), {}),
    "Residual": (lambda: {"layer": nn.Linear(3, 3, rng=rng())}, f(4, 3), {}),
    "Embedding": (lambda: {"words": 5, "d": 2} | weights(), np.array([[0, 4], [1, 1]]), {}),
    "Conv2d": (
        lambda: {
            **{"c_in": 3, "c_out": 2, "kernel_size": 3, "stride": (1, 2), "padding": 1},
            **{"init": nn.init.normal, **weights()},
        },
        f(2, 3, 5, 4),
        {},
    ),
    **{
        name: (lambda: {"kernel_size": 2, "stride": (1, 2)}, f(2, 3, 5, 4), {})
        for name in ("AvgPool2d", "MaxPool2d")
    },
    **{name: (dict, f(2, 3, 5, 4), {}) for name in ("GlobalAvgPool2d", "GlobalMaxPool2d")},
    "Flatten": (dict, f(2, 3, 4), {}),
    "BatchNorm1d": (
        lambda: {"num_features": 3, "eps": 1e-5, "momentum": 0.2, "dtype": np.float64},
        f(4, 3),
        {},
    ),
    "LayerNorm": (lambda: {"d": 3, "eps": 1e-5, "dtype": np.float64}, f(4, 3), {}),
    "Dropout": (lambda: {"p": 0.5, "rng": rng()}, f(4, 3), {}),
    "RNN": (recurrent, f(2, 4, 3), {"state": f(2, 2)}),
    "LSTM": (lambda: recurrent() | {"forget_bias": 0.5}, f(2, 4, 3), {"state": (f(2, 2), f(2, 2))}),
    "GRU": (recurrent, f(2, 4, 3), {"state": f(2, 2)}),
    "LastStep": (dict, f(2, 4, 3), {}),
    "MultiHeadAttention": (
        lambda: {"d": 4, "num_heads": 2, "is_causal": True} | weights(),
        f(2, 3, 4),
        {"attn_mask": f(2, 3, 3) > -1},
    ),
    "TransformerBlock": (
        lambda: {
            **{"d": 4, "num_heads": 2, "d_mlp": 5, "is_causal": True, "activation": "gelu"},
            **weights(),
        },
        f(2, 3, 4),
        {"attn_mask": f(2, 3, 3) > -1},
    ),
}


def trained() -> list[nn.Parameter]:
    made = [nn.Parameter(f(3, 2)), nn.Parameter(f(2, 4))]
    for parameter in made:
        parameter.grad = f(*parameter.data.shape)
    return made


def groups() -> Any:
    first, second = trained()
    return [{"params": [first], "lr": 0.2}, {"params": [second]}]


def sgd() -> nn.SGD:
    return nn.SGD(trained(), lr=0.1, momentum=0.9)


OPTIMIZERS: dict[str, Recipe] = {
    "SGD": lambda: {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.1, "nesterov": True},
    "AdaGrad": lambda: {"lr": 0.1, "eps": 1e-8, "weight_decay": 0.1},
    "RMSprop": lambda: {
        **{"lr": 0.1, "alpha": 0.9, "eps": 1e-8, "weight_decay": 0.1, "momentum": 0.9}
    },
    **dict.fromkeys(
        ("Adam", "AdamW"),
        lambda: {"lr": 0.1, "betas": (0.9, 0.99), "eps": 1e-8, "weight_decay": 0.1},
    ),
    "Lion": lambda: {"lr": 0.1, "betas": (0.9, 0.99), "weight_decay": 0.1},
    "Muon": lambda: {
        **{"lr": 0.1, "weight_decay": 0.1, "momentum": 0.9, "nesterov": True, "ns_steps": 2}
    },
}

OTHERS: dict[str, Recipe] = {
    "SAM": lambda: {"base": sgd(), "rho": 0.1},
    "Together": lambda: {"*optimizers": (sgd(), nn.Adam(trained()))},
    "Optimizer": lambda: {"params": trained(), "lr": 0.1},
    "Scheduler": lambda: {
        **{"optimizer": sgd(), "schedule": nn.cosine, "every": "epoch", "steps": 4}
    },
    "EarlyStopping": lambda: {
        **{"monitor": "loss", "patience": 2, "min_delta": 0.1, "restore_best": True}
    },
    "ClipGradNorm": lambda: {"max_norm": 1.0},
    "ClipGradValue": lambda: {"clip_value": 1.0},
    "Parameter": lambda: {"data": f(3, 2)},
    **dict.fromkeys(("Callback", "Module"), dict),
    # Records: whatever is put in comes out.
    "History": lambda: {"measures": {"loss": [1.0]}},
    "BlockParameters": lambda: {"*arrays": tuple(range(12))},
    "GradientReport": lambda: {"entries": (), "tolerance": 1e-6},
    "Run": lambda: {
        **{"model": nn.Tanh(), "optimizer": sgd(), "measures": ("loss",), "epochs": 3},
        **{"epoch": 1, "step": 2, "history": {"loss": [1.0]}, "stop": False},
    },
}

CLASSES = [
    name for name in nn.__all__ if inspect.isclass(getattr(nn, name)) and name != "ArgumentError"
]


def recipe(name: str) -> Recipe:
    """Return how to make good arguments of a class; one that is not listed has none."""
    if name in LAYERS:
        return LAYERS[name][0]
    if name in OPTIMIZERS:
        return lambda: {"params": groups()} | OPTIMIZERS[name]()
    return OTHERS[name]


@pytest.mark.parametrize("name", CLASSES)
def test_classes(name: str, fuzz: Callable[..., None]) -> None:
    fuzz(name, getattr(nn, name), recipe(name))


def layer(name: str) -> nn.Module:
    arguments = LAYERS[name][0]()
    unpacked = [value for key, value in arguments.items() if key[0] == "*"]
    named = {key: value for key, value in arguments.items() if key[0] != "*"}
    made: nn.Module = getattr(nn, name)(*(unpacked[0] if unpacked else ()), **named)
    return made


@pytest.mark.parametrize("name", LAYERS)
def test_forward(name: str, fuzz: Callable[..., None]) -> None:
    _, x, more = LAYERS[name]
    fuzz(f"{name}.forward", lambda x, **more: layer(name)(x, **more), lambda: {"x": x} | more)


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("half", ["backward", "backward_parameters"])
def test_backward(name: str, half: str, fuzz: Callable[..., None]) -> None:
    _, x, more = LAYERS[name]

    def backward(**grads: Any) -> None:
        made = layer(name)
        made.forward(x, **more)
        getattr(made, half)(**grads)

    good = {"grad_out": np.ones_like(layer(name)(x, **more))}
    if name == "LSTM" and half == "backward":
        good["grad_c"] = f(2, 2)
    fuzz(f"{name}.{half}", backward, lambda: good)


@pytest.mark.parametrize("name", LAYERS)
def test_parameters_and_running_averages(name: str, fuzz: Callable[..., None]) -> None:
    _, x, more = LAYERS[name]
    names = [key for key, value in vars(layer(name)).items() if isinstance(value, nn.Parameter)]

    def forward(**arrays: Any) -> None:
        made = layer(name)
        for key, array in arrays.items():
            getattr(made, key).data = array
        made.forward(x, **more)

    arrays = live_arrays(layer(name))
    fuzz(f"{name}.forward", forward, lambda: {key: arrays[key] for key in names})


def optimizer(name: str) -> Any:
    arguments = recipe(name)()
    made = arguments.pop("*optimizers", ())
    return getattr(nn, name)(*made, **arguments)


WITH_STEPS = [*OPTIMIZERS, "SAM", "Together"]


@pytest.mark.parametrize("name", WITH_STEPS)
def test_steps(name: str, fuzz: Callable[..., None]) -> None:
    """The gradient, the closure and the options are replaced after one good step."""

    def step(grad: Any, closure: Any, **options: Any) -> None:
        made = optimizer(name)
        made.step(lambda: None)
        made.params[0].grad = grad
        made.param_groups[0].update(options)
        made.step(closure)

    def good() -> Arguments:
        options = {key: x for key, x in optimizer(name).param_groups[0].items() if key != "params"}
        return {"grad": f(3, 2), "closure": lambda: None} | options

    fuzz(f"{name}.step", step, good)


@pytest.mark.parametrize("name", WITH_STEPS)
def test_states(name: str, fuzz: Callable[..., None]) -> None:
    stepped = optimizer(name)
    stepped.step(lambda: None)
    fuzz(
        f"{name}.load_state_dict",
        lambda arrays: optimizer(name).load_state_dict(arrays),
        lambda: {"arrays": stepped.state_dict()},
    )


def test_the_learning_rate_and_the_mode(fuzz: Callable[..., None]) -> None:
    fuzz("SGD", lambda lr: setattr(sgd(), "lr", lr), lambda: {"lr": 0.5})
    fuzz("Linear.train", lambda mode: layer("Linear").train(mode), lambda: {"mode": False})


def test_every_layer_has_a_call() -> None:
    layers = {name for name in CLASSES if issubclass(getattr(nn, name), nn.Module)}
    optimizers = {name for name in CLASSES if issubclass(getattr(nn, name), nn.Optimizer)}
    assert layers - {"Module"} == set(LAYERS)
    assert optimizers - {"Optimizer", "SAM", "Together"} == set(OPTIMIZERS)
