"""Lesson 02: what the exercises on neurons accept, and the mistakes they recognise."""

from bpworkbook.lessons.u01_neurons.n02_neurons import answers, cases, mistakes, naming
from bpworkbook.workbook import Mistake, Question, ReviewQuestion, SlowAnswer
from bpworkbook.workbook.examples import redrawn

WEIGHTED_SUM = Question(
    id="02.1",
    name="weighted_sum",
    points=1,
    reference=answers.weighted_sum,
    cases=cases.sum_cases,
    example=redrawn(cases.sum_cases),
    mistakes=(
        Mistake("M10", mistakes.sum_without_bias),
        Mistake(
            "M11",
            mistakes.bias_inside,
            "You shifted the inputs, so the bias was multiplied by the weights. "
            "It is added once, after the sum.",
        ),
        Mistake(
            "M11",
            mistakes.bias_for_every_input,
            "The bias was added once for every input. A neuron has one bias: add it after the sum.",
        ),
        Mistake(
            "M11",
            mistakes.bias_on_the_weights,
            "You added the bias to every weight, so it was multiplied by the inputs. "
            "It is added once, after the sum.",
        ),
        Mistake("M202", mistakes.not_added_up),
    ),
    hints=(
        "There are two steps: multiply and add up, then the bias.",
        "`x @ w` multiplies number by number and adds the products up.",
        "Return x @ w, plus b.",
    ),
    also_right=(answers.weighted_sum_by_addition,),
    outputs=("z",),
    summary="one number, the weighted sum plus the bias",
)

NEURON = Question(
    id="02.2",
    name="neuron",
    points=2,
    reference=answers.neuron,
    cases=cases.neuron_cases,
    example=redrawn(cases.neuron_cases, kept=cases.firing),
    mistakes=(
        Mistake(
            "M12",
            mistakes.activated_twice,
            "f was used twice. Weighted sum, bias, then f, once.",
        ),
        Mistake(
            "M12",
            mistakes.activated_first,
            "f came before the weighted sum. Weighted sum, bias, then f, once.",
        ),
        Mistake(
            "M12",
            mistakes.activated_before_bias,
            "f came before the bias. Weighted sum, bias, then f, once.",
        ),
        Mistake(
            "M193",
            mistakes.never_activated,
            "These are the sums z. The answer of the neuron is f(z).",
        ),
        Mistake("M10", mistakes.neuron_without_bias),
        Mistake(
            "M03",
            mistakes.weights_first,
            "Examples are the rows of X. `w @ X` adds up over the rows; `X @ w` over the inputs.",
        ),
    ),
    hints=(
        "Write down the shapes: X is (n, d), w is (d,), and you want (n,).",
        "A matrix product adds over the size that its two sides share; here that is d.",
        "Call f on X @ w plus b, and return what it gives.",
    ),
    also_right=(answers.neuron_row_by_row,),
    outputs=("a",),
    summary="one number for each example, shape (n,)",
)

LINE_SHIFT = Question(
    id="02.2",
    name="line_shift",
    points=1,
    reference=answers.line_shift,
    cases=cases.shift_cases,
    example=cases.whole_shift,
    mistakes=(
        Mistake(
            "M23",
            mistakes.shift_backwards,
            "Exactly the negative. With b below 0 the line lies ahead, on the side that w points "
            "to: the shift is positive.",
        ),
    ),
    hints=(
        "Walk s steps of length 1 along w: where are you, and what is the weighted sum there?",
        "One step along w adds the length of w to the weighted sum, which starts at b.",
        "Minus b, divided by the length of w, the square root of w @ w.",
    ),
    also_right=(answers.shift_of_nearest_point,),
    outputs=("s",),
    summary="one number, the distance along w, negative behind the origin",
)

LIF_RATE = Question(
    id="02.3",
    name="lif_rate",
    points=3,
    reference=answers.lif_rate,
    cases=cases.current_cases,
    example=redrawn(cases.current_cases, only=(0, 1, 2), kept=cases.fires_now_and_then),
    mistakes=(
        Mistake(
            "M13",
            mistakes.above_the_threshold_only,
            "Your cell waits until v is above the threshold. The rule is v at the threshold "
            "or above: `>=`.",
        ),
        Mistake("M203", mistakes.never_set_back),
        Mistake(
            "M203",
            mistakes.threshold_taken_away,
            "After a spike v starts again from 0. You took the threshold away and kept the rest.",
        ),
        Mistake("M277", mistakes.asked_before_the_step),
        Mistake("M204", mistakes.without_leak),
        Mistake("M205", mistakes.without_dt),
        Mistake("M206", mistakes.spikes_counted),
    ),
    hints=(
        "Start with v = 0 and no spikes; a loop makes round(T / dt) steps.",
        "In each step: change v, then ask whether it has reached the threshold; if so, count "
        "and set v to 0.",
        "Add dt times (I minus leak times v) to v; if v >= threshold, count one and set v to 0; "
        "at the end return the count divided by T.",
    ),
    also_right=(answers.lif_rate_by_counting_one_wait,),
    outputs=("rate",),
    summary="one number, spikes per unit of time",
    rtol=0.01,  # of the value and of itself once more: 2 %
    keeps_dtype=False,
)

