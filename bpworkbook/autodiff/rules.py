"""Derivatives of the primitives that are more than one line: reductions, products, shapes.

Each comes as ``..._vjp(i, g, out, *inputs, **options)``, the gradient with respect to input ``i``
when ``g`` is that of the output, or ``..._jvp(i, t, out, ...)``, the tangent of the output when
input ``i`` moves along ``t``. They are written with NumPy's functions alone, so that they run on
arrays, on a GPU, and on dual numbers, which differentiates them once more.
"""

from typing import Any

import numpy as np

from bpworkbook.autodiff.dispatch import Array, require_operand
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.init import require_float_dtype


def unbroadcast(g: Array, shape: tuple[int, ...]) -> Array:
    r"""Sum a gradient over the axes along which its owner was stretched.

    Broadcasting copies one number to many places. Each copy receives a gradient, and the number
    receives their sum: the transpose of a copy is a sum.

    Parameters
    ----------
    g : array
        A gradient of the shape after broadcasting.
    shape : tuple of int
        The shape before it.

    Returns
    -------
    array
        Of that shape.

    Raises
    ------
    ArgumentError
        If ``g`` is no array of numbers, or ``shape`` does not broadcast to its shape.

    Examples
    --------
    >>> unbroadcast(np.ones((4, 3)), (3,)), unbroadcast(np.ones((2, 3)), (2, 1))
    (array([4., 4., 4.]), array([[3.],
           [3.]]))
    """
    if not isinstance(shape, tuple) or not all(type(size) is int for size in shape):
        raise ArgumentError(f"unbroadcast: shape is {describe(shape)}, expected a tuple of sizes")
    if np.shape(g) == shape:
        return g
    require_operand("unbroadcast", "g is", g)
    new_axes = np.ndim(g) - len(shape)
    kept = np.shape(g)[max(new_axes, 0) :]
    if new_axes < 0 or any(old not in (1, new) for old, new in zip(shape, kept, strict=True)):
        raise ArgumentError(f"unbroadcast: g is {describe(g)}, which {shape} does not broadcast to")
    stretched = tuple(
        axis
        for axis, size in enumerate(np.shape(g))
        if axis < new_axes or (shape[axis - new_axes] == 1 and size != 1)
    )
    return np.reshape(np.sum(g, axis=stretched), shape)


def stretched_to(x: Array, shape: tuple[int, ...]) -> Array:
    """Broadcast ``x``, unless it has that shape.

    >>> stretched_to(np.float64(2), (3,))
    array([2., 2., 2.])
    """
    return x if np.shape(x) == shape else np.broadcast_to(x, shape)


def reduced_axes(x: Array, axis: Any) -> tuple[int, ...]:
    """Return the axes of a reduction as numbers from 0.

    >>> reduced_axes(np.ones((2, 3)), -1), reduced_axes(np.ones((2, 3)), None)
    ((1,), (0, 1))
    """
    if axis is None:
        return tuple(range(np.ndim(x)))
    axes = axis if isinstance(axis, tuple) else (axis,)
    return tuple(int(one) % np.ndim(x) for one in axes)


def unreduce(g: Array, x: Array, axis: Any) -> Array:
    """Stretch the result of a reduction back to the shape of ``x``.

    >>> unreduce(np.array([1.0, 2.0]), np.ones((2, 3)), 1)
    array([[1., 1., 1.],
           [2., 2., 2.]])
    """
    axes = reduced_axes(x, axis)
    kept = tuple(1 if k in axes else size for k, size in enumerate(np.shape(x)))
    return np.broadcast_to(np.reshape(g, kept), np.shape(x))


def reduced_count(x: Array, axis: Any) -> int:
    """Return how many numbers went into each result of a reduction.

    >>> reduced_count(np.ones((2, 3)), 1)
    3
    """
    count = 1
    for one in reduced_axes(x, axis):
        count *= np.shape(x)[one]
    return count


def at_peak(x: Array, out: Array, axis: Any, keepdims: bool) -> tuple[Array, Array]:
    """Return where the largest values stand, and how many share each peak.

    >>> at_peak(np.array([3.0, 1.0, 3.0]), np.float64(3), None, False)
    (array([ True, False,  True]), np.float64(2.0))
    """
    mask = x == unreduce(out, x, axis)
    return mask, np.sum(mask, axis=axis, keepdims=keepdims, dtype=x.dtype)


def max_vjp(
    i: int, g: Array, out: Array, x: Array, axis: Any = None, keepdims: bool = False
) -> Array:
    """Send the gradient to the largest value; equal ones share it, as in PyTorch's ``amax``.

    >>> max_vjp(0, np.float64(1), np.float64(3), np.array([3.0, 1.0, 3.0]))
    array([0.5, 0. , 0.5])
    """
    mask, count = at_peak(x, out, axis, keepdims)
    return unreduce(g / count, x, axis) * mask


def max_jvp(
    i: int, t: Array, out: Array, x: Array, axis: Any = None, keepdims: bool = False
) -> Array:
    """Take the tangent of the largest value, or the mean over equal ones.

    >>> max_jvp(0, np.array([4.0, 9.0, 2.0]), np.float64(3), np.array([3.0, 1.0, 3.0]))
    np.float64(3.0)
    """
    mask, count = at_peak(x, out, axis, keepdims)
    return np.sum(t * mask, axis=axis, keepdims=keepdims) / count


