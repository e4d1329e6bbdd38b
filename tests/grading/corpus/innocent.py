"""Honest notebooks with habits: all of them earn all of their points."""

from tests.grading.corpus.case import EARNED, KNOWN, REMARKED, Case, case, of_kind
from tests.grading.corpus.notebook import RIGHT, answer

SIGMOID, NORMS, LINEAR, RELU, SOFTMAX, MLP, TRAIN = (
    "sigmoid_backward", "example_norms", "linear_backward", "relu_backward",
    "softmax_ce_backward", "mlp_backward", "train_step",
)  # fmt: skip
VALUE = "return grad_out * cache * (1 - cache)"


def sigmoid(name: str, words: str, body: str, before: str = "") -> Case:
    return case(name, words, {SIGMOID: answer(SIGMOID, body, before)})


CASES = of_kind(
    "innocent",
    case("nothing odd", "All answers are right."),
    sigmoid("prints", "Left from looking for a fault.", f"print(grad_out.shape, cache)\n{VALUE}"),
    sigmoid(
        "warnings",
        "A division by zero that does not matter.",
        f"np.float64(1) / np.zeros(2)\nimport warnings\nwarnings.warn('odd')\n{VALUE}",
    ),
    sigmoid(
        "warnings as errors",
        "A cell turns warnings into errors, and its own code has none.",
        VALUE,
        "import warnings\nwarnings.simplefilter('error')\nnp.seterr(all='raise')",
    ),
    case(
        "magics",
        "Magics, shell commands and help beside and in the answers.",
        {
            SIGMOID: "%matplotlib inline\n%load_ext autoreload\n%autoreload 2\n!pip list\n"
            "files = !ls\nnp.exp?\n" + answer(SIGMOID, VALUE),
            NORMS: "%%time\n" + RIGHT[NORMS],
        },
        end=[
            "%%bash\nls",
            "%%writefile x.txt\nhello",
            "%timeit relu_backward(1, 2)",
            "%%html\n<b>",
        ],
    ),
    case(
        "an input changed in place",
        "The values are right; only where the question lists it does it cost the points.",
        {
            LINEAR: answer(
                LINEAR,
                "x, W = cache\nout = grad_out @ W.T, x.T @ grad_out, grad_out.sum(axis=0)\n"
                "grad_out *= 0\nreturn out",
            ),
            RELU: answer(RELU, "grad_out[cache <= 0] = 0\nreturn grad_out"),
            NORMS: answer(
                NORMS, "x **= 2\ngrad_out **= 2\nreturn x.sum(axis=1) * grad_out.sum(axis=1)"
            ),
        },
        {LINEAR: REMARKED, RELU: KNOWN, NORMS: REMARKED, MLP: REMARKED, TRAIN: EARNED},
    ),
    case(
        "helper functions",
        "Helpers of their own, in cells above, below, and in the answer.",
        {
            SIGMOID: answer(SIGMOID, "return grad_out * slope(cache)"),
            SOFTMAX: answer(SOFTMAX, "return (chances(Z) - one_hot(labels, Z.shape[1])) / len(Z)"),
        },
        top="def chances(Z):\n    e = np.exp(Z - Z.max(axis=1)[:, None])\n"
        "    return e / e.sum(axis=1)[:, None]",
        end=[
            "def slope(a):\n    return a * (1 - a)",
            "def one_hot(labels, k):\n    return np.eye(k)[labels]",
        ],
    ),
    case(
        "a renamed helper",
        "mlp_forward was given under that name; the student calls it `run`.",
        {
            "mlp_forward": RIGHT["mlp_forward"].replace("mlp_forward", "run"),
            TRAIN: RIGHT[TRAIN].replace("mlp_forward", "run"),
        },
    ),
    sigmoid("display", "display of values in an answer.", f"display(cache)\n{VALUE}"),
    case(
        "figures",
        "pyplot in the set-up of an answer, and a figure in each call.",
        {
            SIGMOID: answer(
                SIGMOID,
                f"plt.figure()\nplt.imshow(cache)\nplt.close()\n{VALUE}",
                "import matplotlib.pyplot as plt\nplt.rcParams['figure.figsize'] = (4, 3)",
            )
        },
        seconds=4.0,
    ),
    case(
        "input",
        "A question to the user above the answer; nobody is there, as when one presses Enter.",
        {SIGMOID: answer(SIGMOID, VALUE, "name = input('Your name: ')\nprint('Hello', name)")},
    ),
    case(
        "type hints",
        "Hints of every kind, some of names that are not there at run time.",
        {
            SIGMOID: "from numpy.typing import NDArray\n\n"
            "def sigmoid_backward(grad_out: NDArray[np.float64], cache: Unknown) -> Result:\n"
            "    result: NDArray = grad_out * cache * (1 - cache)\n    return result",
        },
        top="from __future__ import annotations",
        end=["from __future__ import annotations\nfrom typing import *\n\n" + RIGHT[NORMS]],
    ),
    sigmoid(
        "tqdm",
        "A progress bar in an answer.",
        "return np.array([g * a * (1 - a) for g, a in tqdm(list(zip(grad_out, cache)))])",
        "from tqdm.auto import tqdm",
    ),
    sigmoid(
        "random numbers",
        "Global and own generators, seeded and not.",
        f"noise = np.random.rand(3) + rng.normal(size=3)\n{VALUE}",
        "import random\nnp.random.seed(0)\nrandom.seed()\nrng = np.random.default_rng()",
    ),
    case(
        "classes",
        "Answers that are methods underneath.",
        {
            SIGMOID: answer(
                SIGMOID,
                "return Sigmoid(cache).backward(grad_out)",
                """
                from dataclasses import dataclass

                @dataclass
                class Sigmoid:
                    a: object

                    def backward(self, grad_out):
                        return grad_out * self.a * (1 - self.a)
                """,
            ),
            RELU: "class Relu:\n    @staticmethod\n    def backward(g, z):\n        return g * (z > 0)"
            "\n\nrelu_backward = Relu.backward",
        },
    ),
    case(
        "star imports",
        "from numpy import * and names from it.",
        {SIGMOID: answer(SIGMOID, "return multiply(grad_out, cache * (ones_like(cache) - cache))")},
        top="from numpy import *\nfrom math import *\nfrom numpy.linalg import *",
    ),
    case(
        "two definitions",
        "A wrong first try, and the right answer below it.",
        {SIGMOID: answer(SIGMOID, "return grad_out") + "\n\n\n" + RIGHT[SIGMOID]},
    ),
    case(
        "an answer in another cell",
        "The stub is left, the answer stands in a cell of its own.",
        {SIGMOID: answer(SIGMOID, "raise NotImplementedError()")},
        end=[RIGHT[SIGMOID]],
    ),
    sigmoid(
        "a decorator",
        "A timer of one's own around the answer.",
        VALUE,
        """
        import functools, time

        def timed(f):
            @functools.wraps(f)
            def inner(*args, **kwargs):
                start = time.time()
                try:
                    return f(*args, **kwargs)
                finally:
                    print(f.__name__, time.time() - start)
            return inner

        """,
    ),
    case(
        "decorated answers",
        "functools' own wrappers, and a timer.",
        {
            SIGMOID: "import functools\n\ndef timed(f):\n    @functools.wraps(f)\n"
            "    def inner(*a, **k):\n        return f(*a, **k)\n    return inner\n\n@timed\n"
            + RIGHT[SIGMOID],
            NORMS: RIGHT[NORMS].replace("def ex", "@(lambda f: f)\ndef ex"),
        },
    ),
    case(
        "lambdas and partials",
        "Answers that are no `def`.",
        {
            SIGMOID: "sigmoid_backward = lambda grad_out, cache: grad_out * cache * (1 - cache)",
            NORMS: "from functools import partial\n\ndef norms(power, x, grad_out):\n"
            "    return (x**power).sum(axis=1) * (grad_out**power).sum(axis=1)\n\n"
            "example_norms = partial(norms, 2)",
            LINEAR: RIGHT[LINEAR].replace("def linear_backward", "def lin")
            + "\n\n\nlinear_backward = lin",
        },
    ),
    sigmoid(
        "logging",
        "A log to the screen and to a file.",
        f"logging.info('called with %s', cache.shape)\n{VALUE}",
        "import logging\nlogging.basicConfig(level=logging.DEBUG, filename='log.txt')",
    ),
    sigmoid(
        "files",
        "Saves what it computes, in the working folder.",
        "np.save('a.npy', cache)\nopen('notes.txt', 'a').write('x')\ncache = np.load('a.npy')\n"
        + VALUE,
    ),
    case(
        "a keyword and a default",
        "Further parameters with defaults.",
        {
            SIGMOID: "def sigmoid_backward(grad_out, cache, *, scale=1.0, **rest):\n"
            "    return scale * grad_out * cache * (1 - cache)"
        },
    ),
    case(
        "other names for parameters",
        "Positions count, not names.",
        {SIGMOID: "def sigmoid_backward(g, a):\n    return g * a * (1 - a)"},
    ),
    case(
        "tests below an answer",
        "An assert that fails below an answer, and an error in a trial: the answer stands.",
        {SIGMOID: RIGHT[SIGMOID] + "\n\nassert sigmoid_backward(1.0, 0.5) == 0.5, 'hm'"},
        end=[
            "1 / 0",
            "linear_backward(1, 2, 3)",
            "raise KeyboardInterrupt",
            "relu_backward = relu_backward",
        ],
    ),
    case(
        "a view and other orders",
        "Views, transposed and non-contiguous arrays, and a tuple as a list.",
        {
            LINEAR: answer(
                LINEAR,
                "x, W = cache\nreturn [np.asfortranarray(grad_out @ W.T), "
                "(grad_out.T @ x).T, grad_out.T.sum(axis=1)]",
            ),
            SIGMOID: answer(SIGMOID, "return (grad_out.T * cache.T * (1 - cache.T)).T"),
        },
    ),
    sigmoid(
        "a generator and a walrus",
        "Modern Python.",
        "return np.stack([g * (s := a) * (1 - s) for g, a in zip(grad_out, cache, strict=True)])",
    ),
    sigmoid(
        "asyncio",
        "await at the top of a cell, as notebooks allow.",
        VALUE,
        "import asyncio\nawait asyncio.sleep(0)",
    ),
    case(
        "definitions in branches",
        "Under an if, in a try, below %%capture, and as a nested function that is taken out.",
        {
            SIGMOID: "if True:\n    def sigmoid_backward(grad_out, cache):\n"
            "        return grad_out * cache * (1 - cache)\nelse:\n    sigmoid_backward = None",
            NORMS: "%%capture\n" + RIGHT[NORMS],
            SOFTMAX: "def make():\n    def inner(Z, labels):\n        p = np.exp(Z - Z.max(1)[:, None])\n"
            "        p /= p.sum(1)[:, None]\n        p[range(len(labels)), labels] -= 1\n"
            "        return p / len(p)\n    return inner\n\n"
            "try:\n    softmax_ce_backward = make()\nexcept ImportError:\n    pass",
        },
    ),
    case(
        "names of built-in functions",
        "Variables that are called list, sum, max, type, id: common, and nobody's business.",
        {
            SIGMOID: answer(
                SIGMOID,
                VALUE,
                """
                list, dict, tuple, set, str, type, id, sum, max, min, map, all, any, vars, hash = range(15)
                isinstance = getattr = hasattr = callable = float = bool = object = None
                """,
            ),
            MLP: RIGHT[MLP].replace(
                "reversed(list(enumerate(caches)))", "[*enumerate(caches)][::-1]"
            ),
        },
    ),
    sigmoid(
        "a cache of one's own",
        "A global that answers write to.",
        f"global calls\ncalls += 1\nseen.append(cache)\n{VALUE}",
        "calls, seen = 0, []",
    ),
    sigmoid(
        "an exit in a comment",
        "# os._exit(0) is text.",
        f"# import os; os._exit(0)\n'exit()'\n{VALUE}",
    ),
    case(
        "a workbook used to the full",
        "Hints, experiments, and the workbook's own functions between the answers.",
        end=[
            "w.hint('linear_backward')\nw.progress()",
            "w.solution('relu_backward')",
            "from bpworkbook import nn, datasets\nX = datasets.digits()",
            "w.experiment('batch_sum')",
        ],
    ),
    case(
        "the package imported but not used",
        "`from bpworkbook import nn` beside an own answer.",
        {
            SIGMOID: answer(
                SIGMOID, VALUE, "from bpworkbook import nn, autodiff, figures\nimport bpworkbook.nn"
            )
        },
    ),
    case(
        "a seed that hits the numbers of the grader",
        "Own functions are called with own numbers in a cell that an answer needs.",
        {SIGMOID: answer(SIGMOID, "return grad_out * cache * (one - cache)")},
        end=["one = float(relu_backward(np.ones(1), np.ones(1))[0])"],
    ),
)
