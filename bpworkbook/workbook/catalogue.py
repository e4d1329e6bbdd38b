"""The catalogue of mistakes: a title and a hint for each, in one file to translate."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Entry:
    """A mistake's title and the hint that helps."""

    title: str
    hint: str


@cache
def catalogue() -> dict[str, Entry]:
    """Return every known mistake by its code.

    >>> catalogue()["M23"].title
    'the opposite sign'
    """
    text = files("bpworkbook.workbook").joinpath("catalogue.toml").read_text(encoding="utf-8")
    return {code: Entry(**fields) for code, fields in tomllib.loads(text).items()}


def entry(code: str) -> Entry:
    """Return the catalogue's entry for ``code``.

    Raises
    ------
    KeyError
        If the catalogue has no such mistake.
    """
    try:
        return catalogue()[code]
    except KeyError:
        raise KeyError(f"mistake {code!r} is not in workbook/catalogue.toml") from None
