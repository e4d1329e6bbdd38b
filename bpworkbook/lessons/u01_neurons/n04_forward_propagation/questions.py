"""Lesson 04: what the exercises on forward propagation accept, and the mistakes they recognise."""

from bpworkbook.lessons.u01_neurons.n04_forward_propagation.answers import (
    collapse,
    collapse_by_probing,
    count_multiplies,
    count_multiplies_layer_by_layer,
    count_parameters,
    count_parameters_by_arrays,
    dense,
    dense_einsum,
    mlp_forward,
    mlp_last_layer_apart,
)
from bpworkbook.lessons.u01_neurons.n04_forward_propagation.cases import (
    collapse_cases,
    dense_cases,
    dense_to_time,
    drawn_sizes,
    mlp_cases,
    open_units,
    size_cases,
)
from bpworkbook.lessons.u01_neurons.n04_forward_propagation.mistakes import (
    activation_on_the_output_too,
    bent_already,
    bias_before_weights,
    biases_counted_as_products,
    biases_for_inputs,
    columns_for_rows,
    entry_by_entry,
    factors_swapped,
    last_bias_only,
    never_bent,
    one_example_counted,
    one_hidden_layer_counted,
    one_hidden_layer_multiplied,
    output_cached_too,
    output_layer_not_counted,
    outputs_cached,
    two_layers_typed_in,
    weights_only,
    without_bias,
)
from bpworkbook.lessons.u01_neurons.n04_forward_propagation.xor import (
    judge_xor,
    xor_by_or_and_nand,
    xor_by_two_half_ands,
    xor_network,
    xor_on_the_boundary,
)
from bpworkbook.workbook import Mistake, Question, ReviewQuestion, SlowAnswer
from bpworkbook.workbook.examples import redrawn

QUESTIONS = (
    Question(
        id="04.1",
        name="dense",
        points=1,
        reference=dense,
        cases=dense_cases,
        example=redrawn(dense_cases),
        mistakes=(
            Mistake("M10", without_bias),
            Mistake("M11", bias_before_weights),
            Mistake(
                "M12",
                bent_already,
                hint="Your negative sums have become 0. This function stops before the activation.",
            ),
            Mistake(
                "M03",
                columns_for_rows,
                hint="Your answer lies on its side: examples stay in rows, so z is (n, h).",
            ),
            Mistake("M07", entry_by_entry),
        ),
        hints=(
            "Write the three shapes side by side: (n, d), (d, h) and (h,).",
            "The inner sizes of a matrix product must match, and the outer two remain.",
            "Multiply X by W with @, then add b; NumPy adds it to every row.",
        ),
        also_right=(dense_einsum,),
        outputs=("z",),
        summary="the array z of shape (n, h): the weighted sums of every example, plus the bias",
        slow=SlowAnswer(dense_to_time),
    ),
    Question(
        id="04.2",
        name="mlp_forward",
        points=3,
        reference=mlp_forward,
        cases=mlp_cases,
        example=redrawn(mlp_cases, kept=open_units),
        mistakes=(
            Mistake(
                "M12",
                activation_on_the_output_too,
                hint="f went over the last layer as well. It bends the hidden layers only; "
                "the output stays as it is.",
            ),
            Mistake(
                "M60",
                outputs_cached,
                hint="You kept what each layer gives out. Keep what it is given: "
                "cache[0] is X itself.",
            ),
            Mistake("M192", output_cached_too),
            Mistake("M193", never_bent),
            Mistake(
                "M06",
                two_layers_typed_in,
                hint="Right for two layers, wrong for three. Let a loop run over params.",
            ),
        ),
        hints=(
            "Look at the middle of the chain: what goes into layer 2 is what came out of layer 1.",
            "One variable travels: before a layer it is that layer's input, after it the next's.",
            "For each (W, b): append a to the cache, set z = a @ W + b, then a = f(z), "
            "or a = z in the last layer.",
        ),
        also_right=(mlp_last_layer_apart,),
        outputs=("out", "cache"),
        summary="a pair: the array `out` (n, d_out), and `cache`, a list with each layer's input",
    ),
    Question(
        id="04.3",
        name="count_parameters",
        points=1,
        reference=count_parameters,
        cases=lambda rng: [(sizes,) for sizes in size_cases(rng)],
        example=lambda rng: (drawn_sizes(rng),),
        mistakes=(
            Mistake(
                "M10",
                weights_only,
                hint="The weights are all there. Every unit after the input also has a bias.",
            ),
            Mistake("M194", biases_for_inputs),
            Mistake(
                "M06",
                one_hidden_layer_counted,
                hint="Right for three sizes, wrong for other lengths. Go through neighbours in "
                "`sizes`.",
            ),
        ),
        hints=(
            "Take one layer between two neighbours in `sizes`, and count its W and its b.",
            "A layer from d to h values holds a (d, h) matrix and h biases.",
            "Add d * h + h over all neighbouring pairs (d, h) in sizes.",
        ),
        also_right=(count_parameters_by_arrays,),
        summary="one whole number: how many weights and biases there are",
        keeps_dtype=False,
    ),
    Question(
        id="04.3",
        name="count_multiplies",
        points=1,
        reference=count_multiplies,
        cases=lambda rng: [(n + 3, sizes) for n, sizes in enumerate(size_cases(rng))],
        example=lambda rng: (int(rng.integers(2, 10)), drawn_sizes(rng)),
        mistakes=(
            Mistake(
                "M186",
                output_layer_not_counted,
                hint="The last layer's products are missing: the output has weights too.",
            ),
            Mistake("M191", biases_counted_as_products),
            Mistake("M195", one_example_counted),
            Mistake(
                "M06",
                one_hidden_layer_multiplied,
                hint="Right for three sizes, wrong for other lengths. Go through neighbours in "
                "`sizes`.",
            ),
        ),
        hints=(
            "How many products does one entry of z cost, and how many entries has z?",
            "Each weight meets each example exactly once.",
            "Add d * h over all neighbouring pairs (d, h) in sizes, then multiply by n.",
        ),
        also_right=(count_multiplies_layer_by_layer,),
        summary="one whole number: the products of two numbers in one forward pass of n examples",
        keeps_dtype=False,
    ),
    Question(
        id="04.4",
        name="xor_network",
        points=2,
        reference=xor_network,
        cases=lambda rng: [()],
        accept=judge_xor,
        mistakes=(
            Mistake(
                "M13",
                xor_on_the_boundary,
                hint="Some z is exactly 0, where rounding would decide. Move a bias so that 0 "
                "lies half-way between the values that the unit sees.",
            ),
        ),
        hints=(
            "Write the truth tables of OR, AND and XOR side by side and compare their rows.",
            "XOR is true where OR is true and AND is not, so let the two hidden units be OR "
            "and AND.",
            "OR fires from x1 + x2 - 0.5, AND from x1 + x2 - 1.5, and the output from "
            "OR - AND - 0.5.",
        ),
        also_right=(xor_by_two_half_ands, xor_by_or_and_nand),
        summary="the two layers [(W1, b1), (W2, b2)]: at most 2 hidden units and 1 output",
        keeps_dtype=False,
    ),
    Question(
        id="04.5",
        name="collapse",
        points=2,
        reference=collapse,
        cases=collapse_cases,
        example=redrawn(collapse_cases),
        mistakes=(
            Mistake(
                "M53",
                factors_swapped,
                hint="The factors are swapped. X meets Ws[0] first, so Ws[0] stands on the left.",
            ),
            Mistake(
                "M10",
                last_bias_only,
                hint="Only the last bias is left. The earlier ones pass through the weights "
                "that follow them.",
            ),
        ),
        hints=(
            "Do it for two layers on paper: put X @ W1 + b1 into the second layer.",
            "(X @ W1 + b1) @ W2 + b2 = X @ (W1 @ W2) + (b1 @ W2 + b2).",
            "Start with W, b of the first layer; for each next one set W = W @ W_next and "
            "b = b @ W_next + b_next.",
        ),
        also_right=(collapse_by_probing,),
        outputs=("W", "b"),
        summary="a pair: the matrix W (d_first, d_last) and the bias b (d_last,) of one layer",
    ),
)

