"""The exercises of lesson 12, with the wrong answers that their checks recognise."""

from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n12_history.control import DT
from bpworkbook.lessons.u02_gradients.n12_history.judging import (
    CLAIMS,
    card_order,
    judge_order,
    judge_works,
    work_letters,
)
from bpworkbook.lessons.u02_gradients.n12_history.nets import encoder_table, gradients, start
from bpworkbook.nn import sigmoid
from bpworkbook.workbook import Mistake, Question, ReviewQuestion
from bpworkbook.workbook.examples import redrawn

Rng = np.random.Generator
NO_DATA = [(), ()]  # nothing is drawn; a mistake must still be seen twice


# 12.1 order_events


def order_events() -> str:
    return "FHCBJDAIEG"


def newest_first() -> str:
    return "GEIADJBCHF"


def order_with_commas() -> str:
    return "f, h, c, b, j, d, a, i, e, g"


ORDER = Question(
    id="12.1",
    name="order_events",
    points=2,
    reference=order_events,
    cases=lambda rng: list(NO_DATA),
    apply=card_order,
    accept=judge_order,
    mistakes=(Mistake("M240", newest_first),),
    hints=(
        "Find each card in the time line above; the strands help: control is older than learning "
        "in many layers.",
        "One layer first, then slopes worked backwards, then the critique of one layer, then "
        "slopes for any computation, and only then the nets of the 1980s.",
        "1943 is F, 1958 is H, 1960 is C, 1964 is B; then J, D, A, I, and E before G.",
    ),
    also_right=(order_with_commas,),
    summary='a string of the ten letters, oldest card first, such as "ABCDEFGHIJ"',
    keeps_dtype=False,
)


# 12.2 kelley_bryson_adjoint


def kelley_bryson_adjoint(states: Any, controls: Any) -> tuple[Any, Any]:
    costates, slopes = np.zeros_like(states), np.zeros_like(controls)
    costates[-1] = 2 * states[-1]
    for t in reversed(range(len(controls))):
        slopes[t] = 2 * controls[t] + DT * costates[t + 1]
        costates[t] = 2 * states[t] + (1 - 3 * DT * states[t] ** 2) * costates[t + 1]
    return costates, slopes


def control_cases(rng: Rng) -> list[Any]:
    def case(steps: int) -> Any:
        return rng.uniform(0.5, 1.5, size=steps + 1), rng.normal(size=steps)

    by_hand = np.array([1.0, 2.0]), np.array([3.0])
    return [by_hand, *(case(steps) for steps in (3, 5, 8, 1, 30))]


def own_price_forgotten(states: Any, controls: Any) -> tuple[Any, Any]:
    costates, _ = kelley_bryson_adjoint(states, controls)
    return costates, DT * costates[1:]


def straight_path_forgotten(states: Any, controls: Any) -> tuple[Any, Any]:
    costates, slopes = np.zeros_like(states), np.zeros_like(controls)
    costates[-1] = 2 * states[-1]
    for t in reversed(range(len(controls))):
        slopes[t] = 2 * controls[t] + DT * costates[t + 1]
        costates[t] = 2 * states[t] - 3 * DT * states[t] ** 2 * costates[t + 1]
    return costates, slopes


def paths_multiplied(states: Any, controls: Any) -> tuple[Any, Any]:
    costates, slopes = np.zeros_like(states), np.zeros_like(controls)
    costates[-1] = 2 * states[-1]
    for t in reversed(range(len(controls))):
        slopes[t] = 2 * controls[t] + DT * costates[t + 1]
        costates[t] = 2 * states[t] * (1 - 3 * DT * states[t] ** 2) * costates[t + 1]
    return costates, slopes


def own_step_only(states: Any, controls: Any) -> tuple[Any, Any]:
    costates = 2 * states
    return costates, 2 * controls + DT * costates[1:]


def costate_of_the_same_step(states: Any, controls: Any) -> tuple[Any, Any]:
    costates, _ = kelley_bryson_adjoint(states, controls)
    return costates, 2 * controls + DT * costates[:-1]


def drag_of_the_next_step(states: Any, controls: Any) -> tuple[Any, Any]:
    costates = np.zeros_like(states)
    costates[-1] = 2 * states[-1]
    for t in reversed(range(len(controls))):
        costates[t] = 2 * states[t] + (1 - 3 * DT * states[t + 1] ** 2) * costates[t + 1]
    return costates, 2 * controls + DT * costates[1:]


def adjoint_by_lists(states: Any, controls: Any) -> tuple[Any, Any]:
    after = [2 * states[-1]]
    for s in states[-2::-1]:
        after.append(2 * s + after[-1] - 3 * DT * s * s * after[-1])
    costates = np.array(after[::-1], dtype=states.dtype)
    return costates, (2 * controls + DT * costates[1:]).astype(controls.dtype)


