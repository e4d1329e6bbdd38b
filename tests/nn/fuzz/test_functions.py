"""Every function of ``nn``, called with one bad argument after the other.

``FORWARD`` and ``FUNCTIONS`` hold one good call for each public function; a public function that
stands in neither fails a test. What is replaced, and what may come of it, says ``conftest.py``.
"""

import inspect
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bpworkbook import nn

Arguments = dict[str, Any]


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def f(*shape: int) -> Any:
    """Return floats between -1 and 1, no two alike; a generator would take most of the time."""
    return np.sin(np.arange(1.0, 1 + np.prod(shape))).reshape(shape)


def ints(*values: Any) -> Any:
    return np.array(values)


def recurrent(gates: int, *states: str, biases: tuple[str, ...] = ("b",)) -> Arguments:
    made: Arguments = {state: f(2, 3) for state in states}
    made |= {"W_x": f(4, gates * 3), "W_h": f(3, gates * 3)}
    return made | {bias: f(gates * 3) for bias in biases}


def block_parameters(d: int = 4, d_mlp: int = 5) -> nn.BlockParameters:
    shapes = [(d,), (d,), (d, 3 * d), (3 * d,), (d, d), (d,), (d,), (d,)]
    return nn.BlockParameters(*(f(*s) for s in [*shapes, (d, d_mlp), (d_mlp,), (d_mlp, d), (d,)]))


# The arguments of each ``NAME`` or ``NAME_forward``.
FORWARD: dict[str, Callable[[], Arguments]] = {
    **dict.fromkeys(("sigmoid", "tanh", "relu", "softmax", "log_softmax"), lambda: {"z": f(4, 3)}),
    "leaky_relu": lambda: {"z": f(4, 3), "negative_slope": 0.1},
    "softplus": lambda: {"z": f(4, 3), "beta": 2.0},
    "gelu": lambda: {"z": f(4, 3), "approximate": "tanh"},
    "linear": lambda: {"x": f(4, 3), "W": f(3, 2), "b": f(2)},
    **dict.fromkeys(("mse", "mae"), lambda: {"p": f(4, 3), "y": f(4, 3)}),
    "huber": lambda: {"p": f(4, 3), "y": f(4, 3), "delta": 0.5},
    "bce_with_logits": lambda: {"z": f(4, 3), "y": abs(f(4, 3)) % 1},
    "cross_entropy": lambda: {
        "scores": f(4, 3),
        "labels": ints(0, 2, 1, 0),
        "label_smoothing": 0.1,
    },
    "ctc_loss": lambda: {
        "scores": f(2, 5, 3),
        "targets": ints([1, 2], [2, 2]),
        "input_lengths": ints(5, 4),
        "target_lengths": ints(2, 1),
        "blank": 0,
        "zero_infinity": True,
    },
    "embedding": lambda: {"ids": ints([0, 4, 2], [1, 1, 3]), "table": f(5, 2)},
    "conv2d": lambda: {
        "x": f(2, 3, 5, 4),
        "W": f(2, 3, 3, 2),
        "b": f(2),
        "stride": (2, 1),
        "padding": 1,
    },
    **dict.fromkeys(
        ("avg_pool2d", "max_pool2d"),
        lambda: {"x": f(2, 3, 5, 4), "kernel_size": (2, 3), "stride": 2},
    ),
    **dict.fromkeys(("global_avg_pool2d", "global_max_pool2d"), lambda: {"x": f(2, 3, 5, 4)}),
    "batch_norm": lambda: {
        "x": f(5, 3),
        "weight": f(3),
        "bias": f(3),
        "mean": f(3),
        "var": f(3) ** 2,
        "eps": 1e-5,
    },
    "layer_norm": lambda: {"x": f(2, 4, 3), "weight": f(3), "bias": f(3), "eps": 1e-5},
    "dropout": lambda: {"x": f(4, 3), "p": 0.5, "rng": rng(), "training": True},
    "rnn": lambda: {"x": f(2, 5, 4), **recurrent(1, "h0")},
    "rnn_step": lambda: {"x": f(2, 4), **recurrent(1, "h")},
    "lstm": lambda: {"x": f(2, 5, 4), **recurrent(4, "h0", "c0")},
    "lstm_step": lambda: {"x": f(2, 4), **recurrent(4, "h", "c")},
    "gru": lambda: {"x": f(2, 5, 4), **recurrent(3, "h0", biases=("b_x", "b_h"))},
    "gru_step": lambda: {"x": f(2, 4), **recurrent(3, "h", biases=("b_x", "b_h"))},
    "scaled_dot_product_attention": lambda: {
        "query": f(2, 3, 4),
        "key": f(2, 5, 4),
        "value": f(2, 5, 2),
        "attn_mask": f(2, 3, 5) > 0,
        "is_causal": False,
    },
    "multi_head_attention": lambda: {
        "x": f(2, 3, 4),
        **{"W_in": f(4, 12), "b_in": f(12), "W_out": f(4, 4), "b_out": f(4), "num_heads": 2},
        **{"attn_mask": f(2, 3, 3) > 0, "is_causal": True},
    },
    "transformer_block": lambda: {
        "x": f(2, 3, 4),
        **{"params": block_parameters(), "num_heads": 2},
        **{"attn_mask": f(2, 3, 3) > 0, "is_causal": True, "activation": "gelu"},
    },
}

