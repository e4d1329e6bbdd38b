r"""Reverse mode on single numbers: the chain rule, one number and one arrow at a time.

A ``Value`` remembers the numbers it was computed from and, for each, one local derivative: a plain
number. Going backward, the gradient of a parent is the sum over its children,

$$\frac{\partial L}{\partial p} = \sum_{c} \frac{\partial L}{\partial c} \,
  \frac{\partial c}{\partial p}$$

A child is always made after its parents. So the order of making, read backwards, visits every child
before its parents, and no recursion is needed: a chain of 100,000 steps is as good as one of two.
"""

import itertools
from typing import Any, TypeVar

import numpy as np

from bpworkbook.autodiff.dispatch import Primitive, apply
from bpworkbook.autodiff.methods import NumberMethods
from bpworkbook.autodiff.primitives import PRIMITIVES
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.validation import NUMBERS

# Gives each node a number; a later node has a larger one.
SERIAL = itertools.count()

Node = TypeVar("Node")


def newest_first(root: Node) -> list[Node]:
    """Return a node and all it was computed from, every child before its parents.

    >>> x = Value(3.0)
    >>> y = x * x
    >>> newest_first(y + x)[-1] is x
    True
    """
    found: dict[int, Node] = {}
    waiting: list[Any] = [root]
    while waiting:
        node = waiting.pop()
        if node.serial not in found:
            found[node.serial] = node
            waiting.extend(node.parents)
    return [found[serial] for serial in sorted(found, reverse=True)]


class Value(NumberMethods):
    """A number that remembers how it was computed.

    Works with ``+ - * / **``, with ``exp``, ``log``, ``tanh``, ``relu``, ``sigmoid`` and ``max`` of
    two as methods, and with NumPy's functions of one number (``np.sin(v)``).

    Parameters
    ----------
    data : float
        The number.

    Attributes
    ----------
    data : float
        The number. What was computed from it does not change when it is set.
    grad : float
        The derivative of what ``backward`` was called on, added up over calls.
    parents : tuple of Value
        What it was computed from.
    derivatives : tuple of float
        For each parent the derivative of this number by it.
    op : str
        The name of the primitive that computed it; empty for a number that was given.

    Raises
    ------
    ArgumentError
        If ``data`` is no number, or it meets an array.

    References
    ----------
    Karpathy (2020), micrograd, where the name comes from; there each node holds a function, here a
    number.

    Examples
    --------
    >>> x, y = Value(2.0), Value(3.0)
    >>> z = x * y + x
    >>> z.backward()
    >>> z.data, x.grad, y.grad
    (8.0, 4.0, 2.0)
    """

    __slots__ = ("_value", "derivatives", "grad", "op", "parents", "serial")

    def __init__(self, data: float) -> None:
        self._value = np.float64(number(data, "data"))
        self.grad = 0.0
        self.parents: tuple[Value, ...] = ()
        self.derivatives: tuple[float, ...] = ()
        self.op = ""
        self.serial = next(SERIAL)

    @property
    def data(self) -> float:
        """The number."""
        return float(self._value)

    @data.setter
    def data(self, data: float) -> None:
        if self.parents:
            raise ArgumentError(
                "Value.data: this number was computed from others; set theirs and compute it anew"
            )
        self._value = np.float64(number(data, "data"))

    def max(self, other: "Value | float") -> "Value":
        """Return the larger of two numbers; equal ones share the gradient."""
        larger: Value = apply(PRIMITIVES["maximum"], (self, other), {})
        return larger

    def backward(self) -> None:
        """Add the derivative of this number by each that it came from to their ``grad``.

        Examples
        --------
        >>> x = Value(3.0)
        >>> (x * x).backward()
        >>> x.grad
        6.0
        """
        nodes = newest_first(self)
        # This call's gradients stand apart from those of earlier calls, which must not flow again.
        gradients = dict.fromkeys((node.serial for node in nodes), 0.0)
        gradients[self.serial] = 1.0
        for node in nodes:
            gradient = gradients[node.serial]
            node.grad += gradient
            for parent, derivative in zip(node.parents, node.derivatives, strict=True):
                gradients[parent.serial] += gradient * derivative

    def zero_grad(self) -> None:
        """Set ``grad`` to zero here and in all that this number came from.

        Examples
        --------
        >>> x = Value(3.0)
        >>> y = x * x
        >>> y.backward()
        >>> y.zero_grad()
        >>> x.grad
        0.0
        """
        for node in newest_first(self):
            node.grad = 0.0

    def _apply(self, primitive: Primitive, inputs: tuple[Any, ...], options: Any) -> "Value":
        if not primitive.partials:
            raise ArgumentError(f"Value: {primitive.name} needs an array, expected a number")
        numbers = [x._value if isinstance(x, Value) else np.float64(number(x)) for x in inputs]
        out = primitive.forward(*numbers, **options)
        made = Value.__new__(Value)
        made._value, made.grad, made.serial = out, 0.0, next(SERIAL)
        made.op = primitive.name
        made.parents = tuple([x for x in inputs if isinstance(x, Value)])
        made.derivatives = tuple(
            [
                float(partial(ONE, out, *numbers, **options))
                for partial, x in zip(primitive.partials, inputs, strict=True)
                if isinstance(x, Value)
            ]
        )
        return made

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        name = getattr(func, "__name__", func)
        raise ArgumentError(f"Value: np.{name} needs an array, expected a number")

    def __getitem__(self, index: Any) -> Any:
        raise ArgumentError("Value: a number has no elements; write t[...] on a Tensor")

    def __repr__(self) -> str:
        return f"Value({self.data:g}, grad={self.grad:g})"


ONE = np.float64(1)


def number(x: Any, name: str = "what it meets") -> float:
    """Return ``x`` as a float if it is a number.

    >>> number(True)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: Value: what it meets is True, expected a number
    """
    if not isinstance(x, NUMBERS) or isinstance(x, bool):
        raise ArgumentError(f"Value: {name} is {describe(x)}, expected a number")
    try:
        return float(x)
    except OverflowError as error:
        raise ArgumentError(f"Value: {name} is too large, expected a float") from error
