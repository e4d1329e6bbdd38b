"""The exercises of lesson 08, with the wrong answers that their checks recognise."""

from typing import Any

import numpy as np

from bpworkbook.lessons.u02_gradients.n08_backprop_by_hand import loops, mistakes, network
from bpworkbook.workbook import AnswerError, Mistake, Question, ReviewQuestion
from bpworkbook.workbook.comparison import kind_of
from bpworkbook.workbook.examples import redrawn, tenths
from bpworkbook.workbook.literals import literal

Rng = np.random.Generator


# 08.1 backward_chunks


class ByHand(dict[str, Any]):
    """The cache of the worked example; sixteen arrays would fill a card, so it names itself."""

    def __repr__(self) -> str:
        return "the cache of the worked example and of x = [2, 3], y = 0"


class OwnNumbers(ByHand):
    """The cache of an example with other numbers, written as the call that makes it."""

    def __init__(self, **inputs: Any) -> None:
        super().__init__(network.forward_chunks(**inputs))
        self.inputs = inputs

    def __repr__(self) -> str:
        parts = [f"{name}={literal(value)}" for name, value in self.inputs.items()]
        return f"forward_chunks({', '.join(parts)})"


def by_hand() -> Any:
    """Return the two rows of the worked example, their targets, and W1, b1 and W2."""
    W1, b1 = np.array([[2.0, 1.0, -1.0], [-1.0, -2.0, 1.0]]), np.array([1.0, 1.0, 2.0])
    X, y = np.array([[1.0, 2.0], [2.0, 3.0]]), np.array([[1.0], [0.0]])
    return X, y, W1, b1, np.array([[2.0], [3.0], [-1.0]])


def own_numbers(rng: Rng) -> Any:
    """Return the example with other numbers: p is 0.5 in the first row, and no row is certain."""

    def kept(X: Any, y: Any, W1: Any, b1: Any, W2: Any) -> Any:
        z1 = X @ W1 + b1
        first, second = np.maximum(z1, 0) @ W2
        return [*np.sign(z1).ravel(), first.item() != 0, abs(second - first).item() <= 5]

    X, y, W1, b1, W2 = redrawn(lambda rng: [by_hand()], only=(0, 2, 3, 4), kept=kept, top=4)(rng)
    b2 = -(np.maximum(X @ W1 + b1, 0) @ W2)[0]
    return (OwnNumbers(X=X, y=y, W1=W1, b1=b1, W2=W2, b2=b2),)


def chunk_cases(rng: Rng) -> list[Any]:
    def case(n: int, d: int = 2, h: int = 3) -> Any:
        # Biases that are not zero: with zeros, a wrong sweep can give the right numbers.
        W1, b1 = rng.normal(size=(d, h)), rng.normal(size=h)
        W2, b2 = rng.normal(size=(h, 1)), rng.normal(size=1)
        y = np.arange(n)[:, None] % 2 * 1.0
        return (network.forward_chunks(rng.normal(size=(n, d)), y, W1, b1, W2, b2),)

    X, y, W1, b1, W2 = by_hand()
    worked = ByHand(network.forward_chunks(X, y, W1, b1, W2, np.array([1.0])))
    return [(worked,), case(4), case(4), case(5), case(2, 2, 2), case(3, 3, 3), case(1)]


CHUNKS = Question(
    id="08.1",
    name="backward_chunks",
    points=3,
    reference=network.backward_chunks,
    cases=chunk_cases,
    example=own_numbers,
    mistakes=(
        Mistake(
            "M23",
            mistakes.loss_without_minus,
            "Exactly the negative from `s` on. The loss is minus the mean of s, so it falls "
            "when s grows.",
        ),
        Mistake(
            "M52",
            mistakes.q_without_minus,
            "Right down to q. But `q = 1 - p` falls when p grows: its local derivative is -1.",
        ),
        Mistake("M29", mistakes.mean_forgotten),
        Mistake(
            "M40",
            mistakes.sigmoid_of_p,
            "p is already sigmoid(z2). Its slope is `p * (1 - p)`; you took the sigmoid once more.",
        ),
        Mistake(
            "M45",
            mistakes.p_overwritten,
            "p is used twice, by log_p and by q. You kept only what came through q: add both.",
        ),
        Mistake(
            "M45",
            mistakes.p_overwritten_by_log_p,
            "p is used twice, by log_p and by q. You kept only what came through log_p: add both.",
        ),
        Mistake("M54", mistakes.biases_not_summed),
        Mistake("M57", mistakes.gate_from_gradient),
    ),
    hints=(
        "Start at s, and go up through the lines of forward_chunks, last line first.",
        "Each gradient: what came back to the result, times the local derivative of that one line.",
        "s: -1/n. hit, miss: the same. log_p: times y. q: over q. p: log_p over p, minus q. Then "
        "p (1 - p), W2 and b2, W2.T, the gate, W1 and b1.",
    ),
    also_right=(mistakes.chunks_by_fused_delta,),
    summary="a dict of 14 arrays, each of the shape of the array that it belongs to",
)


