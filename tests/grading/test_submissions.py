"""Finding what was handed in, and refusing what is dangerous."""

import io
import os
import random
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bpworkbook.grading import archives
from bpworkbook.grading.archives import Archive, Piece, RefusedError
from bpworkbook.grading.submissions import Finds, find_submissions
from tests.grading.classroom import LESSONS, notebook

EIGHT, NINE = "08_backprop_by_hand.ipynb", "09_backprop_vectorised.ipynb"


def lay(folder: Path, **files: bytes) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def find(place: Path) -> Finds:
    return find_submissions([place], LESSONS, "some-unit")


def found(finds: Finds) -> list[tuple[str, str]]:
    return [(one.owner.login, one.lesson) for one in finds.found]


def test_nbgraders_layout_with_its_times(tmp_path: Path) -> None:
    lay(
        tmp_path,
        **{
            f"bob/some-unit/{NINE}": notebook(),
            "bob/some-unit/timestamp.txt": b"2026-10-02 15:58:23.948203 America/Los_Angeles\n",
            f"ada/some-unit/{NINE}": notebook(),
            f"ada/some-unit/{EIGHT}": notebook(lesson="08"),
            "ada/some-unit/timestamp.txt": b"2026-10-01 10:00:00 UTC",
            f"ada/01-neurons/{NINE}": notebook("another = 'assignment'"),
            f"ada/some-unit/.ipynb_checkpoints/{NINE}": notebook("an old copy"),
        },
    )
    finds = find(tmp_path)
    assert found(finds) == [("ada", "08"), ("ada", "09"), ("bob", "09")]
    assert finds.found[0].submitted == datetime(2026, 10, 1, 10, tzinfo=UTC)
    assert finds.found[2].submitted == datetime(2026, 10, 2, 22, 58, 23, 948203, tzinfo=UTC)
    assert not finds.troubles
    assert finds.found[1].read() == notebook(), "another assignment's notebook was taken"


@pytest.mark.parametrize(
    "text", [b"", b"\xff", b"soon", b"2026-10-01", b"2026-10-01 10:00 CEST", b"9" * 999]
)
def test_a_time_that_cannot_be_read_is_not_known(tmp_path: Path, text: bytes) -> None:
    lay(tmp_path, **{f"ada/x/{NINE}": notebook(), "ada/x/timestamp.txt": text})
    finds = find(tmp_path)
    known = text == b"2026-10-01"
    assert (finds.found[0].submitted is not None) == known
    assert ["counts as in time" in one.text for one in finds.troubles] == ([] if known else [True])


def test_single_files_tell_their_lesson_by_what_they_open(tmp_path: Path) -> None:
    lay(tmp_path, **{"ada.ipynb": notebook(lesson="08"), "bob.ipynb.json": notebook(lesson="09")})
    assert found(find(tmp_path)) == [("ada", "08"), ("bob", "09")]


def test_a_single_notebook_by_its_name(tmp_path: Path) -> None:
    lay(tmp_path, **{"ada.ipynb": notebook(lesson="08")})
    assert found(find(tmp_path / "ada.ipynb")) == [("ada", "08")]


def test_a_notebook_of_no_known_lesson_is_said(tmp_path: Path) -> None:
    lay(tmp_path, **{"ada.ipynb": b'{"cells": []}'})
    finds = find(tmp_path)
    assert "which lesson this is cannot be told" in finds.troubles[0].text
    assert found(find_submissions([tmp_path], ["09"])) == [("ada", "09")]


CANVAS = {
    f"lovelaceada_1234_5678_{NINE}": notebook("first"),
    "lovelaceada_1234_5679_09_backprop_vectorised-1.ipynb": notebook("second"),
    f"li2_LATE_77_5680_{EIGHT}": notebook(lesson="08"),
    f"LATE_anon_aB3x9_5681_{EIGHT}": notebook(lesson="08"),
    "nobody_78_5682_report.pdf": b"%PDF",
}


@pytest.mark.parametrize("packed", [True, False])
def test_canvas(tmp_path: Path, packed: bool) -> None:
    if packed:
        lay(tmp_path, **{"submissions.zip": zipped(CANVAS)})
    else:
        lay(tmp_path / "submissions", **CANVAS)
    finds = find(tmp_path / ("submissions.zip" if packed else "submissions"))
    assert found(finds) == [("anon_aB3x9", "08"), ("li2_77", "08"), ("lovelaceada_1234", "09")]
    assert finds.found[2].read() == notebook("second"), "not the later hand-in was taken"
    assert [one.owner.late for one in finds.found] == [True, True, False]
    assert finds.found[1].owner.lms_id == "77"
    told = {one.login: one.text for one in finds.troubles}
    assert "is not graded" in told["lovelaceada_1234"]
    assert "report.pdf" in told["nobody_78"]


