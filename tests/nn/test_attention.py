"""Attention, its masks, its heads, and positional encoding."""

from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import make_vjp
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook.nn import ArgumentError, projection_check
from bpworkbook.nn.attention import masked_softmax, padding_mask
from bpworkbook.nn.attention import scaled_dot_product_attention_backward as attend_backward
from bpworkbook.nn.attention import scaled_dot_product_attention_forward as attend
from bpworkbook.nn.attention_layers import MultiHeadAttention
from bpworkbook.nn.multi_head import multi_head_attention_backward, multi_head_attention_forward
from bpworkbook.nn.positional import positional_encoding

SIZES = st.integers(1, 5)
SEEDS = st.integers(0, 99)


def normal(seed: int, *shapes: tuple[int, ...], dtype: Any = np.float64) -> list[Any]:
    rng = np.random.default_rng(seed)
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


def by_hand(query: Any, key: Any, value: Any, allowed: Any) -> Any:
    """One query and one head at a time, over the keys that it may look at."""
    out = np.zeros((*query.shape[:-1], value.shape[-1]))
    for place in np.ndindex(query.shape[:-1]):
        seen = [s for s in range(key.shape[-2]) if allowed[(*place, s)]]
        powers = [
            np.exp(query[place] @ key[(*place[:-1], s)] / np.sqrt(len(query[place]))) for s in seen
        ]
        for power, s in zip(powers, seen, strict=True):
            out[place] += power / sum(powers) * value[(*place[:-1], s)]
    return out


@given(
    lead=st.lists(SIZES, max_size=2), T=SIZES, S=SIZES, d=SIZES, seed=SEEDS, causal=st.booleans()
)
def test_attention_by_hand_and_by_differences(
    lead: list[int], T: int, S: int, d: int, seed: int, causal: bool
) -> None:
    inputs = normal(seed, (*lead, T, d), (*lead, S, d), (*lead, S, d + 1))
    rng = np.random.default_rng(seed)
    mask = rng.random((T, S)) < 0.6
    allowed = np.broadcast_to(mask & np.tri(T, S, dtype=bool) if causal else mask, (*lead, T, S))
    out, cache = attend(*inputs, mask, causal)
    np.testing.assert_allclose(out, by_hand(*inputs, allowed), rtol=1e-10, atol=1e-12)
    gradients = attend_backward(np.ones_like(out), cache)
    # A query that may look at nothing, and a key that nothing may look at, have no gradient.
    np.testing.assert_array_equal(out[~allowed.any(axis=-1)], 0)
    np.testing.assert_array_equal(gradients[0][~allowed.any(axis=-1)], 0)
    for gradient in gradients[1:]:
        np.testing.assert_array_equal(gradient[~allowed.any(axis=-2)], 0)
    if allowed.any():
        assert projection_check(attend, attend_backward, [*inputs, mask, causal], rng) < 1e-6


