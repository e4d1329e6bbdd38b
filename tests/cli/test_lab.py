"""`bpworkbook lab`: ports, options, and what JupyterLab is started with."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bpworkbook.cli import lab
from bpworkbook.cli.console import CommandError
from bpworkbook.workbook.blas import openblas_variables
from bpworkbook.workspace import START_NOTEBOOK

FAKE = """import json, os, sys
print(json.dumps([sys.argv[1:], os.getcwd(), dict(os.environ)]))
sys.exit(7)
"""


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which somebody listens."""
    with socket.create_server(("localhost", 0)) as server:
        yield server.getsockname()[1]


def test_a_named_port_that_is_taken_is_an_error(taken: int) -> None:
    with pytest.raises(CommandError, match=f"port {taken} is already in use"):
        lab.choose_port(taken)


def test_a_free_port_is_taken_as_named() -> None:
    with socket.create_server(("localhost", 0)) as server:
        free = server.getsockname()[1]
    assert lab.choose_port(free) == (free, "")


def test_without_a_name_the_next_free_port_is_used_and_said(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab, "FIRST_PORT", taken)
    port, said = lab.choose_port(None)
    assert taken < port < taken + lab.PORTS_TRIED
    assert f"Port {taken} is taken; using port {port}." == said


def test_a_listener_on_every_address_counts_as_taken() -> None:
    with socket.create_server(("", 0)) as server:
        assert lab.port_problem(server.getsockname()[1]) == "is already in use"


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_number_that_is_no_port_is_said(port: int) -> None:
    with pytest.raises(CommandError, match="1 to 65535"):
        lab.choose_port(port)


@pytest.mark.parametrize(
    ("folder", "options", "expected"),
    [
        (None, [], (None, [])),
        ("mine", ["--ServerApp.x=http://a//b"], (Path("mine"), ["--ServerApp.x=http://a//b"])),
        ("--ServerApp.x=1", ["--debug"], (None, ["--ServerApp.x=1", "--debug"])),
    ],
)
def test_what_begins_with_a_dash_is_no_folder(
    folder: str | None, options: list[str], expected: tuple[Path | None, list[str]]
) -> None:
    assert lab.split_arguments(folder, options) == expected


def test_the_folder_is_the_named_one_else_the_workspace_around_else_a_new_one(
    tmp_path: Path,
) -> None:
    assert lab.chosen_folder(None, tmp_path) == tmp_path / "backprop-workbook"
    inside = tmp_path / "mine" / "course"
    inside.mkdir(parents=True)
    (tmp_path / "mine" / ".bpworkbook").mkdir()
    assert lab.chosen_folder(None, inside) == tmp_path / "mine"
    assert lab.chosen_folder(tmp_path / "other", inside) == tmp_path / "other"


def test_jupyter_opens_the_first_lesson_and_a_users_options_come_last(tmp_path: Path) -> None:
    (tmp_path / START_NOTEBOOK).parent.mkdir(parents=True)
    (tmp_path / START_NOTEBOOK).touch()
    command = lab.jupyter_command(tmp_path, 9999, browser=False, extra=["--debug"], root=True)
    assert command[:3] == [sys.executable, "-m", "jupyterlab"]
    assert f"--LabApp.default_url=/lab/tree/{START_NOTEBOOK}" in command
    assert {"--no-browser", "--allow-root", "--ServerApp.port=9999"} <= set(command)
    assert f"--LabApp.workspaces_dir={tmp_path / '.bpworkbook' / 'jupyterlab'}" in command
    assert command[-1] == "--debug"
    (tmp_path / START_NOTEBOOK).unlink()
    command = lab.jupyter_command(tmp_path, 9999, browser=True, extra=[], root=False)
    assert "--LabApp.default_url=/lab" in command
    assert not {"--no-browser", "--allow-root"} & set(command)


def test_jupyter_defaults_are_readable_by_jupyter() -> None:
    overrides = lab.JUPYTER_DEFAULTS / "labconfig" / "default_setting_overrides.json"
    assert json.loads(overrides.read_text()) == {
        "@jupyterlab/apputils-extension:kernels-settings": {"commsOverSubshells": "disabled"},
        "@jupyterlab/apputils-extension:notification": {
            "checkForUpdates": False,
            "fetchNews": "false",
        },
    }


def test_lab_makes_the_workspace_and_hands_over_to_jupyter(tmp_path: Path) -> None:
    (tmp_path / "fake" / "jupyterlab").mkdir(parents=True)
    (tmp_path / "fake" / "jupyterlab" / "__init__.py").touch()
    (tmp_path / "fake" / "jupyterlab" / "__main__.py").write_text(FAKE)
    done = subprocess.run(
        [sys.executable, "-m", "bpworkbook", "lab", "--no-browser", "--ServerApp.token=secret"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "fake"), "OPENBLAS_NUM_THREADS": "3"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    workspace = tmp_path / "backprop-workbook"
    assert (workspace / START_NOTEBOOK).is_file(), done.stderr
    assert done.returncode == 7, "JupyterLab's exit code should be ours"
    assert f"Made the folder {workspace}" in done.stdout
    arguments, folder, variables = json.loads(done.stdout.splitlines()[-1])
    assert folder == str(workspace)
    assert f"--ServerApp.root_dir={workspace}" in arguments
    assert arguments[-1] == "--ServerApp.token=secret"
    assert variables["OPENBLAS_NUM_THREADS"] == "3", "what a person has set stays"
    assert variables.items() >= {"MKL_NUM_THREADS": "1", **openblas_variables()}.items()
