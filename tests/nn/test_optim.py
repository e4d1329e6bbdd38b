"""Optimisers: against PyTorch's and the published formulas, groups, state, freezing, refusals."""

import copy
import math
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook.nn.adam import Adam, AdamW
from bpworkbook.nn.adaptive import AdaGrad, RMSprop
from bpworkbook.nn.clipping import clip_grad_norm_, clip_grad_value_
from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.freezing import freeze, unfreeze
from bpworkbook.nn.layers import Linear
from bpworkbook.nn.lion import Lion
from bpworkbook.nn.module import Parameter
from bpworkbook.nn.muon import Muon, Together, newton_schulz
from bpworkbook.nn.optim import Optimizer
from bpworkbook.nn.sam import SAM
from bpworkbook.nn.serialization import load_arrays, save_arrays
from bpworkbook.nn.sgd import SGD

KINDS: dict[str, tuple[Any, dict[str, Any]]] = {
    "SGD": (SGD, {"lr": 0.05}),
    "SGD with decay": (SGD, {"lr": 0.05, "weight_decay": 0.1}),
    "SGD with momentum": (SGD, {"lr": 0.05, "momentum": 0.9}),
    "SGD with Nesterov": (
        SGD,
        {"lr": 0.05, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
    ),
    "AdaGrad": (AdaGrad, {"lr": 0.1}),
    "AdaGrad with decay": (AdaGrad, {"lr": 0.1, "weight_decay": 0.1}),
    "RMSprop": (RMSprop, {"lr": 0.01}),
    "RMSprop with all": (
        RMSprop,
        {"lr": 0.01, "alpha": 0.9, "momentum": 0.8, "weight_decay": 0.1},
    ),
    "Adam": (Adam, {"lr": 0.01}),
    "Adam with all": (Adam, {"lr": 0.01, "betas": (0.8, 0.99), "eps": 1e-4, "weight_decay": 0.1}),
    "AdamW": (AdamW, {"lr": 0.01, "weight_decay": 0.1}),
    "Lion": (Lion, {"lr": 0.01, "weight_decay": 0.1}),
    "Muon": (Muon, {"lr": 0.02}),
    "Muon without Nesterov": (Muon, {"lr": 0.02, "nesterov": False, "ns_steps": 3}),
}
TORCH = {"AdaGrad": "Adagrad"}
every = pytest.mark.parametrize(("kind", "options"), KINDS.values(), ids=KINDS.keys())


def made(*shapes: tuple[int, ...], seed: int = 0, dtype: Any = np.float64) -> list[Parameter]:
    rng = np.random.default_rng(seed)
    return [Parameter(rng.standard_normal(shape).astype(dtype)) for shape in shapes]


def slope(x: Any, step: int) -> Any:
    return x * x.dtype.type(0.5) + np.sin(np.arange(x.size).reshape(x.shape) + step).astype(x.dtype)


def train(optimizer: Optimizer, steps: int, start: int = 0) -> None:
    for step in range(start, start + steps):
        for parameter in optimizer.params:
            parameter.grad = slope(parameter.data, step)
        optimizer.step(lambda: None)


@every
def test_pytorch_arrives_at_the_same_weights(
    kind: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    if kind is Lion or not hasattr(torch.optim, TORCH.get(kind.__name__, kind.__name__)):
        pytest.skip("PyTorch has no such optimiser")
    # PyTorch's Muon multiplies in bfloat16; here it may keep its dtype.
    monkeypatch.setattr(torch.Tensor, "bfloat16", lambda tensor: tensor.clone())
    params = made((5, 7), (3, 1), (1, 1), (7, 2))
    start = [parameter.data.copy() for parameter in params]
    ours = kind(params, **options)
    theirs = [torch.tensor(x.T.copy(), requires_grad=True) for x in start]
    name = TORCH.get(kind.__name__, kind.__name__)
    other = getattr(torch.optim, name)(theirs, **options)
    for step in range(100):
        train(ours, 1, step)
        for tensor in theirs:
            tensor.grad = torch.tensor(slope(tensor.detach().numpy().T, step).T.copy())
        other.step()
        for parameter, tensor in zip(params, theirs, strict=True):
            np.testing.assert_allclose(
                parameter.data, tensor.detach().numpy().T, rtol=1e-10, atol=1e-10
            )


def test_lion_is_its_pseudocode() -> None:
    [parameter] = made((4, 3))
    theta, m = parameter.data.copy(), np.zeros((4, 3))
    lion = Lion([parameter], lr=0.01, betas=(0.9, 0.99), weight_decay=0.1)
    for step in range(100):
        g = slope(theta, step)
        update = np.sign(0.9 * m + (1 - 0.9) * g)
        m = 0.99 * m + (1 - 0.99) * g
        theta = theta - 0.01 * (update + 0.1 * theta)
        train(lion, 1, step)
        np.testing.assert_allclose(parameter.data, theta, rtol=1e-10)


@pytest.mark.parametrize("kind", [Adam, AdamW])
@given(exponent=st.integers(-3, 100), seed=st.integers(0, 99))
def test_the_first_step_of_adam_is_the_learning_rate(kind: Any, exponent: int, seed: int) -> None:
    [parameter] = made((3, 2), seed=seed)
    parameter.data[...] = 0
    parameter.grad = np.random.default_rng(seed).uniform(1, 9, (3, 2)) * 10.0**exponent
    parameter.grad[0] *= -1
    kind([parameter], lr=0.5).step()
    np.testing.assert_allclose(parameter.data, -0.5 * np.sign(parameter.grad), rtol=2e-5)


def test_the_bias_correction_of_adam() -> None:
    # With a constant gradient both corrected means are exactly g and g², at every step; without
    # the correction the first of them would be 0.1 g over sqrt(0.001) |g|, 3.2 times as long.
    [parameter] = made((2, 2))
    parameter.data[...], parameter.grad = 0, np.array([[1.0, -2.0], [3.0, -4.0]])
    adam = Adam([parameter], lr=0.1)
    for step in range(1, 20):
        adam.step()
        np.testing.assert_allclose(parameter.data, -0.1 * step * np.sign(parameter.grad), rtol=1e-7)
        state = adam.state_dict()
        correction = {"exp_avg": 1 - 0.9**step, "exp_avg_sq": 1 - 0.999**step}
        for power, (name, factor) in enumerate(correction.items(), start=1):
            held = state[f"state.0.{name}"] / factor
            np.testing.assert_allclose(held, parameter.grad**power, rtol=1e-11)


@given(rows=st.integers(1, 12), columns=st.integers(1, 12), seed=st.integers(0, 999))
def test_newton_schulz_keeps_the_singular_vectors(rows: int, columns: int, seed: int) -> None:
    G = np.random.default_rng(seed).standard_normal((rows, columns))
    U, S, Vt = np.linalg.svd(G, full_matrices=False)
    inner = U.T @ newton_schulz(G) @ Vt.T
    expected = S / np.linalg.norm(G)
    for _ in range(5):
        expected = 3.4445 * expected - 4.7750 * expected**3 + 2.0315 * expected**5
    np.testing.assert_allclose(inner, np.diag(expected), atol=1e-9)
    share = S / np.linalg.norm(G)
    assert np.all((expected[share > 5e-3] > 0.65) & (expected[share > 5e-3] < 1.21))
    np.testing.assert_allclose(newton_schulz(G * 1e100), newton_schulz(G), atol=1e-9)


def test_newton_schulz_of_zero_and_of_float32() -> None:
    assert not newton_schulz(np.zeros((2, 3))).any()
    assert newton_schulz(np.ones((3, 2), np.float32)).dtype == np.float32


def test_sam_takes_the_gradient_at_the_worst_point() -> None:
    params = made((3, 2), (2,))
    start = [parameter.data.copy() for parameter in params]

    def gradients() -> None:
        for parameter in params:
            parameter.grad = parameter.data**3

    gradients()
    norm = math.sqrt(sum(float(np.sum(x**6)) for x in start))
    SAM(SGD(params, lr=0.1), rho=0.2).step(gradients)
    for parameter, x in zip(params, start, strict=True):
        np.testing.assert_allclose(parameter.data, x - 0.1 * (x + 0.2 * x**3 / norm) ** 3)


def test_sam_comes_back_when_the_second_gradient_fails() -> None:
    [parameter] = made((3,))
    start = parameter.data.copy()
    parameter.grad = np.ones(3)

    def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        SAM(SGD([parameter], lr=0.1)).step(fails)
    np.testing.assert_array_equal(parameter.data, start)


@every
def test_float32_stays_and_gradients_are_left_alone(kind: Any, options: dict[str, Any]) -> None:
    params = made((4, 3), dtype=np.float32)
    optimizer = kind(params, **options)
    optimizer.lr = np.float64(0.01)
    for step in range(3):
        before = params[0].grad = slope(params[0].data, step)
        kept = before.copy()
        optimizer.step()
        np.testing.assert_array_equal(before, kept)
    assert params[0].data.dtype == np.float32
    states = [array for name, array in optimizer.state_dict().items() if "avg" in name]
    assert all(array.dtype == np.float32 for array in states)


@every
def test_blocks_change_nothing(
    kind: Any, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, cut = made((7, 9), (3, 4)), made((7, 9), (3, 4))
    train(kind(whole, **options), 5)
    if kind.block is not None:
        monkeypatch.setattr(kind, "block", 4)
    optimizer = kind(cut, **options)
    cut[1].data = np.asfortranarray(cut[1].data)  # no stretch of memory in the order of C
    train(optimizer, 5)
    for a, b in zip(whole, cut, strict=True):
        np.testing.assert_allclose(a.data, b.data, rtol=1e-13)


@every
def test_extremes_stay_finite(kind: Any, options: dict[str, Any]) -> None:
    for size in (0.0, 1e-300, 1e200):
        if kind is SGD and size > 1:
            continue  # SGD moves by the gradient, however large
        [parameter] = made((3, 2))
        optimizer = kind([parameter], **options)
        with np.errstate(over="ignore", under="ignore"):
            for _ in range(3):
                parameter.grad = np.full((3, 2), size)
                optimizer.step()
        assert np.all(np.isfinite(parameter.data))


@every
def test_a_saved_state_goes_on_where_it_was(
    kind: Any, options: dict[str, Any], tmp_path: Any
) -> None:
    first = kind(made((4, 3), (2, 2)), **options)
    train(first, 5)
    params = copy.deepcopy(first.params)
    second = kind(params, **(options | {"lr": 9.0}))
    save_arrays(tmp_path / "state.npz", first.state_dict())
    second.load_state_dict(load_arrays(tmp_path / "state.npz"))
    assert second.lr == first.lr
    for optimizer in (first, second):
        train(optimizer, 5, start=5)
    for a, b in zip(first.params, second.params, strict=True):
        np.testing.assert_array_equal(a.data, b.data)


def test_a_state_is_a_copy_of_arrays() -> None:
    adam = Adam(made((2, 2)))
    state = adam.state_dict()
    assert all(type(array) is np.ndarray for array in state.values())
    train(adam, 1)
    assert not state["state.0.exp_avg"].any()


def test_the_wrappers_save_their_parts() -> None:
    def wrapped() -> SAM:
        W, b = made((3, 2), (2,))
        return SAM(Together(Muon([W]), Adam([b])))

    first, second = wrapped(), wrapped()
    train(first, 3)
    second.load_state_dict(first.state_dict())
    for name, array in first.state_dict().items():
        np.testing.assert_array_equal(array, second.state_dict()[name])
    first.lr = 0.5
    assert [group["lr"] for group in first.param_groups] == [0.5, 0.5]


@every
def test_frozen_weights_do_not_move(kind: Any, options: dict[str, Any]) -> None:
    layer = Linear(3, 2, rng=np.random.default_rng(0))
    params = [layer.W, *made((2, 2))]
    optimizer = kind(params, **options)
    train(optimizer, 3)
    before, state = layer.W.data.copy(), optimizer.state_dict()
    freeze(layer)
    train(optimizer, 3)  # gradients there
    layer.W.grad = None
    params[1].grad = np.ones((2, 2))
    optimizer.step()  # and gradients missing
    np.testing.assert_array_equal(layer.W.data, before)
    for name, array in optimizer.state_dict().items():
        if name.startswith("state.0."):
            np.testing.assert_array_equal(array, state[name])
    unfreeze(layer)
    train(optimizer, 1)
    assert not np.array_equal(layer.W.data, before)


@every
def test_steps_elsewhere(kind: Any, options: dict[str, Any]) -> None:
    recorder = runpy.run_path(str(Path(__file__).with_name("test_dispatch.py")))["Recorder"]
    calls: list[str] = []
    [here], [there] = made((4, 3)), made((4, 3))
    there.data = recorder(there.data, calls)
    ours, other = kind([here], **options), kind([there], **options)
    for step in range(5):
        here.grad, there.grad = np.sin(here.data + step), np.sin(there.data + step)
        for parameter, optimizer in ((here, ours), (there, other)):
            clip_grad_norm_([parameter], 0.5)
            clip_grad_value_([parameter], 0.3)
            optimizer.step()
        other.load_state_dict(ours.state_dict())
    np.testing.assert_array_equal(here.data, there.data.fetch())
    assert calls


def test_momentum_may_be_switched_on_and_off_between_steps() -> None:
    [parameter], [plain] = made((3, 2)), made((3, 2))
    sgd, without = SGD([parameter], lr=0.1), SGD([plain], lr=0.1)
    for momentum in (0.0, 0.9, 0.0):
        sgd.param_groups[0]["momentum"] = momentum
        for optimizer in (sgd, without):
            optimizer.params[0].grad = np.ones((3, 2))
            optimizer.step()
    # The first step with momentum starts with a velocity of zero, so nothing differs yet.
    np.testing.assert_array_equal(parameter.data, plain.data)
    sgd.param_groups[0]["momentum"] = 0.9
    for _ in range(2):
        for optimizer in (sgd, without):
            optimizer.params[0].grad = np.ones((3, 2))
            optimizer.step()
    assert np.all(parameter.data < plain.data), "the velocity does not gather"


def test_an_option_that_was_changed_is_looked_at_before_the_next_step() -> None:
    [parameter] = made((3, 2))
    sgd = SGD([parameter], lr=0.1)
    parameter.grad = np.ones((3, 2))
    sgd.step()
    before = parameter.data.copy()
    for junk in ("fast", None, -1.0, np.ones(2)):
        sgd.param_groups[0]["lr"] = junk
        with pytest.raises(ArgumentError, match="SGD: lr is"):
            sgd.step()
    np.testing.assert_array_equal(parameter.data, before)
