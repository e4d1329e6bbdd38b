"""Sums and means, taken where they are quickest.

A sum over rows or columns is a product with ones, which BLAS computes several times as fast as
NumPy's reductions; where there are few numbers, the call itself is what takes the time.
"""

from typing import Any

import numpy as np

from bpworkbook.nn.validation import FloatArray

# Rows from which a product with ones is quicker than a reduction.
MANY = 64


def column_sum(x: FloatArray) -> FloatArray:
    """Sum (n, d) over its rows.

    >>> column_sum(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([4., 6.])
    """
    if x.shape[0] <= MANY:
        few: FloatArray = np.add.reduce(x, axis=0)
        return few
    ones = np.ones_like(x, shape=x.shape[:1])
    total: FloatArray = ones @ x
    return total


def row_mean(x: FloatArray) -> FloatArray:
    """Average each row of (n, d), keeping the axis: (n, 1).

    >>> row_mean(np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[1.5],
           [3.5]])
    """
    ones = np.ones_like(x, shape=(x.shape[1], 1))
    mean: FloatArray = (x @ ones) / x.shape[1]
    return mean


def mean(terms: FloatArray) -> Any:
    """Average all elements, of any shape; a scalar, on a GPU an array without axes.

    >>> mean(np.array([[1.0, 2.0], [3.0, 6.0]]))
    np.float64(3.0)
    """
    return np.add.reduce(terms, axis=None) / terms.size
