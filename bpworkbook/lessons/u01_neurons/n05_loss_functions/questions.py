"""The exercises of lesson 05: losses, their gradients, and softmax without overflow."""

import numpy as np

from bpworkbook.lessons.u01_neurons.n05_loss_functions import answers as right
from bpworkbook.lessons.u01_neurons.n05_loss_functions import mistakes as wrong
from bpworkbook.workbook import Mistake, Question, ReviewQuestion
from bpworkbook.workbook.examples import redrawn
from bpworkbook.workbook.question import Args


def near(Z: np.ndarray, *labels: np.ndarray) -> bool:
    """Tell whether the scores of each row differ, and so little that no probability vanishes."""
    return bool(np.all(np.diff(np.sort(Z)) > 0) and np.ptp(Z, axis=1).max() <= 4)


# 05.1 mse and mse_grad


def mse_cases(rng: np.random.Generator) -> list[Args]:
    sizes = [(1, 2), (3, 2), (3, 3), (2, 2), (5, 4)]
    return [
        (np.array([[1.0, 4.0]]), np.array([[3.0, 3.0]])),
        *((rng.normal(size=size), rng.normal(size=size)) for size in sizes),
        (np.array([[2.0], [7.0]]), np.array([5.0, 6.0])),
        (rng.normal(size=(4, 1)), rng.normal(size=4)),
    ]


ALL_NUMBERS = "You divided by the number of rows. This mean runs over all n x k numbers."

MSE = Question(
    id="05.1",
    name="mse",
    points=1,
    reference=right.mse,
    summary="one number: the mean of the squared differences over all elements",
    outputs=("loss",),
    cases=mse_cases,
    example=redrawn(mse_cases, kept=np.equal),
    mistakes=(
        Mistake("M20", wrong.mse_summed),
        Mistake("M21", wrong.mse_over_rows, ALL_NUMBERS),
        Mistake("M22", wrong.mse_halved),
        Mistake("M30", wrong.mse_absolute),
        Mistake("M04", wrong.mse_row_meets_column),
    ),
    hints=(
        "Look at the shapes of p and y before you subtract: they may differ.",
        "Squaring makes every miss positive; the mean then runs over every element, not over rows.",
        "Reshape y to the shape of p, subtract, square, and take the mean of the whole table.",
    ),
    also_right=(right.mse_by_dot_product, right.mse_row_by_row),
)

MSE_GRAD = Question(
    id="05.1",
    name="mse_grad",
    points=1,
    reference=right.mse_grad,
    summary="the gradient with respect to p, in the shape of p",
    outputs=("grad_p",),
    cases=mse_cases,
    example=redrawn(mse_cases, kept=np.equal),
    mistakes=(
        Mistake("M21", wrong.mse_grad_over_rows, ALL_NUMBERS),
        Mistake("M22", wrong.mse_grad_without_two),
        Mistake("M23", wrong.mse_grad_reversed),
        Mistake(
            "M29",
            wrong.mse_grad_without_mean,
            "The loss is a mean over all elements, so its gradient carries 1/size too.",
        ),
        Mistake(
            "M30",
            wrong.mse_grad_absolute,
            "Only the signs are left: a miss of 2 must pull twice as hard as a miss of 1.",
        ),
        Mistake("M04", wrong.mse_grad_row_meets_column),
    ),
    hints=(
        "Look at one element alone: what is the derivative of (p - y)**2 / size with respect to p?",
        "The square gives a factor 2 and the error itself; the mean gives 1/size, once.",
        "Reshape y to the shape of p, then return twice p minus y, divided by the size of p.",
    ),
    also_right=(right.mse_grad_in_one_line,),
)

# 05.2 softmax


def softmax_cases(rng: np.random.Generator) -> list[Args]:
    sizes = [(2, 3), (3, 3), (4, 4), (5, 2), (1, 4)]
    chosen = [
        [[2.0, 1.0]],
        [[1000.0, 999.0]],
        [[-1000.0, -998.0, -999.0]],
        [[1000.0, -1000.0]],
        [[1000.0, 998.0, -1000.0], [-1000.0, -1001.0, -999.0]],
        [[-1000.0, -998.0], [1000.0, -1000.0], [3.0, 2.0]],
    ]
    return [
        (np.array([[1.0, 2.0, 4.0], [5.0, 3.0, 1.0]]),),
        *((rng.normal(scale=2.0, size=size),) for size in sizes),
        *((np.array(Z),) for Z in chosen),
    ]


