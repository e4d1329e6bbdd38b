"""Assignments: what a file says, what it may not say, and what lateness costs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bpworkbook.grading.assignment import (
    AssignmentError,
    Late,
    assignment_of_unit,
    find_assignment,
    read_assignment,
)

WHOLE = """
name = "gradients 1"
course = "Deep learning 2026"
unit = "02-gradients"
lessons = ["09", "08"]
leave_out = ["09.5", "08.1"]
due = 2026-10-01T23:59:00+02:00
seed = "autumn"

[points]
"09.1" = 5
"09.2:relu_backward" = 0.5

[late]
per_day = 0.1
days = 5
grace_minutes = 15

[extensions]
ada = 2026-10-08T12:00:00Z
"""


def test_a_file_says_everything(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(WHOLE)
    made = find_assignment("one", tmp_path)
    assert (made.name, made.course, made.seed) == ("gradients 1", "Deep learning 2026", "autumn")
    assert made.lessons == ("09", "08")
    assert made.due == datetime(2026, 10, 1, 21, 59, tzinfo=UTC)
    assert made.extensions == {"ada": datetime(2026, 10, 8, 12, tzinfo=UTC)}
    assert made.worth["09.1:linear_backward"] == 5
    assert made.worth["09.2:relu_backward"] == 0.5
    assert made.worth["09.2:sigmoid_backward"] == 1, "the other question of 09.2 changed too"
    assert not [key for key in made.worth if key.startswith(("09.5", "08.1"))]
    assert made.late == Late(0.1, 5, 15)


def test_a_unit_is_an_assignment_without_a_file(tmp_path: Path) -> None:
    made = find_assignment("02-gradients", tmp_path)
    assert made == assignment_of_unit("02-gradients")
    assert {"06", "12"} <= set(made.lessons)
    assert not {"05", "13"} & set(made.lessons)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = ", "is no TOML file"),
        ("dew = 2026-01-01", "it has 'dew', but it may have"),
        ("due = 'tomorrow'", "due is 'tomorrow', but a date is wanted"),
        ("lessons = ['99']", "lessons names '99'"),
        ("lessons = []", "none of its lessons asks a question"),
        ("lessons = [['09']]", "lessons names"),
        ("[points]\n'99.1' = 2", "points names '99.1'"),
        ("[points]\n'09.1' = -1", "points of 09.1 are -1"),
        ("[points]\n'09.1' = nan", "points of 09.1 are nan"),
        ("leave_out = ['09.77']", "leave_out names '09.77'"),
        ("[late]\nper_week = 1", "it has 'per_week'"),
        ("[late]\nper_day = nan", "late.per_day is nan"),
        ("[late]\ndays = 1.5", "days is 1.5"),
        ("[extensions]\nada = 3", "extensions.ada is 3"),
    ],
)
def test_a_wrong_file_is_told_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "02-gradients.toml"
    path.write_text(text)
    with pytest.raises(AssignmentError) as caught:
        read_assignment(path)
    assert said in str(caught.value).replace("\n", " "), caught.value


def test_no_such_assignment(tmp_path: Path) -> None:
    with pytest.raises(AssignmentError, match="there is no unit '02'"):
        find_assignment("02", tmp_path)
    with pytest.raises(AssignmentError, match="cannot be read"):
        find_assignment(str(tmp_path / "no.toml"))


DUE = datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "left"),
    [(-5, 1.0), (0, 1.0), (0.2, 1.0), (0.3, 0.9), (24, 0.9), (25, 0.8), (48.1, 0.7), (500, 0.0)],
)
def test_what_lateness_leaves(hours: float, left: float) -> None:
    late = Late(per_day=0.1, days=5, grace_minutes=15)
    assert late.share(DUE + timedelta(hours=hours), DUE) == pytest.approx(left)


def test_an_unknown_time_costs_nothing() -> None:
    assert Late(per_day=0.5).share(None, DUE) == 1
    assert Late(per_day=0.5).share(DUE, None) == 1


def test_a_long_delay_never_costs_more_than_all() -> None:
    assert Late(per_day=0.3).share(DUE + timedelta(days=30), DUE) == 0
