"""The learner's folder: notebooks are laid there, updated there, and never overwritten there."""

from bpworkbook.workspace.files import WorkspaceError
from bpworkbook.workspace.folder import (
    DEFAULT_FOLDER,
    MARK,
    START_NOTEBOOK,
    find_workspace,
    is_workspace,
)
from bpworkbook.workspace.reset import ResetReport, reset
from bpworkbook.workspace.shipped import notebooks_root
from bpworkbook.workspace.update import Report, create_or_update

__all__ = [
    "DEFAULT_FOLDER",
    "MARK",
    "START_NOTEBOOK",
    "Report",
    "ResetReport",
    "WorkspaceError",
    "create_or_update",
    "find_workspace",
    "is_workspace",
    "notebooks_root",
    "reset",
]