SOFTMAX = Question(
    id="05.2",
    name="softmax",
    points=2,
    reference=right.softmax,
    summary="probabilities in the shape of Z; every row sums to 1",
    outputs=("P",),
    cases=softmax_cases,
    example=redrawn(softmax_cases, kept=near),
    mistakes=(
        Mistake("M25", wrong.softmax_without_shift),
        Mistake("M26", wrong.softmax_of_columns),
        Mistake(
            "M31",
            wrong.softmax_shifted_by_least,
            "You subtract each row's minimum, so exp still sees large numbers. "
            "Subtract the maximum: then no exponent is above 0.",
        ),
        Mistake("M32", wrong.softmax_with_one_shift),
        Mistake("M33", wrong.softmax_of_table),
        Mistake(
            "M04",
            wrong.softmax_without_keepdims,
            "A row statistic of shape (n,) lines up with the columns. "
            "With `keepdims=True` it stays a column (n, 1).",
        ),
    ),
    hints=(
        "Look at what exp receives when a score is 1000, and along which axis you sum.",
        "A constant added to a row changes nothing, so choose one that keeps exp at or below 1.",
        "Subtract each row's maximum, take exp, divide by each row's sum, both with keepdims=True.",
    ),
    also_right=(right.softmax_by_logarithm, right.softmax_by_differences),
)

# 05.3 cross_entropy


def labelled_cases(rng: np.random.Generator) -> list[Args]:
    Z = np.array([[1.0, 2.0, 4.0], [5.0, 3.0, 1.0]])
    sizes = [(2, 3), (3, 3), (4, 4), (6, 2), (1, 4)]
    chosen: list[tuple[list[list[float]], list[int]]] = [
        ([[2.0, 1.0]], [1]),
        ([[1000.0, -1000.0]], [1]),
        ([[1000.0, -1000.0]], [0]),
        ([[-1000.0, -998.0, -1001.0]], [2]),
        ([[1000.0, 998.0, -1000.0], [-1000.0, -1001.0, -999.0]], [2, 1]),
    ]
    return [
        (Z, np.array([1, 0])),
        *(
            (rng.normal(scale=2.0, size=size), rng.integers(size[1], size=size[0]))
            for size in sizes
        ),
        *((np.array(scores), np.array(labels)) for scores, labels in chosen),
    ]


CROSS_ENTROPY = Question(
    id="05.3",
    name="cross_entropy",
    points=2,
    reference=right.cross_entropy,
    summary="one number: the mean over the rows of -log(probability of the right class)",
    outputs=("loss",),
    cases=labelled_cases,
    example=redrawn(labelled_cases, kept=near),
    mistakes=(
        Mistake("M24", wrong.cross_entropy_log_of_zero),
        Mistake("M27", wrong.cross_entropy_softmax_twice),
        Mistake("M28", wrong.cross_entropy_log10),
        Mistake("M20", wrong.cross_entropy_summed),
        Mistake(
            "M21",
            wrong.cross_entropy_over_classes,
            "You divided by n x C. Each row has one right class, so the mean runs over n terms.",
        ),
        Mistake("M25", wrong.cross_entropy_without_shift),
        Mistake("M26", wrong.cross_entropy_of_columns),
        Mistake(
            "M31",
            wrong.cross_entropy_overflowing,
            "log(sum(exp(Z))) overflows at 1000, before the logarithm can help. "
            "Subtract each row's maximum from Z first.",
        ),
    ),
    hints=(
        "Look at which entry of each row its label points to, and at what happens to log at 0.",
        "The logarithm of softmax is the score minus the log of the row's sum of exponentials.",
        "Subtract each row's maximum, then that log-sum; pick the label's entry in each row, "
        "and return minus their mean.",
    ),
    also_right=(right.cross_entropy_by_logaddexp, right.cross_entropy_by_lead),
)

# 05.4 cross_entropy_grad


CROSS_ENTROPY_GRAD = Question(
    id="05.4",
    name="cross_entropy_grad",
    points=2,
    reference=right.cross_entropy_grad,
    summary="the gradient with respect to Z, in the shape of Z; every row sums to 0",
    outputs=("grad_Z",),
    cases=labelled_cases,
    example=redrawn(labelled_cases, kept=near),
    mistakes=(
        Mistake("M23", wrong.grad_reversed),
        Mistake("M29", wrong.grad_without_mean),
        Mistake("M62", wrong.grad_with_extra_slope),
        Mistake("M02", wrong.grad_changing_input),
        Mistake(
            "M21",
            wrong.grad_over_classes,
            "You divided by n x C. The loss is a mean over the n rows, so divide by n.",
        ),
    ),
    hints=(
        "Look at one row: what does softmax give, and what should the right class have got?",
        "The derivative with respect to a score is its probability, minus 1 for the right class; "
        "the mean adds 1/n.",
        "Take softmax of Z, subtract 1 at each row's label, divide by the number of rows.",
    ),
    also_right=(right.cross_entropy_grad_in_place,),
)

