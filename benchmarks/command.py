"""What the commands share: their options, the environment, running, showing, writing."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.bars import PLANS
from benchmarks.environment import BenchmarkError, enter

if TYPE_CHECKING:
    from rich.console import Console

    from benchmarks.report import Report

Job = dict[str, Any]
Found = list[dict[str, Any]]


@dataclass(frozen=True)
class Command:
    """A benchmark as a command.

    Parameters
    ----------
    module : str
        What follows `python -m`.
    description : str
        The first words of its help.
    jobs : function
        ``jobs(options)`` returns what is measured: words for each process, and its job.
    reports : function
        ``reports(options, found)`` returns the reports on what the processes found.
    results : int
        How many results a process gives, unless it says so itself under "workloads".
    by_workload, by_threads, with_bars, on_gpu : bool
        Which options it has.
    """

    module: str
    description: str
    jobs: Callable[[argparse.Namespace], list[tuple[str, Job]]]
    reports: Callable[[argparse.Namespace, Found], "Sequence[Report]"]
    results: int = 1
    by_workload: bool = True
    by_threads: bool = True
    with_bars: bool = True
    on_gpu: bool = False

    def parser(self) -> argparse.ArgumentParser:
        """Return the parser of the command line."""
        made = argparse.ArgumentParser(
            prog=f"python -m {self.module}",
            description=self.description,
            epilog="The first run makes a virtual environment for the libraries compared.",
        )
        if self.by_threads:
            made.add_argument(
                "--threads",
                nargs="+",
                type=count,
                default=[1, 2],
                metavar="N",
                help="numbers of threads, each measured by itself; 1 2 unless given",
            )
        if self.by_workload:
            told = "; ".join(f"{name}: {plan.title}" for name, plan in PLANS.items())
            made.add_argument(
                "--workloads",
                nargs="+",
                choices=PLANS,
                default=list(PLANS),
                metavar="NAME",
                help=f"some of these, all unless given. {told}",
            )
        if self.with_bars:
            made.add_argument(
                "--check", action="store_true", help="end with exit code 1 where a bar is missed"
            )
        if self.on_gpu:
            made.add_argument("--runs", type=count, default=2, metavar="N", help="2 unless given")
            made.add_argument(
                "--gpu", action="store_true", help="on an NVIDIA GPU too: CuPy beside PyTorch"
            )
        add_common(made)
        return made

    def main(self, arguments: Sequence[str]) -> int:
        """Run the command and return its exit code."""
        options = self.parser().parse_args(arguments)
        options.output = options.output.resolve()  # Before the working folder is changed.
        try:
            enter(
                self.module,
                [*arguments, "--output", str(options.output)],
                gpu=getattr(options, "gpu", False),
                here=options.here or options.no_peers,
            )
            return self.run(options)
        except BenchmarkError as error:
            print(f"Error: {error}", file=sys.stderr)
            return 2
        except KeyboardInterrupt:
            return 130

    def run(self, options: argparse.Namespace) -> int:
        """Measure, show and write; this needs the environment."""
        from rich.console import Console

        from benchmarks import machine
        from benchmarks.processes import run_jobs

        # A file has no width; 80 columns would break its tables.
        console = Console(width=None if sys.stdout.isatty() else 120)
        options.load = machine.load()
        jobs = self.jobs(options)
        total = sum(len(job.get("workloads", range(self.results))) for _, job in jobs)
        found = run_jobs(jobs, total, console)
        return publish(self.reports(options, found), options, console)


def publish(reports: "Sequence[Report]", options: argparse.Namespace, console: "Console") -> int:
    """Show and write reports; return 1 where bars are checked and one is missed, else 0."""
    for report in reports:
        console.print()
        report.show(console)
        for path in report.write(options.output):
            console.print(f"Written: {path}", highlight=False, soft_wrap=True)
    verdicts = [verdict for report in reports for verdict in report.verdicts]
    return exit_code(verdicts, check=getattr(options, "check", False))


def exit_code(verdicts: Sequence[Any], *, check: bool) -> int:
    """Return 1 where bars are checked and one is missed, or none could be told; else 0.

    >>> exit_code([], check=True), exit_code([], check=False)
    (1, 0)
    """
    return int(check and not (verdicts and all(verdict.met for verdict in verdicts)))


def add_common(made: argparse.ArgumentParser) -> None:
    """Add the options that all benchmarks have."""
    made.add_argument(
        "--quick", action="store_true", help="a look in a fraction of the time, not to be quoted"
    )
    made.add_argument(
        "--no-peers",
        action="store_true",
        help="the library alone, in this Python; no ratios and no bars",
    )
    made.add_argument(
        "--here", action="store_true", help="use this Python and the libraries that it has"
    )
    made.add_argument(
        "--output",
        type=Path,
        default=Path("benchmarks/results"),
        metavar="FOLDER",
        help="where tables and pictures go; benchmarks/results unless given",
    )


def count(text: str) -> int:
    """Return a whole number from 1 on, for argparse.

    >>> count("2")
    2
    """
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number
