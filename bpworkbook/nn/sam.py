r"""Sharpness-aware minimisation: a wrapper that takes the gradient at the worst point close by."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.clipping import global_norm
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.optim import Optimizer, Slot
from bpworkbook.nn.validation import require_number


class SAM(Optimizer):
    r"""SAM: climb to the worst point within ``rho``, and take the base's step from its gradient.

    $$\hat\epsilon = \rho \frac{g}{\lVert g \rVert_2}, \qquad
    \theta \leftarrow \operatorname{step}\big(\theta, \nabla L(\theta + \hat\epsilon)\big)$$

    The norm is that of the gradients of all parameters together. Each step costs two backward
    passes; it leads to minima whose neighbourhood is low too, not the point alone.

    Parameters
    ----------
    base : Optimizer
        Takes the steps, and holds the parameters, their groups and what is remembered of them.
    rho : float
        How far to climb, at least 0.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    Foret, Kleiner, Mobahi and Neyshabur (2021), Sharpness-aware minimization for efficiently
    improving generalization, algorithm 1 with p = 2.

    Examples
    --------
    >>> from bpworkbook.nn.module import Parameter
    >>> from bpworkbook.nn.sgd import SGD
    >>> parameter = Parameter(np.array([3.0]))
    >>> def gradient():
    ...     parameter.grad = 2 * parameter.data  # the loss is the square
    >>> gradient()
    >>> SAM(SGD([parameter], lr=0.1), rho=0.5).step(gradient)
    >>> parameter.data.round(6)  # 3 - 0.1 * 2 * (3 + 0.5)
    array([2.3])
    """

    def __init__(self, base: Optimizer, rho: float = 0.05) -> None:
        if not isinstance(base, Optimizer):
            raise ArgumentError(f"SAM: base is {describe(base)}, expected an Optimizer")
        require_number("SAM", "rho", rho, 0)
        self.base = base
        self.rho = float(rho)
        self.params = base.params
        self.param_groups = base.param_groups
        self._slots = [Slot(place, parameter, {}) for place, parameter in enumerate(base.params)]

    def step(self, closure: Callable[[], object] | None = None) -> None:
        """Climb, compute the gradients there by ``closure``, come back, and take the base's step.

        Raises
        ------
        ArgumentError
            If ``closure`` is missing, or a gradient is, or has not the shape and dtype of its
            parameter. No parameter has been changed then, even if it is the second gradient.
        """
        if not callable(closure):
            raise ArgumentError(
                f"SAM.step: closure is {describe(closure)}, expected a function that computes "
                "the gradients"
            )
        gradients = self.check_gradients()
        trained = [slot.parameter for slot, _ in gradients]
        here = [np.copy(parameter.data) for parameter in trained]
        # The small number keeps a gradient of zero from being divided by zero.
        scale = self.rho / (global_norm(trained) + 1e-12)
        try:
            for (_, grad), parameter in zip(gradients, trained, strict=True):
                parameter.data += scale * grad
            closure()
        finally:
            for parameter, data in zip(trained, here, strict=True):
                parameter.data[...] = data
        self.base.step(closure)

    def state_dict(self) -> dict[str, NDArray[Any]]:
        """Return what the base remembers."""
        return self.base.state_dict()

    def load_state_dict(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Give the base what ``state_dict`` returned."""
        self.base.load_state_dict(arrays)
