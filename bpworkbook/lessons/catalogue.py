"""Find the lessons: folders named ``uNN_unit/nNN_slug`` beside this file."""

from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent


@cache
def _folders() -> dict[str, Path]:
    found = sorted(HERE.glob("u[0-9][0-9]_*/n[0-9][0-9]_*"))
    return {path.name[1:3]: path for path in found if (path / "lesson.md").is_file()}


def all_lessons() -> list[str]:
    """Return the numbers of all lessons, in order.

    >>> "09" in all_lessons()
    True
    """
    return list(_folders())


def folder(number: str) -> Path:
    """Return a lesson's folder.

    Raises
    ------
    ValueError
        If there is no lesson of that number.
    """
    try:
        return _folders()[number]
    except KeyError:
        raise ValueError(
            f"lesson: number is {number!r}, but the lessons are {', '.join(_folders())}"
        ) from None


def lesson_source(number: str) -> Path:
    """Return the path of a lesson's text.

    >>> lesson_source("09").name
    'lesson.md'
    """
    return folder(number) / "lesson.md"


def unit(number: str) -> str:
    """Return the notebook folder of a lesson's unit.

    >>> unit("09")
    '02-gradients'
    """
    return folder(number).parent.name[1:].replace("_", "-")


def slug(number: str) -> str:
    """Return the name of a lesson's notebook, without its ending.

    >>> slug("09")
    '09_backprop_vectorised'
    """
    return folder(number).name[1:]


def module(number: str, name: str) -> ModuleType:
    """Import a lesson's ``questions`` or ``experiments``."""
    path = folder(number)
    return import_module(f"bpworkbook.lessons.{path.parent.name}.{path.name}.{name}")
