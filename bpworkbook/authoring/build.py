"""Build the notebooks of the lessons: assemble, run, stabilise, write."""

import functools
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bpworkbook.authoring.assemble import assemble
from bpworkbook.authoring.execute import ExecutionError, execute
from bpworkbook.authoring.notebook import difference, read_notebook, save, written
from bpworkbook.authoring.project import KINDS, NotebookKind, Project, open_project
from bpworkbook.authoring.stabilise import stabilise
from bpworkbook.lessons.bibliography import BibliographyError
from bpworkbook.lessons.source import LessonError, LessonSource

Status = Literal["unchanged", "written", "would change", "stray", "failed"]
WORKERS = 2


@dataclass(frozen=True)
class Built:
    """What became of one notebook.

    Parameters
    ----------
    name : str
        Its path from the project's folder, ``course/02-gradients/09_backprop_vectorised.ipynb``.
    status : str
        ``"stray"`` is a notebook that no lesson makes.
    seconds : float
        How long it ran, its kernel's start included.
    message : str
        What changed, or why it failed.
    """

    name: str
    status: Status
    seconds: float = 0.0
    message: str = ""

    def __str__(self) -> str:
        """Return the result as one line, and the traceback of a failure below it."""
        time = f"{self.seconds:5.1f} s" if self.seconds else " " * 7
        return f"{self.status:<12} {time}  {self.name}{': ' * bool(self.message)}{self.message}"


@dataclass(frozen=True)
class BuildReport:
    """The results of a build, in the order of the lessons."""

    results: tuple[Built, ...]

    @property
    def exit_status(self) -> int:
        """0 when all went well; 1 when a notebook failed, would change or has no lesson."""
        bad = {"failed", "would change", "stray"}
        return int(any(result.status in bad for result in self.results))

    @property
    def summary(self) -> str:
        """The line that counts the notebooks: ``2 written, 1 unchanged``."""
        kinds = dict.fromkeys(result.status for result in self.results)
        counts = [f"{sum(r.status == kind for r in self.results)} {kind}" for kind in kinds]
        return ", ".join(counts) or "no lessons"

    def __str__(self) -> str:
        """Return one line a notebook, and the summary."""
        return "\n".join([*map(str, self.results), self.summary])


def build(
    lessons: Sequence[str] = (),
    *,
    check: bool = False,
    fresh: bool = False,
    progress: bool = True,
    workers: int = WORKERS,
    project: Project | None = None,
) -> BuildReport:
    """Build the three notebooks of each lesson.

    Parameters
    ----------
    lessons : sequence of str
        Their numbers; all lessons by default.
    check : bool
        Write nothing; say which notebooks would change.
    fresh : bool
        Keep no committed outputs: for a picture that changed while its text did not.
    progress : bool
        Show a bar and a line for each notebook as it is done.
    workers : int
        How many notebooks run at a time.
    project : Project, optional
        By default the clone that the package is imported from.

    Raises
    ------
    LessonError, BibliographyError
        There is no clone to build in, or the bibliography cannot be read. (A lesson that cannot be
        read is a ``"failed"`` result.)
    ValueError
        There is no lesson of a given number.
    """
    project = project or open_project()
    jobs = [(number, kind) for number in project.chosen(lessons) for kind in KINDS]
    with ThreadPoolExecutor(max_workers=workers) as pool:
        task = functools.partial(_build_one, project, check=check, fresh=fresh)
        futures = [pool.submit(task, number, kind) for number, kind in jobs]
        try:
            _wait(futures, progress)
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    results = [future.result() for future in futures]
    if not lessons:
        message = "no lesson makes it: remove it"
        results += [Built(_name(project, path), "stray", 0, message) for path in project.strays()]
    return BuildReport(tuple(results))


def rebuilt(
    project: Project, source: LessonSource, kind: NotebookKind, *, fresh: bool = False
) -> tuple[str, float]:
    """Return the text of a notebook built anew, and the seconds that it ran.

    Raises
    ------
    ExecutionError
        A cell failed.
    LessonError, BibliographyError
        The notebook cannot be assembled.
    """
    path = project.notebook(source, kind)
    execution = execute(assemble(project, source, kind), _name(project, path))
    committed = None if fresh else read_notebook(path)
    return written(stabilise(execution.notebook, committed)), execution.seconds


def _build_one(
    project: Project, number: str, kind: NotebookKind, *, check: bool, fresh: bool
) -> Built:
    name = f"{kind} {number}"
    try:
        source = project.lesson(number)
        path = project.notebook(source, kind)
        name = _name(project, path)
        new, seconds = rebuilt(project, source, kind, fresh=fresh)
    except (ExecutionError, LessonError, BibliographyError) as error:
        return Built(name, "failed", 0, str(error))
    old = path.read_text(encoding="utf-8") if path.is_file() else None
    if old == new:
        return Built(name, "unchanged", seconds)
    changed = "it is new" if old is None else difference(old, new)
    if check:
        return Built(name, "would change", seconds, changed)
    save(path, new)
    return Built(name, "written", seconds, changed)


def _wait(futures: Sequence[Future[Built]], progress: bool) -> None:
    """Wait for all notebooks, and show each as it is done."""
    if not progress:
        wait(futures)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn

    columns = ("[progress.description]{task.description}", BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn()) as bar:
        task = bar.add_task("notebooks", total=len(futures))
        for future in as_completed(futures):
            bar.console.print(str(future.result()), markup=False, highlight=False)
            bar.advance(task)


def _name(project: Project, path: Path) -> str:
    return path.relative_to(project.notebooks_root).as_posix()
