"""Write a learner's progress as CSV or JSON, for a learning platform or an instructor."""

import csv
import io
from pathlib import Path
from typing import Any

from bpworkbook.workbook.atomic import write_atomically
from bpworkbook.workbook.store import Store, as_json

COLUMNS = ("exercise", "function", "outcome", "passed", "attempts", "hints", "mistakes", "last")


def progress_rows(store: Store) -> list[dict[str, Any]]:
    """Return one row for each question that was attempted or hinted at, in order.

    >>> from pathlib import Path
    >>> progress_rows(Store(Path("nowhere") / "progress.json"))
    []
    """
    rows = []
    for key, record in sorted(store.load()["questions"].items()):
        exercise, function = key.split(":", 1)
        rows.append(
            {
                "exercise": exercise,
                "function": function,
                "outcome": record["outcome"],
                "passed": record["passed"],
                "attempts": record["attempts"],
                "hints": record["hints"],
                "mistakes": " ".join(record["mistakes"]),
                "last": record.get("last", ""),
            }
        )
    return rows


def export_progress(store: Store, path: Path) -> Path:
    """Write the progress to ``path``; its ending (``.csv`` or ``.json``) chooses the format.

    Raises
    ------
    ValueError
        If the ending is neither.
    FileExistsError
        If the file exists and is not an earlier export.
    """
    if path.suffix == ".json":
        data = as_json(store.load())
    elif path.suffix == ".csv":
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(progress_rows(store))
        data = buffer.getvalue().encode()
    else:
        raise ValueError(f"export: path is {path.name!r}, but its ending must be .csv or .json")
    if path.exists() and not _is_export(path):
        raise FileExistsError(f"export: {path.name} exists and is not an earlier export")
    write_atomically(path.resolve(), data)
    return path


def _is_export(path: Path) -> bool:
    with path.open(encoding="utf-8", errors="replace") as file:
        first = file.readline().strip()
        second = file.readline().strip()
    return first == ",".join(COLUMNS) or (first == "{" and second.startswith('"schema"'))
