"""Lesson 03: what both rules reach on the flowers, and how mistakes grow as a gap closes."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bpworkbook.lessons.u01_neurons.n03_perceptron_and_delta_rule import clouds, flowers, lines

GAPS = (0.05, 0.1, 0.2, 0.4, 0.8)


def follow(step: Callable[..., Any], task: flowers.Task, lr: float, steps: int) -> tuple[Any, Any]:
    """Take steps of the delta rule from zeros; return loss and wrong flowers along the way.

    Examples
    --------
    >>> from bpworkbook.lessons.u01_neurons.n03_perceptron_and_delta_rule import answers
    >>> loss, wrong = follow(answers.lms_step, flowers.task("petals"), 0.045, 100)
    >>> loss[[0, 100]].round(3).tolist(), wrong[[0, 100]].tolist()
    ([1.0, 0.152], [150, 0])
    """
    X, y = task.X, task.y
    w, b = np.zeros(X.shape[1]), 0.0
    loss, wrong = np.zeros(steps + 1), np.zeros(steps + 1, dtype=int)
    for k in range(steps + 1):
        z = X @ w + b
        loss[k], wrong[k] = ((z - y) ** 2).mean(), (y * z <= 0).sum()
        w, b = step(w, b, X, y, lr)
    return loss, wrong


def after_each_epoch(task: flowers.Task, epochs: int) -> Any:
    """Return how many flowers a perceptron has wrong after each epoch.

    Examples
    --------
    >>> after_each_epoch(flowers.task("petals"), 3).tolist()
    [50, 0, 0]
    """
    n = len(task.X)
    made = lines.run(task.X, task.y, epochs=epochs)
    wrong = np.zeros(epochs, dtype=int)
    u, upcoming = np.zeros(task.X.shape[1] + 1), 0
    for epoch in range(epochs):
        while upcoming < len(made) and made[upcoming].visit <= (epoch + 1) * n:
            u = made[upcoming].u
            upcoming += 1
        wrong[epoch] = lines.wrong_side(task.X, task.y, u)
    return wrong


def mistakes_by_gap(n: int, draws: int = 10) -> dict[float, list[int]]:
    """Return for each gap the mistakes on several draws of n points.

    Examples
    --------
    >>> mistakes_by_gap(20, draws=3)[0.4]
    [18, 15, 12]
    """
    return {
        gap: [len(_made(n, gap, np.random.default_rng(seed))) for seed in range(draws)]
        for gap in GAPS
    }


def _made(n: int, gap: float, rng: np.random.Generator) -> list[lines.Mistake]:
    drawn = clouds.cloud(n, gap, 0.0, rng)
    return lines.run(drawn.X, drawn.y, epochs=1000)
