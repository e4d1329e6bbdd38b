r"""Optimisers: they change the parameters, given the gradients that ``backward`` left there.

An optimiser holds the list of parameters. ``step()`` changes each in place, and ``zero_grad()``
forgets the gradients, so that a step without a fresh backward pass is noticed.
"""

from collections.abc import Iterable

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.module import Parameter
from bpworkbook.nn.validation import FloatArray, is_array, require_like, require_number


class Optimizer:
    """What all optimisers share: the parameters, the learning rate, and ``zero_grad``.

    A subclass defines ``update``, which changes one array given its gradient.

    Parameters
    ----------
    params : iterable of Parameter
        What is trained, as ``model.parameters()``.
    lr : float
        The learning rate, at least 0. The attribute may be changed between steps.

    Raises
    ------
    ArgumentError
        If ``params`` is empty or holds anything but parameters, or ``lr`` is not a finite number of
        at least 0.

    Examples
    --------
    >>> Optimizer([], lr=0.1)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: Optimizer: params is empty, expected at least one Parameter
    """

    def __init__(self, params: Iterable[Parameter], lr: float) -> None:
        name = type(self).__name__
        if not isinstance(params, Iterable):
            raise ArgumentError(
                f"{name}: params is {describe(params)}, expected model.parameters()"
            )
        self.params = list(params)
        if not self.params:
            raise ArgumentError(f"{name}: params is empty, expected at least one Parameter")
        for position, parameter in enumerate(self.params):
            if not isinstance(parameter, Parameter):
                raise ArgumentError(
                    f"{name}: params[{position}] is {describe(parameter)}, expected a Parameter"
                )
        require_number(name, "lr", lr, 0)
        self.lr = lr

    def update(self, data: FloatArray, grad: FloatArray, lr: float) -> None:
        """Change ``data`` in place by one step."""
        raise NotImplementedError(f"{type(self).__name__} has no update")

    def step(self) -> None:
        """Change every parameter by one step.

        Raises
        ------
        ArgumentError
            If a gradient is missing, or has not the shape and dtype of its parameter. All are
            looked at before any parameter is changed.
        """
        gradients = [self._gradient(position) for position in range(len(self.params))]
        lr = float(self.lr)  # A NumPy float64 would widen float32 on the way.
        for parameter, gradient in zip(self.params, gradients, strict=True):
            self.update(parameter.data, gradient, lr)

    def zero_grad(self) -> None:
        """Forget the gradients: each becomes None, as in PyTorch."""
        for parameter in self.params:
            parameter.grad = None

    def _gradient(self, position: int) -> FloatArray:
        data, grad = self.params[position].data, self.params[position].grad
        if is_array(grad) and grad.shape == data.shape and grad.dtype == data.dtype:
            return grad
        function, name = f"{type(self).__name__}.step", f"params[{position}].grad"
        if grad is None:
            raise ArgumentError(f"{function}: {name} is None, expected {data.shape}: call backward")
        require_like(function, name, grad, data.shape, data.dtype, f"params[{position}].data is")
        return grad


class SGD(Optimizer):
    r"""Stochastic gradient descent: every parameter moves against its gradient.

    $$\theta \leftarrow \theta - \eta \frac{\partial L}{\partial \theta}$$

    Parameters
    ----------
    params : iterable of Parameter
        What is trained, as ``model.parameters()``.
    lr : float
        The learning rate $\eta$, at least 0.

    Raises
    ------
    ArgumentError
        If ``params`` is empty or holds anything but parameters, or ``lr`` is not a finite number of
        at least 0.

    References
    ----------
    Robbins and Monro (1951), A stochastic approximation method.

    Examples
    --------
    >>> import numpy as np
    >>> parameter = Parameter(np.array([1.0, 2.0]))
    >>> parameter.grad = np.array([10.0, -10.0])
    >>> SGD([parameter], lr=0.1).step()
    >>> parameter.data
    array([0., 3.])
    """

    def update(self, data: FloatArray, grad: FloatArray, lr: float) -> None:
        """Subtract ``lr * grad`` from ``data`` in place."""
        data -= lr * grad
