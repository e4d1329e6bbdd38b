"""Reports: what each page says, what it must not say, and that nothing in it is taken for HTML."""

import builtins
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bpworkbook.cli import app
from bpworkbook.grading.exports import ExportError
from bpworkbook.grading.gradebook import Cell, Gradebook
from bpworkbook.grading.judging import Result
from bpworkbook.grading.reports import page_name, write_reports
from bpworkbook.grading.reports.outcomes import LOOKS
from tests.grading import classroom
from tests.grading.marked_class import (
    QUESTIONS,
    SECRET_REMARK,
    SECRET_SEED,
    book,
    by_hand,
    student,
    whole_class,
)

HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
EVIL = (
    "<script>alert(1)</script></style><img src=x onerror=alert(1)> \"'`&amp; "
    "\u202etxt.exe\u2066 \x1b[31m\x00\x9f --> {{ 7 * 7 }} {% raw %}"
)


class Page(HTMLParser):
    """A page taken apart: its elements, and its words as a reader has them."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.source = path.read_text(encoding="utf-8")
        self.feed(self.source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def names(self) -> list[str]:
        return [tag for tag, _ in self.tags]

    def links(self) -> list[str]:
        return [value or "" for _, attrs in self.tags for key, value in attrs.items()
                if key in ("href", "src", "xlink:href", "action", "srcset", "data")]  # fmt: skip


def pages(made: Gradebook, folder: Path) -> tuple[Page, dict[str, Page]]:
    written = write_reports(made, folder)
    assert written.index is not None
    of_students = zip(made.rows, written.students, strict=True)
    return Page(written.index), {row.login: Page(path) for row, path in of_students}


# Every page


def test_each_page_is_complete_in_itself(tmp_path: Path) -> None:
    index, students = pages(whole_class(), tmp_path)
    for page in (index, *students.values()):
        names = page.names()
        assert not {"script", "link", "img", "iframe", "object"} & set(names)
        assert "@import" not in page.source
        assert dict(page.tags)["html"] == {"lang": "en"}
        assert (names.count("h1"), names.count("main"), names.count("style")) == (1, 1, 1)
        levels = [int(name[1]) for name in names if re.fullmatch(r"h[1-6]", name)]
        assert levels[0] == 1
        assert all(b - a <= 1 for a, b in pairwise(levels)), levels
        assert names.count("caption") == names.count("table")
        ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
        assert len(ids) == len(set(ids)), "an id stands for two things"
        assert all("scope" in attrs for tag, attrs in page.tags if tag == "th")
    for page in students.values():
        assert [link for link in page.links() if not link.startswith("#")] == []
    below = [link for link in index.links() if not link.startswith("#")]
    assert all((tmp_path / link).is_file() for link in below)
    assert {Path(link).name for link in below} == {f"{login}.html" for login in students}


def test_pictures_tell_their_numbers(tmp_path: Path) -> None:
    index, students = pages(whole_class(), tmp_path)
    for page in (index, students["eve"]):
        named = [attrs for tag, attrs in page.tags if tag == "svg" and attrs.get("role") == "img"]
        ids = {attrs.get("id") for _, attrs in page.tags}
        assert named
        for attrs in named:
            assert set((attrs["aria-labelledby"] or "").split()) <= ids
        others = [attrs for tag, attrs in page.tags if tag == "svg" and "role" not in attrs]
        assert all(attrs.get("aria-hidden") == "true" for attrs in others)
    assert "1 answer: passed, 1 answer: known mistake" in index.text
    assert index.names().count("table") == 4, "each picture has a table of the same numbers"


def test_outcomes_are_told_apart_without_colour() -> None:
    assert {str(result) for result in Result} <= set(LOOKS)
    for kinds in (
        [look.css for look in LOOKS.values()],
        [look.sign for look in LOOKS.values()],
        [(look.fill, look.hatch) for look in LOOKS.values()],
    ):
        assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize("look", LOOKS.values(), ids=lambda look: look.css)
def test_words_on_a_fill_can_be_read(look: Any) -> None:
    def light(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(look.color), light(look.ink)))
    assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize("evil", [EVIL, "x" * 100_000, "\u202e" * 3_000, "`" * 999 + "<b>"])
def test_nothing_that_others_wrote_is_html(tmp_path: Path, evil: str) -> None:
    row = student(f"../../{evil}"[:200], "wrong", name=evil[:200])
    odd = Cell("wrong", lines=(("not yet", evil), (evil, evil)), mistake=evil, remark=evil)
    for asked in QUESTIONS[:3]:
        row.cells[asked.key] = replace(odd, outcome="known mistake")
    row.cells[QUESTIONS[3].key] = Cell(evil, lines=(("remark", evil),), remark=evil)
    by_hand(row, QUESTIONS[4].key, 0.5, f"{evil}\n{evil}")
    row.troubles = [evil]
    made = book(row, unread=((evil, evil),))
    made = replace(made, assignment=f"unit {evil}"[:300])
    index, students = pages(made, tmp_path / "r")
    for page in (index, *students.values()):
        assert not {"script", "img"} & set(page.names())
        assert page.names().count("style") == 1
        assert not HIDDEN.search(page.source)
        assert len(page.source) < 120_000
    assert {path.name for path in tmp_path.iterdir()} == {"r"}
    pages(made, tmp_path / "r")  # and the pages are known again as ours


# A student's page


def test_what_a_student_is_told(tmp_path: Path) -> None:
    _, students = pages(whole_class(), tmp_path)
    ada, eve, kim, lou = (students[name].text for name in ("ada", "eve", "kim", "lou"))
    assert "Marks of Ada Lovelace" in ada
    assert "09.1 A linear layer linear_backward" in ada
    assert "To read again" not in ada
    assert "Marked by hand 1.5 of 3 points (2 before lateness)" in eve
    assert "Well argued. See me for the rest." in eve
    assert "6 hours after the due date. Of the points for this lesson 75 % are left." in eve
    assert "To read again: Lesson 09: Backprop, vectorised, in course/02-gradients/09_" in eve
    assert "The mistake the opposite sign" in eve
    assert "The hint that helps The sign is the opposite." in eve
    assert "Your mlp_backward uses relu_backward , which is not right yet." in kim
    assert "was asked again with a right one in its place, and was right" in kim
    assert "points so far" in lou
    assert "a person has to look at them" in lou
    assert "Something that you handed in could not be read." in lou


def test_what_a_student_is_not_told(tmp_path: Path) -> None:
    made = whole_class()
    _, students = pages(made, tmp_path)
    for login, page in students.items():
        for secret in (SECRET_SEED, SECRET_REMARK, "bubblewrap", "two notebooks", "homework.pdf"):
            assert secret not in page.source, (login, secret)
        for other in made.rows:
            if other.login != login:
                assert not re.search(rf"\b{other.login}\b", page.source), (login, other.login)
    told = [login for login, page in students.items() if "without isolation" in page.text]
    assert told == ["pat"]


def test_full_marks_by_hand_silence_the_grader(tmp_path: Path) -> None:
    row = student("ada", "passed")
    first = QUESTIONS[0]
    row.cells[first.key] = Cell("wrong", lines=(("not yet", "the values differ"),))
    by_hand(row, first.key, first.points / 2, "")
    _, half = pages(book(row), tmp_path / "half")
    assert "the values differ" in half["ada"].text
    row.cells[first.key] = replace(row.cells[first.key], points=first.points)
    _, full = pages(book(row), tmp_path / "full")
    assert "the values differ" not in full["ada"].text


def test_a_lesson_that_is_no_longer_there(tmp_path: Path) -> None:
    made = book(student("ada", "known mistake"))
    old = [replace(asked, key=f"77.{n}:f", lesson="77") for n, asked in enumerate(QUESTIONS)]
    for asked, was in zip(old, QUESTIONS, strict=True):
        made.rows[0].cells[asked.key] = replace(made.rows[0].cells[was.key], mistake="M9999")
    index, students = pages(replace(made, questions=tuple(old)), tmp_path)
    assert "Lesson 77" in students["ada"].text
    assert "M9999" in index.text


# The page of the class


def test_what_the_class_page_says(tmp_path: Path) -> None:
    index, _ = pages(whole_class(), tmp_path)
    text = index.text
    assert "5 students 4 have a total" in text
    assert "Not isolated: the work of 1 student ran without a sandbox" in text
    assert "M23 the opposite sign" in text
    assert "two notebooks for lesson 09" in text
    assert f"killed ({SECRET_REMARK})" in text
    assert "zoe nothing could be read: no notebook, but homework.pdf" in text
    needs = text[text.index("Why") : text.rindex("All students")]
    assert "Follow-through" not in needs
    assert re.findall(r"\b(?:zoe|lou|kim|ada|eve|pat)\b", needs) == ["zoe", "lou", "kim"]
    listed = text[text.rindex("All students") :]
    assert re.findall(r"\b(?:lou|kim|eve|pat|Ada Lovelace)\b", listed) == [
        "lou", "kim", "eve", "pat", "Ada Lovelace"]  # fmt: skip


def test_a_class_of_nobody(tmp_path: Path) -> None:
    index, students = pages(book(), tmp_path)
    assert students == {}
    assert "Nobody has handed in anything that could be read." in index.text


# Files


@given(st.lists(st.text(max_size=70), unique=True, max_size=6))
def test_names_of_files(logins: list[str]) -> None:
    names = [page_name(login) for login in logins]
    assert len({name.casefold() for name in names}) == len(logins)
    for name in names:
        assert re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,75}\.html", name), name


def test_the_same_marks_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_reports(whole_class(), tmp_path / name)
    files = [sorted((tmp_path / name).rglob("*.*")) for name in ("one", "two")]
    assert [p.read_bytes() for p in files[0]] == [p.read_bytes() for p in files[1]]
    before = {path: path.stat().st_mtime_ns for path in files[0]}
    write_reports(whole_class(), tmp_path / "one")
    assert {path: path.stat().st_mtime_ns for path in files[0]} == before


def test_only_our_own_files_are_replaced(tmp_path: Path) -> None:
    made = whole_class()
    mine = tmp_path / "students" / "eve.html"
    mine.parent.mkdir()
    mine.write_text("<!doctype html>\nmy own page")
    with pytest.raises(ExportError, match=r"eve\.html exists and is no report"):
        write_reports(made, tmp_path)
    assert [path.name for path in tmp_path.rglob("*.*")] == ["eve.html"], "something was written"
    assert mine.read_text().endswith("my own page")
    mine.unlink()
    write_reports(made, tmp_path)
    with pytest.raises(ExportError, match="is a report of 02-gradients"):
        write_reports(replace(made, assignment="03-optimizers"), tmp_path)


def test_one_student_alone(tmp_path: Path) -> None:
    done = write_reports(whole_class(), tmp_path, ["kim", "kim"])
    assert (done.index, [path.name for path in done.students]) == (None, ["kim.html"])
    assert not (tmp_path / "index.html").exists()
    for login, said in (("nobody", "there is no 'nobody'"), ("zoe", "nothing of zoe could be")):
        with pytest.raises(ExportError, match=said):
            write_reports(whole_class(), tmp_path, [login])


def test_a_place_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ExportError, match=r"file.* cannot be written"):
        write_reports(whole_class(), tmp_path / "file")


# The command


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    classroom.grade("grades.db", classroom.lay_class(tmp_path / "class", 3))
    ran = CliRunner().invoke(app, ["report"])
    assert ran.exit_code == 0, ran.output
    assert re.search(r"Wrote reports/index\.html and 3 student pages in \d+\.\d s\.", ran.output)
    assert len(list((tmp_path / "reports" / "students").iterdir())) == 3
    ran = CliRunner().invoke(app, ["report", "--to", "r", "--student", "student001"])
    assert [path.name for path in (tmp_path / "r").rglob("*.html")] == ["student001.html"]
    assert "1 student page in r/students" in ran.output
    ran = CliRunner().invoke(app, ["report", "--student", "eve"])
    assert ran.exit_code == 2
    assert "there is no 'eve'" in ran.output


def test_what_is_said_without_jinja(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.split(".")[0] == "jinja2":
            raise ModuleNotFoundError(name)
        return real(name, *rest)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(builtins, "__import__", without)
    ran = CliRunner().invoke(app, ["report"])
    assert ran.exit_code == 2
    assert "reports need Jinja2: `python -m pip install 'bpworkbook[grading]'`." in ran.output
