"""A learner's commands and their options; what they do stands in the modules that they call."""

from pathlib import Path
from typing import Annotated

import typer

from bpworkbook.cli.console import INSTRUCTORS, LEARNERS, say

commands = typer.Typer()

Folder = Annotated[
    Path | None, typer.Option("--folder", help="The workspace, when it is not the one around here.")
]


@commands.command(
    rich_help_panel=LEARNERS,
    context_settings={"ignore_unknown_options": True},
)
def lab(
    folder: Annotated[
        str | None,
        typer.Argument(
            metavar="FOLDER",
            help="Where your notebooks live; default: the workspace around here, "
            "else ./backprop-workbook.",
            show_default=False,
        ),
    ] = None,
    jupyter_options: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="JUPYTER_OPTIONS",
            help="Options for JupyterLab, such as --ServerApp.ip=0.0.0.0.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(metavar="N", help="Port to serve on; default: the first free one from 8888."),
    ] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address and open no window.")
    ] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="Bring back notebooks that you removed.")
    ] = False,
) -> None:
    """Open the course in JupyterLab.

    The first time, this makes a folder with the course and the exercises.
    Later it brings new and updated notebooks; one that you changed is never
    touched, its new version is laid beside it.
    """
    from bpworkbook.cli.lab import open_lab, split_arguments

    place, extra = split_arguments(folder, jupyter_options or [])
    raise typer.Exit(open_lab(place, port, browser=not no_browser, restore=restore, extra=extra))


@commands.command(rich_help_panel=LEARNERS)
def check(
    notebook: Annotated[
        Path, typer.Argument(help="Your notebook, in course/ or exercises/.", show_default=False)
    ],
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 also when a question is not attempted.")
    ] = False,
    timeout: Annotated[int, typer.Option(metavar="SECONDS", help="What one cell may take.")] = 300,
) -> None:
    """Run a notebook from top to bottom and print what its checks say.

    Exits with 0 when no check failed, with 1 when one did, with 2 when the
    notebook cannot be run.
    """
    from bpworkbook.cli.check import check_notebook, show

    checked = check_notebook(notebook, timeout)
    show(checked)
    raise typer.Exit(int(checked.failed or (strict and not checked.complete)))


@commands.command(rich_help_panel=LEARNERS)
def progress(folder: Folder = None) -> None:
    """Show each question's outcome, attempts and hints, and your predictions."""
    from bpworkbook.cli.progress import open_store, show_progress

    show_progress(open_store(folder))


@commands.command(rich_help_panel=LEARNERS)
def export(
    path: Annotated[
        Path | None,
        typer.Argument(help="File to write; default: backprop-progress.csv.", show_default=False),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="csv|json|canvas|moodle|nbgrader",
            help="Default: by the file's ending, else csv.",
        ),
    ] = None,
    folder: Folder = None,
    assignment: Annotated[
        str | None,
        typer.Option("--assignment", help="Marks of this assignment.", rich_help_panel=INSTRUCTORS),
    ] = None,
    db: Annotated[
        str | None,
        typer.Option(
            "--db",
            metavar="FILE|URL",
            help="The gradebook of `grade`; default: grades.db.",
            rich_help_panel=INSTRUCTORS,
        ),
    ] = None,
    roster: Annotated[
        Path | None,
        typer.Option(
            "--roster",
            help="A gradebook from Canvas or a worksheet from Moodle to fill in.",
            rich_help_panel=INSTRUCTORS,
        ),
    ] = None,
) -> None:
    """Write your progress to a CSV or JSON file; with --assignment, a class's marks.

    It is an instructor's export where --assignment, --db or a format of
    Canvas, Moodle or nbgrader is given. It exits with 1 where someone has no
    total, and says who.
    """
    from bpworkbook.cli.grading import export_marks, is_instructors

    if is_instructors(form, assignment, db):
        if folder is not None:
            raise typer.BadParameter(
                "a learner's folder has no marks of a class", param_hint="folder"
            )
        raise typer.Exit(export_marks(path, form, assignment, db, roster))
    if roster is not None:
        raise typer.BadParameter("a roster goes with --assignment", param_hint="roster")
    from bpworkbook.cli.progress import export as export_store
    from bpworkbook.cli.progress import open_store

    say(f"Wrote {export_store(open_store(folder), path, form)}.")


@commands.command(rich_help_panel=LEARNERS)
def reset(
    lesson: Annotated[
        str,
        typer.Argument(help="A number, such as 09, or one of its notebooks.", show_default=False),
    ],
    folder: Folder = None,
) -> None:
    """Lay a lesson's notebooks anew; yours are kept beside them under a dated name.

    Your progress stays as it is.
    """
    from bpworkbook.workspace import find_workspace
    from bpworkbook.workspace import reset as reset_lesson

    here = Path.cwd()
    for sentence in reset_lesson(lesson, folder or find_workspace(here) or here).sentences():
        say(sentence)
