"""`bpworkbook progress` and `export`: everything the file holds, and honesty when it is damaged."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bpworkbook.cli import app
from bpworkbook.workbook import Feedback, Outcome, Store


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with some progress; the terminal stands beside it."""
    monkeypatch.delenv("BPWORKBOOK_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    folder = tmp_path / "backprop-workbook"
    store = Store(folder / ".bpworkbook" / "progress.json")
    store.record_check(Feedback("09.1", "linear_backward", Outcome.KNOWN_MISTAKE, "M55"))
    store.record_check(Feedback("09.1", "linear_backward", Outcome.PASSED))
    store.record_hint("09.1:linear_backward", 2)
    store.record_prediction("09", "E09.3", "about 10 %", correct=True)
    store.record_prediction("09", "E09.1", None, correct=None)
    store.record_review("01.r1", correct=False)
    return folder


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def line(output: str, start: str) -> list[str]:
    """Return the words of the table row that holds the text."""
    row = next(row for row in output.splitlines() if start in row)
    return [cell.strip() for cell in row.strip("│┃ ").split("│")]


def test_progress_shows_questions_predictions_and_review(workspace: Path) -> None:
    output = run("progress")
    assert line(output, "linear_backward")[1:] == ["✓ passed", "2", "2", "M55"]
    assert line(output, "relu_backward")[1:4] == ["○ not attempted", "0", "0"]
    assert line(output, "E09.3")[1:3] == ["about 10 %", "✓ yes"]
    assert line(output, "E09.1")[1] == "skipped"
    assert "Review: 1 question seen" in output
    assert "Backprop, vectorised" in output


def test_progress_is_found_from_inside_the_workspace_and_by_name(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = run("progress")
    assert run("progress", "--folder", str(workspace)).count("✓ passed") == 1
    monkeypatch.chdir(workspace)
    assert run("progress") == beside


def test_without_any_progress_every_question_is_not_attempted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BPWORKBOOK_HOME", str(tmp_path))
    assert "not attempted" in run("progress")
    assert not list(tmp_path.iterdir()), "looking at progress should write nothing"


def test_a_damaged_progress_file_is_set_aside_and_said(workspace: Path) -> None:
    file = workspace / ".bpworkbook" / "progress.json"
    file.write_text("{ damaged")
    output = run("progress")
    kept = list(file.parent.glob("progress.damaged-*.json"))
    assert [path.read_text() for path in kept] == ["{ damaged"]
    assert f"progress.json was damaged; it is kept as {kept[0].name}." in output


def test_a_progress_file_that_cannot_be_read_is_an_error_and_not_an_empty_table(
    workspace: Path,
) -> None:
    file = workspace / ".bpworkbook" / "progress.json"
    file.unlink()
    file.mkdir()
    assert run("progress", code=2).startswith("Error: reading ")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((), "backprop-progress.csv"),
        (("--format", "json"), "backprop-progress.json"),
        (("mine.csv",), "mine.csv"),
        (("mine.json",), "mine.json"),
        (("mine", "--format", "json"), "mine.json"),
    ],
)
def test_export_writes_the_format_that_was_asked_for(
    workspace: Path, arguments: tuple[str, ...], name: str
) -> None:
    assert run("export", *arguments) == f"Wrote {name}.\n"
    text = (workspace.parent / name).read_text()
    if name.endswith("json"):
        assert json.loads(text)["questions"]["09.1:linear_backward"]["attempts"] == 2
    else:
        rows = list(csv.DictReader(text.splitlines()))
        assert [row["function"] for row in rows] == ["linear_backward"]


def test_export_replaces_an_earlier_export_and_nothing_else(workspace: Path) -> None:
    run("export", "mine.csv")
    run("export", "mine.csv")
    notes = workspace.parent / "notes.csv"
    notes.write_text("my own table")
    assert "no earlier export" in run("export", "notes.csv", code=2)
    assert notes.read_text() == "my own table"


def test_export_to_a_place_that_is_not_there_is_said(workspace: Path) -> None:
    assert run("export", "nowhere/mine.csv", code=2).startswith("Error: writing nowhere/mine.csv")
