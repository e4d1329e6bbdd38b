"""Read a MyST notebook: a Markdown file with front matter, text cells and ``{code-cell}`` blocks.

Jupytext reads the same files to the same cells, and the suite holds that for every lesson. This
reader exists because a notebook cell that shows a solution must not wait: importing jupytext takes
seconds, and it does not say on which line of the file a cell stands.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal["markdown", "code"]

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)$")
_CODE_CELL = re.compile(r"\{code-cell\}\s*(\w*)\s*$")
_BREAK = re.compile(r"\+\+\+\s*(.*)$")


class LessonError(ValueError):
    """Raised for a lesson's file that cannot be used; the message names the file and the place."""


@dataclass(frozen=True)
class RawCell:
    """A cell as it stands in the file: what it is, its text, its metadata, its first line."""

    kind: Kind
    text: str
    metadata: Mapping[str, Any]
    line: int


def read_myst(text: str, path: Path) -> tuple[dict[str, Any], list[RawCell]]:
    r"""Split a file's text into its front matter and its cells.

    Parameters
    ----------
    text : str
    path : Path
        The file's name, for messages.

    Raises
    ------
    LessonError
        No front matter, YAML or JSON that cannot be read, or a code cell without an end.

    Examples
    --------
    >>> front, cells = read_myst("---\nminutes: 5\n---\nHello\n\n+++\n\nagain\n", Path("lesson.md"))
    >>> front, [cell.text for cell in cells]
    ({'minutes': 5}, ['Hello', 'again'])
    """
    lines = text.splitlines()
    front, start = _front_matter(lines, path)
    reader = _Reader(lines, path)
    reader.read(start)
    return front, reader.cells


def _front_matter(lines: list[str], path: Path) -> tuple[dict[str, Any], int]:
    """Return the front matter and the index of the line after it."""
    ends = [i for i, line in enumerate(lines) if line.rstrip() == "---"]
    if len(ends) < 2 or ends[0] != 0:
        raise LessonError(f"{path}: the front matter is missing: the first line must be ---")
    front = _yaml("\n".join(lines[1 : ends[1]]), f"{path}, front matter")
    return front, ends[1] + 1


class _Reader:
    """Walk over the lines once; text between cells gathers until something ends it."""

    def __init__(self, lines: list[str], path: Path) -> None:
        self.lines = lines
        self.path = path
        self.cells: list[RawCell] = []
        self.metadata: dict[str, Any] = {}  # of the text cell being gathered

    def read(self, start: int) -> None:
        at = text_from = start
        while at < len(self.lines):
            fence = _FENCE.match(self.lines[at])
            cell_break = _BREAK.match(self.lines[at])
            if fence:
                end = self._end_of_fence(at, fence.group(1))
                if _CODE_CELL.match(fence.group(2)):
                    self._end_text(text_from, at)
                    self._code(at, end)
                    text_from = end + 1
                at = end + 1
            elif cell_break:
                self._end_text(text_from, at)
                self.metadata = self._break_metadata(at, cell_break.group(1))
                at = text_from = at + 1
            else:
                at += 1
        self._end_text(text_from, len(self.lines))

    def _end_of_fence(self, start: int, marks: str) -> int:
        closing = re.compile(rf" {{0,3}}{marks[0]}{{{len(marks)},}}\s*$")
        for at in range(start + 1, len(self.lines)):
            if closing.match(self.lines[at]):
                return at
        raise LessonError(f"{self.path}, line {start + 1}: this fence is never closed")

    def _end_text(self, start: int, end: int) -> None:
        text = "\n".join(self.lines[start:end]).rstrip().lstrip("\n")
        if text:
            first = next(i for i in range(start, end) if self.lines[i])
            self.cells.append(RawCell("markdown", text, self.metadata, first + 1))
        self.metadata = {}

    def _break_metadata(self, at: int, text: str) -> dict[str, Any]:
        where = f"{self.path}, line {at + 1}"
        try:
            metadata = json.loads(text or "{}")
        except json.JSONDecodeError as error:
            raise LessonError(f'{where}: {text} is not JSON such as {{"tags": []}}') from error
        if not isinstance(metadata, dict):
            raise LessonError(f"{where}: {text} is not a JSON object")
        return metadata

    def _code(self, start: int, end: int) -> None:
        body = self.lines[start + 1 : end]
        options = 0
        while options < len(body) and body[options].lstrip().startswith(":"):
            options += 1
        block = "\n".join(line.lstrip()[1:] for line in body[:options])
        metadata = _yaml(block, f"{self.path}, line {start + 2}") if options else {}
        body = body[options:]
        if body and not body[0].strip():
            body = body[1:]
        self.cells.append(RawCell("code", "\n".join(body), metadata, start + 1))


def _yaml(text: str, where: str) -> dict[str, Any]:
    import yaml  # type: ignore[import-untyped]

    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise LessonError(f"{where}: {' '.join(str(error).split())}") from error
    if not isinstance(value, dict):
        raise LessonError(f"{where}: is {value!r}; fields were wanted")
    return value
