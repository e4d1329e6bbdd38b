"""Try experiments in a page other than our JupyterLab, and tell a line of each."""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.chromium import NO_BROWSER, find_chromium
from benchmarks.environment import ROOT, BenchmarkError, make
from bpworkbook.lessons import all_lessons
from bpworkbook.live import Experiment
from tests.browser.shown import Shown
from tests.browser.tour import try_everything

WORDS = ("right", "wrong", "left out")
"""How it may go with an experiment."""

Opened = Callable[[Experiment], Any]
"""Shows an experiment and returns its place in the page; None where it cannot be had there."""


def made_ready(
    name: str,
    told: str | None,
    steps: Sequence[tuple[str, Sequence[str]]],
    arguments: Sequence[str],
) -> tuple[Sequence[str], Path]:
    """Read the command line of `python -m tests.NAME` and make the environment ``.NAME-venv``.

    Return the lessons asked for, or all, and the environment's Python.
    """
    parser = argparse.ArgumentParser(prog=f"python -m tests.{name}", description=told)
    parser.add_argument("lessons", nargs="*", metavar="NUMBER", help="such as 09; all unless given")
    wanted = parser.parse_args(arguments).lessons or all_lessons()
    if find_chromium() is None:
        parser.error(NO_BROWSER)
    try:
        return wanted, make(ROOT / f".{name}-venv", steps)
    except BenchmarkError as error:
        parser.error(str(error))


def tell(page: Any, experiment: Experiment, show: Opened) -> str:
    """Try all that one can do to an experiment, print how it went, and give the word on it."""
    from playwright.sync_api import Error

    start = time.perf_counter()
    problems: list[str] = []
    word = ""
    try:
        place = show(experiment)
        if place is None:
            word = "left out"
        else:
            shown = Shown(page, experiment, place, same_twice=not experiment.measures_time)
            problems = shown.problems
            try_everything(shown)
    except (Error, AssertionError) as error:
        problems.append(f"comes to a halt: {error}")
    word = word or ("wrong" if problems else "right")
    seconds = time.perf_counter() - start
    print(f"{experiment.id} {experiment.title}: {word}, {seconds:.1f} s", flush=True)
    print("".join(f"    {problem}\n" for problem in problems), end="", flush=True)
    return word


def sum_up(words: list[str]) -> int:
    """Print how often it went how, and return the exit code."""
    print(", ".join(f"{words.count(word)} {word}" for word in WORDS))
    return 1 if "wrong" in words else 0
