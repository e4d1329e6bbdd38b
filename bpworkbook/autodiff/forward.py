r"""Forward mode: numbers that carry along how fast they move.

A dual number $x + \dot{x}\varepsilon$ with $\varepsilon^2 = 0$ has a value and a tangent, and
$f(x + \dot{x}\varepsilon) = f(x) + f'(x)\,\dot{x}\,\varepsilon$. One pass gives one directional
derivative of every output; reverse mode gives every derivative of one output.

Duals may be nested for second derivatives. Each call of ``jvp`` has a level of its own, so that the
$\varepsilon$ of one is never taken for that of another.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpworkbook.autodiff.dispatch import Array, Primitive, Traced, apply, require_operand
from bpworkbook.autodiff.methods import ArrayMethods
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.gradcheck import require_function
from bpworkbook.nn.validation import require_floats, require_like

# An inner call of ``jvp`` begins after the outer one, and has the higher level.
LEVELS = itertools.count(1)


class Dual(ArrayMethods):
    """An array with its tangent; made by ``jvp``.

    Parameters
    ----------
    primal : array
        The values.
    tangent : array, shape and dtype of ``primal``
        How fast each moves.
    rank : int
        The level of the ``jvp`` that it belongs to.

    Examples
    --------
    >>> y = np.exp(Dual(np.zeros(2), np.array([1.0, 2.0]), 1))
    >>> y.tangent
    array([1., 2.])
    """

    __slots__ = ("_value", "rank", "tangent")

    def __init__(self, primal: Array, tangent: Array, rank: int) -> None:
        self._value, self.tangent, self.rank = primal, tangent, rank  # type: ignore[misc]

    @property
    def primal(self) -> Array:
        """The values."""
        return self._value

    def _apply(self, primitive: Primitive, inputs: tuple[Any, ...], options: Any) -> "Dual":
        mine = [isinstance(x, Dual) and x.rank == self.rank for x in inputs]
        for x in inputs:
            require_operand(primitive.name, "a Dual met", x)
        values = tuple(x._value if m else x for x, m in zip(inputs, mine, strict=True))
        out = apply(primitive, values, options)
        tangent = None
        for i, x in enumerate(inputs):
            if mine[i]:
                part = primitive.jvp(i, x.tangent, out, *values, **options)
                tangent = part if tangent is None else tangent + part
        return Dual(out, tangent, self.rank)

    def __repr__(self) -> str:
        return f"Dual({self._value!r}, {self.tangent!r})"


def jvp(
    f: Callable[..., Any], primals: Sequence[Array], tangents: Sequence[Array]
) -> tuple[Any, Any]:
    r"""Return ``f(*primals)`` and how it moves when the arguments move along the tangents.

    $$\dot{y} = \sum_i \frac{\partial f}{\partial x_i} \, \dot{x}_i$$

    A Jacobian-vector product, exact, without the Jacobian and without a record.

    Parameters
    ----------
    f : function
        Takes float arrays and returns an array or a tuple of them; written with NumPy's functions
        and operators, with those of ``autodiff``, or made by ``grad``.
    primals : sequence of arrays
        The point.
    tangents : sequence of arrays
        The direction, shapes and dtypes of the primals.

    Returns
    -------
    out : array or tuple
        What ``f`` returns.
    tangent : array or tuple
        Its directional derivative, of the same shape.

    Raises
    ------
    ArgumentError
        If an argument is not a float array, or a tangent does not fit its primal.

    References
    ----------
    Wengert (1964), A simple automatic derivative evaluation program.

    Examples
    --------
    >>> out, tangent = jvp(lambda x: x**2, [np.array([1.0, 3.0])], [np.array([1.0, 0.5])])
    >>> out, tangent
    (array([1., 9.]), array([2., 3.]))
    """
    require_function("jvp", "f", f)
    for name, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, tuple | list) or not given:
            raise ArgumentError(f"jvp: {name} is {describe(given)}, expected a tuple of arrays")
    if len(primals) != len(tangents):
        raise ArgumentError(
            f"jvp: tangents has {len(tangents)} arrays, but primals has {len(primals)}"
        )
    for i, (x, t) in enumerate(zip(primals, tangents, strict=True)):
        for name, given in ((f"primals[{i}]", x), (f"tangents[{i}]", t)):
            require_dualable(name, given)
        require_like("jvp", f"tangents[{i}]", t, x.shape, x.dtype, f"primals[{i}] is")
    level = next(LEVELS)
    out = f(*(Dual(x, t, level) for x, t in zip(primals, tangents, strict=True)))
    if not isinstance(out, tuple):
        return parts(out, level)
    pairs = [parts(one, level) for one in out]
    return tuple(value for value, _ in pairs), tuple(tangent for _, tangent in pairs)


def require_dualable(name: str, x: Any) -> None:
    """Refuse what no dual can be made of: all but float arrays, and tensors, which go outside."""
    if isinstance(x, Traced) and not isinstance(x, Dual):
        raise ArgumentError(
            f"jvp: {name} is a {type(x).__name__}, expected an array; "
            "jvp(grad(f), ...) differentiates a gradient"
        )
    require_floats("jvp", name, x)


def parts(out: Any, level: int) -> tuple[Array, Array]:
    """Take a result apart; one that does not depend on the arguments stands still."""
    if isinstance(out, Dual) and out.rank == level:
        return out._value, out.tangent
    if isinstance(out, Traced) and not isinstance(out, Dual):
        raise ArgumentError(
            f"jvp: f returned a {type(out).__name__}, expected an array; "
            "use arrays in place of tensors inside f"
        )
    return out, np.zeros_like(out)
