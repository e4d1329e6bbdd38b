r"""From a function to the function that computes its gradient.

``f`` is called with tensors in place of its arrays and records itself; one ``backward`` from its
result gives the derivative with respect to every number that went in. Since the gradient is again a
function of arrays, it can be handed on: to a minimiser, or to ``jvp`` for second derivatives.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpworkbook.autodiff.dispatch import Array
from bpworkbook.autodiff.tensor import RECORDING, Tensor
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.gradcheck import require_function
from bpworkbook.nn.validation import NUMBERS, is_array


def grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function that computes the gradient of a scalar function.

    Parameters
    ----------
    f : function
        Takes float arrays and returns one number; written with NumPy's functions and operators.

    Returns
    -------
    function
        Takes the same arrays and returns the gradient, or a tuple of them if there are several.

    Raises
    ------
    ArgumentError
        If an argument is not a float array, or ``f`` returns more than one number.

    Examples
    --------
    >>> grad(lambda x: np.sum(x**3))(np.array([1.0, 2.0]))
    array([ 3., 12.])
    """

    require_function("grad", "f", f)

    def gradient(*arrays: Array) -> Any:
        leaves = [Tensor(x) for x in arrays]
        if not leaves:
            raise ArgumentError("grad: no argument came, expected at least one array")
        token = RECORDING.set(True)
        try:
            out = f(*leaves)
        finally:
            RECORDING.reset(token)
        if not isinstance(out, NUMBERS) and not (is_array(out) and out.size == 1):
            raise ArgumentError(f"grad: f returned {describe(out)}, expected one number")
        if isinstance(out, Tensor) and out.requires_grad:
            out.backward()
        gradients = tuple(
            np.zeros_like(leaf._value) if leaf.grad is None else leaf.grad for leaf in leaves
        )
        return gradients if len(gradients) > 1 else gradients[0]

    return gradient
