"""The committed notebooks are those that the lessons make."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bpworkbook.authoring.notebook import difference
from bpworkbook.authoring.project import KINDS, NotebookKind, Project, open_project

if TYPE_CHECKING:
    from tests.notebooks.conftest import Rebuilt

LESSONS = list(open_project().paths)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", LESSONS)
def test_building_anew_gives_the_committed_notebook(
    number: str,
    kind: NotebookKind,
    rebuild: Callable[[str, NotebookKind], Rebuilt],
    committed: Callable[[str, NotebookKind], Path],
) -> None:
    old = committed(number, kind).read_text(encoding="utf-8")
    new = rebuild(number, kind)
    assert not new.error, new.error
    if new.text != old:
        pytest.fail(f"{kind} {number} would change, {difference(old, new.text)}: build it")


def test_every_notebook_has_a_lesson(project: Project) -> None:
    assert project.strays() == [], "notebooks that no lesson makes: remove them"
