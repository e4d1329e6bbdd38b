"""Giving a lesson back fresh, with a dated copy of what the learner had."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bpworkbook.workspace.files import (
    WorkspaceError,
    digest,
    digest_of,
    explained,
    name_beside,
    write_atomically,
    write_unless_present,
)
from bpworkbook.workspace.folder import is_workspace
from bpworkbook.workspace.manifest import read_manifest, write_manifest
from bpworkbook.workspace.shipped import lesson_files, notebooks_root


@dataclass
class ResetReport:
    """What a reset did, by path in the workspace.

    Attributes
    ----------
    fresh : list of str
        Notebooks that were laid anew.
    unchanged : list of str
        Notebooks that were as shipped already.
    backups : list of (str, str)
        A notebook, and the copy of the learner's version of it.
    notes : list of str
        Further sentences for the learner.
    """

    fresh: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    backups: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """Return what the learner should read, one sentence each.

        Examples
        --------
        >>> ResetReport(unchanged=["course/a.ipynb"]).sentences()
        ['course/a.ipynb was fresh already.']
        """
        kept = dict(self.backups)
        said = list(self.notes)
        for path in self.fresh:
            if path in kept:
                said.append(f"{path} is fresh again; yours is kept as {Path(kept[path]).name}.")
            else:
                said.append(f"{path} is there again.")
        said.extend(f"{path} was fresh already." for path in self.unchanged)
        return said


def reset(
    lesson: str,
    folder: Path,
    *,
    source: Path | None = None,
    now: datetime | None = None,
) -> ResetReport:
    """Lay the course and the exercises of a lesson anew, keeping dated copies of changed ones.

    Progress (passed checks, predictions) is not touched.

    Parameters
    ----------
    lesson : str
        A number or a notebook: "9", "09", "09_backprop_vectorised", or a path to a notebook.
    folder : Path
        The workspace.
    source : Path, optional
        Folder with `course/` and `exercises/`; default: those of this installation.
    now : datetime, optional
        For the names of the copies; default: the local time.

    Returns
    -------
    ResetReport
        What was laid, and where the copies are.

    Raises
    ------
    WorkspaceError
        No workspace, no such lesson, or a place that cannot be written to. The learner's file is
        replaced only after its copy is safely written.
    """
    if not is_workspace(folder):
        raise WorkspaceError(
            f"{folder} is not a workspace; go to the folder that `bpworkbook lab` made, "
            "or name it with --folder."
        )
    files = lesson_files(notebooks_root() if source is None else source, lesson)
    when = datetime.now() if now is None else now
    manifest = read_manifest(folder, when)
    report = ResetReport(notes=manifest.notes())
    for path, file in files.items():
        target = folder / path
        with explained(f"reading {file}"):
            data = file.read_bytes()
        found = digest_of(target)
        manifest.files[path] = digest(data)
        if found == digest(data):
            report.unchanged.append(path)
            continue
        if found is not None:
            report.backups.append((path, _back_up(target, when).relative_to(folder).as_posix()))
        write_atomically(target, data)
        report.fresh.append(path)
    write_manifest(folder, manifest)
    return report


def _back_up(target: Path, when: datetime) -> Path:
    """Copy a file to a dated name that is free, and return that name."""
    with explained(f"reading {target}"):
        data = target.read_bytes()
    number = 1
    while True:
        backup = name_beside(target, f"backup-{when:%Y-%m-%d-%H%M%S}", number)
        if write_unless_present(backup, data):
            return backup
        number += 1