# What a backward function takes besides ``grad_out`` and ``cache``.
BACKWARD: dict[str, Callable[[], Arguments]] = {
    **dict.fromkeys(("rnn", "gru"), lambda: {"truncate": 2}),
    "lstm": lambda: {"truncate": 2, "grad_c": f(2, 3)},
}


def backward_arguments(name: str) -> Arguments:
    out, cache = getattr(nn, f"{name}_forward")(**FORWARD[name]())
    if name == "lstm_step":
        return {"grad_h": f(2, 3), "grad_c": f(2, 3), "cache": cache}
    if np.ndim(out) == 0:
        return {"cache": cache, "grad_out": 2.0}
    return {"grad_out": f(*out.shape), "cache": cache, **BACKWARD.get(name, dict)()}


def model() -> nn.Sequential:
    return nn.Sequential(nn.Linear(3, 4, rng=rng()), nn.Tanh(), nn.Linear(4, 2, rng=rng()))


def parameters(trained: bool = True) -> list[nn.Parameter]:
    made = [nn.Parameter(f(3, 2)), nn.Parameter(f(2, 4))]
    for parameter in made:
        parameter.grad = f(*parameter.data.shape) if trained else None
    return made


def training() -> Arguments:
    network = model()
    return {
        **{"model": network, "loss": "cross_entropy", "optimizer": nn.SGD(parameters(), lr=0.1)},
        **{"X": f(4, 3), "y": ints(0, 1, 1, 0), "epochs": 1, "batch_size": 3, "rng": rng()},
        **{"validation": (f(2, 3), ints(0, 1)), "progress": False},
        **{"callbacks": [nn.ClipGradNorm(1.0)]},
        "optimizer": nn.SGD(network.parameters(), lr=0.1),
    }


def gradient_check() -> Arguments:
    inputs = list(FORWARD["linear"]().values())
    return {"forward": nn.linear_forward, "backward": nn.linear_backward, "inputs": inputs}


FOLDER = tempfile.TemporaryDirectory()


def saved(name: str, write: Callable[[str], None]) -> str:
    path = os.path.join(FOLDER.name, name)
    if not os.path.exists(path):
        write(path)
    return path


SCHEDULES: dict[str, Arguments] = {
    "constant": {},
    "step_decay": {"step_size": 2, "gamma": 0.5},
    "exponential": {"gamma": 0.5},
    "cosine": {"steps": 4, "lr_min": 0.1},
    "one_cycle": {"steps": 9, "pct_start": 0.5, "div_factor": 5.0, "final_div_factor": 9.0},
    "warm_up": {"steps": 4, "start": 0.5, "then": nn.constant},
}

