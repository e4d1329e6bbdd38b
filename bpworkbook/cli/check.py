"""`bpworkbook check NOTEBOOK`: run a learner's notebook and print the same feedback as in it."""

import re
import subprocess
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpworkbook.cli.console import CommandError, console, say
from bpworkbook.workspace.files import explained

if TYPE_CHECKING:
    from rich.panel import Panel

    from bpworkbook.workbook import Feedback

STYLES = {"PASS": "green", "REMARK": "blue", "MISTAKE": "yellow", "NEUTRAL": "bright_black"}
ERRORS_SHOWN = 3


@dataclass
class Checked:
    """What running a notebook showed.

    Attributes
    ----------
    feedback : list of Feedback
        One for each check that ran, in their order.
    stopped : list of str
        One sentence for each cell that ended in an error.
    unreached : int
        Cells with a check that gave no answer because of an error.
    """

    feedback: list["Feedback"] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    unreached: int = 0

    @property
    def failed(self) -> bool:
        """Whether some check ran into a mistake or could not be reached."""
        from bpworkbook.workbook import Outcome

        wrong = (Outcome.KNOWN_MISTAKE, Outcome.UNKNOWN_MISTAKE)
        return self.unreached > 0 or any(item.outcome in wrong for item in self.feedback)

    @property
    def complete(self) -> bool:
        """Whether every check passed."""
        return self.unreached == 0 and all(item.outcome.passed for item in self.feedback)


def check_notebook(path: Path, timeout: int) -> Checked:
    """Run a copy of the notebook in a fresh kernel and collect what its checks say.

    The file itself is not written to; attempts count as they do in JupyterLab.

    Parameters
    ----------
    path : Path
        The learner's notebook.
    timeout : int
        Seconds after which one cell is interrupted.

    Raises
    ------
    CommandError
        No such notebook, a damaged one, one without checks, or a kernel that does not live.
    """
    notebook = read_notebook(path)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            # What an earlier run stored must not count when a cell is not reached in this one.
            cell.outputs = []
    _run(notebook, path, timeout)
    checked = collect(cell for cell in notebook.cells if cell.cell_type == "code")
    if not checked.feedback and not checked.unreached:
        raise CommandError(f"{path} holds no check (no cell calls w.check); is it a lesson?")
    return checked


def read_notebook(path: Path) -> Any:
    """Read a notebook, or say in one sentence why it is none."""
    if path.is_dir():
        raise CommandError(f"{path} is a folder; name one notebook in it.")
    if not path.exists():
        raise CommandError(f"there is no notebook {path}.")
    import nbformat

    with explained(f"reading {path}"):
        raw = path.read_bytes()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about cell ids, of no concern to a learner
            notebook: Any = nbformat.reads(  # type: ignore[no-untyped-call]
                raw.decode(), as_version=nbformat.current_nbformat
            )
            nbformat.validate(notebook)
    except (ValueError, AttributeError, TypeError, KeyError, nbformat.ValidationError) as error:
        what = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise CommandError(
            f"{path} is damaged and cannot be read as a notebook ({what}); "
            "`bpworkbook reset LESSON` keeps it and lays a fresh one."
        ) from error
    return notebook


def _run(notebook: Any, path: Path, timeout: int) -> None:
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import DeadKernelError

    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=timeout,
        interrupt_on_timeout=True,
        allow_errors=True,
        store_widget_state=False,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    try:
        with console(stderr=True).status(f"Running {path.name} ..."):
            # The kernel's own log is no concern of a learner; what cells print is in the notebook.
            client.execute(stderr=subprocess.DEVNULL)
    except DeadKernelError as error:
        raise CommandError(
            f"Python died while running {path.name} (out of memory, perhaps); "
            "run its cells one by one in JupyterLab to find the place."
        ) from error
    except NoSuchKernel as error:
        raise CommandError(
            "this Python has no Jupyter kernel; install it with `python -m pip install ipykernel`."
        ) from error


def collect(cells: Iterable[Any]) -> Checked:
    """Gather feedback and errors from executed code cells."""
    checked = Checked()
    for number, cell in enumerate(cells, start=1):
        found = [item for output in cell.outputs if (item := _feedback(output)) is not None]
        checked.feedback.extend(found)
        errors = [output for output in cell.outputs if output.output_type == "error"]
        checked.stopped.extend(_sentence(number, cell.source, error) for error in errors)
        if errors and not found and re.search(r"^\s*w\.check\(", cell.source, re.MULTILINE):
            checked.unreached += 1
    return checked


def _feedback(output: Any) -> "Feedback | None":
    from bpworkbook.workbook import FEEDBACK_MIME, Feedback, Outcome

    content = output.get("data", {}).get(FEEDBACK_MIME)
    if content is None:
        return None
    return Feedback(
        id=content["id"],
        name=content["name"],
        outcome=Outcome(content["outcome"]),
        mistake=content["mistake"],
        lines=tuple((label, text) for label, text in content["lines"]),
    )


def _sentence(number: int, source: str, error: Any) -> str:
    first = next((line for line in source.splitlines() if line.strip()), "").strip()
    if error.ename == "KeyboardInterrupt":
        return f"Code cell {number} ({first}) took too long and was stopped."
    return f"Code cell {number} ({first}) stopped with {error.ename}: {error.evalue}"


def show(checked: Checked) -> None:
    """Print a table of the checks, a card for each that has something to say, and a summary."""
    from rich.table import Table
    from rich.text import Text

    screen = console()
    if checked.feedback:
        table = Table("Question", "Function", "Outcome", "Mistake")
        for item in checked.feedback:
            tone = item.card().tone
            outcome = Text(f"{tone.sign} {item.outcome.value}", style=STYLES[tone.name])
            table.add_row(Text(item.id), Text(item.name), outcome, Text(item.mistake))
        screen.print(table)
    for item in checked.feedback:
        if item.lines:
            screen.print(_card(item))
    for sentence in checked.stopped[:ERRORS_SHOWN]:
        say(sentence, style="red")
    if len(checked.stopped) > ERRORS_SHOWN:
        say(f"{len(checked.stopped) - ERRORS_SHOWN} more cells stopped with an error.", style="red")
    say(summary(checked))


def _card(item: "Feedback") -> "Panel":
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    card = item.card()
    grid = Table.grid(padding=(0, 2))
    for label, text in card.lines:
        grid.add_row(Text(label, style="bold"), Text(text))
    title = Text(f"{card.tone.sign} {card.heading}")
    return Panel(grid, title=title, title_align="left", border_style=STYLES[card.tone.name])


def summary(checked: Checked) -> str:
    """Return the counts in one sentence."""
    from bpworkbook.workbook import Outcome

    outcomes = [item.outcome for item in checked.feedback]
    passed = sum(outcome.passed for outcome in outcomes)
    idle = outcomes.count(Outcome.NOT_ATTEMPTED)
    parts = [f"{passed} of {len(outcomes) + checked.unreached} checks passed"]
    if idle:
        parts.append(f"{idle} not attempted")
    if len(outcomes) - passed - idle:
        parts.append(f"{len(outcomes) - passed - idle} not yet right")
    if checked.unreached:
        parts.append(f"{checked.unreached} not reached because of an error")
    return ", ".join(parts) + "."
