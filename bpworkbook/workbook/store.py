"""The progress file: one JSON file, written atomically, set aside when damaged, never deleted."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bpworkbook.workbook.atomic import write_atomically
from bpworkbook.workbook.outcome import Feedback, Outcome

SCHEMA = 1
KEPT_ANSWERS = 5
SECTIONS = ("questions", "experiments", "review")


class Store:
    """A learner's progress, predictions and review boxes.

    A problem with the file never raises into a notebook cell: the recording methods return a
    sentence to show (``""`` when all is well), and what could not be written is remembered until
    the session ends.

    Parameters
    ----------
    path : Path
        The progress file; it is made when first written.
    now : callable
        Gives the time stamped on records.

    Examples
    --------
    >>> import tempfile
    >>> store = Store(Path(tempfile.mkdtemp()) / "progress.json")
    >>> store.record_prediction("09", "E09.3", choice="about 10 %", correct=True)
    ''
    >>> store.load()["experiments"]["E09.3"]["prediction"]
    'about 10 %'
    """

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path = Path(path)
        self.now = now
        self._unsaved: dict[str, Any] | None = None

    def load(self) -> dict[str, Any]:
        """Return the progress as plain data; a damaged file is set aside first."""
        try:
            return self._read()[0]
        except OSError:  # there, but not to be read now: update() will not replace it
            return empty()

    def update(self, change: Callable[[dict[str, Any]], None]) -> str:
        """Apply ``change`` to the progress and write it; return a sentence where that failed."""
        from filelock import FileLock, Timeout

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock", timeout=2):
                data, notice = self._read()
                change(data)
                self._unsaved = data
                if data["schema"] > SCHEMA:
                    return notice
                write_atomically(self.path, as_json(data))
                self._unsaved = None
                return notice
        except Timeout:
            reason = "another notebook is writing it"
        except OSError as error:
            reason = error.strerror or str(error)
        if self._unsaved is None:
            self._unsaved = self.load()
            change(self._unsaved)
        return (
            f"Your progress could not be saved in {self.path.name} ({reason}). "
            "Your answer was checked all the same, and is remembered until you close this notebook."
        )

    def record_check(self, feedback: Feedback, source: str = "") -> str:
        """Count an attempt and keep its outcome; unknown wrong answers keep their source."""
        if feedback.outcome is Outcome.NOT_ATTEMPTED:
            return ""

        def change(data: dict[str, Any]) -> None:
            record = data["questions"].setdefault(f"{feedback.id}:{feedback.name}", new_question())
            record["attempts"] += 1
            record["outcome"] = feedback.outcome.value
            record["passed"] = record["passed"] or feedback.outcome.passed
            record["last"] = self._stamp()
            if feedback.mistake and feedback.mistake not in record["mistakes"]:
                record["mistakes"].append(feedback.mistake)
            if feedback.outcome is Outcome.UNKNOWN_MISTAKE and source:
                record["answers"] = [*record["answers"], source[:4000]][-KEPT_ANSWERS:]

        return self.update(change)

    def question(self, key: str) -> dict[str, Any]:
        """Return the record of one question, such as ``"09.1:linear_backward"``."""
        record: dict[str, Any] = self.load()["questions"].get(key, new_question())
        return record

    def record_hint(self, key: str, level: int) -> str:
        """Remember the highest hint level shown."""

        def change(data: dict[str, Any]) -> None:
            record = data["questions"].setdefault(key, new_question())
            record["hints"] = max(record["hints"], level)

        return self.update(change)

    def record_prediction(
        self, lesson: str, experiment: str, choice: str | None, correct: bool | None
    ) -> str:
        """Keep a prediction; ``choice=None`` says that the learner skipped it."""
        return self._experiment(
            lesson,
            experiment,
            {"prediction": choice, "correct": correct, "skipped": choice is None},
        )

    def record_read_off(
        self, lesson: str, experiment: str, value: str, correct: bool | None = None
    ) -> str:
        """Keep what the learner observed."""
        return self._experiment(
            lesson, experiment, {"read_off": value, "read_off_correct": correct}
        )

    def record_review(self, question_id: str, correct: bool) -> str:
        """Move a review question one Leitner box up, or back to the first."""

        def change(data: dict[str, Any]) -> None:
            record = data["review"].setdefault(question_id, {"box": 1, "seen": 0})
            record["box"] = min(record["box"] + 1, 5) if correct else 1
            record["seen"] += 1
            record["last"] = self._stamp()

        return self.update(change)

    def _experiment(self, lesson: str, experiment: str, fields: dict[str, Any]) -> str:
        def change(data: dict[str, Any]) -> None:
            record = data["experiments"].setdefault(experiment, {"lesson": lesson})
            record.update(fields, last=self._stamp())

        return self.update(change)

    def _read(self) -> tuple[dict[str, Any], str]:
        if self._unsaved is not None:
            return self._unsaved, ""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return empty(), ""
        except UnicodeDecodeError:
            return empty(), self._set_aside()
        try:
            data = json.loads(text)
        except json.JSONDecodeError:
            return empty(), self._set_aside()
        if not _is_progress(data):
            return empty(), self._set_aside()
        if data["schema"] > SCHEMA:
            return (
                data,
                f"{self.path.name} comes from a newer workbook and is left as it is.",
            )
        return data, ""

    def _set_aside(self) -> str:
        stamp = self.now().strftime("%Y-%m-%d-%H%M%S")
        kept = self.path.with_name(f"{self.path.stem}.damaged-{stamp}{self.path.suffix}")
        number = 1
        while kept.exists():
            kept = self.path.with_name(
                f"{self.path.stem}.damaged-{stamp}-{number}{self.path.suffix}"
            )
            number += 1
        try:
            self.path.rename(kept)
        except OSError as error:
            return f"{self.path.name} is damaged and could not be set aside ({error.strerror})."
        return f"{self.path.name} was damaged. It was kept as {kept.name}, and a new one was begun."

    def _stamp(self) -> str:
        return self.now().isoformat(timespec="seconds")


def as_json(data: dict[str, Any]) -> bytes:
    """Return the progress as the text of its file.

    >>> as_json({"schema": 1})
    b'{\\n "schema": 1\\n}\\n'
    """
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def empty() -> dict[str, Any]:
    """Return the progress of somebody who has just begun.

    >>> empty()["schema"]
    1
    """
    return {"schema": SCHEMA, "questions": {}, "experiments": {}, "review": {}}


def new_question() -> dict[str, Any]:
    """Return the record of a question not yet attempted."""
    return {
        "attempts": 0,
        "outcome": Outcome.NOT_ATTEMPTED.value,
        "passed": False,
        "mistakes": [],
        "hints": 0,
        "answers": [],
    }


def _is_progress(data: Any) -> bool:
    return (
        isinstance(data, dict)
        and isinstance(data.get("schema"), int)
        and all(
            isinstance(data.get(section), dict)
            and all(isinstance(record, dict) for record in data[section].values())
            for section in SECTIONS
        )
        and all(new_question().keys() <= record.keys() for record in data["questions"].values())
    )


def default_store() -> Store:
    """Return the learner's store.

    It lies in ``$BPWORKBOOK_HOME``, else in the ``.bpworkbook`` folder of the workspace that holds
    the current folder, else in the user's data folder.
    """
    home = os.environ.get("BPWORKBOOK_HOME")
    if home:
        return Store(Path(home) / "progress.json")
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / ".bpworkbook").is_dir():
            return Store(folder / ".bpworkbook" / "progress.json")
    from platformdirs import user_data_path

    return Store(user_data_path("bpworkbook", appauthor=False) / "progress.json")
