"""The live experiments of lesson 01: one round step by step, and what a gradient costs."""

from typing import Any, NamedTuple

import numpy as np

from bpworkbook.lessons.u01_neurons.n01_what_is_backpropagation import costs, stepper
from bpworkbook.lessons.u01_neurons.n01_what_is_backpropagation.stepper import STEPS
from bpworkbook.live import Choice, Float, FloatLog, Int, Menu, Result, experiment

ROUNDS = 10
W2_START = -0.8  # negative, so that the sign of w1's slope is not the sign of the error


class Round(NamedTuple):
    """All numbers of one round through x = 1 -> unit 1 -> unit 2 -> loss."""

    w1: float
    w2: float
    h: float
    p: float
    loss: float
    grad_p: float
    grad_h: float
    grad_w1: float
    grad_w2: float
    w1_new: float
    w2_new: float


def one_round(w1: float, w2: float, target: float, lr: float) -> Round:
    """Go forward, measure the error, go backward, update.

    Examples
    --------
    >>> done = one_round(0.5, -0.8, target=0.6, lr=0.5)
    >>> round(done.grad_w1, 2), round(done.w1_new, 2)
    (1.05, -0.02)
    """
    h = float(np.tanh(w1))
    p = float(np.tanh(w2 * h))
    grad_p = 2 * (p - target)
    grad_z2 = grad_p * (1 - p**2)
    grad_w2, grad_h = grad_z2 * h, grad_z2 * w2
    grad_w1 = grad_h * (1 - h**2)
    new = w1 - lr * grad_w1, w2 - lr * grad_w2
    return Round(w1, w2, h, p, (p - target) ** 2, grad_p, grad_h, grad_w1, grad_w2, *new)


def rounds(w: float, target: float, lr: float, count: int = ROUNDS) -> list[Round]:
    """Return ``count`` rounds, each starting from the weights of the one before."""
    done = [one_round(w, W2_START, target, lr)]
    while len(done) < count:
        done.append(one_round(done[-1].w1_new, done[-1].w2_new, target, lr))
    return done


@experiment(
    id="E01.1",
    title="Four steps, ten rounds",
    controls={
        "step": Int(1, len(STEPS) * ROUNDS, 4, label="step"),
        "w": Float(-1.5, 1.5, 0.5, step=0.1, label="w1 at the start"),
        "target": Float(-0.9, 0.9, 0.6, step=0.1, label="target y"),
        "lr": FloatLog(0.05, 5, 0.5, label="learning rate"),
    },
    predict=Choice(
        "`w1` is 0.5 and `w2` is -0.8. The prediction is too low. In the first update `w1` will",
        ("grow", "shrink", "stay"),
        answer=1,
        why="Unit 2 reads unit 1 through the negative `w2`: a smaller `w1` means a larger "
        "prediction, and the slope of `w1` carries that sign.",
    ),
    read_off=Choice(
        "Press “too far” (learning rate 2). In which direction did the first update go, and what "
        "did the loss do?",
        (
            "the right direction, and the loss fell",
            "the right direction, and yet the loss rose",
            "the wrong direction, so the loss rose",
        ),
        answer=1,
        why="The slopes are the same at every learning rate; the update went four times as far as "
        "at 0.5 and the loss rose from 0.910 to 1.43.",
    ),
    settings=[{"step": 2}, {"step": 3}, {"step": 4}, {"step": 20}, {"step": 40}],
    scenarios={
        "one round": {"step": 4},
        "ten rounds": {"step": 40},
        "too far": {"step": 6, "lr": 2.0},
        "another answer": {"step": 40, "w": 0.8},
    },
)
def four_steps(step: int, w: float, target: float, lr: float, *, seed: int = 0) -> Result:
    """Walk through the four steps of training a network of two units, one number at a time."""
    done = rounds(w, target, lr)
    number, phase = divmod(step - 1, len(STEPS))
    now = done[number]
    picture = stepper.picture(done, number, STEPS[phase], target, lr)
    values: dict[str, Any] = {
        "round": number + 1,
        "at": STEPS[phase],
        "w1": now.w1_new if phase == 3 else now.w1,
        "w2": now.w2_new if phase == 3 else now.w2,
        "prediction p": now.p,
        "loss": now.loss if phase >= 1 else "not yet",
        "slope of w1": now.grad_w1 if phase >= 2 else "not yet",
        "slope of w2": now.grad_w2 if phase >= 2 else "not yet",
    }
    return Result(picture, values)


# E01.2: one unit with n weights and n examples learns what a teacher with other weights answers.

RUNS = 5
LR = 0.2
MOST_TRIES = 3000
GOALS = {"half": 0.5, "a quarter": 0.25}


