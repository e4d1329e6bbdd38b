r"""Losses: mean squared error, and cross-entropy for two classes or many, from scores.

Each comes three times. ``mse(p, y)`` returns the loss, ``mse_forward(p, y)`` returns it with a
cache, and ``mse_backward(cache)`` returns the gradient with respect to the first argument. The loss
is a mean over the batch, a scalar of the dtype of its input; so the gradient carries the 1/n, and
no layer beneath divides by n again.

The two cross-entropies take scores (logits), not probabilities: the exponential of the sigmoid or
softmax and the logarithm of the loss cancel on paper, and must not meet 0 or infinity in between.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.caches import cache_of
from bpworkbook.nn.probabilities import log_softmax
from bpworkbook.nn.sums import mean
from bpworkbook.nn.validation import (
    FloatArray,
    IntArray,
    lowest,
    require_cache,
    require_floats,
    require_fractions,
    require_labels,
    require_like,
    require_scale,
    require_share,
)

Scalar: TypeAlias = Any  # np.float32 or np.float64; on a GPU an array without axes


def mse(p: FloatArray, y: FloatArray) -> Scalar:
    r"""Return the mean squared error over all elements.

    $$L = \frac{1}{N} \sum_i (p_i - y_i)^2, \qquad N = \text{the number of elements}$$

    Parameters
    ----------
    p : array, float32 or float64
        Predictions, of any shape.
    y : array, shape and dtype of ``p``
        Targets. (n,) against (n, 1) is refused: broadcasting would make an (n, n) table.

    Returns
    -------
    scalar, dtype of ``p``
        The loss. It overflows to infinity where a squared difference exceeds the largest float.

    Raises
    ------
    ArgumentError
        If an argument is not a non-empty float array, or the shapes or dtypes differ.

    Examples
    --------
    >>> float(mse(np.array([1.0, 4.0]), np.array([1.0, 2.0])))
    2.0
    """
    return mse_forward(p, y)[0]


def mse_forward(p: FloatArray, y: FloatArray) -> tuple[Scalar, FloatArray]:
    """Return ``mse(p, y)`` and, as the cache, the differences ``p - y``.

    >>> loss, cache = mse_forward(np.array([1.0, 4.0]), np.array([1.0, 2.0]))
    >>> cache
    array([0., 2.])
    """
    require_floats("mse", "p", p)
    require_like("mse", "y", y, p.shape, p.dtype, "p is")
    difference = p - y
    return mean(difference * difference), difference


@cache_of("mse_forward")
def mse_backward(cache: FloatArray, grad_out: Scalar = 1.0) -> FloatArray:
    r"""Return $\partial L / \partial p = 2 (p - y) / N$, times ``grad_out``.

    Parameters
    ----------
    cache : array
        The differences ``p - y``, from ``mse_forward``.
    grad_out : float
        Gradient with respect to the loss; 1 where the loss is what is minimised.

    Returns
    -------
    array
        Shape and dtype of ``p``.

    Raises
    ------
    ArgumentError
        If ``cache`` is not an array or ``grad_out`` not a scalar.

    Examples
    --------
    >>> mse_backward(np.array([0.0, 2.0]))
    array([0., 2.])
    """
    require_cache("mse_backward", cache, 0, "mse_forward")
    require_scale("mse_backward", grad_out, cache.dtype)
    difference = cache
    grad_p: FloatArray = difference * (2 * grad_out / difference.size)
    return grad_p


def bce_with_logits(z: FloatArray, y: FloatArray) -> Scalar:
    r"""Return the binary cross-entropy of ``sigmoid(z)`` against ``y``, a mean over all elements.

    $$L = \frac{1}{N} \sum_i -y_i \log a_i - (1 - y_i) \log (1 - a_i)
        = \frac{1}{N} \sum_i y_i \log(1 + e^{-z_i}) + (1 - y_i) \log(1 + e^{z_i}),
        \qquad a = \mathrm{sigmoid}(z)$$

    The second form takes no logarithm of 0, and ``logaddexp`` no exponential above 1.

    Parameters
    ----------
    z : array, float32 or float64
        Scores, of any shape; ``z > 0`` says yes.
    y : array, shape and dtype of ``z``
        Targets from 0 to 1.

    Returns
    -------
    scalar, dtype of ``z``
        The loss.

    Raises
    ------
    ArgumentError
        If an argument is not a non-empty float array, the shapes or dtypes differ, or a target is
        not between 0 and 1.

    Examples
    --------
    >>> float(bce_with_logits(np.array([-1000.0, 1000.0]), np.array([1.0, 1.0])))
    500.0
    """
    return bce_with_logits_forward(z, y)[0]


def bce_with_logits_forward(
    z: FloatArray, y: FloatArray
) -> tuple[Scalar, tuple[FloatArray, FloatArray]]:
    """Return ``bce_with_logits(z, y)`` and, as the cache, the probabilities and the targets.

    >>> loss, (a, y) = bce_with_logits_forward(np.zeros(2), np.ones(2))
    >>> print(f"{loss:.4f}", a)
    0.6931 [0.5 0.5]
    """
    require_floats("bce_with_logits", "z", z)
    require_like("bce_with_logits", "y", y, z.shape, z.dtype, "z is")
    not_y = 1 - y
    if lowest(y * not_y) < 0:
        require_fractions("bce_with_logits", "y", y)
    if_yes, if_no = np.logaddexp(0, -z), np.logaddexp(0, z)  # -log(a), -log(1 - a)
    return mean(y * if_yes + not_y * if_no), (np.exp(-if_yes), y)


@cache_of("bce_with_logits_forward")
def bce_with_logits_backward(
    cache: tuple[FloatArray, FloatArray], grad_out: Scalar = 1.0
) -> FloatArray:
    r"""Return $\partial L / \partial z = (a - y) / N$, times ``grad_out``.

    The sigmoid's factor $a (1 - a)$ has cancelled: a confident error keeps a slope near 1.

    Parameters
    ----------
    cache : (a, y)
        From ``bce_with_logits_forward``.
    grad_out : float
        Gradient with respect to the loss.

    Returns
    -------
    array
        Shape and dtype of ``z``.

    Raises
    ------
    ArgumentError
        If ``cache`` is not a pair or ``grad_out`` not a scalar.

    Examples
    --------
    >>> bce_with_logits_backward((np.array([0.5, 0.5]), np.array([0.0, 1.0])))
    array([ 0.25, -0.25])
    """
    require_cache("bce_with_logits_backward", cache, 2, "bce_with_logits_forward")
    a, y = cache
    require_scale("bce_with_logits_backward", grad_out, a.dtype)
    grad_z: FloatArray = (a - y) * (grad_out / a.size)
    return grad_z


def cross_entropy(scores: FloatArray, labels: IntArray, label_smoothing: float = 0.0) -> Scalar:
    r"""Return the cross-entropy of ``softmax(scores)`` against the labels, a mean over the batch.

    $$L = -\frac{1}{n} \sum_i \log \mathrm{softmax}(s_i)_{y_i}$$

    With equal scores it is $\log(\text{classes})$: the loss to expect before training. Smoothing by
    $\varepsilon$ asks for $1 - \varepsilon$ at the label and shares $\varepsilon$ among all classes
    (Szegedy et al., 2016, Rethinking the Inception architecture, section 7).

    Parameters
    ----------
    scores : array (n, classes), float32 or float64
        Scores (logits), one example a row; not probabilities.
    labels : array (n,), integer
        The right class of each row, from 0 to classes - 1.
    label_smoothing : float
        $\varepsilon$, from 0 to 1.

    Returns
    -------
    scalar, dtype of ``scores``
        The loss.

    Raises
    ------
    ArgumentError
        If ``scores`` is not a non-empty float array with two axes, ``labels`` does not hold one
        integer in range for each row, or ``label_smoothing`` is not from 0 to 1.

    Examples
    --------
    >>> float(cross_entropy(np.array([[1000.0, -1000.0]]), np.array([1])))
    2000.0
    >>> print(f"{cross_entropy(np.zeros((5, 10)), np.arange(5)):.4f}")
    2.3026
    """
    return cross_entropy_forward(scores, labels, label_smoothing)[0]


def cross_entropy_forward(
    scores: FloatArray, labels: IntArray, label_smoothing: float = 0.0
) -> tuple[Scalar, tuple[FloatArray, NDArray[Any]]]:
    """Return ``cross_entropy(scores, labels, label_smoothing)`` with a cache.

    It holds the log-probabilities and the targets: a mask of their shape, True at each row's label,
    or with label smoothing the probabilities wanted.

    >>> loss, (log_probs, is_label) = cross_entropy_forward(np.zeros((2, 3)), np.array([2, 0]))
    >>> is_label
    array([[False, False,  True],
           [ True, False, False]])
    """
    require_floats("cross_entropy", "scores", scores, ("n", "classes"))
    n, classes = scores.shape
    require_labels("cross_entropy", "labels", labels, n, classes)
    require_share("cross_entropy", "label_smoothing", label_smoothing)
    log_probs = log_softmax(scores)
    # Classes first in memory, as log_softmax leaves its result.
    targets = (np.arange(classes, like=labels)[:, None] == labels).T
    if label_smoothing > 0:
        sharp = np.multiply(targets, 1 - label_smoothing, dtype=scores.dtype)
        targets = sharp + float(label_smoothing) / classes
    return -np.add.reduce(log_probs * targets, axis=None) / n, (log_probs, targets)


@cache_of("cross_entropy_forward")
def cross_entropy_backward(
    cache: tuple[FloatArray, NDArray[Any]], grad_out: Scalar = 1.0
) -> FloatArray:
    r"""Return $\partial L / \partial s = (\mathrm{softmax}(s) - \text{targets}) / n$.

    Parameters
    ----------
    cache : (log_probs, targets)
        From ``cross_entropy_forward``.
    grad_out : float
        Gradient with respect to the loss; the result is multiplied by it.

    Returns
    -------
    array (n, classes)
        Dtype of the scores. Each row sums to 0.

    Raises
    ------
    ArgumentError
        If ``cache`` is not a pair or ``grad_out`` not a scalar.

    Examples
    --------
    >>> loss, cache = cross_entropy_forward(np.zeros((1, 4)), np.array([2]))
    >>> cross_entropy_backward(cache)
    array([[ 0.25,  0.25, -0.75,  0.25]])
    """
    require_cache("cross_entropy_backward", cache, 2, "cross_entropy_forward")
    log_probs, targets = cache
    require_scale("cross_entropy_backward", grad_out, log_probs.dtype)
    grad_scores: FloatArray = (np.exp(log_probs) - targets) * (grad_out / len(log_probs))
    return grad_scores
