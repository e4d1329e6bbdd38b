r"""Scaled dot-product attention, and the masks that say who may look at whom.

Sequences are (..., T, d): leading axes, such as the batch and the heads, are carried along. A mask
is an array of booleans, True where a query may look at a key, as in PyTorch's
``scaled_dot_product_attention``. A query that may look at nothing gets zeros, and sends no gradient
back. float32 stays float32.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.validation import (
    FloatArray,
    IntArray,
    is_array,
    require_cache,
    require_count,
    require_flag,
    require_floats,
    require_like,
)

Mask: TypeAlias = NDArray[np.bool_]
AttentionCache: TypeAlias = tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]

SAFE_SCORE = 50  # exp(50) is 5e21 and exp(-50) 2e-22: float32 holds both, and sums of them


def scaled_dot_product_attention_forward(
    query: FloatArray,
    key: FloatArray,
    value: FloatArray,
    attn_mask: Mask | None = None,
    is_causal: bool = False,
) -> tuple[FloatArray, AttentionCache]:
    r"""Give each query an average of the values, weighted by how well their keys match it.

    $$O = A V, \qquad A = \mathrm{softmax}\Big(\frac{Q K^\top}{\sqrt d}\Big)$$

    The softmax runs over the keys that the query may look at. $Q K^\top$ sums $d$ products, so its
    spread grows with $\sqrt d$; the division keeps the softmax out of saturation.

    Parameters
    ----------
    query : array (..., T, d), float32 or float64
        What is asked for, $Q$.
    key : array (..., S, d), leading axes and dtype of ``query``
        What is on offer, $K$.
    value : array (..., S, d_v), leading axes and dtype of ``query``
        What is handed out, $V$.
    attn_mask : array of booleans, optional
        True where a query may look at a key; it broadcasts to (..., T, S).
    is_causal : bool
        True lets query t look at keys 0 to t only.

    Returns
    -------
    out : array (..., T, d_v), dtype of ``query``
        The averages; zeros where a query may look at no key.
    cache : (scaled_query, key, value, weights, out)
        What ``scaled_dot_product_attention_backward`` needs. ``weights`` is $A$, (..., T, S).

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    Vaswani and others (2017), Attention is all you need, equation 1.

    Examples
    --------
    >>> x = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> out, cache = scaled_dot_product_attention_forward(x, x, x, is_causal=True)
    >>> out.round(2)
    array([[1.  , 0.  ],
           [0.33, 0.67]])
    """
    function = "scaled_dot_product_attention_forward"
    _check_sequences(function, query, key, value)
    shape = (*query.shape[:-1], key.shape[-2])
    allowed = combine_masks(function, attn_mask, is_causal, shape, query)
    # Dividing the queries costs T d divisions, dividing the scores T S.
    scaled_query = query * (1 / float(np.sqrt(query.shape[-1])))
    weights = masked_softmax(scaled_query @ np.swapaxes(key, -1, -2), allowed)
    out = weights @ value
    return out, (scaled_query, key, value, weights, out)


@cache_of("scaled_dot_product_attention_forward")
def scaled_dot_product_attention_backward(
    grad_out: FloatArray, cache: AttentionCache
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Carry the gradient back through attention.

    With $G$ for ``grad_out`` and $S = Q K^\top / \sqrt d$ for the scores,

    $$\frac{\partial L}{\partial V} = A^\top G, \qquad
      \frac{\partial L}{\partial A} = G V^\top, \qquad
      \frac{\partial L}{\partial S_{ts}} = A_{ts} \Big(\frac{\partial L}{\partial A_{ts}}
      - \sum_k G_{tk} O_{tk}\Big)$$

    $$\frac{\partial L}{\partial Q} = \frac{1}{\sqrt d} \frac{\partial L}{\partial S} K, \qquad
      \frac{\partial L}{\partial K} = \frac{1}{\sqrt d} \frac{\partial L}{\partial S}^\top Q$$

    The third is the softmax's: its sum over the keys of $A$ times $\partial L / \partial A$ is the
    sum over the features of $G$ times $O$, which is shorter.

    Parameters
    ----------
    grad_out : array (..., T, d_v)
        Gradient with respect to the output, of its shape and dtype.
    cache : (scaled_query, key, value, weights, out)
        From ``scaled_dot_product_attention_forward``.

    Returns
    -------
    grad_query : array (..., T, d)
        Gradient with respect to the queries; zeros for those that may look at no key.
    grad_key : array (..., S, d)
        Gradient with respect to the keys; zeros for those that no query may look at.
    grad_value : array (..., S, d_v)
        Gradient with respect to the values; zeros likewise.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than the output.

    References
    ----------
    Dao, Fu, Ermon, Rudra and Ré (2022), FlashAttention, appendix B.2, for the shorter sum.

    Examples
    --------
    >>> x = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> cache = scaled_dot_product_attention_forward(x, x, x, is_causal=True)[1]
    >>> scaled_dot_product_attention_backward(np.ones((2, 2)), cache)[2].round(2)
    array([[1.33, 1.33],
           [0.67, 0.67]])
    """
    function = "scaled_dot_product_attention_backward"
    require_cache(function, cache, 5, "scaled_dot_product_attention_forward")
    require_cache(function, cache[0], 0, "scaled_dot_product_attention_forward")
    scaled_query, key, value, weights, out = cache
    require_like(function, "grad_out", grad_out, out.shape, out.dtype, "out was")
    grad_value = np.swapaxes(weights, -1, -2) @ grad_out
    grad_scores = grad_out @ np.swapaxes(value, -1, -2)
    grad_scores -= row_sum(grad_out * out)
    grad_scores *= weights
    grad_query = grad_scores @ key
    grad_query *= 1 / float(np.sqrt(key.shape[-1]))
    return grad_query, np.swapaxes(grad_scores, -1, -2) @ scaled_query, grad_value


