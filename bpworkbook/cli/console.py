"""How the commands speak: plain sentences, one red one for an error, signs beside every colour."""

import io
import sys
from typing import TYPE_CHECKING, Any

from typer import Exit
from typer.core import TyperGroup

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn

USAGE_ERROR = 2

LEARNERS = "For learners"
INSTRUCTORS = "For instructors"
AUTHORS = "For authors (in a clone)"
"""The panels of ``--help``."""


class CommandError(Exception):
    """A command cannot do what was asked; the message is one sentence for the person who asked."""


class Commands(TyperGroup):
    """The group of commands; turns expected failures into one red sentence and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        from bpworkbook.workspace import WorkspaceError

        try:
            return super().invoke(ctx)
        except (CommandError, WorkspaceError) as error:
            show_error(str(error))
            raise Exit(USAGE_ERROR) from error


def console(*, stderr: bool = False) -> "Console":
    """Return a console on the present standard output or standard error."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False)


def say(sentence: str, style: str = "") -> None:
    """Print one sentence as it is: no markup is read in it and no line breaks are put in it."""
    console().print(sentence, style=style, markup=False, soft_wrap=True)


def show_error(sentence: str) -> None:
    """Print one red sentence that begins with the word Error, on standard error."""
    console(stderr=True).print(f"Error: {sentence}", style="bold red", markup=False, soft_wrap=True)


def accept_any_terminal() -> None:
    """Let a terminal that lacks a sign (an old Windows code page) show a `?` instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def progress_bar(*columns: "str | ProgressColumn", wanted: bool = True) -> "Progress":
    """Return a bar with counts and further columns, which is shown on a terminal only."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress

    screen = console(stderr=True)
    return Progress(
        BarColumn(24),
        MofNCompleteColumn(),
        *columns,
        console=screen,
        transient=True,
        disable=not (screen.is_terminal and wanted),
    )
