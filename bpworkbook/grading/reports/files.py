"""Where the pages are written: never over a file that is not ours, never half of one."""

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from bpworkbook.grading.exports.sheets import ExportError
from bpworkbook.grading.gradebook import Gradebook, Row
from bpworkbook.grading.reports.texts import visible

FOLDER = Path("reports")
STUDENTS = "students"
# Begins every page of ours; the name of the assignment follows.
SIGN = "<!doctype html>\n<!-- bpworkbook report: "
ODD = re.compile(r"[^a-z0-9._-]+")
HASHED = re.compile(r".*-[0-9a-f]{8}", re.S)
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
LONGEST_STEM = 60


@dataclass(frozen=True)
class Written:
    """What was written.

    Parameters
    ----------
    index : Path, optional
        The page of the class; None where only some students were asked for.
    students : tuple of Path
    need_a_look : int
        How many students someone has to look at, those of whom nothing was read among them.
    """

    index: Path | None
    students: tuple[Path, ...]
    need_a_look: int = 0


def page_name(login: str) -> str:
    r"""Return the file of a student's page: safe on every system, and nobody else's.

    Examples
    --------
    >>> page_name("ada"), page_name("../../x"), page_name("Ada"), page_name("con")
    ('ada.html', 'x-9cdf6a50.html', 'ada-99a563ab.html', 'con-1143da2b.html')
    """
    stem = ODD.sub("-", login.casefold())[:LONGEST_STEM].strip("-._") or "student"
    if stem != login or HASHED.fullmatch(stem) or RESERVED.fullmatch(stem):
        digest = hashlib.sha256(login.encode("utf-8", "surrogatepass")).hexdigest()
        stem = f"{stem}-{digest[:8]}"
    return f"{stem}.html"


def write_reports(
    book: Gradebook,
    folder: Path = FOLDER,
    logins: Collection[str] = (),
    watch: Callable[[], None] = lambda: None,
) -> Written:
    """Write a page for each student and, where all are asked for, one for the class.

    Parameters
    ----------
    book : Gradebook
    folder : Path
        Made if it is not there.
    logins : collection of str
        Only these students; their pages alone are written.
    watch : callable
        Told after each page of a student.

    Raises
    ------
    ExportError
        If a login is nobody's, a file that is no report is in the way, or the place cannot be
        written to.
    """
    from bpworkbook.grading.reports.overview import class_page
    from bpworkbook.grading.reports.pages import render_class, render_student
    from bpworkbook.grading.reports.student import student_page

    rows = _chosen(book, logins)
    index = folder / "index.html"
    paths = [folder / STUDENTS / page_name(row.login) for row in rows]
    try:
        (folder / STUDENTS).mkdir(parents=True, exist_ok=True)
        for path in (*paths, index):
            _must_be_ours(path, book.assignment)
        for row, path in zip(rows, paths, strict=True):
            _write(path, render_student(student_page(book, row)))
            watch()
        if logins:
            return Written(None, tuple(paths))
        page = class_page(book, lambda login: f"{STUDENTS}/{page_name(login)}")
        _write(index, render_class(page))
    except OSError as error:
        raise ExportError(
            f"{error.filename or folder} cannot be written: {error.strerror}"
        ) from error
    return Written(index, tuple(paths), len(page.needing) + len(page.unread))


def _chosen(book: Gradebook, logins: Collection[str]) -> list[Row]:
    if not logins:
        return list(book.rows)
    there = {row.login: row for row in book.rows}
    for login in logins:
        if login not in there:
            why = dict(book.unread).get(login)
            told = f"nothing of {login} could be read: {why}" if why else f"there is no {login!r}"
            raise ExportError(f"{book.assignment}: {told}")
    return [there[login] for login in dict.fromkeys(logins)]


def _must_be_ours(path: Path, assignment: str) -> None:
    """Raise ExportError where a file is in the way; an earlier report of this assignment is not."""
    if not path.exists():
        return
    with path.open("rb") as file:
        begin = file.read(5_000).decode("utf-8", "replace")
    if not begin.startswith(SIGN):
        raise ExportError(f"{path} exists and is no report; give another folder with --to")
    name = unescape(begin.removeprefix(SIGN).split(" -->", 1)[0])
    if name != visible(assignment):
        raise ExportError(f"{path} is a report of {name}; give another folder with --to")


def _write(path: Path, page: bytes) -> None:
    """Write a page, unless it stands there already.

    It is renamed when it is complete, but not forced down to the disk, which would take most of the
    time for a thousand pages: after a power cut the command is simply run again.
    """
    if path.is_file() and path.read_bytes() == page:
        return
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        temporary.write_bytes(page)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