def masked_softmax(scores: FloatArray, allowed: Mask | None) -> FloatArray:
    """Turn ``scores`` in place into weights that sum to 1 over the allowed keys of each row.

    A row without any is all zeros.

    >>> masked_softmax(np.array([[3.0, 3.0], [0.0, 0.0]]), np.array([[True, False], [False] * 2]))
    array([[1., 0.],
           [0., 0.]])
    """
    if allowed is not None:
        # Far below every score, yet finite: with -inf a row that may see nothing would give NaN.
        lowest = np.finfo(scores.dtype).min / 2
        scores += np.logical_not(allowed) * lowest
    # The largest score of each row costs as much to find as all exponentials. Where no score is
    # large they can neither overflow nor all vanish, and nothing need be subtracted.
    if np.max(scores) > SAFE_SCORE or np.min(scores) < -SAFE_SCORE:
        scores -= np.max(scores, axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    total = row_sum(scores)
    share = 1 / total if allowed is None else np.any(allowed, axis=-1, keepdims=True) / total
    scores *= share
    return scores


def row_sum(x: FloatArray) -> FloatArray:
    """Sum over the last axis, as x times ones: BLAS does that several times as fast as np.sum.

    >>> row_sum(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[3.],
           [7.]])
    """
    ones = np.ones_like(x, shape=(x.shape[-1], 1))
    total: FloatArray = x @ ones
    return total


def padding_mask(lengths: IntArray, T: int) -> Mask:
    """Return the mask that hides padding: True for the first ``lengths[i]`` keys of sequence i.

    Parameters
    ----------
    lengths : array (n,), integer
        The length of each sequence, from 0 to ``T``.
    T : int
        The length to which they are padded.

    Returns
    -------
    array (n, 1, T), bool
        For queries (n, T, d): the same for every query of a sequence.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> padding_mask(np.array([1, 3]), 3)[:, 0]
    array([[ True, False, False],
           [ True,  True,  True]])
    """
    require_count("padding_mask", "T", T)
    if not is_array(lengths) or lengths.ndim != 1 or lengths.dtype.kind not in "iu":
        raise ArgumentError(
            f"padding_mask: lengths is {describe(lengths)}, expected integers of shape (n,)"
        )
    if lengths.size == 0:
        raise ArgumentError("padding_mask: lengths is (0,), which is an empty batch")
    if np.min(lengths) < 0 or np.max(lengths) > T:
        place = int(np.argmax((lengths < 0) | (lengths > T)))
        raise ArgumentError(
            f"padding_mask: lengths holds {int(lengths[place])} at [{place}], expected 0 to {T}"
        )
    mask: Mask = np.arange(T, like=lengths) < lengths[:, None, None]
    return mask


def combine_masks(
    function: str, attn_mask: Any, is_causal: bool, shape: tuple[int, ...], like: FloatArray
) -> Mask | None:
    """Return one mask of both kinds, or None where every query may look at every key.

    >>> combine_masks("attention", None, True, (2, 3), np.zeros(1))
    array([[ True, False, False],
           [ True,  True, False]])
    """
    if attn_mask is not None:
        require_mask(function, attn_mask, shape)
    require_flag(function, "is_causal", is_causal)
    if not is_causal:
        return attn_mask  # type: ignore[no-any-return]
    T, S = shape[-2:]
    causal = np.arange(S, like=like) <= np.arange(T, like=like)[:, None]
    return causal if attn_mask is None else causal & attn_mask


def require_mask(function: str, attn_mask: Any, shape: tuple[int, ...]) -> None:
    """Refuse all but booleans that broadcast to ``shape``.

    >>> require_mask("attention", np.ones((3, 3), bool), (2, 4, 4))
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: attention: attn_mask is (3, 3), but the scores are (2, 4, 4)
    """
    if not is_array(attn_mask) or attn_mask.dtype != np.bool_:
        came = f"of {attn_mask.dtype}" if is_array(attn_mask) else describe(attn_mask)
        raise ArgumentError(f"{function}: attn_mask is {came}, expected an array of booleans")
    try:
        fits = np.broadcast_shapes(attn_mask.shape, shape) == shape
    except ValueError:
        fits = False
    if not fits:
        raise ArgumentError(
            f"{function}: attn_mask is {attn_mask.shape}, but the scores are {shape}"
        )


def _check_sequences(function: str, query: Any, key: Any, value: Any) -> None:
    for name, x in (("query", query), ("key", key), ("value", value)):
        require_floats(function, name, x, least_axes=2)
        require_like(function, name, x, x.shape, query.dtype, "query is")
    wanted = (*query.shape[:-2], key.shape[-2], query.shape[-1])
    if key.shape != wanted:
        raise ArgumentError(
            f"{function}: key is {key.shape}, but query is {query.shape}: expected {wanted}"
        )
    wanted = (*key.shape[:-1], value.shape[-1])
    if value.shape != wanted:
        raise ArgumentError(
            f"{function}: value is {value.shape}, but key is {key.shape}: expected {wanted}"
        )
