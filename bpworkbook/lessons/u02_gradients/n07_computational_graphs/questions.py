"""The exercises of lesson 07, with the wrong answers that their checks recognise."""

from bpworkbook.lessons.u02_gradients.n07_computational_graphs import (
    cases,
    faults,
    graphs,
    mistakes,
)
from bpworkbook.workbook import Mistake, Question, ReviewQuestion
from bpworkbook.workbook.examples import redrawn

ORDER = Question(
    id="07.1",
    name="topological_order",
    points=3,
    reference=graphs.topological_order,
    cases=cases.order_cases,
    accept=cases.judge_order,
    mistakes=(
        Mistake(
            "M46",
            mistakes.as_written,
            "Some node stands before one of its parents. Go through your list, look up the parents "
            "of each name, and cross out those that you have passed.",
        ),
        Mistake(
            "M46",
            mistakes.nearest_first_reversed,
            "Near to L is not the same as late: a node can be used by L itself and by a node that "
            "comes before L. Place a node only when all its parents are placed.",
        ),
        Mistake("M46", mistakes.result_first, "Your order runs from L to the inputs. Turn it."),
        Mistake("M47", mistakes.not_remembered),
    ),
    hints=(
        "Which nodes of the example can you place at once, and which ones after that?",
        "A node may be placed when all its parents are; if they are not, they come first.",
        "Keep a stack of names: take one; if parents are missing, put it back with them on top, "
        "else place it unless it is placed already.",
    ),
    also_right=(mistakes.by_passes, mistakes.by_counting),
    summary="a list of all names, every node after its parents",
)


def neuron_graph() -> graphs.Graph:
    """Return the graph of ``L = (tanh(w * x + b) - y)**2``."""
    return dict(graphs.NEURON)


WRONG_NEURONS = {
    "M10": mistakes.BIAS_LEFT_OUT,
    "M11": mistakes.BIAS_INSIDE,
    "M12": mistakes.TANH_TOO_EARLY,
}

NEURON = Question(
    id="07.2",
    name="neuron_graph",
    points=1,
    reference=neuron_graph,
    cases=lambda rng: [(), ()],  # nothing is drawn; a mistake must still be seen twice
    accept=lambda value, args: cases.judge_neuron(value, args, WRONG_NEURONS),
    mistakes=(
        Mistake("M10", mistakes.bias_left_out, "No operation that leads to L uses b."),
        Mistake(
            "M11",
            mistakes.bias_inside,
            "You wrote w * (x + b). The bias is added once, after the product.",
        ),
        Mistake(
            "M12",
            mistakes.tanh_too_early,
            "You wrote tanh(w * x) + b. The tanh comes after the bias.",
        ),
    ),
    hints=(
        "Count the operations in the formula: each is one node.",
        "Work from the innermost bracket outwards, and give every result a name.",
        "A product, a sum with b, a tanh, a difference with y, a square: the square is L.",
    ),
    also_right=(mistakes.neuron_in_other_words,),
    summary="a dict with the inputs w, x, b, y, a node for each operation, and L",
)

EVALUATE = Question(
    id="07.2",
    name="evaluate",
    points=2,
    reference=graphs.evaluate,
    cases=cases.evaluate_cases,
    example=redrawn(cases.evaluate_cases, kept=cases.small, signs=True),
    mistakes=(
        Mistake("M46", mistakes.zero_for_what_is_missing),
        Mistake(
            "M02",
            mistakes.written_into_inputs,
            "You wrote into `inputs`. Start from a copy: `values = dict(inputs)`.",
        ),
    ),
    hints=(
        "What must be known before a node can be computed?",
        "Go through the nodes in an order in which every parent comes first.",
        "For each name of the order that is no input: look up the parents' values, apply the "
        "operation from OPS, store the result under the name.",
    ),
    also_right=(mistakes.value_on_demand,),
    summary="a dict with the value of every node",
)

