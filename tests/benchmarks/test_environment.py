"""When the environment for the peers is made, and what is said when it cannot be."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import environment, machine
from benchmarks.environment import (
    CPU_WHEELS,
    ROOT,
    TORCH,
    BenchmarkError,
    enter,
    make,
    stamp_text,
    steps,
    thread_environment,
)
from bpworkbook.workbook.blas import openblas_variables


def test_the_pin_of_pytorch_is_exact_and_the_project_goes_in_as_it_is() -> None:
    first, *rest = steps()
    assert first[1][0] == TORCH == "torch==2.13.0"
    if sys.platform.startswith("linux"):
        assert CPU_WHEELS in first[1], "PyPI's PyTorch brings gigabytes of CUDA to Linux"
    assert rest[-1][1] == ["--editable", "."]


def test_a_gpu_gets_pytorch_with_cuda_and_cupy() -> None:
    installed = [word for _, arguments in steps(gpu=True) for word in arguments]
    assert CPU_WHEELS not in installed
    assert any(word.startswith("cupy-cuda") for word in installed)


def test_the_stamp_changes_with_what_is_installed() -> None:
    texts = {
        stamp_text(steps()),
        stamp_text(steps(gpu=True)),
        stamp_text([*steps(), ("more", ["more"])]),
        stamp_text([]),
    }
    assert len(texts) == 4
    assert stamp_text(steps()) == stamp_text(steps())


class Installer:
    """Stands for `subprocess.run`: writes down what would have been run."""

    def __init__(self, folder: Path, fail: str = "") -> None:
        self.folder, self.fail, self.ran = folder, fail, list[str]()

    def __call__(self, command: list[str], **options: Any) -> Any:
        line = " ".join(command)
        self.ran.append(line)
        if "venv" in command:
            python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
            python.parent.mkdir(parents=True, exist_ok=True)
            python.touch()
        failed = bool(self.fail) and self.fail in line
        said = "WARNING: Retrying\nERROR: No matching distribution found." if failed else ""
        return subprocess.CompletedProcess(command, int(failed), "", said)


def test_it_is_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "venv"
    installer = Installer(folder)
    monkeypatch.setattr(environment.subprocess, "run", installer)
    python = make(folder)
    assert len(installer.ran) == 1 + len(steps())
    assert (folder / ".gitignore").read_text() == "*\n"
    assert "(once, a few minutes)" in capsys.readouterr().out
    assert make(folder) == python
    assert len(installer.ran) == 1 + len(steps()), "it was made again without a change"
    assert capsys.readouterr().out == ""
    make(folder, gpu=True)
    assert len(installer.ran) > 1 + len(steps()), "it was not made again after a change"


def test_without_network_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "venv"
    monkeypatch.setattr(environment.subprocess, "run", Installer(folder, fail="torch"))
    with pytest.raises(BenchmarkError) as caught:
        make(folder)
    assert str(caught.value) == (
        "installing PyTorch did not work (no network, perhaps): "
        "ERROR: No matching distribution found."
    )
    # What failed is tried again the next time.
    assert not (folder / "benchmarks-installed.txt").exists()


def test_this_python_can_be_used_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(folder: Path, *, gpu: bool) -> Path:
        raise AssertionError("an environment was made")

    monkeypatch.setattr(environment, "make", refuse)
    monkeypatch.chdir(ROOT)
    enter("benchmarks.training", [], here=True)
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        BenchmarkError, match=r"^this Python lacks numpy, matplotlib, PIL, rich; .*\.$"
    ):
        enter("benchmarks.training", [], here=True)


def test_threads_are_set_for_every_library() -> None:
    variables = thread_environment(2)
    assert variables["OPENBLAS_NUM_THREADS"] == variables["OMP_NUM_THREADS"] == "2"
    assert variables["MKL_NUM_THREADS"] == "2"
    assert variables["PATH"] == os.environ["PATH"]


def test_openblas_is_told_what_lab_tells_it_unless_the_caller_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENBLAS_CORETYPE", raising=False)
    assert thread_environment(1).get("OPENBLAS_CORETYPE") == openblas_variables().get(
        "OPENBLAS_CORETYPE"
    )
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    assert thread_environment(1)["OPENBLAS_CORETYPE"] == "Haswell"
    # NumPy may stand on another library than OpenBLAS; then there is no line.
    assert all("its code for Haswell" in line for line in machine.openblas_code())
