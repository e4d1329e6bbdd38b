"""The command line as a whole: the commands of learners, of instructors and of authors."""

from typing import Annotated

import typer

import bpworkbook
from bpworkbook.cli import for_authors, for_instructors, for_learners
from bpworkbook.cli.console import Commands, accept_any_terminal, say

app = typer.Typer(
    cls=Commands,
    name="bpworkbook",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for people in (for_learners, for_instructors, for_authors):
    app.add_typer(people.commands)


def main() -> None:
    """Run the command line."""
    accept_any_terminal()
    app(prog_name="bpworkbook")


def _version(wanted: bool) -> None:
    if wanted:
        say(f"bpworkbook {bpworkbook.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A Jupyter workbook on backpropagation. Start with: bpworkbook lab."""