LAYER = Question(
    id="02.4",
    name="layer",
    points=2,
    reference=answers.layer,
    cases=cases.layer_cases,
    example=redrawn(cases.layer_cases, kept=cases.firing),
    mistakes=(
        Mistake(
            "M03",
            mistakes.neurons_in_rows,
            "Your answer lies on its side: examples stay in rows, so the result is (n, h).",
        ),
        Mistake(
            "M21",
            mistakes.added_over_examples,
            "You added along the examples. The sum runs over the inputs, the size d that X and W "
            "share; every example keeps a row of its own.",
        ),
        Mistake(
            "M53",
            mistakes.weights_turned,
            "W has a column for each neuron already: (n, d) @ (d, h), without a transpose.",
        ),
        Mistake(
            "M193",
            mistakes.layer_never_activated,
            "These are the sums z. The answers of the layer are f(z).",
        ),
        Mistake("M10", mistakes.layer_without_bias),
        Mistake(
            "M12",
            mistakes.layer_activated_before_bias,
            "f came before the bias. Weighted sums, biases, then f, once.",
        ),
        Mistake("M07", mistakes.example_by_example),
    ),
    hints=(
        "Write the shapes side by side: (n, d), (d, h), (h,); the result is (n, h).",
        "Each column of W is one neuron; a matrix product takes all columns at once.",
        "Call f on X @ W plus B; NumPy adds B to every row.",
    ),
    also_right=(answers.layer_neuron_by_neuron,),
    outputs=("A",),
    summary="one array of shape (n, h), a row for each example, a column for each neuron",
    slow=SlowAnswer(cases.layer_to_time, times=20),
)

COUNTERPARTS = Question(
    id="02.5",
    name="counterparts",
    points=1,
    reference=answers.counterparts,
    cases=lambda rng: [(), ()],  # nothing varies; a mistake must still be seen twice
    apply=naming.letters_of_parts,
    accept=naming.judge_parts,
    mistakes=(
        Mistake(
            "M207",
            mistakes.weight_and_input_exchanged,
            "Synapse and dendrite have changed places. The dendrites receive; the synapse decides "
            "how strongly.",
        ),
        Mistake(
            "M207",
            mistakes.sum_and_output_exchanged,
            "Soma and axon have changed places. The soma adds up; the axon carries the result "
            "away.",
        ),
    ),
    hints=(
        "Go through the drawing from left to right: what stands below each part?",
        "Signals arrive on the dendrites, each weighed by its synapse, and leave on the axon.",
        "Dendrites hold the inputs, synapses the weights, the soma the sum, the axon the output.",
    ),
    also_right=(answers.counterparts_in_small_letters,),
    summary='a dictionary such as {"synapse": "A", "dendrite": "A", "soma": "A", "axon": "A"}',
    keeps_dtype=False,
)

LEFT_OUT = Question(
    id="02.5",
    name="left_out",
    points=1,
    reference=answers.left_out,
    cases=lambda rng: [(), ()],
    apply=naming.letters_of_sentences,
    accept=naming.judge_sentences,
    mistakes=(Mistake("M208", mistakes.kept),),
    hints=(
        "For each sentence, look for the part of f(x @ w + b) that says it.",
        "The model's output hangs on the present x alone: no time, no past, no kind of cell.",
        "One sentence is about when inputs arrive, one about what came before, one about the "
        "sign of all that a cell sends.",
    ),
    also_right=(answers.left_out_in_another_order,),
    summary='a string of three letters, such as "ABC"',
    keeps_dtype=False,
)

QUESTIONS = (WEIGHTED_SUM, NEURON, LINE_SHIFT, LIF_RATE, LAYER, COUNTERPARTS, LEFT_OUT)

REVIEW = (
    ReviewQuestion(
        id="02.r1",
        prompt="A neuron has w = [3, 4] and b = -10. You change b to -5. Its line w·x + b = 0",
        options=(
            "turns, and stays as far from the origin",
            "keeps its direction and moves from distance 2 to distance 1",
            "keeps its place; only the output changes",
        ),
        answer=1,
        why="w alone gives the direction. The distance is |b| over the length of w, 5.",
    ),
    ReviewQuestion(
        id="02.r2",
        prompt="A leaky cell fires at 30 spikes a second. At twice the current it fires at",
        options=(
            "60 spikes a second",
            "fewer than 60",
            "more than 60",
        ),
        answer=2,
        why="The leak takes about the same share in both cases, so what is left over more than "
        "doubles.",
    ),
    ReviewQuestion(
        id="02.r3",
        prompt="What in a leaky cell plays the part of the bias?",
        options=(
            "the leak and the threshold: the current must first make up for what leaks away",
            "the strength of the synapses",
            "the length of the axon",
        ),
        answer=0,
        why="The rate curve is close to max(0, I/threshold - leak/2) for strong currents.",
    ),
    ReviewQuestion(
        id="02.r4",
        prompt="Two inputs keep their rates, but arrive together instead of one after the other. "
        "What does f(w·x + b) say about it?",
        options=(
            "it fires more",
            "it fires less",
            "nothing: it is told rates, not times",
        ),
        answer=2,
        why="The weighted sum is the same. A leaky cell can go from silent to firing all the same.",
    ),
    ReviewQuestion(
        id="02.r5",
        prompt="X is (50, 8), and a layer has 3 neurons. What shapes have W and its answer?",
        options=("(3, 8) and (3, 50)", "(8, 3) and (50, 3)", "(8, 3) and (8, 50)"),
        answer=1,
        why="One column of W for each neuron, one row of the answer for each example.",
    ),
)