# 08.2 output_delta


def output_cases(rng: Rng) -> list[Any]:
    def case(n: int) -> Any:
        return rng.uniform(0.05, 0.95, size=(n, 1)), np.arange(n)[:, None] % 2 * 1.0

    by_hand = np.array([[0.5], [0.75]]), np.array([[1.0], [0.0]])
    certain = np.array([[1.0], [0.0], [0.5]]), np.array([[0.0], [1.0], [1.0]])
    return [by_hand, case(4), case(4), case(5), case(2), case(1), certain]


OUTPUT = Question(
    id="08.2",
    name="output_delta",
    points=1,
    reference=network.output_delta,
    cases=output_cases,
    example=lambda rng: (tenths(rng, 2, 1), rng.permutation([[1.0], [0.0]])),
    mistakes=(
        Mistake("M62", mistakes.slope_kept),
        Mistake("M29", mistakes.delta_mean_forgotten),
        Mistake("M23", mistakes.target_minus_prediction),
    ),
    hints=(
        "Take one example with y = 1, and multiply three local derivatives from s to z2.",
        "For y = 1 it is -1/p times p (1 - p); for y = 0 it is 1/(1 - p) times p (1 - p).",
        "Prediction minus target, divided by the number of examples.",
    ),
    also_right=(mistakes.delta_by_cases,),
    outputs=("delta2",),
    summary="one array of the shape of p, (n, 1)",
)


# 08.3 hidden_delta


def hidden_cases(rng: Rng) -> list[Any]:
    def case(n: int, h: int, k: int = 1) -> Any:
        a1 = np.tanh(rng.normal(size=(n, h)))
        return rng.normal(size=(n, k)), rng.normal(size=(h, k)), a1

    by_hand = (
        np.array([[2.0], [4.0]]),
        np.array([[3.0], [5.0], [-1.0]]),
        np.array([[0.5, -0.5, 0.25], [-0.25, 0.75, 0.5]]),
    )
    sizes = [(4, 3), (4, 3), (5, 2, 3), (3, 3, 3), (2, 2, 2), (1, 3)]
    return [by_hand, *(case(*size) for size in sizes)]


HIDDEN = Question(
    id="08.3",
    name="hidden_delta",
    points=2,
    reference=network.hidden_delta,
    cases=hidden_cases,
    example=redrawn(hidden_cases),
    mistakes=(
        Mistake(
            "M53",
            mistakes.transpose_missing,
            "Match the shapes: delta is (n, 1) and W2 is (h, 1), but (n, h) is wanted. "
            "Which of the two must be turned?",
        ),
        Mistake(
            "M40",
            mistakes.tanh_of_the_output,
            "a1 is already tanh(z1). Its slope is `1 - a1**2`; you took tanh once more.",
        ),
        Mistake(
            "M57",
            mistakes.slope_from_the_gradient,
            "The slope belongs to the forward pass: it is made of a1, not of what comes back.",
        ),
        Mistake("M39", mistakes.slope_left_out),
        Mistake(
            "M41",
            mistakes.gate_of_relu,
            "That is ReLU's gate. These units are tanh, with the slope `1 - a1**2`.",
        ),
    ),
    hints=(
        "Two steps back: from z2 to a1 through the weights, then from a1 to z1 through tanh.",
        "Each unit gets the delta behind it times the weight between, times its own slope.",
        "delta times W2 transposed, then number by number times 1 minus a1 squared.",
    ),
    also_right=(mistakes.hidden_unit_by_unit,),
    outputs=("delta1",),
    summary="one array of the shape of a1, (n, h)",
)


# 08.4 train_xor


def train_cases(rng: Rng) -> list[Any]:
    seeds = rng.integers(100, size=3).tolist()
    return [(0, 0.5, 1), (1, 0.5, 2), *((seed, 0.8, 3) for seed in seeds), (2, 2.0, 5), (3, 0.5, 0)]


def rows_apart(answer: Any, *args: Any) -> Any:
    """Take W1 apart, so that a card has room for its numbers."""
    value = answer(*args)
    if value is None:
        return None
    if not isinstance(value, tuple | list) or len(value) != 4:
        raise AnswerError(f"you returned {kind_of(value)}, expected (W1, b1, W2, b2)")
    W1, *others = value
    rows = W1 if isinstance(W1, np.ndarray) and len(W1.shape) == 2 and len(W1) == 2 else (W1, W1)
    return (*rows, *others)


