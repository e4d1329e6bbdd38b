"""Metrics: how good the answers are, counted.

All take ``scores`` as a model returns them: (n, classes), where the largest score of a row is the
answer; or (n,) or (n, 1) for yes or no, where a score above 0 says yes.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.validation import FloatArray, require_floats, require_labels, require_like


def accuracy(scores: FloatArray, labels: NDArray[Any]) -> float:
    """Return the share of right answers.

    Parameters
    ----------
    scores : array (n, classes), or (n,) or (n, 1) for yes or no
        With classes, the largest score of a row is the answer; else a score above 0 says yes.
    labels : integer array (n,), or for yes or no an array of the shape of ``scores``
        The right class of each row, or a number above 0.5 for yes.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ArgumentError
        If ``scores`` is not a non-empty float array, or ``labels`` does not go with it.

    Examples
    --------
    >>> accuracy(np.array([[0.1, 2.0], [3.0, -1.0]]), np.array([1, 1]))
    0.5
    >>> accuracy(np.array([[-3.0], [2.0]]), np.array([[0.0], [1.0]]))
    1.0
    """
    _check("accuracy", scores, labels)
    return share_right(scores, labels)


def share_right(scores: FloatArray, labels: NDArray[Any]) -> float:
    """Return the ``accuracy`` of arguments that have been looked at before.

    >>> share_right(np.array([[0.0, 1.0], [3.0, 2.0]]), np.array([1, 1]))
    0.5
    """
    if labels.shape == scores.shape:
        right: NDArray[np.bool_] = (scores > 0) == (labels > 0.5)
    else:
        right = np.argmax(scores, axis=1) == labels
    return float(np.count_nonzero(right)) / right.size


def confusion_matrix(scores: FloatArray, labels: NDArray[Any]) -> NDArray[np.intp]:
    """Count how often each class was taken for each.

    Parameters
    ----------
    scores : array (n, classes), or (n,) or (n, 1) for yes or no
        As for ``accuracy``.
    labels : integer array (n,), or for yes or no an array of the shape of ``scores``
        As for ``accuracy``.

    Returns
    -------
    integer array (classes, classes)
        At [i, j] the rows of class i that were answered with j; for yes or no, no is 0 and yes 1.

    Raises
    ------
    ArgumentError
        If ``scores`` is not a non-empty float array, or ``labels`` does not go with it.

    References
    ----------
    Rows and columns as in ``sklearn.metrics.confusion_matrix``.

    Examples
    --------
    >>> confusion_matrix(np.array([[0.1, 2.0], [3.0, -1.0], [0.0, 1.0]]), np.array([1, 1, 0]))
    array([[0, 1],
           [1, 1]])
    """
    _check("confusion_matrix", scores, labels)
    return _count_pairs(scores, labels)


class ClassScores(NamedTuple):
    """Precision, recall, their harmonic mean and the number of rows, one of each a class."""

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    f1: NDArray[np.float64]
    support: NDArray[np.intp]


def precision_recall_f1(scores: FloatArray, labels: NDArray[Any]) -> ClassScores:
    r"""Return for each class how far its answers can be trusted, and how many it finds.

    $$P = \frac{TP}{TP + FP}, \qquad R = \frac{TP}{TP + FN}, \qquad F_1 = \frac{2 P R}{P + R}$$

    TP are the rows of a class that were answered with it, FP other rows that were, FN its rows that
    were not. Where a denominator is 0, so is the quotient.

    Parameters
    ----------
    scores : array (n, classes), or (n,) or (n, 1) for yes or no
        As for ``accuracy``.
    labels : integer array (n,), or for yes or no an array of the shape of ``scores``
        As for ``accuracy``.

    Returns
    -------
    ClassScores of arrays (classes,)
        ``precision``, ``recall``, ``f1`` and ``support``, the number of rows of a class. The mean
        of one of them is its macro average; for yes or no, [1] is that of yes.

    Raises
    ------
    ArgumentError
        If ``scores`` is not a non-empty float array, or ``labels`` does not go with it.

    References
    ----------
    Van Rijsbergen (1979), Information retrieval, chapter 7.

    Examples
    --------
    >>> found = precision_recall_f1(np.array([3.0, 2.0, -1.0, -2.0]), np.array([1, 0, 1, 0]))
    >>> found.precision, found.recall, found.f1
    (array([0.5, 0.5]), array([0.5, 0.5]), array([0.5, 0.5]))
    """
    _check("precision_recall_f1", scores, labels)
    counts = _count_pairs(scores, labels)
    right = np.diagonal(counts)
    answered, support = np.sum(counts, axis=0), np.sum(counts, axis=1)
    precision = right / np.maximum(answered, 1)  # right is 0 where answered is
    recall = right / np.maximum(support, 1)
    f1 = 2 * right / np.maximum(answered + support, 1)
    return ClassScores(precision, recall, f1, support)


def _check(function: str, scores: Any, labels: Any) -> None:
    require_floats(function, "scores", scores, least_axes=1)
    if scores.ndim == 2 and scores.shape[1] > 1:
        require_labels(function, "labels", labels, *scores.shape)
    else:
        dtype = getattr(labels, "dtype", None)  # yes and no may come as any kind of number
        require_like(function, "labels", labels, scores.shape, dtype, "scores is")


def _count_pairs(scores: FloatArray, labels: NDArray[Any]) -> NDArray[np.intp]:
    if labels.shape == scores.shape:
        classes = 2
        pairs = 2 * np.reshape(labels > 0.5, -1) + np.reshape(scores > 0, -1)
    else:
        classes = scores.shape[1]
        first = np.multiply(labels, classes, dtype=np.intp, casting="unsafe")
        pairs = first + np.argmax(scores, axis=1)
    counts = np.bincount(pairs, minlength=classes * classes)
    return np.reshape(counts, (classes, classes))
