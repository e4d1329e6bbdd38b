"""What lint finds: where, what, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One thing that breaks a rule for lessons.

    Parameters
    ----------
    rule : str
        The rule's short name, ``"cell-length"``.
    file : str
        The path from the project's folder.
    place : str
        A line of ``lesson.md``, a cell's id, or ``""`` for the whole file.
    what, mend : str
        What is wrong, and how to mend it.
    severity : {"error", "warning"}
        Errors alone decide the exit status.

    Examples
    --------
    >>> print(Finding("todo", "lesson.md", "line 12", "there is a TODO", "do it"))
    lesson.md, line 12: there is a TODO [todo]; do it
    """

    rule: str
    file: str
    place: str
    what: str
    mend: str
    severity: Severity = "error"

    def __str__(self) -> str:
        """Return the finding as one line."""
        place = ", ".join(part for part in (self.file, self.place) if part)
        sort = "warning: " if self.severity == "warning" else ""
        return f"{place}: {sort}{self.what} [{self.rule}]; {self.mend}"


@dataclass(frozen=True)
class LintReport:
    """All findings, in the order of the files."""

    findings: tuple[Finding, ...]

    @property
    def exit_status(self) -> int:
        """1 when there is an error, else 0."""
        return int(any(finding.severity == "error" for finding in self.findings))

    def __str__(self) -> str:
        """Return one line a finding, and a line that counts them."""
        errors = sum(finding.severity == "error" for finding in self.findings)
        warnings = len(self.findings) - errors
        count = f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}"
        return "\n".join([*map(str, self.findings), count])


def report(findings: Iterable[Finding]) -> LintReport:
    """Gather findings into a report, the same finding once."""
    return LintReport(tuple(dict.fromkeys(findings)))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"
