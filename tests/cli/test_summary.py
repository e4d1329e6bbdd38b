"""How a run of `bpworkbook grade` ends: a table of the questions, and who needs a look."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from bpworkbook.cli.grading import STYLES
from bpworkbook.cli.summary import outcome_table, show_summary
from bpworkbook.grading.gradebook import NOT_GRADABLE, NOT_HANDED_IN, Gradebook
from tests.grading.marked_class import QUESTIONS, book, student


def lines(made: Gradebook, width: int = 80) -> list[str]:
    console = Console(width=width, color_system=None, file=StringIO())
    with console.capture() as taken:
        console.print(outcome_table(made, STYLES))
    return taken.get().splitlines()


def test_a_row_for_each_question_counts_its_outcomes() -> None:
    made = book(student("ada", "passed"), student("bob", "wrong"), student("eve", "passed"))
    head, *rows = lines(made)
    assert head.split() == ["question", "passed", "wrong"]
    assert len(rows) == len(QUESTIONS)
    assert all(row.split()[-2:] == ["2", "1"] for row in rows)


def test_what_nobody_handed_in_has_no_row() -> None:
    row = student("ada", "passed")
    for asked in QUESTIONS:
        if asked.lesson == "08":
            row.cells[asked.key] = replace(row.cells[asked.key], outcome=NOT_HANDED_IN)
    assert not any(line.startswith("08") for line in lines(book(row)))
    assert any(line.startswith("09") for line in lines(book(row)))


def test_all_outcomes_fit_on_80_columns() -> None:
    head, *rows = lines(book(*(student(f"s{n}", one) for n, one in enumerate(STYLES))))
    assert "…" not in head, head
    assert len(rows) == len(QUESTIONS)


def test_who_needs_a_look_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    many = [student(f"s{n:02}", "killed") for n in range(12)]
    fine, odd = student("fine", "passed"), student("odd", "passed", NOT_GRADABLE)
    assert show_summary(book(fine, odd, *many), STYLES) == 13
    told = capsys.readouterr().out
    assert "To look at by hand:" in told
    assert "odd: " in told
    assert "not gradable" in told
    assert "fine" not in told
    assert "3 more; `bpworkbook report` shows all." in told


def test_nothing_to_look_at_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_summary(book(student("ada", "passed")), STYLES) == 0
    assert "To look at" not in capsys.readouterr().out
