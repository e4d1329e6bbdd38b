"""How NumPy's functions and operators reach the primitives, whatever kind of number runs.

``Value``, ``Tensor`` and ``Dual`` wrap a number or an array and do something beside computing: the
first two record it, the third carries a tangent along. They have one base class, ``Traced``. It
takes NumPy's calls through NumPy's dispatch (``__array_ufunc__`` and ``__array_function__``), looks
for the primitive that means the same, and leaves the rest to ``_apply`` of the subclass.

So a function written with ``np.*`` and operators runs on arrays, on tensors and on duals alike, and
so do the formulas of the derivatives themselves: that is how second derivatives come about.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.validation import NUMBERS, is_array

Array: TypeAlias = Any  # NumPy's, CuPy's, a number, or a Traced one

# Filled by ``primitives``: from a function of NumPy to the primitive of that meaning.
BY_NUMPY: dict[Any, "Primitive"] = {}
BY_NAME: dict[str, "Primitive"] = {}

# These depend on values only by steps, or not at all: they are computed and nothing is recorded.
WITHOUT_DERIVATIVE: frozenset[Any] = frozenset(
    {np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal}
    | {np.sign, np.floor, np.ceil, np.isfinite, np.isnan, np.isinf, np.argmax, np.argmin}
    | {np.shape, np.ndim, np.size, np.zeros_like, np.ones_like, np.full_like}
)

# ``np.add.reduce`` is the sum without NumPy's wrapping, though along the first axis unless told.
REDUCED: dict[Any, Any] = {np.add: np.sum, np.maximum: np.max}


@dataclass(frozen=True)
class Primitive:
    """One row of the table: a function, and its derivative in both directions.

    Attributes
    ----------
    name : str
        What it is called in the table and in errors.
    forward : function
        ``forward(*inputs, **options) -> out``; derivatives are taken with respect to inputs only.
    vjp : function
        ``vjp(i, grad_out, out, *inputs, **options)``: the gradient with respect to input ``i``.
    jvp : function
        ``jvp(i, tangent, out, *inputs, **options)``: how ``out`` moves when input ``i`` does.
    domain : str
        Where the derivative exists: "real", "positive", "nonzero" or "distinct" inputs.
    inputs : int
        The number of inputs; 0 for any number, given as one list.
    options : tuple of str
        The names of the options, in NumPy's order.
    numpy : function or None
        The function of NumPy that stands for this primitive.
    partials : tuple of functions
        ``partials[i](g, out, *inputs)``: ``g`` times the derivative by input ``i``, for a primitive
        that acts on each number alone; else empty.

    Examples
    --------
    >>> from bpworkbook.autodiff import PRIMITIVES
    >>> exp = PRIMITIVES["exp"]
    >>> float(exp.forward(0.0)), float(exp.vjp(0, 3.0, 1.0, 0.0))
    (1.0, 3.0)
    """

    name: str
    forward: Callable[..., Array]
    vjp: Callable[..., Array]
    jvp: Callable[..., Array]
    domain: str = "real"
    inputs: int = 1
    options: tuple[str, ...] = ()
    numpy: Any = None
    partials: tuple[Callable[..., Array], ...] = ()


def binary(name: str, *, reflected: bool = False) -> Callable[[Any, Any], Any]:
    """Return an operator. The mixin has them all; these save the way through NumPy.

    >>> binary("multiply")(2.0, 3.0)
    np.float64(6.0)
    """

    def operator(self: Any, other: Any) -> Any:
        return apply(BY_NAME[name], (other, self) if reflected else (self, other), {})

    return operator


def apply(primitive: Primitive, inputs: tuple[Array, ...], options: dict[str, Any]) -> Array:
    """Compute a primitive; the input of the highest rank decides what happens beside.

    >>> from bpworkbook.autodiff import PRIMITIVES
    >>> float(apply(PRIMITIVES["multiply"], (2.0, 3.0), {}))
    6.0
    """
    outermost = None
    for x in inputs:
        if isinstance(x, Traced) and (outermost is None or x.rank > outermost.rank):
            outermost = x
    if outermost is not None:
        return outermost._apply(primitive, inputs, options)
    try:
        return primitive.forward(*inputs, **options)
    except ArgumentError:
        raise
    except (ValueError, IndexError, TypeError) as error:
        came = " and ".join(describe(x) for x in inputs)
        raise ArgumentError(f"{primitive.name}: {error} (came: {came})") from error


class Traced(NDArrayOperatorsMixin):
    """A number or array that watches what is computed with it."""

    __slots__ = ()
    # Who wraps whom when kinds meet: duals by their nesting, tensors and values outermost.
    rank: ClassVar[Any] = np.inf
    # NumPy asks __array_ufunc__ at ``array * tensor``; CuPy's operators go by this.
    __array_priority__: ClassVar[float] = 1000.0
    _value: Any

    def _apply(self, primitive: Primitive, inputs: tuple[Array, ...], options: Any) -> Array:
        raise NotImplementedError

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if kwargs.get("out") is not None:
            raise ArgumentError(
                f"{ufunc.__name__}: out= and in-place operators such as += would change values "
                "that backward needs; write t = t + ... instead"
            )
        if method == "reduce" and ufunc in REDUCED:
            return self._numpy(REDUCED[ufunc], inputs, {"axis": 0} | kwargs)
        if method != "__call__":
            raise ArgumentError(f"{ufunc.__name__}: .{method} has no derivative here")
        return self._numpy(ufunc, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return self._numpy(func, args, kwargs)

    def _numpy(self, func: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        primitive = BY_NUMPY.get(func)
        if primitive is None:
            if func in WITHOUT_DERIVATIVE:
                # One layer is taken off; below it may be another.
                return func(*(stripped(x, self.rank) for x in args), **kwargs)
            kind, name = type(self).__name__, getattr(func, "__name__", func)
            raise ArgumentError(f"{kind}: np.{name} has no derivative here")
        count = primitive.inputs
        inputs = tuple(args[:count]) if count else tuple(args[0])
        rest = args[max(count, 1) :]
        options = dict(zip(primitive.options, rest, strict=False)) | kwargs
        unknown = [name for name in options if name not in primitive.options]
        if unknown or len(rest) > len(primitive.options) or len(inputs) < count:
            what = unknown[0] if unknown else f"these {len(args)} arguments"
            raise ArgumentError(f"{primitive.name}: {what} cannot be used here")
        return apply(primitive, inputs, options)

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        kind = type(self).__name__
        raise ArgumentError(
            f"{kind}: turning one into an array would lose its derivatives; "
            "write with np functions and operators, or take .detach().data of a Tensor"
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the values."""
        return np.shape(self._value)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return np.ndim(self._value)

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(np.size(self._value))

    __add__, __radd__ = binary("add"), binary("add", reflected=True)
    __sub__, __rsub__ = binary("subtract"), binary("subtract", reflected=True)
    __mul__, __rmul__ = binary("multiply"), binary("multiply", reflected=True)
    __truediv__, __rtruediv__ = binary("divide"), binary("divide", reflected=True)
    __pow__, __rpow__ = binary("power"), binary("power", reflected=True)

    def __len__(self) -> int:
        return len(self._value)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> Any:
        return apply(BY_NAME["index"], (self,), {"index": index})

    def __setitem__(self, index: Any, value: Any) -> None:
        raise ArgumentError(
            f"{type(self).__name__}: t[...] = value would change values that backward needs; "
            "build a new one, for example with a mask: t * mask + value * (1 - mask)"
        )

    def __float__(self) -> float:
        return float(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)

    # NumPy's == compares element by element; objects stay usable as keys, as in PyTorch.
    def __hash__(self) -> int:
        return id(self)


def stripped(x: Any, rank: Any) -> Any:
    """Return what ``x`` wraps, if it is of this rank.

    >>> stripped(3.0, 1)
    3.0
    """
    return x._value if isinstance(x, Traced) and x.rank == rank else x


def require_operand(function: str, what: str, x: Any) -> None:
    """Refuse all but a number or an array of numbers, traced or not.

    >>> require_operand("add", "a Tensor met", "3")
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: add: a Tensor met '3', expected a number or array
    """
    if not isinstance(x, NUMBERS) and (not is_array(x) or x.dtype.kind not in "fbiu"):
        raise ArgumentError(f"{function}: {what} {describe(x)}, expected a number or array")
