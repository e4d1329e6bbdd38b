"""`bpworkbook release` as an instructor types it."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bpworkbook.cli import app
from bpworkbook.grading.assignment import find_assignment
from bpworkbook.grading.release import release
from bpworkbook.lessons.catalogue import slug

ROSTER = "\ufeffName;Login\nAda;ada\nBob;bob\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class.csv").write_text(ROSTER, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["release", *arguments])


def test_a_unit_gets_its_notebooks_and_a_file_to_edit(desk: Path) -> None:
    done = run("00-start", "--to", "hw")
    assert done.exit_code == 0, done.output
    assert "Wrote 00-start.toml: points, due date and extensions to edit." in done.output
    assert "Wrote 1 notebook to hw." in done.output
    assert (desk / "hw" / f"{slug('00')}.ipynb").is_file()
    before = (desk / "00-start.toml").read_bytes()
    again = run("00-start", "--to", "hw")
    assert again.output == "Wrote 0 notebooks to hw (1 stood there already).\n"
    assert (desk / "00-start.toml").read_bytes() == before
    (desk / "00-start.toml").write_bytes(before.replace(b'double" = 1', b'double" = 4'))
    refused = run("00-start", "--to", "hw")
    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert "Wrote 1 notebook" in run("00-start", "--to", "hw", "--force").output


def test_a_class_gets_variants_of_the_seed_that_grade_will_read(desk: Path) -> None:
    done = run("02-gradients", "--to", "hw", "--variant-per-student", "class.csv", "--lesson", "9")
    assert done.exit_code == 0, done.output
    assert "Wrote 2 notebooks of 2 students to hw." in done.output
    text = (desk / "hw" / "ada" / f"{slug('09')}.ipynb").read_text(encoding="utf-8")
    asked = find_assignment("02-gradients")
    release(asked, desk / "same", roster=[], lessons=["09"])
    table = (desk / "hw" / "variants.csv").read_text(encoding="utf-8").splitlines()
    assert f'variant=\\"{table[1].split(",")[2]}\\"' in text
    assert asked.seed
    assert asked.seed not in text, "the seed was handed out"


def test_what_is_wrong_is_one_sentence_and_exit_code_2(desk: Path) -> None:
    (desk / "own.toml").write_text('unit = "00-start"\n')
    (desk / "bad.csv").write_text("login\nada\nada\n")
    for arguments, said in (
        (("99-none", "--to", "hw"), "there is no unit '99-none'"),
        (("own.toml", "--to", "hw", "--variant-per-student", "class.csv"), "has no seed"),
        (("00-start", "--to", "hw", "--variant-per-student", "bad.csv"), "line 3: 'ada' stands"),
        (("00-start", "--to", "hw", "--variant-per-student", "none.csv"), "cannot be read"),
        (("00-start", "--to", "hw", "--lesson", "09"), "does not ask lesson '09'"),
    ):
        done = run(*arguments)
        assert done.exit_code == 2, done.output
        assert said in done.output
        assert done.output.count("Error") == 1
        assert not (desk / "hw").exists()


def test_what_is_given_is_said(desk: Path) -> None:
    (desk / "hw2.toml").write_text('unit = "02-gradients"\nlessons = ["09"]\nleave_out = ["09.4"]')
    done = run("hw2.toml", "--to", "hw")
    assert "Lesson 09: mlp_backward is not asked but given in full" in done.output
