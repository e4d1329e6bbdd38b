"""A class for tests: notebooks, and a grader that needs no box and always says the same."""

import hashlib
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bpworkbook.grading import tables as t
from bpworkbook.grading.assignment import Assignment
from bpworkbook.grading.journal import Journal, Mark
from bpworkbook.grading.run import Done, Source, Summary, grade_all, pending
from bpworkbook.grading.store import Store
from bpworkbook.grading.submissions import find_submissions
from bpworkbook.grading.threads import Threads
from bpworkbook.lessons.catalogue import slug
from bpworkbook.workbook import Question

LESSONS = ("08", "09")
OUTCOMES = ("passed", "known mistake", "wrong", "error", "not attempted")


def notebook(source: str = "x = 1", lesson: str = "09") -> bytes:
    """Return a notebook that opens a lesson and has one more cell."""
    cells = [
        {"cell_type": "code", "source": f'w = lesson("{lesson}")', "outputs": [], "metadata": {}},
        {"cell_type": "code", "source": source, "outputs": [], "metadata": {}},
    ]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}).encode()


def lay_class(folder: Path, students: int, lessons: Sequence[str] = LESSONS) -> Path:
    """Write nbgrader's layout of a class and return its folder."""
    for number in range(students):
        home = folder / f"student{number:03}" / "some-unit"
        home.mkdir(parents=True)
        for lesson in lessons:
            content = notebook(f"x = {number}", lesson)
            (home / f"{slug(lesson)}.ipynb").write_bytes(content)
    return folder


def assignment(**changes: Any) -> Assignment:
    """Return an assignment of two lessons with a seed of its own."""
    given: dict[str, Any] = {"name": "some-unit", "lessons": LESSONS, "seed": "fixed"}
    return Assignment(**{**given, **changes})


class StandInGrader:
    """Has what a run needs of a grader. The same notebook and seed give the same marks."""

    def __init__(self, seconds: float = 0.0, trouble: Callable[[bytes], None] | None = None):
        self.seconds, self.trouble = seconds, trouble
        self.seen: list[str] = []
        self.closed = False

    def grade(
        self, raw: bytes, questions: Sequence[Question], seed: int
    ) -> tuple[Sequence[Mark], str]:
        digest = hashlib.sha256(raw).hexdigest()
        self.seen.append(digest)
        time.sleep(self.seconds)
        if self.trouble is not None:
            self.trouble(raw)
        rng = random.Random(f"{digest}{seed}")
        return [self._mark(question, rng.choice(OUTCOMES)) for question in questions], "stand-in"

    def _mark(self, question: Question, outcome: str) -> Mark:
        points = float(question.points) if outcome == "passed" else 0.0
        lines = (("not yet", f"{question.name} says {outcome}"),)
        return Mark(question.key, outcome, points, float(question.points), "", lines, "", 0.001)

    def close(self) -> None:
        self.closed = True


def grade(
    place: str,
    folder: Path,
    asked: Assignment | None = None,
    *,
    grader: Callable[[], Any] = StandInGrader,
    version: str = "v1",
    regrade: bool = False,
    workers: int = 2,
    limit: int | None = None,
    watch: Callable[[Done], None] = lambda done: None,
    source: Source | None = None,
) -> Summary:
    """Grade a folder into a database, as the command does."""
    asked = asked or assignment()
    finds = find_submissions([folder], asked.questions, asked.name)
    with Store(place) as store:
        journal = Journal(store, asked, dict.fromkeys(asked.questions, version))
        journal.enter(finds)
        tasks = list(pending(journal, asked, finds, regrade=regrade))
        source = source or Threads(grader, workers)
        return grade_all(journal, tasks, source, limit=limit, again=regrade, watch=watch)


def journal_rows(place: str) -> list[tuple[Any, ...]]:
    """Return the whole journal but for row numbers and times, in an order of its own."""
    r = t.result.c
    query = select(
        t.student.c.login,
        t.submission.c.lesson,
        t.submission.c.digest,
        t.question.c.key,
        *(r[name] for name in ("version", "outcome", "points", "of", "mistake")),
        *(r[name] for name in ("lines", "remark", "seed", "box")),
    ).select_from(t.result.join(t.question).join(t.submission).join(t.student))
    with Store(place) as store, store.reading() as db:
        return sorted(tuple(row) for row in db.execute(query))
