"""What one writes: functions that NumPy has not, and the methods of traced numbers and arrays.

``np.exp(t)``, ``np.maximum(a, b)`` and the like work on tensors and duals as they are. NumPy has no
ReLU or softmax; those stand here, and run on arrays too, where they are the functions of ``nn``.
"""

from typing import Any, Self

import numpy as np

from bpworkbook.autodiff.dispatch import Array, Traced, apply
from bpworkbook.autodiff.primitives import PRIMITIVES


def relu(z: Array) -> Array:
    """Return ``nn.relu`` of an array, a ``Tensor``, a ``Dual`` or a ``Value``.

    Parameters
    ----------
    z : array or traced
        Any shape.

    Returns
    -------
    as ``z``
        Of the same shape.

    Examples
    --------
    >>> relu(np.array([-2.0, 3.0]))
    array([0., 3.])
    """
    return apply(PRIMITIVES["relu"], (z,), {})


def leaky_relu(z: Array, negative_slope: float = 0.01) -> Array:
    """Return ``nn.leaky_relu`` of an array, a ``Tensor``, a ``Dual`` or a ``Value``.

    Parameters
    ----------
    z : array or traced
        Any shape.
    negative_slope : float
        The slope below zero.

    Returns
    -------
    as ``z``
        Of the same shape.

    Examples
    --------
    >>> leaky_relu(np.array([-2.0, 3.0]), 0.5)
    array([-1.,  3.])
    """
    return apply(PRIMITIVES["leaky_relu"], (z,), {"negative_slope": negative_slope})


def sigmoid(z: Array) -> Array:
    """Return ``nn.sigmoid`` of an array, a ``Tensor``, a ``Dual`` or a ``Value``.

    Parameters
    ----------
    z : array or traced
        Any shape.

    Returns
    -------
    as ``z``
        Of the same shape.

    Examples
    --------
    >>> sigmoid(np.zeros(2))
    array([0.5, 0.5])
    """
    return apply(PRIMITIVES["sigmoid"], (z,), {})


def softmax(z: Array) -> Array:
    """Return ``nn.softmax`` along the last axis of an array, a ``Tensor`` or a ``Dual``.

    Parameters
    ----------
    z : array or traced, (..., classes)
        The scores.

    Returns
    -------
    as ``z``
        Of the same shape.

    Examples
    --------
    >>> softmax(np.zeros((1, 4)))
    array([[0.25, 0.25, 0.25, 0.25]])
    """
    return apply(PRIMITIVES["softmax"], (z,), {})


def log_softmax(z: Array) -> Array:
    """Return ``nn.log_softmax`` along the last axis of an array, a ``Tensor`` or a ``Dual``.

    Parameters
    ----------
    z : array or traced, (..., classes)
        The scores.

    Returns
    -------
    as ``z``
        Of the same shape.

    Examples
    --------
    >>> log_softmax(np.array([[1000.0, -1000.0]]))
    array([[    0., -2000.]])
    """
    return apply(PRIMITIVES["log_softmax"], (z,), {})


class NumberMethods(Traced):
    """Methods of a number, or of each number in an array."""

    __slots__ = ()

    def exp(self) -> Self:
        """Return e to the power of each number."""
        return apply(PRIMITIVES["exp"], (self,), {})  # type: ignore[no-any-return]

    def log(self) -> Self:
        """Return natural logarithms."""
        return apply(PRIMITIVES["log"], (self,), {})  # type: ignore[no-any-return]

    def tanh(self) -> Self:
        """Return hyperbolic tangents."""
        return apply(PRIMITIVES["tanh"], (self,), {})  # type: ignore[no-any-return]

    def relu(self) -> Self:
        """Return positive numbers as they are and zero for the others."""
        return apply(PRIMITIVES["relu"], (self,), {})  # type: ignore[no-any-return]

    def sigmoid(self) -> Self:
        """Return 1 / (1 + exp(-z)) for each number z."""
        return apply(PRIMITIVES["sigmoid"], (self,), {})  # type: ignore[no-any-return]


class ArrayMethods(NumberMethods):
    """Methods of an array, under the names that NumPy's arrays have."""

    __slots__ = ()

    @property
    def dtype(self) -> np.dtype[Any]:
        """The dtype of the values."""
        dtype: np.dtype[Any] = self._value.dtype
        return dtype

    @property
    def T(self) -> Self:
        """All axes in reverse order."""
        return self.transpose()

    def _call(self, name: str, **options: Any) -> Self:
        return apply(PRIMITIVES[name], (self,), options)  # type: ignore[no-any-return]

    def sum(self, axis: Any = None, keepdims: bool = False) -> Self:
        """Return the sum over all elements, or along an axis or several."""
        return self._call("sum", axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Self:
        """Return the mean over all elements, or along an axis or several."""
        return self._call("mean", axis=axis, keepdims=keepdims)

    def max(self, axis: Any = None, keepdims: bool = False) -> Self:
        """Return the largest element; equal ones share the gradient."""
        return self._call("max", axis=axis, keepdims=keepdims)

    def reshape(self, *shape: Any) -> Self:
        """Return the elements in another shape: ``t.reshape(2, -1)`` or ``t.reshape((2, -1))``."""
        return self._call("reshape", shape=shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: int) -> Self:
        """Return the axes in this order, or reversed."""
        return self._call("transpose", axes=axes or None)

    def swapaxes(self, axis1: int, axis2: int) -> Self:
        """Return the array with two axes exchanged."""
        return self._call("swapaxes", axis1=axis1, axis2=axis2)

    def astype(self, dtype: Any) -> Self:
        """Return the values in another float dtype; gradients return in that of this one."""
        return self._call("astype", dtype=dtype)

    def softmax(self) -> Self:
        """Return softmax along the last axis."""
        return self._call("softmax")

    def log_softmax(self) -> Self:
        """Return log-softmax along the last axis."""
        return self._call("log_softmax")
