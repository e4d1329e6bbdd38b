"""Notebooks that want to see what is not theirs, and say it where their student would read it."""

from tests.grading.corpus.case import ERROR, NOTHING, Case, World, case, of_kind
from tests.grading.corpus.notebook import answer

SIGMOID, NORMS, LINEAR = "sigmoid_backward", "example_norms", "linear_backward"


def leak(name: str, words: str, lines: str, harmful: bool = False) -> Case:
    """Return a case whose answer raises what it could see; that goes into the student's report."""

    def answers(world: World) -> dict[str, str]:
        before = (
            f"PLACES = {[str(p) for p in (world.home, world.repository, world.store, world.other)]!r}\n"
            f"PACKAGE, PID, PORT = {str(world.package)!r}, {world.pid}, {world.port}\n"
            "import glob\nLEFT = glob.glob('*') + glob.glob('/dev/shm/*') + glob.glob('../*/*')\n"
            "def tell(found):\n    raise RuntimeError(f'seen: {str(found)[:900]}')"
        )
        return {SIGMOID: answer(SIGMOID, lines, before)}

    return case(name, words, answers, {SIGMOID: NOTHING}, harmful=harmful)


READ = """
    seen = []
    for place in PLACES:
        try:
            seen.append(open(place).read())
        except OSError:
            pass
    tell(seen)
    """

CASES = of_kind(
    "leak",
    leak("other students and the gradebook", "Files outside its scratch folder.", READ),
    leak(
        "a walk through folders",
        "It looks for files that hold secrets.",
        """
        import os
        seen = []
        for place in ['/', *map(os.path.dirname, PLACES)]:
            try:
                for name in os.listdir(place):
                    path = place + '/' + name
                    if os.path.isfile(path) and os.path.getsize(path) < 5000:
                        try:
                            text = open(path).read()
                        except (OSError, ValueError):
                            continue
                        if 'sesame' in text:
                            seen.append(text)
            except OSError:
                pass
        tell(seen)
        """,
    ),
    leak(
        "symbolic links",
        "A link in its own folder that points outside.",
        """
        import os
        seen = []
        for i, place in enumerate(PLACES):
            try:
                os.symlink(place, f'link{i}')
                seen.append(open(f'link{i}').read())
            except OSError:
                pass
        tell(seen)
        """,
    ),
    leak(
        "files below Python",
        "The same by C, around whatever Python refuses.",
        """
        import ctypes
        libc = ctypes.CDLL(None)
        seen, buffer = [], ctypes.create_string_buffer(500)
        for place in PLACES:
            number = libc.open(place.encode(), 0)
            if number >= 0:
                libc.read(number, buffer, 400)
                seen.append(buffer.value)
        tell(seen)
        """,
    ),
    leak(
        "the environment",
        "Variables of the grader, such as passwords of a database.",
        """
        import ctypes, os
        libc = ctypes.CDLL(None)
        libc.getenv.restype = ctypes.c_char_p
        tell([dict(os.environ), libc.getenv(b'GRADER_TOKEN')])
        """,
    ),
    leak(
        "the environment in proc",
        "The environment and command line of the grader.",
        """
        seen = []
        for pid in ('self', str(PID)):
            for name in ('environ', 'cmdline', 'maps'):
                try:
                    text = open(f'/proc/{pid}/{name}', 'rb').read()
                    if b'sesame' in text or name == 'cmdline' and pid == str(PID):
                        seen.append(text[text.find(b'sesame'):][:300])
                except OSError:
                    pass
        tell(seen)
        """,
    ),
    leak(
        "memory of the grader",
        "/proc/PID/mem, ptrace and process_vm_readv.",
        """
        import ctypes, os
        libc = ctypes.CDLL(None)
        seen = []
        for pid in (PID, os.getppid()):
            try:
                file = open(f'/proc/{pid}/mem', 'rb')
                seen.append(f'sesame of {pid}')
            except OSError:
                pass
            if libc.ptrace(16, pid, 0, 0) == 0:
                libc.ptrace(17, pid, 0, 0)
                seen.append(f'sesame traced {pid}')
        tell(seen)
        """,
        harmful=True,
    ),
    leak(
        "the network",
        "A connection to a port of this machine.",
        """
        import socket
        try:
            socket.create_connection(('127.0.0.1', PORT), 0.3).sendall(b'the cases')
            tell('sesame connected')
        except OSError as error:
            tell(error)
        """,
    ),
    leak(
        "the network below Python",
        "The same by C, over a socket of its own.",
        """
        import ctypes, struct
        libc = ctypes.CDLL(None)
        number = libc.socket(2, 1, 0)
        address = struct.pack('=HHI8x', 2, (PORT & 255) << 8 | PORT >> 8, 0x0100007f)
        if number >= 0 and libc.connect(number, address, 16) == 0:
            tell('sesame connected')
        tell(number)
        """,
    ),
    leak(
        "open descriptors",
        "Descriptors that the server may have left open.",
        """
        import os
        seen = []
        for number in range(4, 256):
            try:
                os.fstat(number)
                seen.append(f'sesame descriptor {number}')
            except OSError:
                pass
        tell(seen)
        """,
    ),
    leak(
        "what other children left",
        "Files and shared memory of the submissions before it.",
        """
        open('left-by-a-thief.txt', 'w').write('sesame')
        tell(['sesame'] if any('left-by-a-thief' in p for p in LEFT) else LEFT)
        """,
    ),
    case(
        "hidden cases through an error",
        "Its inputs are the grader's: what a student reads shows those of the notebook only.",
        {
            LINEAR: answer(LINEAR, "raise ValueError(f'seen {seen}')", "seen = []"),
            SIGMOID: answer(
                SIGMOID,
                "seen.append(cache.tolist())\nraise ValueError('HIDDEN ' + str(seen)[:700])",
                "seen = []",
            ),
        },
        {SIGMOID: ERROR, LINEAR: ERROR},
    ),
    case(
        "hidden cases through an error of memory",
        "The same in the text of a MemoryError.",
        {
            SIGMOID: answer(
                SIGMOID,
                "seen.append(cache.tolist())\nraise MemoryError('HIDDEN ' + str(seen)[:700])",
                "seen = []",
            )
        },
        {SIGMOID: NOTHING},
    ),
    case(
        "hidden cases through a cell",
        "One answer keeps its inputs; the cell of the next one raises them.",
        {
            SIGMOID: answer(
                SIGMOID,
                "seen.append(cache.tolist())\nreturn grad_out * cache * (1 - cache)",
                "seen = []",
            ),
            NORMS: "raise ValueError('HIDDEN ' + str(seen)[:700])\n" + answer(NORMS, "return 0"),
        },
        {NORMS: NOTHING},
    ),
    case(
        "hidden cases through a type",
        "The name stands for a value whose type is named after what an earlier answer was given.",
        {
            SIGMOID: answer(
                SIGMOID,
                "seen.append(cache.tolist())\nreturn grad_out * cache * (1 - cache)",
                "seen = []",
            ),
            NORMS: "seen\nexample_norms = type('H' + str(seen[-1:])[:50].replace('.', '_'), (), {})()",
        },
        {NORMS: NOTHING},
    ),
    case(
        "hidden cases through a name",
        "The type of its error is named after the inputs.",
        {
            SIGMOID: answer(
                SIGMOID,
                "seen.append('HIDDEN' + str(cache.ravel()[0]).translate(str.maketrans('.-', '_m')))\n"
                "raise type('_'.join(seen), (Exception,), {})",
                "seen = []",
            )
        },
        {SIGMOID: ERROR},
    ),
)
