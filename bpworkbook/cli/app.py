"""The commands and their options; what they do stands in the modules that they call."""

from pathlib import Path
from typing import Annotated

import typer

import bpworkbook
from bpworkbook.cli.console import Commands, accept_any_terminal, say

LEARNERS = "For learners"
INSTRUCTORS = "For instructors"
AUTHORS = "For authors (in a clone)"

app = typer.Typer(
    cls=Commands,
    name="bpworkbook",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Folder = Annotated[
    Path | None, typer.Option("--folder", help="The workspace, when it is not the one around here.")
]
Lessons = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="LESSON", help="Numbers, such as 04 09; default: all.", show_default=False
    ),
]


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


@app.command(
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


@app.command(rich_help_panel=LEARNERS)
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


@app.command(rich_help_panel=LEARNERS)
def progress(folder: Folder = None) -> None:
    """Show each question's outcome, attempts and hints, and your predictions."""
    from bpworkbook.cli.progress import open_store, show_progress

    show_progress(open_store(folder))


@app.command(rich_help_panel=LEARNERS)
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


@app.command(rich_help_panel=LEARNERS)
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


def _doctor(wanted: bool) -> None:
    if wanted:
        from bpworkbook.cli.grading import show_doctor

        raise typer.Exit(show_doctor())


@app.command(rich_help_panel=INSTRUCTORS)
def grade(
    submissions: Annotated[
        list[Path],
        typer.Argument(
            help="Folders in nbgrader's layout, zips from Canvas or Moodle, or <student>.ipynb.",
            show_default=False,
        ),
    ],
    assignment: Annotated[
        str,
        typer.Option(
            "--assignment", help="A unit such as 02-gradients, or a TOML file.", show_default=False
        ),
    ],
    db: Annotated[
        str, typer.Option("--db", metavar="FILE|URL", help="SQLite file or postgresql://...")
    ] = "grades.db",
    workers: Annotated[
        int, typer.Option(min=0, max=256, help="Boxes at work; 0: one for each core.")
    ] = 0,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Grade so many notebooks, leave the rest.")
    ] = None,
    regrade: Annotated[
        bool, typer.Option("--regrade", help="Grade again what has marks already.")
    ] = False,
    not_isolated: Annotated[
        bool,
        typer.Option("--not-isolated", help="Run submissions even where no box can hold them."),
    ] = False,
    doctor: Annotated[
        bool,
        typer.Option(
            "--doctor",
            callback=_doctor,
            is_eager=True,
            help="Say which sandbox this machine has, and why not a better one.",
        ),
    ] = False,
) -> None:
    """Grade submissions into a gradebook.

    What was graded before is not graded again, so it goes on where it was
    stopped. Exits with 0 when all have marks, with 1 when someone has to look
    at a submission, with 130 after Ctrl-C.
    """
    from bpworkbook.cli.grading import grade as grade_submissions

    raise typer.Exit(
        grade_submissions(
            submissions,
            assignment,
            db=db,
            workers=workers,
            limit=limit,
            regrade=regrade,
            not_isolated=not_isolated,
        )
    )


@app.command(rich_help_panel=AUTHORS)
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


@app.command(rich_help_panel=AUTHORS)
def lint(lessons: Lessons = None) -> None:
    """Check lessons against the rules for lessons; nothing is run."""
    from bpworkbook.cli.authors import lint_lessons

    raise typer.Exit(lint_lessons(lessons or []))


@app.command(rich_help_panel=AUTHORS)
def claims() -> None:
    """List which cell measures which claim about backpropagation, and what it measured.

    Exits with 1 when a lesson lacks the cell of one of its claims, or a cell
    prints no number.
    """
    from bpworkbook.cli.authors import show_claims

    raise typer.Exit(show_claims())
