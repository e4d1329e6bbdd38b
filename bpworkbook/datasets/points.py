"""Points in the plane with two classes: the four points of XOR, and two moons."""

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.validation import require_count, require_number, require_rng

Points = NDArray[np.float64]
Labels = NDArray[np.int64]


def xor() -> tuple[Points, Labels]:
    """Return the four points of exclusive or, which no straight line separates.

    Returns
    -------
    X : array (4, 2), float64
        The corners (0, 0), (0, 1), (1, 0), (1, 1).
    y : array (4,), int64
        0, 1, 1, 0: one where exactly one coordinate is 1. For ``bce_with_logits`` with one output
        take ``y[:, None].astype(X.dtype)``.

    References
    ----------
    Minsky and Papert (1969), Perceptrons: exclusive or as a predicate of order 2. Rumelhart, Hinton
    and Williams (1986) trained networks with hidden units on it.

    Examples
    --------
    >>> X, y = xor()
    >>> y
    array([0, 1, 1, 0])
    """
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    return X, np.array([0, 1, 1, 0], dtype=np.int64)


def two_moons(n: int, noise: float, rng: np.random.Generator) -> tuple[Points, Labels]:
    r"""Draw two interleaved half circles, one a class, with normal noise.

    With angles $t$ spread evenly over $[0, \pi]$, class 0 lies at $(\cos t, \sin t)$ and class 1 at
    $(1 - \cos t, \tfrac12 - \sin t)$.

    Parameters
    ----------
    n : int
        The number of points, at least 2; where it is odd, class 1 gets one more.
    noise : float
        Standard deviation of the noise on each coordinate, at least 0.
    rng : Generator
        Where noise and order come from.

    Returns
    -------
    X : array (n, 2), float64
        The points, in random order.
    y : array (n,), int64
        Their classes, 0 and 1.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    The geometry is that of ``sklearn.datasets.make_moons``, drawn with a NumPy Generator.

    Examples
    --------
    >>> X, y = two_moons(7, 0.1, np.random.default_rng(0))
    >>> X.shape, int(y.sum())
    ((7, 2), 4)
    """
    require_count("two_moons", "n", n, 2)
    require_number("two_moons", "noise", noise, 0)
    require_rng("two_moons", rng)
    upper = np.linspace(0, np.pi, n // 2)
    lower = np.linspace(0, np.pi, n - n // 2)
    X = np.concatenate(
        [
            np.column_stack([np.cos(upper), np.sin(upper)]),
            np.column_stack([1 - np.cos(lower), 0.5 - np.sin(lower)]),
        ]
    )
    y = np.repeat(np.array([0, 1], dtype=np.int64), [len(upper), len(lower)])
    order = rng.permutation(n)
    return X[order] + noise * rng.standard_normal((n, 2)), y[order]