def swapped(x: Array) -> Array:
    """Transpose the matrices in a stack.

    >>> swapped(np.ones((5, 2, 3))).shape
    (5, 3, 2)
    """
    return np.swapaxes(x, -1, -2)


def matmul_vjp(i: int, g: Array, out: Array, a: Array, b: Array) -> Array:
    r"""Return $G B^\top$ or $A^\top G$, summed over the stack where a matrix was broadcast.

    A vector is a row on the left and a column on the right.

    >>> a, b, g = np.zeros((1, 2)), np.array([[3.0], [4.0]]), np.array([[10.0]])
    >>> matmul_vjp(0, g, a @ b, a, b)
    array([[30., 40.]])
    """
    A = np.reshape(a, (1, -1)) if np.ndim(a) == 1 else a
    B = np.reshape(b, (-1, 1)) if np.ndim(b) == 1 else b
    stack = np.broadcast_shapes(np.shape(A)[:-2], np.shape(B)[:-2])
    rows, inner, columns = np.shape(A)[-2], np.shape(A)[-1], np.shape(B)[-1]
    G = np.reshape(g, (*stack, rows, columns))
    if i == 0:
        return np.reshape(unbroadcast(G @ swapped(B), np.shape(A)), np.shape(a))
    if np.ndim(B) == 2:
        # One product over all rows of the stack, in place of one for each matrix and a sum.
        A, G = np.reshape(A, (-1, inner)), np.reshape(G, (-1, columns))
    return np.reshape(unbroadcast(swapped(A) @ G, np.shape(B)), np.shape(b))


def matmul_jvp(i: int, t: Array, out: Array, a: Array, b: Array) -> Array:
    """Return the product with the tangent: a product is linear in each factor.

    >>> matmul_jvp(1, np.array([2.0]), np.zeros(1), np.array([[5.0]]), np.array([7.0]))
    array([10.])
    """
    return t @ b if i == 0 else a @ t


def transpose_vjp(i: int, g: Array, out: Array, x: Array, axes: Any = None) -> Array:
    """Put the axes back.

    >>> x = np.zeros((1, 2, 3))
    >>> out = np.transpose(x, (2, 0, 1))
    >>> transpose_vjp(0, out, out, x, (2, 0, 1)).shape
    (1, 2, 3)
    """
    if axes is None:
        return np.transpose(g)
    places = [int(axis) % np.ndim(x) for axis in axes]
    return np.transpose(g, tuple(places.index(k) for k in range(len(places))))


def concatenate(*parts: Array, axis: int = 0) -> Array:
    """Join arrays along an axis; NumPy's ``axis=None``, which flattens first, is refused.

    >>> concatenate(np.zeros(1), np.ones(2))
    array([0., 1., 1.])
    """
    if axis is None:
        raise ValueError("axis is None, expected a number")
    return np.concatenate(parts, axis=axis)


def concatenate_vjp(i: int, g: Array, out: Array, *parts: Array, axis: int = 0) -> Array:
    """Cut out the piece that came from part ``i``.

    >>> concatenate_vjp(1, np.array([1.0, 2.0, 3.0]), np.zeros(3), np.zeros(1), np.zeros(2))
    array([2., 3.])
    """
    axis = axis % np.ndim(out)
    start = sum(np.shape(part)[axis] for part in parts[:i])
    piece = slice(start, start + np.shape(parts[i])[axis])
    return g[(slice(None),) * axis + (piece,)]


def concatenate_jvp(i: int, t: Array, out: Array, *parts: Array, axis: int = 0) -> Array:
    """Put the tangent in its place, between zeros.

    >>> concatenate_jvp(1, np.array([5.0]), np.zeros(3), np.zeros(2), np.zeros(1))
    array([0., 0., 5.])
    """
    pieces = [t if k == i else np.zeros_like(part) for k, part in enumerate(parts)]
    return np.concatenate(pieces, axis=axis)


def astype(x: Array, dtype: Any) -> Array:
    """Convert to another dtype that has derivatives.

    >>> astype(np.ones(1), np.float32)
    array([1.], dtype=float32)
    """
    require_float_dtype("astype", dtype)
    return x.astype(dtype)


def is_basic(index: Any) -> bool:
    """Tell whether an index names no element twice: whole numbers, slices, None and ``...``.

    >>> is_basic((0, slice(2), None)), is_basic(np.array([0, 0]))
    (True, False)
    """
    parts = index if isinstance(index, tuple) else (index,)
    kinds = (int, np.integer, slice, type(None), type(Ellipsis))
    return all(isinstance(part, kinds) and not isinstance(part, bool) for part in parts)


def scatter(g: Array, index: Any, like: Array) -> Array:
    """Return zeros, with ``g`` added at ``index``: where an element is named twice, twice.

    >>> scatter(np.array([1.0, 2.0]), np.array([0, 0]), like=np.zeros(3))
    array([3., 0., 0.])
    """
    total = np.zeros_like(like, dtype=g.dtype)
    if is_basic(index):
        total[index] = g
    else:
        # total[index] += g would keep only the last of several additions to one element.
        np.add.at(total, index, g)
    return total
