"""The corpus in every box: fair marks, nothing seen, changed or left, and the run goes on."""

import csv
import hashlib
import os
import socket
import stat
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import bpworkbook
from bpworkbook.grading import proxy, session
from bpworkbook.grading.box import BACKENDS, Backend, Limits, backend_named
from bpworkbook.grading.box.limits import MEGABYTE
from bpworkbook.grading.box.watch import descendants
from bpworkbook.grading.boxed import BoxGrader
from bpworkbook.grading.grade import SHOWN_SEED
from bpworkbook.grading.journal import MarkLike
from bpworkbook.lessons import lesson
from bpworkbook.lessons.catalogue import slug, unit
from bpworkbook.workbook.checking import expected
from bpworkbook.workbook.comparison import leaves
from tests.grading.corpus import CASES, Case, World
from tests.grading.corpus.__main__ import main
from tests.grading.corpus.notebook import LESSON, ROOT, student

QUESTIONS = lesson(LESSON).questions
FEW = [QUESTIONS["linear_backward"], QUESTIONS["sigmoid_backward"]]
PACKAGE = Path(bpworkbook.__file__).parent
GUARDED = [
    ROOT / "solutions" / unit(LESSON) / f"{slug(LESSON)}.ipynb",
    PACKAGE / "__init__.py",
    PACKAGE / "nn" / "__init__.py",
    PACKAGE / "nn" / "activations.py",
    Path(os.__file__),
]
SEED = 20_261_122
REASONS = {backend.name: backend.available() for backend in BACKENDS}
FIRST = next((backend for backend in BACKENDS if not REASONS[backend.name]), BACKENDS[0])
# Files are read before any box is asked, so one box is enough for these.
PAIRS = [
    pytest.param(backend.name, case, id=f"{backend.name}-{case.id}")
    for backend in BACKENDS
    for case in CASES
    if case.kind != "format" or backend is FIRST
]
GRADING_ENDS = 40.0  # seconds, whatever the notebook, on a machine that is busy


@pytest.fixture(scope="module")
def world(listener: socket.socket) -> Iterator[World]:
    """Plant secrets in the home, the repository, beside a gradebook, and in the environment."""
    secret = "sesame-" + os.urandom(4).hex()
    cache = ROOT / ".pytest_cache"
    cache.mkdir(exist_ok=True)
    with ExitStack() as stack:
        folders = [
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".canary-", dir=place)))
            for place in (Path.home(), cache, None, None)
        ]
        names = ("notes.txt", "notes.txt", "grades.db", f"{slug(LESSON)}.ipynb")
        paths = [folder / name for folder, name in zip(folders, names, strict=True)]
        for path in paths:
            path.write_text(f"{secret}\n", encoding="utf-8")
        os.environ["GRADER_TOKEN"] = secret
        stack.callback(os.environ.pop, "GRADER_TOKEN")
        yield World(*paths, PACKAGE, secret, listener.getsockname()[1], os.getpid())


@pytest.fixture(scope="module")
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


@pytest.fixture(scope="module")
def backend(request: pytest.FixtureRequest) -> Backend:
    if REASONS[request.param]:
        pytest.skip(f"{request.param}: {REASONS[request.param]}")
    return backend_named(request.param)


@pytest.fixture(scope="module")
def bystanders() -> frozenset[int]:
    """Return what was running below these tests before: a browser, say, that starts processes."""
    return frozenset(descendants(os.getpid()))


@pytest.fixture(scope="module")
def grader(backend: Backend, world: World, bystanders: frozenset[int]) -> Iterator[BoxGrader]:
    """One box for all cases: what one does to it, the next would feel."""
    made = BoxGrader(backend, Limits(memory=256 * MEGABYTE))
    yield made
    made.close()
    assert not started_besides(bystanders), "the box has left processes"


