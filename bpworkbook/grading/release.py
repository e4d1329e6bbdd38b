"""Notebooks to hand out: one of each lesson, or for a roster one of each lesson and student."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bpworkbook.authoring.notebook import save
from bpworkbook.grading.assignment import Assignment
from bpworkbook.grading.handout import Handout
from bpworkbook.grading.roster import Member
from bpworkbook.grading.variants import variant_of
from bpworkbook.workbook.atomic import write_atomically

VARIANTS = "variants.csv"
HEADINGS = ("login", "name", "variant")


class ReleaseError(ValueError):
    """Notebooks cannot be written as asked; the message is one sentence."""


@dataclass
class Released:
    """What a release did.

    Attributes
    ----------
    written, unchanged : int
        Notebooks that are new, and those that stood there as they are.
    given : mapping of str to tuple of str
        By lesson, functions that are not asked but that an exercise is built upon.
    """

    written: int = 0
    unchanged: int = 0
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Job:
    """A notebook to write."""

    path: Path
    handout: Handout
    variant: str
    login: str

    def text(self) -> str:
        return self.handout.text(self.variant, self.login)


def release(
    assignment: Assignment,
    folder: Path,
    *,
    roster: Sequence[Member] = (),
    lessons: Sequence[str] = (),
    force: bool = False,
    watch: Callable[[int, int], None] = lambda done, total: None,
) -> Released:
    """Write the notebooks of an assignment.

    Parameters
    ----------
    assignment : Assignment
        With a seed, where there is a roster.
    folder : Path
        Is made if it is not there.
    roster : sequence of Member
        The students, each of whom gets a folder and numbers of their own.
    lessons : sequence of str
        Of the assignment's lessons only these.
    force : bool
        Whether notebooks that stand there and differ are replaced.
    watch : callable
        Told after each notebook how many are done, and of how many.

    Returns
    -------
    Released

    Raises
    ------
    ReleaseError
        If a lesson is not asked, a notebook of that name but with other content stands there, or
        the folder cannot be written to. Nothing is written then.
    """
    if roster and not assignment.seed:
        raise ReleaseError(f"assignment {assignment.name} has no seed to draw variants from")
    handouts = [Handout(assignment, number) for number in chosen(assignment, lessons)]
    jobs = list(_jobs(assignment, folder, handouts, roster))
    there = {job.path for job in jobs if job.path.exists()}
    same = {job.path for job in jobs if job.path in there and _holds(job.path, job.text())}
    if not force and (other := [job.path for job in jobs if job.path in there - same]):
        more = f" and {len(other) - 1} more" if len(other) > 1 else ""
        raise ReleaseError(
            f"{other[0]}{more} would be replaced by other content; "
            "name a new folder, or give --force"
        )
    if roster and (folder / VARIANTS).exists() and not _is_ours(folder / VARIANTS):
        raise ReleaseError(f"{folder / VARIANTS} is there and is no list of variants")
    done = Released(given={one.source.number: one.given for one in handouts if one.given})
    try:
        for number, job in enumerate(jobs, start=1):
            if job.path in same:
                done.unchanged += 1
            else:
                save(job.path, job.text())
                done.written += 1
            watch(number, len(jobs))
        if roster:
            write_atomically(folder / VARIANTS, _table(assignment, roster).encode())
    except OSError as error:
        raise ReleaseError(f"{folder} cannot be written to: {error.strerror}") from error
    return done


def chosen(assignment: Assignment, lessons: Sequence[str]) -> list[str]:
    """Return these lessons of an assignment in its order; all of them where none is named.

    Raises
    ------
    ReleaseError
        If one is not asked.
    """
    asked = list(assignment.questions)
    for number in lessons:
        if number not in asked:
            raise ReleaseError(
                f"assignment {assignment.name} does not ask lesson {number!r}, "
                f"but {', '.join(asked)}"
            )
    return [number for number in asked if not lessons or number in lessons]


def _jobs(
    assignment: Assignment, folder: Path, handouts: Sequence[Handout], roster: Sequence[Member]
) -> Iterator[_Job]:
    for handout in handouts if not roster else ():
        yield _Job(folder / handout.name, handout, "", "")
    for member in roster:
        variant = variant_of(assignment.seed, member.login)
        for handout in handouts:
            path = folder / member.login / handout.name
            yield _Job(path, handout, variant, member.login)


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()


def _table(assignment: Assignment, roster: Sequence[Member]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(HEADINGS)
    for member in roster:
        variant = variant_of(assignment.seed, member.login)
        rows.writerow((*map(_safe, (member.login, member.name)), variant))
    return text.getvalue()


def _safe(text: str) -> str:
    """Return text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return file.readline().strip() == ",".join(HEADINGS).encode()
