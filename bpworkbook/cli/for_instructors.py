"""An instructor's commands and their options; what they do stands elsewhere in this folder."""

from pathlib import Path
from typing import Annotated

import typer

from bpworkbook.cli.console import INSTRUCTORS

LIMITS = "Limits of one submission"

commands = typer.Typer()

Assigned = Annotated[
    str | None,
    typer.Option("--assignment", help="Its name or TOML file; default: the only one there is."),
]
Gradebook = Annotated[
    str | None,
    typer.Option("--db", metavar="FILE|URL", help="The gradebook of `grade`; default: grades.db."),
]


def _doctor(wanted: bool) -> None:
    if wanted:
        from bpworkbook.cli.grading import show_doctor

        raise typer.Exit(show_doctor())


@commands.command(rich_help_panel=INSTRUCTORS)
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


@commands.command(rich_help_panel=INSTRUCTORS)
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


@commands.command(rich_help_panel=INSTRUCTORS)
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
commands.add_typer(
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
