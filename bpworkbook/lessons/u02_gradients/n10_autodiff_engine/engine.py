"""The engine of the lesson: a number that remembers, its operations, and the sweep back."""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

import numpy as np

from bpworkbook import autodiff

BORN = itertools.count()


class Value:
    """A number, or an array, that remembers what it was computed from.

    Parameters
    ----------
    data : float or array
        What it is.
    parents : tuple of Value
        What it was computed from; empty for one that was given.
    derivatives : tuple
        For each parent the derivative of this one by it. A gradient times it is what goes back.
    op : str
        The name of the operation, for pictures.

    Raises
    ------
    TypeError
        If ``parents`` or ``derivatives`` is a single entry, not a tuple.

    Attributes
    ----------
    grad : float or array
        0 at first; `backward` adds to it.
    born : int
        A running number: a Value has a larger one than all it was computed from.

    Examples
    --------
    >>> a, b = Value(2.0), Value(3.0)
    >>> multiply(a, b).derivatives
    (3.0, 2.0)
    """

    def __init__(
        self,
        data: Any,
        parents: Iterable["Value"] = (),
        derivatives: Iterable[Any] = (),
        op: str = "",
    ) -> None:
        self.data, self.op = data, op
        self.parents = _several("parents", parents)
        self.derivatives = _several("derivatives", derivatives)
        self.grad: Any = 0.0
        self.born = next(BORN)

    def __repr__(self) -> str:
        return f"Value({self.data:g})" if np.ndim(self.data) == 0 else f"Value({self.data!r})"


def _several(name: str, given: Iterable[Any]) -> tuple[Any, ...]:
    if isinstance(given, tuple):
        return given
    if not isinstance(given, Iterable):
        raise TypeError(f"Value: {name} is {given!r}, expected a tuple: one entry is written (a,)")
    return tuple(given)


def oldest_first(root: Value) -> list[Value]:
    """Return a Value and all that it was computed from, in the order of making.

    >>> a = Value(2.0)
    >>> [node.data for node in oldest_first(exp(multiply(a, Value(0.0))))]
    [2.0, 0.0, 0.0, 1.0]
    """
    found, waiting = {root}, [root]
    while waiting:
        for parent in waiting.pop().parents:
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return sorted(found, key=attrgetter("born"))


def add(a: Value, b: Value) -> Value:
    """Return the Value of ``a + b``.

    >>> add(Value(2.0), Value(3.0)).derivatives
    (1.0, 1.0)
    """
    return type(a)(a.data + b.data, (a, b), (1.0, 1.0), "add")


def multiply(a: Value, b: Value) -> Value:
    """Return the Value of ``a * b``.

    >>> multiply(Value(2.0), Value(3.0))
    Value(6)
    """
    return type(a)(a.data * b.data, (a, b), (b.data, a.data), "multiply")


def power(a: Value, n: float) -> Value:
    """Return the Value of ``a ** n``; ``n`` is a plain number.

    >>> power(Value(3.0), 2).derivatives
    (6.0,)
    """
    return type(a)(a.data**n, (a,), (n * a.data ** (n - 1),), "power")


def exp(a: Value) -> Value:
    """Return the Value of the exponential of ``a``.

    >>> exp(Value(0.0)).derivatives
    (1.0,)
    """
    out = math.exp(a.data)
    return type(a)(out, (a,), (out,), "exp")


def backward(root: Value) -> None:
    """Add to every ``grad`` behind ``root`` the derivative of ``root`` by that Value.

    >>> a, b = Value(2.0), Value(3.0)
    >>> backward(add(multiply(a, b), a))
    >>> a.grad, b.grad
    (4.0, 2.0)
    """
    flow = defaultdict(float, {root: 1.0})
    for node in reversed(oldest_first(root)):
        node.grad += flow[node]
        for parent, derivative in zip(node.parents, node.derivatives, strict=True):
            flow[parent] += flow[node] * derivative


def unbroadcast(grad: Any, shape: tuple[int, ...]) -> Any:
    """Return the gradient of an array of ``shape`` that was stretched to the shape of ``grad``.

    >>> unbroadcast(np.ones((4, 3)), (3,))
    array([4., 4., 4.])
    """
    return autodiff.unbroadcast(grad, shape)


def matmul_vjp(grad: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """Return the gradients of ``a`` and ``b`` where ``grad`` is that of ``a @ b``.

    >>> [part.shape for part in matmul_vjp(np.ones(4), np.ones((4, 3)), np.ones(3))]
    [(4, 3), (3,)]
    """
    vjp = autodiff.PRIMITIVES["matmul"].vjp
    out = a @ b
    return vjp(0, grad, out, a, b), vjp(1, grad, out, a, b)


Dual = tuple[float, float]


def dual_multiply(a: Dual, b: Dual) -> Dual:
    """Return the product of two pairs (value, tangent).

    >>> dual_multiply((2.0, 1.0), (3.0, 0.0))
    (6.0, 3.0)
    """
    return a[0] * b[0], a[1] * b[0] + a[0] * b[1]


def dual_sin(a: Dual) -> Dual:
    """Return the sine of a pair (value, tangent).

    >>> dual_sin((0.0, 5.0))
    (0.0, 5.0)
    """
    return math.sin(a[0]), math.cos(a[0]) * a[1]


def zero_grad(params: list[Value]) -> None:
    """Set the gradient of each to 0.

    >>> a = Value(2.0)
    >>> backward(a)
    >>> zero_grad([a])
    >>> a.grad
    0.0
    """
    for p in params:
        p.grad = 0.0


def detach(a: Value) -> Value:
    """Return the same number without its past.

    >>> detach(multiply(Value(2.0), Value(3.0))).parents
    ()
    """
    return type(a)(a.data)
