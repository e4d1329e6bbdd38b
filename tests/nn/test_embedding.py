"""The embedding: a product with one-hot rows, repeated ids, PyTorch, and what it refuses."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpworkbook.nn import ArgumentError, Linear, Sequential, check_model, projection_check
from bpworkbook.nn.embedding import Embedding, embedding_backward, embedding_forward
from bpworkbook.nn.recurrent_layers import LSTM, LastStep


@settings(max_examples=40)
@given(
    words=st.integers(1, 6),
    d=st.integers(1, 4),
    shape=st.lists(st.integers(1, 5), min_size=1, max_size=3),
    dtype=st.sampled_from([np.float32, np.float64]),
    kind=st.sampled_from([np.int8, np.uint8, np.int64, np.uint64]),
)
def test_it_is_a_product_with_one_hot_rows(
    words: int, d: int, shape: list[int], dtype: Any, kind: Any
) -> None:
    rng = np.random.default_rng(words + 10 * d)
    # With few words and many places most ids stand there twice.
    ids, table = rng.integers(0, words, shape).astype(kind), rng.standard_normal((words, d))
    table = table.astype(dtype)
    one_hot = np.eye(words, dtype=dtype)[ids]
    out, cache = embedding_forward(ids, table)
    np.testing.assert_array_equal(out, one_hot @ table)
    grad_out = rng.standard_normal(out.shape).astype(dtype)
    grad_table = embedding_backward(grad_out, cache)
    assert (out.dtype, grad_table.dtype) == (dtype, dtype)
    wanted = one_hot.reshape(-1, words).T @ grad_out.reshape(-1, d)
    np.testing.assert_allclose(grad_table, wanted, rtol=1e-4 if dtype == np.float32 else 1e-12)


def test_gradient(rng: np.random.Generator) -> None:
    ids = rng.integers(0, 5, (4, 6))
    error = projection_check(
        lambda table: embedding_forward(ids, table),
        lambda grad_out, cache: embedding_backward(grad_out, cache),
        [rng.standard_normal((5, 3))],
        rng,
    )
    assert error < 1e-6


def test_small_integers_do_not_overflow() -> None:
    ids, table = np.array([100, 3], np.int8), np.zeros((101, 200))
    grad_table = embedding_backward(np.ones((2, 200)), embedding_forward(ids, table)[1])
    assert (grad_table.sum(axis=1) == 200 * np.isin(np.arange(101), ids)).all()


IDS, TABLE = np.array([[0, 2], [1, 2]]), np.ones((3, 2))
REFUSED: list[tuple[str, Any, Any]] = [
    ("ids is a list, expected an array of integers", [0, 1], TABLE),
    ("ids is None, expected an array of integers", None, TABLE),
    ("ids is (), expected an array of integers", np.array(1), TABLE),
    ("ids has dtype float64, expected integers", IDS * 1.0, TABLE),
    ("ids has dtype bool, expected integers", IDS > 0, TABLE),
    ("ids is (0, 2), which is empty", IDS[:0], TABLE),
    ("ids holds 3 at [0, 1], expected 0 to 2", IDS + (IDS == 2), TABLE),
    ("ids holds -1 at [0, 0], expected 0 to 2", IDS - 1, TABLE),
    ("table is (3,), expected (words, d)", IDS, TABLE[:, 0]),
    ("table is None, expected an array of float32 or float64", IDS, None),
]


@pytest.mark.parametrize(("message", "ids", "table"), REFUSED, ids=[case[0] for case in REFUSED])
def test_bad_input_is_named(message: str, ids: Any, table: Any) -> None:
    with pytest.raises(ArgumentError, match=f"^{re.escape(f'embedding_forward: {message}')}$"):
        embedding_forward(ids, table)


def test_backward_refuses() -> None:
    out, cache = embedding_forward(IDS, TABLE)
    for bad in (None, out[:1], out[0], out.astype(np.float32), out.tolist()):
        with pytest.raises(ArgumentError, match=r"^embedding_backward: grad_out "):
            embedding_backward(bad, cache)
    with pytest.raises(ArgumentError, match=r"^embedding_backward: cache is None"):
        embedding_backward(out, None)  # type: ignore[arg-type]


def test_layer(rng: np.random.Generator) -> None:
    model = Sequential(
        Embedding(5, 3, rng=rng), LSTM(3, 4, rng=rng), LastStep(), Linear(4, 2, rng=rng)
    )
    ids, labels = rng.integers(0, 5, (3, 6)), np.array([0, 1, 1])
    out = model(ids)
    zeros = model.backward(np.ones_like(out))
    assert zeros.shape == ids.shape
    assert not zeros.any()
    table = model.parameters()[0]
    first = Sequential(*model.layers[1:])
    vectors, cache = embedding_forward(ids, table.data)
    np.testing.assert_array_equal(first(vectors), out)
    wanted = embedding_backward(first.backward(np.ones_like(out)), cache)
    np.testing.assert_array_equal(table.grad, wanted)
    assert check_model(first, "cross_entropy", vectors, labels).passed
    assert Embedding(5, 3, rng=rng, dtype=np.float32)(ids).dtype == np.float32
    assert repr(model.layers[0]) == "Embedding(5, 3)"
    with pytest.raises(ArgumentError, match=r"^Embedding: words is 0"):
        Embedding(0, 3, rng=rng)


def test_pytorch_agrees(rng: np.random.Generator) -> None:
    torch = pytest.importorskip(
        "torch", reason="PyTorch is not installed (pip install torch==2.13.0 runs this test)"
    )
    ids, table = rng.integers(0, 5, (4, 6)), rng.standard_normal((5, 3))
    out, cache = embedding_forward(ids, table)
    grad_out = rng.standard_normal(out.shape)
    weight = torch.from_numpy(table.copy()).requires_grad_()
    theirs = torch.nn.functional.embedding(torch.from_numpy(ids), weight)
    theirs.backward(torch.from_numpy(grad_out))
    np.testing.assert_array_equal(out, theirs.detach())
    np.testing.assert_allclose(embedding_backward(grad_out, cache), weight.grad, atol=1e-12)
