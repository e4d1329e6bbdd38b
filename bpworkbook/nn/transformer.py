r"""The transformer block: attention carries news between places, an MLP digests it at each place.

This is the pre-norm block, PyTorch's ``TransformerEncoderLayer`` with ``norm_first=True`` and
without dropout; with ``is_causal`` and GELU it is the block of a language model. Each half
normalises its input and adds what it finds to it, so that the gradient has a way past every block.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from bpworkbook.nn.attention import Mask
from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.layer_norm import LayerNormCache, layer_norm_backward, layer_norm_forward
from bpworkbook.nn.linear import linear_backward, linear_forward
from bpworkbook.nn.multi_head import (
    LinearCache,
    MultiHeadCache,
    multi_head_attention_backward,
    multi_head_attention_forward,
)
from bpworkbook.nn.rectifiers import relu_backward, relu_forward
from bpworkbook.nn.smooth import gelu_backward, gelu_forward
from bpworkbook.nn.validation import FloatArray, require_cache, require_floats, require_like

MLPCache: TypeAlias = tuple[LinearCache, str, FloatArray, LinearCache]
BlockCache: TypeAlias = tuple[LayerNormCache, MultiHeadCache, LayerNormCache, MLPCache]

ACTIVATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "relu": (relu_forward, relu_backward),
    "gelu": (gelu_forward, gelu_backward),
}


class BlockParameters(NamedTuple):
    """The arrays of a transformer block, or their gradients, in the order of their use.

    Parameters
    ----------
    norm1_weight, norm1_bias : array (d,)
        The layer norm before the attention.
    W_in, b_in, W_out, b_out : array (d, 3d), (3d,), (d, d), (d,)
        The attention's projections, see ``multi_head_attention_forward``.
    norm2_weight, norm2_bias : array (d,)
        The layer norm before the MLP.
    W1, b1, W2, b2 : array (d, d_mlp), (d_mlp,), (d_mlp, d), (d,)
        The two linear layers of the MLP.

    Examples
    --------
    >>> BlockParameters(*range(12)).W1
    8
    """

    norm1_weight: FloatArray
    norm1_bias: FloatArray
    W_in: FloatArray
    b_in: FloatArray
    W_out: FloatArray
    b_out: FloatArray
    norm2_weight: FloatArray
    norm2_bias: FloatArray
    W1: FloatArray
    b1: FloatArray
    W2: FloatArray
    b2: FloatArray


def transformer_block_forward(
    x: FloatArray,
    params: BlockParameters,
    num_heads: int,
    attn_mask: Mask | None = None,
    is_causal: bool = False,
    activation: str = "relu",
) -> tuple[FloatArray, BlockCache]:
    r"""Add what attention finds, then what an MLP makes of it.

    $$h = x + \mathrm{attention}(\mathrm{norm}_1(x)), \qquad
      \mathrm{out} = h + g(\mathrm{norm}_2(h) W_1 + b_1) W_2 + b_2$$

    Parameters
    ----------
    x : array (n, T, d), float32 or float64
        The sequences.
    params : BlockParameters
        Twelve arrays of the dtype of ``x``.
    num_heads : int
        The number of heads, a divisor of d.
    attn_mask : array of booleans, optional
        True where a place may look at another; it broadcasts to (n, T, T). See ``padding_mask``.
    is_causal : bool
        True lets each place look at itself and earlier ones only.
    activation : {"relu", "gelu"}
        The function $g$ in the MLP, ``relu`` or the exact ``gelu``.

    Returns
    -------
    out : array (n, T, d), dtype of ``x``
        The sequences, for the next block.
    cache : (norm1_cache, attention_cache, norm2_cache, mlp_cache)
        What ``transformer_block_backward`` needs.

    Raises
    ------
    ArgumentError
        If an argument is none of these; the message may name the function that uses it.

    References
    ----------
    Vaswani and others (2017), Attention is all you need, section 3.1; Xiong and others (2020), On
    layer normalization in the transformer architecture, for the norm before each half.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> shapes = [(4,), (4,), (4, 12), (12,), (4, 4), (4,), (4,), (4,), (4, 8), (8,), (8, 4), (4,)]
    >>> params = BlockParameters(*map(rng.standard_normal, shapes))
    >>> out, cache = transformer_block_forward(rng.standard_normal((2, 5, 4)), params, num_heads=2)
    >>> out.shape
    (2, 5, 4)
    """
    _check_block(x, params, activation)
    normed, norm1_cache = layer_norm_forward(x, params.norm1_weight, params.norm1_bias)
    attended, attention_cache = multi_head_attention_forward(
        normed,
        params.W_in,
        params.b_in,
        params.W_out,
        params.b_out,
        num_heads,
        attn_mask,
        is_causal,
    )
    attended += x
    h = np.reshape(attended, (-1, x.shape[2]))
    normed, norm2_cache = layer_norm_forward(h, params.norm2_weight, params.norm2_bias)
    z, first_cache = linear_forward(normed, params.W1, params.b1)
    a, activation_cache = ACTIVATIONS[activation][0](z)
    out, second_cache = linear_forward(a, params.W2, params.b2)
    out += h
    mlp_cache = (first_cache, activation, activation_cache, second_cache)
    return np.reshape(out, x.shape), (norm1_cache, attention_cache, norm2_cache, mlp_cache)


@cache_of("transformer_block_forward")
def transformer_block_backward(
    grad_out: FloatArray, cache: BlockCache
) -> tuple[FloatArray, BlockParameters]:
    r"""Carry the gradient back through the MLP and the attention, and past both.

    A sum sends its gradient to both terms. So, with $J$ for the derivative of each half,

    $$\frac{\partial L}{\partial h} = G + J_\mathrm{MLP}^\top G, \qquad
      \frac{\partial L}{\partial x} = \frac{\partial L}{\partial h}
      + J_\mathrm{attention}^\top \frac{\partial L}{\partial h}$$

    Parameters
    ----------
    grad_out : array (n, T, d)
        Gradient $G$ with respect to the output, of its shape and dtype.
    cache : tuple
        From ``transformer_block_forward``.

    Returns
    -------
    grad_x : array (n, T, d)
        Gradient with respect to the sequences.
    grad_params : BlockParameters
        Gradients of the twelve arrays, under the same names.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than the output.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> shapes = [(4,), (4,), (4, 12), (12,), (4, 4), (4,), (4,), (4,), (4, 8), (8,), (8, 4), (4,)]
    >>> params = BlockParameters(*map(rng.standard_normal, shapes))
    >>> out, cache = transformer_block_forward(rng.standard_normal((2, 5, 4)), params, num_heads=2)
    >>> transformer_block_backward(np.ones_like(out), cache)[1].b2
    array([10., 10., 10., 10.])
    """
    require_cache("transformer_block_backward", cache, 4, "transformer_block_forward")
    for part, length in ((cache[0], 3), (cache[3], 4)):
        require_cache("transformer_block_backward", part, length, "transformer_block_forward")
    norm1_cache, attention_cache, norm2_cache, mlp_cache = cache
    first_cache, activation, activation_cache, second_cache = mlp_cache
    shape, dtype = norm1_cache[0].shape, norm1_cache[0].dtype
    require_like("transformer_block_backward", "grad_out", grad_out, shape, dtype, "out was")
    rows = np.reshape(grad_out, (-1, shape[2]))
    grad_a, *second = linear_backward(rows, second_cache)
    grad_z = ACTIVATIONS[activation][1](grad_a, activation_cache)
    grad_normed, *first = linear_backward(grad_z, first_cache)
    grad_h, *norm2 = layer_norm_backward(grad_normed, norm2_cache)
    grad_h += rows
    grad_h = np.reshape(grad_h, shape)
    grad_normed, *attention = multi_head_attention_backward(grad_h, attention_cache)
    grad_x, *norm1 = layer_norm_backward(grad_normed, norm1_cache)
    grad_x += grad_h
    return grad_x, BlockParameters(*norm1, *attention, *norm2, *first, *second)


def require_activation(function: str, activation: Any) -> None:
    """Refuse all but the names in ``ACTIVATIONS``.

    >>> require_activation("TransformerBlock", "tanh")
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: TransformerBlock: activation is 'tanh', expected "relu" or \
"gelu"
    """
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        raise ArgumentError(
            f'{function}: activation is {describe(activation)}, expected "relu" or "gelu"'
        )


def _check_block(x: Any, params: Any, activation: Any) -> None:
    function = "transformer_block_forward"
    require_floats(function, "x", x, ("n", "T", "d"))
    require_activation(function, activation)
    if not isinstance(params, BlockParameters):
        raise ArgumentError(f"{function}: params is {describe(params)}, expected BlockParameters")
    d = x.shape[2]
    require_floats(function, "W1", params.W1, ("d", "d_mlp"))
    d_mlp = params.W1.shape[1]
    shapes: list[tuple[int, ...]] = [(d,), (d,), (d, 3 * d), (3 * d,), (d, d), (d,), (d,), (d,)]
    shapes += [(d, d_mlp), (d_mlp,), (d_mlp, d), (d,)]
    for name, parameter, shape in zip(BlockParameters._fields, params, shapes, strict=True):
        require_floats(function, name, parameter)
        if parameter.shape != shape:
            raise ArgumentError(
                f"{function}: {name} is {parameter.shape}, but x is {x.shape}: expected {shape}"
            )
        require_like(function, name, parameter, shape, x.dtype, "x is")
