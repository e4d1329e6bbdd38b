"""No notebook makes a learner wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from bpworkbook.authoring.project import KINDS, NotebookKind, open_project

if TYPE_CHECKING:
    from tests.notebooks.conftest import Rebuilt

SECONDS = 20.0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", list(open_project().paths))
def test_notebook_runs_within_its_time(
    number: str, kind: NotebookKind, rebuild: Callable[[str, NotebookKind], Rebuilt]
) -> None:
    run = rebuild(number, kind)
    assert not run.error, run.error
    took = f"{kind} {number} took {run.seconds:.1f} s, {run.work_seconds:.1f} s of them at work"
    # Other tests take turns on the same cores: what counts is the time at work, where it is known.
    seconds = min(run.seconds, run.work_seconds or run.seconds)
    assert seconds < SECONDS, f"{took}; {SECONDS:.0f} s at most"
