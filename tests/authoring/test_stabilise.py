"""Outputs stay byte for byte until something that is compared changes."""

import copy
from pathlib import Path
from typing import Any

import nbformat
import pytest

from bpworkbook.authoring.notebook import (
    code_cell,
    difference,
    markdown_cell,
    new_notebook,
    read_notebook,
    save,
    written,
)
from bpworkbook.authoring.stabilise import compared, stabilise

WIDGET = "application/vnd.jupyter.widget-view+json"


def display(data: dict[str, Any], **metadata: Any) -> Any:
    output = {"output_type": "display_data", "data": data, "metadata": metadata}
    return nbformat.from_dict(output)


def stream(text: str, name: str = "stdout") -> Any:
    return nbformat.from_dict({"output_type": "stream", "name": name, "text": text})


def notebook(*outputs: Any, source: str = "show()", tags: tuple[str, ...] = ()) -> Any:
    cell = code_cell("99-01", source)
    cell.outputs = [copy.deepcopy(output) for output in outputs]
    if tags:
        cell.metadata["tags"] = list(tags)
    return new_notebook([markdown_cell("99-title", "# Title"), cell])


def outputs_after(new: Any, committed: Any) -> Any:
    return stabilise(new, committed).cells[1].outputs


def picture(png: str, text: str = "a line", alt: str = "a line that falls") -> Any:
    return display({"image/png": png, "text/plain": text}, **{"image/png": {"alt": alt}})


def test_old_picture_stays_while_its_text_is_equal() -> None:
    kept = outputs_after(notebook(picture("bmV3")), notebook(picture("b2xk")))
    assert kept[0].data["image/png"] == "b2xk", "a new picture would change the file for nothing"


@pytest.mark.parametrize(
    "committed",
    [
        notebook(picture("b2xk", text="another line")),
        notebook(picture("b2xk", alt="another alt text")),
        notebook(picture("b2xk"), source="show_more()"),
        notebook(picture("b2xk"), stream("0.12\n")),
        notebook(display({"image/jpeg": "b2xk", "text/plain": "a line"})),
        None,
    ],
    ids=["text", "alt text", "source", "printed", "kind of picture", "nothing before"],
)
def test_new_picture_comes_when_something_compared_differs(committed: Any) -> None:
    fresh = outputs_after(notebook(picture("bmV3")), committed)
    assert fresh[0].data["image/png"] == "bmV3", "a stale picture stayed"


def test_outputs_follow_a_cell_that_moves() -> None:
    committed = notebook(picture("b2xk"))
    committed.cells.insert(1, code_cell("99-00", "other()"))
    assert outputs_after(notebook(picture("bmV3")), committed)[0].data["image/png"] == "b2xk"


def test_equal_cells_keep_their_own_outputs() -> None:
    committed, new = notebook(picture("b2xk", "one")), notebook(picture("bmV3", "one"))
    for book, png in ((committed, "b2xkMg=="), (new, "bmV3Mg==")):
        book.cells.append(copy.deepcopy(book.cells[1]))
        book.cells[2].id, book.cells[2].outputs = "99-02", [picture(png, "two")]
    assert [c.outputs[0].data["image/png"] for c in stabilise(new, committed).cells[1:]] == [
        "b2xk",
        "b2xkMg==",
    ]


def test_ignored_output_stays_although_it_differs() -> None:
    tags = ("nbval-ignore-output",)
    kept = outputs_after(notebook(stream("3 s\n"), tags=tags), notebook(stream("2 s\n"), tags=tags))
    assert kept[0].text == "2 s\n", "a timing would change the file at each build"


def test_widget_views_are_stripped() -> None:
    widget = display({WIDGET: {"model_id": "1a"}, "text/plain": "a slider"})
    bare = display({WIDGET: {"model_id": "1a"}})
    fresh = outputs_after(notebook(widget, bare), None)
    assert [dict(output.data) for output in fresh] == [{"text/plain": "a slider"}]


def test_metadata_of_the_kernel_is_dropped() -> None:
    new = notebook()
    new.metadata["language_info"] = {"name": "python", "version": "3.99"}
    new.metadata["widgets"] = {"state": {}}
    new.cells[1].metadata["execution"] = {"iopub.status.busy": "now"}
    text = written(stabilise(new, None))
    assert "3.99" not in text, "another Python would change the file"
    assert "widgets" not in text, "widget state is stored"
    assert "iopub" not in text, "the time of the run is stored"


def test_counts_go_from_one_so_that_nbval_compares() -> None:
    new = notebook(
        nbformat.from_dict(
            {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {},
             "execution_count": 7}
        )
    )  # fmt: skip
    cell = stabilise(new, None).cells[1]
    assert (cell.execution_count, cell.outputs[0].execution_count) == (1, 1)


def test_traceback_names_no_folder() -> None:
    frames = [
        "NameError\x1b[0m",
        "Cell In[1], line 1",
        "\x1b[36mFile \x1b[39m~/x.py:3",
        "NameError: x",
    ]
    error = {"output_type": "error", "ename": "NameError", "evalue": "x", "traceback": frames}
    fresh = outputs_after(notebook(nbformat.from_dict(error)), None)
    assert fresh[0].traceback == [frames[0], frames[1], frames[3]]


def test_compared_is_what_nbval_compares() -> None:
    outputs = [
        stream("a"),
        stream("b"),
        stream("w", "stderr"),
        picture("b2xk"),
        display({WIDGET: {}, "text/html": "<b>x</b>"}),
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["t"]},
    ]
    assert compared(outputs) == {
        "stdout": ["ab"],
        "stderr": ["w"],
        "text/plain": ["a line"],
        "text/html": ["<b>x</b>"],
        "ename": ["E"],
        "evalue": ["v"],
    }


def test_written_text_is_normal(tmp_path: Path) -> None:
    text = written(notebook(stream("β\n")))
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")
    assert "β" in text, "letters were escaped"
    assert text.index('"cells"') < text.index('"metadata"') < text.index('"nbformat"')
    save(tmp_path / "a" / "b.ipynb", text)
    read = read_notebook(tmp_path / "a" / "b.ipynb")
    assert read is not None
    assert written(read) == text


def test_save_leaves_the_old_file_when_it_fails(tmp_path: Path) -> None:
    path = tmp_path / "b.ipynb"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(UnicodeEncodeError):
        save(path, "new \ud800")
    assert path.read_text(encoding="utf-8") == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["b.ipynb"], "a temporary file stayed"


@pytest.mark.parametrize("text", ["", "{", '{"cells": 3}'], ids=["empty", "cut off", "no notebook"])
def test_damaged_notebook_counts_as_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "b.ipynb"
    path.write_text(text, encoding="utf-8")
    assert read_notebook(path) is None


def test_difference_names_the_cell_and_the_part() -> None:
    old, new = notebook(stream("1\n")), notebook(stream("2\n"))
    assert difference(written(old), written(new)) == "cell 99-01: its outputs"
    longer = notebook(stream("1\n"))
    longer.cells.append(markdown_cell("99-02", "more"))
    assert difference(written(old), written(longer)) == "3 cells instead of 2"
    assert difference("{", written(new)) == "it was damaged"
