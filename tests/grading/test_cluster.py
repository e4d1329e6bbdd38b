"""Grading on many machines: the same marks as on one, whatever becomes of the workers."""

import asyncio
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed")
if not hasattr(os, "fork"):
    pytest.skip("there is no box without fork", allow_module_level=True)

from distributed import LocalCluster
from typer.testing import CliRunner

from bpworkbook.cli import app
from bpworkbook.grading import cluster
from bpworkbook.grading.box import BoxError, best_backend
from bpworkbook.grading.box.watch import descendants
from bpworkbook.grading.boxed import opener
from bpworkbook.grading.cluster import Cluster, ClusterError
from bpworkbook.grading.run import Done
from bpworkbook.grading.worker import Setting, WorkerError, version_here
from bpworkbook.lessons.catalogue import slug
from tests.grading.classroom import LESSONS, assignment, grade, journal_rows, lay_class, notebook
from tests.grading.machines import (
    BROKEN,
    DEADLY,
    SECRET,
    FarSetting,
    alive,
    sockets,
    until,
    workers,
)

VERSIONS = dict.fromkeys(LESSONS, "any")  # for workers that do not compare them
ANSWER = "import time\ntime.sleep(0.2)\ndef example_norms(x, W, grad_out):\n    return {number}"


@pytest.fixture(scope="module")
def machines() -> Iterator[LocalCluster]:
    with workers(2) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def nearby() -> Iterator[LocalCluster]:
    """A worker in this process: quick to start, and to stop."""
    with LocalCluster(
        n_workers=1, processes=False, dashboard_address=":0", silence_logs=60
    ) as cluster:
        yield cluster


def change(folder: Path, student: int, content: bytes, lesson: str = "09") -> None:
    path = folder / f"student{student:03}" / "some-unit" / f"{slug(lesson)}.ipynb"
    path.write_bytes(content)


def test_marks_are_those_of_a_local_run(machines: LocalCluster, tmp_path: Path) -> None:
    folder = lay_class(tmp_path / "class", 8)
    seen: Counter[Any] = Counter()
    far = Cluster(machines.scheduler_address, FarSetting(VERSIONS))
    assert far.threads == 2
    done = grade(
        str(tmp_path / "far.db"),
        folder,
        source=far,
        watch=lambda done: seen.update([(done.task.found.owner.login, done.task.found.lesson)]),
    )
    assert (done.graded, done.failures) == (16, [])
    assert set(seen.values()) == {1}, "a notebook came twice"
    grade(str(tmp_path / "here.db"), folder)
    assert journal_rows(str(tmp_path / "far.db")) == journal_rows(str(tmp_path / "here.db"))


def test_it_connects_where_a_loop_runs_as_in_jupyter(machines: LocalCluster) -> None:
    async def cell() -> int:
        far = Cluster(machines.scheduler_address, FarSetting(VERSIONS))
        far.stop()
        return far.threads

    with ThreadPoolExecutor(1) as own:  # a browser's test may have left a loop in this thread
        assert own.submit(asyncio.run, cell()).result() == 2


def test_a_worker_that_is_killed_costs_nothing(machines: LocalCluster, tmp_path: Path) -> None:
    folder, place = lay_class(tmp_path / "class", 8, ["09"]), str(tmp_path / "far.db")
    for number in range(8):
        change(folder, number, notebook(ANSWER.format(number=number)))
    asked = assignment(lessons=("09",))
    setting = Setting({"09": version_here("09")}, best_backend(isolated=False).isolated)
    seen: list[str] = []
    left: list[int] = []
    known: list[bytes] = []
    shared: list[set[str]] = []

    def kill(done: Done) -> None:
        seen.append(done.task.found.owner.login)
        if len(seen) == 2:
            busy = {one.address for one in machines.scheduler.workers.values() if one.processing}
            nannies = sorted(machines.workers.values(), key=lambda one: one.worker_address in busy)
            pid = nannies[-1].pid
            left.extend(descendants(pid))
            for box in left:
                with suppress(OSError):  # not every user may look into a box
                    known.append(Path(f"/proc/{box}/environ").read_bytes())
                    shared.append(sockets(box) & sockets(pid))
            os.kill(pid, signal.SIGKILL)

    far = Cluster(machines.scheduler_address, setting)
    done = grade(place, folder, asked, source=far, watch=kill)
    assert (done.graded, done.failures) == (8, [])
    assert len(set(seen)) == len(seen) == 8, "a notebook was taken twice"
    grade(str(tmp_path / "here.db"), folder, asked, grader=opener(best_backend(setting.isolated)))
    assert journal_rows(place) == journal_rows(str(tmp_path / "here.db"))
    if sys.platform == "linux":
        assert left, "the worker had no box"
        assert not any(SECRET.encode() in one for one in known), "a box knows the worker's secrets"
        assert not any(shared), "a box holds a socket of its worker"
        until(lambda: not any(map(alive, left)))
        assert not_theirs(machines) == set(), "a box has outlived the run"


