"""`reset`: a fresh lesson, and never a lost one."""

import errno
from datetime import datetime
from pathlib import Path

import pytest

from bpworkbook.workspace import WorkspaceError, reset
from bpworkbook.workspace import files as writing

NINE = "course/02-gradients/09_backprop_vectorised.ipynb"
NINE_TASKS = "exercises/02-gradients/09_backprop_vectorised.ipynb"
START = "course/00-start/00_start_here.ipynb"
NOW = datetime(2026, 11, 22, 10, 30)


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("lesson", ["9", "09", "09_backprop_vectorised", NINE_TASKS])
def test_reset_lays_a_lesson_fresh_and_keeps_a_dated_copy(
    folder: Path, source: Path, lesson: str
) -> None:
    put(folder / NINE, "my work")
    put(folder / START, "my start")
    report = reset(lesson, folder, source=source, now=NOW)
    backup = "course/02-gradients/09_backprop_vectorised.backup-2026-11-22-103000.ipynb"
    assert (folder / NINE).read_text() == f"{NINE} v1"
    assert (folder / backup).read_text() == "my work"
    assert (folder / START).read_text() == "my start"
    assert report.backups == [(NINE, backup)]
    assert report.unchanged == [NINE_TASKS]


def test_reset_never_overwrites_an_earlier_copy(folder: Path, source: Path) -> None:
    for work in ("first", "second", "third"):
        put(folder / NINE, work)
        reset("09", folder, source=source, now=NOW)
    copies = sorted((folder / NINE).parent.glob("*backup*"))
    assert [copy.read_text() for copy in copies] == ["second", "third", "first"]


def test_a_failed_reset_leaves_the_learners_file(
    folder: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(folder / NINE, "my work")

    def fail(handle: int) -> None:
        raise OSError(errno.ENOSPC, "")

    monkeypatch.setattr(writing.os, "fsync", fail)
    with pytest.raises(WorkspaceError, match="disk is full"):
        reset("09", folder, source=source, now=NOW)
    assert (folder / NINE).read_text() == "my work"
    assert not list(folder.rglob("*backup*")), "half a copy looks like a whole one"


def test_reset_names_the_lessons_there_are_and_needs_a_workspace(
    folder: Path, source: Path, tmp_path: Path
) -> None:
    with pytest.raises(WorkspaceError, match="the lessons are 00, 09"):
        reset("7", folder, source=source)
    with pytest.raises(WorkspaceError, match="not a workspace"):
        reset("09", tmp_path, source=source)


def test_a_reset_with_a_damaged_manifest_says_so_and_works(folder: Path, source: Path) -> None:
    put(folder / NINE, "my work")
    put(folder / ".bpworkbook/manifest.json", "{")
    report = reset("09", folder, source=source, now=NOW)
    assert "manifest.damaged-2026-11-22-103000.json" in report.sentences()[0]
    assert (folder / NINE).read_text() == f"{NINE} v1"
