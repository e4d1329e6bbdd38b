r"""Optimisers that give each weight its own step size: AdaGrad and RMSprop; ``adam.py`` has Adam.

Each divides the gradient by a running size of it. $g$ is the gradient, to which $\lambda \theta$ is
added for weight decay $\lambda$. Options and their defaults are those of ``torch.optim``.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np

from bpworkbook.nn.groups import Options, require_below_one
from bpworkbook.nn.optim import Optimizer
from bpworkbook.nn.validation import FloatArray, require_number

Buffers = tuple[FloatArray, ...]


class AdaGrad(Optimizer):
    r"""AdaGrad: divide by the root of the sum of all squared gradients so far.

    $$s \leftarrow s + g^2, \qquad \theta \leftarrow \theta - \eta \frac{g}{\sqrt{s} + \epsilon}$$

    Parameters
    ----------
    params : iterable of Parameter, or of dict
        What is trained, as ``model.parameters()``, or groups with options of their own.
    lr : float
        The learning rate $\eta$, at least 0.
    eps : float
        The number $\epsilon$ above 0 that keeps the quotient finite.
    weight_decay : float
        The factor $\lambda$, at least 0.

    Raises
    ------
    ArgumentError
        If ``params`` does not suit an optimiser, or an option is none of these.

    References
    ----------
    Duchi, Hazan and Singer (2011), Adaptive subgradient methods for online learning and stochastic
    optimization, figure 1 with a diagonal matrix.

    Examples
    --------
    >>> from bpworkbook.nn.module import Parameter
    >>> parameter = Parameter(np.array([1.0, 2.0]))
    >>> parameter.grad = np.array([10.0, -0.1])
    >>> AdaGrad([parameter], lr=0.5).step()
    >>> parameter.data.round(6)
    array([0.5, 2.5])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 0.01,
        eps: float = 1e-10,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr, eps=eps, weight_decay=weight_decay)

    def buffer_names(self, options: Options) -> tuple[str, ...]:
        """Return the name of the sum of squares."""
        return ("sum",)

    def check_options(self, options: Options) -> None:
        """Refuse options out of range."""
        check_common("AdaGrad", options)

    def update(
        self, data: FloatArray, grad: FloatArray, buffers: Buffers, step: int, options: Options
    ) -> None:
        """Add the squares, and divide by the root of their sum."""
        (total,) = buffers
        grad, work = decayed(data, grad, options), self.scratch(data)
        total += np.multiply(grad, grad, out=work)
        np.sqrt(total, out=work)
        work += options["eps"]
        np.divide(grad, work, out=work)
        work *= options["lr"]
        data -= work


class RMSprop(Optimizer):
    r"""RMSprop: divide by the root of a running mean of the squared gradients.

    $$s \leftarrow \alpha s + (1 - \alpha) g^2, \qquad
    v \leftarrow \mu v + \frac{g}{\sqrt{s} + \epsilon}, \qquad \theta \leftarrow \theta - \eta v$$

    Parameters
    ----------
    params : iterable of Parameter, or of dict
        What is trained, as ``model.parameters()``, or groups with options of their own.
    lr : float
        The learning rate $\eta$, at least 0.
    alpha : float
        The share of the last mean that is kept, from 0 to below 1.
    eps : float
        The number $\epsilon$ above 0 that keeps the quotient finite.
    weight_decay : float
        The factor $\lambda$, at least 0.
    momentum : float
        The factor $\mu$, from 0 to below 1.

    Raises
    ------
    ArgumentError
        If ``params`` does not suit an optimiser, or an option is none of these.

    References
    ----------
    Tieleman and Hinton (2012), Neural networks for machine learning, lecture 6.5; Graves (2013),
    Generating sequences with recurrent neural networks, for the momentum, here without centring.

    Examples
    --------
    >>> from bpworkbook.nn.module import Parameter
    >>> parameter = Parameter(np.array([1.0, 2.0]))
    >>> parameter.grad = np.array([10.0, -0.1])
    >>> RMSprop([parameter], lr=0.05).step()
    >>> parameter.data.round(6)
    array([0.5, 2.5])
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 0.01,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
    ) -> None:
        super().__init__(
            params, lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum
        )

    def buffer_names(self, options: Options) -> tuple[str, ...]:
        """Return the name of the mean square, and of the velocity where there is momentum."""
        return ("square_avg", "momentum_buffer") if options["momentum"] else ("square_avg",)

    def check_options(self, options: Options) -> None:
        """Refuse options out of range."""
        check_common("RMSprop", options)
        for name in ("alpha", "momentum"):
            require_below_one("RMSprop", name, options[name])

    def update(
        self, data: FloatArray, grad: FloatArray, buffers: Buffers, step: int, options: Options
    ) -> None:
        """Update the mean square, and divide by its root."""
        grad, work = decayed(data, grad, options), self.scratch(data)
        move_mean(buffers[0], grad, grad, options["alpha"], work)
        np.sqrt(buffers[0], out=work)
        work += options["eps"]
        np.divide(grad, work, out=work)
        if options["momentum"]:
            velocity = buffers[1]
            velocity *= options["momentum"]
            velocity += work
            work[...] = velocity
        work *= options["lr"]
        data -= work


def check_common(function: str, options: Options) -> None:
    """Refuse an ``eps`` that is not above 0, and a ``weight_decay`` below 0.

    >>> check_common("Adam", {"eps": 0, "weight_decay": 0})
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: Adam: eps is 0, expected a finite number above 0
    """
    require_number(function, "eps", options["eps"], 0, above=True)
    require_number(function, "weight_decay", options["weight_decay"], 0)


def decayed(data: FloatArray, grad: FloatArray, options: Options) -> FloatArray:
    """Return ``grad + weight_decay * data``; the gradient itself is not changed.

    >>> decayed(np.array([2.0]), np.array([1.0]), {"weight_decay": 0.5})
    array([2.])
    """
    weight_decay = options["weight_decay"]
    return grad + weight_decay * data if weight_decay else grad


def move_mean(
    mean: FloatArray, a: FloatArray, b: FloatArray | float, keep: float, work: FloatArray
) -> None:
    """Set ``mean`` to ``keep * mean + (1 - keep) * a * b``, with ``work`` for scratch.

    >>> mean = np.array([4.0])
    >>> move_mean(mean, np.array([2.0]), 1.0, 0.75, np.empty(1))
    >>> mean
    array([3.5])
    """
    np.multiply(a, 1 - keep, out=work)
    if not isinstance(b, float):
        work *= b
    mean *= keep
    mean += work
