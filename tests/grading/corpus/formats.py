"""Files that are damaged, old, new, or filled with what no notebook holds."""

import json
import random
from collections.abc import Callable
from typing import Any

from tests.grading.corpus.case import (
    ABSENT,
    ERROR,
    UNREADABLE,
    WRONG,
    Case,
    case,
    of_kind,
)  # fmt: skip
from tests.grading.corpus.notebook import (
    POINTS,
    RIGHT,
    answer,
    cells_of,
    code,
    notebook,
    student,
)  # fmt: skip

SIGMOID, NORMS, LINEAR, SOFTMAX = (
    "sigmoid_backward", "example_norms", "linear_backward", "softmax_ce_backward",
)  # fmt: skip
UNREAD = dict.fromkeys(POINTS, UNREADABLE)


def file(name: str, words: str, raw: Callable[[], bytes], marks: Any = None) -> Case:
    return case(name, words, marks=marks or {}, raw=lambda world: raw())


def changed(change: Callable[[list[dict[str, Any]]], Any]) -> bytes:
    """Return the right notebook with its cells changed."""
    cells = cells_of({})
    return notebook(change(cells) or cells)


def old_format() -> bytes:
    cells = [
        {"cell_type": "code", "language": "python", "input": "".join(c["source"]).split("\n"),
         "outputs": [], "prompt_number": 1, "collapsed": False}
        if c["cell_type"] == "code" else {"cell_type": "markdown", "source": c["source"]}
        for c in cells_of({})
    ]  # fmt: skip
    for cell in cells:
        if "input" in cell:
            cell["input"] = [line + "\n" for line in cell["input"]]
    whole = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""},
             "worksheets": [{"cells": cells, "metadata": {}}]}  # fmt: skip
    return json.dumps(whole).encode()


def with_outputs(outputs: list[Any]) -> bytes:
    def change(cells: list[dict[str, Any]]) -> None:
        for cell in cells:
            if cell["cell_type"] == "code":
                cell["outputs"] = outputs

    return changed(change)


def shuffled(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    random.Random(5).shuffle(cells)
    return cells


def without_checks(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [c for c in cells if "check" not in c["metadata"].get("tags", ())]


def bare(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"cell_type": c["cell_type"], "source": c["source"]} for c in cells]


def merged(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [code("\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code"))]


def as_markdown(name: str) -> Callable[[list[dict[str, Any]]], None]:
    def change(cells: list[dict[str, Any]]) -> None:
        for cell in cells:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == name:
                cell["cell_type"] = "markdown"

    return change


def not_text(cells: list[dict[str, Any]]) -> None:
    cells[4:4] = [17, None, [], "text", {"cell_type": 3}, {"cell_type": "code", "source": 7},
                  {"cell_type": "code"}, {"cell_type": "heading", "source": "x", "level": 1}]  # type: ignore[list-item]  # fmt: skip


PNG = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "iVBOR" * 400_000}}
ODD_OUTPUTS = [
    {"output_type": "pyout", "prompt_number": 3, "text": ["1"]},
    {"output_type": "hologram", "data": 5},
    {"output_type": "stream", "text": {"a": 1}},
    None,
    {"output_type": "execute_result", "data": {"application/x-unknown+json": [[[[]]]]}},
]

