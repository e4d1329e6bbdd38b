"""The exercises of lesson 06, with the wrong answers that their checks recognise."""

from bpworkbook import nn
from bpworkbook.lessons.u02_gradients.n06_chain_rule import answers, cases, mistakes
from bpworkbook.workbook import Mistake, Question, ReviewQuestion
from bpworkbook.workbook.examples import digit, redrawn

# 06.1 d_composite


COMPOSITE = Question(
    id="06.1",
    name="d_composite",
    points=2,
    reference=answers.d_composite,
    cases=cases.composite_cases,
    example=lambda rng: (0.0, digit(rng), int(rng.integers(2, 6))),
    mistakes=(
        Mistake(
            "M40",
            mistakes.sigmoid_of_the_output,
            "s is already a sigmoid. Its slope is `s * (1 - s)`; you took the sigmoid once more.",
        ),
        Mistake("M41", mistakes.exp_of_x),
        Mistake("M41", mistakes.exp_of_u),
        Mistake("M43", mistakes.links_added),
        Mistake("M43", mistakes.all_links_added),
        Mistake("M50", mistakes.exponent_kept),
        Mistake(
            "M39",
            mistakes.factor_a_left_out,
            "`a * x` is a step too: its slope, a, is missing in your product.",
        ),
        Mistake(
            "M39",
            mistakes.sigmoid_left_out,
            "The sigmoid has a slope too: `s * (1 - s)` is missing in your product.",
        ),
        Mistake("M230", mistakes.every_slope_at_x),
        Mistake("M230", mistakes.power_at_x),
        Mistake("M230", mistakes.sigmoid_at_x),
    ),
    hints=(
        "Write one line for each step from x to y: a * x, exp, minus 1, sigmoid, power.",
        "Each step has a slope, taken at what goes into that step; along one path slopes multiply.",
        "Return a, times u, times s (1 - s), times n s to the power n - 1.",
    ),
    also_right=(cases.composite_by_nudge, cases.composite_back_to_front),
    outputs=("dy_dx",),
    summary="one number, the slope of y as x grows",
    keeps_dtype=False,
)


# 06.2 d_two_paths


TWO_PATHS = Question(
    id="06.2",
    name="d_two_paths",
    points=1,
    reference=answers.d_two_paths,
    cases=cases.path_cases,
    example=lambda rng: (digit(rng),),
    mistakes=(
        Mistake(
            "M42",
            mistakes.own_factors,
            "y = u * v. Growing u adds strips of height v: the slope by u is v, not u itself.",
        ),
        Mistake(
            "M44",
            mistakes.only_through_u,
            "Only the path through u is there. x also acts through v.",
        ),
        Mistake(
            "M44",
            mistakes.only_through_v,
            "Only the path through v is there. x also acts through u.",
        ),
        Mistake(
            "M44",
            mistakes.slopes_multiplied,
            "You multiplied the slopes of u and v. They lie on different paths: "
            "finish each path up to y, then add.",
        ),
        Mistake(
            "M44",
            mistakes.paths_multiplied,
            "Each path is right, but you multiplied the two. Paths add up.",
        ),
    ),
    hints=(
        "Draw the arrows: from x to u and to v, from both to y.",
        "Multiply the two slopes along each path, then add the two paths.",
        "Return v times 2x, plus u times 3.",
    ),
    also_right=(cases.two_paths_expanded, cases.two_paths_collected),
    outputs=("dy_dx",),
    summary="one number, the slope of y as x grows",
    keeps_dtype=False,
)


# 06.3 d_quotient


QUOTIENT = Question(
    id="06.3",
    name="d_quotient",
    points=1,
    reference=answers.d_quotient,
    cases=cases.quotient_cases,
    example=redrawn(cases.quotient_cases, kept=cases.divides, signs=True),
    mistakes=(
        Mistake("M51", mistakes.sign_lost),
        Mistake(
            "M50",
            mistakes.square_lost,
            "The derivative by b needs a square: `1 / b` is `b**-1`, with slope `-1 * b**-2`.",
        ),
    ),
    hints=(
        "Write the quotient as a product: a times b to the power -1.",
        "Each partial derivative lets one of the two move and holds the other still.",
        "Return 1 divided by b, and minus a divided by b squared.",
    ),
    also_right=(cases.quotient_by_chain, cases.quotient_from_the_result),
    outputs=("d_a", "d_b"),
    summary="two numbers: the slopes of y by a and by b",
    keeps_dtype=False,
)


# 06.4 jacobian_sigmoid, vjp_sigmoid, vjp_tanh, vjp_exp


_ALONE = "This is the slope alone. What comes back, grad_out, is one more link: multiply by it."

JACOBIAN = Question(
    id="06.4",
    name="jacobian_sigmoid",
    points=1,
    reference=answers.jacobian_sigmoid,
    cases=cases.output_cases,
    example=redrawn(cases.output_cases),
    mistakes=(
        Mistake("M40", mistakes.jacobian_of_sigmoid_twice),
        Mistake("M234", mistakes.full_jacobian),
        Mistake("M234", mistakes.jacobian_in_every_row),
    ),
    hints=(
        "Which outputs change when only the second input moves?",
        "The slopes a (1 - a) stand on the diagonal; everywhere else stands 0.",
        "Return np.diag of a times (1 minus a).",
    ),
    also_right=(cases.jacobian_entry_by_entry, cases.jacobian_by_mask),
    outputs=("J",),
    summary="one array of shape (d, d)",
)

