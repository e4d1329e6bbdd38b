"""What is installed: the wheel's contents, and the same dependencies everywhere they are named."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA_NAMES = {
    "matplotlib": "matplotlib-base",  # without the desktop toolkit
    "igraph": "python-igraph",  # conda-forge's igraph is the library in C
}

# Where the name to import differs from the one to install, or comes with a dependency of ours.
PROVIDERS = {
    "sklearn": "scikit-learn",
    "PIL": "pillow",
    "cycler": "matplotlib",
    "IPython": "ipywidgets",
    "traitlets": "ipywidgets",
    "jupyter_client": "nbclient",
    "yaml": "pyyaml",
}
OPTIONAL = {"cupy"}


def split(requirement: str) -> tuple[str, str]:
    """Split `numpy>=2.2,<3` into name and range."""
    found = re.fullmatch(r"([\w.-]+)\s*(.*)", requirement.strip())
    assert found is not None, requirement
    return found.group(1).lower(), found.group(2).replace(" ", "")


def test_conda_environment_equals_pyproject() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    conda = dict(split(entry) for entry in environment["dependencies"] if isinstance(entry, str))
    assert conda.pop("python") == PROJECT["requires-python"]
    assert "pip" in conda
    del conda["pip"]
    wanted = dict(split(requirement) for requirement in PROJECT["dependencies"])
    assert conda == {CONDA_NAMES.get(name, name): limits for name, limits in wanted.items()}


def test_every_library_imported_is_a_declared_dependency() -> None:
    extras = [entry for group in PROJECT["optional-dependencies"].values() for entry in group]
    declared = {split(entry)[0] for entry in [*PROJECT["dependencies"], *extras]}
    undeclared = {}
    for path in (ROOT / "bpworkbook").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for name in imported(node):
                provider = PROVIDERS.get(name, name).lower()
                known = sys.stdlib_module_names | {"bpworkbook"} | OPTIONAL
                if name not in known and provider not in declared:
                    undeclared[name] = path.name
    assert not undeclared, f"imported but not in pyproject.toml: {undeclared}"


def imported(node: ast.AST) -> list[str]:
    """Return the top-level names that an import statement loads."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return [node.module.split(".")[0]]
    return []


def test_every_dependency_has_a_lower_and_an_upper_bound() -> None:
    extras = [entry for group in PROJECT["optional-dependencies"].values() for entry in group]
    for requirement in [*PROJECT["dependencies"], *extras]:
        name, limits = split(re.sub(r"\[.*?\]", "", requirement))
        assert re.fullmatch(r">=[\d.]+,<[\d.]+", limits), f"{name}: {limits!r} is no tested range"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The paths inside a wheel built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    assert built.stat().st_size < 10e6, "a wheel of this size holds something it should not"
    return set(zipfile.ZipFile(built).namelist())


@pytest.mark.parametrize("kind", ["course", "exercises"])
def test_the_wheel_carries_the_notebooks(wheel: set[str], kind: str) -> None:
    notebooks = {path.relative_to(ROOT).as_posix() for path in (ROOT / kind).rglob("[0-9]*.ipynb")}
    assert notebooks, f"there is no notebook in {kind}/"
    assert {f"bpworkbook/notebooks/{path}" for path in notebooks} <= wheel


def test_the_wheel_carries_every_file_of_the_package(wheel: set[str]) -> None:
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "bpworkbook").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    }
    assert {"bpworkbook/py.typed", "bpworkbook/lessons/bibliography.toml"} <= wanted
    assert any(path.endswith("/lesson.md") for path in wanted)
    assert wanted <= wheel


def test_the_wheel_carries_nothing_else(wheel: set[str]) -> None:
    assert not [path for path in wheel if "solutions" in Path(path).parts]
    assert not [path for path in wheel if "tests" in Path(path).parts]
    assert not [path for path in wheel if any(part.startswith(".") for part in Path(path).parts)]
    assert {path.split("/")[0] for path in wheel} <= {
        "bpworkbook",
        f"bpworkbook-{PROJECT['version']}.dist-info",
    }
    assert any(path.endswith("licenses/LICENSE") for path in wheel)


def test_the_version_is_said_once() -> None:
    import bpworkbook

    assert bpworkbook.__version__ == PROJECT["version"]


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_documents_point_to_files_that_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    missing = [to for to in targets if "://" not in to and not (ROOT / to).exists()]
    assert not missing, f"{name} points to {missing}"


@pytest.mark.parametrize("name", [".ci/run", ".github/workflows/test.yml"])
def test_ci_only_calls_make_test(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "make test" in text
    assert not re.search(r"pytest|mypy|ruff|pip install", text), f"{name} does more than make test"
