"""Checks of arguments, shared by every function of ``nn``.

Each check is silent or raises ``ArgumentError``. Its first arguments are the name of the function
that was called, the name of the argument, and the argument. Most look at type, shape and dtype,
which costs well under a microsecond; ``require_labels``, ``require_fractions`` and
``require_finite`` read the values. Nothing here converts an array, so arrays on a GPU stay there.
"""

import math
from typing import Any, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.errors import ArgumentError, describe

FloatArray: TypeAlias = NDArray[np.floating[Any]]
IntArray: TypeAlias = NDArray[np.integer[Any]]

FLOAT_DTYPES = (np.dtype(np.float64), np.dtype(np.float32))
NUMBERS = (int, float, np.integer, np.floating)


def is_array(value: Any) -> TypeGuard[NDArray[Any]]:
    """Tell whether ``value`` is an array: NumPy's, or one that NumPy's functions dispatch on.

    NumPy's scalars count as arrays without axes. ``np.matrix`` and masked arrays do not count: on
    them ``*`` and ``sum`` mean something else.

    >>> is_array(np.zeros(3)), is_array(np.float32(1)), is_array([0.0, 1.0])
    (True, True, False)
    """
    if type(value) is np.ndarray or isinstance(value, np.generic):
        return True
    if isinstance(value, np.ndarray):
        return not isinstance(value, np.matrix | np.ma.MaskedArray)
    return hasattr(value, "__array_function__") and hasattr(value, "dtype")


def require_floats(
    function: str, name: str, x: Any, axes: tuple[str, ...] | None = None, *, least_axes: int = 0
) -> None:
    """Refuse all but a non-empty array of float32 or float64, with these axes if they are named.

    >>> require_floats("linear_forward", "x", np.zeros(3), ("n", "d_in"))
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: linear_forward: x is (3,), expected (n, d_in)
    """
    if type(x) is not np.ndarray and not is_array(x):
        raise ArgumentError(
            f"{function}: {name} is {describe(x)}, expected an array of float32 or float64"
        )
    if x.dtype not in FLOAT_DTYPES:
        convert = f"; {name}.astype(np.float64) converts it" if x.dtype.kind in "biu" else ""
        raise ArgumentError(
            f"{function}: {name} has dtype {x.dtype}, expected float32 or float64{convert}"
        )
    if axes is not None and x.ndim != len(axes):
        wanted = f"({axes[0]},)" if len(axes) == 1 else f"({', '.join(axes)})"
        raise ArgumentError(f"{function}: {name} is {x.shape}, expected {wanted}")
    if x.ndim < least_axes:
        raise ArgumentError(f"{function}: {name} is {x.shape}, expected {least_axes} or more axes")
    if x.size == 0:
        what = "an empty batch" if x.shape[0] == 0 else "empty"
        raise ArgumentError(f"{function}: {name} is {x.shape}, which is {what}")


def require_like(
    function: str, name: str, x: Any, shape: tuple[int, ...], dtype: Any, other: str
) -> None:
    """Refuse an array whose shape or dtype differs from what ``other`` ("z was") asks for.

    Shapes that would broadcast are refused too: (n,) against (n, 1) would silently make (n, n).

    >>> require_like("linear_backward", "grad_out", np.zeros((8, 3)), (8, 4), float, "z was")
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: linear_backward: grad_out is (8, 3), but z was (8, 4)
    """
    if type(x) is not np.ndarray and not is_array(x):
        raise ArgumentError(f"{function}: {name} is {describe(x)}, but {other} {shape}")
    if x.shape != shape:
        raise ArgumentError(f"{function}: {name} is {x.shape}, but {other} {shape}")
    if x.dtype is not dtype and x.dtype != dtype:
        owner, verb = other.rsplit(" ", 1)
        had = "had" if verb == "was" else "has"
        raise ArgumentError(
            f"{function}: {name} has dtype {x.dtype}, but {owner} {had} {np.dtype(dtype)}"
        )


def require_cache(function: str, cache: Any, length: int, forward: str) -> None:
    """Refuse a cache that is not a tuple of ``length`` items, or for length 0 not an array.

    >>> require_cache("tanh_backward", None, 0, "tanh_forward")
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: tanh_backward: cache is None, expected that of tanh_forward
    """
    fits = isinstance(cache, tuple) and len(cache) == length if length else is_array(cache)
    if not fits:
        raise ArgumentError(f"{function}: cache is {describe(cache)}, expected that of {forward}")


def require_scale(function: str, grad_out: Any, dtype: Any) -> None:
    """Refuse a gradient of a loss that is neither a Python number nor a scalar of its dtype.

    >>> require_scale("mse_backward", np.ones(3), float)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: mse_backward: grad_out is (3,), but the loss was ()
    """
    if type(grad_out) is float and math.isfinite(grad_out):
        return
    if is_array(grad_out):
        require_like(function, "grad_out", grad_out, (), dtype, "the loss was")
    else:
        require_number(function, "grad_out", grad_out)


