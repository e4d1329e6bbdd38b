"""Where `bpworkbook grade` has notebooks graded, and with which limits."""

import inspect
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from bpworkbook.cli import app
from bpworkbook.cli.console import CommandError
from bpworkbook.cli.for_instructors import grade
from bpworkbook.cli.sources import How, open_source
from bpworkbook.grading import box, process, proxy
from bpworkbook.grading.box import Limits
from bpworkbook.grading.box.limits import MEGABYTE
from bpworkbook.grading.threads import Threads
from tests.grading.classroom import StandInGrader, lay_class

GRADE = ("grade", "class", "--assignment", "02-gradients")
OPTIONS = {"seconds", "memory", "processes", "output"}


@pytest.fixture
def given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What boxes are opened with, in a folder with a class."""
    seen: list[Any] = []

    def opener(*arguments: Any) -> Any:
        seen.append(arguments)
        return StandInGrader

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(process, "opener", opener)
    stand_in = SimpleNamespace(name="stand-in", isolated=True)
    monkeypatch.setattr(box, "best_backend", lambda isolated=True: stand_in)
    lay_class(tmp_path / "class", 1)
    return seen


def test_without_options_limits_are_the_usual_ones() -> None:
    assert How().limits() == Limits()
    assert How().seconds == proxy.SECONDS
    asked = inspect.signature(grade).parameters
    for name in OPTIONS:
        assert asked[f"limit_{name}"].default == getattr(How(), name), name


def test_limits_reach_the_box(given: list[Any]) -> None:
    limits = ("--limit-seconds", "16", "--limit-memory", "256", "--limit-processes", "3")
    done = CliRunner().invoke(app, [*GRADE, *limits, "--limit-output", "2"])
    assert done.exit_code == 0, done.output
    ((_, limited, seconds, _),) = given
    assert (limited.memory, limited.printed) == (256 * MEGABYTE, 2 * MEGABYTE)
    assert (limited.processes, seconds) == (3, 16.0)
    assert limited.cpu_seconds == 2 * Limits().cpu_seconds, "it would end before its time"


def test_less_time_for_a_question_leaves_the_others_theirs() -> None:
    assert How(seconds=1.0).limits().cpu_seconds == Limits().cpu_seconds


@pytest.mark.parametrize(
    "option", ["--limit-seconds=0", "--limit-memory=0", "--limit-processes=0", "--limit-output=-1"]
)
def test_a_limit_that_is_none_is_refused(given: list[Any], option: str) -> None:
    assert CliRunner().invoke(app, [*GRADE, option]).exit_code == 2
    assert not given, "a box was opened"


def test_a_source_is_ended_when_the_run_fails(
    given: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        with open_source(How(), {}):
            raise RuntimeError("the database gave up")

    ended: list[Threads] = []
    monkeypatch.setattr(Threads, "stop", lambda self: ended.append(self))
    with pytest.raises(RuntimeError, match="the database gave up"):
        fail()
    assert len(ended) == 1


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    for name in ("bpworkbook.grading.cluster", "bpworkbook.grading.worker"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with (
        pytest.raises(CommandError, match=r"pip install 'bpworkbook\[dask\]'"),
        open_source(How(scheduler="tcp://host:8786"), {}),
    ):
        pass
