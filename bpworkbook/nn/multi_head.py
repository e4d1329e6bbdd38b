r"""Multi-head self-attention: several attentions side by side, each on a share of the features.

Each of h heads looks for something of its own: the input is projected to queries, keys and values,
each head attends with its d / h features, and a last projection mixes what the heads found. As in
PyTorch one matrix makes the queries, keys and values of all heads. Attention from one sequence to
another is ``scaled_dot_product_attention_forward`` with projections of your own.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from bpworkbook.nn.attention import (
    AttentionCache,
    Mask,
    require_mask,
    scaled_dot_product_attention_backward,
    scaled_dot_product_attention_forward,
)
from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.linear import linear_backward, linear_forward
from bpworkbook.nn.validation import (
    FloatArray,
    require_cache,
    require_count,
    require_floats,
    require_like,
)

LinearCache: TypeAlias = tuple[FloatArray, FloatArray]
MultiHeadCache: TypeAlias = tuple[LinearCache, AttentionCache, LinearCache]


def multi_head_attention_forward(
    x: FloatArray,
    W_in: FloatArray,
    b_in: FloatArray,
    W_out: FloatArray,
    b_out: FloatArray,
    num_heads: int,
    attn_mask: Mask | None = None,
    is_causal: bool = False,
) -> tuple[FloatArray, MultiHeadCache]:
    r"""Let every place of a sequence look at every other, with several heads.

    $$[Q, K, V] = x W_{in} + b_{in}, \qquad
      O = [\mathrm{head}_1, \dots, \mathrm{head}_h] \, W_{out} + b_{out}, \qquad
      \mathrm{head}_i = \mathrm{attention}(Q_i, K_i, V_i)$$

    $Q_i$, $K_i$ and $V_i$ are the i-th d / h columns of $Q$, $K$ and $V$.

    Parameters
    ----------
    x : array (n, T, d), float32 or float64
        The sequences.
    W_in : array (d, 3d), dtype of ``x``
        Projects to queries, keys and values; PyTorch's ``in_proj_weight``, transposed.
    b_in : array (3d,), dtype of ``x``
        Its bias.
    W_out : array (d, d), dtype of ``x``
        Mixes the heads.
    b_out : array (d,), dtype of ``x``
        Its bias.
    num_heads : int
        The number of heads h, a divisor of d.
    attn_mask : array of booleans, optional
        True where a place may look at another; it broadcasts to (n, T, T). See ``padding_mask``.
    is_causal : bool
        True lets each place look at itself and earlier ones only.

    Returns
    -------
    out : array (n, T, d), dtype of ``x``
        What each place found; ``b_out`` alone where it may look nowhere.
    cache : (in_cache, attention_cache, out_cache)
        What ``multi_head_attention_backward`` needs.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    Vaswani and others (2017), Attention is all you need, section 3.2.2.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> shapes = [(2, 5, 4), (4, 12), (12,), (4, 4), (4,)]
    >>> out, _ = multi_head_attention_forward(*map(rng.standard_normal, shapes), num_heads=2)
    >>> out.shape
    (2, 5, 4)
    """
    _check_multi_head(x, W_in, b_in, W_out, b_out, num_heads)
    n, T, d = x.shape
    if attn_mask is not None:
        require_mask("multi_head_attention_forward", attn_mask, (n, T, T))
        if attn_mask.ndim == 3:
            attn_mask = attn_mask[:, None]  # the same for all heads
    projected, in_cache = linear_forward(np.reshape(x, (n * T, d)), W_in, b_in)
    heads = split_heads(projected, n, 3, num_heads)
    attended, attention_cache = scaled_dot_product_attention_forward(
        heads[0], heads[1], heads[2], attn_mask, is_causal
    )
    out, out_cache = linear_forward(join_heads([attended]), W_out, b_out)
    return np.reshape(out, (n, T, d)), (in_cache, attention_cache, out_cache)


@cache_of("multi_head_attention_forward")
def multi_head_attention_backward(
    grad_out: FloatArray, cache: MultiHeadCache
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    r"""Carry the gradient back through the output projection, the heads, the input projection.

    It is the chain rule over ``linear_backward``, ``scaled_dot_product_attention_backward`` and
    ``linear_backward``; splitting into heads and joining them are each other's backward pass.

    Parameters
    ----------
    grad_out : array (n, T, d)
        Gradient with respect to the output, of its shape and dtype.
    cache : (in_cache, attention_cache, out_cache)
        From ``multi_head_attention_forward``.

    Returns
    -------
    grad_x : array (n, T, d)
        Gradient with respect to the sequences.
    grad_W_in, grad_b_in, grad_W_out, grad_b_out : array
        Gradients of the projections, each of its parameter's shape.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than the output.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> inputs = [rng.standard_normal(s) for s in [(2, 5, 4), (4, 12), (12,), (4, 4), (4,)]]
    >>> out, cache = multi_head_attention_forward(*inputs, num_heads=2)
    >>> [gradient.shape for gradient in multi_head_attention_backward(out, cache)]
    [(2, 5, 4), (4, 12), (12,), (4, 4), (4,)]
    """
    function = "multi_head_attention_backward"
    require_cache(function, cache, 3, "multi_head_attention_forward")
    require_cache(function, cache[1], 5, "multi_head_attention_forward")
    in_cache, attention_cache, out_cache = cache
    scaled_query = attention_cache[0]
    n, num_heads, T, _ = scaled_query.shape
    shape = (n, T, in_cache[0].shape[1])
    require_like(function, "grad_out", grad_out, shape, scaled_query.dtype, "out was")
    grad_joined, grad_W_out, grad_b_out = linear_backward(
        np.reshape(grad_out, (n * T, -1)), out_cache
    )
    grad_attended = split_heads(grad_joined, n, 1, num_heads)[0]
    grad_heads = scaled_dot_product_attention_backward(grad_attended, attention_cache)
    grad_rows, grad_W_in, grad_b_in = linear_backward(join_heads(grad_heads), in_cache)
    return np.reshape(grad_rows, shape), grad_W_in, grad_b_in, grad_W_out, grad_b_out


def split_heads(rows: FloatArray, n: int, parts: int, num_heads: int) -> FloatArray:
    """Cut rows (n T, parts d) into (parts, n, num_heads, T, d / num_heads), one block of memory.

    >>> split_heads(np.arange(12.0).reshape(2, 6), 1, 3, 2)[:, 0, :, :, 0]
    array([[[ 0.,  6.],
            [ 1.,  7.]],
    <BLANKLINE>
           [[ 2.,  8.],
            [ 3.,  9.]],
    <BLANKLINE>
           [[ 4., 10.],
            [ 5., 11.]]])
    """
    cut = np.reshape(rows, (n, rows.shape[0] // n, parts, num_heads, -1))
    # Matrix products run fastest over contiguous blocks.
    return np.copy(np.transpose(cut, (2, 0, 3, 1, 4)), order="C")


def join_heads(parts: Sequence[FloatArray]) -> FloatArray:
    """Undo ``split_heads``: parts (n, num_heads, T, d / num_heads) become rows (n T, parts d).

    >>> rows = np.arange(12.0).reshape(2, 6)
    >>> bool(np.all(join_heads(split_heads(rows, 1, 3, 2)) == rows))
    True
    """
    n, num_heads, T, width = parts[0].shape
    rows = np.empty_like(parts[0], shape=(n, T, len(parts), num_heads, width))
    for position, part in enumerate(parts):
        rows[:, :, position] = np.swapaxes(part, 1, 2)
    return np.reshape(rows, (n * T, -1))


def _check_multi_head(x: Any, W_in: Any, b_in: Any, W_out: Any, b_out: Any, num_heads: Any) -> None:
    function = "multi_head_attention_forward"
    require_floats(function, "x", x, ("n", "T", "d"))
    d = x.shape[2]
    wanted = {"W_in": (W_in, (d, 3 * d)), "b_in": (b_in, (3 * d,))}
    wanted |= {"W_out": (W_out, (d, d)), "b_out": (b_out, (d,))}
    for name, (parameter, shape) in wanted.items():
        require_floats(function, name, parameter)
        if parameter.shape != shape:
            raise ArgumentError(
                f"{function}: {name} is {parameter.shape}, but x is {x.shape}: expected {shape}"
            )
        require_like(function, name, parameter, shape, x.dtype, "x is")
    require_count(function, "num_heads", num_heads)
    if d % num_heads:
        raise ArgumentError(
            f"{function}: num_heads is {num_heads}, but x is {x.shape}: expected a divisor of {d}"
        )
