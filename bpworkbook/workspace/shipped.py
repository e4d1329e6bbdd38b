"""The notebooks that come with the package: where they lie and which belong to a lesson."""

import re
from pathlib import Path

import bpworkbook
from bpworkbook.workspace.files import WorkspaceError

KINDS = ("course", "exercises")


def notebooks_root() -> Path:
    """Return the folder that holds `course/` and `exercises/` of this installation.

    Returns
    -------
    Path
        `bpworkbook/notebooks/` in an installed wheel, the repository's root in a clone.

    Raises
    ------
    WorkspaceError
        When neither holds a course.

    Examples
    --------
    >>> (notebooks_root() / "course").is_dir()
    True
    """
    package = Path(bpworkbook.__file__).resolve().parent
    candidates = (package / "notebooks", package.parent)
    for root in candidates:
        if any((root / "course").rglob("*.ipynb")):
            return root
    raise WorkspaceError(
        "the notebooks are missing from this installation; reinstall bpworkbook, "
        "or in a clone run `bpworkbook build`."
    )


def shipped_files(root: Path) -> dict[str, Path]:
    """Return every file to lay, sorted: path in the workspace (with `/`) -> file in `root`.

    Hidden files and folders (editors' and Jupyter's own) are left out.
    """
    found = {}
    for kind in KINDS:
        for path in sorted((root / kind).rglob("*")):
            inside = path.relative_to(root)
            if path.is_file() and not any(part.startswith(".") for part in inside.parts):
                found[inside.as_posix()] = path
    return found


def lesson_files(root: Path, lesson: str) -> dict[str, Path]:
    """Return the notebooks of one lesson, of its course and its exercises.

    Parameters
    ----------
    root : Path
        As from `notebooks_root`.
    lesson : str
        A number or a notebook: "9", "09", "09_backprop_vectorised", or a path to a notebook.

    Raises
    ------
    WorkspaceError
        When the text names no lesson, or one that is not there; the message lists those that are.
    """
    files = {path: file for path, file in shipped_files(root).items() if path.endswith(".ipynb")}
    numbers = sorted({Path(path).name.split("_")[0] for path in files})
    wanted = re.fullmatch(r"n?(\d{1,2})(_.*)?", Path(lesson).name.removesuffix(".ipynb"))
    number = wanted.group(1).zfill(2) if wanted else lesson
    found = {path: file for path, file in files.items() if Path(path).name.startswith(f"{number}_")}
    if not found:
        raise WorkspaceError(
            f"there is no lesson {lesson!r}; the lessons are {', '.join(numbers)}."
        )
    return found
