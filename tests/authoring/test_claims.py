"""The register of claims: each written lesson measures its own, and a missing cell is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output
from typer.testing import CliRunner

from bpworkbook.authoring.claims import check_claims
from bpworkbook.authoring.notebook import written
from bpworkbook.cli.app import app
from bpworkbook.lessons import catalogue
from bpworkbook.lessons.claims import Claim, ClaimError, load_claims

if TYPE_CHECKING:
    from tests.authoring.conftest import Demo

HERS = {"cost-1": Claim("cost-1", "It is expensive", "99")}


def cell(text: str = "", tag: str = "claim-cost-1", name: str = "99-07") -> NotebookNode:
    outputs = [new_output("stream", name="stdout", text=text)] if text else []
    return new_code_cell("measure()", id=name, metadata={"tags": [tag]}, outputs=outputs)


def problems(demo: Demo, *cells: NotebookNode, claims: dict[str, Claim] = HERS) -> list[str]:
    path = demo.notebook("course")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(written(new_notebook(cells=list(cells))), encoding="utf-8")
    return check_claims(demo.project, claims).problems


def test_every_written_lesson_measures_its_claims() -> None:
    report = check_claims()
    assert not report.problems, "\n".join(report.problems)
    lessons = catalogue.all_lessons()
    assert [one for one in report.claims if one.claim.lesson in lessons and one.answers]


def test_a_number_answers_and_is_listed(demo: Demo) -> None:
    assert problems(demo, cell("backward over forward\n  2.1\n")) == []
    (one,) = check_claims(demo.project, HERS).claims
    (answer,) = one.answers
    assert (answer.lesson, answer.cell) == ("99", "99-07")
    assert answer.measured == "backward over forward; 2.1"


def test_a_missing_cell_is_named(demo: Demo) -> None:
    assert problems(demo, cell("2.1", tag="other")) == [
        "cost-1: lesson 99 has no cell with the tag claim-cost-1"
    ]


@pytest.mark.parametrize(
    "text", ["", "much slower", "f: the workbook's stands in until 1 of yours passes"]
)
def test_a_cell_without_a_number_does_not_answer(demo: Demo, text: str) -> None:
    assert problems(demo, cell(text)) == ["cost-1: cell 99-07 of lesson 99 prints no number"]


def test_an_unknown_claim_is_named(demo: Demo) -> None:
    assert problems(demo, cell("2.1"), cell("2", "claim-cost-9", "99-08")) == [
        "claim-cost-9: no such claim, but cell 99-08 of lesson 99 has it"
    ]


def test_a_claim_waits_for_its_lesson(demo: Demo) -> None:
    later = {"cost-1": Claim("cost-1", "It is expensive", "98")}
    assert problems(demo, claims=later) == []


def test_an_incomplete_entry_is_named(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text('[cost-1]\nsays = "It is expensive"\n', encoding="utf-8")
    with pytest.raises(ClaimError, match=r"cost-1 has says, wanted says and lesson"):
        load_claims(path)


def test_the_command_lists_each_claim_and_fails_on_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    done = CliRunner().invoke(app, ["claims"])
    assert done.exit_code == 0, done.output
    assert all(key in done.output for key in load_claims())
    gap = {"cost-1": Claim("cost-1", "It is expensive", "09")}
    monkeypatch.setattr("bpworkbook.authoring.claims.load_claims", lambda: gap)
    failed = CliRunner().invoke(app, ["claims"])
    assert failed.exit_code == 1
    assert "lesson 09 has no cell with the tag claim-cost-1" in failed.output
