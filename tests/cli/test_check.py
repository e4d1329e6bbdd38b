"""`bpworkbook check`: the same feedback as in the notebook, and an exit code to build on."""

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import v4
from typer.testing import CliRunner

from bpworkbook.cli import app
from bpworkbook.cli import check as checking
from bpworkbook.workbook import FEEDBACK_MIME, Feedback, Outcome

SETUP = "from bpworkbook import lesson\nw = lesson('09')"
AVERAGED_AGAIN = (
    "def linear_backward(grad_out, cache):\n"
    "    x, W = cache\n"
    "    return grad_out @ W.T, x.T @ grad_out, grad_out.mean(axis=0)"
)


def write(path: Path, *sources: str) -> Path:
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell(source) for source in sources]), path)
    return path


def executed(source: str, *outputs: Any) -> Any:
    return v4.new_code_cell(source, outputs=list(outputs))


def answered(outcome: Outcome, mistake: str = "", lines: tuple[tuple[str, str], ...] = ()) -> Any:
    feedback = Feedback("09.1", "linear_backward", outcome, mistake, lines)
    return v4.new_output("execute_result", data={FEEDBACK_MIME: feedback.as_dict()})


def test_a_notebook_is_run_and_its_mistake_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BPWORKBOOK_HOME", str(tmp_path / "home"))
    path = write(tmp_path / "mine.ipynb", SETUP, AVERAGED_AGAIN, "w.check(linear_backward)", "1/0")
    before = path.read_bytes()
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 1, result.output
    assert "known mistake" in result.output
    assert "M55" in result.output
    assert "ZeroDivisionError" in result.output
    assert "0 of 1 checks passed, 1 not yet right." in result.output
    assert path.read_bytes() == before, "the learner's notebook was written to"
    assert (tmp_path / "home" / "progress.json").is_file(), "the attempt was not counted"


@pytest.mark.parametrize(
    ("outcome", "code", "strict"),
    [
        (Outcome.PASSED, 0, 0),
        (Outcome.PASSED_WITH_REMARK, 0, 0),
        (Outcome.NOT_ATTEMPTED, 0, 1),
        (Outcome.KNOWN_MISTAKE, 1, 1),
        (Outcome.UNKNOWN_MISTAKE, 1, 1),
    ],
)
def test_the_exit_code_follows_the_outcome(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outcome: Outcome, code: int, strict: int
) -> None:
    path = write(tmp_path / "mine.ipynb", "w.check(f)")

    def run(notebook: Any, *_: object) -> None:
        notebook.cells[0].outputs = [answered(outcome, lines=(("likely", "use [0] or [/x]"),))]

    monkeypatch.setattr(checking, "_run", run)
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == code
    assert outcome.value in result.output
    assert "use [0] or [/x]" in result.output, "brackets in feedback were taken for markup"
    assert CliRunner().invoke(app, ["check", str(path), "--strict"]).exit_code == strict


def test_outputs_stored_in_the_file_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell = executed("w.check(f)", answered(Outcome.PASSED))
    nbformat.write(v4.new_notebook(cells=[cell]), tmp_path / "old.ipynb")
    monkeypatch.setattr(checking, "_run", lambda *_: None)
    result = CliRunner().invoke(app, ["check", str(tmp_path / "old.ipynb")])
    assert result.exit_code == 2
    assert "holds no check" in result.output


def test_a_check_that_was_not_reached_fails() -> None:
    error = v4.new_output("error", ename="NameError", evalue="name 'w' is not defined")
    checked = checking.collect([executed("w.check(f)", error)])
    assert checked.failed
    assert checked.stopped == [
        "Code cell 1 (w.check(f)) stopped with NameError: name 'w' is not defined"
    ]
    assert checking.summary(checked) == ("0 of 1 checks passed, 1 not reached because of an error.")


def test_an_error_in_a_cell_without_a_check_is_said_but_fails_nothing() -> None:
    error = v4.new_output("error", ename="KeyboardInterrupt", evalue="")
    passed = executed("w.check(f)", answered(Outcome.PASSED))
    checked = checking.collect([executed("\nwhile True: pass", error), passed])
    assert not checked.failed
    assert checked.stopped == ["Code cell 1 (while True: pass) took too long and was stopped."]


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}}',
        b'{"nbformat": 9, "nbformat_minor": 0, "metadata": {}, "cells": []}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "code"}]}',
    ],
)
def test_a_damaged_notebook_is_said_in_one_sentence(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "damaged.ipynb"
    path.write_bytes(damage)
    result = CliRunner().invoke(app, ["check", str(path)])
    assert result.exit_code == 2
    assert "is damaged and cannot be read as a notebook" in result.output
    assert result.output.count("\n") == 1
    assert path.read_bytes() == damage
