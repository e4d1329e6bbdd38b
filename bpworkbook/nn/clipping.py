r"""Clipping: gradients that are too large are made smaller before the step.

A recurrent network's gradient can be a thousand times larger at one batch than at the next, and one
such step undoes much of the training. Frozen parameters and those without a gradient do not count.
"""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from bpworkbook.nn.callbacks import Callback
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.module import Parameter
from bpworkbook.nn.validation import FloatArray, require_number

if TYPE_CHECKING:
    from bpworkbook.nn.callbacks import Run


def global_norm(params: Iterable[Parameter]) -> float:
    r"""Return the norm of all gradients together, as if they were one vector.

    $$\lVert g \rVert = \sqrt{\textstyle\sum_k \lVert g_k \rVert^2}$$

    Parameters
    ----------
    params : iterable of Parameter
        As ``model.parameters()``.

    Returns
    -------
    float
        At least 0; nan or inf if a gradient holds one.

    Raises
    ------
    ArgumentError
        If ``params`` holds anything but parameters.

    Examples
    --------
    >>> a, b = Parameter(np.zeros(1)), Parameter(np.zeros(1))
    >>> a.grad, b.grad = np.array([3.0]), np.array([-4.0])
    >>> global_norm([a, b])
    5.0
    """
    return math.hypot(*(_norm(grad) for grad in _gradients("global_norm", params)))


def clip_grad_norm_(params: Iterable[Parameter], max_norm: float) -> float:
    r"""Scale all gradients by one factor so that their global norm is at most ``max_norm``.

    $$g \leftarrow g \cdot \min\left(1, \frac{c}{\lVert g \rVert + 10^{-6}}\right)$$

    Their direction stays. The gradients are replaced, not changed in place.

    Parameters
    ----------
    params : iterable of Parameter
        As ``model.parameters()``.
    max_norm : float
        The largest norm $c$, above 0.

    Returns
    -------
    float
        The norm before.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    Pascanu, Mikolov and Bengio (2013), On the difficulty of training recurrent neural networks,
    algorithm 1; the small number is that of ``torch.nn.utils.clip_grad_norm_``.

    Examples
    --------
    >>> parameter = Parameter(np.zeros(2))
    >>> parameter.grad = np.array([3.0, -4.0])
    >>> clip_grad_norm_([parameter], max_norm=1.0)
    5.0
    >>> parameter.grad.round(4)
    array([ 0.6, -0.8])
    """
    require_number("clip_grad_norm_", "max_norm", max_norm, 0, above=True)
    params = _trained("clip_grad_norm_", params)
    norm = global_norm(params)
    factor = float(max_norm) / (norm + 1e-6)
    if not factor >= 1:  # also where the norm is nan, so that it shows
        for parameter in params:
            if parameter.grad is not None:
                parameter.grad = parameter.grad * factor
    return norm


def clip_grad_value_(params: Iterable[Parameter], clip_value: float) -> None:
    """Cut every entry of the gradients off at ``-clip_value`` and ``clip_value``.

    Their direction changes where that bites. The gradients are replaced, not changed in place.

    Parameters
    ----------
    params : iterable of Parameter
        As ``model.parameters()``.
    clip_value : float
        The largest size of an entry, above 0.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    ``torch.nn.utils.clip_grad_value_``.

    Examples
    --------
    >>> parameter = Parameter(np.zeros(2))
    >>> parameter.grad = np.array([3.0, -0.5])
    >>> clip_grad_value_([parameter], clip_value=1.0)
    >>> parameter.grad
    array([ 1. , -0.5])
    """
    require_number("clip_grad_value_", "clip_value", clip_value, 0, above=True)
    limit = float(clip_value)
    for parameter in _trained("clip_grad_value_", params):
        if parameter.grad is not None:
            parameter.grad = np.clip(parameter.grad, -limit, limit)


class ClipGradNorm(Callback):
    """The callback of ``fit`` that calls ``clip_grad_norm_`` before each step.

    Parameters
    ----------
    max_norm : float
        The largest norm, above 0.

    Raises
    ------
    ArgumentError
        If ``max_norm`` is not a finite number above 0.

    Examples
    --------
    >>> ClipGradNorm(1.0).max_norm
    1.0
    """

    def __init__(self, max_norm: float) -> None:
        require_number("ClipGradNorm", "max_norm", max_norm, 0, above=True)
        self.max_norm = max_norm

    def on_backward_end(self, run: "Run") -> None:
        """Clip the gradients of the parameters that are trained."""
        clip_grad_norm_(run.optimizer.params, self.max_norm)


class ClipGradValue(Callback):
    """The callback of ``fit`` that calls ``clip_grad_value_`` before each step.

    Parameters
    ----------
    clip_value : float
        The largest size of an entry, above 0.

    Raises
    ------
    ArgumentError
        If ``clip_value`` is not a finite number above 0.

    Examples
    --------
    >>> ClipGradValue(0.5).clip_value
    0.5
    """

    def __init__(self, clip_value: float) -> None:
        require_number("ClipGradValue", "clip_value", clip_value, 0, above=True)
        self.clip_value = clip_value

    def on_backward_end(self, run: "Run") -> None:
        """Clip the gradients of the parameters that are trained."""
        clip_grad_value_(run.optimizer.params, self.clip_value)


def _trained(function: str, params: Any) -> list[Parameter]:
    if not isinstance(params, Iterable):
        raise ArgumentError(
            f"{function}: params is {describe(params)}, expected model.parameters()"
        )
    listed = list(params)
    for position, parameter in enumerate(listed):
        if not isinstance(parameter, Parameter):
            raise ArgumentError(
                f"{function}: params[{position}] is {describe(parameter)}, expected a Parameter"
            )
    return [parameter for parameter in listed if parameter.requires_grad]


def _gradients(function: str, params: Any) -> list[FloatArray]:
    return [p.grad for p in _trained(function, params) if p.grad is not None]


def _norm(grad: FloatArray) -> float:
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        norm = float(np.linalg.norm(grad))
        if 1e-18 < norm < math.inf or math.isnan(norm):
            return norm
        # The squares may be too large or too small for the dtype though the norm is not.
        largest = float(np.max(np.abs(grad)))
        if largest == 0 or math.isinf(largest):
            return largest
        return largest * float(np.linalg.norm(grad / largest))
