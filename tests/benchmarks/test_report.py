"""Tables and pictures, from made-up figures."""

import argparse
import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmarks import memory, scaling, training
from benchmarks.command import publish
from benchmarks.environment import BenchmarkError
from benchmarks.gpu_report import gpu_report
from benchmarks.report import Report, Table
from benchmarks.training_report import cpu_report


def told(report: Report) -> str:
    console = Console(file=io.StringIO(), width=120)
    report.show(console)
    shown: Any = console.file
    return str(shown.getvalue())


def test_the_report_on_the_cpu(found: Any, options: argparse.Namespace, tmp_path: Path) -> None:
    report = cpu_report(options, found)
    files = report.write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "training-cpu.md",
        "training-cpu.png",
    ]
    markdown = files[0].read_text(encoding="utf-8")
    assert "| mlp-sgd | 1 | 0.50 | 0.65 | met | 50% | 1e-07 |" in markdown
    assert "| geometric mean |  | 0.40 | 0.65 | met |  |  |" in markdown
    assert "- geometric mean, 2 threads: 0.40, bar 0.75, met" in markdown
    assert "Processor: " in markdown
    assert "numpy 2." in markdown
    assert files[1].read_bytes().startswith(b"\x89PNG")
    assert "34 of 34 bars met." in told(report)


def test_the_picture_says_its_figures_and_bars(found: Any, options: argparse.Namespace) -> None:
    picture = cpu_report(options, found).picture
    assert picture is not None
    assert "This library with 1 thread: mlp-sgd 0.500 (bar 0.650)" in picture.alt
    assert "PyTorch, fused optimiser with 2 threads: 0.900 to 0.900." in picture.alt
    panels = picture.figure.axes
    assert [ax.get_title(loc="left") for ax in panels] == ["1 thread", "2 threads"]
    marks = {line.get_label(): line.get_xdata() for line in panels[0].lines}
    assert marks["bar"] == pytest.approx([0.65, 0.95, 0.65, 0.8, 1.1, 0.95, 0.15])
    assert marks["this library"] == pytest.approx([0.5] * 6 + [0.1])
    assert panels[0].get_xscale() == "log"


def test_a_missed_bar_is_named_and_gives_exit_code_1(
    found: Any, options: argparse.Namespace, tmp_path: Path
) -> None:
    for result in found:
        if result["workload"] == "cnn":
            result["times"]["ours"] = [2e-3] * 4
    report = cpu_report(options, found)
    assert "Missed: cnn, 1 thread: 1.00, bar 0.80, missed" in told(report)
    options.output = tmp_path
    console = Console(file=io.StringIO())
    assert publish([report], options, console) == 1
    options.check = False
    assert publish([report], options, console) == 0


def test_without_peers_there_are_times_and_no_picture(
    found: Any, options: argparse.Namespace
) -> None:
    for result in found:
        result["times"] = {"ours": [1e-3] * 4, "floor": [5e-4] * 4}
        result["differences"], result["missing"] = {}, {"torch": "No module named 'torch'"}
    report = cpu_report(options, found)
    assert report.picture is None
    markdown = report.markdown()
    assert "| cnn | 1 | – | – | – | 50% | – |" in markdown
    assert "- Left out: PyTorch (No module named 'torch')" in markdown


def test_a_busy_machine_is_told(found: Any, options: argparse.Namespace) -> None:
    options.load = 1.75
    assert "The machine was busy before (load 1.8)" in cpu_report(options, found).markdown()


def test_a_quick_look_says_so(found: Any, options: argparse.Namespace) -> None:
    options.quick = True
    assert "not figures to quote" in cpu_report(options, found).markdown()


def test_the_report_on_a_gpu(found: Any, options: argparse.Namespace) -> None:
    timed = [{**r, "place": "gpu", "device": "GPU X", "queued": 0.9} for r in found]
    timed = [result for result in timed if result["threads"] == 2]
    rows = [{"name": "linear", "gradient": 1e-9, "float64": 1e-16, "float32": 1e-7}]
    checks = {"workload": "checks", "threads": 1, "place": "gpu", "rows": rows}
    report = gpu_report(options, [*timed, checks])
    assert all(verdict.met for verdict in report.verdicts)
    markdown = report.markdown()
    assert "- GPU: GPU X" in markdown
    assert "| cnn | 1 | 0.50 | 2 | 0.90 | 0.5 | 90% |" in markdown
    assert "| linear | 1e-09 | 1e-16 | 1e-07 | met |" in markdown
    rows.append({"name": "conv2d", "error": "TypeError: no such function"})
    report = gpu_report(options, [*timed, checks])
    assert not report.verdicts[0].met
    assert "- conv2d failed: TypeError: no such function" in report.markdown()


def test_results_of_both_places_make_two_reports(found: Any, options: argparse.Namespace) -> None:
    there = [{**r, "place": "gpu", "device": "GPU X", "queued": 0.9} for r in found[:7]]
    names = [report.name for report in training.reports(options, [*found, *there])]
    assert names == ["training-cpu", "training-gpu"]
    assert [report.name for report in training.reports(options, found)] == ["training-cpu"]


def test_the_report_on_growth_with_size(options: argparse.Namespace) -> None:
    found = [
        {
            "workload": axis,
            "threads": threads,
            "values": [1, 2, 4],
            "seconds": {"ours": [1e-6, 2e-6, 4e-6], "torch": [2e-6, 2e-6, 2e-6]},
        }
        for threads in (1, 2)
        for axis in ("width", "depth", "batch")
    ]
    (report,) = scaling.reports(options, found)
    markdown = report.markdown()
    assert (
        "- With 2 threads the time of a sample grows: this library as width^1.00, "
        "PyTorch as width^0.00" in markdown
    )
    assert "| 4 | 4 | 2 |" in markdown
    assert report.picture is not None
    assert "By depth with 1 thread: this library rises from 1.00 to 4.00" in report.picture.alt
    assert len(report.picture.figure.axes) == 6


def test_the_report_on_memory(options: argparse.Namespace) -> None:
    mib = 1024 * 1024
    common = {"workload": "cnn", "threads": 1}
    found = [
        {**common, "library": "ours", "peak": 30 * mib, "imported": 40 * mib},
        {**common, "library": "torch", "peak": 60 * mib, "imported": 200 * mib},
        {**common, "library": "ours", "held": 2048, "resident": 4096, "steps": 900},
    ]
    (report,) = memory.reports(options, found)
    assert "| cnn | 30.0 | 60.0 | 0.50 | – | 40.0 | 200.0 | 2.0 | 4 |" in report.markdown()
    assert [str(verdict) for verdict in report.verdicts] == [
        "cnn: memory over PyTorch's: 0.50, bar 1.00, met",
        "cnn: growth in KiB: 2.00, bar 64.00, met",
    ]
    found[2]["held"] = 100 * 1024
    (report,) = memory.reports(options, found)
    assert not report.verdicts[1].met


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    report = Report("x", "X", [], [], [Table("T", ("a",), (("1",),))])
    with pytest.raises(BenchmarkError, match=r"file cannot be written: .*\.$"):
        report.write(tmp_path / "file")
