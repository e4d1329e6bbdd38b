"""Make, read, compare and write notebook files: all that is asked of nbformat stands here."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from bpworkbook.workbook.atomic import write_atomically

# nbformat has no annotations; the functions below have.
_v4: Any = nbformat.v4
_nbformat: Any = nbformat

METADATA: Mapping[str, Any] = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def markdown_cell(identifier: str, text: str) -> NotebookNode:
    """Return a text cell."""
    cell: NotebookNode = _v4.new_markdown_cell(text, id=identifier)
    return cell


def code_cell(identifier: str, text: str) -> NotebookNode:
    """Return a code cell that has not run."""
    cell: NotebookNode = _v4.new_code_cell(text, id=identifier)
    return cell


def new_notebook(cells: Sequence[NotebookNode]) -> NotebookNode:
    """Return a notebook of these cells, with the metadata that all notebooks have."""
    notebook: NotebookNode = _v4.new_notebook(cells=list(cells), metadata=plain_metadata())
    notebook.nbformat_minor = 5
    return notebook


def plain_metadata() -> NotebookNode:
    """Return the metadata that all notebooks have: the kernel, but not its version."""
    metadata: NotebookNode = _nbformat.from_dict(dict(METADATA))
    return metadata


def read_notebook(path: Path) -> NotebookNode | None:
    """Read a notebook that was built before; ``None`` where there is none that can be read."""
    try:
        text = path.read_text(encoding="utf-8")
        found = json.loads(text)
    except (OSError, ValueError):
        return None  # a damaged one is built anew
    if not isinstance(found, dict) or not isinstance(found.get("cells"), list):
        return None
    notebook: NotebookNode = _nbformat.reads(text, as_version=4)
    return notebook


def written(notebook: NotebookNode) -> str:
    """Return a notebook's text: keys sorted, one space of indent, a newline at the end.

    Raises
    ------
    nbformat.ValidationError
        It is not a valid notebook.

    Examples
    --------
    >>> written(new_notebook([markdown_cell("09-01", "Hello")])).splitlines()[:4]
    ['{', ' "cells": [', '  {', '   "cell_type": "markdown",']
    """
    _nbformat.validate(notebook)
    text: str = _nbformat.writes(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    return text.rstrip("\n") + "\n"


def save(path: Path, text: str) -> None:
    """Write a file so that there is either the old text or the new, never a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, text.encode())


def difference(old: str, new: str) -> str:
    r"""Say in a sentence where two notebooks' texts first differ.

    Examples
    --------
    >>> cell = '{"cells": [{"id": "09-01", "source": "%s"}]}'
    >>> difference(cell % "a", cell % "b")
    'cell 09-01: its source'
    """
    try:
        one, two = json.loads(old), json.loads(new)
    except json.JSONDecodeError:
        return "it was damaged"
    for a, b in zip(one["cells"], two["cells"], strict=False):
        if a.get("id") != b["id"]:
            return f"cell {b['id']} stands where {a.get('id')} stood"
        for part in ("source", "outputs", "metadata", "execution_count"):
            if a.get(part) != b.get(part):
                return f"cell {b['id']}: its {part.replace('_', ' ')}"
    if len(one["cells"]) != len(two["cells"]):
        return f"{len(two['cells'])} cells instead of {len(one['cells'])}"
    return "its metadata or its form"
