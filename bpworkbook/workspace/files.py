"""Writing a learner's files: never half written, and a failure reads as a sentence."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bpworkbook.workbook import atomic


class WorkspaceError(Exception):
    """Something about the learner's folder stops the work; the message is one sentence for them."""


_REASONS = {
    errno.ENOSPC: "the disk is full; free some space and try again, nothing was lost",
    errno.EROFS: "that place is read-only; choose a folder that you may write to",
    errno.EACCES: (
        "there is no permission to write there (or another program holds the file); "
        "choose a folder that you may write to"
    ),
    errno.ENOTDIR: "a file stands where a folder is needed; move it away or choose another folder",
    errno.EISDIR: "a folder stands where a file is needed; move it away or choose another folder",
    errno.ENAMETOOLONG: "the path is too long for this system; choose a shorter folder name",
}
# The same two causes under other names: a quota that is used up, an operation not permitted.
_REASONS[errno.EPERM] = _REASONS[errno.EACCES]
_REASONS[errno.EEXIST] = _REASONS[errno.ENOTDIR]
if hasattr(errno, "EDQUOT"):
    _REASONS[errno.EDQUOT] = _REASONS[errno.ENOSPC]


def reason(error: OSError) -> str:
    """Say what an operating-system error means and what to do about it.

    Examples
    --------
    >>> reason(OSError(errno.ENOSPC, "No space left on device"))
    'the disk is full; free some space and try again, nothing was lost'
    """
    return _REASONS.get(error.errno or 0, (error.strerror or str(error)).lower())


@contextmanager
def explained(doing: str) -> Iterator[None]:
    """Turn an `OSError` inside the block into a `WorkspaceError`: what was being done, and why not.

    Examples
    --------
    >>> with explained("writing notes.txt"):
    ...     raise OSError(errno.EROFS, "Read-only file system")
    Traceback (most recent call last):
    bpworkbook.workspace.files.WorkspaceError: writing notes.txt did not work: that place is \
read-only; choose a folder that you may write to.
    """
    try:
        yield
    except OSError as error:
        raise WorkspaceError(f"{doing} did not work: {reason(error)}.") from error


def digest(data: bytes) -> str:
    """Return the SHA-256 of the bytes in hexadecimal.

    Examples
    --------
    >>> digest(b"")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(data).hexdigest()


def digest_of(path: Path) -> str | None:
    """Return the SHA-256 of a file, `""` for what is there but is no file, `None` where nothing is.

    Examples
    --------
    >>> digest_of(Path("no-such-file")) is None
    True
    """
    if path.is_file():
        with explained(f"reading {path}"):
            return digest(path.read_bytes())
    return "" if os.path.lexists(path) else None


def write_atomically(path: Path, data: bytes) -> None:
    """Write the bytes so that a reader finds the old file or the new one, never a part.

    Raises
    ------
    WorkspaceError
        When the folder cannot be made or written to, or the disk is full. The old file is intact.
    """
    with explained(f"writing {path}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write_atomically(path, data)


def write_unless_present(path: Path, data: bytes) -> bool:
    """Write a file that must not exist yet; return False, changing nothing, where it does.

    Raises
    ------
    WorkspaceError
        When it cannot be written; a part of a file is removed again.
    """
    with explained(f"writing {path}"):
        try:
            atomic.write_new(path, data)
        except FileExistsError:
            return False
        except OSError:
            path.unlink(missing_ok=True)
            raise
    return True


def name_beside(path: Path, mark: str, number: int = 1) -> Path:
    """Return a name beside a file: the mark, and from two on the number, before the suffix.

    Examples
    --------
    >>> name_beside(Path("09_backprop.ipynb"), "new").name
    '09_backprop.new.ipynb'
    >>> name_beside(Path("09_backprop.ipynb"), "new", 2).name
    '09_backprop.new-2.ipynb'
    """
    counted = mark if number == 1 else f"{mark}-{number}"
    return path.with_name(f"{path.stem}.{counted}{path.suffix}")
