"""The losses by name, as ``fit`` and ``check_model`` take them.

A loss here is a pair of functions and one fact about its targets. A new loss needs one line in
``LOSSES`` and nothing else.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.losses import (
    Scalar,
    bce_with_logits_backward,
    bce_with_logits_forward,
    cross_entropy_backward,
    cross_entropy_forward,
    mse_backward,
    mse_forward,
)
from bpworkbook.nn.regression_losses import (
    huber_backward,
    huber_forward,
    mae_backward,
    mae_forward,
)
from bpworkbook.nn.validation import FloatArray


class Loss(NamedTuple):
    """A loss as the training loop uses it.

    Parameters
    ----------
    forward : function
        ``forward(output, targets) -> (loss, cache)``.
    backward : function
        ``backward(cache) -> grad``, the gradient with respect to the output.
    classifies : bool
        Whether the targets are classes, so that there is an accuracy to report.

    Examples
    --------
    >>> LOSSES["mse"].classifies
    False
    """

    forward: Callable[[Any, Any], tuple[Scalar, Any]]
    backward: Callable[[Any], FloatArray]
    classifies: bool


LOSSES: dict[str, Loss] = {
    "bce_with_logits": Loss(bce_with_logits_forward, bce_with_logits_backward, classifies=True),
    "cross_entropy": Loss(cross_entropy_forward, cross_entropy_backward, classifies=True),
    "huber": Loss(huber_forward, huber_backward, classifies=False),
    "mae": Loss(mae_forward, mae_backward, classifies=False),
    "mse": Loss(mse_forward, mse_backward, classifies=False),
}


def find_loss(function: str, loss: str) -> Loss:
    """Return an entry of ``LOSSES``, or refuse the name on behalf of ``function``.

    Parameters
    ----------
    function : str
        The function that was called.
    loss : str
        Its argument.

    Returns
    -------
    Loss
        The pair of functions.

    Raises
    ------
    ArgumentError
        If ``loss`` is not a key of ``LOSSES``.

    Examples
    --------
    >>> find_loss("fit", "hinge")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: fit: loss is 'hinge', expected one of bce_with_logits, ...
    """
    if not isinstance(loss, str) or loss not in LOSSES:
        names = ", ".join(LOSSES)
        raise ArgumentError(f"{function}: loss is {describe(loss)}, expected one of {names}")
    return LOSSES[loss]
