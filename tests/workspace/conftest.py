"""A small course as shipped, and a workspace made from it."""

from pathlib import Path

import pytest

from bpworkbook.workspace import create_or_update

NINE = "course/02-gradients/09_backprop_vectorised.ipynb"
NINE_TASKS = "exercises/02-gradients/09_backprop_vectorised.ipynb"
START = "course/00-start/00_start_here.ipynb"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A small course as shipped, version one."""
    root = tmp_path / "shipped"
    for path in (NINE, NINE_TASKS, START):
        put(root / path, f"{path} v1")
    put(root / "course/02-gradients/.ipynb_checkpoints/09-checkpoint.ipynb", "not for learners")
    put(root / "solutions/02-gradients/09_backprop_vectorised.ipynb", "not for learners")
    return root


@pytest.fixture
def folder(tmp_path: Path, source: Path) -> Path:
    """A workspace made from version one."""
    create_or_update(tmp_path / "mine", source=source)
    return tmp_path / "mine"


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
