"""Where `bpworkbook grade` has notebooks graded: on this machine, or by the workers of Dask."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bpworkbook.cli.console import CommandError, say

if TYPE_CHECKING:
    from bpworkbook.grading.box import Limits
    from bpworkbook.grading.run import Source


@dataclass(frozen=True)
class How:
    """How notebooks are to be graded.

    Parameters
    ----------
    workers : int
        Boxes at work; 0 for one a core, or as many as there are on the workers of a scheduler.
    scheduler : str
        The address of a Dask scheduler; ``""`` for this machine.
    isolated : bool
        Refuse to run submissions where no box can hold them.
    seconds : float
        How long the calls of one question may take.
    memory, processes, output : int
        Of one submission: megabytes, number, megabytes of printed text.
    """

    workers: int = 0
    scheduler: str = ""
    isolated: bool = True
    seconds: float = 8.0
    memory: int = 1024
    processes: int = 64
    output: int = 16

    def limits(self) -> "Limits":
        """Return the limits of one submission."""
        from bpworkbook.grading.box.limits import MEGABYTE, Limits
        from bpworkbook.grading.proxy import SECONDS

        usual = Limits()
        return Limits(
            memory=self.memory * MEGABYTE,
            processes=self.processes,
            printed=self.output * MEGABYTE,
            # For all questions together; those that may take longer need more of it.
            cpu_seconds=max(usual.cpu_seconds, round(usual.cpu_seconds * self.seconds / SECONDS)),
        )


@contextmanager
def open_source(how: How, versions: Mapping[str, str]) -> "Iterator[tuple[Source, str]]":
    """Start what grades and give it with its name; end it in any case.

    Raises
    ------
    BoxError
        If there is no box, or none that isolates submissions.
    CommandError
        If the scheduler or its workers cannot be used.
    """
    if how.scheduler:
        with _far(how, versions) as found:
            yield found
        return
    from bpworkbook.grading.box import best_backend
    from bpworkbook.grading.process import opener
    from bpworkbook.grading.threads import Threads, default_workers

    backend = best_backend(isolated=how.isolated)
    if not backend.isolated:
        _warn("Not isolated: submissions can read and change what you can. Use Linux for a box.")
    workers = how.workers or default_workers()
    source = Threads(opener(backend, how.limits(), how.seconds, workers), workers)
    try:
        yield source, backend.name
    finally:
        source.stop()


@contextmanager
def _far(how: How, versions: Mapping[str, str]) -> "Iterator[tuple[Source, str]]":
    try:
        from bpworkbook.grading.cluster import Cluster, ClusterError
        from bpworkbook.grading.worker import Setting, WorkerError
    except ModuleNotFoundError as error:
        if error.name not in ("distributed", "dask"):
            raise
        raise CommandError(
            "--scheduler needs Dask: `python -m pip install 'bpworkbook[dask]'`."
        ) from error
    if not how.isolated:
        _warn("Not isolated where a worker has no box: there submissions can do what it can do.")
    try:
        setting = Setting(versions, how.isolated, how.limits(), how.seconds)
        source = Cluster(how.scheduler, setting, how.workers)
        try:
            boxes = f"{source.threads} box{'es' * (source.threads != 1)}"
            yield source, f"{boxes} at {how.scheduler}"
        finally:
            source.stop()
    except (ClusterError, WorkerError) as error:
        raise CommandError(f"{error}.") from error


def _warn(sentence: str) -> None:
    say(sentence, style="bold red")
