"""The learner's folder: what an update brings, and what it must never touch."""

import errno
import json
import os
from datetime import datetime
from pathlib import Path

import pytest

from bpworkbook.workspace import WorkspaceError, create_or_update, find_workspace
from bpworkbook.workspace import files as writing

NINE = "course/02-gradients/09_backprop_vectorised.ipynb"
NINE_NEW = "course/02-gradients/09_backprop_vectorised.new.ipynb"
NINE_TASKS = "exercises/02-gradients/09_backprop_vectorised.ipynb"
START = "course/00-start/00_start_here.ipynb"
NOW = datetime(2026, 11, 22, 10, 30)


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def contents(folder: Path) -> dict[str, str]:
    """Return every file but our own records: what a learner would miss."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".bpworkbook" not in path.parts
    }


def test_a_new_workspace_holds_course_and_exercises_and_nothing_else(
    tmp_path: Path, source: Path
) -> None:
    report = create_or_update(tmp_path / "deep" / "mine", source=source)
    laid = contents(tmp_path / "deep" / "mine")
    assert report.created
    assert laid == {path: f"{path} v1" for path in (START, NINE, NINE_TASKS)}


def test_a_second_run_changes_and_says_nothing(folder: Path, source: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    report = create_or_update(folder, source=source)
    assert report.sentences() == []
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_an_upgrade_brings_new_files_and_updates_unchanged_ones(folder: Path, source: Path) -> None:
    put(source / NINE, "v2")
    put(source / "course/01-neurons/02_new.ipynb", "fresh")
    report = create_or_update(folder, source=source)
    assert (folder / NINE).read_text() == "v2"
    assert report.updated == [NINE]
    assert report.added == ["course/01-neurons/02_new.ipynb"]
    assert not report.beside


def test_a_changed_file_is_not_touched_and_the_new_version_lies_beside_it_said_once(
    folder: Path, source: Path
) -> None:
    put(folder / NINE, "my work")
    put(source / NINE, "v2")
    first = create_or_update(folder, source=source)
    assert (folder / NINE).read_text() == "my work"
    assert (folder / NINE_NEW).read_text() == "v2"
    assert first.beside == [(NINE, NINE_NEW)]
    assert any("was not touched" in sentence for sentence in first.sentences())
    assert create_or_update(folder, source=source).sentences() == []


def test_one_saved_byte_counts_as_changed(folder: Path, source: Path) -> None:
    put(folder / NINE, f"{NINE} v1\n")
    put(source / NINE, "v2")
    create_or_update(folder, source=source)
    assert (folder / NINE).read_text() == f"{NINE} v1\n"


def test_a_changed_file_without_a_newer_version_gets_nothing_beside_it(
    folder: Path, source: Path
) -> None:
    put(folder / NINE, "my work")
    assert create_or_update(folder, source=source).kept == [NINE]
    assert not (folder / NINE_NEW).exists()


def test_a_changed_new_version_is_kept_too_and_an_unchanged_one_is_replaced(
    folder: Path, source: Path
) -> None:
    put(folder / NINE, "my work")
    put(source / NINE, "v2")
    create_or_update(folder, source=source)
    put(source / NINE, "v3")
    create_or_update(folder, source=source)
    assert (folder / NINE_NEW).read_text() == "v3", "an untouched older offer should be replaced"
    put(folder / NINE_NEW, "my work in the new version")
    put(source / NINE, "v4")
    report = create_or_update(folder, source=source)
    numbered = NINE_NEW.replace(".new.", ".new-2.")
    assert report.beside == [(NINE, numbered)]
    assert (folder / NINE_NEW).read_text() == "my work in the new version"
    assert (folder / numbered).read_text() == "v4"


def test_a_learner_who_takes_the_new_version_is_up_to_date_again(
    folder: Path, source: Path
) -> None:
    put(folder / NINE, "my work")
    put(source / NINE, "v2")
    create_or_update(folder, source=source)
    os.replace(folder / NINE_NEW, folder / NINE)
    put(source / NINE, "v3")
    assert create_or_update(folder, source=source).updated == [NINE]


def test_a_removed_file_stays_away_until_asked_back(folder: Path, source: Path) -> None:
    (folder / NINE).unlink()
    report = create_or_update(folder, source=source)
    assert not (folder / NINE).exists()
    assert "--restore" in " ".join(report.sentences())
    assert create_or_update(folder, source=source, restore=True).restored == [NINE]
    assert (folder / NINE).read_text() == f"{NINE} v1"


def test_a_file_that_left_the_course_is_left_and_said_once(folder: Path, source: Path) -> None:
    (source / NINE).unlink()
    assert create_or_update(folder, source=source).retired == [NINE]
    assert (folder / NINE).exists()
    assert create_or_update(folder, source=source).sentences() == []


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"schema": 1, "files": {"a": 1}}', "\x00"])
def test_a_damaged_manifest_is_set_aside_and_nothing_is_overwritten(
    folder: Path, source: Path, damage: str
) -> None:
    put(folder / NINE, "my work")
    put(source / START, "v2")
    before = contents(folder)
    put(folder / ".bpworkbook/manifest.json", damage)
    report = create_or_update(folder, source=source, now=NOW)
    after = contents(folder)
    assert {path: after[path] for path in before} == before
    aside = folder / ".bpworkbook/manifest.damaged-2026-11-22-103000.json"
    assert aside.read_text() == damage
    assert aside.name in report.sentences()[0]
    assert create_or_update(folder, source=source).sentences() == []


def test_a_manifest_of_a_later_version_stops_the_update(folder: Path, source: Path) -> None:
    manifest = folder / ".bpworkbook/manifest.json"
    put(manifest, json.dumps({**json.loads(manifest.read_text()), "schema": 2}))
    put(source / NINE, "v2")
    with pytest.raises(WorkspaceError, match="later bpworkbook"):
        create_or_update(folder, source=source)
    assert (folder / NINE).read_text() == f"{NINE} v1"


def test_a_folder_with_other_files_is_refused_and_left_as_it_is(
    tmp_path: Path, source: Path
) -> None:
    put(tmp_path / "home" / "thesis.tex", "x")
    with pytest.raises(WorkspaceError, match="other files"):
        create_or_update(tmp_path / "home", source=source)
    assert [path.name for path in (tmp_path / "home").iterdir()] == ["thesis.tex"]


def test_an_empty_folder_is_used_even_with_a_desktop_file_in_it(
    tmp_path: Path, source: Path
) -> None:
    put(tmp_path / "empty" / ".DS_Store", "")
    assert create_or_update(tmp_path / "empty", source=source).created


@pytest.mark.parametrize("target", ["file", "file/inside"])
def test_a_file_where_the_folder_should_be_is_named(
    tmp_path: Path, source: Path, target: str
) -> None:
    put(tmp_path / "file", "x")
    with pytest.raises(WorkspaceError, match="file"):
        create_or_update(tmp_path / target, source=source)
    assert (tmp_path / "file").read_text() == "x"


def test_a_file_where_a_unit_folder_should_be_is_named(folder: Path, source: Path) -> None:
    put(folder / "course/03-optimizers", "a file of mine")
    put(source / "course/03-optimizers/10.ipynb", "v1")
    with pytest.raises(WorkspaceError, match=r"03-optimizers.*a file stands where"):
        create_or_update(folder, source=source)


@pytest.mark.parametrize(
    ("code", "said"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "permission"), (errno.EROFS, "read-only")],
)
def test_a_write_that_fails_is_said_and_loses_nothing(
    folder: Path, source: Path, monkeypatch: pytest.MonkeyPatch, code: int, said: str
) -> None:
    put(source / NINE, "v2")
    before = contents(folder)

    def fail(handle: int) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(writing.os, "fsync", fail)
        with pytest.raises(WorkspaceError, match=said):
            create_or_update(folder, source=source)
    assert contents(folder) == before, "a failed write left a part or a temporary file"
    assert create_or_update(folder, source=source).updated == [NINE]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_read_only_folder_is_said(tmp_path: Path, source: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o555)
    with pytest.raises(WorkspaceError, match="permission"):
        create_or_update(tmp_path / "locked" / "mine", source=source)


def test_an_interrupted_first_run_is_finished_by_the_next(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, count = os.replace, iter(range(10))

    def full_at_the_second(a: Path, b: Path) -> None:
        if next(count) == 1:
            raise OSError(errno.ENOSPC, "")
        replace(a, b)

    with monkeypatch.context() as patch:
        patch.setattr(writing.os, "replace", full_at_the_second)
        with pytest.raises(WorkspaceError, match="disk is full"):
            create_or_update(tmp_path / "mine", source=source)
    create_or_update(tmp_path / "mine", source=source)
    assert contents(tmp_path / "mine") == {p: f"{p} v1" for p in (START, NINE, NINE_TASKS)}


@pytest.mark.parametrize("inside", [".", "course/00-start", ".."])
def test_the_workspace_is_found_from_inside_it_and_from_beside_it(
    tmp_path: Path, source: Path, inside: str
) -> None:
    made = tmp_path / "backprop-workbook"
    create_or_update(made, source=source)
    assert find_workspace((made / inside).resolve()) == made