ADJOINT = Question(
    id="12.2",
    name="kelley_bryson_adjoint",
    points=3,
    reference=kelley_bryson_adjoint,
    cases=control_cases,
    example=redrawn(control_cases, top=5),
    mistakes=(
        Mistake(
            "M44",
            own_price_forgotten,
            "Two paths lead from a thrust to the cost: through the next speed, and through its "
            "own price, the square of `controls[t]`. Add both.",
        ),
        Mistake(
            "M44",
            straight_path_forgotten,
            "The speed enters the next speed twice: as it is, and through the drag. You have the "
            "drag alone; the slope of `s - DT * s**3` begins with 1.",
        ),
        Mistake(
            "M44",
            paths_multiplied,
            "A speed reaches the cost by two paths: its own square, and the next speed. You "
            "multiplied them. Along a path one multiplies; paths are added.",
        ),
        Mistake(
            "M60",
            costate_of_the_same_step,
            "A thrust at step t changes the speed at t + 1, so its slope takes `costates[t + 1]`. "
            "Yours took `costates[t]`.",
        ),
        Mistake(
            "M60",
            drag_of_the_next_step,
            "The drag of step t was worked out from the speed at t, so its slope is taken there: "
            "`states[t]`, not `states[t + 1]`.",
        ),
        Mistake(
            "M146",
            own_step_only,
            "Each of your costates knows its own step only. A speed also acts on all later ones: "
            "add what comes back from `costates[t + 1]`.",
        ),
    ),
    hints=(
        "Draw two steps: arrows from a speed to its own cost and to the next speed, from a thrust "
        "to its own cost and to the next speed.",
        "Start at the end, where only the last cost is left, and go back: own cost plus slope of "
        "the next speed times the costate of the next speed.",
        "For t from the last step down: slopes[t] = 2 u + DT times the next costate; costates[t] = "
        "2 s + (1 - 3 DT s squared) times the next costate.",
    ),
    also_right=(adjoint_by_lists,),
    outputs=("costates", "slopes"),
    summary="two arrays: costates (T + 1,) and slopes (T,)",
)


# 12.3 train_encoder


def train_encoder(seed: int, sweeps: int) -> Any:
    X, params = encoder_table()[0], start((8, 3, 8), seed, 0.5)
    for _ in range(sweeps):
        slopes = gradients(params, X, X)
        W1, b1, W2, b2 = (part - slope for part, slope in zip(params, slopes, strict=True))
        params = W1, b1, W2, b2
    return params


def encoder_cases(rng: Rng) -> list[Any]:
    return [(0, 1), (1, 2), (int(rng.integers(2, 100)), 3), (2, 40), (3, 200)]


def changed_in_the_sweep(seed: int, sweeps: int) -> Any:
    W1, b1, W2, b2 = start((8, 3, 8), seed, 0.5)
    X = np.eye(8)
    for _ in range(sweeps):
        h = sigmoid(X @ W1 + b1)
        p = sigmoid(h @ W2 + b2)
        grad_z2 = (p - X) * p * (1 - p)
        W2, b2 = W2 - h.T @ grad_z2, b2 - grad_z2.sum(axis=0)
        grad_z1 = (grad_z2 @ W2.T) * h * (1 - h)
        W1, b1 = W1 - X.T @ grad_z1, b1 - grad_z1.sum(axis=0)
    return W1, b1, W2, b2


def without_the_half(seed: int, sweeps: int) -> Any:
    params = start((8, 3, 8), seed, 0.5)
    for _ in range(sweeps):
        slopes = gradients(params, np.eye(8), np.eye(8))
        params = tuple(p - 2 * slope for p, slope in zip(params, slopes, strict=True))
    return params


def last_sigmoid_forgotten(seed: int, sweeps: int) -> Any:
    W1, b1, W2, b2 = start((8, 3, 8), seed, 0.5)
    X = np.eye(8)
    for _ in range(sweeps):
        h = sigmoid(X @ W1 + b1)
        grad_z2 = sigmoid(h @ W2 + b2) - X
        grad_z1 = (grad_z2 @ W2.T) * h * (1 - h)
        W1, b1 = W1 - X.T @ grad_z1, b1 - grad_z1.sum(axis=0)
        W2, b2 = W2 - h.T @ grad_z2, b2 - grad_z2.sum(axis=0)
    return W1, b1, W2, b2


def encoder_pattern_by_pattern(seed: int, sweeps: int) -> Any:
    params = list(start((8, 3, 8), seed, 0.5))
    for _ in range(sweeps):
        total = [np.zeros_like(part) for part in params]
        for k in range(8):
            h = sigmoid(params[0][k] + params[1])
            p = sigmoid(h @ params[2] + params[3])
            grad_z2 = (p - np.eye(8)[k]) * p * (1 - p)
            grad_z1 = (params[2] @ grad_z2) * h * (1 - h)
            total[0][k] += grad_z1
            total[1] += grad_z1
            total[2] += np.outer(h, grad_z2)
            total[3] += grad_z2
        params = [part - slope for part, slope in zip(params, total, strict=True)]
    return tuple(params)


