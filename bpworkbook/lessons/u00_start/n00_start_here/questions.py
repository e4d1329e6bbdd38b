"""Exercises of lesson 00: arrays, a batch of scores, centred columns, a residual that is safe."""

from typing import Any

import numpy as np

from bpworkbook.workbook import Mistake, Question, ReviewQuestion, SlowAnswer
from bpworkbook.workbook.examples import redrawn
from bpworkbook.workbook.question import Args

# 00.1 double ------------------------------------------------------------------------------------


def double(x: Any) -> Any:
    return 2 * x


def added_to_itself(x: Any) -> Any:
    return x + x


def multiplied(x: Any) -> Any:
    return np.multiply(x, 2)


def without_return(x: Any) -> None:
    2 * x


def in_place(x: Any) -> Any:
    x *= 2
    return x


def into_integers(x: Any) -> Any:
    out = np.zeros(x.shape, dtype=int)
    out[:] = 2 * x
    return out


def double_cases(rng: np.random.Generator) -> list[Args]:
    return [
        (np.array([1.0, 3.0, 5.0]),),  # not 2: there x + 2 and x * x would be right as well
        (rng.normal(size=3),),
        (rng.normal(size=(4, 2)),),
        (rng.normal(size=(3, 3)),),
        (np.array([7.0]),),
        (np.array([1, 4, 7]),),
        (rng.integers(5, 50, size=(2, 3)),),
        (1e6 * rng.normal(size=6),),
    ]


# 00.2 batch_scores ------------------------------------------------------------------------------


def batch_scores(X: Any, W: Any, b: Any) -> Any:
    return X @ W + b


def scores_by_einsum(X: Any, W: Any, b: Any) -> Any:
    return np.einsum("nd,dh->nh", X, W) + b


def scores_by_dot(X: Any, W: Any, b: Any) -> Any:
    return b.reshape(1, -1) + np.dot(X, W)


def scores_in_columns(X: Any, W: Any, b: Any) -> Any:
    return W.T @ X.T + b.reshape(-1, 1)


def without_bias(X: Any, W: Any, b: Any) -> Any:
    return X @ W


def row_after_row(X: Any, W: Any, b: Any) -> Any:
    return np.array([x @ W + b for x in X])


def scores_cases(rng: np.random.Generator) -> list[Args]:
    def batch(n: int, d: int, h: int) -> Args:
        return rng.normal(size=(n, d)), rng.normal(size=(d, h)), rng.normal(size=h)

    X = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    W = np.array([[1.0, 2.0, 3.0, 4.0], [8.0, 7.0, 6.0, 5.0]])
    b = np.array([10.0, 20.0, 30.0, 40.0])
    at_zero = (np.zeros((2, 3)), rng.normal(size=(3, 4)), rng.normal(size=4))
    sizes = [(3, 2, 4), (6, 4, 3), (3, 3, 3), (4, 4, 4), (5, 2, 5), (1, 5, 3), (6, 4, 1)]
    return [(X, W, b), *(batch(*size) for size in sizes), at_zero]


def many_rows(rng: np.random.Generator) -> Args:
    return rng.normal(size=(2000, 8)), rng.normal(size=(8, 4)), rng.normal(size=4)


# 00.3 center_columns ----------------------------------------------------------------------------


def center_columns(X: Any) -> Any:
    return X - X.mean(axis=0)


def by_sum_and_count(X: Any) -> Any:
    return X - X.sum(axis=0) / len(X)


def column_after_column(X: Any) -> Any:
    columns = [X[:, j] - X[:, j].mean() for j in range(X.shape[1])]
    return np.stack(columns, axis=1)


def center_rows(X: Any) -> Any:
    return X - X.mean(axis=1, keepdims=True)


def one_mean_for_all(X: Any) -> Any:
    return X - X.mean()


def written_into_X(X: Any) -> Any:
    X -= X.mean(axis=0)
    return X


