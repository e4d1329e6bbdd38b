"""The comparison with other graders: what is timed, tables and picture, without running them."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import grading_side
from benchmarks.environment import BenchmarkError
from benchmarks.grading_class import lay_class
from benchmarks.grading_peers import LESSON, Ours
from benchmarks.grading_side import FEW, Seen, measure, side_report
from benchmarks.tree_memory import PROC, Ran, run_watched
from bpworkbook.grading.box import BoxError, best_backend

GROW = """
import subprocess, sys, time
inner = "held = bytearray(80_000_000); import time; time.sleep(1.5)"
subprocess.run([sys.executable, "-c", inner])
"""


class StandIn:
    """A grader whose commands take a second for itself and a quarter for each notebook."""

    def __init__(self, name: str, bonus: float = 0.0) -> None:
        self.name, self.bonus = name, bonus
        self.graded: list[int] = []

    def grade(self, class_: Path, home: Path) -> list[Ran]:
        assert not any(home.iterdir()), f"{home} is not new"
        self.graded.append(len(list(class_.iterdir())))
        return [Ran(1.0 + 0.25 * self.graded[-1], 50 << 20)]

    def marks(self, home: Path) -> dict[str, float]:
        return {"ada": 3.0 + self.bonus, "bob": 5.0}


def test_all_take_turns_and_a_further_notebook_leaves_the_start_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours, other = StandIn("bpworkbook"), StandIn("other", bonus=2.0)
    monkeypatch.setattr(grading_side, "make", lambda *_: Path("bin/python"))
    monkeypatch.setattr(grading_side, "all_graders", lambda _: (ours, other))
    told: list[None] = []
    options = argparse.Namespace(submissions=6, rounds=2, load=0.0)
    found = measure(options, lambda: told.append(None))
    assert ours.graded == other.graded == [FEW, 6, FEW, 6]
    assert len(told) == 24, "progress is one for each notebook of each turn"
    assert found["other"].seconds(6) == pytest.approx(2.5 / 6)
    assert found["other"].further(6) == pytest.approx(0.25)
    report = side_report(options, found)
    times, totals = report.tables
    assert times.rows[1] == ("other", "0.417", "1.0", "0.250", "50")
    assert totals.rows == [("bpworkbook", "8", "2", "0", "0"), ("other", "10", "1", "1", "0")]
    assert report.picture is not None
    assert "other 0.417 s and 50.0 MB" in report.picture.alt


def test_a_class_too_small_to_compare_is_refused() -> None:
    with pytest.raises(BenchmarkError, match="--submissions is 2, but wants more than 2"):
        measure(argparse.Namespace(submissions=2, rounds=1), lambda: None)


def test_a_turn_without_memory_has_a_dash() -> None:
    seen = Seen([[Ran(1.0, 0)]], [[Ran(0.5, 0)]], {"ada": 1.0})
    assert grading_side.side_table({"bpworkbook": seen}, 4).rows[0][-1] == "–"


@pytest.mark.skipif(not PROC.is_dir(), reason="the system keeps no /proc")
def test_memory_of_what_a_command_starts_counts(tmp_path: Path) -> None:
    ran = run_watched([sys.executable, "-c", GROW], tmp_path, os.environ)
    assert ran.peak > 80_000_000, f"{ran.peak} bytes: the inner process was not seen"
    assert ran.seconds > 1.4


def test_a_command_that_fails_says_why(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "print('first'); print('no such class'); raise SystemExit(3)"]
    with pytest.raises(BenchmarkError, match="ended with code 3: no such class"):
        run_watched(command, tmp_path, os.environ)


def test_ours_grades_the_class_it_is_given(tmp_path: Path) -> None:
    try:
        best_backend(isolated=True)
    except BoxError as error:
        pytest.skip(str(error))
    class_, home = lay_class(tmp_path / "class", [LESSON], 1), tmp_path / "home"
    home.mkdir()
    ours = Ours()
    (ran,) = ours.grade(class_, home)
    assert ran.seconds > 0
    assert ours.marks(home) == {"student0000": 14.0}, "the first of a class hands in the solution"


def test_help_names_the_comparison() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.grading", "side", "--help"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0
    assert "--rounds" in done.stdout
