"""`python -m benchmarks.live`: how quickly the pictures of the experiments follow the hand."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.environment import BenchmarkError, run_in_project

NEEDED = ("bpworkbook", "jupyterlab", "matplotlib", "playwright", "rich")
NO_ENVIRONMENT = (
    "this needs the project's own .venv with Playwright, and a Chromium; "
    "`python tasks.py browser` makes the one and downloads the other."
)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; it needs nothing installed."""
    made = argparse.ArgumentParser(
        prog="python -m benchmarks.live",
        description="Open every experiment of the course in a real JupyterLab and a headless "
        "Chromium, press arrow keys, drag, and time how long the picture takes, beside "
        "ipywidgets' interact.",
        epilog="Runs in the project's .venv, with Playwright and a Chromium: `python tasks.py "
        "browser` gets both. About 15 s for an experiment. A busy machine gives other figures.",
    )
    made.add_argument(
        "--lessons", nargs="+", metavar="NN", help="some lessons, such as 05 09; all unless given"
    )
    made.add_argument(
        "--check", action="store_true", help="end with exit code 1 where a bar is missed"
    )
    made.add_argument(
        "--quick",
        action="store_true",
        help="eight steps, one experiment of each lesson, not thirty in a notebook; not to be "
        "quoted",
    )
    made.add_argument(
        "--output",
        type=Path,
        default=Path("benchmarks/results"),
        metavar="FOLDER",
        help="where table and picture go; benchmarks/results unless given",
    )
    return made


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    options = parser().parse_args(arguments)
    return run_in_project(
        "benchmarks.live", arguments, options, run, needed=NEEDED, without=NO_ENVIRONMENT
    )


def run(options: argparse.Namespace) -> int:
    """Measure, show and write; this needs the environment."""
    from rich.console import Console

    from benchmarks import machine
    from benchmarks.chromium import running_chromium
    from benchmarks.command import publish
    from benchmarks.live_report import live_report
    from benchmarks.live_run import QUICK_STEPS, STEPS, Course, count, plan
    from benchmarks.processes import progress_bar
    from benchmarks.servers import EXPOSED, running_lab

    # A file has no width; 80 columns would break its tables.
    console = Console(width=None if sys.stdout.isatty() else 120)
    options.load = machine.load()
    lessons = plan(chosen(options.lessons), quick=options.quick)
    steps = QUICK_STEPS if options.quick else STEPS
    total = count(lessons, quick=options.quick)
    with (
        running_chromium() as browser,
        TemporaryDirectory(prefix="bp-live-", ignore_cleanup_errors=True) as base,
        running_lab(Path(base) / "course", Path(base), EXPOSED) as address,
        progress_bar(total, console) as heard,
    ):
        lab = Path(base) / "course", address

        def tell(words: str, name: str) -> None:
            heard(words, {"event": "result", "workload": name})

        found = Course(browser, lab, tell, steps).measure(lessons, many=not options.quick)
        version = f"Chromium {browser.version}"
    return publish([live_report(options, found, version)], options, console)


def chosen(wanted: Sequence[str] | None) -> list[str]:
    """Return the numbers of the lessons to measure.

    Raises
    ------
    BenchmarkError
        If there is no such lesson.
    """
    from bpworkbook.lessons import all_lessons

    there = all_lessons()
    unknown = [number for number in wanted or () if number not in there]
    if unknown:
        raise BenchmarkError(f"there is no lesson {unknown[0]}; there are {', '.join(there)}.")
    return [number for number in there if wanted is None or number in wanted]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