VJP_SIGMOID = Question(
    id="06.4",
    name="vjp_sigmoid",
    points=1,
    reference=nn.sigmoid_backward,
    cases=cases.vjp_cases(0.1, 0.9),
    example=redrawn(cases.vjp_cases(0.1, 0.9)),
    mistakes=(
        Mistake("M40", mistakes.vjp_sigmoid_twice),
        Mistake("M39", mistakes.sigmoid_slope_alone, _ALONE),
    ),
    hints=(
        "The output a is all you need: the slope of the sigmoid is a (1 - a).",
        "A row times a diagonal matrix multiplies number by number.",
        "Return grad_out times a times (1 minus a).",
    ),
    also_right=(cases.vjp_sigmoid_expanded,),
    outputs=("grad_z",),
    summary="one array of the shape of a",
)

VJP_TANH = Question(
    id="06.4",
    name="vjp_tanh",
    points=1,
    reference=nn.tanh_backward,
    cases=cases.vjp_cases(-0.9, 0.9),
    example=redrawn(cases.vjp_cases(-0.9, 0.9)),
    mistakes=(
        Mistake("M40", mistakes.vjp_tanh_twice),
        Mistake("M39", mistakes.tanh_slope_alone, _ALONE),
    ),
    hints=(
        "The output a is all you need: the slope of tanh is 1 - a squared.",
        "A row times a diagonal matrix multiplies number by number.",
        "Return grad_out times (1 minus a squared).",
    ),
    also_right=(cases.vjp_tanh_factored,),
    outputs=("grad_z",),
    summary="one array of the shape of a",
)

VJP_EXP = Question(
    id="06.4",
    name="vjp_exp",
    points=1,
    reference=answers.vjp_exp,
    cases=cases.vjp_cases(0.2, 3.0),
    example=redrawn(cases.vjp_cases(0.2, 3.0)),
    mistakes=(
        Mistake(
            "M41",
            mistakes.vjp_exp_twice,
            "a is exp(z) already, and exp is its own derivative. You took exp once more.",
        ),
        Mistake("M41", mistakes.vjp_exp_from_the_input),
        Mistake("M39", mistakes.exp_slope_alone, _ALONE),
    ),
    hints=(
        "The exponential is its own derivative, and its output is a.",
        "A row times a diagonal matrix multiplies number by number.",
        "Return grad_out times a.",
    ),
    also_right=(cases.vjp_exp_by_numpy,),
    outputs=("grad_z",),
    summary="one array of the shape of a",
)


# 06.5 best_order


BEST_ORDER = Question(
    id="06.5",
    name="best_order",
    points=3,
    reference=answers.best_order,
    cases=cases.chain_cases,
    example=cases.growing_chain,
    mistakes=(
        Mistake("M231", mistakes.ends_exchanged),
        Mistake("M232", mistakes.inner_size_left_out),
        Mistake("M233", mistakes.neighbours_only),
    ),
    hints=(
        "Multiply the small example on paper, and note the shape after each product.",
        "Going forward the running product keeps its columns; in reverse it keeps its rows.",
        "Forward: rows times columns of each matrix but the last, times the columns of the last. "
        "Reverse: of each but the first, times the rows of the first.",
    ),
    also_right=(cases.best_order_step_by_step,),
    outputs=("order", "multiplications"),
    summary='a word ("forward", "reverse" or "either") and a number of multiplications',
    keeps_dtype=False,
)


FROM_OUTPUTS = (JACOBIAN, VJP_SIGMOID, VJP_TANH, VJP_EXP)
QUESTIONS = (COMPOSITE, TWO_PATHS, QUOTIENT, *FROM_OUTPUTS, BEST_ORDER)

REVIEW = (
    ReviewQuestion(
        id="06.r1",
        prompt="y = sin(x**2). Where is the slope of sin taken?",
        options=("at x", "at x**2", "at 2 * x", "at y"),
        answer=1,
        why="A slope is taken at what goes into that function, and x**2 goes into sin.",
    ),
    ReviewQuestion(
        id="06.r2",
        prompt="From x to y there are two paths, with slopes 2, 3 and 5, 7. What is dy/dx?",
        options=("17", "41", "72", "210"),
        answer=1,
        why="Multiply along each path, then add the paths: 2 * 3 + 5 * 7 = 41.",
    ),
    ReviewQuestion(
        id="06.r3",
        prompt="A chain of 20 slopes holds one 0. The product is 0. What does that say about x?",
        options=(
            "x is at a minimum of y",
            "a small change of x does not reach y, whatever the other slopes are",
            "one of the functions is constant everywhere",
        ),
        answer=1,
        why="One closed link stops every small change at this point. Elsewhere the slope may "
        "differ.",
    ),
    ReviewQuestion(
        id="06.r4",
        prompt="A loss depends on a million weights through many layers. From which end do you "
        "multiply?",
        options=("from the input", "from the output", "it makes no difference"),
        answer=1,
        why="Starting at the output, the running product is a single row; from the input it would "
        "have a million columns.",
    ),
    ReviewQuestion(
        id="06.r5",
        prompt="a = exp(z) is stored, z is not. What is the slope of exp here?",
        options=("exp(a)", "a", "log(a)", "it cannot be known without z"),
        answer=1,
        why="The exponential is its own derivative, so its output is its slope.",
    ),
)
