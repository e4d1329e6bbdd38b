"""The transformer block, residual connections, the switch to evaluation, and arrays elsewhere."""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook import nn
from bpworkbook.nn import ArgumentError, check_model, projection_check
from bpworkbook.nn.attention import padding_mask, scaled_dot_product_attention_backward
from bpworkbook.nn.attention_layers import MultiHeadAttention, Residual, TransformerBlock
from bpworkbook.nn.dropout import dropout_backward, dropout_forward
from bpworkbook.nn.layer_norm import layer_norm_backward, layer_norm_forward
from bpworkbook.nn.multi_head import multi_head_attention_backward, multi_head_attention_forward
from bpworkbook.nn.norm_layers import BatchNorm1d, Dropout, LayerNorm
from bpworkbook.nn.normalization import batch_norm_backward
from bpworkbook.nn.positional import positional_encoding
from bpworkbook.nn.transformer import (
    BlockParameters,
    transformer_block_backward,
    transformer_block_forward,
)


def draw(seed: int, n: int, T: int, d: int, d_mlp: int, dtype: Any = np.float64) -> list[Any]:
    """Return x and the twelve arrays of a block."""
    shapes: list[tuple[int, ...]] = [(n, T, d), (d,), (d,), (d, 3 * d), (3 * d,), (d, d), (d,)]
    shapes += [(d,), (d,), (d, d_mlp), (d_mlp,), (d_mlp, d), (d,)]
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


def flat_forward(x: Any, *arrays: Any) -> Any:
    return transformer_block_forward(x, BlockParameters(*arrays), 2, is_causal=True)


def flat_backward(grad_out: Any, cache: Any) -> Any:
    grad_x, grad_params = transformer_block_backward(grad_out, cache)
    return (grad_x, *grad_params)


@given(
    n=st.integers(1, 3),
    T=st.integers(1, 4),
    half=st.integers(2, 3),
    d_mlp=st.integers(1, 5),
    seed=st.integers(0, 99),
)
def test_block_by_parts_and_by_differences(
    n: int, T: int, half: int, d_mlp: int, seed: int
) -> None:
    x, *arrays = draw(seed, n, T, 2 * half, d_mlp)
    p = BlockParameters(*arrays)
    out, _ = flat_forward(x, *arrays)
    normed = layer_norm_forward(x, p.norm1_weight, p.norm1_bias)[0]
    projections = (p.W_in, p.b_in, p.W_out, p.b_out)
    h = x + multi_head_attention_forward(normed, *projections, 2, is_causal=True)[0]
    normed = layer_norm_forward(h, p.norm2_weight, p.norm2_bias)[0]
    z = normed @ p.W1 + p.b1
    np.testing.assert_allclose(out, h + np.maximum(z, 0) @ p.W2 + p.b2, rtol=1e-11, atol=1e-12)
    if np.abs(z).min() > 1e-3:  # else a difference steps across the kink of the ReLU
        rng = np.random.default_rng(seed)
        assert projection_check(flat_forward, flat_backward, [x, *arrays], rng, h=1e-7) < 1e-6


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_extremes_and_arguments_kept(dtype: Any) -> None:
    x, *arrays = draw(0, 2, 3, 4, 5, dtype)
    for inputs in ([x, *arrays], [x * dtype(1e3), *arrays], [x * 0, *arrays]):
        copies = [array.copy() for array in inputs]
        out, cache = flat_forward(*inputs)
        for array in (out, *flat_backward(np.ones_like(out), cache)):
            assert array.dtype == dtype
            assert np.isfinite(array).all()
        for array, copy in zip(inputs, copies, strict=True):
            np.testing.assert_array_equal(array, copy)


def test_a_block_with_gelu_by_differences(rng: np.random.Generator) -> None:
    x, *arrays = draw(1, 2, 3, 4, 5)
    p = BlockParameters(*arrays)

    def forward(x: Any, *arrays: Any) -> Any:
        return transformer_block_forward(x, BlockParameters(*arrays), 2, activation="gelu")

    h = transformer_block_forward(x, p._replace(W2=0 * p.W2, b2=0 * p.b2), 2)[0]
    normed = layer_norm_forward(h, p.norm2_weight, p.norm2_bias)[0]
    wanted = h + nn.gelu(normed @ p.W1 + p.b1) @ p.W2 + p.b2
    np.testing.assert_allclose(forward(x, *arrays)[0], wanted, rtol=1e-11, atol=1e-12)
    assert projection_check(forward, flat_backward, [x, *arrays], rng) < 1e-6


