"""The bibliography is complete, and wrong entries and keys are named."""

import re
import tomllib
import unicodedata
from pathlib import Path

import pytest

from bpworkbook.lessons import catalogue
from bpworkbook.lessons.bibliography import BibliographyError, cited_keys, load
from bpworkbook.lessons.source import read_lesson

ENTRY = """
[smith2000]
authors = ["Smith, A.", "Jones, B."]
year = 2000
title = "A title"
where = "A Journal 1(2), 3–4"
doi = "10.1000/(x)1"
"""


def test_every_entry_has_a_doi_or_a_reason() -> None:
    for key, entry in load().items():
        assert bool(entry.doi) != bool(entry.no_doi), f"{key}: a doi, or why there is none"


def test_keys_tell_author_and_year() -> None:
    for key, entry in load().items():
        name = unicodedata.normalize("NFKD", entry.authors[0].split(",")[0].lower())
        family = "".join(letter for letter in name if letter.isascii() and letter.isalnum())
        assert re.fullmatch(rf"{family}{entry.year}[a-z]*", key), f"{key} names another work"


def test_no_work_is_entered_twice() -> None:
    dois = [entry.doi.lower() for entry in load().values() if entry.doi]
    assert len(dois) == len(set(dois)), "two entries have the same DOI"


def test_citation_is_linked_and_brackets_do_not_end_the_link(tmp_path: Path) -> None:
    path = tmp_path / "bibliography.toml"
    path.write_text(ENTRY, encoding="utf-8")
    text = load(path).cite("smith2000")
    assert text == "[Smith and Jones (2000)](https://doi.org/10.1000/%28x%291)"


def test_reference_line_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "bibliography.toml"
    path.write_text(ENTRY, encoding="utf-8")
    line = load(path).reference_line("smith2000")
    assert line.startswith("Smith, A. and Jones, B. (2000). A title. A Journal 1(2), 3–4. [doi:10.")


def test_many_authors_become_others() -> None:
    assert load()["harris2020"].short == "Harris and others (2020)"


def test_several_citations_in_one_bracket() -> None:
    text = load().rendered("Before [@kelley1960; @werbos1974].")
    assert text == "Before [Kelley (1960)](https://doi.org/10.2514/8.5282), Werbos (1974)."
    assert cited_keys("[@a1; @b2] and [@a1]") == ["a1", "b2", "a1"]


def test_unknown_key_is_answered_with_the_nearest() -> None:
    with pytest.raises(BibliographyError, match="no entry 'werbos1991'; did you mean 'werbos19"):
        load().cite("werbos1991")


FAULTS = {
    "no title": ('title = "A title"\n', "", r"\[smith2000\]: title missing"),
    "no doi": ('doi = "10.1000/(x)1"', "", "there is no doi, and no_doi does not say why"),
    "a link for a doi": ("10.1000/(x)1", "https://doi.org/10.1000/1", "doi is 'https:"),
    "year as text": ("2000\n", '"2000"\n', "year is '2000'; a number"),
    "authors as text": ('["Smith, A.", "Jones, B."]', '"Smith"', "a list of names"),
    "unknown field": ("year = 2000", "year = 2000\nvolume = 1", "volume is not a field"),
    "empty title": ('"A title"', '" "', "title is ' '; a text was wanted"),
    "no TOML": ("[smith2000]", "[smith2000", r"bibliography\.toml: "),
    "outside": ("[smith2000]", "year = 1\n[smith2000]", "stands outside any"),
}


@pytest.mark.parametrize(("old", "new", "message"), FAULTS.values(), ids=FAULTS)
def test_fault_in_an_entry_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in ENTRY, "the test's own replacement does not apply"
    path = tmp_path / "bibliography.toml"
    path.write_text(ENTRY.replace(old, new), encoding="utf-8")
    with pytest.raises(BibliographyError, match=message):
        load(path)


def test_every_entry_is_cited() -> None:
    lessons = Path(catalogue.HERE)
    cited: set[str] = set()
    for number in catalogue.all_lessons():
        source = read_lesson(catalogue.lesson_source(number))
        cited |= {
            *source.references,
            *cited_keys(catalogue.lesson_source(number).read_text("utf-8")),
        }
    for path in lessons.glob("u*/n*/events.toml"):
        events = tomllib.loads(path.read_text(encoding="utf-8"))["event"]
        cited |= {key for event in events for key in event["works"]}
    assert not set(load()) - cited, f"nobody cites {sorted(set(load()) - cited)}"
    assert not cited - set(load()), f"not in the bibliography: {sorted(cited - set(load()))}"
