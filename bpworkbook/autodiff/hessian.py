r"""Second derivatives: how a gradient moves, without the matrix that describes it.

The Hessian $H$ of a network with a million parameters has $10^{12}$ entries, but its product with
one vector costs about as much as two gradients: the gradient is itself a function, and its
directional derivative along $v$ is $Hv$. So forward mode is run over reverse mode.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bpworkbook.autodiff.dispatch import Array
from bpworkbook.autodiff.forward import jvp
from bpworkbook.autodiff.gradient import grad
from bpworkbook.nn.validation import require_floats


def hvp(f: Callable[..., Any], primals: Sequence[Array], tangents: Sequence[Array]) -> Any:
    r"""Return the product of the Hessian of a scalar function with a vector, exactly.

    $$H v = \lim_{h \to 0} \frac{\nabla f(x + h v) - \nabla f(x)}{h}$$

    Parameters
    ----------
    f : function
        Takes float arrays and returns one number; written with NumPy's functions and operators.
    primals : sequence of arrays
        The point $x$, one array for each argument of ``f``.
    tangents : sequence of arrays
        The vector $v$, shapes and dtypes of the primals.

    Returns
    -------
    array, or tuple of arrays
        $Hv$, with the shapes of the primals; a tuple if there are several.

    Raises
    ------
    ArgumentError
        If an argument is not a float array, a tangent does not fit its primal, or ``f`` returns
        more than one number.

    References
    ----------
    Pearlmutter (1994), Fast exact multiplication by the Hessian.

    Examples
    --------
    >>> hvp(lambda x: np.sum(x**3), [np.array([1.0, 2.0])], [np.array([1.0, 1.0])])
    array([ 6., 12.])
    """
    return jvp(grad(f), primals, tangents)[1]


def hessian(f: Callable[[Any], Any], x: Array) -> Array:
    r"""Return all second derivatives of a scalar function of a vector, one product a column.

    $$H_{ij} = \frac{\partial^2 f}{\partial x_i \, \partial x_j}$$

    Parameters
    ----------
    f : function
        Takes a float array and returns one number.
    x : array (d,), float32 or float64
        The point.

    Returns
    -------
    array (d, d), dtype of ``x``
        Symmetric up to rounding.

    Raises
    ------
    ArgumentError
        If ``x`` is not a non-empty float array with one axis.

    Examples
    --------
    >>> hessian(lambda x: x[0] * x[1] ** 2, np.array([3.0, 5.0]))
    array([[ 0., 10.],
           [10.,  6.]])
    """
    require_floats("hessian", "x", x, ("d",))
    places = np.arange(x.shape[0], like=x)
    columns = [hvp(f, (x,), ((places == j).astype(x.dtype),)) for j in range(x.shape[0])]
    return np.stack(columns, axis=1)
