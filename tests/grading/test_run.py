"""Grading many: nothing twice, nothing lost, and no notebook that stops the others."""

import random
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from bpworkbook.grading.run import Done
from bpworkbook.grading.threads import default_workers
from bpworkbook.lessons import lesson
from bpworkbook.lessons.catalogue import slug
from bpworkbook.workbook import check
from tests.grading import kill
from tests.grading.classroom import (
    StandInGrader,
    assignment,
    grade,
    journal_rows,
    lay_class,
    notebook,
)


def seen_by(graders: list[StandInGrader]) -> Counter[str]:
    return Counter(digest for grader in graders for digest in grader.seen)


def remember(graders: list[StandInGrader], **options: float) -> object:
    def opened() -> StandInGrader:
        graders.append(StandInGrader(**options))  # type: ignore[arg-type]
        return graders[-1]

    return opened


def test_a_second_run_grades_nothing(database: str, tmp_path: Path) -> None:
    folder = lay_class(tmp_path / "class", 6)
    first = grade(database, folder)
    rows = journal_rows(database)
    graders: list[StandInGrader] = []
    second = grade(database, folder, grader=remember(graders))
    assert (first.graded, second.graded, second.waiting) == (12, 0, 0)
    assert not seen_by(graders), "a notebook was graded twice"
    assert journal_rows(database) == rows
    assert sum(first.outcomes.values()) == len(rows)


def test_a_limit_leaves_the_rest_for_another_run(tmp_path: Path) -> None:
    folder, place = lay_class(tmp_path / "class", 5), str(tmp_path / "g.db")
    done = [grade(place, folder, limit=4) for _ in range(3)]
    assert [(one.graded, one.waiting) for one in done] == [(4, 6), (4, 2), (2, 0)]
    grade(str(tmp_path / "whole.db"), folder)
    assert journal_rows(place) == journal_rows(str(tmp_path / "whole.db"))


def test_only_what_changed_is_graded_again(tmp_path: Path) -> None:
    folder, place = lay_class(tmp_path / "class", 4), str(tmp_path / "g.db")
    grade(place, folder)
    changed = folder / "student002" / "some-unit" / f"{slug('09')}.ipynb"
    changed.write_bytes(notebook("x = 'new'"))
    assert grade(place, folder).graded == 1
    assert grade(place, folder, version="v2").graded == 8, "a new grader grades all"
    assert grade(place, folder, version="v2", regrade=True).graded == 8
    assert grade(place, folder, assignment(leave_out=("08.1",)), version="v2").graded == 0


def test_a_question_that_is_new_is_graded_alone(tmp_path: Path) -> None:
    folder, place = lay_class(tmp_path / "class", 3), str(tmp_path / "g.db")
    grade(place, folder, assignment(leave_out=("09.1",)))
    done = grade(place, folder)
    assert sum(done.outcomes.values()) == 3, "other questions were graded again"


def test_marks_are_the_same_with_any_number_of_workers_and_database(
    postgres_url: str, tmp_path: Path
) -> None:
    folder = lay_class(tmp_path / "class", 8)
    places = [str(tmp_path / "one.db"), str(tmp_path / "five.db"), postgres_url]
    for place, workers in zip(places, (1, 5, 3), strict=True):
        grade(place, folder, workers=workers)
    one, five, postgres = map(journal_rows, places)
    assert one == five == postgres


def test_what_the_grader_fails_on_is_said_and_tried_again(tmp_path: Path) -> None:
    folder, place = lay_class(tmp_path / "class", 6), str(tmp_path / "g.db")
    bad = notebook("x = 3")
    broken: list[bytes] = []

    def trouble(raw: bytes) -> None:
        if raw == bad:
            broken.append(raw)
            raise OSError("the box broke")

    done = grade(place, folder, grader=lambda: StandInGrader(trouble=trouble))
    assert done.graded == 11
    assert [login for login, _ in done.failures] == ["student003"]
    assert "the box broke" in done.failures[0][1]
    assert len(broken) == 2, "it was not tried once more in a new box"
    assert grade(place, folder).graded == 1, "a notebook without marks was taken for graded"