# 05.5 bce_with_logits


def bce_cases(rng: np.random.Generator) -> list[Args]:
    def draw(n: int) -> Args:
        return rng.normal(scale=2.0, size=n), rng.integers(2, size=n).astype(float)

    extremes = [
        ([1000.0], [1.0]),
        ([1000.0], [0.0]),
        ([-1000.0], [1.0]),
        ([-1000.0], [0.0]),
        ([40.0, -40.0, 1.0], [0.0, 1.0, 1.0]),
        ([-1000.0, 1000.0, 2.0], [0.0, 1.0, 0.0]),
    ]
    return [
        (np.array([2.0, -1.0, 3.0]), np.array([1.0, 1.0, 0.0])),
        draw(3),
        draw(4),
        draw(7),
        draw(1),
        *((np.array(z), np.array(y)) for z, y in extremes),
    ]


BCE_WITH_LOGITS = Question(
    id="05.5",
    name="bce_with_logits",
    points=3,
    reference=right.bce_with_logits,
    summary="one number: the mean binary cross-entropy of sigmoid(z) against y",
    outputs=("loss",),
    cases=bce_cases,
    example=redrawn(bce_cases, only=(0,), top=5),
    mistakes=(
        Mistake(
            "M24",
            wrong.bce_log_of_zero,
            "The sigmoid reached 0 or 1 exactly, and log(0) is infinite. "
            "Simplify on paper first: log(1 + exp(z)) - y * z.",
        ),
        Mistake(
            "M31",
            wrong.bce_overflowing,
            "exp(1000) overflows. Write log(1 + exp(z)) so that exp only sees -|z|.",
        ),
        Mistake("M20", wrong.bce_summed),
    ),
    hints=(
        "Look at z = 1000 and z = -1000: which of them makes exp overflow, and which log meet 0?",
        "log(1 + exp(z)) is nearly z for large z; take that part out and a small rest remains.",
        "Return the mean of max(z, 0) minus z times y plus log1p of exp of minus the absolute z.",
    ),
    also_right=(right.bce_by_logaddexp, right.bce_by_two_classes),
)

QUESTIONS = (MSE, MSE_GRAD, SOFTMAX, CROSS_ENTROPY, CROSS_ENTROPY_GRAD, BCE_WITH_LOGITS)

REVIEW = (
    ReviewQuestion(
        id="05.r1",
        prompt="A sigmoid unit has score z = -6 and label 1. Which loss moves z further in one "
        "step?",
        options=(
            "squared error: the error is almost as large as it can be",
            "cross-entropy: its slope is p - y, which is close to -1",
            "both alike: the error p - y is the same",
        ),
        answer=1,
        why="Squared error multiplies p - y by 2p(1 - p), which is close to 0 when the unit is "
        "sure.",
    ),
    ReviewQuestion(
        id="05.r2",
        prompt="You add 100 to every score of a row. What happens to its softmax?",
        options=(
            "nothing",
            "the largest probability gets closer to 1",
            "all probabilities get closer to each other",
        ),
        answer=0,
        why="The factor exp(100) stands above and below the fraction line and cancels.",
    ),
    ReviewQuestion(
        id="05.r3",
        prompt="An untrained network for 10 classes has cross-entropy 9.4. What is the likeliest "
        "reason?",
        options=(
            "nothing is wrong: it has not learned yet",
            "its starting weights are too large, so it is sure at random",
            "the learning rate is too large",
        ),
        answer=1,
        why="Without an opinion the loss is log 10 = 2.303; no step was taken, so no rate matters.",
    ),
    ReviewQuestion(
        id="05.r4",
        prompt="What is the gradient of the mean cross-entropy with respect to the scores of one "
        "row?",
        options=(
            "(one-hot - softmax) / n",
            "(softmax - one-hot) * softmax * (1 - softmax) / n",
            "(softmax - one-hot) / n",
        ),
        answer=2,
        why="The slope of softmax cancels against the logarithm; the mean leaves 1/n.",
    ),
    ReviewQuestion(
        id="05.r5",
        prompt="One target is wrong by a lot. Which loss lets it bend the fitted line least?",
        options=("squared error", "absolute error", "both alike"),
        answer=1,
        why="Absolute error pulls with the same force at every distance; squared error pulls in "
        "proportion to it.",
    ),
)