@pytest.mark.parametrize("activation", ["relu", "gelu"])
@pytest.mark.parametrize("causal", [False, True])
def test_pytorch_agrees(causal: bool, activation: str, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    ours = TransformerBlock(6, 3, 10, rng=rng, is_causal=causal, activation=activation)
    theirs = torch.nn.TransformerEncoderLayer(
        6, 3, 10, dropout=0.0, activation=activation, batch_first=True, norm_first=True
    ).double()
    names = ["norm1.weight", "norm1.bias", "self_attn.in_proj_weight", "self_attn.in_proj_bias"]
    names += ["self_attn.out_proj.weight", "self_attn.out_proj.bias", "norm2.weight", "norm2.bias"]
    names += ["linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"]
    peers = [theirs.get_parameter(name) for name in names]
    with torch.no_grad():
        for peer, parameter in zip(peers, ours.parameters(), strict=True):
            parameter.data += 0.1 * rng.standard_normal(parameter.data.shape)
            peer.copy_(torch.from_numpy(parameter.data.T.copy()))
    (x, u), mask = rng.standard_normal((2, 2, 5, 6)), padding_mask(np.array([3, 5]), 5)
    tensor = torch.from_numpy(x).requires_grad_()
    hidden = torch.from_numpy(~np.tri(5, dtype=bool)) if causal else None
    out = theirs(tensor, src_mask=hidden, src_key_padding_mask=torch.from_numpy(~mask[:, 0]))
    out.backward(torch.from_numpy(u))
    np.testing.assert_allclose(ours(x, mask), out.detach().numpy(), rtol=0, atol=1e-10)
    np.testing.assert_allclose(ours.backward(u), tensor.grad.numpy(), rtol=0, atol=1e-10)
    for peer, parameter in zip(peers, ours.parameters(), strict=True):
        np.testing.assert_allclose(parameter.grad.T, peer.grad.numpy(), rtol=0, atol=1e-10)


def test_a_whole_network(rng: np.random.Generator) -> None:
    model = nn.Sequential(
        Residual(nn.Sequential(LayerNorm(4), MultiHeadAttention(4, 2, rng=rng))),
        TransformerBlock(4, 2, 3, rng=rng, is_causal=True),
    )
    for parameter in model.parameters():
        parameter.data += 0.1 * rng.standard_normal(parameter.data.shape)
    x = rng.standard_normal((2, 3, 4))
    report = check_model(model, "mse", x, rng.random((2, 3, 4)))
    assert report.passed, report
    assert len(report.entries) == 1 + 6 + 12
    wanted = "Residual(Sequential(LayerNorm(4), MultiHeadAttention(4, 2)))"
    assert repr(model.layers[0]) == wanted


def test_a_block_learns_to_look_back(rng: np.random.Generator) -> None:
    """The answer at each place is the token before: only attention can carry it there."""
    block = TransformerBlock(16, 4, rng=rng, is_causal=True, dtype=np.float32)
    tokens = rng.standard_normal((32, 6, 16)).astype(np.float32)
    x = tokens + positional_encoding(6, 16, np.float32)
    y = np.concatenate([tokens[:, :1], tokens[:, :-1]], axis=1)
    losses = []
    for _ in range(150):
        loss, cache = nn.mse_forward(block(x), y)
        block.backward(nn.mse_backward(cache, 32.0))
        for parameter in block.parameters():
            parameter.data -= np.float32(0.03) * parameter.grad
        losses.append(float(loss))
    assert losses[-1] < 0.5 * losses[0]


def test_train_and_eval_reach_every_layer(rng: np.random.Generator) -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            self.first = Dropout(rng=rng)
            self.others = [BatchNorm1d(3), Residual(Dropout(rng=rng))]
            self.named = {"last": Dropout(rng=rng)}

    own = Own()
    model = nn.Sequential(nn.Linear(2, 3, rng=rng), own)
    leaves = [own.first, own.others[0], own.others[1].layer, own.named["last"]]
    assert all(leaf.training for leaf in leaves)
    assert model.eval() is model
    assert not any(leaf.training for leaf in [*leaves, own, model])
    assert model.train() is model
    assert all(leaf.training for leaf in [*leaves, own, model])
    with pytest.raises(ArgumentError, match=r"^Sequential.train: mode is 0, expected True or Fal"):
        model.train(0)


def recorder() -> Any:
    """Return the array type that stands for one on a GPU."""
    where = Path(__file__).with_name("test_dispatch.py")
    spec = importlib.util.spec_from_file_location("dispatch_for_transformer", where)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Recorder


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arrays_elsewhere_stay_there(dtype: Any, rng: np.random.Generator) -> None:
    there: Any = recorder()
    x, u = rng.standard_normal((2, 2, 3, 4)).astype(dtype)
    lengths = np.array([1, 3])
    models = [
        TransformerBlock(4, 2, rng=np.random.default_rng(0), is_causal=True, dtype=dtype)
        for _ in "ab"
    ]
    for parameter in models[1].parameters():
        parameter.data = there(parameter.data, [])
    here = models[0](x, padding_mask(lengths, 3))
    elsewhere = models[1](there(x, []), padding_mask(there(lengths, []), 3))
    same(here, elsewhere)
    same(models[0].backward(u), models[1].backward(there(u, [])))
    for mine, other in zip(models[0].parameters(), models[1].parameters(), strict=True):
        same(mine.grad, other.grad)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_norms_and_dropout_elsewhere(dtype: Any, rng: np.random.Generator) -> None:
    there: Any = recorder()
    x = rng.standard_normal((5, 4)).astype(dtype)
    norms = [BatchNorm1d(4, dtype=dtype) for _ in "ab"]
    for parameter in norms[1].parameters():
        parameter.data = there(parameter.data, [])
    for training in (True, False):
        same(norms[0].train(training)(x), norms[1].train(training)(there(x, [])))
        same(norms[0].backward(x), norms[1].backward(there(x, [])))
    same(norms[0].running_var, norms[1].running_var)
    for training in (True, False):
        pair = [
            dropout_forward(array, 0.5, np.random.default_rng(0), training)
            for array in (x, there(x, []))
        ]
        same(pair[0][0], pair[1][0])
        same(dropout_backward(x, pair[0][1]), dropout_backward(there(x, []), pair[1][1]))


def same(here: Any, elsewhere: Any) -> None:
    np.testing.assert_array_equal(here, elsewhere.fetch())
    assert here.dtype == elsewhere.dtype


@pytest.mark.parametrize("length", [3, 4, 5, 6])
def test_a_cache_of_numbers_is_refused(length: int) -> None:
    for name in ("batch_norm", "layer_norm", "attention", "heads", "block"):
        with pytest.raises(ArgumentError, match=r"_backward: cache is .*, expected that of"):
            BACKWARD[name](np.ones((2, 3, 4)), tuple(range(length)))


BACKWARD = {
    "batch_norm": batch_norm_backward,
    "layer_norm": layer_norm_backward,
    "attention": scaled_dot_product_attention_backward,
    "heads": multi_head_attention_backward,
    "block": transformer_block_backward,
}
X, *ARRAYS = draw(0, 2, 3, 4, 5)
PARAMS = BlockParameters(*ARRAYS)
REFUSED = {
    "transformer_block_forward: params is a tuple, expected BlockParameters": lambda: (
        transformer_block_forward(X, tuple(ARRAYS), 2)
    ),
    "transformer_block_forward: x is (3, 4), expected (n, T, d)": lambda: transformer_block_forward(
        X[0], PARAMS, 2
    ),
    "transformer_block_forward: W2 is (4, 4), but x is (2, 3, 4): expected (5, 4)": lambda: (
        transformer_block_forward(X, PARAMS._replace(W2=np.ones((4, 4))), 2)
    ),
    "transformer_block_forward: b1 has dtype float32, but x has float64": lambda: (
        transformer_block_forward(X, PARAMS._replace(b1=np.ones(5, np.float32)), 2)
    ),
    "transformer_block_backward: grad_out is (3, 4), but out was (2, 3, 4)": lambda: (
        transformer_block_backward(X[0], transformer_block_forward(X, PARAMS, 2)[1])
    ),
    "transformer_block_backward: cache is None, expected that of transformer_block_forward": (
        lambda: transformer_block_backward(X, None)
    ),
    "TransformerBlock: d_mlp is 0, expected an integer of at least 1": lambda: TransformerBlock(
        4, 2, 0, rng=np.random.default_rng(0)
    ),
    'TransformerBlock: activation is 3, expected "relu" or "gelu"': lambda: TransformerBlock(
        4, 2, rng=np.random.default_rng(0), activation=3
    ),
    'transformer_block_forward: activation is None, expected "relu" or "gelu"': lambda: (
        transformer_block_forward(X, PARAMS, 2, activation=None)
    ),
    "Residual: layer is a type, expected a Module": lambda: Residual(nn.ReLU),
    "Residual: layer(x) is (2, 5), but x is (2, 4)": lambda: Residual(
        nn.Linear(4, 5, rng=np.random.default_rng(0))
    )(np.ones((2, 4))),
}


@pytest.mark.parametrize("message", REFUSED)
def test_refused(message: str) -> None:
    with pytest.raises(ArgumentError) as refusal:
        REFUSED[message]()
    assert str(refusal.value) == message
