"""A box of every backend that works here; tests leave no process behind."""

import time
from collections.abc import Iterator

import pytest

from bpworkbook.grading.box import BACKENDS, Backend, Box, Child, backend_named
from bpworkbook.grading.box.watch import descendants

REASONS = {backend.name: backend.available() for backend in BACKENDS}


@pytest.fixture(scope="session", params=[backend.name for backend in BACKENDS])
def backend(request: pytest.FixtureRequest) -> Backend:
    if REASONS[request.param]:
        pytest.skip(f"{request.param}: {REASONS[request.param]}")
    return backend_named(request.param)


@pytest.fixture(scope="session")
def shared(backend: Backend) -> Iterator[Box]:
    with backend.start() as box:
        yield box


@pytest.fixture
def box(shared: Box) -> Iterator[Box]:
    """A box that must work as well after the test as before, with no process left in it."""
    server = shared.pid
    yield shared
    with_next = shared.child(["def twice(x):\n    return 2 * x"])
    assert with_next.call("twice", (21,)) == 42, "the next child does not work"
    with_next.close()
    assert shared.pid == server, "the submission ended the server"
    assert nothing_below(server), f"processes are left behind: {descendants(server)}"


@pytest.fixture
def walls(backend: Backend) -> None:
    """Skip what only an isolated box promises."""
    if not backend.isolated:
        pytest.skip(f"{backend.name} is not isolated, and says so")


@pytest.fixture
def child(box: Box) -> Iterator[Child]:
    made = box.child()
    yield made
    made.close()


def nothing_below(pid: int) -> bool:
    deadline = time.monotonic() + 5
    while descendants(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not descendants(pid)
