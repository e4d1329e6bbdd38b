"""The exercises of lesson 10, with the wrong answers that their checks recognise."""

from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.array_questions import MATMUL, UNBROADCAST
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.dual_questions import (
    DUAL_MULTIPLY,
    DUAL_SIN,
)
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.record_questions import (
    ADD,
    DETACH,
    EXP,
    MULTIPLY,
    POWER,
)
from bpworkbook.lessons.u02_gradients.n10_autodiff_engine.sweep_questions import BACKWARD, ZERO_GRAD
from bpworkbook.workbook import ReviewQuestion

QUESTIONS = (
    MULTIPLY,
    ADD,
    POWER,
    EXP,
    BACKWARD,
    UNBROADCAST,
    MATMUL,
    DUAL_MULTIPLY,
    DUAL_SIN,
    ZERO_GRAD,
    DETACH,
)

REVIEW = (
    ReviewQuestion(
        id="10.r1",
        prompt="A Value is used in three places. What is its gradient?",
        options=(
            "the largest of the three contributions",
            "the contribution of the last use",
            "the sum of the three contributions",
            "their product",
        ),
        answer=2,
        why="Each use is a path to the loss, and contributions of separate paths add up.",
    ),
    ReviewQuestion(
        id="10.r2",
        prompt="The sweep visits the Values in the order of making, read backwards. Why is that "
        "right?",
        options=(
            "A Value is made after all it was computed from, so its users come before it",
            "The newest Values have the largest gradients",
            "Python keeps objects in that order",
        ),
        answer=0,
        why="Read backwards, every user has reported before a Value hands its gradient on.",
    ),
    ReviewQuestion(
        id="10.r3",
        prompt="A bias (3,) was added to scores (32, 3). How does grad (32, 3) become its "
        "gradient (3,)?",
        options=(
            "as the sum over the 32 rows",
            "as the mean over the 32 rows",
            "as the first row",
            "as the sum over the 3 columns",
        ),
        answer=0,
        why="Broadcasting copied the bias 32 times. Each copy gets a gradient, and they add up.",
    ),
    ReviewQuestion(
        id="10.r4",
        prompt="One loss, 10,000 weights. How many passes do dual numbers need for the whole "
        "gradient?",
        options=("1", "2", "10,000", "100"),
        answer=2,
        why="A pass forward carries one tangent, so it tells about one weight. "
        "A sweep back tells about all of them.",
    ),
    ReviewQuestion(
        id="10.r5",
        prompt="Why may a recorded array not be changed before the sweep?",
        options=(
            "It would take too much memory",
            "Local derivatives are made of it: the gradient would belong to other numbers",
            "NumPy forbids it",
        ),
        answer=1,
        why="The derivative of a @ b by a is made of b as it was. A changed b gives a wrong "
        "gradient, without an error.",
    ),
)
