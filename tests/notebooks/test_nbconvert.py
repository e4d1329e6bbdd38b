"""A course notebook turned into a web page shows every experiment's picture and table."""

import html
import re
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert import HTMLExporter

from bpworkbook.authoring.project import NotebookKind, open_project

EXPERIMENT = re.compile(r"^w\.experiment\(", re.M)


@pytest.mark.parametrize("number", list(open_project().paths))
def test_page_shows_each_experiment(
    number: str, committed: Callable[[str, NotebookKind], Path]
) -> None:
    notebook = nbformat.read(committed(number, "course"), as_version=4)
    page = page_of(notebook)
    pictures = {image["src"] for image in page.find_all("img")}
    tables = {table.get_text() for table in page.find_all("table")}
    cells = [c for c in notebook.cells if c.cell_type == "code" and EXPERIMENT.search(c.source)]
    assert cells, f"lesson {number} shows no experiment"
    for cell in cells:
        data = [output.data for output in cell.outputs if "data" in output]
        pngs = [d["image/png"].replace("\n", "") for d in data if "image/png" in d]
        wanted = len(EXPERIMENT.findall(cell.source))
        assert len(pngs) == wanted, f"{cell.source} has {len(pngs)} pictures"
        shown_pngs = {f"data:image/png;base64,{png}" for png in pngs}
        assert shown_pngs <= pictures, f"a picture of {cell.source} is lost"
        shown = [BeautifulSoup(d["text/html"], "html.parser") for d in data if "text/html" in d]
        own = [table.get_text() for one in shown for table in one.find_all("table")]
        assert len(own) == wanted, f"{cell.source} has {len(own)} tables"
        assert set(own) <= tables, f"the table of {cell.source} is lost"


@pytest.mark.parametrize("number", list(open_project().paths))
def test_page_gives_each_picture_its_alt_text(
    number: str, committed: Callable[[str, NotebookKind], Path]
) -> None:
    notebook = nbformat.read(committed(number, "course"), as_version=4)
    # nbconvert's default page leaves out the alt text that a notebook holds; this one writes it.
    alts = {image.get("alt", "") for image in page_of(notebook, template="classic").find_all("img")}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                alt = output.metadata["image/png"]["alt"]
                assert alt in {html.unescape(text) for text in alts}, f"{cell.id}: {alt!r} is lost"


def page_of(notebook: nbformat.NotebookNode, template: str = "lab") -> BeautifulSoup:
    """Return the page that ``jupyter nbconvert --to html`` makes."""
    text, _ = HTMLExporter(template_name=template).from_notebook_node(notebook)
    return BeautifulSoup(text, "html.parser")
