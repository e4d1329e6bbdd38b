"""``nbval`` in its strict mode passes on what learners read and on the worked answers."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from bpworkbook.authoring.project import NotebookKind, open_project
from bpworkbook.workbook.blas import ONE_THREAD

READ: tuple[NotebookKind, ...] = ("course", "solutions")
CELL_SECONDS = 60
NOT_STARTED = ("RuntimeError: Kernel didn't respond", "RuntimeError: Kernel died before replying")
"""What Jupyter says of a kernel that lost its ports: they are looked for first and taken a moment
later, so two kernels that start together may have been given the same."""


def nbval(notebook: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run nbval on a copy, where no settings of this project or of the reader's are found."""
    shutil.copy(notebook, folder / "notebook.ipynb")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "BPWORKBOOK_HOME": str(folder / "home"),
        "IPYTHONDIR": str(folder / "ipython"),
        **ONE_THREAD,
    }
    options = ["-p", "nbval.plugin", "--nbval", f"--nbval-cell-timeout={CELL_SECONDS}"]
    command = [sys.executable, "-m", "pytest", *options, "-q", "--color=no", "notebook.ipynb"]
    for _ in range(2):
        run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
        if not any(words in run.stdout for words in NOT_STARTED):
            break
    return run


@pytest.mark.parametrize("kind", READ)
@pytest.mark.parametrize("number", list(open_project().paths))
def test_outputs_are_what_a_run_gives(
    number: str,
    kind: NotebookKind,
    committed: Callable[[str, NotebookKind], Path],
    tmp_path: Path,
) -> None:
    notebook = committed(number, kind)
    cells = nbformat.read(notebook, as_version=4).cells
    count = sum(cell.cell_type == "code" for cell in cells)
    run = nbval(notebook, tmp_path)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert f"{count} passed" in run.stdout, f"of {count} cells: {run.stdout[-300:]}"


def test_nbval_would_see_a_changed_output(tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell("print('two')", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="one\n")]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    path = tmp_path / "wrong.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=metadata), path)
    run = nbval(path, tmp_path)
    assert run.returncode == 1, "nbval compares nothing"
    assert "mismatch 'stdout'" in run.stdout
