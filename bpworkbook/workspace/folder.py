"""Which folder is a workspace, where the nearest one is, and making a new one."""

from pathlib import Path

from bpworkbook.workspace.files import WorkspaceError, explained

DEFAULT_FOLDER = "backprop-workbook"
MARK = ".bpworkbook"
START_NOTEBOOK = "course/00-start/00_start_here.ipynb"

# Desktops leave these in a folder that its owner calls empty.
_DESKTOP_LITTER = frozenset({".DS_Store", "desktop.ini", "Thumbs.db", ".directory"})


def is_workspace(folder: Path) -> bool:
    """Say whether the folder carries the mark of a workspace.

    Examples
    --------
    >>> is_workspace(Path("no-such-folder"))
    False
    """
    return (folder / MARK).is_dir()


def find_workspace(start: Path) -> Path | None:
    """Return the workspace that `start` is in or that lies in it under the default name.

    Parameters
    ----------
    start : Path
        Where to look: it and its parents, then `start/backprop-workbook`.

    Returns
    -------
    Path or None
        None where there is no workspace.

    Examples
    --------
    >>> find_workspace(Path("/")) is None
    True
    """
    start = start.absolute()
    around = [start, *start.parents, start / DEFAULT_FOLDER]
    return next((folder for folder in around if is_workspace(folder)), None)


def prepare(folder: Path) -> bool:
    """Make and mark the folder; return True when it was not a workspace before.

    Raises
    ------
    WorkspaceError
        When a file stands in its place, when it holds somebody's other files, or when it cannot
        be made or written to.
    """
    if is_workspace(folder):
        return False
    with explained(f"looking into {folder}"):
        if folder.exists() and not folder.is_dir():
            raise WorkspaceError(
                f"{folder} is a file, but a folder for the course is needed; "
                "move the file away or name another folder."
            )
        if folder.is_dir():
            _refuse_other_files(folder)
    with explained(f"making the folder {folder}"):
        (folder / MARK).mkdir(parents=True)
    return True


def _refuse_other_files(folder: Path) -> None:
    others = sorted(entry.name for entry in folder.iterdir() if entry.name not in _DESKTOP_LITTER)
    if others:
        raise WorkspaceError(
            f"{folder} already holds other files ({others[0]}"
            f"{', ...' if len(others) > 1 else ''}) and is not a workspace; "
            "name a new or empty folder."
        )
