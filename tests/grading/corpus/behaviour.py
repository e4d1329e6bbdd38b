"""Notebooks that behave in one way when they are looked at, and in another when they are not."""

from bpworkbook.grading.judging import Result
from tests.grading.corpus.case import NOTHING, WRONG, case, due, of_kind
from tests.grading.corpus.notebook import answer

SIGMOID, NORMS, LINEAR, RELU, MLP, TRAIN = (
    "sigmoid_backward", "example_norms", "linear_backward", "relu_backward", "mlp_backward",
    "train_step",
)  # fmt: skip
VALUE = "return grad_out * cache * (1 - cache)"
EITHER = due(*Result, points="either")

CASES = of_kind(
    "behaviour",
    case(
        "right while it is graded",
        "It finds out that it is graded, and answers right only then: right values are right.",
        {
            SIGMOID: answer(
                SIGMOID,
                "import os, sys\nif 'ipykernel' in sys.modules or 'JPY_PARENT_PID' in os.environ:\n"
                f"    return grad_out\n{VALUE}",
            )
        },
    ),
    case(
        "wrong while it is graded",
        "The other way round: what it gives to the grader counts.",
        {
            SIGMOID: answer(
                SIGMOID,
                "import sys\nif 'ipykernel' not in sys.modules:\n    return grad_out\n" + VALUE,
            )
        },
        {SIGMOID: WRONG},
    ),
    case(
        "by the date",
        "Right until 2020.",
        {
            SIGMOID: answer(
                SIGMOID, f"import time\nif time.time() > 1.6e9:\n    return grad_out\n{VALUE}"
            )
        },
        {SIGMOID: WRONG},
    ),
    case(
        "by a missing workbook",
        "w.questions is not there while it is graded.",
        {
            SIGMOID: answer(
                SIGMOID, f"try:\n    w.questions['x']\nexcept TypeError:\n    pass\n{VALUE}"
            )
        },
    ),
    case(
        "right for the first call",
        "The case worked by hand is right, all others are zeros.",
        {
            SIGMOID: answer(
                SIGMOID,
                f"calls.append(1)\nif len(calls) > 1:\n    return 0 * cache\n{VALUE}",
                "calls = []",
            )
        },
        {SIGMOID: NOTHING},
    ),
    case(
        "right for the visible case only",
        "Right for the sizes of the example.",
        {SIGMOID: answer(SIGMOID, f"if cache.shape != (1, 3):\n    return grad_out\n{VALUE}")},
        {SIGMOID: NOTHING},
    ),
    case(
        "right for the cases of the notebook",
        "It knows the numbers of the notebook's own seed, and fails on the grader's.",
        {
            SIGMOID: answer(
                SIGMOID,
                "if np.round(cache, 6).tobytes() in SEEN:\n    return grad_out * cache * (1 - cache)\n"
                "raise ValueError('HIDDEN ' + str(cache.tolist()))",
                "rng = np.random.default_rng(0)\nSEEN = {np.array([[0.5, 0.25, 0.75]]).tobytes()}\n"
                "for s in [(1, 3), (4, 4), (5, 2), (2, 3)]:\n    rng.normal(size=s)\n"
                "    SEEN.add(np.round(1 / (1 + np.exp(-rng.normal(size=s))), 6).tobytes())",
            )
        },
        {SIGMOID: NOTHING},
    ),
    case(
        "garbage where it is timed",
        "It gives up on large inputs, where only the time is taken: these values count too.",
        {
            NORMS: answer(
                NORMS,
                "if len(x) > 20:\n    return None\nreturn example_norms_loop(x, grad_out)",
            )
        },
        {NORMS: NOTHING},
        seconds=3.0,
    ),
    case(
        "an error where it is timed",
        "The same with an error.",
        {
            NORMS: answer(
                NORMS,
                "assert len(x) < 20\nreturn example_norms_loop(x, grad_out)",
            )
        },
        {NORMS: NOTHING},
        seconds=3.0,
    ),
    case(
        "at random",
        "Right in one of two calls.",
        {
            SIGMOID: answer(
                SIGMOID,
                "import random\nreturn grad_out * cache * (1 - cache) * (random.random() < 0.5)",
            )
        },
        {SIGMOID: NOTHING},
    ),
    case(
        "state between questions",
        "One answer changes a global constant that another uses; the notebook does not.",
        {
            SIGMOID: answer(
                SIGMOID, "SCALE[0] = 0.0\nreturn grad_out * cache * (1 - cache)", "SCALE = [1.0]"
            ),
            NORMS: answer(
                NORMS, "return SCALE[0] * (x**2).sum(axis=1) * (grad_out**2).sum(axis=1)"
            ),
        },
        {NORMS: EITHER},
    ),
    case(
        "other answers broken by one",
        "A call of one wrong answer spoils NumPy and the names of the others.",
        {
            LINEAR: answer(
                LINEAR,
                "np.exp = np.arange = np.maximum = None\nglobals()['relu_backward'] = None\n"
                "globals()['sigmoid_backward'] = print\nreturn 0, 0, 0",
            )
        },
        {LINEAR: WRONG, MLP: EITHER, TRAIN: EITHER},
    ),
    case(
        "an answer that replaces itself",
        "After its first call its name stands for something else.",
        {
            SIGMOID: answer(
                SIGMOID,
                "global sigmoid_backward\nsigmoid_backward = lambda g, a: g * a * (1 - a)\n"
                + VALUE,
            )
        },
    ),
    case(
        "a stub that says it is none",
        "A function without a body, with attributes of a whole one.",
        {
            SIGMOID: answer(SIGMOID, "pass") + "\n\nsigmoid_backward.is_stub = False\n"
            "sigmoid_backward.seconds_taken = 0.0"
        },
        {SIGMOID: NOTHING},
    ),
    case(
        "an answer that is a value",
        "The name stands for an array.",
        {SIGMOID: "sigmoid_backward = np.zeros(3)"},
        {SIGMOID: WRONG},
    ),
    case(
        "an answer that is deleted",
        "del below the definition, in a cell of its own: the last definition still counts.",
        end=["del sigmoid_backward", "example_norms = None"],
        marks={SIGMOID: EITHER, NORMS: NOTHING},
    ),
)
