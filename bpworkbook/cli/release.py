"""`bpworkbook release`: notebooks to hand out."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bpworkbook.cli.console import CommandError, progress_bar, say
from bpworkbook.cli.grading import INTERRUPTED, sentences

if TYPE_CHECKING:
    from bpworkbook.grading.assignment import Assignment
    from bpworkbook.grading.release import Released


def release(
    name: str, folder: Path, *, roster: Path | None, lessons: Sequence[str], force: bool
) -> int:
    """Write an assignment's notebooks, say what was done, and return the exit code.

    Returns
    -------
    int
        0, or 130 after Ctrl-C.

    Raises
    ------
    CommandError
        No such assignment, roster or lesson, or notebooks that would be replaced.
    """
    with sentences():
        from bpworkbook.grading.release import ReleaseError
        from bpworkbook.grading.release import release as write
        from bpworkbook.grading.roster import RosterError, read_roster

        try:
            members = read_roster(roster) if roster else []
            numbers = [number.zfill(2) for number in lessons]
            asked = _assignment(name, numbers, seeded=bool(members))
            with _progress() as watch:
                done = write(
                    asked, folder, roster=members, lessons=numbers, force=force, watch=watch
                )
        except (ReleaseError, RosterError) as error:
            raise CommandError(f"{error}.") from error
        except KeyboardInterrupt:
            say("Stopped. Give the same command again, and it writes the rest.", style="yellow")
            return INTERRUPTED
    _report(done, folder, len(members))
    return 0


def _assignment(name: str, lessons: Sequence[str], *, seeded: bool) -> "Assignment":
    """Return the assignment; a unit gets a TOML file for its points, due date and seed."""
    from bpworkbook.grading.assignment import find_assignment
    from bpworkbook.grading.release import chosen
    from bpworkbook.grading.template import lay_toml, new_seed

    here = Path()
    asked = find_assignment(name, here)
    if Path(name).suffix != ".toml" and not (here / f"{name}.toml").exists():
        # What is not handed out must not count: marks are given by this file.
        path = lay_toml(replace(asked, lessons=tuple(chosen(asked, lessons))), here)
        say(
            f"Wrote {path}: points, due date and extensions to edit. It holds the seed of all "
            "numbers: keep it, and show it to no student."
        )
        return find_assignment(name, here)
    if seeded and not asked.seed:
        file = name if Path(name).suffix == ".toml" else f"{name}.toml"
        raise CommandError(
            f"{file} has no seed to draw numbers from; add this line above [points]: seed = "
            f'"{new_seed()}".'
        )
    return asked


def _report(done: "Released", folder: Path, students: int) -> None:
    for number, names in done.given.items():
        verb = "is" if len(names) == 1 else "are"
        say(
            f"Lesson {number}: {' and '.join(names)} {verb} not asked but given in full, "
            "for another exercise is built upon it.",
            style="yellow",
        )
    kept = f" ({done.unchanged} stood there already)" if done.unchanged else ""
    count = f"{done.written:,} notebook{'s' * (done.written != 1)}"
    if not students:
        say(f"Wrote {count} to {folder}{kept}.")
        return
    of = f"{students:,} student{'s' * (students != 1)}"
    say(
        f"Wrote {count} of {of} to {folder}{kept}. Who has which numbers is in "
        f"{folder / 'variants.csv'}, for you alone."
    )


@contextmanager
def _progress() -> Iterator[Callable[[int, int], None]]:
    """Show a bar, on a terminal only."""
    from rich.progress import TimeRemainingColumn as Remaining

    with progress_bar(Remaining(compact=True)) as bar:
        number = bar.add_task("", total=None)
        yield lambda done, total: bar.update(number, completed=done, total=total)
