r"""The embedding: a table of vectors, one for each word, and a look-up of rows.

The look-up is a linear layer with one-hot inputs, ``one_hot(ids) @ table``, without the zeros. So
the gradient of the table is ``one_hot(ids).T @ grad_out``: each row collects the gradients from all
the places where its word stood, and rows of words that did not occur stay zero.
"""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from bpworkbook.nn import init as initialisers
from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.module import Cached, Parameter
from bpworkbook.nn.validation import (
    FloatArray,
    IntArray,
    is_array,
    require_cache,
    require_count,
    require_floats,
    require_like,
)


def embedding_forward(
    ids: IntArray, table: FloatArray
) -> tuple[FloatArray, tuple[IntArray, FloatArray]]:
    r"""Look up a row of the table for each id.

    $$z_{i} = E_{\mathrm{id}_i}$$

    Parameters
    ----------
    ids : array (...), integer
        Numbers of words, of any shape, such as (n, t); from 0 to words - 1.
    table : array (words, d), float32 or float64
        One vector a row.

    Returns
    -------
    out : array (..., d), dtype of ``table``
        The vectors.
    cache : (ids, table)
        What ``embedding_backward`` needs.

    Raises
    ------
    ArgumentError
        If ``ids`` is not a non-empty array of integers in range, or ``table`` not a non-empty float
        array with two axes. Negative ids do not count from the end here.

    References
    ----------
    Bengio, Ducharme, Vincent and Jauvin (2003), A neural probabilistic language model.

    Examples
    --------
    >>> out, cache = embedding_forward(np.array([2, 0]), np.array([[0.0, 1], [2, 3], [4, 5]]))
    >>> out
    array([[4., 5.],
           [0., 1.]])
    """
    require_floats("embedding_forward", "table", table, ("words", "d"))
    _require_ids(ids, table.shape[0])
    return table[ids], (ids, table)


@cache_of("embedding_forward")
def embedding_backward(grad_out: FloatArray, cache: tuple[IntArray, FloatArray]) -> FloatArray:
    r"""Return the gradient of the table; ids have none.

    $$\frac{\partial L}{\partial E_{w}} = \sum_{i :\, \mathrm{id}_i = w} G_i$$

    ``grad[ids] += grad_out`` would be wrong: where a word stands twice, it adds only once.

    Parameters
    ----------
    grad_out : array (..., d)
        Gradient with respect to ``out``, of its shape and dtype.
    cache : (ids, table)
        From ``embedding_forward``.

    Returns
    -------
    grad_table : array (words, d)
        Shape and dtype of the table.

    Raises
    ------
    ArgumentError
        If ``grad_out`` has another shape or dtype than ``out``.

    Examples
    --------
    >>> out, cache = embedding_forward(np.array([2, 0, 2]), np.zeros((3, 2)))
    >>> embedding_backward(np.ones((3, 2)), cache)
    array([[1., 1.],
           [0., 0.],
           [2., 2.]])
    """
    require_cache("embedding_backward", cache, 2, "embedding_forward")
    ids, table = cache
    words, d = table.shape
    shape = (*ids.shape, d)
    require_like("embedding_backward", "grad_out", grad_out, shape, table.dtype, "out was")
    # Over single numbers np.add.at is five times as fast as over rows: word w fills the places
    # w * d to w * d + d - 1. In int8 they would overflow.
    first = np.multiply(np.reshape(ids, (-1, 1)), d, dtype=np.intp, casting="unsafe")
    places = first + np.arange(d, like=first)
    grad_table = np.zeros(words * d, table.dtype, like=table)
    np.add.at(grad_table, np.reshape(places, (-1,)), np.reshape(grad_out, (-1,)))
    return np.reshape(grad_table, (words, d))


class Embedding(Cached):
    """The look-up of rows of a table as a layer, see ``embedding_forward``.

    It stands first in a network, since ids have no gradient: ``backward`` returns zeros of the
    shape of the ids.

    Parameters
    ----------
    words : int
        How many words there are; PyTorch's ``num_embeddings``.
    d : int
        The length of their vectors; PyTorch's ``embedding_dim``.
    rng : Generator
        Where the vectors come from: standard normal numbers, as in PyTorch.
    dtype : float32 or float64
        The dtype of the table.

    Attributes
    ----------
    table : Parameter (words, d)
        The vectors.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> layer = Embedding(100, 8, rng=np.random.default_rng(0))
    >>> layer, layer(np.array([[3, 1, 4], [1, 5, 9]])).shape
    (Embedding(100, 8), (2, 3, 8))
    """

    def __init__(
        self, words: int, d: int, *, rng: np.random.Generator, dtype: DTypeLike = np.float64
    ) -> None:
        require_count("Embedding", "words", words)
        require_count("Embedding", "d", d)
        self.table = Parameter(initialisers.normal((words, d), rng, dtype, std=1.0))

    def forward(self, x: Any) -> FloatArray:
        """Return the vectors of the ids ``x``, integers of any shape."""
        out, self._cache = embedding_forward(x, self.table.data)
        return out

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Set ``table.grad`` and return zeros: integers cannot move by a little."""
        ids, _ = cache = self._last_cache()
        self.table.grad = embedding_backward(grad_out, cache)
        return np.zeros(ids.shape, grad_out.dtype, like=grad_out)

    def parameters(self) -> list[Parameter]:
        """Return the table."""
        return [self.table]

    def __repr__(self) -> str:
        return f"Embedding{self.table.data.shape}"


def _require_ids(ids: Any, words: int) -> None:
    if not is_array(ids) or ids.ndim == 0:
        raise ArgumentError(
            f"embedding_forward: ids is {describe(ids)}, expected an array of integers"
        )
    if ids.dtype.kind not in "iu":
        raise ArgumentError(f"embedding_forward: ids has dtype {ids.dtype}, expected integers")
    if ids.size == 0:
        raise ArgumentError(f"embedding_forward: ids is {ids.shape}, which is empty")
    if np.min(ids) < 0 or np.max(ids) >= words:
        wrong = (ids < 0) | (ids >= words)
        place = [int(i) for i in np.unravel_index(int(np.argmax(wrong)), ids.shape)]
        raise ArgumentError(
            f"embedding_forward: ids holds {int(ids[tuple(place)])} at {place}, "
            f"expected 0 to {words - 1}"
        )
