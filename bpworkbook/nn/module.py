"""What networks are made of: parameters, modules, and modules in a row.

A module remembers what its last ``forward`` cached. ``backward`` uses it, stores the gradient of
each parameter in ``.grad``, replacing the one before, and returns the gradient with respect to the
input. As in PyTorch, forward must come first; unlike there, no gradient is accumulated.
"""

from typing import Any, Self

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.validation import FloatArray, require_floats


class Parameter:
    """An array that is trained, with its gradient.

    Parameters
    ----------
    data : array, float32 or float64
        The values. An optimiser changes them in place.

    Attributes
    ----------
    data : array
        The values.
    grad : array or None
        The gradient of the last backward pass, of the same shape and dtype; None before it.
    requires_grad : bool
        False for a frozen parameter, which no optimiser changes, see ``freeze``.

    Raises
    ------
    ArgumentError
        If ``data`` is not a non-empty float array.

    Examples
    --------
    >>> import numpy as np
    >>> Parameter(np.zeros((3, 2)))
    Parameter(3, 2)
    """

    def __init__(self, data: FloatArray) -> None:
        require_floats("Parameter", "data", data)
        self.data = data
        self.grad: FloatArray | None = None
        self.requires_grad = True

    def __repr__(self) -> str:
        return f"Parameter{self.data.shape}"


class Module:
    """A piece of a network: it goes forward, goes backward, and lists its parameters.

    A subclass defines ``forward``, ``backward`` and, where it has any, ``parameters``.

    Attributes
    ----------
    training : bool
        True until ``eval``. Dropout and batch norm differ in training and evaluation.

    Examples
    --------
    >>> import numpy as np
    >>> class Double(Module):
    ...     def forward(self, x):
    ...         return 2 * x
    ...     def backward(self, grad_out):
    ...         return 2 * grad_out
    >>> Double()(np.ones(2))
    array([2., 2.])
    >>> Double().eval().training
    False
    """

    training: bool = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "backward" in vars(cls) and "backward_parameters" not in vars(cls):
            # A new ``backward`` must not be passed over by a short cut made for the old one.
            cls.backward_parameters = Module.backward_parameters  # type: ignore[method-assign]

    def forward(self, x: FloatArray) -> FloatArray:
        """Return the output for a batch ``x``, and keep what ``backward`` needs."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Set the gradient of each parameter and return that of the input of ``forward``."""
        raise NotImplementedError(f"{type(self).__name__} has no backward")

    def backward_parameters(self, grad_out: FloatArray) -> None:
        """Set the gradient of each parameter, as ``backward`` does, and return nothing.

        Training needs no gradient of the data. A layer that can leave it out defines this too; in
        the first layer of a network that saves up to a third of its products.
        """
        self.backward(grad_out)

    def parameters(self) -> list[Parameter]:
        """Return the parameters, always in the same order; none unless a subclass has some."""
        return []

    def children(self) -> list["Module"]:
        """Return the modules it holds: as attributes, or in a list, a tuple or a dict there."""
        held: list[Any] = []
        for value in vars(self).values():
            inner = value.values() if isinstance(value, dict) else value
            held += inner if isinstance(value, list | tuple | dict) else [value]
        return [module for module in held if isinstance(module, Module)]

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all that it holds to training, or with False to evaluation."""
        if not isinstance(mode, bool):
            raise ArgumentError(
                f"{type(self).__name__}.train: mode is {describe(mode)}, expected True or False"
            )
        self.training = mode
        for module in self.children():
            module.train(mode)
        return self

    def eval(self) -> Self:
        """Switch this module and all that it holds to evaluation; ``train()`` switches back."""
        return self.train(False)

    def __call__(self, x: FloatArray, *args: Any, **kwargs: Any) -> FloatArray:
        """Return ``forward(x)``; further arguments, such as a mask, go there too."""
        return self.forward(x, *args, **kwargs)

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class Cached(Module):
    """A module that keeps the cache of its last forward pass."""

    _cache: Any = None

    def _last_cache(self) -> Any:
        if self._cache is None:
            raise RuntimeError(f"{type(self).__name__}.backward: call forward first")
        return self._cache


class Sequential(Module):
    """Layers one after the other.

    Parameters
    ----------
    *layers : Module
        At least one. No layer may stand twice: it keeps one cache, that of its last forward pass.

    Raises
    ------
    ArgumentError
        If there is no layer, one is not a ``Module``, or one stands twice.

    Examples
    --------
    >>> import numpy as np
    >>> from bpworkbook.nn.layers import Linear, ReLU
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(Linear(2, 8, rng=rng), ReLU(), Linear(8, 1, rng=rng))
    >>> model
    Sequential(Linear(2, 8), ReLU(), Linear(8, 1))
    >>> model(np.ones((5, 2))).shape
    (5, 1)
    """

    def __init__(self, *layers: Module) -> None:
        if not layers:
            raise ArgumentError("Sequential: layers is empty, expected at least one Module")
        for position, layer in enumerate(layers):
            if isinstance(layer, type):
                name = layer.__name__
                raise ArgumentError(
                    f"Sequential: layers[{position}] is the class {name}, expected {name}(...)"
                )
            if not isinstance(layer, Module):
                raise ArgumentError(
                    f"Sequential: layers[{position}] is {describe(layer)}, expected a Module"
                )
            if any(layer is earlier for earlier in layers[:position]):
                raise ArgumentError(
                    f"Sequential: layers[{position}] stands there twice, expected a new layer"
                )
        self.layers = layers

    def forward(self, x: FloatArray) -> FloatArray:
        """Return the output of the last layer."""
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad_out: FloatArray) -> FloatArray:
        """Go through the layers from last to first and return the gradient of ``x``."""
        for layer in reversed(self.layers):
            grad_out = layer.backward(grad_out)
        return grad_out

    def backward_parameters(self, grad_out: FloatArray) -> None:
        """Go through the layers as ``backward`` does, but stop at the parameters of the first."""
        for layer in reversed(self.layers[1:]):
            grad_out = layer.backward(grad_out)
        self.layers[0].backward_parameters(grad_out)

    def parameters(self) -> list[Parameter]:
        """Return the parameters of all layers, first layer first."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def __repr__(self) -> str:
        return f"Sequential({', '.join(map(repr, self.layers))})"
