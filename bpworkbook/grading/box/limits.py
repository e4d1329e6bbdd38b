"""How much of a machine a submission may use. This file runs in the box: it imports no other."""

import json
from dataclasses import asdict, dataclass

MEGABYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """The limits of one child.

    Parameters
    ----------
    memory : int
        Bytes it may take beside what Python and NumPy take themselves.
    cpu_seconds : int
        Seconds of computing, all cells and calls together.
    processes : int
        Threads; isolated backends allow no second process at all.
    files : int
        Bytes of all its files together. A single one may not be longer either.
    entries : int
        Files and folders it may make.
    open_files : int
        Files open at the same time.
    output : int
        Bytes of printed text that are kept.
    printed : int
        Bytes of printed text after which it is ended. An honest loop that prints may go beyond
        ``output``.

    Examples
    --------
    >>> Limits(memory=512 * MEGABYTE).processes
    64
    >>> Limits.from_json(Limits().to_json()) == Limits()
    True
    """

    memory: int = 1024 * MEGABYTE
    cpu_seconds: int = 60
    processes: int = 64
    files: int = 64 * MEGABYTE
    entries: int = 4096
    open_files: int = 64
    output: int = 64 * 1024
    printed: int = 16 * MEGABYTE

    def __post_init__(self) -> None:
        """Refuse a limit that is no whole number above 0."""
        for name, value in asdict(self).items():
            if type(value) is not int or value < 1:
                raise ValueError(f"Limits: {name} is {value!r}, but wants a whole number from 1")

    def to_json(self) -> str:
        """Return the limits as text, for the server in the box."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Limits":
        """Return the limits that ``to_json`` wrote."""
        return cls(**json.loads(text))