FUNCTIONS: dict[str, Callable[[], Arguments]] = {
    **dict.fromkeys(
        ("accuracy", "confusion_matrix", "precision_recall_f1"),
        lambda: {"scores": f(4, 3), "labels": ints(0, 2, 1, 0)},
    ),
    "batches": lambda: {"n": 5, "batch_size": 2, "rng": rng()},
    "check_gradients": lambda: gradient_check() | {"rng": rng(), "h": 1e-6, "tolerance": 1e-6},
    "projection_check": lambda: gradient_check() | {"rng": rng(), "h": 1e-6, "trials": 1},
    "check_model": lambda: {
        **{"model": model(), "loss": "mse", "X": f(2, 3), "y": f(2, 2)},
        **{"h": 1e-6, "tolerance": 1e-6},
    },
    "clip_grad_norm_": lambda: {"params": parameters(), "max_norm": 0.5},
    "clip_grad_value_": lambda: {"params": parameters(), "clip_value": 0.5},
    "global_norm": lambda: {"params": parameters()},
    "col2im": lambda: {
        "columns": nn.im2col(f(2, 3, 5, 4), 2, 1, (0, 1)),
        **{"shape": (2, 3, 5, 4), "kernel_size": 2, "stride": 1, "padding": (0, 1)},
    },
    "im2col": lambda: {"x": f(2, 3, 5, 4), "kernel_size": 2, "stride": 1, "padding": (0, 1)},
    "complex_step_gradient": lambda: {"f": np.sum, "x": f(3), "h": 1e-20},
    "numerical_gradient": lambda: {"f": np.sum, "x": f(3), "h": 1e-6},
    "relative_error": lambda: {"a": f(3), "b": f(3)},
    "fit": training,
    **dict.fromkeys(("freeze", "unfreeze"), lambda: {"module": model()}),
    **dict.fromkeys(("get_state", "named_parameters"), lambda: {"model": model()}),
    "set_state": lambda: {"model": model(), "arrays": nn.get_state(model())},
    "summary": lambda: {"model": model(), "x": f(4, 3)},
    "has_gpu": dict,
    **dict.fromkeys(("is_device_array", "to_numpy"), lambda: {"x": f(3)}),
    "to_device": lambda: {"x": f(3)},
    "load_arrays": lambda: {
        "path": saved("arrays.npz", lambda path: nn.save_arrays(path, {"a": f(3)}))
    },
    "load_weights": lambda: {
        "path": saved("weights.npz", lambda path: nn.save_weights(path, model())),
        "model": model(),
    },
    "save_arrays": lambda: {"path": Path(FOLDER.name) / "a.npz", "arrays": {"a": f(3)}},
    "save_weights": lambda: {"path": Path(FOLDER.name) / "b.npz", "model": model()},
    "newton_schulz": lambda: {"G": f(3, 2), "steps": 2, "eps": 1e-7},
    "padding_mask": lambda: {"lengths": ints(1, 3), "T": 3},
    "positional_encoding": lambda: {"T": 3, "d": 4, "dtype": np.float32},
    "running_averages": lambda: {
        "running_mean": f(3),
        "running_var": f(3) ** 2,
        "cache": nn.batch_norm_forward(f(5, 3), f(3), f(3))[1],
        "momentum": 0.1,
    },
    **{
        name: partial(lambda options: {"step": 3, "lr": 0.1} | options, options)
        for name, options in SCHEDULES.items()
    },
}


def recipe(name: str) -> Callable[[], Arguments]:
    """Return how to make good arguments; a function that is not listed has none."""
    stem, _, half = name.removesuffix("_parameters").rpartition("_")
    if half == "backward":
        return partial(backward_arguments, stem)
    return FUNCTIONS.get(name) or FORWARD[stem if half == "forward" else name]


NAMES = [
    name
    for name in nn.__all__
    if callable(getattr(nn, name)) and not inspect.isclass(getattr(nn, name))
]


@pytest.mark.parametrize("name", NAMES)
def test_functions(name: str, fuzz: Callable[..., None]) -> None:
    fuzz(name, getattr(nn, name), recipe(name))


INITIALISERS = [
    name
    for name, function in inspect.getmembers(nn.init, inspect.isfunction)
    if function.__module__ == nn.init.__name__ and name[0] != "_" and "require" not in name
]
INIT_OPTIONS: dict[str, Arguments] = {"normal": {"std": 0.5}, "orthogonal": {"gain": 2.0}}


@pytest.mark.parametrize("name", INITIALISERS)
def test_initialisers(name: str, fuzz: Callable[..., None]) -> None:
    fuzz(
        name,
        getattr(nn.init, name),
        lambda: {"shape": (3, 2), "rng": rng(), "dtype": np.float32} | INIT_OPTIONS.get(name, {}),
    )
