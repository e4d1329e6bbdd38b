"""How a run of `bpworkbook grade` ends: a table of the class, and what to look at by hand."""

from collections import Counter
from typing import TYPE_CHECKING

from rich.table import Table

from bpworkbook.cli.console import console, say

if TYPE_CHECKING:
    from bpworkbook.grading.gradebook import Gradebook

SHOWN = 10  # students to look at that are named; the report names all
SHORT = {
    "passed with remark": "remark",
    "known mistake": "known",
    "timeout": "time",
    "not attempted": "empty",
    "not handed in": "absent",
    "not gradable": "open",
}
"""Heads that leave room for all outcomes on 80 columns."""

PRESSING = 2  # urgency from which a mark cannot stand without a look


def show_summary(book: "Gradebook", styles: dict[str, str]) -> int:
    """Print the outcomes of every question and who needs a look; return how many do.

    Parameters
    ----------
    book : Gradebook
        All marks of the assignment, also those of earlier runs.
    styles : dict of str to str
        Rich's colours by outcome.
    """
    from bpworkbook.grading.reports.overview import class_lines

    if book.rows:
        console().print(outcome_table(book, styles))
    lines = class_lines(book, lambda login: "")
    pressing = [line for line in lines if line.urgency >= PRESSING]
    if pressing:
        say("To look at by hand:")
    for line in pressing[:SHOWN]:
        say(f"  {line.login}: {'; '.join(line.needs[:3])}", style="yellow")
    if len(pressing) > SHOWN:
        say(f"  {len(pressing) - SHOWN} more; `bpworkbook report` shows all.", style="yellow")
    return len(pressing)


def outcome_table(book: "Gradebook", styles: dict[str, str]) -> Table:
    """Return a row for each question that anybody handed in: how many ended how."""
    from bpworkbook.grading.gradebook import NOT_HANDED_IN
    from bpworkbook.grading.reports.exercises import exercise

    found = {
        exercise(asked).label: Counter(row.cells[asked.key].outcome for row in book.rows)
        for asked in book.questions
    }
    there = set().union(*found.values())
    order = [*(name for name in styles if name in there), *sorted(there - set(styles))]
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 1, 0, 0))
    table.add_column("question", no_wrap=True)
    for name in order:
        table.add_column(SHORT.get(name, name), justify="right", style=styles.get(name, ""))
    for label, counts in found.items():
        if set(counts) != {NOT_HANDED_IN}:
            table.add_row(label, *(str(counts[name] or "·") for name in order))
    return table
