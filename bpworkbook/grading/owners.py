"""Whose a file is that was handed in.

This is told by what the instructor or the platform wrote, the first part of the file's path, never
by what a student could name a file.
"""

import re
import unicodedata
from dataclasses import dataclass, replace

# The first numbers count: Canvas takes `_1_` out of names, but the student names the file.
CANVAS = re.compile(r"(?P<name>\w+?)(?P<late>_LATE)?_(?P<id>\d+)_\d+_(?P<rest>.+)", re.S)
CANVAS_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?(?P<name>anon)_(?P<id>[A-Za-z0-9]{1,12})_\d+_(?P<rest>.+)", re.S
)
MOODLE = re.compile(
    r"(?P<name>[^_]*)_(?P<id>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<rest>.*)", re.S
)
NOTEBOOK = re.compile(r"\.ipynb(\.json|\.txt)?$", re.I)  # some browsers add an ending
LONGEST_NAME = 100


@dataclass(frozen=True)
class Owner:
    """Whose a file is.

    Parameters
    ----------
    login : str
        The student's name in the gradebook.
    name, lms_id : str
        What Canvas or Moodle call them, ``""`` elsewhere.
    late : bool
        Whether Canvas marked the submission as late.
    """

    login: str
    name: str = ""
    lms_id: str = ""
    late: bool = False


def owner_of(path: tuple[str, ...]) -> tuple[Owner, tuple[str, ...]]:
    """Return whose file this is by the first part of its path, and its path below the student.

    Examples
    --------
    >>> owner_of(("lovelaceada_LATE_12_34_09_x_9_9_y.ipynb",))
    (Owner(login='lovelaceada_12', name='lovelaceada', lms_id='12', late=True), \
('09_x_9_9_y.ipynb',))
    >>> owner_of(("Ada Lovelace_12_assignsubmission_file", "a.ipynb"))[0].login
    'Ada Lovelace_12'
    >>> owner_of(("ada", "02-gradients", "a.ipynb"))
    (Owner(login='ada', name='', lms_id='', late=False), ('02-gradients', 'a.ipynb'))
    """
    first, rest = path[0], path[1:]
    if found := MOODLE.fullmatch(first):
        below = (found["rest"],) if found["rest"] and not rest else rest
        return _member(found), below if found["kind"] == "file" else ()
    if not rest and (found := CANVAS_ANONYMOUS.fullmatch(first) or CANVAS.fullmatch(first)):
        return replace(_member(found), late=bool(found["late"])), (found["rest"],)
    if rest:
        return Owner(clean_name(first)), rest
    return Owner(clean_name(NOTEBOOK.sub("", first).removesuffix(".zip"))), path


def _member(found: re.Match[str]) -> Owner:
    name = clean_name(found["name"])
    return Owner(f"{name}_{found['id']}", name, found["id"])


def clean_name(name: str) -> str:
    """Return a name that can be printed, sorted and compared.

    >>> clean_name("  Zoe\\u0308 \\x1b[31m")
    'Zoë [31m'
    """
    text = "".join(c if c.isprintable() else " " for c in unicodedata.normalize("NFC", name))
    return " ".join(text.split())[:LONGEST_NAME] or "?"
