"""An author's commands and their options; what they do stands in ``authors``."""

from typing import Annotated

import typer

from bpworkbook.cli.console import AUTHORS

commands = typer.Typer()

Lessons = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="LESSON", help="Numbers, such as 04 09; default: all.", show_default=False
    ),
]


@commands.command(rich_help_panel=AUTHORS)
def build(
    lessons: Lessons = None,
    check_only: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; exit with 1 when a notebook would change."),
    ] = False,
    fresh: Annotated[
        bool,
        typer.Option("--fresh", help="Take no output over, when only pictures have changed."),
    ] = False,
) -> None:
    """Build the course, exercises and solutions of lessons from their texts."""
    from bpworkbook.cli.authors import build_lessons

    raise typer.Exit(build_lessons(lessons or [], check=check_only, fresh=fresh))


@commands.command(rich_help_panel=AUTHORS)
def lint(lessons: Lessons = None) -> None:
    """Check lessons against the rules for lessons; nothing is run."""
    from bpworkbook.cli.authors import lint_lessons

    raise typer.Exit(lint_lessons(lessons or []))


@commands.command(rich_help_panel=AUTHORS)
def claims() -> None:
    """List which cell measures which claim about backpropagation, and what it measured.

    Exits with 1 when a lesson lacks the cell of one of its claims, or a cell
    prints no number.
    """
    from bpworkbook.cli.authors import show_claims

    raise typer.Exit(show_claims())