def lowest(x: NDArray[Any]) -> Any:
    """Return the smallest number: as ``x.min()``, in a third of its time where there are few.

    >>> lowest(np.array([[3, 1], [2, 5]])).item(), highest(np.array([[3, 1], [2, 5]])).item()
    (1, 5)
    """
    return x.ravel()[x.argmin()]


def highest(x: NDArray[Any]) -> Any:
    """Return the largest number, as ``lowest`` does the smallest.

    >>> highest(np.float64(2)).item()
    2.0
    """
    return x.ravel()[x.argmax()]


def require_labels(function: str, name: str, labels: Any, n: int, classes: int) -> None:
    """Refuse all but an integer array of shape (n,) with values from 0 to ``classes - 1``.

    >>> require_labels("cross_entropy", "labels", np.array([0, 3]), 2, 3)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: cross_entropy: labels holds 3 at [1], expected 0 to 2
    """
    if not is_array(labels):
        raise ArgumentError(
            f"{function}: {name} is {describe(labels)}, expected an array of integers"
        )
    if labels.shape != (n,):
        raise ArgumentError(f"{function}: {name} is {labels.shape}, expected ({n},), one a row")
    if labels.dtype.kind not in "iu":
        raise ArgumentError(f"{function}: {name} has dtype {labels.dtype}, expected integers")
    if lowest(labels) < 0 or highest(labels) >= classes:
        place = int(np.argmax((labels < 0) | (labels >= classes)))
        label, last = int(labels[place]), classes - 1
        raise ArgumentError(f"{function}: {name} holds {label} at [{place}], expected 0 to {last}")


def require_fractions(function: str, name: str, y: Any) -> None:
    """Refuse targets below 0 or above 1.

    >>> require_fractions("bce_with_logits", "y", np.array([-1.0, 1.0]))
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: bce_with_logits: y runs from -1 to 1, expected 0 to 1
    """
    least, most = float(lowest(y)), float(highest(y))
    if least < 0 or most > 1:
        raise ArgumentError(f"{function}: {name} runs from {least:g} to {most:g}, expected 0 to 1")


def require_finite(function: str, name: str, x: Any) -> None:
    """Refuse NaN and infinity, and say where the first stands.

    >>> require_finite("fit", "X", np.array([[0.0, 1.0], [np.nan, 2.0]]))
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: fit: X holds nan at [1, 0], expected finite numbers
    """
    finite = np.isfinite(x)
    if not np.all(finite):
        place = np.unravel_index(int(np.argmin(finite)), x.shape)
        index = tuple(int(i) for i in place)
        raise ArgumentError(
            f"{function}: {name} holds {float(x[index])} at {list(index)}, expected finite numbers"
        )


def require_count(function: str, name: str, value: Any, least: int = 1) -> None:
    """Refuse all but an integer of at least ``least``; True and False are no integers here.

    >>> require_count("fit", "epochs", 2.5)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: fit: epochs is 2.5, expected an integer of at least 1
    """
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < least:
        raise ArgumentError(
            f"{function}: {name} is {describe(value)}, expected an integer of at least {least}"
        )


def require_number(
    function: str, name: str, value: Any, least: float = -np.inf, *, above: bool = False
) -> None:
    """Refuse all but a finite number of at least ``least``, or above it.

    >>> require_number("SGD", "lr", -0.1, 0)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: SGD: lr is -0.1, expected a finite number of at least 0
    """
    fits = isinstance(value, NUMBERS) and not isinstance(value, bool) and _is_finite(value)
    if not fits or value < least or (above and value == least):
        bound = "" if least == -np.inf else f" {'above' if above else 'of at least'} {least:g}"
        raise ArgumentError(
            f"{function}: {name} is {describe(value)}, expected a finite number{bound}"
        )


def require_share(function: str, name: str, value: Any) -> None:
    """Refuse all but a number from 0 to 1.

    >>> require_share("BatchNorm1d", "momentum", 2)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: BatchNorm1d: momentum is 2, expected a number from 0 to 1
    """
    require_number(function, name, value, 0)
    if value > 1:
        raise ArgumentError(
            f"{function}: {name} is {describe(value)}, expected a number from 0 to 1"
        )


def _is_finite(value: Any) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # an int beyond the largest float
        return False


def require_flag(function: str, name: str, value: Any) -> None:
    """Refuse all but True and False.

    >>> require_flag("SGD", "nesterov", "yes")
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: SGD: nesterov is 'yes', expected True or False
    """
    if not isinstance(value, bool):
        raise ArgumentError(f"{function}: {name} is {describe(value)}, expected True or False")


def require_rng(function: str, rng: Any) -> None:
    """Refuse all but a ``np.random.Generator``, so that nothing depends on a global seed.

    >>> require_rng("he", 0)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: he: rng is 0, expected a Generator: np.random.default_rng(0)
    """
    if not isinstance(rng, np.random.Generator):
        raise ArgumentError(
            f"{function}: rng is {describe(rng)}, expected a Generator: np.random.default_rng(0)"
        )
