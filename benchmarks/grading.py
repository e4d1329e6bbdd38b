"""`python -m benchmarks.grading`: how quickly, how evenly and in what memory a class is graded."""

import argparse
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.environment import BenchmarkError, run_in_project

if TYPE_CHECKING:
    from rich.console import Console

NEEDED = ("bpworkbook", "sqlalchemy", "IPython", "rich", "matplotlib")
NO_ENVIRONMENT = "this needs the project's own .venv; `python tasks.py test` makes it."


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line; it needs nothing installed."""
    made = argparse.ArgumentParser(
        prog="python -m benchmarks.grading",
        description="Make a class of submissions and grade it as `bpworkbook grade` does; end with "
        "exit code 1 where a bar is missed.",
        epilog="Runs in the project's .venv. A busy machine gives other times, never other marks.",
    )
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    speed = commands.add_parser("speed", help="time, and memory meanwhile")
    memory = commands.add_parser("memory", help="memory alone, of lesson 09")
    for one in (speed, memory):
        one.add_argument("--submissions", type=int, default=1000, metavar="N")
    speed.add_argument(
        "--classes",
        nargs="+",
        default=["lesson 09", "unit 02"],
        metavar="NAME",
        help="'lesson 09', 'unit 02'; both unless given",
    )
    speed.add_argument(
        "--alone",
        type=int,
        default=200,
        metavar="N",
        help="how many one worker grades alone first; 200 unless given",
    )
    repeat = commands.add_parser("repeat", help="whether all marks are the same every time")
    repeat.add_argument("--times", type=int, default=30, metavar="N")
    repeat.add_argument("--students", type=int, default=12, metavar="N")
    repeat.add_argument(
        "--load", dest="with_load", action="store_true", help="keep two cores busy meanwhile"
    )
    side = commands.add_parser(
        "side", help="beside nbgrader and Otter; the first run makes an environment for them"
    )
    side.add_argument("--submissions", type=int, default=20, metavar="N", help="20 unless given")
    side.add_argument("--rounds", type=int, default=3, metavar="N", help="3 unless given")
    for one in (speed, memory, repeat):
        one.add_argument("--workers", type=int, default=2, metavar="N", help="2 unless given")
    for one in (speed, memory, repeat, side):
        one.add_argument(
            "--output",
            type=Path,
            default=Path("benchmarks/results"),
            metavar="FOLDER",
            help="where tables go; benchmarks/results unless given",
        )
    return made


def main(arguments: Sequence[str]) -> int:
    """Run the command and return its exit code."""
    options = parser().parse_args(arguments)
    return run_in_project(
        "benchmarks.grading", arguments, options, run, needed=NEEDED, without=NO_ENVIRONMENT
    )


def run(options: argparse.Namespace) -> int:
    """Grade, show and write; this needs the environment."""
    from rich.console import Console

    from benchmarks import grading_repeat, grading_side, grading_speed, machine
    from benchmarks.command import publish

    # A file has no width; 80 columns would break its tables.
    console = Console(width=None if sys.stdout.isatty() else 120)
    options.load = machine.load()
    options.check = options.command != "side"  # it has no bars
    require(options, grading_speed.CLASSES)
    with counted(console) as tell:
        if options.command == "repeat":
            runs = grading_repeat.measure(options, tell)
            reports = [grading_repeat.repeat_report(options, runs)]
        elif options.command == "memory":
            seen = grading_speed.measure(["lesson 09"], options.submissions, options.workers, tell)
            reports = [grading_speed.memory_report(options, seen)]
        elif options.command == "side":
            reports = [grading_side.side_report(options, grading_side.measure(options, tell))]
        else:
            alone = grading_speed.measure(options.classes, options.alone, 1, tell)
            seen = grading_speed.measure(
                options.classes, options.submissions, options.workers, tell
            )
            reports = [grading_speed.speed_report(options, seen, alone)]
    return publish(reports, options, console)


def require(options: argparse.Namespace, classes: Collection[str]) -> None:
    """Refuse what cannot be measured.

    Raises
    ------
    BenchmarkError
        If a number is below 1, or there is no such class.
    """
    for name in ("submissions", "alone", "students", "times", "rounds", "workers"):
        if getattr(options, name, 1) < 1:
            raise BenchmarkError(f"--{name} is {getattr(options, name)}, but wants 1 or more.")
    for name in getattr(options, "classes", ()):
        if name not in classes:
            raise BenchmarkError(f"there is no class {name!r}; there are {', '.join(classes)}.")


@contextmanager
def counted(console: "Console") -> "Iterator[Callable[[], None]]":
    """Show how many submissions are graded, on a terminal only."""
    from rich.progress import Progress, TextColumn

    words = TextColumn("{task.completed:,.0f} graded")
    with Progress(words, console=console, transient=True, disable=not console.is_terminal) as bar:
        number = bar.add_task("", total=None)
        yield lambda: bar.advance(number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
