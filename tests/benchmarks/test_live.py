"""How quickly pictures follow: figures, bars and reports, from made-up times; no browser."""

import argparse
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import environment, live
from benchmarks.command import exit_code
from benchmarks.environment import ROOT, BenchmarkError
from benchmarks.live_figures import Drag, Measured, Run, quantile
from benchmarks.live_peer import ID, SOURCE
from benchmarks.live_report import live_report


@pytest.fixture
def run() -> Run:
    """A run that meets every bar, most of them by a little."""
    drag = Drag(moves=30, seconds=1.0, pictures=16, last=150.0)
    main = Measured(ID, "Watch it learn", "canvas, film", [70.0] * 27 + [100.0] * 3, 900, 500, drag)
    slow = Measured("E05.1", "Losses", "png, slow", [200.0] * 30, 800, 400)
    return Run([slow, main], interact=[300.0] * 30, alone=[70.0] * 30, among=[72.0] * 30)


def missed(run: Run) -> list[str]:
    return [str(verdict) for verdict in run.verdicts(ID) if not verdict.met]


def with_main(run: Run, **changes: Any) -> Run:
    main = run.experiments.pop()
    run.experiments.append(Measured(**{**main.__dict__, **changes}))
    return run


def test_quantiles_lie_between_values_where_they_fall_there() -> None:
    assert quantile([4.0, 1.0, 2.0, 3.0], 0.5) == 2.5
    assert quantile([7.0], 0.95) == 7.0
    assert quantile(range(101), 0.95) == 95.0
    assert math.isnan(quantile([], 0.5))


def test_a_run_that_meets_every_bar(run: Run) -> None:
    verdicts = run.verdicts(ID)
    assert len(verdicts) == 10
    assert missed(run) == []
    assert exit_code(verdicts, check=True) == 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"steps": [90.0] * 30}, ["p50 in ms: 90.00, bar 80.00", "over interact's: 0.30"]),
        ({"steps": [60.0] * 20 + [120.0] * 10}, ["p95 in ms: 120.00, bar 110.00"]),
        ({"drag": Drag(30, 1.0, 14, 150.0)}, ["pictures a second in a drag: 14.00, bar 15.00"]),
        ({"drag": Drag(30, 1.6, 16, 90.0)}, ["pictures a second in a drag: 10.00"]),
        ({"drag": Drag(30, 1.0, 15, 201.0)}, ["until the last picture: 201.00, bar 200.00"]),
        ({"drag": Drag(30, 1.0, 15, 90.0, "the picture is of 3")}, ["a wrong picture: 1.00"]),
        ({"first": 1200.0}, [f"latest first picture in ms ({ID}): 1200.00, bar 1000.00"]),
        ({"trouble": "shows: overflow"}, ["experiments that failed: 1.00, bar 0.00"]),
    ],
)
def test_each_bar_can_be_missed(run: Run, changes: dict[str, Any], told: list[str]) -> None:
    found = missed(with_main(run, **changes))
    assert len(found) == len(told)
    assert all(part in verdict for part, verdict in zip(told, found, strict=True))


def test_an_experiment_that_could_not_be_measured_fails_the_check(run: Run) -> None:
    run.experiments = [Measured("E07", trouble="cannot be imported: no such name")]
    run.interact = run.alone = run.among = ()
    assert missed(run) == ["experiments that failed: 1.00, bar 0.00, missed"]
    assert exit_code(run.verdicts(ID), check=True) == 1


def test_many_experiments_that_slow_each_other_down_miss_the_bar(run: Run) -> None:
    run.among = [90.0] * 30
    assert missed(run) == [
        "p50 among 30 experiments, over that of one alone: 1.29, bar 1.10, missed"
    ]


def test_the_report(run: Run, options: argparse.Namespace, tmp_path: Path) -> None:
    run.experiments.append(Measured("E07.1", "Broken", trouble="no picture in 30 s"))
    report = live_report(options, run, "Chromium 1")
    files = report.write(tmp_path)
    assert [path.name for path in files] == ["live.md", "live.png"]
    markdown = files[0].read_text(encoding="utf-8")
    assert "- Browser: Chromium 1" in markdown
    row = f"| {ID} Watch it learn | canvas, film | 70 | 100 | 500 | 900 | 16 of 30 | 150 | met |"
    assert row in markdown
    assert "| E07.1 Broken | – | – | – | – | – | – | – | missed |" in markdown
    assert "- E07.1: no picture in 30 s" in markdown
    assert "| interact, inline Matplotlib | 300 | 300 |" in markdown
    assert "not figures to quote" not in markdown


def test_the_picture_says_its_figures(run: Run, options: argparse.Namespace) -> None:
    picture = live_report(options, run, "Chromium 1").picture
    assert picture is not None
    assert "2 of 2 have a p95 within 250 ms; the largest is 200 ms, of E05.1." in picture.alt
    assert f"{ID}: p50 70 ms, p95 100 ms. With interact its p50 is 300 ms." in picture.alt
    lines = {line.get_label(): list(line.get_ydata()) for line in picture.figure.axes[0].lines}
    assert lines["p50"] == [200, 70]
    assert lines[f"bars of {ID}"] == [80, 110]


def test_without_any_figure_there_is_a_report_and_no_picture(options: argparse.Namespace) -> None:
    report = live_report(options, Run([Measured("E07", trouble="no")]), "Chromium 1")
    assert report.picture is None
    assert "| E07 | – |" in report.markdown()


def test_help_needs_nothing_installed() -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from benchmarks import live; "
    code += "live.main(['--help'])"
    # -S leaves site-packages out, -I the user's settings; so Playwright is not there.
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for word in ("python -m benchmarks.live", "--lessons", "--quick", "--check"):
        assert word in done.stdout


def test_without_playwright_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(os.getcwd())  # put back at the end: entering changes the folder
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    assert live.main(["--quick"]) == 2
    assert "`python tasks.py browser` makes the one" in capsys.readouterr().err


def test_an_unknown_lesson_is_refused() -> None:
    assert live.chosen(["09"]) == ["09"]
    with pytest.raises(BenchmarkError, match=r"there is no lesson 9; there are 00, "):
        live.chosen(["9"])


def test_the_peer_is_python() -> None:
    compile(SOURCE.replace("%matplotlib inline", ""), "peer", "exec")
