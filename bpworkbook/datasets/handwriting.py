"""Handwritten digits: 1797 pictures of 8 x 8 pixels that come with scikit-learn."""

import gzip
from typing import Any, Literal, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from bpworkbook.datasets.bundled import bundled

Pictures = NDArray[np.float64]
Labels = NDArray[np.int64]

TRAIN_ROWS = 1200


class Digits(NamedTuple):
    """The digits, split into rows to train on and rows to test on.

    Parameters
    ----------
    X_train : array (1200, 64), float64
        Pixels from 0 (paper) to 1 (ink), row by row.
    y_train : array (1200,), int64
        The digits, 0 to 9.
    X_test : array (597, 64), float64
        Pixels of the test rows.
    y_test : array (597,), int64
        Digits of the test rows.

    Examples
    --------
    >>> X_train, y_train, X_test, y_test = digits()
    >>> X_train.shape, X_test.shape
    ((1200, 64), (597, 64))
    """

    X_train: Pictures
    y_train: Labels
    X_test: Pictures
    y_test: Labels


@overload
def digits(*, split: Literal[True] = True) -> Digits: ...


@overload
def digits(*, split: Literal[False]) -> tuple[Pictures, Labels]: ...


def digits(*, split: bool = True) -> Digits | tuple[Pictures, Labels]:
    """Load the digits, scaled to 0 to 1 and put in a fixed random order.

    The pixels, 0 to 16 in the source, are divided by 16. The rows are permuted with
    ``np.random.default_rng(0)``; the first 1200 are for training, the other 597 for testing. The
    same call gives the same split everywhere. The pictures come with scikit-learn: nothing is
    downloaded.

    Parameters
    ----------
    split : bool
        False for all rows together.

    Returns
    -------
    Digits, or (X, y)
        Four arrays, or with ``split=False`` two: (1797, 64) float64 and (1797,) int64, in the same
        order. They are fresh copies.

    References
    ----------
    Alpaydin and Kaynak (1998), Optical recognition of handwritten digits, UCI Machine Learning
    Repository, doi 10.24432/C50P49 (CC BY 4.0): its test set, as in ``sklearn.datasets``.

    Examples
    --------
    >>> digits().y_test[:5]
    array([4, 4, 8, 2, 7])
    """
    pixels, labels = _stored()
    order = np.random.default_rng(0).permutation(len(labels))
    X, y = pixels[order] / 16.0, labels[order].astype(np.int64)
    if not split:
        return X, y
    # Copies, because a view of the training rows would keep a door open to the test rows.
    train, test = slice(None, TRAIN_ROWS), slice(TRAIN_ROWS, None)
    return Digits(X[train].copy(), y[train].copy(), X[test].copy(), y[test].copy())


def _stored() -> tuple[Any, Any]:
    """Return pixels from 0 to 16 and labels, in the order of the file that scikit-learn ships."""
    if path := bundled("digits.csv.gz"):
        with gzip.open(path, "rt", encoding="ascii") as file:
            rows = np.loadtxt(file, delimiter=",")
        return rows[:, :-1], rows[:, -1]
    from sklearn.datasets import load_digits

    bunch: Any = load_digits()
    return bunch.data, bunch.target