CASES = of_kind(
    "format",
    file("byte-order mark", "Windows editors write one.", lambda: b"\xef\xbb\xbf" + student()),
    file(
        "UTF-16",
        "PowerShell's redirection writes this.",
        lambda: student().decode().encode("utf-16"),
    ),
    file("nbformat 3", "Ten years old.", old_format),
    file("nbformat 99", "From the future.", lambda: notebook(cells_of({}), nbformat=99)),
    file(
        "nbformat is a text",
        "A damaged number.",
        lambda: notebook(cells_of({}), nbformat="four", nbformat_minor=None),
    ),
    file("no metadata", "Nothing but cells.", lambda: notebook(bare(cells_of({})), metadata=None)),
    file(
        "metadata of other kinds",
        "Lists and numbers where objects belong.",
        lambda: notebook(
            [{**c, "metadata": 3} for c in cells_of({})],
            metadata=[1],
            nbformat_minor=-1,
        ),
    ),
    file(
        "unknown kernel",
        "A kernel that nobody has.",
        lambda: notebook(
            cells_of({}),
            metadata={"kernelspec": {"name": "my-conda-env", "display_name": "?", "language": "R"}},
        ),
    ),
    file("no ids", "Before nbformat 4.5.", lambda: changed(bare)),
    file(
        "the same id everywhere",
        "Copied by hand.",
        lambda: notebook([{**cell, "id": "same"} for cell in cells_of({})]),
    ),
    file("cells twice", "Each cell is there twice.", lambda: changed(lambda cells: cells + cells)),
    file(
        "an old wrong copy above",
        "The last definition counts, as in the notebook itself.",
        lambda: changed(
            lambda cells: [*cells[:2], code(answer(SIGMOID, "return grad_out")), *cells[2:]]
        ),
    ),
    case(
        "an old wrong copy below",
        "The last definition counts, as in the notebook itself.",
        end=[answer(SIGMOID, "return 0 * grad_out")],
        marks={SIGMOID: WRONG},
    ),
    file("shuffled", "Cells in any order.", lambda: changed(shuffled)),
    file("reversed", "The last cell first.", lambda: changed(lambda cells: cells[::-1])),
    file("without check cells", "They were deleted.", lambda: changed(without_checks)),
    file(
        "without the set-up cell",
        "The cell that was given, with `import numpy as np`, is gone: no answer is to blame.",
        lambda: changed(lambda cells: [cells[0], *cells[2:]]),
    ),
    file(
        "without text",
        "Only code.",
        lambda: changed(lambda cells: [c for c in cells if c["cell_type"] == "code"]),
    ),
    file("all in one cell", "Merged.", lambda: changed(merged)),
    file(
        "an answer in a text cell",
        "Turned into Markdown by a slip: there is no answer that runs.",
        lambda: changed(as_markdown(NORMS)),
        {NORMS: ABSENT},
    ),
    file(
        "answers deleted",
        "Two answers are gone. What used one is asked with a right one in its place.",
        lambda: changed(
            lambda cells: [
                c
                for c in cells
                if c["metadata"].get("nbgrader", {}).get("grade_id") not in (SOFTMAX, NORMS)
            ]
        ),
        {SOFTMAX: ABSENT, NORMS: ABSENT},
    ),
    file(
        "unknown outputs", "Outputs of kinds that do not exist.", lambda: with_outputs(ODD_OUTPUTS)
    ),
    file("huge outputs", "20 MB of pictures.", lambda: with_outputs([PNG])),
    file(
        "things that are no cells", "Numbers and lists among the cells.", lambda: changed(not_text)
    ),
    file(
        "trailing text",
        "Something follows the notebook.",
        lambda: student() + b"\n<<<<<<< HEAD\n",
    ),
    file(
        "line ends of Windows",
        "CR LF in each cell.",
        lambda: changed(
            lambda cells: [
                {**c, "source": "".join(c["source"]).replace("\n", "\r\n")} for c in cells
            ]
        ),
    ),
    file(
        "tabs",
        "Tabs for spaces.",
        lambda: changed(
            lambda cells: [
                {**c, "source": "".join(c["source"]).replace("    ", "\t")} for c in cells
            ]
        ),
    ),
    file(
        "Latin-1",
        "A comment in another encoding: its letters are lost, the code is not.",
        lambda: notebook(cells_of({SIGMOID: "# naiv\u00e9\n" + RIGHT[SIGMOID]})).replace(
            b"\\u00e9", b"\xe9"
        ),
    ),
    file(
        "NUL bytes in an answer",
        "No Python reads them: the cell is lost, and told.",
        lambda: student({NORMS: RIGHT[NORMS] + "\n# \0"}),
        {NORMS: ERROR},
    ),
    file("NUL bytes at the end", "A file system that filled up.", lambda: student() + b"\0" * 4096),
    file(
        "half a surrogate",
        "An emoji cut in two.",
        lambda: student({SIGMOID: "# \ud83d\n" + RIGHT[SIGMOID]}),
    ),
    file(
        "NaN in the metadata",
        "JSON that is none.",
        lambda: student().replace(
            b'"nbformat_minor"', b'"odd": [NaN, Infinity, 1e999], "nbformat_minor"'
        ),
    ),
    file(
        "a number of a million digits",
        "Python would refuse to read it.",
        lambda: student().replace(
            b'"nbformat_minor"', b'"odd": ' + b"9" * 10**6 + b', "nbformat_minor"'
        ),
    ),
    file(
        "a syntax error",
        "The answer cannot be read; the others can.",
        lambda: student({NORMS: "def example_norms(x, grad_out)\n    return 0"}),
        {NORMS: ERROR},
    ),
    file(
        "pasted prompts",
        "Copied from a terminal.",
        lambda: student(
            {
                SOFTMAX: "\n".join(
                    [
                        ">>> " + line if i == 0 else "... " + line
                        for i, line in enumerate(RIGHT[SOFTMAX].split("\n"))
                    ]
                )
            }
        ),
    ),
    file(
        "blank lines without end",
        "100,000 empty lines in a cell.",
        lambda: student(end=["\n" * 99_000 + "x = 1", "x = 1" + " \n" * 49_000 + "x = 2"]),
    ),
    file(
        "nested without end",
        "Expressions that overflow a parser's stack.",
        lambda: student(
            end=[
                "(" * 99_000,
                "-" * 99_000 + "1",
                "a" + ".b" * 45_000,
                "1" + "+1" * 45_000,
                "x = " + "[" * 90 + "]" * 90,
                "not " * 24_000 + "1",
                "a = " * 24_000 + "1",
            ]
        ),
    ),
    file(
        "4,000 cells",
        "Cells that do nothing.",
        lambda: changed(lambda cells: cells + [code(f"x{i} = {i}", f"n{i}") for i in range(4000)]),
    ),
    file("truncated", "Half a file: no notebook any more.", lambda: student()[:6000], UNREAD),
    file("empty", "Nothing.", lambda: b"", UNREAD),
    file(
        "an archive",
        "A zip file with the name of a notebook.",
        lambda: b"PK\3\4" + bytes(99),
        UNREAD,
    ),
    file("a web page", "Saved from the browser.", lambda: b"<!DOCTYPE html><html></html>", UNREAD),
    file("a list", "JSON, but no notebook.", lambda: b"[1, 2]", UNREAD),
    file(
        "no cells", "A notebook without any.", lambda: notebook([]), dict.fromkeys(POINTS, ABSENT)
    ),
    file("cells that are no list", "An object.", lambda: b'{"cells": {"0": 1}}', UNREAD),
    file("deep JSON", "A million brackets.", lambda: b'{"cells":' + b"[" * 10**6, UNREAD),
    file(
        "millions of values",
        "20 MB of empty lists, a gigabyte when read.",
        lambda: b'{"cells": [], "x": [' + b"[]," * 7_000_000 + b"[]]}",
        UNREAD,
    ),
    file(
        "100,000 cells",
        "More than anybody wrote.",
        lambda: b'{"cells": [' + b'{"cell_type":"code","source":""},' * 100_000 + b"{}]}",
        UNREAD,
    ),
    file(
        "another lesson",
        "Handed in for the wrong lesson: nothing attempted.",
        lambda: notebook([code("def f(x):\n    return x")]),
        dict.fromkeys(POINTS, ABSENT),
    ),
)
