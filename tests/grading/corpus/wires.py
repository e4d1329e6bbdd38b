"""Notebooks that speak on the line to the grader themselves."""

from bpworkbook.grading.judging import Result
from tests.grading.corpus.case import Case, Due, case, due, of_kind
from tests.grading.corpus.notebook import answer

SIGMOID, RELU, NORMS = "sigmoid_backward", "relu_backward", "example_norms"
NOTHING = due(Result.KILLED, Result.TIMEOUT, Result.WRONG, Result.ERROR, Result.KNOWN)

SPEAK = """
    import base64, json, os, struct, sys, time

    def frame(message, head=None):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return struct.pack('>I', len(body) if head is None else head) + body

    def say(data):
        while data:
            data = data[os.write(3, data):]

    def number():
        found = sys._getframe()
        while found:
            message = found.f_locals.get('message')
            if isinstance(message, dict) and 'id' in message:
                return message['id']
            found = found.f_back
        return 1

    def array(values):
        raw = np.asarray(values, dtype='<f8')
        return {'array': base64.b64encode(raw.tobytes()).decode(), 'dtype': 'float64',
                'shape': list(raw.shape)}

    def reply(value, to):
        parts = {'value': value, 'args': {'dict': {}}, 'nodes': {'dict': {}}, 'seconds': 0.0}
        return {'op': 'value', 'id': to, 'value': {'dict': parts}}
    """


def spoken(name: str, words: str, lines: str, outcome: Due = NOTHING, seconds: float = 0.6) -> Case:
    wrong = f"{lines}\nreturn 0 * grad_out"
    return case(
        name, words, {SIGMOID: answer(SIGMOID, wrong, SPEAK)}, {SIGMOID: outcome}, seconds=seconds
    )


def bomb(name: str, words: str, value: str) -> Case:
    """Return a case that answers with a value of its own making."""
    return spoken(name, words, f"say(frame(reply({value}, number())))\ntime.sleep(9)")


def reader(name: str, words: str, value: str) -> Case:
    """Return a case whose bridge gives what the grader has to make values of."""
    forged = (
        f"{answer(SIGMOID, 'return 0')}\n\n"
        "__bridge_ask__ = lambda *args: "
        f"{{'value': {value}, 'args': {{}}, 'nodes': {{}}, 'seconds': 0.0}}"
    )
    return case(name, words, marks={SIGMOID: NOTHING}, end=[forged], seconds=3.0)


