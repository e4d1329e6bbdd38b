"""Start measuring processes, show how far they are, and collect what they found."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.environment import ROOT, BenchmarkError, thread_environment

Result = dict[str, Any]
Listener = Callable[[Result], None]


def run_job(job: Mapping[str, Any], listen: Listener = lambda event: None) -> list[Result]:
    """Run a job in a process of its own and return its results.

    Parameters
    ----------
    job : mapping
        "kind", "threads", and what that kind asks for, see ``benchmarks.worker``.
    listen : function
        Called with everything that the process tells, as it comes.

    Raises
    ------
    BenchmarkError
        If the process fails; it has printed why.
    """
    command = [sys.executable, "-m", "benchmarks.worker", json.dumps(dict(job))]
    environment = thread_environment(job["threads"])
    results = []
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT, env=environment
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            listen(event)
            if event["event"] == "result":
                results.append({**event, "threads": job["threads"]})
        code = process.wait()
    finally:
        process.kill()  # Also where this process is interrupted; a finished one does not mind.
        process.wait()
    if code:
        raise BenchmarkError(f"the measuring process ended with code {code}; it says why above.")
    return results


def run_jobs(
    jobs: Sequence[tuple[str, Mapping[str, Any]]], total: int, console: Console
) -> list[Result]:
    """Run jobs one after the other behind a progress bar.

    Parameters
    ----------
    jobs : sequence of (str, mapping)
        What to say while it runs, and the job.
    total : int
        How many results there will be in all.
    console : Console
        Where the progress is shown; elsewhere than on a terminal it is a line for each result.
    """
    results: list[Result] = []
    with progress_bar(total, console) as listen:
        for number, (words, job) in enumerate(jobs):
            done = run_job(job, lambda event, words=words: listen(words, event))  # type: ignore[misc]
            results += [{**result, "job": number} for result in done]
    return results


@contextmanager
def progress_bar(total: int, console: Console) -> Iterator[Callable[[str, Result], None]]:
    """Show results done, of how many, and what is being measured."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("starting", total=total)

        def listen(words: str, event: Result) -> None:
            name = f"{words}, {event['workload']}"
            if event["event"] == "result":
                bar.update(task, advance=1, description=name)
                if not console.is_terminal:
                    console.print(f"measured: {name}", highlight=False)
            else:
                bar.update(task, description=f"{name}, round {event['done']} of {event['of']}")

        yield listen
