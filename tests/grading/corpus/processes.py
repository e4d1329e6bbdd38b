"""Notebooks that start other processes, and try to outlive their own."""

from bpworkbook.grading.judging import Result
from tests.grading.corpus.case import Case, Due, case, due, of_kind
from tests.grading.corpus.notebook import answer

SIGMOID = "sigmoid_backward"
RIGHT = "return grad_out * cache * (1 - cache)"
# Refused, killed, or without effect: then the value is right, and nothing is left behind.
REFUSED = due(Result.ERROR, Result.KILLED, Result.TIMEOUT, Result.WRONG)
EITHER = due(*Result, points="either")


def sigmoid(name: str, words: str, body: str, outcome: Due = REFUSED) -> Case:
    return case(name, words, {SIGMOID: answer(SIGMOID, body)}, {SIGMOID: outcome})


CASES = of_kind(
    "process",
    sigmoid("fork bomb", "512 processes.", "import os\nfor _ in range(9):\n    os.fork()"),
    sigmoid(
        "fork bomb below Python",
        "The same from C, where Python's own refusals do not hold.",
        "import ctypes\nfor _ in range(9):\n    ctypes.CDLL(None).fork()\n"
        "import time\ntime.sleep(5)",
    ),
    sigmoid(
        "daemon",
        "A double fork with a session of its own. The answer is right where nothing was started.",
        f"""
        import ctypes, os
        libc = ctypes.CDLL(None)
        if libc.fork() == 0:
            libc.setsid()
            if libc.fork() == 0:
                libc.sleep(1000)
            libc._exit(0)
        {RIGHT}
        """,
        EITHER,
    ),
    sigmoid(
        "subprocess",
        "A program in the background.",
        f"import subprocess\nsubprocess.Popen(['sleep', '1000'])\n{RIGHT}",
    ),
    sigmoid(
        "a shell in the background",
        "os.system tells of a failure by its value only; the answer is right.",
        f"import os\ntry:\n    os.system('sleep 1000 &')\nexcept OSError:\n    pass\n{RIGHT}",
        EITHER,
    ),
    sigmoid(
        "multiprocessing",
        "A pool of workers, as in a notebook on speed.",
        "from multiprocessing import Pool\nwith Pool(4) as pool:\n    return pool.map(abs, [1, 2])",
    ),
    sigmoid(
        "threads without end",
        "A thousand threads that sleep.",
        """
        import threading, time
        threading.stack_size(65536)
        for _ in range(1000):
            threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        time.sleep(1)
        return grad_out
        """,
    ),
    sigmoid(
        "a few threads",
        "Threads that compute are an ordinary thing; the answer is right.",
        "from concurrent.futures import ThreadPoolExecutor\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    rows = list(pool.map(lambda g, a: g * a * (1 - a), grad_out, cache))\n"
        "return np.array(rows)",
        due(Result.PASSED, points="all"),
    ),
    sigmoid(
        "vfork and clone3",
        "The rarer calls that start a process.",
        f"""
        import ctypes
        libc = ctypes.CDLL(None)
        libc.syscall(435, ctypes.create_string_buffer(88), 88)
        {RIGHT}
        """,
        EITHER,
    ),
)
