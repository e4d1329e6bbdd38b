"""The command line as a whole: help, version, errors, and what starting it costs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import bpworkbook
from bpworkbook.cli import app

COMMANDS = ("lab", "check", "progress", "export", "reset", "grade", "build", "lint")


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_says_what_a_command_does(command: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage: bpworkbook" in result.output
    assert all(name in result.output for name in COMMANDS if not command)


def test_python_dash_m_and_version() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bpworkbook", "--version"], capture_output=True, text=True
    )
    assert done.stdout.strip() == f"bpworkbook {bpworkbook.__version__}"


def test_the_command_line_starts_without_the_heavy_libraries() -> None:
    heavy = ("numpy", "matplotlib", "sklearn", "ipywidgets", "IPython", "nbformat", "jupyterlab")
    code = (
        "import sys; sys.argv = ['bpworkbook', '--help']\n"
        "from bpworkbook.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        f"loaded = [name for name in {heavy} if name in sys.modules]\n"
        "assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "no-such.ipynb"),
        ("check", "."),
        ("reset", "99"),
        ("reset", "09", "--folder", "nowhere"),
        ("progress", "--folder", "nowhere"),
        ("export", "progress.xlsx"),
        ("lab", "--port", "70000"),
        ("build", "99"),
        ("lint", "99"),
    ],
)
def test_an_expected_failure_is_one_sentence_and_exit_code_2(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 2, result.output
    assert result.output.startswith("Error: ")
    assert result.output.count("\n") == 1, "the error is more than one line"
    assert result.output.rstrip().endswith(".")
    assert "Traceback" not in result.output


@pytest.mark.parametrize("arguments", [("lub",), ("lab", "--port", "eight"), ("reset",)])
def test_wrong_usage_is_an_error_with_exit_code_2(arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 2
    assert "Error" in result.output


def test_a_terminal_without_the_signs_does_not_stop_a_command() -> None:
    code = (
        "from bpworkbook.cli.console import accept_any_terminal, say\n"
        "accept_any_terminal()\n"
        "say('✓ passed')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "? passed\n"
