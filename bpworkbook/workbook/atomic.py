"""Write a file so that it is either the old one or the new one, never half of it."""

import os
import secrets
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Write the bytes under a temporary name beside ``path``, then rename.

    Raises
    ------
    OSError
        If the folder cannot be written or the disk is full; the old file is then untouched.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "notes.txt"
    >>> write_atomically(path, b"kept")
    >>> path.read_text(), len(list(path.parent.iterdir()))
    ('kept', 1)
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        write_new(temporary, data)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet, down to the disk.

    Raises
    ------
    FileExistsError
        If the file exists.
    OSError
        If it cannot be written; a part may then be left.
    """
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