def centred_into_integers(X: Any) -> Any:
    out = np.zeros_like(X)
    out[:] = X - X.mean(axis=0)
    return out


def center_cases(rng: np.random.Generator) -> list[Args]:
    sizes = [(3, 2), (5, 3), (2, 4), (3, 3), (4, 4), (1, 7), (8, 1)]
    return [
        (np.array([[1.0, 10.0], [3.0, 20.0], [8.0, 60.0]]),),
        *((rng.normal(loc=5, size=size),) for size in sizes),
        (1e6 + rng.normal(size=(6, 2)),),
        (np.array([[1, 2], [2, 4], [4, 9]]),),
        (rng.integers(1, 50, size=(4, 3)),),
    ]


def whole_means(X: Any) -> bool:
    """Tell whether the means of the columns are whole numbers, and no column is all the same."""
    return not (X.mean(axis=0) % 1).any() and bool(np.ptp(X, axis=0).all())


# 00.4 residual ----------------------------------------------------------------------------------


def residual(pred: Any, y: Any) -> Any:
    return pred.reshape(-1) - y.reshape(-1)


def by_columns(pred: Any, y: Any) -> Any:
    column = np.reshape(pred, (len(pred), 1)) - np.reshape(y, (len(y), 1))
    return column[:, 0]


def by_ravel(pred: Any, y: Any) -> Any:
    return np.subtract(pred.ravel(), y.ravel())


def as_they_come(pred: Any, y: Any) -> Any:
    return pred - y


def target_first(pred: Any, y: Any) -> Any:
    return y.reshape(-1) - pred.reshape(-1)


def residual_cases(rng: np.random.Generator) -> list[Args]:
    def pair(pred_shape: tuple[int, ...], y_shape: tuple[int, ...]) -> Args:
        return rng.normal(size=pred_shape), rng.normal(size=y_shape)

    return [
        (np.array([[4.0], [7.0], [9.0]]), np.array([1.0, 5.0, 3.0])),
        pair((3, 1), (3,)),
        (np.array([5.0, 1.0, 2.0, 8.0]), np.array([[1.0], [3.0], [7.0], [2.0]])),
        pair((5, 1), (5, 1)),
        pair((6,), (6,)),
        pair((4, 1), (4,)),
        (np.array([9.0]), np.array([4.0])),
        pair((200, 1), (200,)),
    ]


