"""Where the lessons' texts and their notebooks stand, and what belongs to what."""

import importlib
import importlib.util
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Literal, get_args

import bpworkbook
from bpworkbook.lessons.bibliography import Bibliography, load
from bpworkbook.lessons.source import (
    LessonError,
    LessonSource,
    find_lessons,
    read_lesson,
    unit_and_slug,
)
from bpworkbook.workbook import Question

NotebookKind = Literal["course", "exercises", "solutions"]
KINDS: tuple[NotebookKind, ...] = get_args(NotebookKind)

PACKAGE = Path(bpworkbook.__file__).parent


@dataclass(frozen=True)
class Project:
    """A tree of lessons, and the folder that holds their notebooks.

    Parameters
    ----------
    lessons_root : Path
        The folder of the unit folders.
    notebooks_root : Path
        The folder of ``course/``, ``exercises/`` and ``solutions/``.
    bibliography : Bibliography
    """

    lessons_root: Path
    notebooks_root: Path
    bibliography: Bibliography
    _read: dict[str, LessonSource] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def paths(self) -> Mapping[str, Path]:
        """The text of every lesson by its number, which its folder bears, in order.

        Raises
        ------
        LessonError
            Two folders bear the same number.
        """
        found: dict[str, Path] = {}
        for path in find_lessons(self.lessons_root):
            number = path.parent.name[1:3]
            if number in found:
                raise LessonError(f"{path}: {found[number]} has the same number")
            found[number] = path
        return found

    def chosen(self, numbers: Sequence[str] = ()) -> list[str]:
        """Return these numbers of lessons, or all where none is given.

        Raises
        ------
        ValueError
            There is no lesson of a given number.
        """
        if unknown := [number for number in numbers if number not in self.paths]:
            known = ", ".join(self.paths)
            raise ValueError(f"there is no lesson {unknown[0]!r}; the lessons are {known}")
        return list(numbers or self.paths)

    def lesson(self, number: str) -> LessonSource:
        """Read a lesson, once.

        Raises
        ------
        LessonError
            It cannot be read.
        """
        if number not in self._read:
            self._read[number] = read_lesson(self.paths[number])
        return self._read[number]

    def notebook(self, source: LessonSource, kind: NotebookKind) -> Path:
        """Return the path of one of a lesson's three notebooks."""
        return self._notebook(source.path, kind)

    def _notebook(self, path: Path, kind: NotebookKind) -> Path:
        unit, slug = unit_and_slug(path)
        return self.notebooks_root / kind / unit / f"{slug}.ipynb"

    def strays(self) -> list[Path]:
        """Return the notebooks that no lesson makes, such as those of a renamed lesson."""
        made = {self._notebook(path, kind) for path in self.paths.values() for kind in KINDS}
        found = {path for kind in KINDS for path in self.notebooks_root.glob(f"{kind}/*/*.ipynb")}
        return sorted(found - made)


def open_project(lessons_root: Path | None = None, notebooks_root: Path | None = None) -> Project:
    """Return the project to work on: by default the clone that this package is imported from.

    Raises
    ------
    LessonError
        No folder for notebooks was given, and the package does not stand in a clone.

    Examples
    --------
    >>> open_project().lessons_root.name
    'lessons'
    """
    if notebooks_root is None:
        notebooks_root = PACKAGE.parent
        if not (notebooks_root / "pyproject.toml").is_file():
            raise LessonError(
                f"{PACKAGE} is an installed package: notebooks are built in a clone of the "
                "repository, with the package installed from there (pip install -e .)"
            )
    return Project(lessons_root or PACKAGE / "lessons", notebooks_root, load())


def questions_of(source: LessonSource) -> Mapping[str, Question]:
    """Return a lesson's questions by the names of the functions that answer them.

    Raises
    ------
    LessonError
        There is no ``questions.py`` beside the lesson's text, or it cannot be imported.
    """
    path = source.path.with_name("questions.py")
    if not path.is_file():
        raise LessonError(f"{path}: is missing")
    try:
        questions = _module(path).QUESTIONS
    except Exception as error:  # an author's module may fail in any way
        raise LessonError(f"{path}: {type(error).__name__}: {error}") from error
    return {question.name: question for question in questions}


def _module(path: Path) -> ModuleType:
    """Import a Python file, by its name in the package or, outside of that, by its path."""
    if path.is_relative_to(PACKAGE):
        parts = path.with_suffix("").relative_to(PACKAGE.parent).parts
        return importlib.import_module(".".join(parts))
    spec = importlib.util.spec_from_file_location(f"_lesson_{path.parent.name}", path)
    if spec is None or spec.loader is None:
        raise LessonError(f"{path}: is not a Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