ENCODER = Question(
    id="12.3",
    name="train_encoder",
    points=3,
    reference=train_encoder,
    cases=encoder_cases,
    mistakes=(
        Mistake("M58", changed_in_the_sweep),
        Mistake(
            "M39",
            last_sigmoid_forgotten,
            "With squared error the slope of the last sigmoid stays: `p - X` is to be multiplied "
            "by `p * (1 - p)`. It cancels only with cross-entropy.",
        ),
        Mistake(
            "M22",
            without_the_half,
            "Your steps are twice as long. The error of 1986 is half the sum of squares, so its "
            "slope is `p - X`, without the 2.",
        ),
    ),
    hints=(
        "One sweep has four parts: h and p forward, then the slope at each layer's sum, last layer "
        "first, then all four updates.",
        "The slope at a unit's sum is the slope at its output times output (1 - output); the way "
        "back to h is a product with W2.T, the old one.",
        "grad_z2 is (p - X) p (1 - p); grad_z1 is grad_z2 @ W2.T times h (1 - h); take away X.T @ "
        "grad_z1, h.T @ grad_z2 and the two column sums.",
    ),
    also_right=(encoder_pattern_by_pattern,),
    outputs=("W1", "b1", "W2", "b2"),
    summary="the four trained arrays W1 (8, 3), b1 (3,), W2 (3, 8), b2 (8,)",
    keeps_dtype=False,
)


# 12.4 match_claims


def match_claims() -> str:
    return CLAIMS


def famous_paper_first() -> str:
    return "BEDFCA"


def claims_with_commas() -> str:
    return "b, c, d, f, e, a"


MATCH = Question(
    id="12.4",
    name="match_claims",
    points=2,
    reference=match_claims,
    cases=lambda rng: list(NO_DATA),
    apply=work_letters,
    accept=judge_works,
    mistakes=(Mistake("M241", famous_paper_first),),
    hints=(
        "Ask of each claim which strand it belongs to: control, differentiation, learning or "
        "neuroscience.",
        "The one about flight paths, the one without any network and the one by a biologist are "
        "easily found; three about learning remain.",
        "Kelley, Linnainmaa, Minsky and Papert, Werbos, Rumelhart and others, Crick: in this "
        "order.",
    ),
    also_right=(claims_with_commas,),
    summary='a string of six letters, the works for claims 1 to 6, such as "ABCDEF"',
    keeps_dtype=False,
)


QUESTIONS = (ORDER, ADJOINT, ENCODER, MATCH)

REVIEW = (
    ReviewQuestion(
        id="12.r1",
        prompt="What is the oldest use of a backward sweep of slopes on this lesson's time line?",
        options=("training a network", "steering a flight path", "following rounding errors"),
        answer=1,
        why="Kelley, 1960: the slope of a flight path's cost, by equations solved backwards.",
    ),
    ReviewQuestion(
        id="12.r2",
        prompt="What did Minsky and Papert prove in 1969?",
        options=(
            "limits of one layer of weights on parts that see few points each",
            "that networks with hidden units cannot compute XOR",
            "that hidden units cannot be trained",
        ),
        answer=0,
        why="Their theorems are about one layer. Of many layers they gave a judgement, and called "
        "it a question for research.",
    ),
    ReviewQuestion(
        id="12.r3",
        prompt="A hidden unit has the weights 1, 2, 4, -4, -2, -1 for six bits. Which patterns "
        "give it the sum 0?",
        options=(
            "only 000000",
            "exactly the eight mirror-symmetric ones",
            "all with an even number of 1s",
        ),
        answer=1,
        why="Mirror bits cancel when they are equal, and 1, 2, 4 cannot cancel one another.",
    ),
    ReviewQuestion(
        id="12.r4",
        prompt="An 8-3-8 encoder reproduces all eight patterns. Are its hidden values three bits?",
        options=(
            "Always: eight codes need three bits",
            "Seldom: values near one half are used too",
        ),
        answer=1,
        why="Units need not be on or off. In nine of ten starts here some hidden value lay "
        "between.",
    ),
    ReviewQuestion(
        id="12.r5",
        prompt="What was new in the Nature paper of 1986?",
        options=(
            "the chain rule, applied backwards",
            "reverse mode for any computation",
            "what hidden units learn when a network is trained in this way",
        ),
        answer=2,
        why="The sweep was older by 26 years; that it makes useful hidden features was shown "
        "there.",
    ),
)