def test_everything_masked_gives_zeros() -> None:
    for dtype in (np.float32, np.float64):
        inputs = [1e3 * x for x in normal(0, (2, 3, 4), (2, 5, 4), (2, 5, 2), dtype=dtype)]
        with np.errstate(all="raise"):
            out, cache = attend(*inputs, np.zeros((3, 5), bool))
            gradients = attend_backward(np.ones_like(out), cache)
        for array in (out, *gradients):
            assert array.dtype == dtype
            np.testing.assert_array_equal(array, 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_are_finite_and_float32_is_kept(dtype: Any) -> None:
    inputs = [dtype(1e3) * x for x in normal(0, (2, 3, 4), (2, 3, 4), (2, 3, 4), dtype=dtype)]
    copies = [x.copy() for x in inputs]
    for mask, causal in ((None, False), (None, True), (padding_mask(np.array([0, 2]), 3), True)):
        out, cache = attend(*inputs, mask, causal)
        for array in (out, *attend_backward(np.ones_like(out), cache)):
            assert array.dtype == dtype
            assert np.isfinite(array).all()
    for x, copy in zip(inputs, copies, strict=True):
        np.testing.assert_array_equal(x, copy)


def test_a_hidden_key_with_a_huge_score_does_not_matter() -> None:
    query, key, value = np.ones((1, 1)), np.array([[1e8], [0.0]]), np.array([[5.0], [7.0]])
    np.testing.assert_array_equal(attend(query, key, value, np.array([False, True]))[0], [[7.0]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_small_and_large_scores_take_the_same_softmax(dtype: Any) -> None:
    scores = normal(5, (4, 7), dtype=dtype)[0]
    plain = masked_softmax(scores.copy(), None)
    for shift in (49.0, 51.0, 1e3, -1e3):
        # A constant added to a row changes nothing, whether its maximum is subtracted or not.
        shifted = masked_softmax(scores + dtype(shift), None)
        np.testing.assert_allclose(shifted, plain, rtol=1e4 * np.finfo(dtype).eps)


def test_autograd_agrees(rng: np.random.Generator) -> None:
    inputs = normal(3, (2, 4, 3), (2, 5, 3), (2, 5, 2))
    bias = np.where(mask := padding_mask(np.array([2, 5]), 5), 0.0, -1e30)

    def formula(query: Any, key: Any, value: Any) -> Any:
        scores = anp.einsum("ntd,nsd->nts", query, key) / anp.sqrt(3) + bias
        weights = anp.exp(scores) / anp.sum(anp.exp(scores), axis=-1, keepdims=True)
        return anp.einsum("nts,nse->nte", weights, value)

    out, cache = attend(*inputs, mask)
    np.testing.assert_allclose(out, formula(*inputs), rtol=1e-12, atol=1e-14)
    u = rng.standard_normal(out.shape)
    for position, gradient in enumerate(attend_backward(u, cache)):
        wanted = make_vjp(formula, position)(*inputs)[0](u)
        np.testing.assert_allclose(gradient, wanted, rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("masked", [False, True])
def test_pytorch_agrees_on_attention(causal: bool, masked: bool, rng: Any) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    inputs = normal(4, (2, 3, 4, 5), (2, 3, 6, 5), (2, 3, 6, 2))
    # The first sequence is all padding: PyTorch gives zeros too.
    mask = padding_mask(np.array([0, 6]), 6)[:, None] if masked else None
    seen = np.tri(4, 6, dtype=bool) if causal else np.ones((4, 6), bool)
    both = torch.from_numpy(mask & seen) if masked else None
    tensors = [torch.from_numpy(x).requires_grad_() for x in inputs]
    theirs = torch.nn.functional.scaled_dot_product_attention(
        *tensors, attn_mask=both, is_causal=causal and not masked
    )
    out, cache = attend(*inputs, mask, causal)
    u = rng.standard_normal(out.shape)
    theirs.backward(torch.from_numpy(u))
    close(out, theirs.detach())
    for gradient, tensor in zip(attend_backward(u, cache), tensors, strict=True):
        close(gradient, tensor.grad)


def close(ours: Any, theirs: Any) -> None:
    np.testing.assert_allclose(ours, theirs.numpy(), rtol=0, atol=1e-10)


def shapes(n: int, T: int, d: int) -> list[tuple[int, ...]]:
    return [(n, T, d), (d, 3 * d), (3 * d,), (d, d), (d,)]


@given(n=SIZES, T=SIZES, heads=st.integers(1, 3), width=st.integers(1, 3), seed=SEEDS)
def test_heads_by_hand_and_by_differences(
    n: int, T: int, heads: int, width: int, seed: int
) -> None:
    d = heads * width
    inputs = normal(seed, *shapes(n, T, d))
    rng = np.random.default_rng(seed)
    mask = rng.random((n, T, T)) < 0.7
    x, W_in, b_in, W_out, b_out = inputs
    query, key, value = np.split(x @ W_in + b_in, 3, axis=-1)
    found = []
    for head in range(heads):
        mine = slice(head * width, (head + 1) * width)
        found.append(by_hand(query[..., mine], key[..., mine], value[..., mine], mask))
    out, cache = multi_head_attention_forward(*inputs, heads, mask)
    wanted = np.concatenate(found, axis=-1) @ W_out + b_out
    np.testing.assert_allclose(out, wanted, rtol=1e-9, atol=1e-11)
    grads = multi_head_attention_backward(np.ones_like(out), cache)
    assert [grad.shape for grad in grads] == shapes(n, T, d)
    everything = [*inputs, heads, mask, True]
    pair = (multi_head_attention_forward, multi_head_attention_backward)
    assert projection_check(*pair, everything, rng) < 1e-6


@pytest.mark.parametrize("causal", [False, True])
def test_pytorch_agrees_on_heads(causal: bool, rng: np.random.Generator) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    ours = MultiHeadAttention(6, 3, rng=rng, is_causal=causal)
    ours.b_in.data[...], ours.b_out.data[...] = rng.random(18), rng.random(6)
    theirs = torch.nn.MultiheadAttention(6, 3, batch_first=True).double()
    names = ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"]
    peers = [theirs.get_parameter(name) for name in names]
    with torch.no_grad():
        for peer, parameter in zip(peers, ours.parameters(), strict=True):
            peer.copy_(torch.from_numpy(parameter.data.T.copy()))
    (x, u), mask = rng.standard_normal((2, 2, 5, 6)), padding_mask(np.array([3, 5]), 5)
    tensor = torch.from_numpy(x).requires_grad_()
    hidden = torch.from_numpy(~np.tri(5, dtype=bool)) if causal else None
    padded = torch.from_numpy(~mask[:, 0])
    out, _ = theirs(tensor, tensor, tensor, key_padding_mask=padded, attn_mask=hidden)
    out.backward(torch.from_numpy(u))
    close(ours(x, mask), out.detach())
    close(ours.backward(u), tensor.grad)
    for peer, parameter in zip(peers, ours.parameters(), strict=True):
        close(parameter.grad.T, peer.grad)


def test_the_future_and_the_padding_do_not_matter(rng: np.random.Generator) -> None:
    layer = MultiHeadAttention(4, 2, rng=rng, is_causal=True)
    x = rng.standard_normal((1, 6, 4))
    out = layer(x)
    later = np.concatenate([x[:, :3], rng.standard_normal((1, 3, 4))], axis=1)
    np.testing.assert_allclose(layer(later)[:, :3], out[:, :3], rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(layer(x[:, :3]), out[:, :3], rtol=1e-12, atol=1e-14)
    layer.is_causal = False
    np.testing.assert_array_equal(layer(x, np.tri(6, dtype=bool)), out)
    free = MultiHeadAttention(4, 2, rng=rng)
    short = free(later, padding_mask(np.array([3]), 6))
    np.testing.assert_allclose(short[:, :3], free(x[:, :3]), rtol=1e-12, atol=1e-14)


@given(T=st.integers(1, 40), d=st.integers(1, 9))
def test_positional_encoding_is_the_formula(T: int, d: int) -> None:
    encoding = positional_encoding(T, d)
    assert encoding.shape == (T, d)
    for t, j in np.ndindex(T, d):
        angle = t / 10000 ** ((j - j % 2) / d)
        wanted = np.cos(angle) if j % 2 else np.sin(angle)
        assert encoding[t, j] == pytest.approx(wanted, abs=1e-13)
    single = positional_encoding(T, d, np.float32)
    np.testing.assert_array_equal(single, encoding.astype(np.float32))


Q, MHA = np.ones((2, 3, 4)), normal(0, *shapes(2, 3, 4))
CACHE = attend(Q, Q, Q)[1]
FULL, HEADS = "scaled_dot_product_attention", "multi_head_attention"
REFUSED = {
    f"{FULL}_forward: query is (4,), expected 2 or more axes": lambda: attend(Q[0, 0], Q, Q),
    f"{FULL}_forward: query is (0, 3, 4), which is an empty batch": lambda: attend(Q[:0], Q, Q),
    f"{FULL}_forward: key is (3, 4), but query is (2, 3, 4): expected (2, 3, 4)": lambda: attend(
        Q, Q[0], Q
    ),
    f"{FULL}_forward: value is (2, 2, 4), but key is (2, 3, 4): expected (2, 3, 4)": lambda: attend(
        Q, Q, Q[:, :2]
    ),
    f"{FULL}_forward: value has dtype float32, but query has float64": lambda: attend(
        Q, Q, Q.astype(np.float32)
    ),
    f"{FULL}_forward: attn_mask is (2, 2), but the scores are (2, 3, 3)": lambda: attend(
        Q, Q, Q, np.ones((2, 2), bool)
    ),
    f"{FULL}_forward: attn_mask is (5, 2, 3, 3), but the scores are (2, 3, 3)": lambda: attend(
        Q, Q, Q, np.ones((5, 2, 3, 3), bool)
    ),
    f"{FULL}_forward: attn_mask is of float64, expected an array of booleans": lambda: attend(
        Q, Q, Q, np.ones((3, 3))
    ),
    f"{FULL}_forward: attn_mask is 'causal', expected an array of booleans": lambda: attend(
        Q, Q, Q, "causal"
    ),
    f"{FULL}_backward: grad_out is (3, 4), but out was (2, 3, 4)": lambda: attend_backward(
        Q[0], CACHE
    ),
    f"{FULL}_backward: cache is None, expected that of {FULL}_forward": lambda: attend_backward(
        Q, None
    ),
    f"{HEADS}_forward: W_in is (4, 4), but x is (2, 3, 4): expected (4, 12)": lambda: (
        multi_head_attention_forward(Q, MHA[3], *MHA[2:], 2)
    ),
    f"{HEADS}_forward: num_heads is 3, but x is (2, 3, 4): expected a divisor of 4": lambda: (
        multi_head_attention_forward(*MHA, 3)
    ),
    f"{HEADS}_forward: attn_mask is (4, 4), but the scores are (2, 3, 3)": lambda: (
        multi_head_attention_forward(*MHA, 2, np.ones((4, 4), bool))
    ),
    f"{HEADS}_backward: grad_out is (3, 4), but out was (2, 3, 4)": lambda: (
        multi_head_attention_backward(Q[0], multi_head_attention_forward(*MHA, 2)[1])
    ),
    f"{HEADS}_backward: cache is (2, 3, 4), expected that of {HEADS}_forward": lambda: (
        multi_head_attention_backward(Q, Q)
    ),
    "padding_mask: lengths is a list, expected integers of shape (n,)": lambda: padding_mask(
        [1, 2], 3
    ),
    "padding_mask: lengths holds 4 at [1], expected 0 to 3": lambda: padding_mask(
        np.array([1, 4]), 3
    ),
    "padding_mask: lengths is (0,), which is an empty batch": lambda: padding_mask(
        np.array([], int), 3
    ),
    "positional_encoding: T is 0, expected an integer of at least 1": lambda: positional_encoding(
        0, 4
    ),
    "positional_encoding: dtype is int, expected float32 or float64": lambda: positional_encoding(
        3, 4, int
    ),
    "MultiHeadAttention: num_heads is 3, but d is 4: expected a divisor of 4": lambda: (
        MultiHeadAttention(4, 3, rng=np.random.default_rng(0))
    ),
}


@pytest.mark.parametrize("message", REFUSED)
def test_refused(message: str) -> None:
    with pytest.raises(ArgumentError) as refusal:
        REFUSED[message]()
    assert str(refusal.value) == message
