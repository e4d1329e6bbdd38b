"""The exercises of lesson 01, with the wrong answers that their checks recognise."""

import math
from typing import Any

import numpy as np

from bpworkbook.lessons.u01_neurons.n01_what_is_backpropagation import loop_lines
from bpworkbook.workbook import Mistake, Question, ReviewQuestion
from bpworkbook.workbook.examples import redrawn

Rng = np.random.Generator


def drawn(rng: Rng, count: int, names: int) -> list[Any]:
    """Return cases of ``names`` numbers each, none of them near 0 or 1."""
    sizes = rng.uniform(0.2, 0.8, size=(count, names))
    return [tuple(map(float, case)) for case in sizes * rng.choice([-1, 1], size=(count, names))]


def not_flat(x: float, w: float, *others: float) -> bool:
    """Tell whether tanh still has a slope at x times w that one can see."""
    return abs(x * w) <= 2.5


# 01.1 forward


def forward(x: float, w: float) -> Any:
    return np.tanh(w * x)


def forward_cases(rng: Rng) -> list[Any]:
    return [(2.0, 0.5), (-3.0, 0.5), *drawn(rng, 4, 2), (1000.0, 1.0), (-1000.0, 2.0)]


def activation_first(x: float, w: float) -> Any:
    return w * np.tanh(x)


def forward_without_return(x: float, w: float) -> None:
    z = w * x
    np.tanh(z)


def forward_by_math(x: float, w: float) -> float:
    return math.tanh(x * w)


def forward_by_exponentials(x: float, w: float) -> Any:
    return 1 - 2 / (np.exp(2 * w * x) + 1)


FORWARD = Question(
    id="01.1",
    name="forward",
    points=1,
    reference=forward,
    cases=forward_cases,
    example=redrawn(forward_cases, kept=not_flat, signs=True),
    mistakes=(
        Mistake(
            "M12",
            activation_first,
            "The weight comes first, the activation last: tanh is taken of the product `w * x`.",
        ),
        Mistake("M01", forward_without_return),
    ),
    hints=(
        "Look at the two lines under `# 1 forward` in the worked example.",
        "First the weight scales the input, then the activation bends the result.",
        "Return np.tanh of w times x.",
    ),
    also_right=(forward_by_math, forward_by_exponentials),
    outputs=("p",),
    summary="one number, the prediction p",
    keeps_dtype=False,
)


# 01.2 error


def error(p: float, y: float) -> Any:
    return (p - y) ** 2


def error_cases(rng: Rng) -> list[Any]:
    return [(5.0, 2.0), (2.0, 5.0), (-1.0, 3.0), *drawn(rng, 4, 2), (0.5, 0.5), (1e6, -1e6)]


def half_the_square(p: float, y: float) -> Any:
    return (p - y) ** 2 / 2


def absolute_error(p: float, y: float) -> Any:
    return abs(p - y)


def error_by_product(p: float, y: float) -> Any:
    gap = y - p
    return gap * gap


def error_by_norm(p: float, y: float) -> Any:
    return np.linalg.norm([p - y]) ** 2


ERROR = Question(
    id="01.2",
    name="error",
    points=1,
    reference=error,
    cases=error_cases,
    example=redrawn(error_cases, kept=np.equal),
    mistakes=(
        Mistake(
            "M22",
            half_the_square,
            "Off by a factor 2. Some books put 1/2 in front; here the loss is `(p - y)**2`.",
        ),
        Mistake("M30", absolute_error),
    ),
    hints=(
        "Look at the line under `# 2 error` in the worked example.",
        "Too high and too low cost the same, and an error twice as large costs four times as much.",
        "Return the square of p minus y.",
    ),
    also_right=(error_by_product, error_by_norm),
    outputs=("loss",),
    summary="one number, the loss",
    keeps_dtype=False,
)


# 01.3 gradient


def gradient(x: float, w: float, y: float) -> Any:
    p = np.tanh(w * x)
    return 2 * (p - y) * (1 - p**2) * x


