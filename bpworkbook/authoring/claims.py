"""Which cell of which notebook answers which claim, and the number that it measured."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from nbformat import NotebookNode

from bpworkbook.authoring.notebook import read_notebook
from bpworkbook.authoring.project import Project, open_project
from bpworkbook.lessons.claims import TAG, Claim, load_claims

_NUMBER = re.compile(r"\d")
_LONGEST = 300
_NOT_MEASURED = "the workbook's stands in"


@dataclass(frozen=True)
class Answer:
    """A cell that carries a claim's tag.

    Parameters
    ----------
    lesson, cell : str
        The lesson's number and the cell's id in its course notebook.
    measured : str
        What the cell printed, in one line; empty if there is no number in it.
    """

    lesson: str
    cell: str
    measured: str


@dataclass(frozen=True)
class Answered:
    """A claim with the cells that answer it.

    Parameters
    ----------
    claim : Claim
    answers : tuple of Answer
    written : bool
        Whether the claim's lesson exists.
    """

    claim: Claim
    answers: tuple[Answer, ...] = ()
    written: bool = True

    @property
    def problem(self) -> str:
        """What is missing, in words; empty if nothing is, or the lesson is not written yet.

        Examples
        --------
        >>> Answered(Claim("what-1", "Backprop finds gradients", "09")).problem
        'lesson 09 has no cell with the tag claim-what-1'
        """
        if not self.written:
            return ""
        if not any(answer.lesson == self.claim.lesson for answer in self.answers):
            return f"lesson {self.claim.lesson} has no cell with the tag {TAG}{self.claim.key}"
        silent = next((answer for answer in self.answers if not answer.measured), None)
        if silent is not None:
            return f"cell {silent.cell} of lesson {silent.lesson} prints no number"
        return ""


@dataclass(frozen=True)
class ClaimsReport:
    """All claims, and tags that name none of them."""

    claims: tuple[Answered, ...]
    unknown: Mapping[str, str] = field(default_factory=dict)

    @property
    def problems(self) -> list[str]:
        """One sentence for everything that is missing or unknown."""
        missing = [f"{one.claim.key}: {one.problem}" for one in self.claims if one.problem]
        return missing + [
            f"{tag}: no such claim, but {at} has it" for tag, at in self.unknown.items()
        ]


def check_claims(
    project: Project | None = None, claims: Mapping[str, Claim] | None = None
) -> ClaimsReport:
    """Look for claims, by default all of the register, in the course notebooks.

    Raises
    ------
    LessonError
        The package does not stand in a clone, or a lesson cannot be read.

    Examples
    --------
    >>> report = check_claims()
    >>> report.claims[0].claim.key
    'what-1'
    """
    project = project or open_project()
    claims = load_claims() if claims is None else claims
    written = project.chosen()
    answers: dict[str, list[Answer]] = {key: [] for key in claims}
    unknown: dict[str, str] = {}
    for number in written:
        for tag, answer in _answers(project, number):
            if tag in answers:
                answers[tag].append(answer)
            else:
                unknown[TAG + tag] = f"cell {answer.cell} of lesson {answer.lesson}"
    return ClaimsReport(
        tuple(
            Answered(claim, tuple(answers[key]), claim.lesson in written)
            for key, claim in claims.items()
        ),
        unknown,
    )


def _answers(project: Project, number: str) -> Iterator[tuple[str, Answer]]:
    notebook = read_notebook(project.notebook(project.lesson(number), "course"))
    for cell in notebook.cells if notebook is not None else []:
        for tag in cell.metadata.get("tags", []):
            if tag.startswith(TAG):
                yield tag.removeprefix(TAG), Answer(number, cell.id, _measured(cell))


def _measured(cell: NotebookNode) -> str:
    # What was printed before what an experiment tells of itself.
    outputs = sorted(cell.get("outputs", []), key=lambda one: one.output_type != "stream")
    texts = [one.get("text", "") or one.get("data", {}).get("text/plain", "") for one in outputs]
    lines = [line for text in texts for line in text.splitlines() if _NOT_MEASURED not in line]
    words = "; ".join(" ".join(line.split()) for line in lines if line.strip())
    if not _NUMBER.search(words):
        return ""
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
