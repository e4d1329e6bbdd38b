"""Optimisers: groups with options of their own, and what is refused."""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpworkbook.nn.adam import Adam, AdamW
from bpworkbook.nn.adaptive import RMSprop
from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.freezing import freeze
from bpworkbook.nn.module import Parameter
from bpworkbook.nn.muon import Muon, Together, newton_schulz
from bpworkbook.nn.sam import SAM
from bpworkbook.nn.sgd import SGD

BAD_STATES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "state.0.step is missing, but state.0.step of the optimiser is ()": lambda s: s.pop(
        "state.0.step"
    ),
    "extra is superfluous, the optimiser has no such array": lambda s: s.update(extra=np.ones(1)),
    "state.0.exp_avg is (2,), but state.0.exp_avg of the optimiser is (2, 2)": lambda s: s.update(
        {"state.0.exp_avg": np.ones(2)}
    ),
    "state.0.exp_avg has dtype float32, but state.0.exp_avg of the optimiser has float64": (
        lambda s: s.update({"state.0.exp_avg": np.ones((2, 2), np.float32)})
    ),
}


@pytest.mark.parametrize(("message", "spoil"), BAD_STATES.items(), ids=BAD_STATES)
def test_a_bad_state_is_refused(message: str, spoil: Callable[[Any], Any]) -> None:
    adam = Adam([one()])
    adam.params[0].grad = np.ones((2, 2))
    adam.step()
    before, bad = adam.state_dict(), adam.state_dict()
    bad["param_groups.0.lr"] = np.array(7.0)
    spoil(bad)
    with pytest.raises(ArgumentError, match=f"^{re.escape('Adam.load_state_dict: ' + message)}$"):
        adam.load_state_dict(bad)
    for name, array in adam.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_groups_have_options_of_their_own() -> None:
    a, b = Parameter(np.ones(2)), Parameter(np.ones(2))
    sgd = SGD([{"params": [a], "lr": 1.0}, {"params": [b], "weight_decay": 0.5}], lr=0.1)
    a.grad, b.grad = np.ones(2), np.ones(2)
    sgd.step()
    np.testing.assert_allclose((a.data, b.data), ([0, 0], [0.85, 0.85]), atol=1e-15)
    assert sgd.lr == 1.0
    assert sgd.params == [a, b]


def one() -> Parameter:
    return Parameter(np.ones((2, 2)))


shared = one()
REFUSED: list[tuple[str, Callable[[], Any]]] = [
    ("SGD: momentum is 1, expected a number from 0 to below 1", lambda: SGD([one()], 1, 1)),
    (
        "SGD: nesterov is True, but momentum is 0, expected it above 0",
        lambda: SGD([one()], 1, nesterov=True),
    ),
    (
        "SGD: weight_decay is -1, expected a finite number of at least 0",
        lambda: SGD([one()], 1, weight_decay=-1),
    ),
    ("SGD: nesterov is 1, expected True or False", lambda: SGD([one()], 1, 0.5, nesterov=1)),
    (
        "SGD: params[1] is params[0] again, expected each Parameter once",
        lambda: SGD([{"params": [shared]}, {"params": [shared]}], 1),
    ),
    ("SGD: params is None, expected model.parameters()", lambda: SGD(None, 1)),
    (
        "SGD: params[0] has the option 'beta', expected some of lr, momentum, weight_decay, "
        "nesterov",
        lambda: SGD([{"params": [one()], "beta": 1}], 1),
    ),
    (
        "SGD: params is None, expected an iterable of Parameter",
        lambda: SGD([{"lr": 1}], 1),
    ),
    (
        "SGD: params[1] is 3, expected a dict like the rest",
        lambda: SGD([{"params": [one()]}, 3], 1),
    ),
    (
        "SGD: lr is nan, expected a finite number of at least 0",
        lambda: setattr(SGD([one()], 1), "lr", math.nan),
    ),
    ("Adam: betas is 0.9, expected two numbers", lambda: Adam([one()], betas=0.9)),  # type: ignore
    (
        "Adam: betas[1] is 1.0, expected a number from 0 to below 1",
        lambda: Adam([one()], betas=(0.9, 1.0)),
    ),
    ("AdamW: eps is 0, expected a finite number above 0", lambda: AdamW([one()], eps=0)),
    (
        "RMSprop: alpha is 'a', expected a number from 0 to below 1",
        lambda: RMSprop([one()], alpha="a"),  # type: ignore
    ),
    (
        "Muon: params[0] is (3,), expected (d_in, d_out): Together(Muon(...), AdamW(...)) trains "
        "the rest",
        lambda: Muon([Parameter(np.ones(3))]),
    ),
    ("newton_schulz: G is (3,), expected (rows, columns)", lambda: newton_schulz(np.ones(3))),
    ("SAM: base is None, expected an Optimizer", lambda: SAM(None)),  # type: ignore
    (
        "SAM.step: closure is None, expected a function that computes the gradients",
        lambda: SAM(SGD([one()], 1)).step(),
    ),
    (
        "Together: optimizers[1] holds a Parameter that stands in another",
        lambda: Together(SGD([shared], 1), SGD([shared], 1)),
    ),
    ("Together: optimizers is empty, expected at least one Optimizer", lambda: Together()),
    ("freeze: module is 3, expected a Module", lambda: freeze(3)),  # type: ignore
]


@pytest.mark.parametrize(("message", "call"), REFUSED, ids=[message for message, _ in REFUSED])
def test_refused(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ArgumentError, match=f"^{re.escape(message)}$"):
        call()
