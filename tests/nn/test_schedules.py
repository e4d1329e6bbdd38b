"""Schedules at their corner points, against PyTorch's, and the scheduler that sets them."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from bpworkbook.nn.errors import ArgumentError
from bpworkbook.nn.module import Parameter
from bpworkbook.nn.scheduler import Scheduler, one_cycle
from bpworkbook.nn.schedules import constant, cosine, exponential, step_decay, warm_up
from bpworkbook.nn.sgd import SGD


def sgd(*rates: float) -> SGD:
    return SGD([{"params": [Parameter(np.ones(1))], "lr": rate} for rate in rates], lr=1.0)


CORNERS: list[tuple[Callable[..., float], dict[int, float]]] = [
    (constant, {0: 2.0, 10**9: 2.0}),
    (partial(step_decay, step_size=3, gamma=0.5), {0: 2, 2: 2, 3: 1, 5: 1, 6: 0.5}),
    (partial(step_decay, step_size=1, gamma=0), {0: 2, 1: 0, 2: 0}),
    (partial(exponential, gamma=0.1), {0: 2, 1: 0.2, 3: 0.002, 10**6: 0}),
    (partial(cosine, steps=10, lr_min=1), {0: 2, 5: 1.5, 10: 1, 11: 1, 10**9: 1}),
    (partial(cosine, steps=1), {0: 2, 1: 0}),
    (partial(warm_up, steps=4), {0: 0, 1: 0.5, 3: 1.5, 4: 2, 5: 2}),
    (partial(warm_up, steps=2, start=0.5), {0: 1, 1: 1.5, 2: 2}),
    (
        partial(warm_up, steps=4, then=partial(cosine, steps=6)),
        {0: 0, 4: 2, 7: 1, 10: 0, 99: 0},
    ),
    (
        partial(one_cycle, steps=10, pct_start=0.5, div_factor=4, final_div_factor=10),
        {0: 0.5, 2: 1.25, 4: 2, 9: 0.05, 10: 0.05, 99: 0.05},
    ),
    (partial(one_cycle, steps=1), {0: 2, 1: 2}),
    (partial(one_cycle, steps=5, pct_start=0), {0: 2, 4: 2 / 25e4}),
    (partial(one_cycle, steps=5, pct_start=1), {0: 0.08, 4: 2, 5: 2}),
]


@pytest.mark.parametrize(("schedule", "corners"), CORNERS)
def test_corners(schedule: Callable[..., float], corners: dict[int, float]) -> None:
    for step, rate in corners.items():
        found = schedule(step, 2)
        assert type(found) is float
        assert found == pytest.approx(rate, abs=1e-12), f"step {step}"


def test_pytorch_sets_the_same_rates() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    theirs = torch.optim.lr_scheduler
    linear = {"start_factor": 0.25, "total_iters": 5}
    cases: list[tuple[Any, Any, dict[str, Any]]] = [
        (theirs.StepLR, partial(step_decay, step_size=7), {"step_size": 7}),
        (theirs.ExponentialLR, partial(exponential, gamma=0.9), {"gamma": 0.9}),
        (
            theirs.CosineAnnealingLR,
            partial(cosine, steps=30, lr_min=0.01),
            {"T_max": 30, "eta_min": 0.01},
        ),
        (theirs.LinearLR, partial(warm_up, steps=5, start=0.25), linear),
        (theirs.OneCycleLR, partial(one_cycle, steps=30), {"max_lr": 0.5, "total_steps": 30}),
        (
            theirs.OneCycleLR,
            partial(one_cycle, steps=31, pct_start=0.41, div_factor=3, final_div_factor=7),
            {
                "max_lr": 0.5,
                "total_steps": 31,
                "pct_start": 0.41,
                "div_factor": 3,
                "final_div_factor": 7,
            },
        ),
    ]
    for kind, schedule, options in cases:
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)
        scheduler = kind(optimizer, **options)
        for step in range(30):
            rate = optimizer.param_groups[0]["lr"]
            assert schedule(step, 0.5) == pytest.approx(rate, rel=1e-10), (kind, step)
            optimizer.step()
            scheduler.step()


def test_the_scheduler_moves_every_group_from_its_own_rate() -> None:
    optimizer = sgd(1.0, 0.1)
    scheduler = Scheduler(optimizer, warm_up, steps=2)
    seen = []
    for _ in range(4):
        seen.append([group["lr"] for group in optimizer.param_groups])
        scheduler.step()
    np.testing.assert_allclose(seen, [[0, 0], [0.5, 0.05], [1, 0.1], [1, 0.1]])


REFUSED: list[tuple[str, Callable[[], Any]]] = [
    ("constant: step is -1, expected an integer of at least 0", lambda: constant(-1, 1)),
    ("cosine: step is 0.5, expected an integer of at least 0", lambda: cosine(0.5, 1, steps=2)),  # type: ignore
    ("cosine: steps is 0, expected an integer of at least 1", lambda: cosine(0, 1, steps=0)),
    (
        "cosine: lr is nan, expected a finite number of at least 0",
        lambda: cosine(0, np.nan, steps=1),
    ),
    (
        "step_decay: step_size is 0, expected an integer of at least 1",
        lambda: step_decay(0, 1, step_size=0),
    ),
    (
        "exponential: gamma is 1.1, expected a number from 0 to 1",
        lambda: exponential(0, 1, gamma=1.1),
    ),
    (
        "warm_up: start is -1, expected a number from 0 to 1",
        lambda: warm_up(0, 1, steps=1, start=-1),
    ),
    ("warm_up: then is 3, expected a schedule", lambda: warm_up(0, 1, steps=1, then=3)),  # type: ignore
    (
        "one_cycle: div_factor is 0, expected a finite number above 0",
        lambda: one_cycle(0, 1, steps=3, div_factor=0),
    ),
    ("Scheduler: optimizer is 1, expected an Optimizer", lambda: Scheduler(1, constant)),  # type: ignore
    ("Scheduler: schedule is 1, expected a function", lambda: Scheduler(sgd(1), 1)),  # type: ignore
    (
        "Scheduler: every is 'day', expected 'step' or 'epoch'",
        lambda: Scheduler(sgd(1), constant, every="day"),
    ),
    (
        "Scheduler: schedule(0, lr) is -1.0, expected a finite number of at least 0",
        lambda: Scheduler(sgd(1), lambda step, lr: -lr),
    ),
]


@pytest.mark.parametrize(("message", "call"), REFUSED, ids=[message for message, _ in REFUSED])
def test_refused(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ArgumentError, match=f"^{re.escape(message)}$"):
        call()
