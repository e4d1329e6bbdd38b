"""The control problem of exercise 12.2: a sled with drag, steered to rest at little cost.

The speed follows ``s[t + 1] = s[t] + DT * (u[t] - s[t]**3)``. The cost is the sum of all squared
speeds and of all squared thrusts.
"""

from typing import Any

import numpy as np

from bpworkbook.autodiff import Tensor

DT = 0.1
"""Seconds in a step."""


def simulate(first: float, controls: Any) -> Any:
    """Return the speeds, (T + 1,), that the thrusts (T,) give.

    Examples
    --------
    >>> simulate(1.0, np.array([0.0, 1.0])).round(4).tolist()
    [1.0, 0.9, 0.9271]
    """
    states = [first]
    for u in controls:
        states.append(states[-1] + DT * (u - states[-1] ** 3))
    return np.array(states)


def cost(first: float, controls: Any) -> float:
    """Return the cost of a plan.

    Examples
    --------
    >>> cost(1.0, np.array([0.0]))
    1.81
    """
    return float((simulate(first, controls) ** 2).sum() + (controls**2).sum())


def slopes_by_recording(first: float, controls: Any) -> Any:
    """Return the slope of the cost for each thrust, by reverse-mode differentiation.

    Examples
    --------
    >>> slopes_by_recording(1.0, np.array([3.0])).round(4).tolist()
    [6.24]
    """
    thrusts = [Tensor(np.array(u)) for u in controls]
    state: Any = first
    total: Any = state**2
    for u in thrusts:
        state = state + DT * (u - state**3)
        total = total + state**2 + u**2
    total.backward()
    return np.array([float(u.grad) for u in thrusts])


def slopes_by_pushing(first: float, controls: Any, h: float = 1e-6) -> Any:
    """Return the same slopes by pushing each thrust up and down, two simulations for each.

    Examples
    --------
    >>> slopes_by_pushing(1.0, np.array([3.0])).round(4).tolist()
    [6.24]
    """
    pushes = h * np.eye(len(controls))
    return np.array([(cost(first, controls + p) - cost(first, controls - p)) for p in pushes]) / (
        2 * h
    )


def slopes_of_unrolled_net(first: float, controls: Any) -> Any:
    """Return the same slopes by the backward pass of a net with one layer for each step.

    Layer t turns its input s into ``s + DT * (u - s**3)``; its thrust is its bias. Each layer's
    output is also charged: an error enters at every layer, not at the last alone.

    Examples
    --------
    >>> slopes_of_unrolled_net(1.0, np.array([3.0])).round(4).tolist()
    [6.24]
    """
    inputs = simulate(first, controls)
    grad_out, grads = 2 * inputs[-1], []
    for s, u in zip(inputs[-2::-1], controls[::-1], strict=True):
        grads.append(DT * grad_out + 2 * u)
        grad_out = grad_out * (1 - 3 * DT * s**2) + 2 * s
    return np.array(grads[::-1])
