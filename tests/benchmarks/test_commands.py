"""The commands as they are typed."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import memory, processes, scaling, training
from benchmarks.bars import PLANS
from benchmarks.environment import ROOT, BenchmarkError
from benchmarks.processes import run_job


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize("name", ["training", "scaling", "memory"])
def test_help_needs_nothing_installed(name: str) -> None:
    # -S leaves site-packages out, -I the user's settings; so NumPy is not there.
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from benchmarks import {name} as m; "
    code += "m.COMMAND.main(['--help'])"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert f"python -m benchmarks.{name}" in done.stdout
    assert "--quick" in done.stdout
    if name == "training":
        assert all(workload in done.stdout for workload in PLANS)


def test_an_unknown_workload_is_refused() -> None:
    done = run("benchmarks.training", "--workloads", "mlp")
    assert done.returncode == 2
    assert "invalid choice: 'mlp'" in done.stderr


def test_the_library_alone_is_measured_in_this_python(tmp_path: Path) -> None:
    options = ["--no-peers", "--quick", "--runs", "1", "--threads", "1", "--workloads", "xor"]
    done = run("benchmarks.training", *options, "--output", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "measured: run 1, 1 thread, xor" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["training-cpu.md"]


def test_without_a_gpu_it_says_so_and_measures_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(training, "gpu_missing", lambda: "No GPU was measured: none.")
    options = training.COMMAND.parser().parse_args(["--gpu", "--runs", "1", "--threads", "2"])
    jobs = training.jobs(options)
    assert capsys.readouterr().out == "No GPU was measured: none.\n"
    assert [words for words, _ in jobs] == ["run 1, 2 threads"]


def test_without_a_driver_nothing_is_installed_for_a_gpu(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    entered: list[Any] = []
    monkeypatch.setattr(training, "nvidia_devices", lambda: (0, 0))
    monkeypatch.setattr("benchmarks.command.enter", lambda *args, **kw: entered.append((args, kw)))
    monkeypatch.setattr(training.COMMAND.__class__, "run", lambda self, options: 0)
    assert training.main(["--gpu", "--quick"]) == 0
    assert capsys.readouterr().out == f"{training.NO_DRIVER}\n"
    ((_, arguments), settings) = entered[0]
    assert "--gpu" not in arguments
    assert settings == {"gpu": False, "here": False}


def test_with_a_gpu_it_is_measured_after_the_cpu_and_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "gpu_missing", lambda: "")
    options = training.COMMAND.parser().parse_args(["--gpu", "--runs", "1"])
    jobs = training.jobs(options)
    assert [words for words, _ in jobs] == [
        "run 1, 1 thread",
        "run 1, 2 threads",
        "run 1, GPU",
        "GPU",
    ]
    assert [job["device"] for _, job in jobs] == ["cpu", "cpu", "gpu", "gpu"]


def test_memory_is_measured_in_a_process_for_each_library() -> None:
    options = memory.COMMAND.parser().parse_args(["--workloads", "cnn"])
    words = [words for words, _ in memory.jobs(options)]
    assert words == ["peak, ours", "peak, torch", "growth, ours"]
    # Even loading PyTorch would count as ours.
    assert not any(job["torch"] for _, job in memory.jobs(options))


def test_scaling_takes_a_process_for_each_number_of_threads() -> None:
    options = scaling.COMMAND.parser().parse_args(["--threads", "2"])
    assert [job["threads"] for _, job in scaling.jobs(options)] == [2]


def test_a_failing_process_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BenchmarkError, match=r"ended with code 1; it says why above\.$"):
        run_job({"kind": "no such kind", "threads": 1, "torch": False})


def test_what_a_process_tells_is_heard_and_its_results_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    events = [{"event": "round", "done": 1}, {"event": "result", "workload": "xor"}]
    code = f"print({chr(10).join(map(json.dumps, events))!r})"
    real = processes.subprocess.Popen

    def popen(command: list[str], **options: Any) -> Any:
        return real([sys.executable, "-c", code], **options)

    monkeypatch.setattr(processes.subprocess, "Popen", popen)
    heard: list[Any] = []
    results = run_job({"kind": "training", "threads": 2}, heard.append)
    assert heard == events
    assert results == [{"event": "result", "workload": "xor", "threads": 2}]
