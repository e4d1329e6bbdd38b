"""The exercises of lesson 03, with the wrong answers that their checks recognise."""

from bpworkbook.lessons.u01_neurons.n03_perceptron_and_delta_rule import (
    answers,
    cases,
    judging,
    mistakes,
)
from bpworkbook.workbook import Mistake, Question, ReviewQuestion
from bpworkbook.workbook.examples import redrawn

STEP = Question(
    id="03.1",
    name="perceptron_step",
    points=2,
    reference=answers.perceptron_step,
    cases=cases.one_example,
    example=redrawn(cases.one_example, kept=lambda w, b, x, y: y * (w @ x + b) < 0),
    mistakes=(
        Mistake("M14", mistakes.away_from_the_example),
        Mistake("M15", mistakes.at_every_example),
        Mistake("M16", mistakes.weights_only),
        Mistake(
            "M13",
            mistakes.content_on_the_line,
            "Only examples exactly on the line differ. z = 0 is no decision: the rule counts it "
            "as a mistake.",
        ),
        Mistake(
            "M13",
            mistakes.plus_on_the_line,
            "Only examples exactly on the line differ: you take z = 0 for an answer of +1. Here it "
            "is no answer, and counts as a mistake for both labels.",
        ),
        Mistake("M210", mistakes.label_forgotten),
        Mistake(
            "M22",
            mistakes.without_the_half,
            "Label minus answer is 2 or -2 at a mistake. The error is half of that.",
        ),
        Mistake("M02", mistakes.into_the_given_weights),
    ),
    hints=(
        "First z = w @ x + b; then one question: do y and z have the same sign?",
        "y * z is positive where they agree; only where it is not do w and b move.",
        "If y times z is at most 0, return w plus y times x, and b plus y; else w and b as given.",
    ),
    also_right=(answers.step_by_a_factor,),
    outputs=("w", "b"),
    summary="two values: the new w (d,) and the new b, a number",
)

TRAIN = Question(
    id="03.2",
    name="train_perceptron",
    points=3,
    reference=answers.train_perceptron,
    cases=cases.to_train_on,
    accept=judging.judge_training,
    mistakes=(
        Mistake("M94", mistakes.shuffled_apart),
        Mistake("M16", mistakes.trained_without_bias),
        Mistake(
            "M13",
            mistakes.never_started,
            "w and b are still 0. There every z is 0, which the rule counts as a mistake: "
            "test y * z <= 0.",
        ),
        Mistake("M218", mistakes.mistakes_of_the_last_epoch),
    ),
    hints=(
        "Two loops: the outer one over epochs, the inner one over the rows of X and y together.",
        "Add 1 to the count wherever w and b change; an epoch without a change is the last.",
        "For each row call perceptron_step if y z is at most 0 and count; break after an epoch "
        "that counted nothing.",
    ),
    also_right=(answers.train_in_random_order,),
    outputs=("w", "b", "mistakes"),
    summary="three values: w (d,), b, and the number of mistakes in all epochs together",
    keeps_dtype=False,
)

BOUND = Question(
    id="03.2",
    name="mistake_bound",
    points=2,
    reference=answers.mistake_bound,
    cases=cases.with_a_line,
    example=redrawn(cases.with_a_line, kept=lambda X, y, w, b: y * (X @ w + b) > 0),
    mistakes=(
        Mistake("M211", mistakes.length_of_weights_left_out),
        Mistake("M212", mistakes.without_the_square),
        Mistake("M213", mistakes.average_margin),
        Mistake("M214", mistakes.bias_without_its_one),
    ),
    hints=(
        "R belongs to the longest row of X, the margin to the row that is nearest to the line.",
        "The bias is a weight whose input is always 1: count it in both lengths.",
        "Largest row sum of squares plus 1, over the square of: smallest y z divided by the "
        "length of w and b together.",
    ),
    also_right=(answers.bound_with_a_column_of_ones,),
    outputs=("bound",),
    summary="one number, (R / margin) squared",
)

GRADIENT = Question(
    id="03.3",
    name="lms_gradient",
    points=2,
    reference=answers.lms_gradient,
    cases=cases.batches,
    example=redrawn(cases.batches),
    mistakes=(
        Mistake(
            "M20",
            mistakes.added_up,
            "Your gradient grows with the number of rows. The loss is a mean: divide by n.",
        ),
        Mistake("M23", mistakes.target_minus_output),
        Mistake("M22", mistakes.without_the_two),
        Mistake("M215", mistakes.after_the_threshold),
        Mistake("M16", mistakes.weight_gradient_only),
    ),
    hints=(
        "Begin with one number for each row: the error z - y, where z = X @ w + b.",
        "A row pulls at w by its error times its x, and at b by its error alone; take the mean.",
        "2 times X transposed @ error, divided by n; and 2 times the mean of error.",
    ),
    also_right=(answers.gradient_flower_by_flower,),
    outputs=("grad_w", "grad_b"),
    summary="two values: grad_w (d,) and grad_b, a number",
)