@pytest.mark.parametrize(("backend", "case"), PAIRS, indirect=["backend"], scope="module")
def test_case(
    case: Case,
    backend: Backend,
    grader: BoxGrader,
    world: World,
    listener: socket.socket,
    bystanders: frozenset[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if case.harmful and not backend.isolated:
        pytest.skip(f"{backend.name} is not isolated: this could do harm")
    raw = case.make(world)
    monkeypatch.setattr(proxy, "CALL_SECONDS", case.seconds)
    monkeypatch.setattr(session, "CELL_SECONDS", case.seconds)
    callers(listener)  # a box that is not isolated may have let others through before
    before, state, start = started_besides(bystanders), snapshot(world), time.monotonic()
    marks = grade(grader, raw)
    assert time.monotonic() - start < GRADING_ENDS, "grading took too long"
    unfair = [
        f"{mark.outcome} with {mark.points:g} of {mark.of:g} points: {mark}"
        for mark in marks
        if not is_fair(case, mark, backend.isolated)
    ]
    assert not unfair, f"{case.fair.words}\n" + "\n".join(unfair)
    told = repr([mark.lines for mark in marks]).replace("_", ".")
    assert not [number for number in hidden_numbers() if number in told], f"a case is told: {told}"
    if backend.isolated:
        assert "sesame" not in repr(marks), f"a secret was seen: {marks}"
        assert callers(listener) == 0, "the network was reached"
    assert snapshot(world) == state, "something outside was changed"
    monkeypatch.undo()
    after = grade(grader, student(), FEW)
    assert all(mark.points == mark.of for mark in after), f"the next notebook suffers: {after}"
    left = started_besides(bystanders) - before
    assert not left, "a process is left, or the server was ended"


def test_the_corpus_can_be_listed_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--list"])
    assert f"{len(CASES)} notebooks" in capsys.readouterr().out
    main(["--write", str(tmp_path / "corpus")])
    written = {path.name for path in (tmp_path / "corpus" / "notebooks").iterdir()}
    assert written == {f"{case.id}.ipynb" for case in CASES if not case.harmful}
    with open(tmp_path / "corpus" / "fair.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(written) * len(QUESTIONS), "a question is not told of"
    assert all(0 <= float(row["least"]) <= float(row["most"]) for row in rows)
    with pytest.raises(SystemExit):
        main(["--write", str(tmp_path / "corpus")])


def test_what_is_fair_is_said_of_questions_that_there_are() -> None:
    assert len({case.id for case in CASES}) == len(CASES), "two notebooks have the same name"
    for case in CASES:
        named = {*case.fair.marks, *case.fair.open} - {"mlp_forward", "example_norms_loop"}
        assert named <= QUESTIONS.keys(), f"{case.id} speaks of {named - QUESTIONS.keys()}"


def grade(grader: BoxGrader, raw: bytes, questions: Sequence[object] = ()) -> Sequence[MarkLike]:
    marks, _ = grader.grade(raw, questions or list(QUESTIONS.values()), SEED)
    return marks


def callers(listener: socket.socket) -> int:
    """Count who has called since the last look."""
    count = 0
    with suppress(BlockingIOError):
        while True:
            connection, _ = listener.accept()
            connection.close()
            count += 1
    return count


def started_besides(bystanders: frozenset[int]) -> set[int]:
    """Return the processes below these tests, without bystanders and what those have started."""
    found = set(descendants(os.getpid()))
    theirs = {process for one in bystanders for process in descendants(one)}
    return found - bystanders - theirs


def is_fair(case: Case, mark: MarkLike, isolated: bool) -> bool:
    due = case.fair.of(mark.question.split(":")[1], isolated)
    wanted = {"all": [mark.of], "none": [0.0], "either": [0.0, mark.of]}[due.points]
    passed = str(mark.outcome).startswith("passed")
    fits = str(mark.outcome) in due.outcomes and mark.points in wanted
    return fits and passed == (mark.points > 0)


@cache
def hidden_numbers() -> frozenset[str]:
    """Return the first digits of what the graded cases hold, and those of the notebook do not."""
    drawn, shown = (
        {
            repr(float(number))[:9]
            for question in QUESTIONS.values()
            for args, want in expected(question, seed)
            for part in leaves((args, want)).values()
            for number in np.ravel(part)
        }
        for seed in (SEED, SHOWN_SEED)
    )
    return frozenset(number for number in drawn - shown if len(number) == 9)


def snapshot(world: World) -> list[object]:
    """Return what must stay as it is: content, mode and time of files, and their neighbours."""
    planted = [world.home, world.repository, world.store, world.other]
    beside = [sorted(os.listdir(path.parent)) for path in planted]
    return [*beside, *map(looks, (*planted, *GUARDED)), sorted(os.listdir(PACKAGE / "nn"))]


def looks(path: Path) -> tuple[object, ...]:
    found = path.stat()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return str(path), digest, stat.S_IMODE(found.st_mode), found.st_mtime_ns, found.st_nlink
