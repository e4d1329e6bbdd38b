"""Freezing: parameters that training leaves as they are.

A frozen parameter has ``requires_grad`` False. ``backward`` may still set its gradient, but no
optimiser looks at it: neither weight decay nor the momentum gathered before moves it. Its momentum
and its step count rest too, and go on from there after ``unfreeze``.
"""

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.module import Module


def freeze(module: Module) -> None:
    """Freeze all parameters of a module: from now on, no optimiser changes them.

    Parameters
    ----------
    module : Module
        A layer, or a whole network.

    Raises
    ------
    ArgumentError
        If ``module`` is not a ``Module``.

    Examples
    --------
    >>> import numpy as np
    >>> from bpworkbook.nn.layers import Linear
    >>> from bpworkbook.nn.sgd import SGD
    >>> layer = Linear(2, 1, rng=np.random.default_rng(0))
    >>> before = layer.W.data.copy()
    >>> freeze(layer)
    >>> SGD(layer.parameters(), lr=0.1, weight_decay=0.5).step()
    >>> np.array_equal(layer.W.data, before)
    True
    """
    _require_grad("freeze", module, False)


def unfreeze(module: Module) -> None:
    """Let optimisers change the parameters of a module again.

    Parameters
    ----------
    module : Module
        A layer, or a whole network.

    Raises
    ------
    ArgumentError
        If ``module`` is not a ``Module``.

    Examples
    --------
    >>> import numpy as np
    >>> from bpworkbook.nn.layers import Linear
    >>> layer = Linear(2, 1, rng=np.random.default_rng(0))
    >>> freeze(layer)
    >>> unfreeze(layer)
    >>> layer.W.requires_grad
    True
    """
    _require_grad("unfreeze", module, True)


def _require_grad(function: str, module: Module, value: bool) -> None:
    if not isinstance(module, Module):
        raise ArgumentError(f"{function}: module is {describe(module)}, expected a Module")
    for parameter in module.parameters():
        parameter.requires_grad = value
