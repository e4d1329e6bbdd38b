"""Making a workspace and bringing it up to date without touching what the learner changed."""

import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bpworkbook.workspace.files import digest, digest_of, explained, name_beside, write_atomically
from bpworkbook.workspace.folder import prepare
from bpworkbook.workspace.manifest import Manifest, read_manifest, write_manifest
from bpworkbook.workspace.shipped import notebooks_root, shipped_files


@dataclass
class Report:
    """What an update did, by path in the workspace.

    Attributes
    ----------
    folder : Path
        The workspace.
    created : bool
        True when the folder was not a workspace before.
    added, updated, restored : list of str
        Files that were laid: new ones, unchanged older ones, and deleted ones asked back.
    kept : list of str
        Files the learner changed; they were not touched.
    beside : list of (str, str)
        For a changed file that has a newer version: the file, and where the new version lies.
    deleted : list of str
        Files the learner removed; they stay away.
    retired : list of str
        Files that are no longer part of the course; they stay where they are.
    notes : list of str
        Further sentences for the learner.
    """

    folder: Path
    created: bool = False
    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    beside: list[tuple[str, str]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def sentences(self) -> list[str]:
        """Return what the learner should read, one sentence each; empty when nothing happened.

        Examples
        --------
        >>> Report(Path("w"), updated=["course/a.ipynb"]).sentences()
        ['1 notebook file that you had not changed was updated.']
        """
        said = list(self.notes)
        if self.created:
            said.append(f"Made the folder {self.folder} with {_files(len(self.added))}.")
        elif self.added:
            said.append(f"New: {_listed(self.added)}.")
        if self.updated:
            verb = "was" if len(self.updated) == 1 else "were"
            said.append(f"{_files(len(self.updated))} that you had not changed {verb} updated.")
        if self.restored:
            said.append(f"Brought back: {_listed(self.restored)}.")
        said.extend(
            f"{path} has a newer version; yours was not touched, the new one lies beside it "
            f"as {Path(new).name}."
            for path, new in self.beside
        )
        if self.deleted:
            said.append(
                f"You removed {_listed(self.deleted)}; "
                "`bpworkbook lab --restore` brings removed files back."
            )
        said.extend(
            f"{path} is no longer part of the course; it was left where it is."
            for path in self.retired
        )
        return said


def create_or_update(
    folder: Path,
    *,
    restore: bool = False,
    source: Path | None = None,
    now: datetime | None = None,
) -> Report:
    """Make the folder a workspace, or bring it up to date; a changed file is never touched.

    Files are compared by their bytes with what was last laid: a notebook that was only opened and
    saved may count as changed, and then its new version is laid beside it.

    Parameters
    ----------
    folder : Path
        A new or empty folder, or a workspace.
    restore : bool
        Bring back files that were laid before and are gone.
    source : Path, optional
        Folder with `course/` and `exercises/`; default: those of this installation.
    now : datetime, optional
        For the name of a damaged manifest; default: the local time.

    Returns
    -------
    Report
        What was laid, updated, kept, and laid beside.

    Raises
    ------
    WorkspaceError
        A file stands in the folder's place, the folder holds other files, it is read-only, or the
        disk is full. What was laid until then is whole, and running again carries on.
    """
    shipped = shipped_files(notebooks_root() if source is None else source)
    report = Report(folder, created=prepare(folder))
    manifest = read_manifest(folder, datetime.now() if now is None else now)
    report.notes.extend(manifest.notes())
    for path, file in shipped.items():
        with explained(f"reading {file}"):
            data = file.read_bytes()
        _bring(folder, path, data, manifest, report, restore=restore)
    for path in sorted(set(manifest.files) - set(shipped)):
        if os.path.lexists(folder / path):
            report.retired.append(path)
        del manifest.files[path]
    write_manifest(folder, manifest)
    return report


def _bring(
    folder: Path, path: str, data: bytes, manifest: Manifest, report: Report, *, restore: bool
) -> None:
    """Bring one file up to date, or leave it and say why."""
    target = folder / path
    new, laid, found = digest(data), manifest.files.get(path), digest_of(target)
    if found is None and laid is not None and not restore:
        report.deleted.append(path)
        return
    if found is None:
        write_atomically(target, data)
        (report.added if laid is None else report.restored).append(path)
    elif found == laid != new:
        write_atomically(target, data)
        report.updated.append(path)
    elif found != new:
        report.kept.append(path)
        if laid != new:
            # Recording the offered version as laid is what makes it said once, not at every start.
            report.beside.append((path, _lay_beside(folder, path, data, manifest)))
    manifest.files[path] = new


def _lay_beside(folder: Path, path: str, data: bytes, manifest: Manifest) -> str:
    """Lay a new version under the first name that is free or holds only what we laid there."""
    number = 1
    while True:
        target = name_beside(folder / path, "new", number)
        name = target.relative_to(folder).as_posix()
        found = digest_of(target)
        if found is None or found in (digest(data), manifest.beside.get(name)):
            break
        number += 1
    if found != digest(data):
        write_atomically(target, data)
    manifest.beside[name] = digest(data)
    return name


def _files(count: int) -> str:
    return "1 notebook file" if count == 1 else f"{count} notebook files"


def _listed(paths: list[str], most: int = 3) -> str:
    shown = ", ".join(paths[:most])
    return shown if len(paths) <= most else f"{shown} and {len(paths) - most} more"
