"""CTC against the sum over all paths, written out, and against PyTorch."""

import importlib.util
from collections.abc import Callable
from itertools import groupby, product
from pathlib import Path
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook import nn
from bpworkbook.nn.ctc import ctc_loss, ctc_loss_backward, ctc_loss_forward


def reads(path: tuple[int, ...], blank: int) -> list[int]:
    """Merge repeats, then drop blanks."""
    return [label for label, _ in groupby(path) if label != blank]


def literal(scores: Any, targets: Any, frames: Any, lengths: Any, blank: int = 0) -> Any:
    """The loss by enumeration of every path of every example."""
    total = 0.0
    for i, (T, S) in enumerate(zip(frames, lengths, strict=True)):
        probs = anp.exp(scores[i]) / anp.sum(anp.exp(scores[i]), axis=1, keepdims=True)
        chance = 0.0
        for path in product(range(scores.shape[2]), repeat=int(T)):
            if reads(path, blank) == list(targets[i, :S]):
                chance = chance + anp.prod(probs[anp.arange(T), anp.array(path)])
        total = total - anp.log(chance) / max(S, 1)
    return total / len(frames)


def draw(
    rng: np.random.Generator, n: int, T: int, classes: int, S: int, *, scale: float = 1.0
) -> tuple[Any, ...]:
    """Draw a batch whose targets all fit; label 0 is the blank."""
    scores = rng.standard_normal((n, T, classes)) * scale
    targets = rng.integers(1, classes, (n, S))
    frames, lengths = rng.integers(1, T + 1, n), rng.integers(0, S + 1, n)
    for i in range(n):
        while lengths[i] + np.sum(np.diff(targets[i, : lengths[i]]) == 0) > frames[i]:
            lengths[i] -= 1
    return scores, targets, frames, lengths


