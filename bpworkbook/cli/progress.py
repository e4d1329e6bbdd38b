"""`bpworkbook progress` and `export`: what the progress file holds, as tables or as a file."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bpworkbook.cli.console import CommandError, console, say
from bpworkbook.workspace import MARK, WorkspaceError, find_workspace
from bpworkbook.workspace.files import explained

if TYPE_CHECKING:
    from rich.table import Table

    from bpworkbook.workbook import Store

FORMATS = ("csv", "json")


def open_store(folder: Path | None) -> "Store":
    """Return the progress store of a folder, else of the workspace at hand, else the default one.

    Raises
    ------
    CommandError
        When the folder named is no workspace.
    WorkspaceError
        When there is a progress file that cannot be read.
    """
    from bpworkbook.workbook import Store, default_store
    from bpworkbook.workspace import is_workspace

    if folder is not None and not is_workspace(folder):
        raise CommandError(f"{folder} is not a workspace; `bpworkbook lab` makes one.")
    workspace = folder
    if workspace is None and not os.environ.get("BPWORKBOOK_HOME"):
        workspace = find_workspace(Path.cwd())
    store = default_store() if workspace is None else Store(workspace / MARK / "progress.json")
    if os.path.lexists(store.path):
        # The store takes what it cannot read for an empty file, which is right inside a notebook;
        # here it would tell a learner that all their work is gone.
        with explained(f"reading {store.path}"):
            store.path.read_bytes()
    return store


def load(store: "Store") -> dict[str, Any]:
    """Return the store's content; say where a damaged file went."""
    before = set(_damaged(store))
    data = store.load()
    for kept in sorted(set(_damaged(store)) - before):
        say(f"{store.path.name} was damaged; it is kept as {kept.name}.", style="yellow")
    return data


def _damaged(store: "Store") -> Iterable[Path]:
    return store.path.parent.glob(f"{store.path.stem}.damaged-*")


def show_progress(store: "Store") -> None:
    """Print a table of questions for each lesson, one of predictions, and a line on review."""
    data = load(store)
    screen = console()
    say(f"Progress in {store.path}")
    known = _questions()
    passed = sum(record["passed"] for record in data["questions"].values())
    for lesson, title in _lessons(data, known).items():
        records = {key: data["questions"].get(key) for key in known.get(lesson, [])}
        records |= {key: r for key, r in data["questions"].items() if key.startswith(f"{lesson}.")}
        screen.print(question_table(f"Lesson {lesson}{title}", records))
    if data["experiments"]:
        screen.print(prediction_table(data["experiments"]))
    if data["review"]:
        seen = len(data["review"])
        learnt = sum(record["box"] >= 3 for record in data["review"].values())
        say(
            f"Review: {seen} question{'s' * (seen != 1)} seen, "
            f"{learnt} known well (box 3 or higher)."
        )
    total = len(set(data["questions"]) | {key for keys in known.values() for key in keys})
    say(f"{passed} of {total} questions passed.")


def question_table(title: str, records: dict[str, dict[str, Any] | None]) -> "Table":
    """Return the table of one lesson; None stands for a question not yet attempted."""
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left")
    table.add_column("Question")
    table.add_column("Outcome")
    for heading in ("Attempts", "Hints"):
        table.add_column(heading, justify="right")
    table.add_column("Mistakes met")
    for key, record in sorted(records.items()):
        name = Text(key.replace(":", " "))
        if record is None:
            table.add_row(name, Text("○ not attempted", style="bright_black"), "0", "0", "")
            continue
        counts = (str(record["attempts"]), str(record["hints"]))
        table.add_row(name, _outcome(record), *counts, Text(" ".join(record["mistakes"])))
    return table


def _outcome(record: dict[str, Any]) -> Any:
    from rich.text import Text

    if record["outcome"].startswith("passed"):
        return Text(f"✓ {record['outcome']}", style="green")
    if record["passed"]:
        return Text(f"✓ passed before, now: {record['outcome']}", style="green")
    if record["attempts"] == 0:
        return Text(f"○ {record['outcome']}", style="bright_black")
    return Text(f"→ {record['outcome']}", style="yellow")


def prediction_table(experiments: dict[str, dict[str, Any]]) -> "Table":
    """Return the table of predictions: what was predicted, whether it came true, what was read."""
    from rich.table import Table
    from rich.text import Text

    table = Table(
        "Experiment",
        "Prediction",
        "Came true",
        "Observed",
        title="Predictions",
        title_justify="left",
    )
    for name, record in sorted(experiments.items()):
        prediction = "skipped" if record.get("skipped") else record.get("prediction") or ""
        came_true = {True: "✓ yes", False: "✗ no", None: ""}[record.get("correct")]
        cells = (name, prediction, came_true, str(record.get("read_off") or ""))
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _questions() -> dict[str, list[str]]:
    """Return the keys of every question in the course, by lesson."""
    from bpworkbook.lessons import all_lessons, lesson

    return {
        number: [question.key for question in lesson(number).questions.values()]
        for number in all_lessons()
    }


def _lessons(data: dict[str, Any], known: dict[str, list[str]]) -> dict[str, str]:
    """Return the lessons to show, in order, each with the end of its heading."""
    from bpworkbook.lessons import lesson

    numbers = set(known) | {key.split(".")[0] for key in data["questions"]}
    return {
        number: f" · {lesson(number).source.title}" if number in known else ""
        for number in sorted(numbers)
    }


def export(store: "Store", path: Path | None, form: str | None) -> Path:
    """Write the progress to a file and return its path; an older export is replaced, nothing else.

    Raises
    ------
    CommandError
        An unknown format, or a file of another kind in the way.
    WorkspaceError
        A place that cannot be written to.
    """
    from bpworkbook.workbook.export import export_progress

    form = form or (path.suffix.removeprefix(".") if path is not None and path.suffix else "csv")
    if form not in FORMATS:
        raise CommandError(f"the format is {form!r}, but it must be {' or '.join(FORMATS)}.")
    target = Path(f"backprop-progress.{form}") if path is None else path
    if target.suffix != f".{form}":
        target = target.with_name(f"{target.name}.{form}")
    if target.is_dir():
        raise WorkspaceError(f"{target} is a folder; name a file.")
    load(store)
    with explained(f"writing {target}"):
        try:
            return export_progress(store, target)
        except FileExistsError as error:
            raise CommandError(
                f"{target} exists and is no earlier export; name another file."
            ) from error
