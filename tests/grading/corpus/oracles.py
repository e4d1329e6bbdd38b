"""Notebooks that use the right answers that stand in for wrong ones, for what they are not for."""

from bpworkbook.grading.judging import Result
from tests.grading.corpus.case import (
    ABSENT,
    FAILED,
    NOTHING,
    REMARKED,
    TIMEOUT,
    WRONG,
    case,
    due,
    of_kind,
)  # fmt: skip
from tests.grading.corpus.notebook import RIGHT, answer

SIGMOID, NORMS, LINEAR, RELU, SOFTMAX, MLP, TRAIN = (
    "sigmoid_backward", "example_norms", "linear_backward", "relu_backward",
    "softmax_ce_backward", "mlp_backward", "train_step",
)  # fmt: skip
WRONG_LINEAR = answer(LINEAR, "x, W = cache\nreturn 0 * x, 0 * W, 0 * grad_out.sum(axis=0)")
WRONG_RELU = answer(RELU, "return grad_out")
STUB = "raise NotImplementedError()"

CASES = of_kind(
    "oracle",
    case(
        "follow-through",
        "Wrong first answers; what uses them is right and keeps its points.",
        {LINEAR: WRONG_LINEAR, RELU: WRONG_RELU},
        {LINEAR: WRONG, RELU: WRONG, MLP: REMARKED, TRAIN: REMARKED},
    ),
    case(
        "follow-through of stubs",
        "The same where the first answers were never written.",
        {LINEAR: answer(LINEAR, STUB), RELU: answer(RELU, STUB)},
        {LINEAR: ABSENT, RELU: ABSENT, MLP: REMARKED, TRAIN: REMARKED},
    ),
    case(
        "the stand-in for the function itself",
        "An answer under test is never replaced by a right one, whoever calls it.",
        {LINEAR: answer(LINEAR, "return linear_backward(grad_out, cache)")},
        {LINEAR: NOTHING, MLP: REMARKED, TRAIN: REMARKED},
    ),
    case(
        "a later answer for an earlier one",
        "An earlier answer calls a later one, which has no right one in its place then.",
        {
            LINEAR: answer(
                LINEAR,
                "x, W = cache\n(gW, gb), = mlp_backward(grad_out, [(x, W, None)])\n"
                "return grad_out, gW, gb",
            ),
            MLP: answer(MLP, "return [(x.T @ grad_out * 0, grad_out[0]) for x, W, z in caches]"),
        },
        {LINEAR: FAILED, MLP: FAILED, TRAIN: REMARKED},
    ),
    case(
        "outputs stored for later",
        "While right ones stand in, what they say is written down; it is of no use later.",
        {
            LINEAR: WRONG_LINEAR,
            MLP: answer(
                "mlp_backward",
                """
                for x, W, z in caches:
                    try:
                        right = linear_backward(np.ones((len(x), W.shape[1])), (x, W))
                        KNOWN.append(right)
                        open('known.txt', 'a').write(repr(right))
                    except Exception:
                        pass
                return KNOWN
                """,
                "KNOWN = []",
            ),
            TRAIN: answer(TRAIN, "import os\nreturn KNOWN or open('known.txt').read()"),
        },
        {LINEAR: WRONG, MLP: FAILED, TRAIN: FAILED},
    ),
    case(
        "a wrong answer that follows",
        "With right ones in the place of others it is still wrong.",
        {
            LINEAR: WRONG_LINEAR,
            MLP: answer(MLP, RIGHT[MLP].split(":\n", 1)[1].replace("insert(0, ", "append(")),
        },
        {LINEAR: WRONG, MLP: WRONG, TRAIN: REMARKED},
    ),
    case(
        "asked without end",
        "A hundred thousand questions to the one that stands in.",
        {
            RELU: WRONG_RELU,
            MLP: answer(
                MLP,
                "while True:\n    try:\n        relu_backward(np.ones((2, 2)), np.ones((2, 2)))\n"
                "    except Exception:\n        pass",
            ),
        },
        {
            RELU: WRONG,
            MLP: due(Result.TIMEOUT, Result.KILLED),
            TRAIN: due(*Result, points="either"),
        },
    ),
    case(
        "asked for what is too large",
        "Arguments with empty axes whose product would be gigabytes in the grader's own memory.",
        {
            LINEAR: WRONG_LINEAR,
            MLP: answer(
                MLP,
                """
                linear_backward(np.ones((20_000, 0)), (np.ones((20_000, 3)), np.ones((20_000, 0))))
                return []
                """,
            ),
        },
        {LINEAR: WRONG, MLP: FAILED, TRAIN: REMARKED},
        seconds=3.0,
    ),
    case(
        "asked with objects",
        "Arguments that are no arrays, and arguments that lie.",
        {
            LINEAR: WRONG_LINEAR,
            MLP: answer(
                MLP,
                """
                for odd in (None, 'x' * 10**5, [[[[[[1]]]]]], {1: 2}, 2**9999, object(), print,
                            np.ones(3, dtype=object), float('nan')):
                    for args in ((odd, (odd, odd)), (np.ones((2, 2)), odd)):
                        try:
                            linear_backward(*args)
                        except Exception:
                            pass
                return []
                """,
            ),
        },
        {LINEAR: WRONG, MLP: FAILED, TRAIN: REMARKED},
        seconds=2.0,
    ),
    case(
        "kept stand-in",
        "It keeps the function that stands in and calls it when that is over.",
        {
            RELU: WRONG_RELU,
            MLP: answer(MLP, "KEPT.append(relu_backward)\nreturn []", "KEPT = []"),
            SIGMOID: answer(SIGMOID, "return KEPT[0](grad_out, cache)"),
            TRAIN: answer(TRAIN, "return [KEPT[-1](np.ones((2, 2)), np.ones((2, 2)))]"),
        },
        {RELU: WRONG, MLP: FAILED, SIGMOID: NOTHING, TRAIN: NOTHING},
    ),
    case(
        "patched replacement",
        "It replaces what puts the right ones in, to have them for its own name.",
        {
            RELU: WRONG_RELU,
            SIGMOID: answer(SIGMOID, "return relu_backward(grad_out, cache)"),
            MLP: answer(MLP, "return sigmoid_backward(grad_out, caches)"),
        },
        {RELU: WRONG, SIGMOID: WRONG, MLP: FAILED, TRAIN: REMARKED},
        top="class Both(dict):\n    pass\nimport builtins\nbuiltins.relu_backward = None",
    ),
    case(
        "an endless answer that others use",
        "It hangs only when others call it: these follow with a right one.",
        {SOFTMAX: answer(SOFTMAX, "while True:\n    pass")},
        {SOFTMAX: TIMEOUT, TRAIN: REMARKED},
    ),
    case(
        "norms by the oracle",
        "Single gradients from a right linear_backward, then one number at a time: right, slow.",
        {
            LINEAR: WRONG_LINEAR,
            NORMS: answer(
                NORMS,
                """
                norms = []
                for i in range(len(x)):
                    row = grad_out[i:i + 1]
                    _, gW, _ = linear_backward(row, (x[i:i + 1], np.zeros((x.shape[1], row.shape[1]))))
                    norms.append(sum(gW[j, k] ** 2 for j, k in np.ndindex(gW.shape)))
                return np.array(norms)
                """,
            ),
        },
        {LINEAR: WRONG, NORMS: NOTHING, MLP: REMARKED, TRAIN: REMARKED},
        seconds=2.0,
    ),
)
