"""Find what students handed in: nbgrader's folders, single files, downloads of Canvas and Moodle.

submitted/<student>/<assignment>/<notebook>.ipynb     nbgrader; a folder a student in general
<student>.ipynb  or  <student>.zip                    single files
lovelaceada_LATE_1234_5678_<notebook>.ipynb           a zip from Canvas, packed or unpacked
Ada Lovelace_1234_assignsubmission_file/<notebook>    a zip from Moodle, packed or unpacked
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bpworkbook.grading.archives import (
    Archive,
    Piece,
    Refusal,
    RefusedError,
    is_zip,
    read_file,
    walk_folder,
)
from bpworkbook.grading.owners import NOTEBOOK, Owner, owner_of
from bpworkbook.grading.variants import variant_in
from bpworkbook.lessons import all_lessons
from bpworkbook.lessons.catalogue import slug, unit

OPENS_LESSON = re.compile(rb"""\blesson\(\s*\\?["'](\d\d)\\?["']""")


@dataclass(frozen=True)
class Found:
    """One notebook of one student for one lesson.

    Parameters
    ----------
    owner : Owner
    lesson : str
        The lesson's number.
    digest : str
        SHA-256 of the file.
    place : str
        Where the file is, for people.
    submitted : datetime, optional
        When it was handed in, where that is known.
    read : callable
        Returns the file's bytes, or raises RefusedError.
    variant : str
        Whose numbers it was handed out with, ``""`` where it has those of all learners.
    """

    owner: Owner
    lesson: str
    digest: str
    place: str
    submitted: datetime | None
    read: Callable[[], bytes] = field(repr=False, compare=False)
    variant: str = ""


@dataclass(frozen=True)
class Trouble:
    """Something that was handed in and is not graded, and why."""

    login: str
    text: str


@dataclass
class Finds:
    """What was found: notebooks in the order of students and lessons, and troubles."""

    found: list[Found] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def find_submissions(places: Sequence[Path], lessons: Iterable[str], assignment: str = "") -> Finds:
    """Find the notebooks of an assignment.

    Parameters
    ----------
    places : sequence of Path
        Folders, zips from Canvas or Moodle, or single notebooks.
    lessons : iterable of str
        The lessons that the assignment asks.
    assignment : str
        Its name, which nbgrader gives to a folder.

    Raises
    ------
    RefusedError
        If a place is not there, or is neither folder, zip nor notebook.
    """
    finds = Finds()
    asked = frozenset(lessons)
    for login, hand in sorted(_by_student(places, finds).items()):
        before = len(finds.found)
        _take(hand, asked, assignment, finds)
        if len(finds.found) == before:
            names = ", ".join(piece.name for piece in hand.pieces[:3]) or "nothing that is read"
            finds.troubles.append(Trouble(login, f"no notebook of these lessons, but {names}"))
    return finds


@dataclass
class _Hand:
    """All that one student handed in; the paths of the pieces are below the student."""

    owner: Owner
    pieces: list[Piece] = field(default_factory=list)


def _by_student(places: Sequence[Path], finds: Finds) -> dict[str, _Hand]:
    hands: dict[str, _Hand] = {}
    for place in places:
        for piece in _pieces(place):
            if not isinstance(piece, Piece):
                path, text = piece
                finds.troubles.append(Trouble(owner_of(path)[0].login if path else "", text))
                continue
            owner, rest = owner_of(piece.path)
            hand = hands.setdefault(owner.login, _Hand(owner))
            hand.owner = replace(hand.owner, late=hand.owner.late or owner.late)
            if rest:
                hand.pieces.append(replace(piece, path=rest))
    return hands


def _pieces(place: Path) -> Iterator[Piece | Refusal]:
    if place.is_dir():
        yield from walk_folder(place)
    elif not place.exists():
        raise RefusedError(f"there is no {place}")
    elif is_zip(place.name):
        try:
            yield from Archive(place, place.name).pieces()
        except RefusedError as error:
            raise RefusedError(f"{place} {error}") from error
    elif NOTEBOOK.search(place.name):
        yield Piece((place.name,), str(place), lambda: read_file(place))
    else:
        raise RefusedError(f"{place} is neither a folder, nor a zip, nor a notebook")


def _take(hand: _Hand, asked: frozenset[str], assignment: str, finds: Finds) -> None:
    """Add the notebooks of one student, at most one for each lesson."""
    pieces = list(_unzipped(hand, finds))
    units = {unit(number) for number in all_lessons()} | {assignment}
    if any(units & set(piece.path[:-1]) for piece in pieces):
        wanted = {unit(number) for number in asked} | {assignment}
        pieces = [piece for piece in pieces if wanted & set(piece.path[:-1])]
    times: dict[tuple[str, ...], datetime] = {}
    for piece in pieces:
        if piece.name == "timestamp.txt":
            try:
                times[piece.path[:-1]] = _timestamp(piece)
            except (RefusedError, ValueError, KeyError, OSError, OverflowError):
                # Such as CEST, which is not one zone everywhere; a late one must not pass unseen.
                told = f"{piece.place} is no date, time and zone, so its work counts as in time"
                finds.troubles.append(Trouble(hand.owner.login, told))
    by_lesson: dict[str, list[tuple[tuple[object, ...], Found]]] = {}
    for piece in pieces:
        if not NOTEBOOK.search(piece.name):
            continue
        try:
            raw = piece.read()
        except RefusedError as error:
            finds.troubles.append(Trouble(hand.owner.login, f"{piece.place} {error}"))
            continue
        lesson = which_lesson(piece.name, raw, asked)
        if not lesson:
            told = f"{piece.place}: which lesson this is cannot be told; name it after the lesson"
            finds.troubles.append(Trouble(hand.owner.login, told))
        elif lesson in asked:
            digest = hashlib.sha256(raw).hexdigest()
            submitted = times.get(piece.path[:-1])
            variant = variant_in(raw)
            found = Found(hand.owner, lesson, digest, piece.place, submitted, piece.read, variant)
            by_lesson.setdefault(lesson, []).append((_rank(piece), found))
    for lesson, candidates in sorted(by_lesson.items()):
        candidates.sort(key=lambda pair: pair[0])
        chosen = candidates[-1][1]
        finds.found.append(chosen)
        for _, other in candidates[:-1]:
            if other.digest != chosen.digest:
                told = f"{other.place} is not graded: {chosen.place} is taken for lesson {lesson}"
                finds.troubles.append(Trouble(hand.owner.login, told))


def _unzipped(hand: _Hand, finds: Finds) -> Iterator[Piece]:
    """Yield a student's files, those inside the student's zips among them, one level deep."""
    for piece in hand.pieces:
        if not is_zip(piece.name):
            yield piece
            continue
        try:
            inner = Archive(piece.read(), piece.place)
        except RefusedError as error:
            finds.troubles.append(Trouble(hand.owner.login, f"{piece.place} {error}"))
            continue
        for one in inner.pieces():
            if not isinstance(one, Piece):
                finds.troubles.append(Trouble(hand.owner.login, one[1]))
            elif not hand.owner.lms_id and owner_of(one.path)[0].lms_id:
                told = f"{one.place} looks like a download of a class; grade that zip by its name"
                finds.troubles.append(Trouble(hand.owner.login, told))
            elif not is_zip(one.name):
                # Read anew each time: a thousand zips would not all fit into memory.
                yield replace(one, read=_inside(piece, one.path))
        inner.close()


def _inside(outer: Piece, path: tuple[str, ...]) -> Callable[[], bytes]:
    def read() -> bytes:
        archive = Archive(outer.read(), outer.place)
        try:
            for piece in archive.pieces():
                if isinstance(piece, Piece) and piece.path == path:
                    return piece.read()
        finally:
            archive.close()
        raise RefusedError("is no longer there")

    return read


def which_lesson(name: str, raw: bytes, asked: frozenset[str]) -> str:
    """Return the number of the lesson that a notebook belongs to, ``""`` if it cannot be told.

    The lesson's own file name tells it, else the lesson that a cell opens, else a number at the
    beginning of the name, else that only one lesson is asked.

    Examples
    --------
    >>> which_lesson("my 09_backprop_vectorised (1).ipynb", b"", frozenset(["08", "09"]))
    '09'
    >>> which_lesson("ada.ipynb", b'"w = lesson(\\\\"08\\\\")"', frozenset(["08", "09"]))
    '08'
    """
    known = all_lessons()
    for number in known:
        if slug(number).casefold() in name.casefold():
            return number
    matches = (match[1].decode() for match in OPENS_LESSON.finditer(raw))
    opened = set(matches) & set(known)
    if len(opened) == 1:
        return opened.pop()
    if (start := re.match(r"(\d\d)(?!\d)", name)) and start.group(1) in known:
        return str(start.group(1))
    return next(iter(asked)) if len(asked) == 1 else ""


def _rank(piece: Piece) -> tuple[object, ...]:
    """What sorts the copies of one notebook: of exercises before others, later ones last."""
    # Canvas names the second hand-in x-1.ipynb, a browser x (1).ipynb, and 10 comes after 9.
    words = re.split(r"(\d+)", NOTEBOOK.sub("", piece.name))
    natural = tuple(int(word[:18]) if place % 2 else word for place, word in enumerate(words))
    return ("exercises" in piece.path, natural, piece.path)


def _timestamp(piece: Piece) -> datetime:
    """Return the time in nbgrader's ``timestamp.txt``: date, time and zone; UTC without a zone."""
    words = piece.read()[:200].decode("utf-8").split()
    when = datetime.fromisoformat(" ".join(words[:2]))
    if when.tzinfo is None:
        zone = words[2] if len(words) > 2 else "UTC"
        if re.fullmatch(r"[+-]\d\d:?\d\d", zone):
            return datetime.fromisoformat(f"{' '.join(words[:2])}{zone}")
        when = when.replace(tzinfo=ZoneInfo(zone))
    return when.astimezone(UTC)
