"""The progress file survives damage, full disks and two writers, and loses nothing."""

import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bpworkbook.workbook import Feedback, Outcome, Store, default_store
from bpworkbook.workbook.export import export_progress, progress_rows

PASSED = Feedback("09.1", "linear_backward", Outcome.PASSED)
WRONG = Feedback("09.1", "linear_backward", Outcome.KNOWN_MISTAKE, "M55")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "home" / "progress.json")


def test_attempts_are_counted_and_a_pass_stays(store: Store) -> None:
    for feedback in (WRONG, PASSED, WRONG):
        assert store.record_check(feedback) == ""
    record = Store(store.path).question("09.1:linear_backward")
    assert (record["attempts"], record["passed"], record["mistakes"]) == (3, True, ["M55"])


def test_a_stub_is_no_attempt(store: Store) -> None:
    store.record_check(Feedback("09.1", "linear_backward", Outcome.NOT_ATTEMPTED))
    assert not store.path.exists()


def test_unknown_answers_are_kept_for_the_instructor(store: Store) -> None:
    unknown = Feedback("09.1", "linear_backward", Outcome.UNKNOWN_MISTAKE)
    for i in range(7):
        store.record_check(unknown, source=f"attempt {i}")
    assert store.question("09.1:linear_backward")["answers"] == [
        f"attempt {i}" for i in range(2, 7)
    ]


@pytest.mark.parametrize(
    "damage",
    [b"{", b"[]", b"\xff\xfe", b'{"schema": 1}', b'{"schema": 1, "questions": {"a": 1}}', b""],
)
def test_a_damaged_file_is_set_aside(store: Store, damage: bytes) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(damage)
    notice = store.record_check(PASSED)
    kept = list(store.path.parent.glob("progress.damaged-*.json"))
    assert [file.read_bytes() for file in kept] == [damage]
    assert kept[0].name in notice
    assert store.question("09.1:linear_backward")["passed"]


def test_a_newer_file_is_left_alone(store: Store) -> None:
    store.path.parent.mkdir()
    text = json.dumps({"schema": 99, "questions": {}, "experiments": {}, "review": {}})
    store.path.write_text(text)
    assert "newer" in store.record_check(PASSED)
    assert store.path.read_text() == text


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_a_failed_write_loses_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    store.record_check(WRONG)
    before = store.path.read_text()

    def fail(*args: Any) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "replace", fail)
    sentence = store.record_check(PASSED)
    assert os.strerror(code) in sentence
    assert store.path.read_text() == before
    assert store.question("09.1:linear_backward")["passed"], "remembered until the session ends"
    assert [p.name for p in store.path.parent.iterdir() if p.name.startswith(".")] == []
    monkeypatch.undo()
    assert store.record_hint("09.1:linear_backward", 2) == ""
    record = Store(store.path).question("09.1:linear_backward")
    assert (record["attempts"], record["hints"]) == (2, 2), "written as soon as it can be"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "progress.json")
    assert "could not be saved" in store.record_check(PASSED)
    assert store.question("09.1:linear_backward")["attempts"] == 1


def test_a_file_that_cannot_be_read_is_not_replaced(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.record_check(WRONG)
    before = store.path.read_bytes()

    def fail(*args: Any, **options: Any) -> str:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "read_text", fail)
    assert "could not be saved" in store.record_check(PASSED)
    assert store.path.read_bytes() == before, "progress that could not be read was overwritten"
    assert store.question("09.1:linear_backward")["passed"], "remembered until the session ends"


def test_two_notebooks_at_once(store: Store) -> None:
    def attempt(i: int) -> str:
        return Store(store.path).record_check(WRONG)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(attempt, range(24))) == {""}
    assert store.question("09.1:linear_backward")["attempts"] == 24


def test_default_store_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = tmp_path / "workspace"
    (workspace / ".bpworkbook").mkdir(parents=True)
    (workspace / "course" / "02-gradients").mkdir(parents=True)
    monkeypatch.delenv("BPWORKBOOK_HOME", raising=False)
    monkeypatch.chdir(workspace / "course" / "02-gradients")
    assert default_store().path == workspace / ".bpworkbook" / "progress.json"
    monkeypatch.setenv("BPWORKBOOK_HOME", str(tmp_path / "elsewhere"))
    assert default_store().path == tmp_path / "elsewhere" / "progress.json"


def test_export(store: Store, tmp_path: Path) -> None:
    store.record_check(WRONG)
    written = export_progress(store, tmp_path / "progress.csv")
    lines = written.read_text().splitlines()
    assert lines[0].startswith("exercise,function,outcome")
    assert lines[1].startswith("09.1,linear_backward,known mistake,False,1,0,M55")
    export_progress(store, written)
    (tmp_path / "notes.csv").write_text("mine")
    with pytest.raises(FileExistsError, match=r"notes\.csv"):
        export_progress(store, tmp_path / "notes.csv")
    with pytest.raises(ValueError, match=r"\.csv or \.json"):
        export_progress(store, tmp_path / "progress.xlsx")
    assert len(progress_rows(store)) == 1