CASES = of_kind(
    "wire",
    spoken("noise", "Bytes that are no message.", "say(b'x' * 99)\ntime.sleep(9)"),
    spoken(
        "an answer to nothing",
        "A request that nobody made.",
        "say(frame(reply(1.0, 99999)))\ntime.sleep(9)",
    ),
    spoken(
        "an early answer",
        "The next questions are answered before they are asked.",
        "for i in range(1, 9):\n    say(frame(reply(array(grad_out * 0), number() + i)))",
    ),
    spoken(
        "a second answer",
        "The same question is answered twice, and the real answer comes third.",
        "for _ in range(3):\n    say(frame(reply(array(grad_out * 0), number())))",
    ),
    spoken(
        "all numbers",
        "Answers to the first thousand numbers.",
        "say(b''.join(frame(reply(1.0, i)) for i in range(1000)))\ntime.sleep(9)",
    ),
    spoken(
        "a forged ready",
        "It says that it is a new child, with another process's number.",
        "say(frame({'op': 'ready', 'id': 0, 'pid': 1}))\ntime.sleep(9)",
    ),
    spoken(
        "a forged end",
        "It says that it has ended, as the server would.",
        'say(b\'{"op": "ended", "number": 1, "status": 0}\\n\')\ntime.sleep(9)',
    ),
    spoken(
        "marks",
        "It sends the mark that it wants.",
        "for op in ('mark', 'value', 'passed'):\n"
        "    say(frame({'op': op, 'id': number(), 'outcome': 'passed', 'points': 100,"
        " 'value': {'dict': {'outcome': 'passed', 'points': 1.0}}}))\ntime.sleep(9)",
    ),
    spoken(
        "a huge head",
        "A frame of 4 GB is announced.",
        "say(b'\\xff' * 4)\ntime.sleep(9)",
    ),
    spoken(
        "the largest frame",
        "8 MB of zeros in an answer.",
        "say(frame(reply({'array': 'A' * (2**23 - 900), 'dtype': 'float64', 'shape': [1]},"
        " number())))\ntime.sleep(9)",
        seconds=2.0,
    ),
    spoken(
        "frames without end",
        "One after the other, as fast as they go.",
        "while True:\n    say(frame({'op': 'callback', 'id': 0, 'handle': 0}))",
        seconds=1.0,
    ),
    spoken(
        "byte after byte",
        "A long frame, a byte at a time, never finished.",
        "say(struct.pack('>I', 10**6))\nwhile True:\n    say(b' ')\n    time.sleep(0.01)",
    ),
    spoken(
        "one answer for 64 MB",
        "Frames that are no answers, until it is too much.",
        "body = frame({'op': 'callback', 'id': 0, 'handle': 'x' * 10**6})\n"
        "for _ in range(80):\n    say(body)\ntime.sleep(9)",
        seconds=2.0,
    ),
    spoken("hanging up", "The line is closed.", "os.close(3)\ntime.sleep(9)"),
    spoken(
        "another line",
        "Another file takes the place of the line.",
        "os.dup2(os.open('x', os.O_RDWR | os.O_CREAT), 3)",
    ),
    spoken(
        "half hung up",
        "It can still write, but not read.",
        "import socket\nline = socket.socket(fileno=3)\nline.shutdown(socket.SHUT_RD)\nline.detach()",
    ),
    spoken(
        "reading the next question",
        "It takes the grader's messages off the line itself.",
        "import threading\n"
        "threading.Thread(target=lambda: [os.read(3, 9999) for _ in range(9)], daemon=True).start()",
    ),
    bomb("deep JSON", "A list in a list, 100,000 times.", "0"),
    spoken(
        "deep lists",
        "A list in a list, 100,000 times.",
        'say(frame(b\'{"op":"value","id":\' + str(number()).encode() + b\',"value":\''
        " + b'[' * 100_000 + b']' * 100_000 + b'}'))\ntime.sleep(9)",
    ),
    spoken(
        "numbers that JSON has not",
        "NaN, Infinity, 1e999 and a number of a million digits.",
        "for odd in (b'NaN', b'Infinity', b'1e999', b'9' * 10**6):\n"
        '    say(frame(b\'{"op":"value","id":\' + str(number()).encode() + b\',"value":\' + odd'
        " + b'}'))\ntime.sleep(9)",
    ),
    bomb("NaN for everything", "Every number is NaN.", "array(grad_out * np.nan)"),
    bomb(
        "a false shape",
        "An array with a shape of other sizes.",
        "{**array(grad_out), 'shape': [10**9, 10**9]}",
    ),
    bomb(
        "an axis of nothing",
        "An empty array with an axis of 2**62.",
        "{'array': '', 'dtype': 'float64', 'shape': [2**62, 0]}",
    ),
    bomb("objects", "A dtype that would hold objects.", "{**array(grad_out), 'dtype': 'object'}"),
    bomb("a pickle", "A dtype and a key that are none.", "{'pickle': 'gASVAAAA', 'dtype': 'O'}"),
    reader(
        "a set of numbers that collide",
        "25,000 whole numbers with the same hash: making a set of them would take minutes.",
        "{'!': 'set', 'items': [i * (2**61 - 1) for i in range(25_000)]}",
    ),
    reader(
        "a dict of keys that collide",
        "The same with the keys of a dict.",
        "{'!': 'dict', 'items': [[i * (2**61 - 1), 0] for i in range(20_000)]}",
    ),
    reader(
        "odd values of each kind",
        "Kinds of values that the bridge knows, filled with what they cannot hold.",
        "[{'!': 'array', 'dtype': 'str', 'shape': (2**40, 0, 2**40)},"
        " {'!': 'generator', 'state': (2**127, 1, 1, 1)}, {'!': 'stranger', 'type': 'x' * 9999},"
        " {'!': 'made', 'type': 'Value', 'fields': {'data': 1, 'parents': 5}}]",
    ),
    reader(
        "a node that is none", "A place in a record that was not sent.", "{'!': 'node', 'place': 7}"
    ),
    reader("whole numbers of 13,000 bits", "In the place of arrays.", "[2**12_999] * 50"),
    reader("20,000 values", "A nest of lists of numbers.", "[[[0.5] * 20] * 20] * 45"),
    case(
        "control characters in an error",
        "NUL, half a surrogate, escapes of a terminal and HTML in the text of an error.",
        {
            SIGMOID: answer(
                SIGMOID,
                "raise type('\\x1b[2J<b>', (ValueError,), {})('\\0\\ud800\\x1b[31m<script>\\u202e' * 99)",
            )
        },
        {SIGMOID: due(Result.ERROR)},
    ),
    case(
        "standard output as a line",
        "Frames are printed, not sent: text, and nothing lost.",
        {
            SIGMOID: answer(
                SIGMOID,
                "import sys\nprint(json.dumps({'op': 'value', 'id': 5, 'value': 1}))\n"
                "sys.stdout.write('\\x00\\x00\\x00\\x02{}')\nreturn grad_out * cache * (1 - cache)",
                "import json",
            )
        },
    ),
    case(
        "no standard output",
        "Its streams are closed and replaced: the answers are still right.",
        {
            SIGMOID: answer(
                SIGMOID,
                "return grad_out * cache * (1 - cache)",
                "import os, sys\nsys.stdout.close()\nsys.stderr = None\nos.close(1)\nos.close(0)",
            )
        },
    ),
)