LMS = Question(
    id="03.3",
    name="lms_step",
    points=1,
    reference=answers.lms_step,
    cases=cases.batches_with_a_rate,
    example=redrawn(cases.batches_with_a_rate),
    mistakes=(
        Mistake("M80", mistakes.step_uphill),
        Mistake("M81", mistakes.rate_forgotten, "Your step does not depend on lr."),
        Mistake(
            "M20",
            mistakes.step_of_the_sum,
            "Your step grows with the number of rows. The gradient is a mean: divide by n, once.",
        ),
        Mistake("M16", mistakes.bias_left_where_it_was),
        Mistake("M02", mistakes.stepped_in_place),
    ),
    hints=(
        "lms_gradient gives both slopes; here you only take the step.",
        "The loss falls against the gradient, and lr says how far to go.",
        "Return w minus lr times grad_w, and b minus lr times grad_b.",
    ),
    also_right=(answers.step_towards_the_target,),
    outputs=("w", "b"),
    summary="two values: the new w (d,) and the new b, a number",
)

INEQUALITIES = Question(
    id="03.4",
    name="xor_inequalities",
    points=1,
    reference=answers.xor_inequalities,
    cases=lambda rng: [(), ()],  # nothing varies; a mistake must still be seen twice
    apply=judging.four_letters,
    accept=judging.judge_inequalities,
    mistakes=(
        Mistake("M216", mistakes.gate_or, "These four describe OR. What does XOR say of (1, 1)?"),
        Mistake(
            "M216", mistakes.gate_and, "These four describe AND. XOR asks whether bits differ."
        ),
        Mistake(
            "M216", mistakes.gate_nand, "These four describe NAND. What does XOR say of (0, 0)?"
        ),
        Mistake(
            "M216",
            mistakes.every_sign_turned,
            "Every sign is turned: these four say where bits agree. XOR is +1 where they differ.",
        ),
    ),
    hints=(
        "Put each point into w1 x1 + w2 x2 + b: at (0, 0) only b is left.",
        "XOR wants z above 0 at (1, 0) and (0, 1), and below 0 at the other two.",
        "b negative; w1 + b and w2 + b positive; w1 + w2 + b negative.",
    ),
    also_right=(answers.inequalities_in_another_order,),
    summary='a string of four letters, such as "ACEG"',
    keeps_dtype=False,
)

REASON = Question(
    id="03.4",
    name="xor_reason",
    points=1,
    reference=answers.xor_reason,
    cases=lambda rng: [(), ()],
    apply=judging.one_letter,
    accept=judging.judge_reason,
    mistakes=(
        Mistake(
            "M217",
            mistakes.reason_it_never_stopped,
            "It has not stopped yet. In the sepals task it stopped after 721 epochs: waiting "
            "proves nothing.",
        ),
        Mistake(
            "M217",
            mistakes.reason_by_counting,
            "AND has four points too, and a line parts them. Counting cannot tell the two apart.",
        ),
        Mistake(
            "M217",
            mistakes.reason_by_the_rule,
            "Wherever a line exists, the rule finds one. The proof must be about lines, not about "
            "the rule.",
        ),
    ),
    hints=(
        "Look for the one that uses the four inequalities, and nothing that a computer did.",
        "Two inequalities that point the same way may be added.",
        "Add the two about mixed bits, then the other two, and compare the left sides.",
    ),
    also_right=(answers.reason_in_a_small_letter,),
    summary='a string of one letter, such as "D"',
    keeps_dtype=False,
)

QUESTIONS = (STEP, TRAIN, BOUND, GRADIENT, LMS, INEQUALITIES, REASON)

REVIEW = (
    ReviewQuestion(
        id="03.r1",
        prompt="A perceptron has w = [1, 0], b = 0. It meets x = [2, 3] with y = -1. What is w "
        "then?",
        options=("[1, 0], as before", "[3, 3]", "[-1, -3]"),
        answer=2,
        why="z = 2 is positive, y is not: a mistake. So w becomes w + y x = [1 - 2, 0 - 3].",
    ),
    ReviewQuestion(
        id="03.r2",
        prompt="Same longest point, same margin, but 10,000 points instead of 100. The bound on "
        "mistakes",
        options=("is 100 times as large", "is the same", "is 10 times as large"),
        answer=1,
        why="(R / margin) squared knows the longest point and the margin, not the number of "
        "points.",
    ),
    ReviewQuestion(
        id="03.r3",
        prompt="After 1,000 epochs a perceptron still makes mistakes. What have you proved?",
        options=(
            "that no line parts the points",
            "nothing: the margin may be small",
            "that the code is wrong",
        ),
        answer=1,
        why="The bound can be in the thousands. To prove that no line exists you need an argument, "
        "such as two equal points with different labels.",
    ),
    ReviewQuestion(
        id="03.r4",
        prompt="Perceptron and delta rule both add error times x to w. Where do they differ?",
        options=(
            "the perceptron's error is taken after the threshold, the delta rule's before it",
            "only the delta rule has a bias",
            "the perceptron uses the squared error",
        ),
        answer=0,
        why="y - sign(z) is 0 for every right answer; y - z hardly ever is, so all examples pull.",
    ),
    ReviewQuestion(
        id="03.r5",
        prompt="The mean squared error of a linear unit falls at every step. The number of wrong "
        "points",
        options=("falls too", "may rise", "is 0 at the end if a line parts the points"),
        answer=1,
        why="A point far on its right side has a large error as well, and can pull the line over "
        "another one.",
    ),
)
