"""The bibliography of the lessons: one file of entries, cited by key as ``[@rumelhart1986]``."""

import difflib
import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

BIBLIOGRAPHY_FILE = Path(__file__).with_name("bibliography.toml")

_CITATION = re.compile(r"\[(@[\w-]+(?:\s*;\s*@[\w-]+)*)\]")
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_REQUIRED = ("authors", "year", "title", "where")
_OPTIONAL = ("doi", "url", "no_doi")


class BibliographyError(ValueError):
    """Raised for an entry that is incomplete and for a key that has no entry."""


@dataclass(frozen=True)
class Entry:
    """One cited work.

    Parameters
    ----------
    key : str
        What a lesson writes to cite it.
    authors : tuple of str
        ``"Family, Initials"``; a last author ``"others"`` stands for all that are not named.
    year : int
    title, where : str
        ``where`` is the journal or book with volume and pages.
    doi, url, no_doi : str
        A DOI; without one, the reason in ``no_doi`` and an address if there is one.
    """

    key: str
    authors: tuple[str, ...]
    year: int
    title: str
    where: str
    doi: str = ""
    url: str = ""
    no_doi: str = ""

    @property
    def link(self) -> str:
        """The address of the work: its DOI, else its own address, else ``""``."""
        # Brackets are legal in a DOI but end a Markdown link.
        return f"https://doi.org/{quote(self.doi, safe='/:;')}" if self.doi else self.url

    @property
    def short(self) -> str:
        """The citation in the text: ``Rumelhart, Hinton and Williams (1986)``."""
        families = [author.split(",")[0] for author in self.authors]
        if len(families) > 3:
            families = [families[0], "others"]
        return f"{_listed(families)} ({self.year})"


class Bibliography(Mapping[str, Entry]):
    """The entries by key, and what a lesson's text needs of them.

    Examples
    --------
    >>> bibliography = load()
    >>> bibliography.cite("rumelhart1986")
    '[Rumelhart, Hinton and Williams (1986)](https://doi.org/10.1038/323533a0)'
    >>> bibliography.rendered("See [@werbos1990].")
    'See [Werbos (1990)](https://doi.org/10.1109/5.58337).'
    """

    def __init__(self, entries: Mapping[str, Entry]) -> None:
        self._entries = dict(entries)

    def __getitem__(self, key: str) -> Entry:
        """Return the entry ``key``; a wrong key is answered with the nearest right one."""
        if key not in self._entries:
            near = difflib.get_close_matches(key, self._entries, n=1)
            advice = f"; did you mean {near[0]!r}?" if near else ""
            raise BibliographyError(f"bibliography: there is no entry {key!r}{advice}")
        return self._entries[key]

    def __contains__(self, key: object) -> bool:
        """Say whether there is an entry ``key``."""
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        """Go through the keys in the order of the file."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Count the entries."""
        return len(self._entries)

    def cite(self, key: str) -> str:
        """Return the Markdown of a citation: names and year, linked to the work."""
        entry = self[key]
        return f"[{entry.short}]({entry.link})" if entry.link else entry.short

    def reference_line(self, key: str) -> str:
        """Return the full reference as one line of Markdown."""
        entry = self[key]
        line = f"{_listed(entry.authors)} ({entry.year}). {_sentence(entry.title)} {entry.where}."
        if entry.doi:
            return f"{line} [doi:{entry.doi}]({entry.link})"
        return f"{line} <{entry.url}>" if entry.url else line

    def rendered(self, markdown: str) -> str:
        """Return ``markdown`` with each ``[@key]`` or ``[@one; @two]`` written out."""
        return _CITATION.sub(
            lambda found: ", ".join(self.cite(key) for key in _keys(found.group(1))), markdown
        )


def cited_keys(markdown: str) -> list[str]:
    """Return the keys cited in ``markdown``, in order, repeated ones repeated.

    Examples
    --------
    >>> cited_keys("Found twice [@kelley1960; @werbos1974], then again [@kelley1960].")
    ['kelley1960', 'werbos1974', 'kelley1960']
    """
    return [key for found in _CITATION.findall(markdown) for key in _keys(found)]


@functools.cache
def load(path: Path = BIBLIOGRAPHY_FILE) -> Bibliography:
    """Read a bibliography, once.

    Raises
    ------
    BibliographyError
        The file is not TOML, or an entry lacks a field, has an unknown or ill-formed one, or has
        no DOI and does not say why.

    Examples
    --------
    >>> load()["werbos1990"].year
    1990
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise BibliographyError(f"{path.name}: {error}") from error
    return Bibliography({key: _entry(path, key, fields) for key, fields in table.items()})


def cite(key: str) -> str:
    """Return the Markdown of a citation from the course's bibliography.

    Examples
    --------
    >>> cite("werbos1974")
    'Werbos (1974)'
    """
    return load().cite(key)


def reference_line(key: str) -> str:
    """Return the full reference from the course's bibliography.

    Examples
    --------
    >>> print(reference_line("kelley1960"))  # doctest: +NORMALIZE_WHITESPACE
    Kelley, H. J. (1960). Gradient theory of optimal flight paths. ARS Journal 30(10), 947–954.
    [doi:10.2514/8.5282](https://doi.org/10.2514/8.5282)
    """
    return load().reference_line(key)


def _entry(path: Path, key: str, fields: Any) -> Entry:
    """Make an entry of one table of the file, or say which field is wrong."""
    where = f"{path.name}, [{key}]"
    if not isinstance(fields, dict):
        raise BibliographyError(f"{where}: {fields!r} stands outside any [entry]")
    if missing := [name for name in _REQUIRED if name not in fields]:
        raise BibliographyError(f"{where}: {', '.join(missing)} missing")
    if unknown := sorted(set(fields) - {*_REQUIRED, *_OPTIONAL}):
        raise BibliographyError(f"{where}: {', '.join(unknown)} is not a field of an entry")
    authors = fields["authors"]
    if not isinstance(authors, list) or not authors or not all(map(_is_text, authors)):
        raise BibliographyError(f"{where}: authors is {authors!r}; a list of names was wanted")
    if not isinstance(fields["year"], int):
        raise BibliographyError(f"{where}: year is {fields['year']!r}; a number was wanted")
    for name in ("title", "where", *_OPTIONAL):
        if name in fields and not _is_text(fields[name]):
            raise BibliographyError(f"{where}: {name} is {fields[name]!r}; a text was wanted")
    doi = fields.get("doi", "")
    if doi and not _DOI.fullmatch(doi):
        raise BibliographyError(f"{where}: doi is {doi!r}; one such as 10.1038/323533a0 was wanted")
    if not doi and not fields.get("no_doi"):
        raise BibliographyError(f"{where}: there is no doi, and no_doi does not say why")
    return Entry(key=key, **{**fields, "authors": tuple(authors)})


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _keys(citation: str) -> list[str]:
    """Split ``"@one; @two"`` into its keys."""
    return [part.strip().removeprefix("@") for part in citation.split(";")]


def _sentence(title: str) -> str:
    """End a title with a full stop unless it ends with a mark of its own."""
    return title if title.endswith(("?", "!", ".")) else f"{title}."


def _listed(names: list[str] | tuple[str, ...]) -> str:
    """Join names as in running text: ``one, two and three``."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
