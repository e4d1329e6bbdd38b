r"""Gradients by the complex step, which are exact to the last digits.

A central difference subtracts two nearly equal numbers, and loses half of the digits. A step in the
imaginary direction subtracts nothing:

$$f(x + ih) = f(x) + ih f'(x) - \tfrac12 h^2 f''(x) - \dots
  \quad\Rightarrow\quad f'(x) \approx \frac{\mathrm{Im}\, f(x + ih)}{h}$$

The error is about $h^2$ with no rounding to pay, so $h$ may be 1e-20 and the result has 15 digits.
The price: ``f`` must compute with complex numbers all the way, and must be smooth in the complex
sense. ``np.exp``, ``np.tanh``, ``@`` and arithmetic are; ``np.abs``, ``np.maximum``, ``np.conj``,
``np.real`` and comparisons are not, and the functions of ``nn`` refuse complex arrays.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.gradcheck import require_function
from bpworkbook.nn.validation import FloatArray, is_array, require_floats, require_number


def complex_step_gradient(f: Callable[[Any], Any], x: FloatArray, h: float = 1e-20) -> FloatArray:
    r"""Return the gradient of a smooth scalar function, one entry at a time, to full accuracy.

    $$\frac{\partial f}{\partial x_j} \approx \frac{\mathrm{Im}\, f(x + i h e_j)}{h}$$

    Parameters
    ----------
    f : function
        Takes a complex array of the shape of ``x`` and returns a complex number. It is called once
        for each entry.
    x : array, float32 or float64
        The point. It is not changed.
    h : float
        The step, above 0.

    Returns
    -------
    array
        Shape and dtype of ``x``.

    Raises
    ------
    ArgumentError
        If ``f`` is no function, ``x`` is not a non-empty float array, ``h`` not above 0, or ``f``
        returns anything but a complex number: then it has dropped the imaginary part, and with it
        the derivative.

    References
    ----------
    Squire and Trapp (1998), Using complex variables to estimate derivatives of real functions.

    Examples
    --------
    >>> x = np.array([0.5, -2.0])
    >>> error = complex_step_gradient(lambda x: np.sum(np.exp(x)), x) - np.exp(x)
    >>> bool(np.max(np.abs(error)) < 1e-15)
    True
    """
    require_function("complex_step_gradient", "f", f)
    require_floats("complex_step_gradient", "x", x)
    require_number("complex_step_gradient", "h", h, 0, above=True)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        point = np.copy(x + 0j)
        point[index] = point[index] + complex(0, h)
        value = f(point)
        if not (isinstance(value, complex) or (is_array(value) and value.dtype.kind == "c")):
            raise ArgumentError(
                f"complex_step_gradient: f returned {_kind(value)}, expected a complex number"
            )
        if np.shape(value) != ():
            raise ArgumentError(
                f"complex_step_gradient: f returned {describe(value)}, expected one number"
            )
        gradient[index] = float(np.imag(value)) / h
    return gradient


def _kind(value: Any) -> str:
    """Say what came instead of a complex number.

    >>> _kind(np.float64(2.0)), _kind(None)
    ('an array of dtype float64', 'None')
    """
    return f"an array of dtype {value.dtype}" if is_array(value) else describe(value)
