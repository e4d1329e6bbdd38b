r"""Reverse mode on arrays: computing records, ``backward`` reads the record from its end.

    W = Tensor(np.ones((3, 2)))
    loss = np.mean((X @ W - y) ** 2)      # X, y: plain arrays, which are constants
    loss.backward()
    W.grad                                # the shape and dtype of W

Each recorded step keeps its inputs and its output. Its primitive turns the gradient of the output
into that of each input (a vector-Jacobian product); gradients that arrive at one tensor by several
ways are added.

What was recorded cannot be changed: leaves and constants are copied when they are recorded, arrays
of results are read-only, and in-place writing raises ``ArgumentError``. A leaf gets new values by
assignment, ``W.data = W.data - lr * W.grad``: earlier records keep the old ones.

Take ``autodiff.sigmoid`` for a tensor, not ``nn.sigmoid``: the functions of ``nn`` may compute in
place, which a tensor refuses, and one that does not is differentiated piece by piece, which at a
kink of a piece may give a wrong slope of the whole.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from bpworkbook.autodiff.dispatch import Array, Primitive, Traced, apply, require_operand
from bpworkbook.autodiff.methods import ArrayMethods
from bpworkbook.autodiff.scalar import SERIAL, newest_first
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.validation import NUMBERS, is_array, require_floats, require_like

RECORDING: ContextVar[bool] = ContextVar("RECORDING", default=True)


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording, in a ``with`` block; other threads go on recording.

    Examples
    --------
    >>> x = Tensor(np.ones(2))
    >>> with no_grad():
    ...     y = x * 2
    >>> y.requires_grad
    False
    """
    token = RECORDING.set(False)
    try:
        yield
    finally:
        RECORDING.reset(token)


class Tensor(ArrayMethods):
    """An array that remembers how it was computed.

    Unlike PyTorch's, a tensor is tracked unless one says otherwise: what is constant can stay an
    array, for arrays and tensors mix.

    Parameters
    ----------
    data : array, float32 or float64
        The values, of any shape; they are copied.
    requires_grad : bool
        Whether ``backward`` shall find a gradient for it.

    Attributes
    ----------
    grad : array or None
        The gradient, of the shape and dtype of the data, added up over calls of ``backward``. Only
        tensors that were not computed keep one.

    Raises
    ------
    ArgumentError
        If ``data`` is not a non-empty float array.

    Examples
    --------
    >>> x = Tensor(np.array([1.0, 2.0, 3.0]))
    >>> np.sum(x * x).backward()
    >>> x.grad
    array([2., 4., 6.])
    """

    __slots__ = ("_step", "_value", "grad", "requires_grad", "serial")

    def __init__(self, data: Array, requires_grad: bool = True) -> None:
        if isinstance(data, Tensor):
            raise ArgumentError("Tensor: data is a Tensor already, expected an array")
        require_floats("Tensor", "data", data)
        if not isinstance(requires_grad, bool):
            raise ArgumentError(
                f"Tensor: requires_grad is {describe(requires_grad)}, expected True or False"
            )
        self._value = kept(data)
        self.grad: Array = None
        self.requires_grad = requires_grad
        self._step: Step | None = None
        self.serial = next(SERIAL)

    @property
    def data(self) -> Array:
        """The values, which cannot be written to; on a GPU, where none can forbid it, a copy."""
        readable = isinstance(self._value, np.ndarray | np.generic | Traced)
        return self._value if readable else np.copy(self._value)

    @data.setter
    def data(self, data: Array) -> None:
        if self._step is not None:
            raise ArgumentError(
                "Tensor.data: this tensor was computed; give new values to what it came from"
            )
        require_like("Tensor", "data", data, self.shape, self.dtype, "it was")
        self._value = kept(data)

    @property
    def parents(self) -> tuple["Tensor", ...]:
        """The tracked tensors that it was computed from."""
        return self._step.parents if self._step is not None else ()

    @property
    def op(self) -> str:
        """The name of the primitive that computed it; empty for a tensor that was given."""
        return self._step.primitive.name if self._step is not None else ""

    def detach(self) -> "Tensor":
        """Return a tensor of the same values that is a constant: no gradient passes it."""
        return made(self._value, None)

    def zero_grad(self) -> None:
        """Forget the gradient."""
        self.grad = None

    def backward(self, grad_out: Array = None) -> None:
        """Add to ``grad`` of every leaf the gradient of this tensor with respect to it.

        Parameters
        ----------
        grad_out : array, shape and dtype of this tensor
            The gradient of the loss with respect to this tensor; 1 for a tensor of one number.

        Raises
        ------
        ArgumentError
            If ``grad_out`` does not fit, or is missing where this tensor has several numbers.
        RuntimeError
            If nothing was recorded.

        Examples
        --------
        >>> x = Tensor(np.array([1.0, 2.0]))
        >>> (x * x).backward(np.array([1.0, 10.0]))
        >>> x.grad
        array([ 2., 40.])
        """
        if not self.requires_grad:
            raise RuntimeError("Tensor.backward: nothing was recorded for this tensor")
        if grad_out is None:
            if self.size != 1:
                raise ArgumentError(
                    f"Tensor.backward: grad_out is None, but the tensor is {self.shape}"
                )
            grad_out = np.ones_like(self._value)
        require_like("Tensor.backward", "grad_out", grad_out, self.shape, self.dtype, "tensor was")
        gradients = {self.serial: grad_out}
        for node in newest_first(self):
            gradient = gradients.pop(node.serial)
            if node._step is None:
                # A copy: the gradient may be a view of another, and its owner may write to it.
                node.grad = kept(gradient, False) if node.grad is None else node.grad + gradient
                continue
            for parent, piece in node._step.pull_back(gradient, node._value):
                there = gradients.get(parent.serial)
                gradients[parent.serial] = piece if there is None else there + piece

    def _apply(self, primitive: Primitive, inputs: tuple[Any, ...], options: Any) -> "Tensor":
        recording = RECORDING.get()
        # A constant is None here: no gradient is computed for it.
        tracked = [
            x if recording and isinstance(x, Tensor) and x.requires_grad else None for x in inputs
        ]
        parents = tuple([x for x in tracked if x is not None])
        values = [
            x._value if isinstance(x, Tensor) else constant(primitive.name, x, bool(parents))
            for x in inputs
        ]
        if parents and "index" in options:
            options = options | {"index": kept_index(options["index"])}
        out = frozen(apply(primitive, tuple(values), options))
        return made(out, Step(primitive, tracked, parents, values, options) if parents else None)

    def __repr__(self) -> str:
        return f"Tensor({self._value!r})"


