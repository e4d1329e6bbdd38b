"""The version of the grader for a lesson: it changes when marks could, and only then.

A mark comes from the lesson's questions, the references behind them, and the code that runs and
compares. Comments, docstrings and formatting of these files change no mark, so they do not count.
"""

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import bpworkbook
from bpworkbook.lessons import folder
from bpworkbook.workbook.syntax import parsed

HERE = Path(bpworkbook.__file__).parent
ROOMS = ("nn", "autodiff", "workbook")
# What reads, keeps and reports marks does not make them.
NOT_MARKING = {
    "archives.py",
    "assignment.py",
    "cluster.py",
    "doctor.py",
    "from_nbgrader.py",
    "gradebook.py",
    "handout.py",
    "journal.py",
    "keeper.py",
    "manual.py",
    "manual_sheet.py",
    "owners.py",
    "process.py",
    "register.py",
    "release.py",
    "roster.py",
    "run.py",
    "selection.py",
    "store.py",
    "submissions.py",
    "tables.py",
    "template.py",
    "threads.py",
    "variants.py",
    "versions.py",
    "worked.py",
    "worker.py",
}


def version_of(lesson: str) -> str:
    """Return the version of the grader for a lesson's questions.

    Examples
    --------
    >>> version_of("09") == version_of("09") != version_of("08")
    True
    """
    own = fingerprint(folder(lesson).rglob("*.py"))
    both = hashlib.sha256(f"{_common()} {own}".encode()).hexdigest()
    return f"{bpworkbook.__version__}+{both[:12]}"


@cache
def _common() -> str:
    rooms = [path for room in ROOMS for path in (HERE / room).rglob("*.py")]
    # Titles and hints stand in the catalogue, and what a student was told is kept with the mark.
    rooms += (HERE / "workbook").glob("*.toml")
    grading = HERE / "grading"
    rooms += [path for path in grading.glob("*.py") if path.name not in NOT_MARKING]
    rooms += [path for part in ("box", "wire") for path in (grading / part).rglob("*.py")]
    return fingerprint(rooms)


def fingerprint(paths: Iterable[Path]) -> str:
    """Return one hash of what files of Python say, whatever their comments and layout."""
    total = hashlib.sha256()
    for path in sorted(paths):
        raw = path.read_bytes()
        total.update(path.name.encode() + b"\0")
        total.update(_bare(raw) if path.suffix == ".py" else raw)
    return total.hexdigest()


def _bare(source: bytes) -> bytes:
    """Return a file's syntax tree as text, without docstrings."""
    tree = parsed(source)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if not isinstance(body, list) or not body or not isinstance(node, _DOCUMENTED):
            continue
        first = body[0]
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            first.value.value = ""
    return ast.dump(tree).encode()


_DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