def gradient_cases(rng: Rng) -> list[Any]:
    return [(2.0, 0.5, -0.5), (3.0, 0.2, 1.0), (-2.0, 0.25, 2.0), *drawn(rng, 5, 3)]


def target_minus_prediction(x: float, w: float, y: float) -> Any:
    p = np.tanh(w * x)
    return 2 * (y - p) * (1 - p**2) * x


def tanh_of_the_output(x: float, w: float, y: float) -> Any:
    p = np.tanh(w * x)
    return 2 * (p - y) * (1 - np.tanh(p) ** 2) * x


def links_added(x: float, w: float, y: float) -> Any:
    p = np.tanh(w * x)
    return 2 * (p - y) + (1 - p**2) + x


def two_lost(x: float, w: float, y: float) -> Any:
    p = np.tanh(w * x)
    return (p - y) * (1 - p**2) * x


def error_link_lost(x: float, w: float, y: float) -> Any:
    p = np.tanh(w * x)
    return (1 - p**2) * x


def tanh_link_lost(x: float, w: float, y: float) -> Any:
    p = np.tanh(w * x)
    return 2 * (p - y) * x


def input_lost(x: float, w: float, y: float) -> Any:
    p = np.tanh(w * x)
    return 2 * (p - y) * (1 - p**2)


def gradient_by_differences(x: float, w: float, y: float) -> Any:
    h = 1e-5
    above, below = error(forward(x, w + h), y), error(forward(x, w - h), y)
    return (above - below) / (2 * h)


def gradient_link_by_link(x: float, w: float, y: float) -> float:
    p = math.tanh(w * x)
    grad_p = 2 * p - 2 * y
    grad_z = grad_p / math.cosh(w * x) ** 2
    return x * grad_z


GRADIENT = Question(
    id="01.3",
    name="gradient",
    points=2,
    reference=gradient,
    cases=gradient_cases,
    example=redrawn(gradient_cases, kept=not_flat, signs=True),
    mistakes=(
        Mistake(
            "M23",
            target_minus_prediction,
            "Exactly the negative. The loss grows when p moves away from y: start from `p - y`.",
        ),
        Mistake(
            "M40",
            tanh_of_the_output,
            "p is already tanh(z). Its slope is `1 - p**2`; you took tanh once more.",
        ),
        Mistake("M43", links_added),
        Mistake(
            "M22",
            two_lost,
            "Half of what is expected: the slope of a square, `(p - y)**2`, is `2 * (p - y)`.",
        ),
        Mistake(
            "M45",
            error_link_lost,
            "This is how fast p changes, not the loss. The first link, `2 * (p - y)`, is missing.",
        ),
        Mistake("M38", input_lost),
        Mistake("M39", tanh_link_lost, "The tanh has a slope too: the link `1 - p**2` is missing."),
    ),
    hints=(
        "Go back from the loss to the weight: which three operations do you pass?",
        "Each operation has its own slope, and slopes along one path multiply.",
        "Return 2 times (p minus y), times (1 minus p squared), times x, with p from forward.",
    ),
    also_right=(gradient_by_differences, gradient_link_by_link),
    outputs=("grad_w",),
    summary="one number, the slope of the loss as w grows",
    keeps_dtype=False,
)


# 01.4 update


def update(w: float, g: float, lr: float) -> Any:
    return w - lr * g


def update_cases(rng: Rng) -> list[Any]:
    return [(5.0, 2.0, 0.5), (5.0, -2.0, 0.5), (0.5, 2.12, 0.1), *drawn(rng, 4, 3)]


def uphill(w: float, g: float, lr: float) -> Any:
    return w + lr * g


def rate_forgotten(w: float, g: float, lr: float) -> Any:
    return w - g


def update_by_difference(w: float, g: float, lr: float) -> Any:
    step = -g * lr
    return step + w


