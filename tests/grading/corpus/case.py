"""What a case of the corpus is: a notebook, and what is fair for each of its questions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bpworkbook.grading.judging import Result
from tests.grading.corpus.notebook import student


@dataclass(frozen=True)
class Due:
    """What a question may end with: one of some outcomes, with all of its points or none."""

    outcomes: frozenset[str]
    points: str = "none"  # or "all", or "either"


def due(*outcomes: Result, points: str = "none") -> Due:
    return Due(frozenset(map(str, outcomes)), points)


EARNED = due(Result.PASSED, Result.REMARK, points="all")
REMARKED = due(Result.REMARK, points="all")
TIMEOUT, KILLED, ERROR = due(Result.TIMEOUT), due(Result.KILLED), due(Result.ERROR)
KNOWN, ABSENT = due(Result.KNOWN), due(Result.NOT_ATTEMPTED)
WRONG = due(Result.WRONG, Result.KNOWN)
ENDED = due(Result.TIMEOUT, Result.KILLED)
FAILED = due(Result.WRONG, Result.KNOWN, Result.ERROR)
NOTHING = due(*(one for one in Result if not one.passed))
UNREADABLE = due(Result.NOT_GRADABLE)
ANY = due(*Result, points="either")


@dataclass(frozen=True)
class Fair:
    """What is fair, in words and in data.

    Parameters
    ----------
    words : str
        What the notebook does, and why the marks are fair.
    marks : mapping
        What questions are due by their names. All others are right, and earn all their points.
    open : mapping
        What else is fair where nothing isolates: these protections do not hold there.
    """

    words: str
    marks: Mapping[str, Due] = field(default_factory=dict)
    open: Mapping[str, Due] = field(default_factory=dict)

    def of(self, question: str, isolated: bool) -> Due:
        """Return what a question is due."""
        closed = self.marks.get(question, EARNED)
        return closed if isolated else self.open.get(question, closed)


@dataclass(frozen=True)
class World:
    """What is around a submission that it should not see or change.

    Parameters
    ----------
    home, repository, store, other : Path
        A folder in the home, one in the repository, the gradebook, another student's notebook.
        All files in these hold ``secret``.
    package : Path
        The folder of ``bpworkbook``: the answers.
    secret : str
        Also in the environment, as ``GRADER_TOKEN``.
    port : int
        Where somebody listens on this machine.
    pid : int
        The grader's process.
    """

    home: Path
    repository: Path
    store: Path
    other: Path
    package: Path
    secret: str = "sesame-5f1c"
    port: int = 9
    pid: int = 2**22


@dataclass(frozen=True)
class Case:
    """A notebook of the corpus.

    Parameters
    ----------
    name, kind : str
    fair : Fair
    make : callable
        Makes the notebook for a `World`.
    seconds : float
        How long a cell or a call may take while it is graded.
    harmful : bool
        Whether it could do harm where nothing isolates; there it is not run.
    """

    name: str
    kind: str
    fair: Fair
    make: Callable[[World], bytes]
    seconds: float = 0.6
    harmful: bool = False

    @property
    def id(self) -> str:
        """The name in a test's id and in a file's name."""
        return f"{self.kind}-{self.name}".replace(" ", "_").replace("/", "_")


Cells = Mapping[str, str]


def case(
    name: str,
    words: str,
    answers: Cells | Callable[[World], Cells] | None = None,
    marks: Mapping[str, Due] | None = None,
    *,
    open: Mapping[str, Due] | None = None,
    top: str = "",
    end: Sequence[str] = (),
    seconds: float = 0.6,
    harmful: bool = False,
    raw: Callable[[World], bytes] | None = None,
) -> Case:
    """Return a case; its kind is filled in by `of_kind`.

    Parameters
    ----------
    answers : mapping or callable
        Functions of the notebook in other words than the right ones.
    top, end
        Cells before and after all others.
    raw : callable
        The whole file, where it is no ordinary notebook.
    """

    def make(world: World) -> bytes:
        if raw is not None:
            return raw(world)
        given = answers(world) if callable(answers) else answers or {}
        return student(given, top=top, end=end)

    fair = Fair(words, marks or {}, open or {})
    return Case(name, "", fair, make, seconds, harmful)


def of_kind(kind: str, *cases: Case) -> tuple[Case, ...]:
    """Return cases as those of a kind."""
    return tuple(
        Case(one.name, kind, one.fair, one.make, one.seconds, one.harmful) for one in cases
    )
