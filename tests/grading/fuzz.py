"""The fuzz of what reads an adversary's bytes: the wire's decoder and the reader of notebooks.

Every input is made from a seed and its number alone, so a failure can be had again; the message of
a `FuzzError` names both. ``make test`` tries 5,000 inputs of each; the command tries more:

    python -m tests.grading.fuzz --inputs 100000 --seed 1
"""

import argparse
import json
import random
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from bpworkbook.grading import reader, wire

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 7, 2**31, 2**63 - 1, 2**63, -(2**63), 10**30, 0.5, -0.0, 1e308),
    *("", "nan", "inf", "float64", "object", "<f8", "code", "AAAA", "=", "é\u2028", "\ud800", "\0"),
    *([], {}, [[]], [0, 0], [-1], [2**62, 2**62, 0], [None], {"": 0}, {"tuple": []}, {"dict": {}}),
    *({"array": "", "dtype": "float64", "shape": [0, 10**9]}, {"handle": -1}, {"int": "0x1"}),
    *({"scalar": "AQ==", "dtype": "bool"}, {"scalar": "Ag==", "dtype": "bool"}, {"float": "nan"}),
    *([[[[[[[[[[1]]]]]]]]]], "9" * 5000, {"cells": []}, {"source": ["a = 1", 5]}),
)
PIECES = (
    *(b"\0", b"\xff", b"\xef\xbb\xbf", b"[" * 50, b'{"":' * 20, b'"', b"\\", b"\\ud800", b"NaN"),
    *(b"9" * 5000, b"1e999", b"-Infinity", b",", b"null", b"\xff\xfe", b"PK\3\4", b"<html>"),
)
CODE = (
    *("def f(x):", "    return x", "\tpass", "class f:", "f = lambda x: x", "%time f(1)", "%%bash"),
    *(
        "!ls",
        "f?",
        "??",
        "x = !ls",
        "'''",
        '"""',
        "(",
        ")",
        "]",
        "{",
        "\\",
        "#",
        "del f",
        "global f",
    ),
    *(
        ">>> f(1)",
        "In [3]: f",
        "from m import *",
        "import f",
        "w.check(f)",
        "f.a[0] += f",
        "f += 1",
    ),
    *("async def f(): await f", "nonlocal f", "print 'x'", "f'{f'", "0x", "1__0", "\f", "\0", "é"),
    *(
        "-" * 90 + "1",
        "[" * 300,
        "x = " * 90 + "1",
        "lambda: " * 90,
        "\ud800",
        "return",
        "yield",
    ),
    *("match f:", "    case f: f", "for f in f: f", "with f as f: f", "try: f", "except* f: f"),
    *("[f for f in f]", "if (f := f): f", "def f(f=f): global f", "@f", "type f = f", "'\\d'"),
)


class FuzzError(AssertionError):
    """An input that gave something else than it may."""


def message(rng: random.Random) -> wire.Message:
    """Return a message as the grader and the box exchange it."""
    numbers = np.random.default_rng(rng.randrange(2**32))
    kind = rng.choice(sorted(wire.DTYPES))
    shape = tuple(rng.randrange(4) for _ in range(rng.randrange(4)))
    array = (100 * numbers.standard_normal(shape)).astype("int8").astype(kind)
    values = [array, array.reshape(-1)[:1].sum(), np.float32(1.5), *ODD[:20], wire.Handle(3), 1j]
    parts = rng.sample(values, rng.randrange(4))
    args = tuple([parts, tuple(parts), {"a": parts}, "text"][: rng.randrange(5)])
    return {"op": "call", "id": rng.randrange(9), "args": args, "error": None}


def hurt(data: bytes, rng: random.Random) -> bytes:
    """Return bytes with a few things changed, left out, put in or doubled."""
    for _ in range(rng.choice((1, 1, 2, 5))):
        start = rng.randrange(len(data) + 1)
        end = min(len(data), start + rng.choice((0, 1, 1, 4, 40)))
        random_bytes = rng.randbytes(rng.choice((1, 2, 8)))
        new = rng.choice((b"", random_bytes, rng.choice(PIECES), data[start:end] * 2))
        data = data[:start] + new + data[end:]
    return data[: rng.randrange(len(data) + 1)] if rng.random() < 0.1 else data


def odd_json(value: Any, rng: random.Random, chance: float) -> Any:
    """Return JSON with odd values in some places, and some things left out or doubled."""
    if rng.random() < chance:
        return rng.choice(ODD)
    if isinstance(value, list):
        parts = [odd_json(part, rng, chance) for part in value]
        if parts and rng.random() < chance:
            parts.insert(rng.randrange(len(parts)), rng.choice(parts))
        return parts
    if isinstance(value, dict):
        kept = {key: part for key, part in value.items() if rng.random() > chance / 2}
        return {key: odd_json(part, rng, chance) for key, part in kept.items()}
    return value


def framed(body: bytes) -> bytes:
    """Return the frame of any bytes."""
    return wire.HEADER.pack(len(body)) + body


def stream(rng: random.Random) -> bytes:
    """Return what an adversary may send: nearly right frames, nearly right JSON, or anything."""
    frame = wire.encode(message(rng))
    match rng.randrange(5):
        case 0:
            return hurt(frame, rng)
        case 1:
            return framed(hurt(frame[4:], rng))
        case 2:
            return frame + framed(hurt(frame[4:], rng)) + frame
        case 3:
            return framed(rng.randbytes(rng.randrange(60)))
    fields = odd_json(json.loads(frame[4:]), rng, rng.choice((0.01, 0.05, 0.2)))
    return framed(json.dumps(fields).encode())