class Step:
    """One recorded computation: which primitive, of which tensors, with which values."""

    __slots__ = ("inputs", "options", "parents", "primitive", "values")

    def __init__(
        self,
        primitive: Primitive,
        inputs: list[Tensor | None],
        parents: tuple[Tensor, ...],
        values: list[Array],
        options: dict[str, Any],
    ) -> None:
        self.primitive, self.inputs, self.parents = primitive, inputs, parents
        self.values, self.options = values, options

    def pull_back(self, grad_out: Array, out: Array) -> Iterator[tuple[Tensor, Array]]:
        """Yield each tracked input with the gradient that reaches it through this step."""
        for i, x in enumerate(self.inputs):
            if x is not None:
                piece = self.primitive.vjp(i, grad_out, out, *self.values, **self.options)
                # A float64 constant may have widened a float32 tensor.
                yield x, piece if piece.dtype == x.dtype else piece.astype(x.dtype)


def made(value: Array, step: Step | None) -> Tensor:
    """Return a tensor of a result, without the checks and the copy of ``Tensor(...)``."""
    tensor = Tensor.__new__(Tensor)
    tensor._value, tensor._step, tensor.grad = value, step, None
    tensor.requires_grad, tensor.serial = step is not None, next(SERIAL)
    return tensor


def frozen(x: Array) -> Array:
    """Forbid writing to an array of NumPy; return it."""
    if isinstance(x, np.ndarray):
        x.flags.writeable = False
    return x


def kept(x: Array, freeze: bool = True) -> Array:
    """Return a copy that its owner's later writing cannot reach. Duals are never written to."""
    if isinstance(x, Traced | np.generic):
        return x
    return frozen(np.copy(x)) if freeze else np.copy(x)


def kept_index(index: Any) -> Any:
    """Return an index whose arrays and lists are copies."""
    if isinstance(index, tuple):
        return tuple(kept_index(part) for part in index)
    if isinstance(index, list):
        return list(index)
    return kept(index) if is_array(index) else index


def constant(function: str, x: Any, tracked: bool) -> Array:
    """Return what a tensor is computed with: a number, or an array, copied if it is recorded."""
    require_operand(function, "a Tensor met", x)
    return kept(x) if tracked and not isinstance(x, NUMBERS) else x
