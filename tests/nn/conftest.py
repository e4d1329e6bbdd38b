"""The forward and backward pairs of ``nn``, listed once, and what the tests share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from bpworkbook import nn

# Slow and shared machines run these too: no deadline, and the same examples every time.
settings.register_profile("bpworkbook", deadline=None, max_examples=30, derandomize=True)
settings.load_profile("bpworkbook")


def scores(rng: np.random.Generator, n: int, d: int, dtype: Any) -> tuple[Any, ...]:
    return (rng.standard_normal((n, d)).astype(dtype),)


def away_from_zero(rng: np.random.Generator, n: int, d: int, dtype: Any) -> tuple[Any, ...]:
    """Inputs no closer than 0.1 to the kink of a ReLU."""
    z = rng.standard_normal((n, d))
    return ((z + np.copysign(0.1, z)).astype(dtype),)


def linear_inputs(rng: np.random.Generator, n: int, d: int, dtype: Any) -> tuple[Any, ...]:
    shapes = [(n, d), (d, d + 1), (d + 1,)]
    return tuple(rng.standard_normal(shape).astype(dtype) for shape in shapes)


def targets(rng: np.random.Generator, n: int, d: int, dtype: Any) -> tuple[Any, ...]:
    return (rng.standard_normal((n, d)).astype(dtype), rng.random((n, d)).astype(dtype))


def labels(rng: np.random.Generator, n: int, d: int, dtype: Any) -> tuple[Any, ...]:
    return (rng.standard_normal((n, d)).astype(dtype), rng.integers(0, d, n))


@dataclass(frozen=True)
class Pair:
    """A forward and backward function, and how to draw arguments for a batch of n by d."""

    name: str
    draw: Callable[[np.random.Generator, int, int, Any], tuple[Any, ...]]
    is_loss: bool = False

    @property
    def forward(self) -> Callable[..., Any]:
        forward: Callable[..., Any] = getattr(nn, f"{self.name}_forward")
        return forward

    @property
    def backward(self) -> Callable[..., Any]:
        backward: Callable[..., Any] = getattr(nn, f"{self.name}_backward")
        return backward

    @property
    def plain(self) -> Callable[..., Any]:
        """The function that returns no cache; the linear layer has none."""
        if self.name not in nn.__all__:
            return lambda *inputs: self.forward(*inputs)[0]
        plain: Callable[..., Any] = getattr(nn, self.name)
        return plain


PAIRS = (
    Pair("sigmoid", scores),
    Pair("tanh", scores),
    Pair("relu", away_from_zero),
    Pair("leaky_relu", away_from_zero),
    Pair("gelu", scores),
    Pair("softplus", scores),
    Pair("softmax", scores),
    Pair("log_softmax", scores),
    Pair("linear", linear_inputs),
    Pair("mse", targets, is_loss=True),
    Pair("mae", targets, is_loss=True),
    Pair("huber", targets, is_loss=True),
    Pair("bce_with_logits", targets, is_loss=True),
    Pair("cross_entropy", labels, is_loss=True),
)


@pytest.fixture(params=PAIRS, ids=lambda pair: pair.name, scope="session")
def pair(request: pytest.FixtureRequest) -> Pair:
    """Each pair in turn."""
    found: Pair = request.param
    return found


@pytest.fixture(scope="session")
def pairs() -> tuple[Pair, ...]:
    return PAIRS


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