def try_stream(data: bytes, rng: random.Random) -> str:
    """Decode a stream whole and in pieces, and hold the decoder to what it promises."""
    whole, pieces = wire.Decoder(), wire.Decoder()
    messages, refused = drained(whole, [data])
    cuts = sorted(rng.randrange(len(data) + 1) for _ in range(3))
    parts = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    again, also_refused = drained(pieces, parts)
    sent = [wire.encode(found) for found in messages]
    if sent != [wire.encode(found) for found in again] or refused != also_refused:
        raise FuzzError("cut into pieces, the stream gives something else")
    if sent and [*map(repr, drained(wire.Decoder(), sent)[0])] != [*map(repr, messages)]:
        raise FuzzError("a message that was let through is another one when sent on")
    print(*messages, file=Nowhere())
    return "refused" if refused else "waiting" if whole.waiting else "accepted"


def drained(decoder: wire.Decoder, parts: list[bytes]) -> tuple[list[wire.Message], bool]:
    """Return the messages of a stream, and whether it was refused in the end."""
    messages: list[wire.Message] = []
    try:
        for part in [*parts, b""]:
            messages += decoder.feed(part)
    except wire.WireError as error:
        require_sentence(str(error))
        return messages, True
    return messages, False


class Nowhere:
    """A file that takes what UTF-8 can hold."""

    def write(self, text: str) -> None:
        text.encode()

    def flush(self) -> None:
        """There is nothing to flush."""


def notebook(rng: random.Random) -> bytes:
    """Return a notebook as a hostile, an unlucky or an odd student may hand it in."""
    cells: list[dict[str, Any]] = [
        {"cell_type": "code", "source": code(rng), "metadata": {}, "outputs": [], "id": f"{i}"}
        for i in range(rng.randrange(4))
    ]
    cells.append({"cell_type": "code", "source": ["def f(x):\n", "    return g(x)\n"]})
    rng.shuffle(cells)
    version = rng.choice((2, 3, 4, 4, 4, 99))
    kernel = {"kernelspec": {"language": "python", "name": "python3"}}
    found: dict[str, Any] = {"cells": cells, "nbformat": version, "metadata": kernel}
    if version < 4:
        old = [{"cell_type": "code", "input": cell["source"]} for cell in cells]
        found = {"worksheets": [{"cells": old}], "nbformat": version}
    if rng.random() < 0.4:
        found = odd_json(found, rng, rng.choice((0.02, 0.1)))
    data = json.dumps(found, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    return hurt(data, rng) if rng.random() < 0.4 else data


def code(rng: random.Random) -> str:
    """Return lines that may or may not be Python."""
    lines = [rng.choice(CODE) for _ in range(rng.randrange(1, 7))]
    text = "\n".join(lines)
    return text.replace("\n", "\r\n") if rng.random() < 0.1 else text


def try_notebook(data: bytes, rng: random.Random) -> str:
    """Read a notebook, choose its cells, and hold the reader to what it promises."""
    try:
        found = reader.read_notebook(data)
    except reader.ReadError as error:
        require_sentence(str(error))
        return "refused"
    for recipe in reader.answers(found, ("f", "g", "missing")).values():
        if not set(recipe.cells) <= set(found.cells):
            raise FuzzError("a recipe holds a cell that the notebook has not")
        if recipe.cells and not any(recipe.name in cell.names for cell in recipe.cells):
            raise FuzzError("no cell of a recipe defines what is wanted")
        for remark in recipe.remarks:
            require_sentence(remark)
    for trouble in found.troubles:
        require_sentence(trouble)
    for cell in found.cells:
        cell.source.encode()
    return "accepted"


def require_sentence(text: str) -> None:
    """Hold that a text can be shown to people: one line, not long, in UTF-8."""
    text.encode()
    if not text.isprintable() or not 5 <= len(text) <= 300:
        raise FuzzError(f"{text[:400]!r} is no sentence")


Make = Callable[[random.Random], bytes]
Try = Callable[[bytes, random.Random], str]
TARGETS: dict[str, tuple[Make, Try]] = {
    "wire": (stream, try_stream),
    "reader": (notebook, try_notebook),
}


def run(target: str, inputs: int, seed: int = 0, slowest: float = 2.0) -> Counter[str]:
    """Try many inputs and return how they ended.

    Raises
    ------
    FuzzError
        On the first input that ends as it may not, or takes longer than ``slowest`` seconds.
    """
    make, attempt = TARGETS[target]
    ends: Counter[str] = Counter()
    for number in range(inputs):
        rng = random.Random(f"{target} {seed} {number}")
        data = make(rng)
        start = time.process_time()  # other processes do not count
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                ends[attempt(data, rng)] += 1
            if (seconds := time.process_time() - start) > slowest:
                raise FuzzError(f"it took {seconds:.1f} s")
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            what = f"{target}, seed {seed}, input {number}: {type(error).__name__}: {error}"
            raise FuzzError(f"{what}\n{data[:2000]!r}") from error
    return ends


def main() -> int:
    """Run the fuzz that the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.grading.fuzz",
        description="Fuzz the wire's decoder and the notebook reader; end with 1 on a failure and "
        "name its seed and number. Run it in the repository's root; 100,000 inputs take minutes.",
    )
    parser.add_argument(
        "--inputs", type=int, default=100_000, help="of each (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=0, help="another seed, other inputs")
    parser.add_argument("--only", choices=sorted(TARGETS), help="one of the two")
    options = parser.parse_args()
    for target in [options.only] if options.only else TARGETS:
        start = time.perf_counter()
        try:
            ends = run(target, options.inputs, options.seed)
        except FuzzError as failure:
            print(f"FAILED: {failure}", file=sys.stderr)
            return 1
        told = ", ".join(f"{count:,} {end}" for end, count in sorted(ends.items()))
        print(f"{target}: {told}; {time.perf_counter() - start:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
