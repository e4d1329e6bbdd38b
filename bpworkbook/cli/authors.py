"""`bpworkbook build` and `lint`: the commands of those who write lessons."""

from bpworkbook.cli.console import CommandError, say


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


def numbers(lessons: list[str]) -> list[str]:
    """Return lesson numbers as they are written in the course.

    Examples
    --------
    >>> numbers(["9", "10"])
    ['09', '10']
    """
    return [lesson.zfill(2) for lesson in lessons]
