"""What stands in the box is what lessons hand out, and no answer."""

import ast
import json
from importlib import import_module
from pathlib import Path

import pytest

from bpworkbook.grading.given import GIVEN, extract, place_of
from bpworkbook.lessons import all_lessons, lesson

ROOT = Path(__file__).parents[2]
REFERENCES = {
    (q.reference.__module__, q.reference.__name__)
    for number in all_lessons()
    for q in lesson(number).questions.values()
}


@pytest.mark.parametrize("module", GIVEN)
def test_no_reference_is_given(module: str) -> None:
    source = extract(module, GIVEN[module])
    defined = {node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    for name in defined:
        found = getattr(import_module(module), name, None)
        where = getattr(found, "__module__", module)
        assert (where, name) not in REFERENCES, f"{where}.{name} is an answer"


@pytest.mark.parametrize("module", GIVEN)
def test_what_is_given_stands_alone(module: str) -> None:
    source = extract(module, GIVEN[module])
    assert "bpworkbook" not in source, "the package is not in the box"
    names: dict[str, object] = {}
    exec(source, names)
    assert set(GIVEN[module]) <= names.keys()


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(ValueError, match="name is 'sine', but bpworkbook"):
        extract("bpworkbook.nn", ("sine",))


def test_activations_travel_by_name() -> None:
    from bpworkbook import nn

    assert place_of(nn.relu) == ("bpworkbook.nn", "relu")
    assert place_of(len) is None


@pytest.mark.parametrize("path", sorted(ROOT.glob("solutions/*/*.ipynb")), ids=lambda p: p.stem)
def test_answers_use_nothing_else_of_the_package(path: Path) -> None:
    """A solution that needs more than is given would fail in the box; say so by name."""
    cells = [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == "code"]
    sources = {tag: [] for tag in ("setup", "answer")}
    for cell in cells:
        for tag in sources.keys() & set(cell["metadata"].get("tags", [])):
            sources[tag].append("".join(cell["source"]))
    used = {
        node.id
        for source in sources["answer"]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name)
    }
    for node in ast.walk(ast.parse("\n".join(sources["setup"]))):
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith("bpworkbook"):
            continue
        for alias in node.names:
            if alias.name in used - {"lesson"}:
                whole = f"{node.module}.{alias.name}"
                given = whole in GIVEN or alias.name in GIVEN.get(node.module or "", ())
                assert given, f"an answer of {path.stem} uses {whole}, which is not given"
