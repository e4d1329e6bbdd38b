"""Notebooks that end their process: the question at hand is lost, and no other."""

from bpworkbook.grading.judging import Result
from tests.grading.corpus.case import ERROR, KILLED, REMARKED, Case, Due, case, due, of_kind
from tests.grading.corpus.notebook import RIGHT, answer

SIGMOID, NORMS, LINEAR = "sigmoid_backward", "example_norms", "linear_backward"


def sigmoid(name: str, words: str, body: str, outcome: Due = KILLED) -> Case:
    return case(name, words, {SIGMOID: answer(SIGMOID, body)}, {SIGMOID: outcome})


CASES = of_kind(
    "crash",
    sigmoid("null pointer", "A segmentation fault.", "import ctypes\nctypes.string_at(0)"),
    sigmoid("os._exit", "It leaves without a word.", "import os\nos._exit(0)"),
    sigmoid("abort", "SIGABRT.", "import os\nos.abort()"),
    sigmoid(
        "kill itself",
        "A signal to itself, where that is allowed at all.",
        "import os\nos.kill(os.getpid(), 9)",
        due(Result.KILLED, Result.ERROR, Result.KNOWN),
    ),
    sigmoid(
        "recursion in C",
        "The stack runs over where Python does not count it.",
        """
        import sys
        sys.setrecursionlimit(10**9)
        deep = []
        for _ in range(10**6):
            deep = [deep]
        return repr(deep)
        """,
        due(Result.KILLED, Result.ERROR, Result.TIMEOUT),
    ),
    sigmoid(
        "recursion in Python",
        "An ordinary mistake of learners: an error, in their own line.",
        "return sigmoid_backward(grad_out, cache)",
        ERROR,
    ),
    sigmoid(
        "from a thread",
        "Another thread ends the process while the answer waits.",
        """
        import os, threading, time
        threading.Thread(target=os._exit, args=(3,)).start()
        time.sleep(60)
        """,
    ),
    sigmoid(
        "SystemExit",
        "sys.exit() in an answer is an error of it, no end of anything.",
        "import sys\nsys.exit(0)",
        ERROR,
    ),
    sigmoid(
        "broken interpreter",
        "It takes the interpreter apart; what comes of it is an error or an end.",
        """
        import builtins, sys
        for name in list(vars(builtins)):
            if name != "print":
                delattr(builtins, name)
        sys.modules.clear()
        return grad_out
        """,
        due(Result.KILLED, Result.ERROR, Result.WRONG, Result.TIMEOUT),
    ),
    sigmoid(
        "bad bytecode",
        "A code object that makes the interpreter read where nothing is.",
        """
        def f():
            pass
        f.__code__ = f.__code__.replace(co_code=bytes([100, 255] * 20), co_consts=())
        return f()
        """,
        due(Result.KILLED, Result.ERROR, Result.WRONG, Result.TIMEOUT),
    ),
    case(
        "in the cell of an answer",
        "The cell ends the process after the definition: its own question is lost.",
        {NORMS: RIGHT[NORMS] + "\n\nimport os\nos._exit(1)"},
        {NORMS: KILLED},
    ),
    case(
        "exit at the end of a cell",
        "exit(), quit() and sys.exit() below an answer end nothing: the function stands.",
        {
            NORMS: RIGHT[NORMS] + "\n\nimport sys\nsys.exit()",
            SIGMOID: RIGHT[SIGMOID] + "\n\nraise SystemExit",
        },
    ),
    case(
        "in an answer that others use",
        "Follow-through: the later answers are asked with a right one in its place.",
        {LINEAR: answer(LINEAR, "import os\nos._exit(0)")},
        {LINEAR: KILLED, "mlp_backward": REMARKED, "train_step": REMARKED},
    ),
)
