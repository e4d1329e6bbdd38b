"""`tasks.py`: when it installs, and that a failed check is never hidden."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / "tasks.py"


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, loaded for a project in a temporary folder that has a working `.venv`."""
    spec = importlib.util.spec_from_file_location("tasks", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / ".venv").mkdir()
    for name, path in {
        "ROOT": tmp_path,
        "VENV": tmp_path / ".venv",
        "STAMP": tmp_path / ".venv" / "stamp.txt",
        "PYTHON": Path(sys.executable),
    }.items():
        monkeypatch.setattr(module, name, path)
    monkeypatch.chdir(tmp_path)
    return module


@pytest.fixture
def installed(tasks: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The pip commands that were run."""
    commands: list[list[str]] = []
    monkeypatch.setattr(tasks, "run", commands.append)
    monkeypatch.setattr(tasks, "pip_version", lambda: (25, 1))
    return commands


def test_the_second_start_installs_nothing(tasks: ModuleType, installed: list[list[str]]) -> None:
    tasks.install(with_tests=False)
    tasks.install(with_tests=False)
    assert len(installed) == 1
    assert "--group" not in installed[0]


def test_a_changed_pyproject_installs_again(tasks: ModuleType, installed: list[list[str]]) -> None:
    tasks.install(with_tests=True)
    (tasks.ROOT / "pyproject.toml").write_text("[project]\nname = 'changed'\n")
    tasks.install(with_tests=True)
    assert [command[-2:] for command in installed] == [["--group", "test"]] * 2


def test_what_the_tests_need_is_enough_for_the_course_but_not_the_other_way(
    tasks: ModuleType, installed: list[list[str]]
) -> None:
    tasks.install(with_tests=False)
    tasks.install(with_tests=True)
    tasks.install(with_tests=False)
    assert len(installed) == 2


def test_a_failed_installation_is_said_and_repeated(
    tasks: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "pip_version", lambda: (25, 1))
    monkeypatch.setattr(tasks.subprocess, "call", lambda *_: 1)
    for _ in range(2):
        with pytest.raises(tasks.SetupError, match="the installation stopped"):
            tasks.install(with_tests=False)
    assert not tasks.STAMP.exists()


def test_an_old_pip_is_upgraded_first(
    tasks: ModuleType, installed: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "pip_version", lambda: (23, 2))
    tasks.install(with_tests=True)
    assert installed[0][-1] == "pip>=25.1"


def test_checks_report_one_line_and_show_what_failed(
    tasks: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checks = {"good": ["platform"], "bad": ["no_such_module"]}
    monkeypatch.setattr(tasks, "CHECKS", checks)
    assert tasks.run_checks() == ["bad"]
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1] == "good ok · bad FAILED"
    assert "No module named no_such_module" in "\n".join(printed)


@pytest.mark.parametrize(("failed", "pytest_code"), [(["mypy"], 0), ([], 1), ([], 0), (["x"], 5)])
def test_a_failed_check_fails_the_run_even_where_the_tests_pass(
    tasks: ModuleType, monkeypatch: pytest.MonkeyPatch, failed: list[str], pytest_code: int
) -> None:
    monkeypatch.setattr(tasks, "install", lambda **_: None)
    monkeypatch.setattr(tasks, "browser_notice", lambda: None)
    monkeypatch.setattr(tasks, "run_checks", lambda: failed)
    monkeypatch.setattr(tasks.subprocess, "call", lambda *_: pytest_code)
    assert bool(tasks.test([])) == bool(failed or pytest_code)


def test_an_unknown_task_is_refused() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT), "fly"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "course" in done.stderr