QUESTIONS = (
    Question(
        id="00.1",
        name="double",
        points=1,
        reference=double,
        cases=double_cases,
        example=redrawn(double_cases),
        summary="an array of the shape of x with every entry doubled",
        mistakes=(
            Mistake("M01", without_return),
            Mistake("M02", in_place),
            Mistake("M05", into_integers),
        ),
        hints=(
            "Look at the line after the docstring: what goes in is x, what comes out follows the "
            "word `return`.",
            "Arithmetic on an array acts on every entry at once, and makes a new array.",
            "Return two times x: the word `return`, the number, a star, the name.",
        ),
        also_right=(added_to_itself, multiplied),
    ),
    Question(
        id="00.2",
        name="batch_scores",
        points=2,
        reference=batch_scores,
        cases=scores_cases,
        example=redrawn(scores_cases),
        summary="an array (n, h): row i holds the h scores of example i",
        mistakes=(
            Mistake(
                "M03",
                scores_in_columns,
                hint="Yours is turned on its side: (h, n). One row for each example is asked, so "
                "X comes first in the product.",
            ),
            Mistake("M10", without_bias),
            Mistake("M07", row_after_row),
        ),
        hints=(
            "Write the three shapes side by side: X (n, d), W (d, h), b (h,); wanted is (n, h).",
            "A product keeps the two outer numbers and sums over the two inner ones, which must "
            "be equal.",
            "Multiply X by W with `@`, X first, then add b; broadcasting gives b to every row.",
        ),
        also_right=(scores_by_einsum, scores_by_dot),
        slow=SlowAnswer(many_rows),
    ),
    Question(
        id="00.3",
        name="center_columns",
        points=2,
        reference=center_columns,
        cases=center_cases,
        example=redrawn(center_cases, kept=whole_means),
        summary="an array (n, d) whose every column has mean 0",
        mistakes=(
            Mistake(
                "M21",
                center_rows,
                hint="Your rows have mean 0; the columns should. Axis 0 runs down the rows, and a "
                "mean along it leaves one number for each column.",
            ),
            Mistake("M09", one_mean_for_all),
            Mistake(
                "M02",
                written_into_X,
                hint="The input was changed in place. Build a new array: `X - m`, not `X -= m` and "
                "not `X[:] = ...`.",
            ),
            Mistake("M05", centred_into_integers),
        ),
        hints=(
            "You need d means, one for each column: which axis must disappear from (n, d)?",
            "`X.mean(axis=0)` has shape (d,), and (n, d) minus (d,) takes it from every row.",
            "Return X minus its mean along axis 0.",
        ),
        also_right=(by_sum_and_count, column_after_column),
    ),
    Question(
        id="00.4",
        name="residual",
        points=2,
        reference=residual,
        cases=residual_cases,
        example=redrawn(residual_cases),
        summary="an array (n,): prediction minus target, one number for each example",
        mistakes=(
            Mistake(
                "M04",
                as_they_come,
                hint="A line (n,) and a column (n, 1) make an n x n table, and two columns stay "
                "columns. Bring both to shape (n,) before you subtract.",
            ),
            Mistake("M23", target_first),
        ),
        hints=(
            "Print `pred.shape` and `y.shape`: four combinations can come in, and only one of "
            "them needs no work.",
            "Give both the same shape first, then subtract.",
            "Reshape pred with `.reshape(-1)`, reshape y in the same way, and return the first "
            "minus the second.",
        ),
        also_right=(by_columns, by_ravel),
    ),
)

REVIEW = (
    ReviewQuestion(
        id="00.r1",
        prompt="`pred` has shape (50, 1) and `y` has shape (50,). What is the shape of `pred - y`?",
        options=("(50,)", "(50, 1)", "(50, 50)", "there is none: it is an error"),
        answer=2,
        why="Aligned from the right, 1 meets 50 and nothing meets 50: both stretch, and a table "
        "of 2500 differences results.",
    ),
    ReviewQuestion(
        id="00.r2",
        prompt="`X` is (100, 64) and `W` is (64, 10). What does row 7 of `X @ W` hold?",
        options=(
            "the 10 scores of example 7",
            "the 100 scores of feature 7",
            "the 64 scores of example 7",
        ),
        answer=0,
        why="The inner 64 is summed away; the rows of X stay rows, one for each example.",
    ),
    ReviewQuestion(
        id="00.r3",
        prompt="`X` is (100, 64). Which of these has one number for each feature?",
        options=("`X.mean()`", "`X.mean(axis=0)`", "`X.mean(axis=1)`"),
        answer=1,
        why="The axis that you name disappears: axis 0 counts the 100 examples, and 64 numbers "
        "are left.",
    ),
    ReviewQuestion(
        id="00.r4",
        prompt="A function is tried with n = d = h = 3 and runs. Why does this say little?",
        options=(
            "three examples are too few for a mean",
            "with equal sizes a transposed product runs as well",
            "NumPy checks shapes only above 3",
        ),
        answer=1,
        why="Unequal sizes turn most transposition mistakes into an error; equal sizes hide them.",
    ),
    ReviewQuestion(
        id="00.r5",
        prompt="A check says: right, every value; not yet, `x` had other values than before. "
        "What happened?",
        options=(
            "the answer was computed twice",
            "the function wrote into the array that it was given",
            "the result has the wrong type",
        ),
        answer=1,
        why="`x *= 2` changes the caller's array; `2 * x` makes a new one.",
    ),
)
