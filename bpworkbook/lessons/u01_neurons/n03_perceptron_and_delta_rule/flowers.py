"""Lesson 03: flowers: three tasks with irises, each with two measurements in centimetres."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from bpworkbook.datasets.bundled import bundled

SPECIES = ("setosa", "versicolor", "virginica")
MEASURED = ("sepal length", "sepal width", "petal length", "petal width")


@cache
def iris() -> tuple[Any, Any]:
    """Return the 150 irises that come with scikit-learn: nothing is downloaded.

    Returns
    -------
    X : array (150, 4), float64
        `MEASURED`, in centimetres; read-only.
    species : array (150,), int64
        0, 1, 2, as in `SPECIES`; read-only.

    References
    ----------
    Fisher (1936), The use of multiple measurements in taxonomic problems, Annals of Eugenics 7.

    Examples
    --------
    >>> X, species = iris()
    >>> X.shape, np.bincount(species).tolist()
    ((150, 4), [50, 50, 50])
    """
    X, species = _stored()
    X.flags.writeable = species.flags.writeable = False
    return X, species


def _stored() -> tuple[Any, Any]:
    if path := bundled("iris.csv"):
        rows = np.loadtxt(path, delimiter=",", skiprows=1)
        return rows[:, :-1].copy(), rows[:, -1].astype(np.int64)
    from sklearn.datasets import load_iris

    bunch: Any = load_iris()
    return bunch.data.astype(float), bunch.target.astype(np.int64)


@dataclass(frozen=True)
class Task:
    """Flowers of one species (label 1) against others (label -1), by two measurements.

    Parameters
    ----------
    name, one, other : str
        Of the task and of its two sides.
    X : array (n, 2)
        Measurements in centimetres.
    y : array (n,)
        Labels, 1 and -1.
    axes : tuple of two str
        What was measured.
    """

    name: str
    one: str
    other: str
    X: Any
    y: Any
    axes: tuple[str, str]


def task(name: str) -> Task:
    """Return the task ``"petals"``, ``"sepals"`` or ``"overlap"``.

    Petals: setosa against both others. Sepals: setosa against versicolor. Overlap: versicolor
    against virginica, by their petals.

    Examples
    --------
    >>> petals = task("petals")
    >>> petals.X.shape, petals.y[[0, 149]].tolist(), petals.one, petals.other
    ((150, 2), [1, -1], 'setosa', 'the others')
    """
    one, other, columns = {
        "petals": ((0,), (1, 2), [2, 3]),
        "sepals": ((0,), (1,), [0, 1]),
        "overlap": ((1,), (2,), [2, 3]),
    }[name]
    measured, species = iris()
    rows = np.isin(species, one + other)
    y = np.where(np.isin(species[rows], one), 1, -1)
    told = SPECIES[other[0]] if len(other) == 1 else "the others"
    axes = MEASURED[columns[0]], MEASURED[columns[1]]
    return Task(name, SPECIES[one[0]], told, measured[rows][:, columns].copy(), y, axes)


TASKS = ("petals", "sepals", "overlap")

WIDE = {"petals": (-0.93, -1.395, 3.326), "sepals": (-6.316, 5.263, 17.316)}
"""Lines (w1, w2, b) of nearly the largest margin, by quadratic programming, to three decimals."""


def twins() -> tuple[float, float]:
    """Return the petals (length, width) that a versicolor and a virginica have in common.

    Examples
    --------
    >>> twins()
    (4.8, 1.8)
    """
    overlap = task("overlap")
    of_one, of_other = (
        set(map(tuple, overlap.X[overlap.y == label].tolist())) for label in (1, -1)
    )
    return min(of_one & of_other)