def plugins(machines: LocalCluster) -> list[str]:
    """The names of what this package has started on workers."""
    return [name for name in machines.scheduler.worker_plugins if name.startswith("bpworkbook")]


def not_theirs(machines: LocalCluster) -> set[int]:
    """The processes that workers have started and that are still there a moment after a run."""
    pids = [one.pid for one in machines.workers.values() if one.pid]
    until(lambda: not any(descendants(pid) for pid in pids))
    return {one for pid in pids for one in descendants(pid)}


def test_one_notebook_that_ends_workers_and_one_that_breaks_boxes(
    machines: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machines.scheduler, "allowed_failures", 0)
    folder, place = lay_class(tmp_path / "class", 6, ["09"]), str(tmp_path / "far.db")
    change(folder, 1, DEADLY)
    change(folder, 3, BROKEN)
    far = Cluster(machines.scheduler_address, FarSetting(VERSIONS))
    done = grade(place, folder, source=far)
    assert done.graded == 4, "others have paid for it"
    told = dict(done.failures)
    assert set(told) == {"student001", "student003"}
    assert cluster.KILLED in told["student001"]
    assert told["student003"].endswith("OSError: the box broke")
    for number in (1, 3):
        change(folder, number, notebook("x = 'mended'"))
    done = grade(place, folder)
    assert (done.graded, done.failures) == (2, []), "it does not go on where it stopped"


def test_ctrl_c_cancels_and_the_next_run_goes_on(nearby: LocalCluster, tmp_path: Path) -> None:
    def interrupt(done: Done) -> None:
        raise KeyboardInterrupt

    folder, place = lay_class(tmp_path / "class", 6), str(tmp_path / "far.db")
    far = Cluster(nearby.scheduler_address, FarSetting(VERSIONS, pause=0.05))
    stopped = grade(place, folder, source=far, watch=interrupt)
    assert stopped.interrupted
    assert (stopped.graded, stopped.waiting) == (1, 11)
    until(lambda: not nearby.scheduler.tasks)
    assert not plugins(nearby), "workers still think that they grade"
    again = Cluster(nearby.scheduler_address, FarSetting(VERSIONS))
    assert grade(place, folder, source=again).graded == 11
    grade(str(tmp_path / "here.db"), folder)
    assert journal_rows(place) == journal_rows(str(tmp_path / "here.db"))


@dataclass(frozen=True)
class NoBox(FarSetting):
    """Workers on which nothing isolates."""

    def opener(self) -> Any:
        raise BoxError("no box can be used here; plain: does not isolate")


