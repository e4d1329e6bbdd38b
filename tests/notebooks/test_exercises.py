"""An exercises notebook that nobody has touched runs through, and every check says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import nbformat
import pytest

from bpworkbook.authoring.assemble import checked_names
from bpworkbook.authoring.project import NotebookKind, Project, open_project
from bpworkbook.workbook import FEEDBACK_MIME, Outcome

if TYPE_CHECKING:
    from tests.notebooks.conftest import Rebuilt


@pytest.mark.parametrize("number", list(open_project().paths))
def test_untouched_exercises_are_not_attempted(
    number: str, project: Project, rebuild: Callable[[str, NotebookKind], Rebuilt]
) -> None:
    run = rebuild(number, "exercises")
    assert not run.error, run.error
    checked = []
    for cell in nbformat.reads(run.text, as_version=4).cells:
        if "check" not in cell.metadata.get("tags", []):
            continue
        data = [output.data for output in cell.outputs if "data" in output]
        told = [one[FEEDBACK_MIME] for one in data if FEEDBACK_MIME in one]
        outcomes = {feedback["name"]: feedback["outcome"] for feedback in told}
        for name in checked_names(cell.source):
            assert outcomes.get(name) == Outcome.NOT_ATTEMPTED, f"{name}: {outcomes.get(name)}"
            checked.append(name)
    missing = set(project.lesson(number).answers) - set(checked)
    assert not missing, f"exercises that no check cell checks: {sorted(missing)}"
