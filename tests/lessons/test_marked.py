"""Checks in a notebook that nbgrader runs: wrong is an error, right is shown, nothing is kept."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from bpworkbook.lessons import lesson
from bpworkbook.lessons.lesson import MARKING
from bpworkbook.lessons.marked import MarkedLesson, NotPassedError


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MarkedLesson:
    monkeypatch.setenv(MARKING, "autograde")
    monkeypatch.setenv("BPWORKBOOK_HOME", str(tmp_path / "home"))
    opened = lesson("09")
    assert isinstance(opened, MarkedLesson)
    return opened


def relu_backward(grad_out: Any, cache: Any) -> Any:
    print("looking for the fault", file=sys.stderr)
    return grad_out * (cache > 0)


def without_gate(grad_out: Any, cache: Any) -> Any:
    return grad_out


without_gate.__name__ = "relu_backward"


def stub(grad_out: Any, cache: Any) -> Any:
    raise NotImplementedError


stub.__name__ = "relu_backward"


@pytest.mark.parametrize("answer", [without_gate, stub])
def test_an_answer_that_is_not_right_fails_the_cell(marked: MarkedLesson, answer: Any) -> None:
    with pytest.raises(NotPassedError, match=r"09\.2 relu_backward"):
        marked.check(answer)


def test_the_error_shows_the_card_and_no_stack(marked: MarkedLesson) -> None:
    with pytest.raises(NotPassedError) as caught:
        marked.check(without_gate)
    shown = InteractiveShell().get_exception_only((NotPassedError, caught.value, None))
    assert "relu_backward" in shown
    lines = caught.value._render_traceback_()
    assert lines[0].startswith("→ 09.2 relu_backward") or lines[0].startswith("→")
    assert not any("marked.py" in line for line in lines)


def test_a_right_answer_is_shown_and_leaves_no_value(
    marked: MarkedLesson, capsys: pytest.CaptureFixture[str]
) -> None:
    passed = marked.check(relu_backward)
    assert passed.outcome.passed
    assert not capsys.readouterr().err, "nbgrader takes standard error for a failure"
    formatter = InteractiveShell.instance().display_formatter
    assert formatter.format(passed) == ({}, {}), "nbgrader reads a cell's value as points"
    assert "09.2 relu_backward: passed" in capsys.readouterr().out


def test_no_learner_has_made_an_attempt(marked: MarkedLesson, tmp_path: Path) -> None:
    marked.check(relu_backward)
    with pytest.raises(NotPassedError):
        marked.check(without_gate)
    assert marked.store.question("09.2:relu_backward")["attempts"] == 2, "within the run it counts"
    assert not (tmp_path / "home").exists(), "the learner's progress was touched"


def test_a_learner_who_is_not_marked_keeps_the_progress(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv(MARKING, raising=False)
    monkeypatch.setenv("BPWORKBOOK_HOME", str(tmp_path))
    assert not lesson("09").check(without_gate).outcome.passed
    assert (tmp_path / "progress.json").is_file()


def test_numbers_of_a_variant_are_those_of_the_variant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MARKING, "validate")
    assert lesson("09", variant="3f9a1c").seed != lesson("09").seed
    assert np.isscalar(lesson("09").seed)