REVIEW = (
    ReviewQuestion(
        id="04.r1",
        prompt="X has shape (50, 64). The layer sizes are 64, 32, 10. "
        "What shape goes into the second layer?",
        options=("(50, 10)", "(64, 32)", "(50, 32)", "(32, 50)"),
        answer=2,
        why="The first layer turns (50, 64) into (50, 32): the number of examples never changes.",
    ),
    ReviewQuestion(
        id="04.r2",
        prompt="You stack ten layers and forget the activation. What can the stack compute?",
        options=(
            "whatever one layer can, at most",
            "more than one layer: it has ten times the weights",
            "nothing: its output is always 0",
        ),
        answer=0,
        why="The ten matrices multiply to one, so the stack equals one layer, or a weaker one "
        "where it is narrow.",
    ),
    ReviewQuestion(
        id="04.r3",
        prompt="Why does a forward pass keep the input of every layer?",
        options=(
            "to run the same batch again without computing",
            "because the backward pass needs them for the gradients of the weights",
            "to print the shapes",
        ),
        answer=1,
        why="A weight's influence is scaled by the value that flows into it, so the backward "
        "pass needs that value.",
    ),
    ReviewQuestion(
        id="04.r4",
        prompt="What does the hidden layer do to the four XOR points in the hand-built network?",
        options=(
            "it draws a curve around two of them",
            "it removes one of them",
            "it puts (0, 1) and (1, 0) on the same spot, so that a line can separate the rest",
        ),
        answer=2,
        why="OR and AND answer alike for (0, 1) and (1, 0); three spots remain, and a line "
        "splits them.",
    ),
    ReviewQuestion(
        id="04.r5",
        prompt="Twelve ReLU units on one input: one layer of 12, or 4 layers of 3. "
        "Which can make a line with more pieces?",
        options=("one layer of 12", "4 layers of 3", "both the same: 12 units are 12 kinks"),
        answer=1,
        why="One layer gives at most 13 pieces; each of several layers folds all pieces before "
        "it, which gives 108.",
    ),
)
