"""Read files that students handed in: in folders or in zips, never trusting what they are.

Nothing is unpacked to the disk: a file of a zip is read into memory, up to a limit that counts
what really comes out of it, whatever its header says.
"""

import os
import stat
import struct
import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO

LARGEST_FILE = 100 * 2**20  # bytes; a notebook with 50 MB of output is still read
MOST_ENTRIES = 20_000
DEEPEST = 12


class RefusedError(ValueError):
    """A file that is not read; the message says why, in a phrase that may follow its name."""


@dataclass(frozen=True)
class Piece:
    """A file that was handed in.

    Parameters
    ----------
    path : tuple of str
        The folders it stands in and its name, below what was searched.
    place : str
        Where it is, for people.
    read : callable
        Returns its bytes, or raises RefusedError.
    """

    path: tuple[str, ...]
    place: str
    read: Callable[[], bytes] = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path[-1]


Refusal = tuple[tuple[str, ...], str]  # the path of what was refused, and a sentence


def is_zip(name: str) -> bool:
    """Tell by its ending whether a file is a zip."""
    return name.lower().endswith(".zip")


def hidden(name: str) -> bool:
    """Tell whether a file or folder belongs to a tool and not to the student.

    >>> [name for name in (".ipynb_checkpoints", "__MACOSX", "a.ipynb") if hidden(name)]
    ['.ipynb_checkpoints', '__MACOSX']
    """
    return name.startswith(".") or name in ("__MACOSX", "__pycache__", "node_modules")


def walk_folder(root: Path) -> Iterator[Piece | Refusal]:
    """Yield the files below a folder in order; links and devices are refused, not followed."""
    yield from _walk(root, (), DEEPEST)


def _walk(folder: Path, above: tuple[str, ...], depth: int) -> Iterator[Piece | Refusal]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield above, f"{folder} cannot be read: {error.strerror}"
        return
    for entry in entries:
        path = (*above, entry.name)
        if hidden(entry.name):
            continue
        if entry.is_symlink():
            yield path, f"{entry.path} is a link, which is not followed"
        elif entry.is_dir(follow_symlinks=False):
            if depth == 0:
                yield path, f"{entry.path} lies too deep"
            else:
                yield from _walk(Path(entry.path), path, depth - 1)
        elif entry.is_file(follow_symlinks=False):
            yield Piece(path, entry.path, _reader(Path(entry.path)))
        else:
            yield path, f"{entry.path} is no ordinary file"


def _reader(path: Path) -> Callable[[], bytes]:
    return lambda: read_file(path)


def read_file(path: Path) -> bytes:
    """Return the bytes of an ordinary file.

    Raises
    ------
    RefusedError
        If it is a link, a pipe or a device, too large, or cannot be read.
    """
    # A pipe would block for ever, and what was a file when the folder was listed may now be a link.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise RefusedError("is no ordinary file")
            return _limited(file.read(LARGEST_FILE + 1))
    except OSError as error:
        raise RefusedError(f"cannot be read: {error.strerror}") from error


def _limited(raw: bytes) -> bytes:
    if len(raw) > LARGEST_FILE:
        raise RefusedError(f"is larger than {LARGEST_FILE // 2**20} MB")
    return raw


class Archive:
    """A zip, open for reading by several threads.

    Parameters
    ----------
    source : Path or bytes
        The zip, or what it holds where it was itself in a zip.
    place : str
        Its name for people.

    Raises
    ------
    RefusedError
        If it is no zip, or has too many entries.
    """

    def __init__(self, source: Path | bytes, place: str) -> None:
        self.place = place
        self._lock = threading.Lock()
        try:
            file: IO[bytes] = source.open("rb") if isinstance(source, Path) else BytesIO(source)
        except OSError as error:
            raise RefusedError(f"cannot be read: {error.strerror}") from error
        try:
            # Before the list is read, for two million entries would fill the memory.
            if _entries_at_most(file) > MOST_ENTRIES:
                raise RefusedError(f"has more than {MOST_ENTRIES:,} entries")
            self._zip = zipfile.ZipFile(file)
        except (
            zipfile.BadZipFile,
            OSError,
            ValueError,
            NotImplementedError,
            struct.error,
        ) as error:
            file.close()
            if isinstance(error, RefusedError):
                raise
            raise RefusedError(f"is no zip that can be read: {error}") from error
        self._file = file

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
        self._file.close()

    def pieces(self) -> Iterator[Piece | Refusal]:
        """Yield the files inside in the order of their names; what is dangerous is refused."""
        seen: set[tuple[str, ...]] = set()
        for info in sorted(self._zip.infolist(), key=lambda info: info.filename):
            path = tuple(info.filename.replace("\\", "/").split("/"))
            # Not info.is_dir(), which fails on an entry without a name.
            if info.filename.endswith("/") or any(
                hidden(part) for part in path if part not in (".", "..")
            ):
                continue
            clean = tuple(part for part in path if part not in ("", ".", ".."))
            trouble = refusal(info) or ("is there twice" if path in seen else "")
            seen.add(path)
            if trouble:
                yield clean or ("?",), f"{self.place}: {info.filename!r} {trouble}"
            else:
                yield Piece(path, f"{self.place}/{info.filename}", self._reader(info))

    def _reader(self, info: zipfile.ZipInfo) -> Callable[[], bytes]:
        return lambda: self._read(info)

    def _read(self, info: zipfile.ZipInfo) -> bytes:
        try:
            with self._lock, self._zip.open(info) as file:
                return _limited(file.read(LARGEST_FILE + 1))
        except (
            zipfile.BadZipFile,
            zlib.error,
            struct.error,
            EOFError,
            OSError,
            ValueError,
        ) as error:
            if isinstance(error, RefusedError):
                raise
            raise RefusedError(f"is damaged: {error}") from error
        except (
            NotImplementedError,
            RuntimeError,
        ) as error:  # a method that Python lacks; a password
            raise RefusedError(f"cannot be unpacked: {error}") from error


def _entries_at_most(file: IO[bytes]) -> int:
    """Return how often the mark of an entry in the list of a zip occurs in its bytes."""
    count = 0
    while block := file.read(2**24):
        count += block.count(b"PK\x01\x02")
    file.seek(0)
    return count


def refusal(info: zipfile.ZipInfo) -> str:
    """Say why an entry of a zip is not read, ``""`` where it is.

    Examples
    --------
    >>> refusal(zipfile.ZipInfo("../../etc/passwd"))
    'has a path that leads outside'
    """
    name = info.filename.replace("\\", "/")
    parts = PurePosixPath(name).parts
    if not parts or name.startswith("/") or ".." in parts or ":" in parts[0]:
        return "has a path that leads outside"
    if not name.isprintable() or len(parts) > DEEPEST or len(name) > 1_000:
        return "has a path that no notebook has"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link, which is not followed"
    if info.flag_bits & 1:
        return "is locked by a password"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in a way that is not read; pack it as an ordinary zip"
    if info.file_size > LARGEST_FILE:
        return f"unpacks to more than {LARGEST_FILE // 2**20} MB"
    return ""
