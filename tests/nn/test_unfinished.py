"""What a subclass leaves out is named, and what a module holds in unusual ways is found."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook import nn


class Nothing(nn.Module):
    pass


class NoUpdate(nn.Optimizer):
    pass


def step() -> None:
    parameter = nn.Parameter(np.ones(2))
    parameter.grad = np.ones(2)
    NoUpdate([parameter], lr=0.1).step()


CALLS: dict[str, Callable[[], Any]] = {
    "Nothing has no forward": lambda: Nothing()(np.ones(2)),
    "Nothing has no backward": lambda: Nothing().backward(np.ones(2)),
    "NoUpdate has no update": step,
}


@pytest.mark.parametrize("message", CALLS)
def test_a_method_left_out(message: str) -> None:
    with pytest.raises(NotImplementedError, match=f"^{message}$"):
        CALLS[message]()


def test_names_through_dicts_and_loops() -> None:
    """A module held in a dict has its key in its name; one that holds itself is named once."""
    model = Nothing()
    model.parts = {"first": nn.Linear(2, 1, rng=np.random.default_rng(0)), "self": model}
    assert list(nn.named_parameters(model)) == ["parts.first.W", "parts.first.b"]


def test_clipping_leaves_a_parameter_without_a_gradient_alone() -> None:
    first, second = nn.Parameter(np.ones(2)), nn.Parameter(np.ones(2))
    first.grad = np.array([3.0, 4.0])
    assert nn.clip_grad_norm_([second, first], 1.0) == 5.0
    np.testing.assert_allclose(first.grad, [0.6, 0.8], rtol=1e-6)
    nn.clip_grad_value_([second, first], 0.7)
    np.testing.assert_allclose(first.grad, [0.6, 0.7], rtol=1e-6)
    assert second.grad is None