def test_a_grader_that_forgets_a_question_has_failed(tmp_path: Path) -> None:
    class Forgetful(StandInGrader):
        def grade(self, raw, questions, seed):  # type: ignore[no-untyped-def]
            marks, box = super().grade(raw, questions, seed)
            return marks[1:], box

    folder, place = lay_class(tmp_path / "class", 1), str(tmp_path / "g.db")
    done = grade(place, folder, grader=Forgetful)
    assert (done.graded, len(done.failures)) == (0, 2)
    assert journal_rows(place) == []


def test_a_file_that_changes_while_it_is_graded_gets_no_mark(tmp_path: Path) -> None:
    folder, place = lay_class(tmp_path / "class", 2, ["09"]), str(tmp_path / "g.db")

    def change(done: Done) -> None:
        path = folder / "student001" / "some-unit" / f"{slug('09')}.ipynb"
        path.write_bytes(notebook("another"))

    done = grade(place, folder, workers=1, watch=change, grader=lambda: StandInGrader(0.3))
    assert done.graded + len(done.failures) == 2
    for _, text in done.failures:
        assert "the file changed" in text


def test_no_box_at_all_ends_the_run(tmp_path: Path) -> None:
    def nothing() -> StandInGrader:
        raise OSError("no box here")

    folder = lay_class(tmp_path / "class", 3)
    with pytest.raises(OSError, match="no box here"):
        grade(str(tmp_path / "g.db"), folder, grader=nothing)
    assert journal_rows(str(tmp_path / "g.db")) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_ctrl_c_keeps_what_is_done_and_the_next_run_goes_on(database: str, tmp_path: Path) -> None:
    folder = lay_class(tmp_path / "class", 10)
    graders: list[StandInGrader] = []
    count = 0

    def interrupt(done: Done) -> None:
        nonlocal count
        count += 1
        if count == 7:
            raise KeyboardInterrupt

    stopped = grade(database, folder, watch=interrupt, grader=remember(graders, seconds=0.01))
    assert stopped.interrupted
    assert (stopped.graded, stopped.waiting) == (7, 13)
    assert all(grader.closed for grader in graders), "a box was left open"
    assert not [one for one in threading.enumerate() if one.name.startswith("grader ")]
    assert grade(database, folder).graded == 13
    grade(str(tmp_path / "whole.db"), folder)
    assert journal_rows(database) == journal_rows(str(tmp_path / "whole.db"))


def test_ctrl_c_does_not_wait_for_a_submission_that_hangs(tmp_path: Path) -> None:
    class Hanging(StandInGrader):
        def grade(self, raw, questions, seed):  # type: ignore[no-untyped-def]
            if raw == notebook("x = 1"):
                while not self.closed:
                    time.sleep(0.01)
                raise OSError("the box was closed")
            return super().grade(raw, questions, seed)

    def interrupt(done: Done) -> None:
        raise KeyboardInterrupt

    folder, place = lay_class(tmp_path / "class", 4, ["09"]), str(tmp_path / "g.db")
    begin = time.monotonic()
    stopped = grade(place, folder, watch=interrupt, grader=Hanging)
    assert stopped.interrupted
    assert time.monotonic() - begin < 8
    assert len({row[0] for row in journal_rows(place)}) == 1, "what was in flight was kept"


def test_the_same_after_kill_9_at_any_moment(database: str, tmp_path: Path) -> None:
    folder = lay_class(tmp_path / "class", kill.STUDENTS)
    grade(str(tmp_path / "whole.db"), folder)
    whole = journal_rows(str(tmp_path / "whole.db"))
    there = kill.killed_and_resumed(database, folder, random.Random(1))
    assert there, "it was never killed"
    assert journal_rows(database) == whole


def test_there_is_a_worker_for_each_core() -> None:
    assert default_workers() >= 1


def test_checking_in_threads_leaves_standard_output_alone(tmp_path: Path) -> None:
    question = lesson("09").questions["example_norms"]  # timed beside a slow answer of ours
    assert question.slow is not None

    class Checking(StandInGrader):
        def grade(self, raw, questions, seed):  # type: ignore[no-untyped-def]
            check(question, question.reference)
            return super().grade(raw, questions, seed)

    folder, before = lay_class(tmp_path / "class", 6, ["09"]), sys.stdout
    outputs = set()
    done = grade(
        str(tmp_path / "g.db"),
        folder,
        workers=3,
        grader=Checking,
        watch=lambda done: outputs.add(sys.stdout),
    )
    assert done.graded == 6
    assert outputs == {before}, "standard output was someone else's while others checked"
    assert sys.stdout is before, "what is printed after a run would be lost"