TRAIN = Question(
    id="08.4",
    name="train_xor",
    points=2,
    reference=network.train_xor,
    cases=train_cases,
    mistakes=(
        Mistake("M58", mistakes.updated_in_the_sweep),
        Mistake(
            "M59",
            mistakes.hidden_layer_first,
            "Your hidden layer used the output's delta of the round before. "
            "The sweep starts at the loss: delta2 first.",
        ),
        Mistake("M54", mistakes.biases_by_rows),
        Mistake("M80", mistakes.uphill),
        Mistake("M81", mistakes.rate_forgotten),
    ),
    hints=(
        "Four stages in each step: forward, both deltas, four gradients, four updates.",
        "A weight's gradient is what it received, transposed, times the delta behind it; nothing "
        "may change before both deltas are there.",
        "W2: a1.T @ d2; W1: X.T @ d1; a bias: its delta summed down the rows. Each array minus lr "
        "times its gradient.",
    ),
    also_right=(mistakes.train_by_a_list_of_gradients,),
    apply=rows_apart,
    outputs=("W1[0]", "W1[1]", "b1", "W2", "b2"),
    summary="four arrays: W1 (2, 8), b1 (8,), W2 (8, 1), b2 (1,)",
    keeps_dtype=False,
)


# 08.5 name_fault


def fault_cases(rng: Rng) -> list[Any]:
    def case(fault: str, params: network.Params) -> Any:
        return tuple(loops.report(fault, params, lr) for lr in (loops.FAST, loops.SLOW))

    nets = [loops.some_params(rng) for _ in range(3)]
    return [case(fault, params) for params in nets for fault in loops.LOOPS]


FAULT = Question(
    id="08.5",
    name="name_fault",
    points=2,
    reference=loops.name_fault,
    cases=fault_cases,
    mistakes=(
        Mistake(
            "M58",
            mistakes.tiny_rate_not_read,
            "A loop that updates too early looks like one with a wrong slope, until the rate is "
            "tiny. Read `slow` as well.",
        ),
        Mistake(
            "M40",
            mistakes.slope_taken_for_update,
            "A wrong slope stays wrong at every learning rate. What an early update spoils comes "
            "right when the rate is tiny.",
        ),
        Mistake(
            "M62",
            mistakes.hidden_layer_alone,
            "A fault at the output spoils all four arrays, one in the hidden layer only W1 and "
            "b1. Read W2 as well.",
        ),
        Mistake("M23", mistakes.sizes_alone, "A ratio of -1 is a full step, and uphill."),
    ),
    hints=(
        "For each of the six faults: which arrays does it spoil, and does the rate matter?",
        "What is wrong at the output spoils all four; W2 and b2 at 1 put it in the hidden layer.",
        "W2 of -1, 4, or small names the first three; else W1 of 0 is order; else slow tells.",
    ),
    also_right=(mistakes.fault_by_all_numbers,),
    outputs=("fault",),
    summary="one of the six words",
    keeps_dtype=False,
)


QUESTIONS = (CHUNKS, OUTPUT, HIDDEN, TRAIN, FAULT)

REVIEW = (
    ReviewQuestion(
        id="08.r1",
        prompt="A weight leads from a unit with activation 0.5 to one with delta -0.2. "
        "What is its gradient, for this example?",
        options=("-0.1", "0.3", "-0.4", "0.7"),
        answer=0,
        why="Input activation times downstream delta: 0.5 times -0.2.",
    ),
    ReviewQuestion(
        id="08.r2",
        prompt="Which part of the gradient of sigmoid and cross-entropy has cancelled in p - y?",
        options=("the 1/n of the mean", "the slope p (1 - p) of the sigmoid", "the bias"),
        answer=1,
        why="The logarithm brings 1/p or 1/(1 - p), the sigmoid p (1 - p): one factor of it is "
        "left, the error.",
    ),
    ReviewQuestion(
        id="08.r3",
        prompt="You test a backward pass with all biases at 0, and it agrees. What may still be "
        "wrong?",
        options=(
            "nothing: agreement is proof",
            "a place where a bias was forgotten",
            "the sign of the gradient",
        ),
        answer=1,
        why="A forgotten bias of 0 changes no number. Test at random biases.",
    ),
    ReviewQuestion(
        id="08.r4",
        prompt="Forty runs on XOR with a right gradient and two tanh units. About how many got "
        "stuck?",
        options=("none", "about two", "nearly half", "all"),
        answer=2,
        why="18 of 40 stayed at a loss of 0.35 or more; with a third unit 5, with eight none.",
    ),
    ReviewQuestion(
        id="08.r5",
        prompt="Why do all updates wait until the sweep is over?",
        options=(
            "to save memory",
            "the way back needs the weights that the way forward used",
            "a smaller learning rate would not be possible otherwise",
        ),
        answer=1,
        why="A weight that has moved sends back a gradient of a network that never made a "
        "prediction.",
    ),
)
