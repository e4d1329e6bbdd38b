"""Shapes line up by the rule of lesson 00, as NumPy's own do."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bpworkbook.lessons.u00_start.n00_start_here.trap import broadcast

SHAPES = st.lists(st.integers(1, 3), max_size=4).map(tuple)


@given(SHAPES, SHAPES)
def test_shapes_broadcast_as_numpys_do(first: tuple[int, ...], second: tuple[int, ...]) -> None:
    try:
        wanted = np.broadcast_shapes(first, second)
    except ValueError:
        wanted = None
    assert broadcast(first, second) == wanted


def test_a_shape_may_be_larger_than_any_memory() -> None:
    assert broadcast((10**12, 1), (10**12,)) == (10**12, 10**12)
