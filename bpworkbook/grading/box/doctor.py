"""Which backend this machine has, and why not a better one."""

from dataclasses import dataclass

from bpworkbook.grading.box.backend import BACKENDS, Backend
from bpworkbook.grading.box.box import BoxError
from bpworkbook.grading.errors import ChildDied, OutOfTime, RemoteError

PROBE = "def probe(x):\n    return 2 * x"


@dataclass(frozen=True)
class Finding:
    """What was found of a backend: ``why`` it cannot be used, ``""`` where it works."""

    name: str
    isolated: bool
    why: str

    def __str__(self) -> str:
        sign, state = ("✗", self.why) if self.why else ("✓", "works")
        return f"{sign} {self.name}: {state}{'' if self.isolated else ' (not isolated)'}"


def examine(backend: Backend) -> Finding:
    """Start a box, ask a child something, and tell whether that works."""
    why = backend.available() or _try(backend)
    return Finding(backend.name, backend.isolated, why)


def findings() -> list[Finding]:
    """Examine all backends, the best first."""
    return [examine(backend) for backend in BACKENDS]


def advice(found: list[Finding]) -> str:
    """Say in one line which backend is used.

    Examples
    --------
    >>> advice([Finding("best", True, "not installed"), Finding("worst", False, "")])
    'worst is used: it does NOT isolate. Not used: best (not installed)'
    """
    working = [finding for finding in found if not finding.why]
    broken = "".join(f", {finding.name} ({finding.why})" for finding in found if finding.why)
    told = f" Not used: {broken[2:]}" if broken else ""
    if not working:
        return f"no backend works here, so nothing can be graded.{told}"
    how = "it isolates submissions." if working[0].isolated else "it does NOT isolate."
    return f"{working[0].name} is used: {how}{told}"


def _try(backend: Backend) -> str:
    try:
        with backend.start() as box:
            answer = box.child([PROBE]).call("probe", (21,), seconds=10.0)
    except (BoxError, ChildDied, OutOfTime, RemoteError, OSError) as error:
        return f"{type(error).__name__}: {error}"
    return "" if answer == 42 else "it gives wrong answers"


if __name__ == "__main__":
    every = findings()
    print(*every, advice(every), sep="\n")
