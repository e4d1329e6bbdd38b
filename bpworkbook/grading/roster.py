"""The list of a class, as Canvas, Moodle or a spreadsheet writes it."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bpworkbook.grading.owners import clean_name, owner_of

LARGEST = 20 * 2**20
LOGIN = ("login", "username", "user name", "user", "sis login id", "email address", "email")
NAME = ("name", "full name", "student", "student name", "display name")
FIRST, LAST = ("first name", "firstname", "given name"), ("last name", "lastname", "surname")
NOT_IN_A_PATH = re.compile(r'[/\\:*?"<>|]')
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.I)  # no folders on Windows


class RosterError(ValueError):
    """A roster that cannot be used; the message is one sentence."""


@dataclass(frozen=True)
class Member:
    """A student: the name of the folder that is made for them, and what people call them."""

    login: str
    name: str = ""


def read_roster(path: Path) -> list[Member]:
    """Read the students of a class, in the order of the file.

    Parameters
    ----------
    path : Path
        A CSV file with commas, semicolons or tabs and a line of headings, among them ``login`` (or
        what Canvas and Moodle call it).

    Raises
    ------
    RosterError
        If it cannot be read, or a line has no login, one that came before, or one that is no name
        for a folder; the message has the line's number.
    """
    lines = _lines(path)
    number, heading = next(lines, (0, []))
    if not number:
        raise RosterError(f"{path} is empty")
    heads = [head.strip().casefold() for head in heading]
    place = next((heads.index(name) for name in LOGIN if name in heads), None)
    if place is None:
        told = ", ".join(head.strip() for head in heading[:6])
        raise RosterError(f"{path} has no column 'login' (its columns are {told})")
    members: list[Member] = []
    seen: dict[str, int] = {}
    for number, row in lines:
        if "points possible" in row[0].casefold():  # the second line of a gradebook from Canvas
            continue
        written = row[place] if place < len(row) else ""
        login = checked(written, f"{path}, line {number}")
        # Folders of these two names would be one on macOS and Windows.
        before = seen.setdefault(login.casefold(), number)
        if before != number:
            raise RosterError(f"{path}, line {number}: {login!r} stands in line {before} already")
        members.append(Member(login, _name(heads, row)))
    if not members:
        raise RosterError(f"{path} names no student")
    return members


def checked(written: str, where: str) -> str:
    """Return a login that can be a folder's name.

    Raises
    ------
    RosterError
        If it cannot.

    Examples
    --------
    >>> checked(" ada@uni.edu ", "line 2")
    'ada@uni.edu'
    >>> checked("../ada", "line 3")
    Traceback (most recent call last):
    ...
    bpworkbook.grading.roster.RosterError: line 3: the login '../ada' is no name for a folder
    """
    login = written.strip()
    if not login:
        raise RosterError(f"{where}: there is no login")
    odd = NOT_IN_A_PATH.search(login) or login.startswith(".") or login.endswith(".")
    if odd or DEVICES.fullmatch(login) or clean_name(login) != login:
        raise RosterError(f"{where}: the login {login!r} is no name for a folder")
    # What comes back from this folder must be this student's.
    if any(owner_of(way)[0].login != login for way in ((login, "x"), (f"{login}.ipynb",))):
        raise RosterError(f"{where}: the login {login!r} would be taken for a file of Canvas")
    return login


def _name(heads: list[str], row: list[str]) -> str:
    def cell(names: tuple[str, ...]) -> str:
        places = [heads.index(name) for name in names if name in heads]
        return clean_name(row[places[0]]) if places and _has(row, places[0]) else ""

    return cell(NAME) or " ".join(part for part in (cell(FIRST), cell(LAST)) if part)


def _has(row: list[str], place: int) -> bool:
    return place < len(row) and bool(row[place].strip())


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that are not empty, each with its number in the file."""
    try:
        if path.stat().st_size > LARGEST:
            raise RosterError(f"{path} is too large for the list of a class")
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RosterError(f"{path} is not UTF-8; save it as 'CSV UTF-8'") from error
    except OSError as error:
        raise RosterError(f"{path} cannot be read: {error.strerror}") from error
    first = text.lstrip().split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=mark)
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                yield rows.line_num, row
    except csv.Error as error:
        raise RosterError(f"{path}, line {rows.line_num}: {error}") from error
