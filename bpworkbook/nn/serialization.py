"""Saving weights to a file and loading them, as ``.npz`` without pickle.

An ``.npz`` is a zip archive of arrays, which ``np.load`` reads too. Pickle, which could run any
code when a file is opened, is used in neither direction.
"""

import io
import os
import secrets
import struct
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from bpworkbook.nn.device import to_numpy
from bpworkbook.nn.errors import ArgumentError, describe
from bpworkbook.nn.module import Module
from bpworkbook.nn.modulestate import live_arrays, put_arrays, require_module
from bpworkbook.nn.validation import is_array

# What reading a damaged archive or array may raise.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    MemoryError,
)


def save_weights(path: str | os.PathLike[str], model: Module) -> None:
    """Write the state of a network, its parameters and running averages, to a file.

    A reader finds the old file or the new one, never a part.

    Parameters
    ----------
    path : str or Path
        The file, by custom with the ending ``.npz``; none is added. Its folder must exist.
    model : Module
        The network.

    Raises
    ------
    ArgumentError
        If an argument is none of these, or the file cannot be written; an old one is intact.

    Examples
    --------
    >>> import tempfile
    >>> from bpworkbook.nn.layers import Linear
    >>> layer = Linear(3, 2, rng=np.random.default_rng(0))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_weights(f"{folder}/layer.npz", layer)
    ...     sorted(np.load(f"{folder}/layer.npz"))
    ['W', 'b']
    """
    require_module("save_weights", model)
    _write("save_weights", path, live_arrays(model))


def load_weights(path: str | os.PathLike[str], model: Module) -> None:
    """Read a file of ``save_weights`` into a network of the same structure.

    Parameters
    ----------
    path : str or Path
        The file.
    model : Module
        The network; its parameters are changed in place.

    Raises
    ------
    ArgumentError
        If the file is not there, cannot be read or is damaged, or one of its arrays is missing,
        superfluous, or of another shape or dtype than the network's. The network has not been
        changed then.

    Examples
    --------
    >>> import tempfile
    >>> from bpworkbook.nn.layers import Linear
    >>> rng = np.random.default_rng(0)
    >>> first, second = Linear(3, 2, rng=rng), Linear(3, 2, rng=rng)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_weights(f"{folder}/layer.npz", first)
    ...     load_weights(f"{folder}/layer.npz", second)
    >>> np.array_equal(first.W.data, second.W.data)
    True
    """
    require_module("load_weights", model)
    put_arrays("load_weights", "model", live_arrays(model), _read("load_weights", path))


def save_arrays(path: str | os.PathLike[str], arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays of numbers by name, such as an optimiser's ``state_dict()``.

    Parameters
    ----------
    path : str or Path
        The file, by custom with the ending ``.npz``; none is added. Its folder must exist.
    arrays : dict of arrays
        Numbers or booleans of any shape, on the CPU or a GPU.

    Raises
    ------
    ArgumentError
        If an argument is none of these, or the file cannot be written; an old one is intact.

    Examples
    --------
    >>> save_arrays("state.npz", {"step": 3})
    Traceback (most recent call last):
    bpworkbook.nn.errors.ArgumentError: save_arrays: step is 3, expected an array of numbers
    """
    _write("save_arrays", path, arrays)


def load_arrays(path: str | os.PathLike[str]) -> dict[str, NDArray[Any]]:
    """Read the arrays that ``save_arrays`` wrote.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    dict of arrays
        By name, in the order in which they were written, each of its shape and dtype.

    Raises
    ------
    ArgumentError
        If the file is not there, cannot be read, is damaged, or is none of this kind.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_arrays(f"{folder}/state.npz", {"step": np.array(3)})
    ...     load_arrays(f"{folder}/state.npz")
    {'step': array(3)}
    """
    return _read("load_arrays", path)


def _write(function: str, path: Any, arrays: Any) -> None:
    target = _path(function, path)
    if not isinstance(arrays, Mapping):
        raise ArgumentError(f"{function}: arrays is {describe(arrays)}, expected a dict of arrays")
    for name, array in arrays.items():
        if not isinstance(name, str) or not name:
            raise ArgumentError(f"{function}: arrays has the name {name!r}, expected text")
        if not is_array(array) or array.dtype.kind not in "biuf":
            raise ArgumentError(
                f"{function}: {name} is {describe(array)}, expected an array of numbers"
            )
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with open(temporary, "xb") as file:
            _write_archive(file, arrays)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        raise _refused(function, target, "cannot be written", error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _write_archive(file: IO[bytes], arrays: Mapping[str, NDArray[Any]]) -> None:
    # As np.savez does it, which however takes no array by the name of "file".
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, to_numpy(array), allow_pickle=False)


def _read(function: str, path: Any) -> dict[str, NDArray[Any]]:
    source = _path(function, path)
    try:
        data = io.BytesIO(source.read_bytes())
    except OSError as error:
        raise _refused(function, source, "cannot be read", error) from error
    try:
        with zipfile.ZipFile(data) as archive:
            return {
                member.filename.removesuffix(".npy"): _read_member(archive, member)
                for member in archive.infolist()
            }
    except DAMAGE as error:
        raise _refused(function, source, "is damaged or no file of arrays", error) from error


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[Any]:
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile(f"{member.filename} is compressed in an unknown way")
    # Read whole, so that the checksum is compared before anything is made of the content.
    content = io.BytesIO(archive.read(member))
    array: NDArray[Any] = np.lib.format.read_array(content, allow_pickle=False)
    return array


def _refused(function: str, path: Path, why: str, error: BaseException) -> ArgumentError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else error
    return ArgumentError(f"{function}: path is {str(path)!r}, which {why}: {reason}")


def _path(function: str, path: Any) -> Path:
    # A path of the system may hold no zero byte, and must name a file.
    if not isinstance(path, str | os.PathLike) or not Path(path).name or "\0" in str(path):
        raise ArgumentError(f"{function}: path is {describe(path)}, expected the path of a file")
    return Path(path)