ADJOINTS = Question(
    id="07.3",
    name="adjoints",
    points=3,
    reference=graphs.adjoints,
    cases=cases.adjoint_cases,
    example=cases.small_adjoints,
    mistakes=(
        Mistake("M45", mistakes.overwritten),
        Mistake("M44", mistakes.only_the_first_path),
        Mistake("M44", mistakes.paths_multiplied),
        Mistake("M46", mistakes.nearest_goes_first),
        Mistake("M46", mistakes.dictionary_backwards),
        Mistake("M47", mistakes.at_every_visit),
        Mistake("M48", mistakes.no_seed),
        Mistake("M59", mistakes.inputs_first),
        Mistake("M43", mistakes.locals_added),
    ),
    hints=(
        "Which gradient do you know before the sweep begins, and which node comes first?",
        "A node hands on its gradient times the local derivative; a parent adds up what arrives.",
        "Set all to 0 and L to 1; through the order backwards, add gradient times local "
        "derivative to each parent.",
    ),
    also_right=(mistakes.sum_over_paths,),
    summary="a dict with the gradient of L with respect to every node",
)

DEBUG = Question(
    id="07.4",
    name="find_faults",
    points=2,
    reference=faults.find_faults,
    cases=lambda rng: [(), ()],  # nothing is drawn; a mistake must still be seen twice
    accept=faults.judge,
    mistakes=(
        Mistake(
            "M44",
            mistakes.first_table_wrong,
            "Table A: add up, for each node, what its users hand it. "
            "The first sum that does not come out is short by one user.",
        ),
        Mistake(
            "M47",
            mistakes.second_table_wrong,
            "Table B: one node's own number is right, and both its parents got too much from it.",
        ),
        Mistake(
            "M52",
            mistakes.third_table_wrong,
            "Table C: one number is false, and every node between it and L is right. "
            "Which operation hands it something with a minus?",
        ),
    ),
    hints=(
        "Start at L: its two parents are right in all three tables.",
        "Check each node from the numbers of its users: gradient times local derivative, added up.",
        "A: compare a with what b and c hand it. B: compare a and x with what b hands them. "
        "C: compare y with what a and d hand it.",
    ),
    also_right=(mistakes.faults_as_a_tuple,),
    summary='three pairs of node and fault, such as ("x", "sign")',
)

NEEDED = Question(
    id="07.5",
    name="needed",
    points=1,
    reference=graphs.needed,
    cases=cases.needed_cases,
    mistakes=(
        Mistake("M196", mistakes.not_passed_on),
        Mistake("M197", mistakes.every_parent_asked_for),
        Mistake("M198", mistakes.everything),
        Mistake("M46", mistakes.in_the_order_written),
    ),
    hints=(
        "Mark the trained inputs in the picture. Which nodes lie on a way from them to L?",
        "A node is needed if it is trained, or if it was computed from a node that is needed.",
        "Through the order forwards: True if the name is in trained, or if any parent is True.",
    ),
    also_right=(mistakes.needed_from_below,),
    summary="a dict with True or False for every node",
)

QUESTIONS = (ORDER, NEURON, EVALUATE, ADJOINTS, DEBUG, NEEDED)

REVIEW = (
    ReviewQuestion(
        id="07.r1",
        prompt="A node is used by three others. What is its gradient?",
        options=(
            "The product of what the three hand back",
            "The sum of what the three hand back",
            "What the last of the three hands back",
        ),
        answer=1,
        why="Each use is a path of its own to the loss, and the contributions of paths add up.",
    ),
    ReviewQuestion(
        id="07.r2",
        prompt="On the way back, when may a node hand on its gradient?",
        options=(
            "As soon as something has arrived",
            "When all nodes that use it have handed theirs on",
            "When all nodes that it was computed from have handed theirs on",
        ),
        answer=1,
        why="Before that its gradient is only a part of the sum, and it would hand on too little.",
    ),
    ReviewQuestion(
        id="07.r3",
        prompt="Thirty nodes, each the one before it added to itself: how many arrows does the "
        "sweep use?",
        options=("60", "900", "about a billion"),
        answer=0,
        why="There are 2**30 paths, but each of the 30 sums has two arrows, and each is used once.",
    ),
    ReviewQuestion(
        id="07.r4",
        prompt="Which of these must keep a number from the forward pass for the way back?",
        options=("a + b", "a - b", "a * b"),
        answer=2,
        why="The local derivatives of a product are its factors; those of a sum are 1, whatever "
        "came.",
    ),
)
