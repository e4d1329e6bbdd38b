"""The commands and their options; what they do stands in the modules that they call."""

from pathlib import Path
from typing import Annotated

import typer

import bpworkbook
from bpworkbook.cli.console import Commands, accept_any_terminal, say

LEARNERS = "For learners"
INSTRUCTORS = "For instructors"
AUTHORS = "For authors (in a clone)"
LIMITS = "Limits of one submission"

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
Assigned = Annotated[
    str | None,
    typer.Option("--assignment", help="Its name or TOML file; default: the only one there is."),
]
Gradebook = Annotated[
    str | None,
    typer.Option("--db", metavar="FILE|URL", help="The gradebook of `grade`; default: grades.db."),
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
def release(
    assignment: Annotated[
        str,
        typer.Argument(help="A unit such as 02-gradients, or a TOML file.", show_default=False),
    ],
    to: Annotated[Path, typer.Option("--to", help="The folder to write to.", show_default=False)],
    variant_per_student: Annotated[
        Path | None,
        typer.Option(
            "--variant-per-student",
            metavar="ROSTER",
            help="A CSV of the class with a column login: a folder for each student, with "
            "numbers of their own.",
        ),
    ] = None,
    lesson: Annotated[
        list[str] | None,
        typer.Option(
            "--lesson",
            metavar="NN",
            help="Only this lesson; may be given again. A new <assignment>.toml asks no other.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace notebooks that are there and differ.")
    ] = False,
) -> None:
    """Write an assignment's notebooks to hand out.

    They have the exercises and their visible checks, the points and the due
    date of <assignment>.toml. Where there is no such file here, it is written,
    with every question's points to edit. Nothing that is there is replaced
    unless you say so.
    """
    from bpworkbook.cli.release import release as release_notebooks

    raise typer.Exit(
        release_notebooks(
            assignment, to, roster=variant_per_student, lessons=lesson or [], force=force
        )
    )


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
    scheduler: Annotated[
        str,
        typer.Option(
            metavar="ADDRESS",
            help="Grade on the workers of this Dask scheduler, such as tcp://host:8786.",
            show_default=False,
        ),
    ] = "",
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
    limit_seconds: Annotated[
        float,
        typer.Option(
            min=0.5, metavar="SECONDS", rich_help_panel=LIMITS, help="All calls of one question."
        ),
    ] = 8.0,
    limit_memory: Annotated[
        int,
        typer.Option(
            min=16, metavar="MB", rich_help_panel=LIMITS, help="Beside Python and NumPy themselves."
        ),
    ] = 1024,
    limit_processes: Annotated[
        int,
        typer.Option(min=1, metavar="N", rich_help_panel=LIMITS, help="Threads and processes."),
    ] = 64,
    limit_output: Annotated[
        int, typer.Option(min=1, metavar="MB", rich_help_panel=LIMITS, help="Printed text.")
    ] = 16,
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
    at a submission, with 130 after Ctrl-C. Marks given under other limits stay;
    --regrade gives them anew.
    """
    from bpworkbook.cli.grading import grade as grade_submissions
    from bpworkbook.cli.sources import How

    how = How(
        workers=workers,
        scheduler=scheduler,
        isolated=not not_isolated,
        seconds=limit_seconds,
        memory=limit_memory,
        processes=limit_processes,
        output=limit_output,
    )
    raise typer.Exit(
        grade_submissions(submissions, assignment, db=db, limit=limit, regrade=regrade, how=how)
    )


@app.command(rich_help_panel=INSTRUCTORS)
def report(
    assignment: Assigned = None,
    db: Gradebook = None,
    to: Annotated[Path, typer.Option("--to", help="The folder to write to.")] = Path("reports"),
    student: Annotated[
        list[str] | None,
        typer.Option(
            "--student", metavar="LOGIN", help="Only this student's page; may be given again."
        ),
    ] = None,
) -> None:
    """Write a page on the class, and a page for each student.

    Plain files that open without a network: index.html names the common
    mistakes and who needs a look; students/ has a page for each to be mailed.
    """
    from bpworkbook.cli.report import write_reports

    raise typer.Exit(write_reports(assignment, db, to, student or []))


marks = typer.Typer(no_args_is_help=True)
app.add_typer(
    marks,
    name="marks",
    rich_help_panel=INSTRUCTORS,
    help="Marks by hand: out to a spreadsheet, and back.",
)


@marks.command("export")
def export_sheet(
    path: Annotated[Path, typer.Argument(help="A new CSV file.", show_default=False)],
    assignment: Assigned = None,
    db: Gradebook = None,
    only_open: Annotated[
        bool, typer.Option("--open", help="Only what someone should look at, or has.")
    ] = False,
) -> None:
    """Write a table of all answers, in which you fill in points and comments."""
    from bpworkbook.cli.marks import export_sheet as write_sheet

    raise typer.Exit(write_sheet(path, assignment, db, only_open=only_open))


@marks.command("import")
def import_sheet(
    path: Annotated[
        Path | None, typer.Argument(help="The table, filled in.", show_default=False)
    ] = None,
    assignment: Assigned = None,
    db: Gradebook = None,
    from_nbgrader: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Instead of a table: marks given in formgrader, from nbgrader's gradebook.",
            show_default=False,
        ),
    ] = None,
    allow_more: Annotated[
        bool, typer.Option("--allow-more", help="Take more points than a question has.")
    ] = False,
) -> None:
    """Put a filled-in table into the gradebook: all of it, or nothing.

    A mark by hand counts instead of the grader's, lateness is taken off both.
    Where the points are empty, the mark by hand is taken away.
    """
    from bpworkbook.cli.marks import import_formgrader
    from bpworkbook.cli.marks import import_sheet as read_sheet

    if path is not None and from_nbgrader is None:
        raise typer.Exit(read_sheet(path, assignment, db, allow_more=allow_more))
    if from_nbgrader is not None and path is None:
        raise typer.Exit(import_formgrader(from_nbgrader, assignment, db, allow_more=allow_more))
    raise typer.BadParameter("a table or --from-nbgrader, one of the two", param_hint="path")


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
