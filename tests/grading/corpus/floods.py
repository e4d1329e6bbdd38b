"""Notebooks that write without end: to files, to the screen, to figures."""

from bpworkbook.grading.judging import Result
from tests.grading.corpus.case import EARNED, Case, Due, case, due, of_kind
from tests.grading.corpus.notebook import answer

SIGMOID = "sigmoid_backward"
RIGHT = "return grad_out * cache * (1 - cache)"
FULL = due(Result.ERROR, Result.KILLED, Result.TIMEOUT)
FLOODED = due(Result.KILLED, Result.TIMEOUT)


def sigmoid(name: str, words: str, body: str, outcome: Due = FULL) -> Case:
    return case(name, words, {SIGMOID: answer(SIGMOID, body)}, {SIGMOID: outcome}, seconds=2.0)


CASES = of_kind(
    "flood",
    sigmoid(
        "one file",
        "300 MB.",
        "with open('big', 'wb') as file:\n    for _ in range(300):\n        file.write(b'x' * 10**6)",
    ),
    sigmoid(
        "many files",
        "20,000 files.",
        "for i in range(20_000):\n    open(f'f{i}', 'w').close()",
    ),
    sigmoid(
        "deep folders",
        "Folders in folders, deeper than a path can be long.",
        "import os\nfor i in range(20_000):\n    os.mkdir('d')\n    os.chdir('d')",
    ),
    sigmoid(
        "a hole",
        "A file with a length of a terabyte and nothing in it.",
        f"with open('big', 'wb') as file:\n    file.truncate(10**12)\n{RIGHT}",
        FULL,
    ),
    sigmoid("stdout", "Prints 300 MB.", "for _ in range(3000):\n    print('x' * 10**5)", FLOODED),
    sigmoid(
        "stderr",
        "The same by the descriptor, below Python: 300 MB.",
        "import os\nfor _ in range(5000):\n    os.write(2, b'x' * 65536)",
        FLOODED,
    ),
    sigmoid(
        "a short print",
        "A forgotten print in each call costs nothing.",
        f"print(grad_out, cache)\n{RIGHT}",
        EARNED,
    ),
    sigmoid(
        "a long print",
        "300 kB of text in each call: cut, and nothing lost.",
        f"print('x' * 300_000)\n{RIGHT}",
        EARNED,
    ),
    sigmoid(
        "display",
        "display of 300 MB.",
        "for _ in range(3000):\n    display('x' * 10**5)",
        FLOODED,
    ),
    case(
        "a million figures",
        "Figures that are never closed, in a cell that nothing needs: it is not run.",
        end=["import matplotlib.pyplot as plt\nfor _ in range(10**6):\n    plt.figure()"],
    ),
    sigmoid(
        "warnings",
        "A warning in each of many lines.",
        f"import warnings\nfor i in range(2000):\n    warnings.warn(f'careful {{i}}')\n{RIGHT}",
        EARNED,
    ),
    sigmoid(
        "errors with long texts",
        "An error message of 100 MB is cut.",
        "raise ValueError('x' * 10**8)",
        due(Result.ERROR, Result.KILLED),
    ),
)
