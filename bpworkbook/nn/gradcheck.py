r"""Gradient checks: does a backward function agree with differences of its forward function?

A central difference knows only the forward pass. Its error has two parts, about $h^2$ from the
curvature and about $10^{-16} / h$ from rounding; in float64 a step of 1e-6 makes both small, in
float32 take 1e-3. Keep test points away from kinks (a ReLU's input within ``h`` of 0) and from
saturation, where gradients sink below the rounding.

Functions are called as in ``nn``: ``out, cache = forward(*inputs)`` and
``backward(grad_out=..., cache=...)``, which returns the gradient of the first input, or a tuple of
gradients of the first inputs in their order. Losses are called the same way.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.validation import (
    NUMBERS,
    FloatArray,
    is_array,
    require_count,
    require_floats,
    require_number,
    require_rng,
)


def numerical_gradient(f: Callable[[Any], Any], x: FloatArray, h: float = 1e-6) -> FloatArray:
    r"""Return the gradient of a scalar function by central differences, one entry at a time.

    $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h}$$

    Parameters
    ----------
    f : function
        Takes ``x`` and returns a number. It is called twice for each entry.
    x : array, float32 or float64
        The point. Entries are changed in place and restored, also when ``f`` raises.
    h : float
        The step, above 0.

    Returns
    -------
    array
        Shape and dtype of ``x``.

    Raises
    ------
    ArgumentError
        If ``f`` is no function or returns more than a number, ``x`` is not a non-empty float array
        that can be written to, or ``h`` not above 0 or too small to be felt.

    Examples
    --------
    >>> numerical_gradient(lambda x: np.sum(x**2), np.array([1.0, -3.0])).round(6)
    array([ 2., -6.])
    """
    require_function("numerical_gradient", "f", f)
    require_floats("numerical_gradient", "x", x)
    if isinstance(x, np.generic) or (isinstance(x, np.ndarray) and not x.flags.writeable):
        raise ArgumentError(
            "numerical_gradient: x is read-only, expected an array that can be written to"
        )
    require_number("numerical_gradient", "h", h, 0, above=True)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        middle = float(x[index])
        try:
            x[index] = middle + h
            above, right = _number(f(x)), float(x[index])
            x[index] = middle - h
            below, left = _number(f(x)), float(x[index])
        finally:
            x[index] = middle
        if right == left:
            raise ArgumentError(
                f"numerical_gradient: h is {h}, which {middle} of x is too large to feel"
            )
        # The distance that was really walked: x + h is rounded to the dtype of x.
        gradient[index] = (above - below) / (right - left)
    return gradient


def _number(value: Any) -> float:
    if not isinstance(value, NUMBERS) and not (is_array(value) and value.shape == ()):
        raise ArgumentError(f"numerical_gradient: f returned {describe(value)}, expected a number")
    return float(value)


def relative_error(a: Any, b: Any) -> float:
    r"""Return the largest difference of two gradients, relative to their largest entry.

    $$\frac{\max_i |a_i - b_i|}{\max(\max_i |a_i|, \max_i |b_i|)}$$

    It is symmetric, the same for gradients of any size, and 0 where both are 0. Being relative to
    the largest entry, it does not magnify the rounding of entries near 0.

    Parameters
    ----------
    a, b : array or number
        Of one shape.

    Returns
    -------
    float
        From 0 to 2; nan where a value is nan.

    Raises
    ------
    ArgumentError
        If the shapes differ, or one is no array of numbers or empty.

    Examples
    --------
    >>> relative_error(np.array([100.0, 1.0]), np.array([101.0, 1.0])) == 1 / 101
    True
    >>> relative_error(0.0, 0.0)
    0.0
    """
    for name, value in (("a", a), ("b", b)):
        if is_array(value):
            fits = value.dtype.kind in "iufc" and value.size
        else:
            fits = isinstance(value, int | float | complex)
        if not fits:
            kind = f" of dtype {value.dtype}" if is_array(value) else ""
            raise ArgumentError(
                f"relative_error: {name} is {describe(value)}{kind}, expected numbers"
            )
    if np.shape(a) != np.shape(b):
        raise ArgumentError(f"relative_error: a is {np.shape(a)}, but b is {np.shape(b)}")
    scale = float(np.maximum(np.max(np.abs(a)), np.max(np.abs(b))))
    return float(np.max(np.abs(a - b))) / scale if scale != 0 else 0.0


def projection_check(
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    inputs: Sequence[Any],
    rng: np.random.Generator,
    *,
    h: float = 1e-6,
    trials: int = 5,
) -> float:
    r"""Compare backward with a central difference along random directions.

    For random $u$, of the shape of the output, and $v$, of the shapes of the inputs, both sides of

    $$u^\top J v \approx \frac{u^\top f(x + hv) - u^\top f(x - hv)}{2h}$$

    are numbers; $J$ is the matrix of derivatives and backward gives $u^\top J$. Three calls of
    ``forward`` and one of ``backward`` check all entries at once, whatever their number.

    Parameters
    ----------
    forward, backward : function
        The pair, called as this module's head says.
    inputs : sequence
        The arguments of ``forward``.
    rng : Generator
        Where the directions come from.
    h : float
        The step, above 0.
    trials : int
        The number of directions.

    Returns
    -------
    float
        The relative error over all trials; below 1e-6 is right for float64.

    Raises
    ------
    ArgumentError
        If an argument is none of these, ``forward`` returns no pair of an output and a cache, or a
        gradient has not the shape of its input.

    References
    ----------
    Maclaurin, Duvenaud and Adams (2015), Autograd: effortless gradients in NumPy; the software's
    ``check_grads`` works so.

    Examples
    --------
    >>> from bpworkbook.nn import tanh_backward, tanh_forward
    >>> rng = np.random.default_rng(0)
    >>> projection_check(tanh_forward, tanh_backward, [rng.standard_normal((4, 3))], rng) < 1e-6
    True
    """
    require_pair("projection_check", forward, backward, inputs)
    require_rng("projection_check", rng)
    require_number("projection_check", "h", h, 0, above=True)
    require_count("projection_check", "trials", trials)
    analytic, numeric = np.zeros(trials), np.zeros(trials)
    for trial in range(trials):
        out, cache = call_forward("projection_check", forward, inputs)
        u = random_like(out, rng)
        gradients = call_backward("projection_check", backward, u, cache, inputs)
        directions = [random_like(x, rng) for x in inputs[: len(gradients)]]
        rest = list(inputs[len(gradients) :])
        moved = list(zip(inputs, directions, strict=False))
        above = forward(*[x + h * v for x, v in moved], *rest)[0]
        below = forward(*[x - h * v for x, v in moved], *rest)[0]
        analytic[trial] = sum(
            float(np.sum(gradient * v)) for gradient, v in zip(gradients, directions, strict=True)
        )
        numeric[trial] = float(np.sum(u * (above - below))) / (2 * h)
    return relative_error(analytic, numeric)


def random_like(x: Any, rng: np.random.Generator) -> Any:
    """Return normal numbers of the shape and dtype of ``x``, and where ``x`` lies.

    >>> random_like(np.zeros((2, 3), np.float32), np.random.default_rng(0)).dtype
    dtype('float32')
    """
    numbers = rng.standard_normal(np.shape(x))
    if np.ndim(x) == 0:
        return getattr(x, "dtype", np.dtype(float)).type(numbers)
    return np.asarray(numbers.astype(x.dtype), like=x)


def require_function(function: str, name: str, f: Any) -> None:
    """Refuse all but something that can be called.

    >>> require_function("jvp", "f", 3)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: jvp: f is 3, expected a function
    """
    if not callable(f):
        raise ArgumentError(f"{function}: {name} is {describe(f)}, expected a function")


def require_pair(function: str, forward: Any, backward: Any, inputs: Any) -> None:
    """Refuse a pair that cannot be called, and inputs that are no list.

    >>> require_pair("check_gradients", abs, abs, 3)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: check_gradients: inputs is 3, expected a list of arguments
    """
    require_function(function, "forward", forward)
    require_function(function, "backward", backward)
    if not isinstance(inputs, tuple | list) or not inputs:
        raise ArgumentError(
            f"{function}: inputs is {describe(inputs)}, expected a list of arguments"
        )


def call_forward(
    function: str, forward: Callable[..., Any], inputs: Sequence[Any]
) -> tuple[Any, Any]:
    """Return the output, an array of floats or a number, and the cache.

    >>> call_forward("check", np.negative, [np.ones(3)])
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: check: forward returned (3,), expected (out, cache)
    """
    result = forward(*inputs)
    if not isinstance(result, tuple) or len(result) != 2:
        raise ArgumentError(
            f"{function}: forward returned {describe(result)}, expected (out, cache)"
        )
    out = result[0]
    if not isinstance(out, NUMBERS) and not (is_array(out) and out.dtype.kind == "f"):
        raise ArgumentError(f"{function}: forward returned {describe(out)}, expected floats")
    return result


def call_backward(
    function: str, backward: Callable[..., Any], grad_out: Any, cache: Any, inputs: Sequence[Any]
) -> tuple[Any, ...]:
    """Return the gradients as a tuple, each of the shape of the input it belongs to.

    >>> call_backward("check", lambda grad_out, cache: cache, 1.0, np.ones(3), [np.ones(2)])
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: check: gradient 0 is (3,), but its input is (2,)
    """
    result = backward(grad_out=grad_out, cache=cache)
    gradients = result if isinstance(result, tuple) else (result,)
    if len(gradients) > len(inputs):
        raise ArgumentError(
            f"{function}: backward returned {len(gradients)} gradients, "
            f"but forward took {len(inputs)} inputs"
        )
    for position, (gradient, x) in enumerate(zip(gradients, inputs, strict=False)):
        if not is_array(x):
            raise ArgumentError(
                f"{function}: inputs[{position}] is {describe(x)}, expected an array, "
                "for backward returned its gradient"
            )
        if not is_array(gradient) or np.shape(gradient) != np.shape(x):
            raise ArgumentError(
                f"{function}: gradient {position} is {describe(gradient)}, "
                f"but its input is {np.shape(x)}"
            )
    return gradients
