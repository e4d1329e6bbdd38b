"""Every forward and backward pair of the library with arguments to try it on, for other devices.

All are called alike: ``out, cache = forward(*inputs)`` and ``backward(grad_out=..., cache=...)``,
which returns the gradients of the first inputs. Where a pair is called otherwise it is wrapped.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from bpworkbook import nn

Draw = Callable[[np.random.Generator, Any], tuple[Any, ...]]


@dataclass(frozen=True)
class Pair:
    """A pair of functions, and how to draw its arguments of a dtype, as NumPy arrays.

    Parameters
    ----------
    draw : function
        ``draw(rng, dtype)`` returns the inputs; those with a gradient come first.
    forward, backward : function
        Called as this module's head says.
    """

    draw: Draw
    forward: Callable[..., Any]
    backward: Callable[..., Any]


def normal(*shapes: tuple[int, ...]) -> Draw:
    """Return a drawer of normal numbers of these shapes."""
    return lambda rng, dtype: tuple(rng.standard_normal(shape).astype(dtype) for shape in shapes)


def away_from_zero(rng: np.random.Generator, dtype: Any) -> tuple[Any, ...]:
    """Draw inputs no closer than 0.1 to the kink of a ReLU."""
    z = rng.standard_normal((5, 4))
    return ((z + np.copysign(0.1, z)).astype(dtype),)


def labelled(rng: np.random.Generator, dtype: Any) -> tuple[Any, ...]:
    """Draw scores of four classes and labels."""
    return rng.standard_normal((5, 4)).astype(dtype), rng.integers(0, 4, 5)


def targets(rng: np.random.Generator, dtype: Any) -> tuple[Any, ...]:
    """Draw outputs and targets between 0 and 1."""
    return rng.standard_normal((5, 4)).astype(dtype), rng.random((5, 4)).astype(dtype)


def masked(rng: np.random.Generator, dtype: Any) -> tuple[Any, ...]:
    """Draw queries, keys and values, and a mask that leaves each query its own key."""
    arrays = normal((2, 5, 3), (2, 5, 3), (2, 5, 4))(rng, dtype)
    return (*arrays, (rng.random((2, 5, 5)) < 0.5) | np.eye(5, dtype=bool))


def spellings(rng: np.random.Generator, dtype: Any) -> tuple[Any, ...]:
    """Draw frames of scores and two targets to be read in them."""
    words = np.array([[1, 2, 1], [3, 3, 0]])
    return rng.standard_normal((2, 7, 4)).astype(dtype), words, np.array([7, 6]), np.array([3, 2])


def words(rng: np.random.Generator, dtype: Any) -> tuple[Any, ...]:
    """Draw a table and numbers of words, some of them twice."""
    return rng.standard_normal((6, 3)).astype(dtype), rng.integers(0, 6, (4, 5))


def plain(name: str, draw: Draw, **options: Any) -> Pair:
    """Return a public pair by name, with fixed options for its forward half."""
    forward = getattr(nn, f"{name}_forward")
    return Pair(draw, lambda *inputs: forward(*inputs, **options), getattr(nn, f"{name}_backward"))


def dropout(x: Any) -> tuple[Any, Any]:
    """Drop half, the same half at each call: a difference must not be taken between two masks."""
    return nn.dropout_forward(x, 0.5, np.random.default_rng(7))


def embedding(table: Any, ids: Any) -> tuple[Any, Any]:
    """Look up, with the argument first that has a gradient."""
    return nn.embedding_forward(ids, table)


def lstm_step(*inputs: Any) -> tuple[Any, Any]:
    """Return state and cell stacked, as one output."""
    (h, c), cache = nn.lstm_step_forward(*inputs)
    return np.stack((h, c)), cache


def lstm_step_backward(grad_out: Any, cache: Any) -> tuple[Any, ...]:
    """Take the gradient of state and cell, stacked."""
    return nn.lstm_step_backward(grad_out[0], grad_out[1], cache)


def transformer_block(x: Any, *arrays: Any) -> tuple[Any, Any]:
    """Take the parameters one by one."""
    return nn.transformer_block_forward(x, nn.BlockParameters(*arrays), 2)


def transformer_block_backward(grad_out: Any, cache: Any) -> tuple[Any, ...]:
    """Return the gradients one by one."""
    grad_x, gradients = nn.transformer_block_backward(grad_out, cache)
    return (grad_x, *gradients)


_CELL = ((3, 2), (3, 4))  # input and state of one step, of three sequences
_SEQUENCE = ((3, 6, 2), (3, 4))
_IMAGES = normal((2, 3, 7, 6))
_HEADS = normal((2, 5, 4), (4, 12), (12,), (4, 4), (4,))
_NORM, _ATTENTION = ((4,), (4,)), ((4, 12), (12,), (4, 4), (4,))
_BLOCK = normal((2, 5, 4), *_NORM, *_ATTENTION, *_NORM, (4, 8), (8,), (8, 4), (4,))

PAIRS: Mapping[str, Pair] = {
    **{
        name: plain(name, normal((5, 4)))
        for name in ("sigmoid", "tanh", "gelu", "softplus", "softmax", "log_softmax")
    },
    **{name: plain(name, away_from_zero) for name in ("relu", "leaky_relu")},
    **{name: plain(name, targets) for name in ("mse", "mae", "huber", "bce_with_logits")},
    "cross_entropy": plain("cross_entropy", labelled),
    "ctc_loss": plain("ctc_loss", spellings),
    "linear": plain("linear", normal((5, 4), (4, 3), (3,))),
    "embedding": Pair(words, embedding, nn.embedding_backward),
    "dropout": Pair(normal((5, 4)), dropout, nn.dropout_backward),
    "batch_norm": plain("batch_norm", normal((5, 4), *_NORM)),
    "layer_norm": plain("layer_norm", normal((5, 4), *_NORM)),
    "conv2d": plain("conv2d", normal((2, 3, 7, 6), (4, 3, 3, 2), (4,)), stride=2, padding=1),
    "max_pool2d": plain("max_pool2d", _IMAGES, kernel_size=3, stride=2),
    "avg_pool2d": plain("avg_pool2d", _IMAGES, kernel_size=2),
    "global_max_pool2d": plain("global_max_pool2d", _IMAGES),
    "global_avg_pool2d": plain("global_avg_pool2d", _IMAGES),
    "rnn_step": plain("rnn_step", normal(*_CELL, (2, 4), (4, 4), (4,))),
    "rnn": plain("rnn", normal(*_SEQUENCE, (2, 4), (4, 4), (4,))),
    "gru_step": plain("gru_step", normal(*_CELL, (2, 12), (4, 12), (12,), (12,))),
    "gru": plain("gru", normal(*_SEQUENCE, (2, 12), (4, 12), (12,), (12,))),
    "lstm_step": Pair(
        normal(*_CELL, (3, 4), (2, 16), (4, 16), (16,)), lstm_step, lstm_step_backward
    ),
    "lstm": plain("lstm", normal(*_SEQUENCE, (3, 4), (2, 16), (4, 16), (16,))),
    "scaled_dot_product_attention": plain("scaled_dot_product_attention", masked),
    "multi_head_attention": plain("multi_head_attention", _HEADS, num_heads=2, is_causal=True),
    "transformer_block": Pair(_BLOCK, transformer_block, transformer_block_backward),
}
"""By the names of the functions, without ``_forward`` and ``_backward``."""