@given(
    n=st.integers(1, 3),
    T=st.integers(1, 4),
    classes=st.integers(2, 3),
    S=st.integers(0, 3),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_sum_over_all_paths(n: int, T: int, classes: int, S: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    inputs = draw(rng, n, T, classes, S)
    loss, cache = ctc_loss_forward(*inputs)
    assert loss == ctc_loss(*inputs)
    assert loss == pytest.approx(literal(*inputs), rel=1e-12, abs=1e-14)
    wanted = grad(lambda scores: literal(scores, *inputs[1:]))(inputs[0])
    np.testing.assert_allclose(ctc_loss_backward(cache), wanted, rtol=1e-10, atol=1e-13)


def test_the_blank_may_be_any_class(rng: np.random.Generator) -> None:
    scores, lengths = rng.standard_normal((2, 4, 3)), (np.array([4, 3]), np.array([2, 1]))
    targets = np.array([[0, 0], [1, 0]])
    loss = ctc_loss(scores, targets, *lengths, blank=2)
    assert loss == pytest.approx(literal(scores, targets, *lengths, blank=2), rel=1e-12)


@given(
    n=st.integers(1, 4),
    T=st.integers(1, 12),
    classes=st.integers(2, 5),
    S=st.integers(0, 5),
    seed=st.integers(0, 2**32 - 1),
)
def test_backward_agrees_with_random_projections(
    n: int, T: int, classes: int, S: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    inputs = draw(rng, n, T, classes, S)
    gradient = ctc_loss_backward(ctc_loss_forward(*inputs)[1])
    np.testing.assert_allclose(gradient.sum(axis=2), 0, atol=1e-14)
    assert nn.projection_check(ctc_loss_forward, ctc_loss_backward, inputs, rng) < 1e-6


def test_padding_is_not_looked_at(rng: np.random.Generator) -> None:
    scores, targets = rng.standard_normal((2, 6, 4)), np.array([[1, 2, 2], [3, -1, 99]])
    frames, lengths = np.array([6, 4]), np.array([3, 1])
    loss, cache = ctc_loss_forward(scores, targets, frames, lengths)
    gradient = ctc_loss_backward(cache)
    other = scores.copy()
    other[1, 4:] = 1e3
    loss_other, cache_other = ctc_loss_forward(other, np.abs(targets) % 4, frames, lengths)
    assert loss == loss_other
    np.testing.assert_array_equal(gradient, ctc_loss_backward(cache_other))
    np.testing.assert_array_equal(gradient[1, 4:], 0)
    alone = ctc_loss(scores[1:, :4], targets[1:, :1], frames[1:], lengths[1:])
    both = ctc_loss(scores[:1], targets[:1], frames[:1], lengths[:1]) / 2 + alone / 2
    assert loss == pytest.approx(both, rel=1e-14)


def test_a_target_that_does_not_fit(rng: np.random.Generator) -> None:
    # 1 1 2 needs four frames, because a blank must part the two ones.
    scores, targets = rng.standard_normal((2, 3, 3)), np.array([[1, 1, 2], [1, 2, 0]])
    inputs = (scores, targets, np.array([3, 3]), np.array([3, 2]))
    alone = tuple(x[1:] for x in inputs)
    loss, cache = ctc_loss_forward(*inputs)
    assert loss == np.inf
    gradient = ctc_loss_backward(cache)
    np.testing.assert_array_equal(gradient[0], 0)
    alone_loss, alone_cache = ctc_loss_forward(*alone)
    np.testing.assert_allclose(gradient[1:], ctc_loss_backward(alone_cache) / 2, rtol=1e-13)
    spared, cache = ctc_loss_forward(*inputs, zero_infinity=True)
    assert spared == pytest.approx(alone_loss / 2)
    np.testing.assert_array_equal(ctc_loss_backward(cache), gradient)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("index", [np.uint8, np.int32, np.uint64])
def test_dtypes(dtype: Any, index: Any, rng: np.random.Generator) -> None:
    inputs = draw(rng, 3, 300, 200, 140)
    loss, cache = ctc_loss_forward(inputs[0].astype(dtype), inputs[1].astype(np.uint8), *inputs[2:])
    as_given = [inputs[1].astype(index), inputs[2].astype(np.uint16), inputs[3].astype(index)]
    loss_as_given, _ = ctc_loss_forward(inputs[0].astype(dtype), *as_given)
    assert loss == loss_as_given == pytest.approx(float(ctc_loss(*inputs)), rel=1e-4)
    assert loss.dtype == ctc_loss_backward(cache, loss).dtype == dtype


def test_a_blank_that_the_dtype_of_the_targets_cannot_hold(rng: np.random.Generator) -> None:
    scores, lengths = rng.standard_normal((1, 3, 300)), (np.array([3]), np.array([1]))
    small, large = np.array([[7, 0]], np.uint8), np.array([[7, 0]])
    assert ctc_loss(scores, small, *lengths, 299) == ctc_loss(scores, large, *lengths, 299)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extremes_are_finite(dtype: Any, rng: np.random.Generator) -> None:
    scores, *rest = draw(rng, 4, 20, 5, 6, scale=1e3)
    loss, cache = ctc_loss_forward(scores.astype(dtype), *rest)
    assert np.isfinite(loss)
    gradient = ctc_loss_backward(cache)
    assert np.all(np.isfinite(gradient))
    assert np.abs(gradient).max() <= 1.01


def test_a_perfect_alignment_costs_nothing() -> None:
    scores = 1e3 * np.eye(3)[None, [0, 1, 1, 0, 1, 2]]
    loss, cache = ctc_loss_forward(scores, np.array([[1, 1, 2]]), np.array([6]), np.array([3]))
    assert loss == 0
    np.testing.assert_array_equal(ctc_loss_backward(cache), 0 * scores)


def test_everything_stays_elsewhere(rng: np.random.Generator) -> None:
    place = Path(__file__).with_name("test_dispatch.py")
    spec = importlib.util.spec_from_file_location("recording_array", place)
    assert spec is not None
    assert spec.loader is not None
    helper = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(helper)
    calls: list[str] = []
    inputs = draw(rng, 3, 6, 4, 3)
    loss, cache = ctc_loss_forward(*inputs)
    loss_there, cache_there = ctc_loss_forward(*(helper.Recorder(x, calls) for x in inputs))
    assert helper.fetch(loss_there) == loss
    gradient = helper.fetch(ctc_loss_backward(cache_there))
    np.testing.assert_array_equal(gradient, ctc_loss_backward(cache))
    assert "take_along_axis" in calls


SCORES, TARGETS, T, S = (
    np.zeros((2, 4, 3)),
    np.array([[1, 2], [2, 1]]),
    np.full(2, 4),
    np.full(2, 2),
)
MESSAGES: list[tuple[str, Callable[[], Any]]] = [
    ("scores is (4, 3), expected (n, T, classes)", lambda: ctc_loss(SCORES[0], TARGETS, T, S)),
    ("scores has dtype int64", lambda: ctc_loss(SCORES.astype(int), TARGETS, T, S)),
    ("scores is (0, 4, 3), which is", lambda: ctc_loss(SCORES[:0], TARGETS, T, S)),
    ("targets is a list, expected", lambda: ctc_loss(SCORES, [[1], [2]], T, S)),
    ("targets is (2,), expected (2, S)", lambda: ctc_loss(SCORES, TARGETS[0], T, S)),
    ("targets is (1, 2), expected (2, S)", lambda: ctc_loss(SCORES, TARGETS[:1], T, S)),
    ("targets has dtype float64", lambda: ctc_loss(SCORES, TARGETS * 1.0, T, S)),
    ("targets holds 3 at [0, 1], expected 0 to 2", lambda: ctc_loss(SCORES, TARGETS + 1, T, S)),
    (
        "targets holds 0 at [0, 0], expected a label other than the blank",
        lambda: ctc_loss(SCORES, TARGETS - 1, T, S),
    ),
    ("input_lengths holds 5 at [0], expected 0 to 4", lambda: ctc_loss(SCORES, TARGETS, T + 1, S)),
    ("input_lengths holds 0 at [0], expected 1", lambda: ctc_loss(SCORES, TARGETS, T - 4, S)),
    ("input_lengths is None", lambda: ctc_loss(SCORES, TARGETS, None, S)),
    ("target_lengths is (1,), expected (2,)", lambda: ctc_loss(SCORES, TARGETS, T, S[:1])),
    ("target_lengths holds -1 at [0]", lambda: ctc_loss(SCORES, TARGETS, T, S - 3)),
    ("blank is 3, expected 0 to 2", lambda: ctc_loss(SCORES, TARGETS, T, S, blank=3)),
    ("blank is 0.5, expected an integer", lambda: ctc_loss(SCORES, TARGETS, T, S, 0.5)),
    ("zero_infinity is 1, expected True", lambda: ctc_loss(SCORES, TARGETS, T, S, 0, 1)),
]


@pytest.mark.parametrize(("message", "call"), MESSAGES, ids=[text for text, _ in MESSAGES])
def test_bad_input_is_named(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(nn.ArgumentError) as caught:
        call()
    assert str(caught.value).startswith(f"ctc_loss: {message}")


@pytest.mark.parametrize("cache", [None, (), (1, 2, 3)])
def test_a_foreign_cache_is_named(cache: Any) -> None:
    with pytest.raises(nn.ArgumentError, match=r"^ctc_loss_backward: cache is .*_forward$"):
        ctc_loss_backward(cache)


@pytest.mark.parametrize("grad_out", [None, np.ones(2), np.float32(1)])
def test_a_foreign_grad_out_is_named(grad_out: Any) -> None:
    with pytest.raises(nn.ArgumentError, match=r"^ctc_loss_backward: grad_out "):
        ctc_loss_backward(ctc_loss_forward(SCORES, TARGETS, T, S)[1], grad_out)


@pytest.mark.parametrize("scale", [1, 30, 1000])
@pytest.mark.parametrize(("n", "T", "classes", "S"), [(1, 1, 2, 1), (5, 40, 6, 15), (3, 9, 3, 4)])
def test_pytorch_agrees(
    n: int, T: int, classes: int, S: int, scale: float, rng: np.random.Generator
) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    scores, *rest = draw(rng, n, T, classes, S, scale=scale)
    tensor = torch.tensor(scores, requires_grad=True)
    log_probs = tensor.log_softmax(-1).transpose(0, 1)
    theirs = torch.nn.functional.ctc_loss(log_probs, *(torch.tensor(x) for x in rest))
    theirs.backward()
    loss, cache = ctc_loss_forward(scores, *rest)
    assert loss == pytest.approx(theirs.item(), rel=1e-12)
    wanted = tensor.grad.numpy()
    np.testing.assert_allclose(ctc_loss_backward(cache), wanted, rtol=0, atol=1e-10)