def teacher_answers(n: int, rng: np.random.Generator) -> Any:
    """Return the answers of five teachers on n examples, shape (5, n).

    The n examples are orthogonal and as long as sqrt(n), so every direction of the weights
    matters alike and the number of weights is all that differs between two problems.
    """
    wanted = rng.normal(size=(RUNS, n))
    return np.tanh(0.7 * np.sqrt(n) * wanted / np.linalg.norm(wanted, axis=1, keepdims=True))


def steps_of_descent(y: Any, goal: float) -> Any:
    """Return how many steps of gradient descent bring the loss to ``goal`` of its start, (5,)."""
    z, steps, start = np.zeros_like(y), np.zeros(RUNS, dtype=int), np.mean(y**2, axis=1)
    for _ in range(1000):
        p = np.tanh(z)
        todo = np.mean((p - y) ** 2, axis=1) > goal * start
        if not todo.any():
            break
        steps += todo
        # z = w @ X.T and X.T @ X = n * identity: a step of w is a step of z, n / n times as long.
        z = z - LR * 2 * (p - y) * (1 - p**2)
    return steps


def tries_of_search(y: Any, goal: float, rng: np.random.Generator) -> Any:
    """Return how many evaluations a search needs that keeps a random change when it helps, (5,).

    The size of the change adapts: it grows after a success and shrinks after a failure, so that
    about one try in five succeeds.
    """
    start = np.mean(y**2, axis=1)
    best, wanted, tries = start.tolist(), (goal * start).tolist(), [1] * RUNS
    z, size = np.zeros_like(y), np.full((RUNS, 1), 0.5)
    other, gap, change = np.empty_like(y), np.empty_like(y), np.empty(y.shape, np.float32)
    for _ in range(MOST_TRIES):
        todo = [loss > low for loss, low in zip(best, wanted, strict=True)]
        if not any(todo):
            break
        # A normal change of w is a normal change of z, since the examples are orthogonal.
        rng.standard_normal(dtype=np.float32, out=change)  # half the time of float64
        np.multiply(size, change, out=other)
        other += z
        np.tanh(other, out=gap)
        gap -= y
        found = np.einsum("rn,rn->r", gap, gap) / y.shape[1]
        for run, loss in enumerate(found.tolist()):
            tries[run] += todo[run]
            better = loss < best[run]
            if better:
                z[run], best[run] = other[run], loss
            size[run, 0] *= 1.5 if better else 1.5**-0.25
    return np.array(tries)


@experiment(
    id="E01.2",
    title="Search against gradient",
    controls={
        "n": Int(1, costs.MOST_WEIGHTS, 20, label="weights n"),
        "backward": Int(1, 4, 2, label="forward passes per backward pass"),
        "goal": Menu(tuple(GOALS), "a quarter", label="loss down to"),
    },
    predict=Choice(
        "You go from 20 weights to 200. The cost of finite differences, divided by the cost of "
        "backpropagation,",
        ("stays the same", "grows about tenfold", "grows about a hundredfold"),
        answer=1,
        why="Finite differences run the network once more for every weight; one backward pass "
        "serves all weights together.",
    ),
    read_off=Choice(
        "At 200 weights, with a backward pass that costs two forward passes, finite differences "
        "cost how many times as much as backpropagation?",
        ("3 times", "67 times", "200 times"),
        answer=1,
        why="201 evaluations for each step against 1 + 2: the ratio is (n + 1) / 3.",
    ),
    settings=[{"n": 1}, {"n": 2}, {"n": 20}, {"n": 100}, {"n": 200}],
    scenarios={
        "many weights": {"n": 200},
        "one weight": {"n": 1},
        "a dear backward pass": {"n": 200, "backward": 4},
        "an easy goal": {"n": 200, "goal": "half"},
    },
)
def search_against_gradient(n: int, backward: int, goal: str, *, seed: int = 0) -> Result:
    """Count evaluations of a network with n weights until its loss is down to the goal."""
    rng = np.random.default_rng([seed, n])
    y = teacher_answers(n, rng)
    steps = steps_of_descent(y, GOALS[goal])
    runs = {
        "random search": tries_of_search(y, GOALS[goal], rng),
        "finite differences": steps * (n + 1),
        "backpropagation": steps * (1 + backward),
    }
    middle = {name: int(np.median(counts)) for name, counts in runs.items()}
    ratio = (n + 1) / (1 + backward)
    values: dict[str, Any] = {**middle, "differences / backprop": ratio}
    return Result(costs.picture(runs, n, backward), values)


EXPERIMENTS = (four_steps, search_against_gradient)