def test_what_does_not_fit_is_refused(
    nearby: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = nearby.scheduler_address
    worker = next(iter(nearby.workers.values())).address
    with pytest.raises(ClusterError, match=f"no Dask scheduler answers at {worker}, for that is a"):
        Cluster(worker, FarSetting(VERSIONS))
    with monkeypatch.context() as older:
        older.setattr(cluster, "installed", lambda name: "2020.1.0")
        with pytest.raises(ClusterError, match=r"but you have 2020\.1\.0; install the same"):
            Cluster(address, FarSetting(VERSIONS))
    with pytest.raises(WorkerError) as refused:
        Cluster(address, Setting({"09": "0.0.9+old"}))
    for told in (worker, version_here("09"), "0.0.9+old"):
        assert told in str(refused.value)
    with pytest.raises(BoxError, match=f"worker {worker}: no box can be used here"):
        Cluster(address, NoBox(VERSIONS))
    assert not plugins(nearby)


def test_workers_that_come_later_are_put_to_work(
    nearby: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "COUNT", 0.1)
    folder, place = lay_class(tmp_path / "class", 30), str(tmp_path / "far.db")
    far = Cluster(nearby.scheduler_address, FarSetting(VERSIONS, pause=0.05))
    before = far.threads
    done = grade(place, folder, source=far, watch=lambda done: nearby.scale(2))
    nearby.scale(1)
    assert done.graded == 60
    assert far.threads == 2 * before, "only the workers of the beginning were counted on"


@dataclass(frozen=True)
class OnlyFirst(FarSetting):
    """Only the first worker that is asked has the right version."""

    place: str = ""

    def mismatch(self) -> str:
        try:
            Path(self.place).touch(exist_ok=False)
        except FileExistsError:
            return "has another version"
        return ""


def test_a_worker_that_comes_later_and_does_not_fit_ends_the_run(
    nearby: LocalCluster, tmp_path: Path
) -> None:
    folder, place = lay_class(tmp_path / "class", 40), str(tmp_path / "far.db")
    setting = OnlyFirst(VERSIONS, pause=0.1, place=str(tmp_path / "asked"))
    far = Cluster(nearby.scheduler_address, setting)
    with pytest.raises(WorkerError, match="has another version"):
        grade(place, folder, source=far, watch=lambda done: nearby.scale(2))
    nearby.scale(1)
    assert journal_rows(place), "what was done is lost"


def test_the_command_with_boxes(
    nearby: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lay_class(tmp_path / "class", 1, ["09"])
    command = ["grade", "class", "--assignment", "02-gradients", "--limit-seconds", "2"]
    command += ["--scheduler", nearby.scheduler_address]
    if not best_backend(isolated=False).isolated:
        command.append("--not-isolated")
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert f"boxes at {nearby.scheduler_address})." in done.output.replace("1 box ", "1 boxes ")
    assert "Graded 1 notebook. Marks are in grades.db." in done.output


def test_no_scheduler_no_workers_and_none_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cluster, "CONNECT", 1.0)
    lay_class(tmp_path / "class", 2)
    command = ("grade", "class", "--assignment", "02-gradients", "--scheduler")
    with socket.socket() as silent, socket.socket() as mute:
        silent.bind(("127.0.0.1", 0))  # and nobody listens
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        ports = (silent.getsockname()[1], mute.getsockname()[1])
        for address in (*(f"tcp://127.0.0.1:{port}" for port in ports), "nonsense", "http://x:1"):
            done = CliRunner().invoke(app, [*command, address])
            assert done.exit_code == 2, done.output
            assert done.output.startswith(f"Error: no Dask scheduler answers at {address} (")
            assert done.output.count("\n") == 1
    assert not Path("grades.db").exists()
    monkeypatch.setattr(cluster, "CONNECT", 30.0)
    monkeypatch.setattr(cluster, "FIRST", 30.0)
    with LocalCluster(
        n_workers=0, processes=False, dashboard_address=":0", silence_logs=60
    ) as empty:
        with monkeypatch.context() as impatient:
            impatient.setattr(cluster, "FIRST", 0.2)
            with pytest.raises(ClusterError, match="has no workers; start `dask worker"):
                Cluster(empty.scheduler_address, FarSetting(VERSIONS))
        empty.scale(1)
        with monkeypatch.context() as impatient:
            impatient.setattr(cluster, "PATIENCE", 0.5)
            impatient.setattr(cluster, "COUNT", 0.1)
            far = Cluster(empty.scheduler_address, FarSetting(VERSIONS, pause=0.5))
            with pytest.raises(ClusterError, match="has had no worker for"):
                grade("a.db", Path("class"), source=far, watch=lambda done: empty.scale(0))
        assert journal_rows("a.db"), "what was done is lost"
        empty.scale(1)
        far = Cluster(empty.scheduler_address, FarSetting(VERSIONS, pause=0.5))
        with pytest.raises(ClusterError, match="was lost; run this again"):
            grade("a.db", Path("class"), source=far, watch=lambda done: empty.close())
