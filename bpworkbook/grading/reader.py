"""Read what a student handed in: any file gives a `Submission`, or a sentence why it gives none."""

import codecs
import hashlib
import itertools
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bpworkbook.grading.cells import Cell, cell_of
from bpworkbook.grading.recipes import Recipe, answers

__all__ = ["Cell", "ReadError", "Recipe", "Submission", "answers", "read_notebook"]

MOST_BYTES = 200 * 2**20
MOST_VALUES = 2_000_000  # of the whole file: a plot can hold some hundred thousand numbers
MOST_CELLS = 5_000
MOST_CODE = 500_000  # characters of all code cells together
MOST_TROUBLES = 50
# What makes another value in JSON. Texts are stepped over in one go; their end is optional, so that
# no input makes the search go back.
PART = re.compile(r'[,\[{]|"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


class ReadError(Exception):
    """A file that cannot be read as a notebook; the message is one sentence."""


@dataclass(frozen=True)
class Submission:
    """What a student handed in.

    Parameters
    ----------
    cells : tuple of Cell
        The code cells, in their order.
    troubles : tuple of str
        What is odd about the file, a sentence each.
    digest : str
        SHA-256 of the code cells: what a mark depends on. Running a notebook again, or writing
        beside the answers, leaves it as it is.
    """

    cells: tuple[Cell, ...]
    troubles: tuple[str, ...]
    digest: str


def read_notebook(notebook: str | os.PathLike[str] | bytes) -> Submission:
    """Read a notebook of any format that Jupyter ever had, damaged ones as far as they go.

    Parameters
    ----------
    notebook : path or bytes
        A file, or its content.

    Raises
    ------
    ReadError
        If there is no file, or none that holds a notebook.

    Examples
    --------
    >>> submission = read_notebook(b'{"cells": [{"cell_type": "code", "source": "a = 1"}]}')
    >>> submission.cells[0].source, submission.troubles
    ('a = 1', ())
    >>> read_notebook(b"PK")
    Traceback (most recent call last):
    ...
    bpworkbook.grading.reader.ReadError: this is an archive, not a notebook
    """
    data = notebook if isinstance(notebook, bytes) else _content(Path(notebook))
    troubles = _Troubles()
    found = _parsed(_text(data, troubles), troubles)
    cells = tuple(_code_cells(_all_cells(found, troubles), troubles))
    hashed = hashlib.sha256()
    for cell in cells:
        source = cell.source.encode()
        hashed.update(b"%d\n%b\n" % (len(source), source))
    return Submission(cells, tuple(troubles.told), hashed.hexdigest())


@dataclass
class _Troubles:
    """Sentences, each once, and not more than anybody reads."""

    told: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        if len(self.told) < MOST_TROUBLES and sentence not in self.told:
            self.told.append(sentence)


def _content(path: Path) -> bytes:
    try:
        if path.is_symlink():
            raise ReadError("this is a link, not a file: it could show another student's work")
        # Opening a pipe would otherwise wait for its other end.
        opened = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
        with open(opened, "rb") as file:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                raise ReadError("this is no ordinary file")
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "there can be no file of this name"
        raise ReadError(f"the file cannot be read: {why}") from error


def _text(data: bytes, troubles: _Troubles) -> str:
    if len(data) > MOST_BYTES:
        raise ReadError(f"the file is larger than {MOST_BYTES // 2**20} MB")
    if data.startswith(b"PK"):
        raise ReadError("this is an archive, not a notebook")
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if wide else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        troubles.add("The file holds bytes that are no text; question marks stand for them.")
    if not text.strip("\0 \t\r\n"):
        raise ReadError("the file is empty")
    return text


def _parsed(text: str, troubles: _Troubles) -> Mapping[str, Any]:
    _require_few_values(text)
    start = len(text) - len(text.lstrip(" \t\r\n"))
    try:
        try:
            found, end = json.JSONDecoder().raw_decode(text, start)
        except json.JSONDecodeError:
            raise
        except ValueError:  # Python refuses to read a number of thousands of digits
            found, end = json.JSONDecoder(parse_int=_number).raw_decode(text, start)
    except json.JSONDecodeError as error:
        if text[start : start + 1] == "<":
            raise ReadError("this is a web page, not a notebook") from error
        raise ReadError(f"the file is damaged in line {error.lineno}: {error.msg}") from error
    except (RecursionError, MemoryError) as error:
        raise ReadError("the file is nested too deeply") from error
    if text[end:].strip("\0 \t\r\n"):
        troubles.add("Something follows the notebook in its file; it was left out.")
    if not isinstance(found, dict):
        raise ReadError("the file holds no notebook")
    return found


def _require_few_values(text: str) -> None:
    """Refuse JSON that would take a hundred times its length in memory."""
    if sum(map(text.count, ",[{")) <= MOST_VALUES:
        return
    found = (part for part in PART.finditer(text) if part[0][0] != '"')
    if next(itertools.islice(found, MOST_VALUES, None), None):
        raise ReadError(f"the file holds more than {MOST_VALUES:,} values")


def _number(digits: str) -> int:
    return int(digits) if len(digits) <= 20 else 0


def _all_cells(notebook: Mapping[str, Any], troubles: _Troubles) -> list[Any]:
    version = notebook.get("nbformat")
    if version is not None and (type(version) is not int or version not in (1, 2, 3, 4)):
        troubles.add("The notebook's format is unknown; it was read like the present one.")
    cells = notebook.get("cells")
    sheets = notebook.get("worksheets")
    if not isinstance(cells, list) and isinstance(sheets, list):  # formats 2 and 3
        parts = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        cells = [cell for part in parts if isinstance(part, list) for cell in part]
    if not isinstance(cells, list):
        raise ReadError("the notebook has no list of cells")
    if len(cells) > MOST_CELLS:
        raise ReadError(f"the notebook has more than {MOST_CELLS:,} cells")
    kernel = _language(notebook.get("metadata"))
    if kernel and "python" not in kernel.lower():
        troubles.add(
            f"The notebook says that its language is {kernel[:40]!r}; it was read as Python."
        )
    return cells


def _language(metadata: Any) -> str:
    for part, key in (("kernelspec", "language"), ("language_info", "name")):
        found = metadata.get(part) if isinstance(metadata, dict) else None
        language = found.get(key) if isinstance(found, dict) else None
        if isinstance(language, str):
            return language
    return ""


def _code_cells(cells: Iterable[Any], troubles: _Troubles) -> Iterator[Cell]:
    left = MOST_CODE
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict):
            troubles.add(f"Cell {number} is no cell; it was left out.")
            continue
        kind = cell.get("cell_type")
        source = _source(cell, number, troubles)
        if kind != "code" and (isinstance(kind, str) or "outputs" not in cell):
            if source.startswith(("def ", "class ")):
                troubles.add(f"Cell {number} looks like code, but is not a code cell.")
            continue
        left -= len(source)
        if left < 0:
            troubles.add(f"There is too much code: what comes from cell {number} on was left out.")
            return
        looked_at = cell_of(number, source)
        if looked_at.error:
            troubles.add(f"Cell {number} cannot be read as Python: {looked_at.error}.")
        yield looked_at


def _source(cell: Mapping[str, Any], number: int, troubles: _Troubles) -> str:
    # "input" in formats 2 and 3, "code" in format 1.
    found = next((cell[key] for key in ("source", "input", "code") if key in cell), "")
    parts = found if isinstance(found, list) else [found]
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) < len(parts):
        troubles.add(f"Cell {number} holds something that is no text; it was left out.")
    text = "".join(texts).replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode()
