"""Notebooks that take memory until there is none."""

from bpworkbook.grading.judging import Result
from tests.grading.corpus.case import KILLED, Case, Due, case, due, of_kind
from tests.grading.corpus.notebook import answer

SIGMOID = "sigmoid_backward"
MEMORY = due(Result.KILLED, Result.TIMEOUT)  # a slow machine may need longer to fill it


def sigmoid(name: str, words: str, body: str, outcome: Due = MEMORY) -> Case:
    return case(name, words, {SIGMOID: answer(SIGMOID, body)}, {SIGMOID: outcome}, seconds=1.5)


CASES = of_kind(
    "memory",
    sigmoid("one array", "More than there is, in one go.", "return np.ones(10**12)", KILLED),
    sigmoid(
        "many arrays",
        "Bit by bit, to 4 GB.",
        "held = [np.ones(10**7) for _ in range(50)]\nreturn held",
        KILLED,
    ),
    sigmoid(
        "a list that doubles",
        "Objects of Python, to 4 GB.",
        "held = [0]\nfor _ in range(29):\n    held += held\nreturn held",
    ),
    sigmoid("one text", "A text of 100 GB.", "return len('x' * 10**11)", KILLED),
    sigmoid(
        "mapped",
        "Memory that Python does not know of.",
        "import mmap\nheld = mmap.mmap(-1, 2**32)\nfor i in range(0, 2**32, 4096):\n    held[i] = 1",
        due(Result.KILLED, Result.TIMEOUT, Result.ERROR),
    ),
    sigmoid(
        "by malloc",
        "Memory from C, without a word to Python.",
        """
        import ctypes
        libc = ctypes.CDLL(None)
        libc.malloc.restype = ctypes.c_void_p
        held = []
        for _ in range(400):
            block = libc.malloc(ctypes.c_size_t(10**7))
            if not block:
                raise MemoryError("no more")
            ctypes.memset(block, 1, 10**7)
        return 0
        """,
    ),
    sigmoid(
        "swallowing the error",
        "It goes on after each MemoryError.",
        """
        held = []
        for _ in range(500):
            try:
                held.append(bytearray(10**7))
            except MemoryError:
                pass
        while True:
            pass
        """,
    ),
    sigmoid(
        "in the error's text",
        "It raises a MemoryError of its own: told as one.",
        "raise MemoryError('x' * 10**6)",
        KILLED,
    ),
    case(
        "in a cell",
        "The cell fails for want of memory before its function is there.",
        {SIGMOID: "huge = np.ones(10**12)\n" + answer(SIGMOID, "return 0")},
        {SIGMOID: due(Result.KILLED, Result.ERROR), "relu_backward": due(*Result, points="either")},
        seconds=3.0,
    ),
)
