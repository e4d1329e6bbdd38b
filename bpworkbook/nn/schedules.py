r"""Schedules: how the learning rate changes with the step.

Each is a pure function of the step, counted from 0, and the learning rate that it starts from or
aims at: ``cosine(step, lr, steps=100)``. ``Scheduler`` sets what such a function returns, by hand
or as a callback of ``fit``; it and the one-cycle schedule stand in ``scheduler.py``.
"""

import math
from collections.abc import Callable
from typing import Any

from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.validation import require_count, require_number

Schedule = Callable[..., float]


def constant(step: int, lr: float) -> float:
    """Return ``lr``, whatever the step.

    Parameters
    ----------
    step : int
        The step, from 0.
    lr : float
        The learning rate, at least 0.

    Returns
    -------
    float
        The learning rate for this step.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    Examples
    --------
    >>> constant(7, 0.1)
    0.1
    """
    check_schedule("constant", step, lr)
    return float(lr)


def step_decay(step: int, lr: float, *, step_size: int, gamma: float = 0.1) -> float:
    r"""Return a learning rate that falls by a factor every ``step_size`` steps.

    $$\eta_t = \eta_0 \gamma^{\lfloor t / s \rfloor}$$

    Parameters
    ----------
    step : int
        The step, from 0.
    lr : float
        The first learning rate, at least 0.
    step_size : int
        The steps $s$ between two falls.
    gamma : float
        The factor, at least 0.

    Returns
    -------
    float
        The learning rate for this step.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    ``torch.optim.lr_scheduler.StepLR``.

    Examples
    --------
    >>> [step_decay(t, 8.0, step_size=2, gamma=0.5) for t in range(5)]
    [8.0, 8.0, 4.0, 4.0, 2.0]
    """
    check_schedule("step_decay", step, lr)
    require_count("step_decay", "step_size", step_size)
    require_number("step_decay", "gamma", gamma, 0)
    return float(lr * gamma ** (step // step_size))


def exponential(step: int, lr: float, *, gamma: float) -> float:
    r"""Return a learning rate that falls by a factor every step.

    $$\eta_t = \eta_0 \gamma^t$$

    Parameters
    ----------
    step : int
        The step, from 0.
    lr : float
        The first learning rate, at least 0.
    gamma : float
        The factor, from 0 to 1.

    Returns
    -------
    float
        The learning rate for this step.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    ``torch.optim.lr_scheduler.ExponentialLR``.

    Examples
    --------
    >>> [exponential(t, 8.0, gamma=0.5) for t in range(3)]
    [8.0, 4.0, 2.0]
    """
    check_schedule("exponential", step, lr)
    require_share("exponential", "gamma", gamma)
    return float(lr * gamma**step)


def cosine(step: int, lr: float, *, steps: int, lr_min: float = 0.0) -> float:
    r"""Return a learning rate that falls along half a cosine and then stays low.

    $$\eta_t = \eta_{min} + \tfrac{1}{2} (\eta_0 - \eta_{min})
    \left(1 + \cos\frac{\pi t}{T}\right)$$

    Parameters
    ----------
    step : int
        The step, from 0.
    lr : float
        The first learning rate, at least 0.
    steps : int
        The step $T$ at which it arrives.
    lr_min : float
        Where it arrives, at least 0.

    Returns
    -------
    float
        The learning rate for this step.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    Loshchilov and Hutter (2017), SGDR: stochastic gradient descent with warm restarts, equation 5,
    without restarts.

    Examples
    --------
    >>> [round(cosine(t, 1.0, steps=4), 3) for t in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    check_schedule("cosine", step, lr)
    require_count("cosine", "steps", steps)
    require_number("cosine", "lr_min", lr_min, 0)
    return half_cosine(lr, lr_min, step / steps)


def warm_up(
    step: int, lr: float, *, steps: int, start: float = 0.0, then: Schedule = constant
) -> float:
    r"""Return a learning rate that rises linearly to ``lr`` and then follows another schedule.

    $$\eta_t = \eta_0 \left(s + (1 - s) \frac{t}{T}\right) \quad (t < T), \qquad
    \eta_t = \operatorname{then}(t - T, \eta_0) \quad (t \ge T)$$

    Parameters
    ----------
    step : int
        The step, from 0.
    lr : float
        The learning rate to rise to, at least 0.
    steps : int
        The step $T$ at which it arrives.
    start : float
        The share $s$ of ``lr`` to start from, from 0 to 1. With 0, step 0 changes nothing.
    then : function
        The schedule from there on, called as ``then(step - steps, lr)``; one that takes options
        goes in as ``functools.partial(cosine, steps=1000)``.

    Returns
    -------
    float
        The learning rate for this step.

    Raises
    ------
    ArgumentError
        If an argument is none of these.

    References
    ----------
    Goyal and others (2017), Accurate, large minibatch SGD: training ImageNet in 1 hour,
    section 2.2; ``torch.optim.lr_scheduler.LinearLR``.

    Examples
    --------
    >>> [warm_up(t, 1.0, steps=4) for t in range(6)]
    [0.0, 0.25, 0.5, 0.75, 1.0, 1.0]
    """
    check_schedule("warm_up", step, lr)
    require_count("warm_up", "steps", steps)
    require_share("warm_up", "start", start)
    if not callable(then):
        raise ArgumentError(f"warm_up: then is {describe(then)}, expected a schedule")
    if step >= steps:
        return then(step - steps, lr)
    return float(lr * (start + (1 - start) * step / steps))


def half_cosine(start: float, end: float, progress: float) -> float:
    """Go from ``start`` to ``end`` along half a cosine as ``progress`` goes from 0 to 1.

    >>> half_cosine(1.0, 3.0, 0.5), half_cosine(1.0, 3.0, 7)
    (2.0, 3.0)
    """
    if progress >= 1:
        return float(end)
    return float(end + (start - end) * (1 + math.cos(math.pi * progress)) / 2)


def check_schedule(function: str, step: Any, lr: Any) -> None:
    """Refuse a ``step`` that is no integer of at least 0, and an ``lr`` below 0.

    >>> check_schedule("cosine", -1, 0.1)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: cosine: step is -1, expected an integer of at least 0
    """
    require_count(function, "step", step, 0)
    require_number(function, "lr", lr, 0)


def require_share(function: str, name: str, value: Any) -> None:
    """Refuse all but a number from 0 to 1.

    >>> require_share("exponential", "gamma", 1.5)
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: exponential: gamma is 1.5, expected a number from 0 to 1
    """
    try:
        require_number(function, name, value, 0)
        fits = value <= 1
    except ArgumentError:
        fits = False
    if not fits:
        raise ArgumentError(
            f"{function}: {name} is {describe(value)}, expected a number from 0 to 1"
        )
