"""What every backend has, and which one a machine gets."""

from typing import Protocol

from bpworkbook.grading.box.box import Box, BoxError
from bpworkbook.grading.box.bubblewrap import Bubblewrap
from bpworkbook.grading.box.landlock import Landlock
from bpworkbook.grading.box.limits import Limits
from bpworkbook.grading.box.plain import Plain


class Backend(Protocol):
    """A way to run submissions.

    Attributes
    ----------
    name : str
    isolated : bool
        Whether a submission can reach nothing but its own files. Reports say so where it is False.
    """

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def isolated(self) -> bool:
        """Whether a submission can reach nothing but its own files."""

    def available(self) -> str:
        """Return why it cannot be used here, ``""`` where it can."""

    def start(self, limits: Limits | None = None) -> Box:
        """Start a box."""


BACKENDS: tuple[Backend, ...] = (Bubblewrap(), Landlock(), Plain())  # the best first


def backend_named(name: str) -> Backend:
    """Return a backend by its name.

    Examples
    --------
    >>> backend_named("plain").isolated
    False
    """
    for backend in BACKENDS:
        if backend.name == name:
            return backend
    names = ", ".join(backend.name for backend in BACKENDS)
    raise ValueError(f"backend_named: name is {name!r}, but wants one of {names}")


def best_backend(isolated: bool = True) -> Backend:
    """Return the best backend that works here.

    Parameters
    ----------
    isolated : bool
        Refuse a backend that does not isolate.

    Raises
    ------
    BoxError
        If there is none; says why for each.
    """
    reasons = []
    for backend in BACKENDS:
        why = backend.available()
        if not why and (backend.isolated or not isolated):
            return backend
        reasons.append(f"{backend.name}: {why or 'does not isolate'}")
    raise BoxError("no box can be used here; " + "; ".join(reasons))
