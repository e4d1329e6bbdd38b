"""The exercises of lesson 11, with the wrong answers that their checks recognise."""

from bpworkbook.lessons.u02_gradients.n11_gradient_checking.difference_questions import (
    NUMERICAL,
    RELATIVE,
)
from bpworkbook.lessons.u02_gradients.n11_gradient_checking.hunt_questions import HUNT
from bpworkbook.lessons.u02_gradients.n11_gradient_checking.projection_questions import (
    FROZEN,
    PROJECTION,
    STEP,
)
from bpworkbook.workbook import ReviewQuestion

QUESTIONS = (NUMERICAL, RELATIVE, PROJECTION, STEP, FROZEN, HUNT)

REVIEW = (
    ReviewQuestion(
        id="11.r1",
        prompt="In float64, why is a central difference at h = 1e-12 worse than at h = 1e-6?",
        options=(
            "The curve bends more between the two points",
            "Two nearly equal values are subtracted, and rounding is divided by a tiny h",
            "1e-12 is rounded to 0",
        ),
        answer=1,
        why="The rounding error grows like eps / h as h shrinks; the bend matters less and less.",
    ),
    ReviewQuestion(
        id="11.r2",
        prompt="A gradient check agrees at x = 0 with all weights 0. What does it tell?",
        options=(
            "The backward pass is right",
            "Little: many faults vanish at 0, where slopes are 1 and products are 0",
            "The loss is right, the gradient may be wrong",
        ),
        answer=1,
        why="tanh has slope 1 there and every product with a weight is 0. Draw the point at "
        "random.",
    ),
    ReviewQuestion(
        id="11.r3",
        prompt="One entry of a ReLU layer fails the check, all others agree to 1e-10. First "
        "suspicion?",
        options=(
            "The backward pass of ReLU is wrong",
            "The input of this entry lies within h of 0, and the difference straddles the kink",
            "float32",
        ),
        answer=1,
        why="Take a smaller h or another point: an alarm from a kink goes away, a fault stays.",
    ),
    ReviewQuestion(
        id="11.r4",
        prompt="About how many forward passes does a check along one random direction need, for "
        "5,000 weights?",
        options=("3", "5,000", "10,000"),
        answer=0,
        why="One step forth and one back move all weights at once; one more gives the output's "
        "shape.",
    ),
)
