"""What holds for every test."""

from collections.abc import Iterator

import numpy as np
import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Small products with two threads, beside another worker's, would wait for each other."""
    np.ones((2, 2)) @ np.ones((2, 2))  # only a library that is loaded can be limited
    with threadpool_limits(1):
        yield
