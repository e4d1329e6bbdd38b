"""Layers: thin objects that hold parameters and call the pure functions.

Nothing is computed here that the functions do not compute.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from bpworkbook.nn import init as initialisers
from bpworkbook.nn.activations import (
    sigmoid_backward,
    sigmoid_forward,
    tanh_backward,
    tanh_forward,
)
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.linear import linear_backward, linear_backward_parameters, linear_forward
from bpworkbook.nn.module import Cached, Parameter
from bpworkbook.nn.rectifiers import (
    leaky_relu_backward,
    leaky_relu_forward,
    relu_backward,
    relu_forward,
)
from bpworkbook.nn.validation import (
    FloatArray,
    require_count,
    require_floats,
    require_like,
    require_number,
)

Initialiser = Callable[[tuple[int, ...], np.random.Generator, DTypeLike], FloatArray]


def drawn(
    function: str, init: Any, shape: tuple[int, ...], rng: np.random.Generator, dtype: DTypeLike
) -> FloatArray:
    """Return what an initialiser draws, or say that it is none.

    >>> drawn("Linear", lambda shape, rng, dtype: np.ones(5), (3, 2), None, np.float64)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: Linear: init(shape, rng, dtype) is (5,), but shape is (3, 2)
    """
    if not callable(init):
        raise ArgumentError(f"{function}: init is {describe(init)}, expected a function")
    weights: FloatArray = init(shape, rng, dtype)
    require_floats(function, "init(shape, rng, dtype)", weights)
    require_like(function, "init(shape, rng, dtype)", weights, shape, weights.dtype, "shape is")
    return weights


class Linear(Cached):
    """The layer ``z = x @ W + b``.

    Parameters
    ----------
    d_in, d_out : int
        The number of inputs and of outputs.
    rng : Generator
        Where the initial weights come from.
    dtype : float32 or float64
        The dtype of the parameters, and so of the batches it takes.
    init : function
        Called as ``init((d_in, d_out), rng, dtype)`` for the weights; ``he`` unless given. The bias
        starts at zero.

    Attributes
    ----------
    W : Parameter (d_in, d_out)
        The weights.
    b : Parameter (d_out,)
        The bias.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
    >>> layer, layer(np.ones((5, 3))).shape
    (Linear(3, 2), (5, 2))
    """

    def __init__(
        self,
        d_in: int,
        d_out: int,
        *,
        rng: np.random.Generator,
        dtype: DTypeLike = np.float64,
        init: Initialiser = initialisers.he,
    ) -> None:
        require_count("Linear", "d_in", d_in)
        require_count("Linear", "d_out", d_out)
        self.W = Parameter(drawn("Linear", init, (d_in, d_out), rng, dtype))
        self.b = Parameter(initialisers.zeros((d_out,), None, dtype))

    def forward(self, x: FloatArray) -> FloatArray:
        """Return ``x @ W + b``, see ``linear_forward``."""
        z, self._cache = linear_forward(x, self.W.data, self.b.data)
        return z

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Set ``W.grad`` and ``b.grad`` and return the gradient of ``x``."""
        grad_x, self.W.grad, self.b.grad = linear_backward(grad_out, self._last_cache())
        return grad_x

    def backward_parameters(self, grad_out: FloatArray) -> None:
        """Set ``W.grad`` and ``b.grad``, without the gradient of ``x``."""
        self.W.grad, self.b.grad = linear_backward_parameters(grad_out, self._last_cache())

    def parameters(self) -> list[Parameter]:
        """Return the weights and the bias."""
        return [self.W, self.b]

    def __repr__(self) -> str:
        return f"Linear{self.W.data.shape}"


class Sigmoid(Cached):
    """The sigmoid as a layer, see ``sigmoid``.

    >>> Sigmoid()(np.zeros((1, 2)))
    array([[0.5, 0.5]])
    """

    def forward(self, x: FloatArray) -> FloatArray:
        """Return ``sigmoid(x)``."""
        a, self._cache = sigmoid_forward(x)
        return a

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return the gradient of ``x``."""
        return sigmoid_backward(grad_out, self._last_cache())


class Tanh(Cached):
    """Tanh as a layer, see ``tanh``.

    >>> Tanh()(np.zeros((1, 2)))
    array([[0., 0.]])
    """

    def forward(self, x: FloatArray) -> FloatArray:
        """Return ``tanh(x)``."""
        a, self._cache = tanh_forward(x)
        return a

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return the gradient of ``x``."""
        return tanh_backward(grad_out, self._last_cache())


class ReLU(Cached):
    """ReLU as a layer, see ``relu``.

    >>> ReLU()(np.array([[-1.0, 2.0]]))
    array([[0., 2.]])
    """

    def forward(self, x: FloatArray) -> FloatArray:
        """Return ``relu(x)``."""
        a, self._cache = relu_forward(x)
        return a

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return the gradient of ``x``."""
        return relu_backward(grad_out, self._last_cache())


class LeakyReLU(Cached):
    """Leaky ReLU as a layer, see ``leaky_relu``.

    >>> LeakyReLU(negative_slope=0.5)(np.array([[-1.0, 2.0]]))
    array([[-0.5,  2. ]])
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        require_number("LeakyReLU", "negative_slope", negative_slope)
        self.negative_slope = negative_slope

    def forward(self, x: FloatArray) -> FloatArray:
        """Return ``leaky_relu(x, negative_slope)``."""
        a, self._cache = leaky_relu_forward(x, self.negative_slope)
        return a

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Return the gradient of ``x``."""
        return leaky_relu_backward(grad_out, self._last_cache())

    def __repr__(self) -> str:
        return f"LeakyReLU({self.negative_slope})"
