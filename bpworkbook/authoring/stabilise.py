"""Make a notebook that has run the same text each time, unless something real has changed.

What nbval compares decides what is real: printed text, ``text/plain``, ``text/html`` and other
text, names and values of errors, but not pictures. A cell whose source and compared outputs are
those of the committed notebook keeps its committed outputs byte for byte, so that a new version of
Matplotlib does not change every picture.

Cells keep their execution count: nbval takes a cell without one for a cell that was never run, and
compares nothing. In a fresh kernel the counts are 1, 2, 3 ... on every machine.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import NotebookNode

from bpworkbook.authoring.notebook import plain_metadata

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_NOT_COMPARED = frozenset({WIDGET_VIEW, "image/png", "image/jpeg"})
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_IGNORED = frozenset({"nbval-ignore-output", "nbval-skip"})


def stabilise(notebook: NotebookNode, committed: NotebookNode | None) -> NotebookNode:
    """Strip what differs between runs, and keep committed outputs that are still right.

    Parameters
    ----------
    notebook : NotebookNode
        A notebook that has run; it is changed.
    committed : NotebookNode or None
        The notebook as it was built before, if it was.
    """
    notebook.metadata = plain_metadata()  # the kernel has added its version
    kept = _outputs_by_source(committed)
    count = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        count += 1
        cell.metadata.pop("execution", None)
        cell.outputs = [clean for output in cell.outputs if (clean := _stripped(output))]
        if earlier := kept.get(cell.source):
            outputs = earlier.pop(0)
            if _IGNORED & set(cell.metadata.get("tags", [])) or _same(outputs, cell.outputs):
                cell.outputs = outputs
        _count(cell, count)
    return notebook


def compared(outputs: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return what ``nbval --nbval`` compares of a cell's outputs, by kind, in order.

    Examples
    --------
    >>> compared([{"output_type": "stream", "name": "stdout", "text": "loss 0.12"}])
    {'stdout': ['loss 0.12']}
    """
    found: dict[str, list[Any]] = defaultdict(list)
    for output in outputs:
        if output["output_type"] == "stream":
            found[output["name"]].append(output["text"])
        elif output["output_type"] == "error":
            found["ename"].append(output["ename"])
            found["evalue"].append(output["evalue"])
        else:
            for mime, value in output["data"].items():
                if mime not in _NOT_COMPARED:
                    found[mime].append(value)
    # nbval merges the pieces of a stream before it compares.
    return {kind: ["".join(v)] if kind.startswith("std") else v for kind, v in found.items()}


def _outputs_by_source(committed: NotebookNode | None) -> dict[str, list[list[NotebookNode]]]:
    """Gather a notebook's outputs by the source that made them: ids move when a cell is added."""
    found: dict[str, list[list[NotebookNode]]] = defaultdict(list)
    for cell in committed.cells if committed else []:
        if cell.cell_type == "code":
            found[cell.source].append(cell.outputs)
    return found


def _same(old: Sequence[NotebookNode], new: Sequence[NotebookNode]) -> bool:
    """Say whether outputs may stay: equal to nbval, with the same kinds of data and alt texts."""
    return compared(old) == compared(new) and _frame(old) == _frame(new)


def _frame(outputs: Sequence[NotebookNode]) -> list[Any]:
    return [(out.output_type, sorted(out.get("data", {})), out.get("metadata")) for out in outputs]


def _stripped(output: NotebookNode) -> NotebookNode | None:
    """Return an output without widget views and paths, or ``None`` where nothing is left."""
    if output.output_type == "error":
        output.traceback = [_without_place(frame) for frame in output.traceback]
        output.traceback = [frame for frame in output.traceback if frame]
    elif output.output_type != "stream":
        output.data.pop(WIDGET_VIEW, None)
        output.metadata.pop(WIDGET_VIEW, None)
        if not output.data:
            return None
    return output


def _without_place(frame: str) -> str:
    """Drop a frame of a traceback that lies outside the notebook: it names a folder."""
    return "" if _COLOURS.sub("", frame).startswith("File ") else frame


def _count(cell: NotebookNode, count: int) -> None:
    cell.execution_count = count if cell.source.strip() else None
    for output in cell.outputs:
        if output.output_type == "execute_result":
            output.execution_count = count
