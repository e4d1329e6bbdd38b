"""The benchmark of grading: the class it makes, the bars it holds, and a small run of it."""

import argparse
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import grading, grading_class
from benchmarks.environment import ROOT, BenchmarkError
from benchmarks.grading_class import MIX, half_done, lay_class, maker_of, slow, unreadable, wrong
from benchmarks.grading_repeat import differences, measure, repeat_report
from benchmarks.grading_run import Graded
from benchmarks.grading_speed import CLASSES, MEGABYTE, memory_report, speed_report
from bpworkbook.grading.box import BoxError, best_backend
from bpworkbook.grading.cells import cell_of


@pytest.fixture
def options() -> argparse.Namespace:
    return argparse.Namespace(load=0.0, times=2, with_load=False, workers=1, students=2)


def sources(student: int, number: str = "09") -> list[str]:
    texts = [grading_class._read(kind, number) for kind in grading_class.KINDS]
    made = grading_class.notebook(texts, student)
    places = grading_class._answers(made)
    return ["".join(made["cells"][place]["source"]) for place in places]


def first(maker: object) -> int:
    return next(student for student in range(100) if maker_of(student) is maker)


def test_a_hundred_students_are_the_mix() -> None:
    made = Counter(maker_of(student) for student in range(100, 200))
    assert made == dict(MIX)


@pytest.mark.parametrize("number", CLASSES["unit 02"])
def test_each_kind_of_notebook_is_what_it_says(number: str) -> None:
    solved = sources(first(grading_class.right), number)
    assert all(not cell_of(1, source).error for source in solved)
    for maker, least in ((wrong, 0), (half_done, 1), (unreadable, 1), (slow, 1)):
        made = sources(first(maker), number)
        changed = [a for a, b in zip(made, solved, strict=True) if bare(a) != bare(b)]
        assert len(changed) >= least, f"{maker.__name__} is as the solution"
        errors = [source for source in made if cell_of(1, source).error]
        assert len(errors) == (1 if maker is unreadable else 0), errors


def bare(source: str) -> str:
    return source.rpartition("\n# student")[0]


def test_no_two_students_write_the_same_cell() -> None:
    assert not set(sources(0)) & set(sources(1))
    assert sources(1) == sources(1), "a student's notebook is another the second time"


def seen(seconds: float = 0.02, grown: int = 1) -> Graded:
    memory = [(n, (100 + (n > 200) * grown) * MEGABYTE) for n in range(100, 1001, 100)]
    total = 500 * seconds  # by two workers
    outcomes = Counter({"passed": 6900, "wrong": 100})
    return Graded(2, ("09",), [seconds] * 1000, total, memory, outcomes)


def alone(seconds: float) -> Graded:
    return Graded(1, ("09",), [seconds] * 4, 4 * seconds)


def test_bars_are_held(options: argparse.Namespace, tmp_path: Path) -> None:
    report = speed_report(options, {"lesson 09": seen()}, {"lesson 09": alone(0.04)})
    assert [verdict.met for verdict in report.verdicts] == [True, True, True, True]
    (path,) = report.write(tmp_path)
    assert "| lesson 09 | 4 | 1 | 0.0400 | 0.0400 | 0.0400 | 0.2 | 25.0 |" in path.read_text()
    assert "| lesson 09 | 1,000 | 2 | 0.0200 | 0.0200 | 0.0200 | 10.0 | 100.0 |" in path.read_text()
    slow, leaking = alone(0.06), seen(0.13, 20)
    report = speed_report(options, {"lesson 09": leaking}, {"lesson 09": slow})
    assert [verdict.met for verdict in report.verdicts] == [False, False, False, False]
    assert not memory_report(options, {"lesson 09": seen(grown=20)}).verdicts[0].met


def test_a_mark_that_differs_is_named(options: argparse.Namespace) -> None:
    row = ("ada", "09.1:linear_backward", "passed", 3.0)
    other = ("ada", "09.1:linear_backward", "timeout", 0.0)
    runs = [Graded(1, ("09",), [0.1], 0.1, rows=[made]) for made in (row, row, other)]
    report = repeat_report(options, runs)
    assert not report.verdicts[0].met
    assert "| ada | 09.1:linear_backward | 'passed', 3.0 | 'timeout', 0.0 |" in report.markdown()
    assert len(differences([[row], []])) == 1, "a mark that is missing is a difference"


def test_a_class_is_graded_twice_with_the_same_marks(
    options: argparse.Namespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    try:
        best_backend()
    except BoxError as error:
        pytest.skip(str(error))
    monkeypatch.setitem(CLASSES, "unit 02", ("09",))
    graded: list[None] = []
    options.students = 3
    runs = measure(options, lambda: graded.append(None))
    assert len(graded) == 6
    assert [len(run.rows) for run in runs] == [21, 21]
    assert repeat_report(options, runs).verdicts[0].met
    assert runs[0].outcomes["passed"] >= 14, "worked answers do not pass"


def test_what_cannot_be_measured_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match="--workers is 0, but wants 1 or more"):
        grading.require(argparse.Namespace(workers=0), CLASSES)
    with pytest.raises(BenchmarkError, match="there is no class '9'; there are lesson 09, unit 02"):
        grading.require(argparse.Namespace(classes=["9"]), CLASSES)
    lay_class(tmp_path / "class", ("09",), 2)
    assert len(list(tmp_path.rglob("*.ipynb"))) == 2


def test_help_needs_nothing_installed() -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from benchmarks import grading; "
    code += "grading.main(['--help'])"
    # -S leaves site-packages out, -I the user's settings.
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for word in ("python -m benchmarks.grading", "speed", "memory", "repeat"):
        assert word in done.stdout
