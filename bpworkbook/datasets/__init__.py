"""Data for the course. Nothing is downloaded; scikit-learn loads when ``digits`` is first called.

>>> from bpworkbook import datasets
>>> datasets.digits().X_train.shape
(1200, 64)
"""

from bpworkbook.datasets.handwriting import Digits, digits
from bpworkbook.datasets.points import two_moons, xor

__all__ = ["Digits", "digits", "two_moons", "xor"]
