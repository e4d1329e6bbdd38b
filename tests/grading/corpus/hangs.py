"""Notebooks that never end, wherever the code of a student can be made to run."""

from bpworkbook.grading.judging import Result
from tests.grading.corpus.case import (
    ENDED,
    REMARKED,
    TIMEOUT,
    Case,
    case,
    due,
    of_kind,
)  # fmt: skip
from tests.grading.corpus.notebook import RIGHT, answer

SIGMOID, NORMS, LINEAR = "sigmoid_backward", "example_norms", "linear_backward"
RIGHT_VALUE = "grad_out * cache * (1 - cache)"
DEAF = """
    import signal
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
    """


def sigmoid(name: str, words: str, body: str, before: str = "") -> Case:
    return case(name, words, {SIGMOID: answer(SIGMOID, body, before)}, {SIGMOID: TIMEOUT})


CASES = of_kind(
    "hang",
    sigmoid("in Python", "The loop costs its own question.", "while True:\n    pass"),
    sigmoid(
        "in C",
        "No Python code runs that could be interrupted.",
        "import itertools\nreturn any(itertools.repeat(0))",
    ),
    sigmoid(
        "in C holding the lock",
        "No other thread of Python runs meanwhile.",
        "return len(str(7 ** 10**8))",
    ),
    sigmoid(
        "in a regular expression",
        "Exponential time in the engine of `re`.",
        "import re\nreturn re.match('(a+)+b', 'a' * 60)",
    ),
    sigmoid("asleep", "It takes no time of the processor.", "import time\ntime.sleep(10**6)"),
    sigmoid("deaf", "It ignores signals and swallows errors: it can only be ended.", DEAF),
    sigmoid(
        "waiting for a lock",
        "A thread holds a lock that the answer waits for.",
        "LOCK.acquire()\nreturn 0",
        "import threading\nLOCK = threading.Lock()\nLOCK.acquire()",
    ),
    sigmoid(
        "in a comparison",
        "What it returns never ends when it is compared; it is compared nowhere, and no array.",
        """
        class Odd:
            def __eq__(self, other):
                while True:
                    pass
            __hash__ = None
        while True:
            if Odd() == 1:
                return Odd()
        """,
    ),
    case(
        "in the cell of an answer",
        "The cell never ends, so its function cannot be asked; the others can.",
        {NORMS: RIGHT[NORMS] + "\n\nwhile True:\n    pass"},
        {NORMS: TIMEOUT},
    ),
    case(
        "in a cell that nothing needs",
        "A trial that never ends is not run at all: nothing is lost.",
        end=["losses = []\nwhile True:\n    losses.append(0)"],
    ),
    case(
        "in an import",
        "The set-up of the notebook never ends: what needs it cannot be run, and says so.",
        {NORMS: answer(NORMS, "return helper.norms(x, grad_out)")},
        {NORMS: TIMEOUT},
        end=[
            """
            import sys, pathlib
            pathlib.Path('helper.py').write_text('while True: pass')
            sys.path.insert(0, '.')
            import helper
            """
        ],
    ),
    case(
        "in the returned object's methods",
        "A value whose every method hangs is no array; the hang may be noticed or the type.",
        {
            SIGMOID: answer(
                SIGMOID,
                "return Endless()",
                """
                def forever(self, *args, **kwargs):
                    while True:
                        pass

                class Endless:
                    __array__ = __iter__ = __len__ = __float__ = __eq__ = __repr__ = forever
                    __getattr__ = __bool__ = __index__ = __reduce_ex__ = forever
                    shape = property(forever)
                """,
            )
        },
        {SIGMOID: due(Result.TIMEOUT, Result.WRONG)},
    ),
    case(
        "in a destructor",
        "The value is right and has come before the destructor hangs, or it never comes.",
        {
            SIGMOID: answer(
                SIGMOID,
                f"held = Held()\nreturn {RIGHT_VALUE}",
                """
                class Held:
                    def __del__(self):
                        while True:
                            pass
                """,
            )
        },
        {SIGMOID: TIMEOUT},
    ),
    case(
        "at exit",
        "What would hang when the process ends has no chance to: it is ended. The marks stand.",
        {
            SIGMOID: answer(
                SIGMOID,
                f"return {RIGHT_VALUE}",
                """
                import atexit, threading, time

                class Last:
                    def __del__(self):
                        while True:
                            pass

                last = Last()
                atexit.register(lambda: time.sleep(10**6))
                threading.Thread(target=time.sleep, args=(10**6,)).start()
                """,
            )
        },
    ),
    case(
        "in an answer that others use",
        "Follow-through: the later answers are asked with a right one in its place.",
        {LINEAR: answer(LINEAR, "while True:\n    pass")},
        {LINEAR: TIMEOUT, "mlp_backward": REMARKED, "train_step": REMARKED},
    ),
    case(
        "slow but not endless",
        "Each call takes as long as it may, all together too long: out of time, no right value.",
        {SIGMOID: answer(SIGMOID, f"import time\ntime.sleep(0.55)\nreturn {RIGHT_VALUE}")},
        {SIGMOID: due(*Result, points="either")},
    ),
    case(
        "in a traceback",
        "The text of its error never ends.",
        {
            SIGMOID: answer(
                SIGMOID,
                "raise Odd",
                """
                class Odd(Exception):
                    def __str__(self):
                        while True:
                            pass
                """,
            )
        },
        {SIGMOID: TIMEOUT},
    ),
    case(
        "in a metaclass",
        "The type of what it raises and returns cannot be asked for its name.",
        {
            SIGMOID: answer(
                SIGMOID,
                "return Odd()",
                """
                class Meta(type):
                    @property
                    def __name__(cls):
                        while True:
                            pass

                class Odd(metaclass=Meta):
                    pass
                """,
            )
        },
        {SIGMOID: due(Result.TIMEOUT, Result.WRONG)},
    ),
    case(
        "everywhere",
        "All answers hang; each is told so, and the run goes on.",
        {name: answer(name, "while True:\n    pass") for name in RIGHT if "forward" not in name},
        dict.fromkeys(RIGHT, ENDED),
        seconds=0.3,
    ),
)