def test_a_student_cannot_name_a_file_for_another_in_canvas(tmp_path: Path) -> None:
    entries = {f"evil_66_1_lovelaceada_1234_5678_{NINE}": notebook()}
    lay(tmp_path, **{"submissions.zip": zipped(entries)})
    assert found(find(tmp_path / "submissions.zip")) == [("evil_66", "09")]


MOODLE = {
    f"Ada Lovelace_1234_assignsubmission_file/{NINE}": notebook(),
    f"Zoë O'Neil_77_assignsubmission_file_/sub/{EIGHT}": notebook(lesson="08"),
    f"Bo Li_78_assignsubmission_file_{EIGHT}": notebook(lesson="08"),
    "Bo Li_78_assignsubmission_onlinetext/onlinetext.html": b"<p>hello</p>",
    f"Participant_79_assignsubmission_file/x_1_assignsubmission_file/{NINE}": notebook(),
}


@pytest.mark.parametrize("packed", [True, False])
def test_moodle(tmp_path: Path, packed: bool) -> None:
    if packed:
        lay(tmp_path, **{"moodle.zip": zipped(MOODLE)})
    else:
        lay(tmp_path / "moodle", **MOODLE)
    finds = find(tmp_path / ("moodle.zip" if packed else "moodle"))
    assert found(finds) == [
        ("Ada Lovelace_1234", "09"),
        ("Bo Li_78", "08"),
        ("Participant_79", "09"),
        ("Zoë O'Neil_77", "08"),
    ]
    assert finds.found[0].owner.name == "Ada Lovelace"
    assert not finds.troubles


def test_a_students_own_zip_is_opened(tmp_path: Path) -> None:
    both = zipped({f"my work/{EIGHT}": notebook(lesson="08"), f"__MACOSX/._{NINE}": b"?"})
    lay(tmp_path, **{"bob.zip": both, "ada/all.zip": both, f"ada/{NINE}": notebook()})
    finds = find(tmp_path)
    assert found(finds) == [("ada", "08"), ("ada", "09"), ("bob", "08")]
    assert finds.found[0].read() == notebook(lesson="08")
    lms = {"download.zip": zipped({"evil_66_1_all.zip": both})}
    finds = find(lay(tmp_path / "lms", **lms) / "download.zip")
    assert found(finds) == [("evil_66", "08")]


def test_a_students_zip_cannot_speak_for_the_class(tmp_path: Path) -> None:
    lay(tmp_path, **{"evil.zip": zipped(CANVAS)})
    finds = find(tmp_path)
    assert found(finds) == []
    assert "looks like a download of a class" in finds.troubles[0].text
    assert {one.login for one in finds.troubles} == {"evil"}


def test_of_two_copies_that_of_the_exercises_is_taken(tmp_path: Path) -> None:
    lay(
        tmp_path,
        **{
            f"ada/course/02-gradients/{NINE}": notebook("course"),
            f"ada/exercises/02-gradients/{NINE}": notebook("exercises"),
            f"bob/a/{NINE}": notebook(),
            f"bob/b/{NINE}": notebook(),
        },
    )
    finds = find_submissions([tmp_path], ["09"], "some-unit")
    assert [one.read() for one in finds.found] == [notebook("exercises"), notebook()]
    assert [one.login for one in finds.troubles] == ["ada"], "equal copies are no trouble"


# What must not be read


@pytest.mark.parametrize(
    "name",
    [
        f"../../{NINE}",
        f"/etc/{NINE}",
        f"..\\..\\{NINE}",
        f"C:/{NINE}",
        f"ada/../../{NINE}",
        f"ada/\x1b[2J{NINE}",
        "/".join(["deep"] * 50 + [NINE]),
        f"{'x' * 2000}{NINE}",
    ],
)
def test_a_path_that_leads_outside_is_refused(tmp_path: Path, name: str) -> None:
    lay(tmp_path, **{"a.zip": zipped({name: notebook(), f"bob/{NINE}": notebook()})})
    finds = find(tmp_path / "a.zip")
    assert found(finds) == [("bob", "09")], f"{name!r} was read, or it stopped the rest"
    assert "has a path" in finds.troubles[0].text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"], "something was unpacked"


