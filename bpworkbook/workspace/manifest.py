"""What was laid into a workspace, so that an update can tell the learner's work from ours."""

import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import bpworkbook
from bpworkbook.workspace.files import WorkspaceError, explained, name_beside, write_atomically
from bpworkbook.workspace.folder import MARK

SCHEMA = 1


@dataclass
class Manifest:
    """Hashes of what was laid: the files themselves, and newer versions laid beside them.

    Attributes
    ----------
    files : dict of str to str
        Path in the workspace -> SHA-256 of the version last laid or offered there.
    beside : dict of str to str
        The same for new versions that were laid beside a file the learner had changed.
    set_aside : Path or None
        Where a damaged manifest went when this one was read.
    """

    files: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    set_aside: Path | None = None

    def notes(self) -> list[str]:
        """Return what the learner should know about the manifest itself.

        Examples
        --------
        >>> Manifest().notes()
        []
        """
        if self.set_aside is None:
            return []
        return [
            "The list of what was laid here was damaged; it is kept as "
            f"{self.set_aside.name}, and every file that differs counts as yours."
        ]


def manifest_path(folder: Path) -> Path:
    """Return where a workspace keeps its manifest.

    Examples
    --------
    >>> manifest_path(Path("w")).as_posix()
    'w/.bpworkbook/manifest.json'
    """
    return folder / MARK / "manifest.json"


def read_manifest(folder: Path, now: datetime) -> Manifest:
    """Read a workspace's manifest; a damaged one is renamed and an empty one takes its place.

    With an empty manifest every file that differs counts as the learner's, so nothing is lost.

    Raises
    ------
    WorkspaceError
        When it cannot be read, or was written by a later version of the package.
    """
    path = manifest_path(folder)
    if not os.path.lexists(path):
        return Manifest()
    with explained(f"reading {path}"):
        raw = path.read_bytes()
    content = _parsed(raw)
    if (
        content is not None
        and isinstance(content.get("schema"), int)
        and content["schema"] > SCHEMA
    ):
        raise WorkspaceError(
            f"{folder} was made by a later bpworkbook (its manifest has schema "
            f"{content['schema']}, this version knows {SCHEMA}); upgrade bpworkbook."
        )
    files = _hashes(content, "files")
    beside = _hashes(content, "beside")
    if files is None or beside is None:
        return Manifest(set_aside=_set_aside(path, now))
    return Manifest(files, beside)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest where it differs from what is there."""
    content = {
        "schema": SCHEMA,
        "version": bpworkbook.__version__,
        "files": dict(sorted(manifest.files.items())),
        "beside": dict(sorted(manifest.beside.items())),
    }
    data = (json.dumps(content, indent=1) + "\n").encode()
    path = manifest_path(folder)
    if not (path.is_file() and path.read_bytes() == data):
        write_atomically(path, data)


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(raw)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _hashes(content: dict[str, Any] | None, key: str) -> dict[str, str] | None:
    value = None if content is None else content.get(key)
    if not isinstance(value, dict):
        return None
    return value if all(isinstance(item, str) for item in value.values()) else None


def _set_aside(path: Path, now: datetime) -> Path:
    number = 1
    while True:
        target = name_beside(path, f"damaged-{now:%Y-%m-%d-%H%M%S}", number)
        if not os.path.lexists(target):
            break
        number += 1
    with explained(f"setting the damaged {path} aside"):
        os.rename(path, target)
    return target
