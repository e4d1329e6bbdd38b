"""Run a notebook in a kernel of its own, away from the author's files, settings and progress."""

import os
import re
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, ValidationError

from bpworkbook.authoring.project import PACKAGE
from bpworkbook.workbook.blas import ONE_THREAD

CELL_SECONDS = 60

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class ExecutionError(RuntimeError):
    """Raised when a cell fails; the message names the notebook and cell and shows the traceback."""


@dataclass(frozen=True)
class Execution:
    """A notebook with its outputs, and the seconds that it took, its kernel's start included."""

    notebook: NotebookNode
    seconds: float


def execute(notebook: NotebookNode, name: str, cell_seconds: int = CELL_SECONDS) -> Execution:
    """Run a notebook's cells from top to bottom in a fresh kernel.

    The kernel works in an empty folder, keeps progress in another, reads no settings of the
    author's, and imports this very package.

    Parameters
    ----------
    notebook : NotebookNode
        It is given its outputs.
    name : str
        How messages call it.
    cell_seconds : int
        The longest a cell may take.

    Raises
    ------
    ExecutionError
        A cell raised an error, took too long or showed what no notebook can hold, or the kernel
        died.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="bpworkbook-", ignore_cleanup_errors=True) as folder:
        work = Path(folder, "work")
        work.mkdir()
        client = NotebookClient(
            notebook,
            timeout=cell_seconds,
            kernel_name="python3",
            resources={"metadata": {"path": str(work)}},
            store_widget_state=False,
            coalesce_streams=True,
            shutdown_kernel="immediate",  # it has nothing to save, and asking it takes seconds
        )
        log = Path(folder, "kernel.log")
        try:
            with log.open("w") as file:  # what the kernel itself says, not its cells
                client.execute(env=kernel_environment(Path(folder)), stderr=file)
        except CellExecutionError as error:
            raise ExecutionError(f"{name}, {_failed(notebook)}:\n{_plain(error)}") from error
        except (CellTimeoutError, DeadKernelError, ValidationError) as error:
            what = f"{_running(client, notebook)}: {_plain(error).splitlines()[0]}"
            said = log.read_text(encoding="utf-8", errors="replace")
            raise ExecutionError(f"{name}, {what}\n{said[-2000:]}".strip()) from error
    return Execution(notebook, time.perf_counter() - started)


def kernel_environment(folder: Path) -> dict[str, str]:
    """Return the environment for a kernel that touches nothing outside ``folder``.

    Parameters
    ----------
    folder : Path
        Progress and IPython's own files go there.
    """
    paths = [str(PACKAGE.parent), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "BPWORKBOOK_HOME": str(folder / "home"),
        # The history of two kernels at once locks a database, and a profile may change outputs.
        "IPYTHONDIR": str(folder / "ipython"),
        # A progress bar appears only where work is slow, so its output differs between machines.
        "TQDM_DISABLE": "1",
        **ONE_THREAD,
    }


def _failed(notebook: NotebookNode) -> str:
    """Name the cell that holds an error and was not allowed to."""
    for cell in notebook.cells:
        raised = any(out.output_type == "error" for out in cell.get("outputs", []))
        if raised and "raises-exception" not in cell.metadata.get("tags", []):
            return f"cell {cell.id}"
    return "a cell"


def _running(client: Any, notebook: NotebookNode) -> str:
    """Name the cell that ran when the kernel stopped answering."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    index = client.code_cells_executed - 1
    return f"cell {code[index].id}" if 0 <= index < len(code) else "before the first cell"


def _plain(error: Exception) -> str:
    return _COLOURS.sub("", str(error)).strip()
