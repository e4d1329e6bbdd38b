"""`bpworkbook build`, `lint` and `claims`: the commands of those who write lessons."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bpworkbook.cli.console import CommandError, console, say, show_error

if TYPE_CHECKING:
    from rich.table import Table

    from bpworkbook.authoring.claims import Answered


def build_lessons(lessons: list[str], *, check: bool, fresh: bool) -> int:
    """Build notebooks, print a line for each and a summary, and return the exit code.

    Raises
    ------
    CommandError
        No such lesson, or no clone to build in.
    """
    from bpworkbook.authoring import build

    try:
        report = build(numbers(lessons), check=check, fresh=fresh)
    except ValueError as error:
        raise CommandError(f"{error}.") from error
    for result in report.results:
        if result.status == "stray":  # the others were printed when they were done
            say(str(result))
    say(report.summary)
    return report.exit_status


def lint_lessons(lessons: list[str]) -> int:
    """Print what breaks a rule for lessons and return the exit code.

    Raises
    ------
    CommandError
        No such lesson, or no clone to look into.
    """
    from bpworkbook.authoring import lint

    try:
        report = lint(numbers(lessons))
    except ValueError as error:
        raise CommandError(f"{error}.") from error
    say(str(report))
    return report.exit_status


def show_claims() -> int:
    """Print each claim with its cells and their numbers; return 1 if one has none.

    Raises
    ------
    CommandError
        No clone to look into.
    """
    from bpworkbook.authoring.claims import check_claims

    try:
        report = check_claims()
    except ValueError as error:
        raise CommandError(f"{error}.") from error
    table = claims_table(report.claims)
    console().print(table)
    for problem in report.problems:
        show_error(problem)
    answered = sum(bool(one.answers) for one in report.claims)
    later = sum(not one.written for one in report.claims)
    say(f"{answered} of {len(report.claims)} claims have a cell; {later} wait for their lesson.")
    return int(bool(report.problems))


def claims_table(claims: "Sequence[Answered]") -> "Table":
    """Return a table of claims, lessons, cells and what was measured."""
    from rich.table import Table
    from rich.text import Text

    table = Table("claim", "lesson", "cell", "what is said, and what was measured")
    for one in claims:
        said = Text(one.claim.says, style="italic")
        state = "" if one.answers else ("no cell" if one.written else "not written yet")
        table.add_row(one.claim.key, one.claim.lesson, state, said, end_section=not one.answers)
        for answer in one.answers:
            last = answer is one.answers[-1]
            measured = Text(answer.measured or "no number")
            table.add_row("", answer.lesson, answer.cell, measured, end_section=last)
    return table


def numbers(lessons: list[str]) -> list[str]:
    """Return lesson numbers as they are written in the course.

    Examples
    --------
    >>> numbers(["9", "10"])
    ['09', '10']
    """
    return [lesson.zfill(2) for lesson in lessons]
