"""Rules for built notebooks: their length, what their outputs hold, what they must not show."""

import base64
import re
from collections.abc import Iterator, Sequence
from typing import Any

from nbformat import NotebookNode

from bpworkbook.authoring.findings import Finding
from bpworkbook.authoring.project import NotebookKind
from bpworkbook.authoring.stabilise import compared
from bpworkbook.lessons.source import BEGIN_SOLUTION, END_SOLUTION, LessonSource

COURSE_CELLS = (25, 35)
ALT_LETTERS = 40
PICTURE_KB = 60

# What differs from one machine or run to the next must not stand in compared text.
_UNSTABLE = {
    "the address of an object": re.compile(r"\bat 0x[0-9a-fA-F]{4,}"),
    "a path of this machine": re.compile(r"(?<![\w:/.])/(home|tmp|Users|root|work|var)/\w"),
    "a warning": re.compile(r"\b\w*Warning\b:"),
}
_PICTURES = ("image/png", "image/jpeg")


def notebook_findings(
    source: LessonSource, kind: NotebookKind, file: str, notebook: NotebookNode
) -> Iterator[Finding]:
    """Check one built notebook.

    Parameters
    ----------
    source : LessonSource
        The lesson that it was built from.
    kind : {"course", "exercises", "solutions"}
    file : str
        How findings call the notebook.
    notebook : NotebookNode
    """
    if kind == "course":
        yield from _length(file, notebook)
    if kind != "solutions":
        yield from _solutions_shown(source, kind, file, notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from _outputs(file, cell)


def _length(file: str, notebook: NotebookNode) -> Iterator[Finding]:
    low, high = COURSE_CELLS
    count = len(notebook.cells)
    if not low <= count <= high:
        what = f"the notebook has {count} cells, {low} to {high} wanted"
        yield Finding("cells", file, "", what, "join or split cells at the ideas")


def _outputs(file: str, cell: NotebookNode) -> Iterator[Finding]:
    where = f"cell {cell.id}"
    for output in cell.outputs:
        for what, mend in _picture_faults(output):
            yield Finding("picture", file, where, what, mend)
    # Feedback shows code, tables show text: only what is compared can differ on another machine.
    texts = {mime: [str(v) for v in values] for mime, values in compared(cell.outputs).items()}
    if "stderr" in texts:
        what = f"it prints to stderr: {texts['stderr'][0].strip()[:60]!r}"
        yield Finding("output", file, where, what, "remove the cause, do not hide it")
    for name, pattern in _UNSTABLE.items():
        if any(pattern.search(text) for values in texts.values() for text in values):
            mend = "print what is the same on every machine"
            yield Finding("output", file, where, f"its output shows {name}", mend)
    if "image/svg+xml" in texts:
        what = "its output is SVG, which is compared letter by letter"
        yield Finding("output", file, where, what, "show a PNG")


def _picture_faults(output: NotebookNode) -> Iterator[tuple[str, str]]:
    for mime in _PICTURES:
        data: Any = output.get("data", {}).get(mime)
        if data is None:
            continue
        alt = output.metadata.get(mime, {}).get("alt", "")
        if len(alt.strip()) < ALT_LETTERS:
            what = f"a picture's alt text is {alt!r}, {ALT_LETTERS} letters or more wanted"
            yield what, "show it with w.show(Picture(figure, alt))"
        size = len(base64.b64decode(data)) // 1024
        if size > PICTURE_KB:
            yield f"a picture has {size} kB, {PICTURE_KB} at most", "draw it smaller or simpler"


def _solutions_shown(
    source: LessonSource, kind: NotebookKind, file: str, notebook: NotebookNode
) -> Iterator[Finding]:
    """Look for what only ``solutions/`` may show."""
    secrets = list(_secret_lines(source, kind))
    for cell in notebook.cells:
        lines = [line.strip() for line in cell.source.splitlines()]
        shown = {BEGIN_SOLUTION, END_SOLUTION, *secrets} & set(lines)
        if shown:
            what = f"it shows a solution: {sorted(shown)[0]!r}"
            mend = "tag the cell answer or explanation and build again"
            yield Finding("solution-shown", file, f"cell {cell.id}", what, mend)


def _secret_lines(source: LessonSource, kind: NotebookKind) -> Sequence[str]:
    """Return the lines of answers and explanations that this notebook must not hold.

    The course may show a formula that an answer uses, so there only the explanations are secret.
    """
    found: list[str] = []
    open_lines: list[str] = []
    for cell in source.cells:
        lines = [line.strip() for line in cell.text.splitlines()]
        if cell.role == "answer":
            inside = False
            for line in lines:
                inside = line == BEGIN_SOLUTION or (inside and line != END_SOLUTION)
                if not inside:
                    open_lines.append(line)
                elif kind == "exercises" and line != BEGIN_SOLUTION:
                    found.append(line)
        elif cell.role == "explanation":
            found += lines
        else:
            open_lines += lines
    return [line for line in found if len(line) >= 12 and line not in open_lines]