UPDATE = Question(
    id="01.4",
    name="update",
    points=1,
    reference=update,
    cases=update_cases,
    example=redrawn(update_cases),
    mistakes=(Mistake("M80", uphill), Mistake("M81", rate_forgotten)),
    hints=(
        "Look at the line under `# 4 update` in the worked example.",
        "A positive slope says that the loss grows with w, so w must shrink, and lr says how much.",
        "Return w minus lr times g.",
    ),
    also_right=(update_by_difference,),
    outputs=("w_new",),
    summary="one number, the weight after the step",
    keeps_dtype=False,
)


# 01.5 training_loop


def training_loop() -> str:
    return "CGEHBFDA"


def update_inside_the_sweep() -> str:
    return "CGEHDBFA"


def first_layer_first() -> str:
    return "CGEFBHAD"


def other_gradient_first() -> str:
    return "CGEBFHAD"


def each_weight_as_soon_as_it_may() -> str:
    return "C, G, E, B, F, A, H, D"


TRAINING_LOOP = Question(
    id="01.5",
    name="training_loop",
    points=2,
    reference=training_loop,
    cases=lambda rng: [(), ()],  # the data are fixed; a mistake must still be seen twice
    apply=loop_lines.weights_after_one_round,
    mistakes=(
        Mistake(
            "M58",
            update_inside_the_sweep,
            "Line D changed W2 before line B read it. First all gradients, then all updates.",
        ),
        Mistake(
            "M59",
            first_layer_first,
            "Line F read the grad_h of the round before: B had not run yet. "
            "The sweep starts at the loss and ends at the first layer.",
        ),
    ),
    hints=(
        "Sort the lines by step: two forward, one error, three backward, two updates.",
        "A line may stand anywhere after the lines that make what it reads to the right of `=`.",
        "First h, then p, then grad_p, then grad_W2 and grad_h, then grad_W1, then both updates.",
    ),
    also_right=(other_gradient_first, each_weight_as_soon_as_it_may),
    outputs=("W1 after one round", "W2 after one round"),
    summary='a string of the eight letters in order, such as "CADB..."',
    keeps_dtype=False,
)


QUESTIONS = (FORWARD, ERROR, GRADIENT, UPDATE, TRAINING_LOOP)

REVIEW = (
    ReviewQuestion(
        id="01.r1",
        prompt="What does backpropagation compute?",
        options=(
            "the new weights",
            "the slope of the loss with respect to every weight",
            "the error of each training example",
            "the best learning rate",
        ),
        answer=1,
        why="It computes the gradient; using it, as in w - lr * g, is the job of the update.",
    ),
    ReviewQuestion(
        id="01.r2",
        prompt="A prediction is too low. A weight sits in front of a unit that is read through a "
        "negative weight, its input is positive. Which way does one small step move it?",
        options=("up, since the prediction must rise", "down", "it does not move"),
        answer=1,
        why="The negative weight behind it is one factor of its slope, so lowering this weight "
        "raises the prediction.",
    ),
    ReviewQuestion(
        id="01.r3",
        prompt="Count a backward pass as two forward passes. For 200 weights, how much dearer is "
        "one step with one-sided finite differences than one with backpropagation?",
        options=("about 2 times", "67 times", "200 times", "40,000 times"),
        answer=1,
        why="201 forward passes against 1 + 2: the ratio is (n + 1) / 3, so it grows with n.",
    ),
    ReviewQuestion(
        id="01.r4",
        prompt="You halve a learning rate that is tiny already. The drop in loss of one step then",
        options=("halves", "falls to a quarter", "stays the same"),
        answer=0,
        why="For small steps the drop is about lr * g**2, and g is the same.",
    ),
    ReviewQuestion(
        id="01.r5",
        prompt="In a training loop, W2 is updated before its old value has sent the error back. "
        "What is wrong afterwards?",
        options=(
            "the gradient of W2",
            "the gradient of the layers before W2",
            "nothing, the order is free",
        ),
        answer=1,
        why="grad_h = grad_p @ W2.T then uses the changed W2, and all that is computed from grad_h "
        "with it.",
    ),
)
