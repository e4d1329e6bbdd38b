"""The checks of the arguments of ``ctc_loss``; they stand apart because there are many."""

from typing import Any

import numpy as np

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.validation import is_array, require_count, require_floats, require_labels


def require_ctc_arguments(
    scores: Any,
    targets: Any,
    input_lengths: Any,
    target_lengths: Any,
    blank: Any,
    zero_infinity: Any,
) -> None:
    """Refuse arguments that do not fit together, see ``ctc_loss`` for what they are.

    >>> lengths = np.array([2]), np.array([1])
    >>> require_ctc_arguments(np.zeros((1, 2, 3)), np.array([[3]]), *lengths, 0, False)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: ctc_loss: targets holds 3 at [0, 0], expected 0 to 2
    """
    require_floats("ctc_loss", "scores", scores, ("n", "T", "classes"))
    n, frames, classes = scores.shape
    require_count("ctc_loss", "blank", blank, 0)
    if blank >= classes:
        raise ArgumentError(f"ctc_loss: blank is {blank}, expected 0 to {classes - 1}")
    if not isinstance(zero_infinity, bool):
        raise ArgumentError(
            f"ctc_loss: zero_infinity is {describe(zero_infinity)}, expected True or False"
        )
    if not is_array(targets):
        raise ArgumentError(
            f"ctc_loss: targets is {describe(targets)}, expected an array of integers"
        )
    if targets.ndim != 2 or targets.shape[0] != n:
        raise ArgumentError(f"ctc_loss: targets is {targets.shape}, expected ({n}, S)")
    if targets.dtype.kind not in "iu":
        raise ArgumentError(f"ctc_loss: targets has dtype {targets.dtype}, expected integers")
    require_labels("ctc_loss", "input_lengths", input_lengths, n, frames + 1)
    if np.min(input_lengths) < 1:
        place = int(np.argmin(input_lengths))
        raise ArgumentError(f"ctc_loss: input_lengths holds 0 at [{place}], expected 1 to {frames}")
    require_labels("ctc_loss", "target_lengths", target_lengths, n, targets.shape[1] + 1)
    _require_targets(targets, target_lengths, classes, blank)


def _require_targets(targets: Any, target_lengths: Any, classes: int, blank: int) -> None:
    """Refuse a label out of range, or a blank, within an example's length."""
    inside = np.arange(targets.shape[1], like=targets) < target_lengths[:, None]
    wrong = inside & ((targets < 0) | (targets >= classes) | (targets == blank))
    if np.any(wrong):
        place = np.unravel_index(int(np.argmax(wrong)), targets.shape)
        index = tuple(int(i) for i in place)
        label = int(targets[index])
        wanted = "a label other than the blank" if label == blank else f"0 to {classes - 1}"
        raise ArgumentError(f"ctc_loss: targets holds {label} at {list(index)}, expected {wanted}")
