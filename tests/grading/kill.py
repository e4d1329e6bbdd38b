"""Kill a grader with `kill -9` at a random moment, run it again, and look at the journal.

python -m tests.grading.kill 20                      into SQLite
python -m tests.grading.kill 20 --postgres           into a PostgreSQL of its own
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.grading import postgres
from tests.grading.classroom import StandInGrader, assignment, grade, journal_rows, lay_class

STUDENTS = 40
SECONDS = 0.01  # for a notebook
KILLS = 3


def killed_and_resumed(place: str, folder: Path, rng: random.Random) -> list[int]:
    """Kill up to three graders, let one end; return how many marks were there at each kill."""
    command = [sys.executable, "-m", "tests.grading.kill", "--grade", place, str(folder)]
    there: list[int] = []
    while True:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as grader:
            assert grader.stdout is not None
            # A line for each notebook: on a busy machine a time would mostly hit the beginning.
            lines = rng.randrange(STUDENTS) if len(there) < KILLS else 2 * STUDENTS + 2
            for _ in range(lines + 1):
                grader.stdout.readline()
            if len(there) < KILLS:
                time.sleep(rng.uniform(0.0, 3 * SECONDS))
                grader.send_signal(signal.SIGKILL)
        if grader.returncode == 0:
            return there
        assert grader.returncode == -signal.SIGKILL, f"the grader ended with {grader.returncode}"
        there.append(len(journal_rows(place)))


def main() -> None:
    """Grade, or kill those who grade."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("times", type=int, nargs="?", default=20)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--grade", nargs=2)
    asked = parser.parse_args()
    if asked.grade:
        assignment().check()  # loads the lessons
        print("at work", flush=True)
        place, folder = asked.grade
        grade(
            place,
            Path(folder),
            grader=lambda: StandInGrader(SECONDS),
            watch=lambda done: print("written", flush=True),
        )
        return
    with tempfile.TemporaryDirectory() as temporary:
        if asked.postgres:
            with postgres.server() as url:
                _try_often(asked.times, Path(temporary), url)
        else:
            _try_often(asked.times, Path(temporary), "")


def _try_often(times: int, temporary: Path, url: str) -> None:
    folder = lay_class(temporary / "class", STUDENTS)
    grade(str(temporary / "whole.db"), folder)
    whole = journal_rows(str(temporary / "whole.db"))
    same, there = 0, list[int]()
    for number in range(times):
        place = str(temporary / f"{number}.db")
        if url:
            import psycopg

            with psycopg.connect(url.format("postgres"), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE kill{number}".encode())
            place = url.format(f"kill{number}")
        there += killed_and_resumed(place, folder, random.Random(number))
        same += journal_rows(place) == whole
    print(f"{same} of {times} journals identical ({len(whole)} marks); killed {len(there)} times")
    print("marks that were there at the kills:", *sorted(there))


if __name__ == "__main__":
    main()
