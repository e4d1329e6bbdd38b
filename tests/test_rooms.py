"""The plan of the house: a room imports only itself and the rooms above it."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import bpworkbook

PACKAGE = Path(bpworkbook.__file__).parent

# From top to bottom; CONTRIBUTING.md says what each holds.
ROOMS = (
    "nn",
    "autodiff",
    "datasets",
    "figures",
    "workbook",
    "live",
    "lessons",
    "authoring",
    "grading",
    "workspace",
    "cli",
)

# The rooms whose packages from elsewhere are fixed. The others may use what pyproject.toml lists.
THIRD_PARTY = {
    "nn": {"numpy", "tqdm", "cupy"},
    "autodiff": {"numpy"},
    "datasets": {"numpy", "sklearn"},
}

# One file only may import these, and only when they are first used.
ONLY_IN = {"cupy": Path("nn/device.py"), "tqdm": Path("nn/training.py")}

# Slow to import, so these rooms import them inside functions.
SLOW = {"matplotlib", "ipywidgets", "anywidget", "sklearn", "scipy", "IPython"}
LAZY_ROOMS = {"nn", "autodiff", "datasets", "workbook"}


def source_files(room: str = "") -> list[Path]:
    """The files of a room, or all; not the package's ``__init__``, which opens rooms lazily."""
    found = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
    return [path for path in found if path != Path("__init__.py") and room in ("", room_of(path))]


def room_of(path: Path) -> str:
    """The first folder; ``python -m bpworkbook`` is another door to the command line."""
    return path.parts[0].removesuffix(".py").replace("__main__", "cli")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every module that a file imports, and whether that happens when the file is imported."""
    tree = ast.parse((PACKAGE / path).read_text(encoding="utf-8"))
    package = ["bpworkbook", *path.with_suffix("").parts]
    for node, at_once in walk(tree, at_once=True):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, at_once
        elif isinstance(node, ast.ImportFrom):
            base = package[: -node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            # `from bpworkbook import nn` imports a room too.
            for alias in node.names:
                yield f"{module}.{alias.name}" if module == "bpworkbook" else module, at_once
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "importlib.import_module":
            yield ast.unparse(node.args[0]).strip("'"), at_once


def walk(node: ast.AST, at_once: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        inside = at_once and not isinstance(
            child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
        )
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            inside = False
        yield child, inside
        yield from walk(child, inside)


def test_every_file_stands_in_a_room() -> None:
    assert {room_of(path) for path in source_files()} <= set(ROOMS)


# The only steps upwards, and only when called: `history.plot()` is what people type.
WHEN_CALLED = {(Path("nn/history.py"), "bpworkbook.figures")}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_rooms_above(room: str) -> None:
    below = ROOMS[ROOMS.index(room) + 1 :]
    for path in source_files(room):
        for module, at_once in imports(path):
            if (path, module) in WHEN_CALLED and not at_once:
                continue
            first, _, rest = module.partition(".")
            if first == "bpworkbook":
                assert rest.split(".")[0] not in below, f"{path} imports {module} from below"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_packages_it_may(room: str) -> None:
    for path in source_files(room):
        for module, at_once in imports(path):
            top = module.split(".")[0]
            if top in sys.stdlib_module_names or top == "bpworkbook":
                continue
            assert top in THIRD_PARTY.get(room, {top}), (
                f"{path} imports {top}, which {room} may not"
            )
            assert path == ONLY_IN.get(top, path), f"{path} imports {top}: {ONLY_IN[top]} does"
            lazy = top in ONLY_IN or (top in SLOW and room in LAZY_ROOMS)
            assert not (lazy and at_once), f"{path} imports {top} at its head, not when needed"


def test_only_device_names_cupy() -> None:
    naming = [path for path in source_files("nn") if "cupy" in (PACKAGE / path).read_text("utf-8")]
    assert naming == [ONLY_IN["cupy"]]


# Masks multiply, and an infinite logarithm of zero times zero is no number.
SELECTS = {Path("nn/ctc.py")}


def test_nn_converts_no_argument_and_selects_with_masks() -> None:
    # np.asarray fetches an array from the GPU; where it is called "like" another it does not.
    for path in source_files("nn"):
        if path == ONLY_IN["cupy"]:
            continue
        tree = ast.parse((PACKAGE / path).read_text(encoding="utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            name = ast.unparse(call.func)
            like = any(keyword.arg == "like" for keyword in call.keywords)
            if name == "np.where" and path in SELECTS:
                continue
            if name in ("np.asarray", "np.array", "np.ascontiguousarray", "np.where"):
                assert like, f"{path}:{call.lineno} calls {name}"


def test_these_tests_would_notice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    (tmp_path / "nn").mkdir()
    wrong = tmp_path / "nn" / "wrong.py"
    wrong.write_text("from ..live import Int\ndef f():\n    import sklearn.datasets\n")
    assert list(imports(Path("nn/wrong.py"))) == [
        ("bpworkbook.live", True),
        ("sklearn.datasets", False),
    ]
    with pytest.raises(AssertionError, match=r"imports bpworkbook\.live from below"):
        test_a_room_imports_only_rooms_above("nn")
    with pytest.raises(AssertionError, match="imports sklearn, which nn may not"):
        test_a_room_imports_only_packages_it_may("nn")
    wrong.write_text("from bpworkbook import cli\nimport tqdm\n")
    with pytest.raises(AssertionError, match=r"imports bpworkbook\.cli from below"):
        test_a_room_imports_only_rooms_above("nn")
    with pytest.raises(AssertionError, match=r"imports tqdm: nn.training\.py does"):
        test_a_room_imports_only_packages_it_may("nn")