def test_a_bomb_costs_only_who_sent_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST_FILE", 100_000)
    entries = {f"evil/{NINE}": b" " * 5_000_000, f"bob/{NINE}": notebook()}
    lay(tmp_path, **{"a.zip": zipped(entries)})
    finds = find(tmp_path / "a.zip")
    assert found(finds) == [("bob", "09")]
    assert any("unpacks to more than" in one.text for one in finds.troubles)


def test_a_bomb_that_lies_about_its_size_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "LARGEST_FILE", 100_000)
    raw = zipped({f"evil/{NINE}": b" " * 5_000_000})
    lie = raw.replace((5_000_000).to_bytes(4, "little"), (50_000).to_bytes(4, "little"))
    assert lie != raw
    lay(tmp_path, **{"a.zip": lie})
    finds = find(tmp_path / "a.zip")
    assert found(finds) == []
    assert len(finds.troubles) == 2, "the bomb, and that nothing else came"


def test_a_bomb_inside_a_students_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LARGEST_FILE", 100_000)
    inner = zipped({NINE: b" " * 5_000_000, EIGHT: notebook(lesson="08")})
    lay(tmp_path, **{"evil.zip": inner, "bob.ipynb": notebook()})
    assert found(find(tmp_path)) == [("bob", "09"), ("evil", "08")]


def test_a_zip_of_zips_of_zips_ends(tmp_path: Path) -> None:
    inner = zipped({NINE: notebook()})
    for _ in range(10):
        inner = zipped({"again.zip": inner})
    lay(tmp_path, **{"evil.zip": inner})
    assert found(find(tmp_path)) == []


def test_a_zip_with_too_many_entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_ENTRIES", 50)
    lay(tmp_path, **{"evil.zip": zipped({f"{n}.txt": b"" for n in range(60)})})
    assert "more than 50 entries" in find(tmp_path).troubles[0].text


def test_a_link_and_a_locked_file_in_a_zip(tmp_path: Path) -> None:
    link = zipfile.ZipInfo(f"evil/{NINE}")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    other = zipfile.ZipInfo(f"evil/{EIGHT}")
    other.compress_type = zipfile.ZIP_LZMA
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr(other, notebook())
    lay(tmp_path, **{"a.zip": buffer.getvalue()})
    told = " ".join(one.text for one in find(tmp_path / "a.zip").troubles)
    assert "is a link" in told
    assert "packed in a way" in told


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as in Unix")
def test_links_and_pipes_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.ipynb").write_bytes(notebook("secret"))
    home = lay(tmp_path / "sub", **{f"ada/{NINE}": notebook()})
    (home / "evil").mkdir()
    (home / "evil" / NINE).symlink_to(tmp_path / "secret.ipynb")
    (home / "eve").symlink_to(home / "ada", target_is_directory=True)
    os.mkfifo(home / "evil" / EIGHT)
    finds = find(home)
    assert found(finds) == [("ada", "09")]
    told = {one.login: one.text for one in finds.troubles}
    assert "is a link" in told["eve"]
    assert "evil" in told


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as in Unix")
def test_a_file_that_becomes_a_link_or_a_pipe_is_not_followed(tmp_path: Path) -> None:
    home = lay(tmp_path / "sub", **{f"ada/{NINE}": notebook()})
    (one,) = find(home).found
    path = home / "ada" / NINE
    for change in (lambda: path.symlink_to("/etc/passwd"), lambda: os.mkfifo(path)):
        path.unlink()
        change()
        with pytest.raises(RefusedError):
            one.read()


def test_no_damaged_zip_of_3000_ends_otherwise_than_it_may() -> None:
    whole = zipped({f"ada/{NINE}": notebook() * 20, "b.txt": b"words", "c/d.ipynb": b"{}"})
    rng = random.Random(0)
    ends = {"read": 0, "refused": 0}
    for _ in range(3_000):
        raw = bytearray(whole)
        for _ in range(rng.randint(1, 8)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        if rng.random() < 0.2:
            del raw[rng.randrange(len(raw)) :]
        try:
            archive = Archive(bytes(raw), "a.zip")
        except RefusedError:
            ends["refused"] += 1
            continue
        for piece in archive.pieces():
            if isinstance(piece, Piece):
                try:
                    piece.read()
                    ends["read"] += 1
                except RefusedError:
                    ends["refused"] += 1
        archive.close()
    assert min(ends.values()) > 500, f"the fuzz says little: {ends}"


@pytest.mark.parametrize("name", ["nowhere", "report.pdf", "broken.zip"])
def test_a_place_that_is_none(tmp_path: Path, name: str) -> None:
    lay(tmp_path, **{"report.pdf": b"", "broken.zip": b"PK\x03\x04 no more"})
    with pytest.raises(RefusedError, match=name):
        find(tmp_path / name)
