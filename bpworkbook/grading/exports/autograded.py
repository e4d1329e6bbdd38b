"""The notebooks that formgrader opens: what a student wrote, and below each check what it earned.

Formgrader shows `autograded/<student>/<assignment>/<notebook>.ipynb` as a web page, in the
instructor's own session. So nothing of a submission goes in as it is: its code goes in as code,
its text as quoted text, its outputs and metadata not at all.
"""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from bpworkbook.authoring.assemble import nbgrader_metadata
from bpworkbook.authoring.notebook import (
    code_cell,
    markdown_cell,
    new_notebook,
    read_notebook,
    save,
    written,
)
from bpworkbook.grading.cells import Cell
from bpworkbook.grading.exports.outline import Outline, is_graders
from bpworkbook.grading.reader import ReadError
from bpworkbook.grading.reader import read_notebook as read_submission
from bpworkbook.grading.reports.student import Answer, points
from bpworkbook.grading.reports.texts import visible

FOLDER = "autograded"
MARK = "bpworkbook"  # in the metadata of a notebook that is ours, to be replaced by the next export
WIDTH = 96
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Told:
    """What a check cell says to a student, and the points that the cell is worth."""

    text: str
    worth: float


def save_autograded(path: Path, notebook: NotebookNode) -> bool:
    """Write a notebook for formgrader and return True, unless one stands there that is not ours."""
    if path.exists():
        there = read_notebook(path)
        if there is not None and MARK not in there.metadata:
            return False
    save(path, written(notebook))
    return True


def autograded(outline: Outline, raw: bytes | None, told: Mapping[str, Told]) -> NotebookNode:
    """Return the notebook of one student for one lesson.

    Parameters
    ----------
    outline : Outline
    raw : bytes, optional
        What was handed in, where it can still be read.
    told : mapping of str to Told
        By nbgrader's name of a check cell.

    Examples
    --------
    >>> from bpworkbook.grading.exports.outline import outline
    >>> made = autograded(outline("09", {"linear_backward"}), None,
    ...                   {"check-linear_backward": Told("passed", 3)})
    >>> [cell.metadata.nbgrader.grade_id for cell in made.cells if is_graders(cell)]
    ['linear_backward', 'check-linear_backward']
    """
    page = _Page(outline, told)
    if raw is None:
        page.add_text("The notebook that was handed in is no longer where it was graded.")
    else:
        try:
            page.add_all(read_submission(raw).cells, dict(_texts(raw)))
        except ReadError as error:
            page.add_text(f"This is no notebook that can be read: {error}.")
    page.finish()
    made = new_notebook(page.cells)
    made.metadata[MARK] = {"export": "nbgrader"}
    return made


class _Page:
    """The cells of one notebook, as they are laid one after another."""

    def __init__(self, outline: Outline, told: Mapping[str, Told]) -> None:
        self.outline, self.told = outline, told
        self.cells: list[NotebookNode] = []
        self._laid: set[str] = set()
        self._shared: set[str] = set()
        self._ours = {c.source for c in outline.cells if c.cell_type == "markdown"}
        self._checks = {c.metadata.nbgrader.grade_id: c for c in outline.cells if is_graders(c)}

    def add_all(self, codes: Iterable[Cell], texts: Mapping[int, str]) -> None:
        """Lay the cells that were handed in, in their order."""
        by_number = {cell.number: cell for cell in codes}
        # Of two cells that define a function, the later is the answer.
        last = {
            self.outline.answers[name]: cell.number
            for cell in by_number.values()
            for name in sorted(cell.names & self.outline.answers.keys())
        }
        for number in sorted(by_number.keys() | texts.keys()):
            if number not in by_number:
                self.add_text(texts[number])
                continue
            cell = by_number[number]
            answered = [name for name, place in last.items() if place == number]
            checks = list(dict.fromkeys(self._checks_of(cell)))
            if answered or not checks or cell.source.strip() not in self._sources(checks):
                self._add_code(cell.source, answered)
            for check in checks:
                # The answer may still come: where checks stand first, they wait for it.
                if last.get(self._answer_of(check), 0) <= number:
                    self._add_check(check)

    def finish(self) -> None:
        """Lay the checks that are still missing, each with its answer."""
        for check in self.told:
            self._add_check(check)

    def add_text(self, text: str) -> None:
        """Lay a text cell: what we wrote as it is, what others wrote as a quotation."""
        ours = max((one for one in self._ours if text.startswith(one)), key=len, default="")
        if ours:
            self.cells.append(markdown_cell(self._next, ours))
        if rest := text[len(ours) :].strip():
            self.cells.append(markdown_cell(self._next, quoted(rest)))

    @property
    def _next(self) -> str:
        """The id of the cell that is laid next."""
        return f"cell-{len(self.cells) + 1}"

    def _checks_of(self, cell: Cell) -> Iterator[str]:
        for name in sorted(cell.checks & self.outline.checks.keys()):
            if self.outline.checks[name] in self.told:
                yield self.outline.checks[name]

    def _sources(self, checks: Iterable[str]) -> set[str]:
        return {self._checks[check].source for check in checks if check in self._checks}

    def _answer_of(self, check: str) -> str:
        names = self.outline.asked_in(check)
        return next((self.outline.answers[n] for n in names if n in self.outline.answers), "")

    def _add_code(self, source: str, answered: Iterable[str]) -> None:
        """Lay a code cell; one that holds two answers is nbgrader's cell of the first."""
        made = code_cell(self._next, source)
        for name in answered:
            if "nbgrader" in made.metadata:
                self._shared.add(name)
            else:
                made.metadata["nbgrader"] = nbgrader_metadata(name, solution=True)
                self._laid.add(name)
        self.cells.append(made)

    def _add_check(self, check: str) -> None:
        if check in self._laid:
            return
        names = self.outline.asked_in(check)
        missing = dict.fromkeys(
            answer for n in names if (answer := self.outline.answers.get(n)) is not None
        )
        for answer in missing:
            if answer not in self._laid:
                where = "in a cell above" if answer in self._shared else "nowhere in this notebook"
                self._add_code(f"# answered {where}", [answer])
        self._laid.add(check)
        shown = self._checks.get(check)
        source = shown.source if shown else "\n".join(f"w.check({name})" for name in names)
        made = code_cell(self._next, source)
        made.metadata["nbgrader"] = nbgrader_metadata(check, points=self.told[check].worth)
        output = {"output_type": "stream", "name": "stdout", "text": self.told[check].text}
        made.outputs = [NotebookNode(output)]  # type: ignore[no-untyped-call]
        self.cells.append(made)


def quoted(text: str) -> str:
    """Return Markdown that shows a text letter by letter.

    Examples
    --------
    >>> print(quoted("<b>x</b>\\n```"))
    ````text
    <b>x</b>
    ```
    ````
    """
    shown = "\n".join(visible(line, LONGEST_TEXT) for line in text[:LONGEST_TEXT].splitlines())
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{shown}\n{fence}"


def told_of(answers: Iterable[Answer]) -> str:
    """Return what a check cell says: each of its questions, its points, and its lines."""
    rows: list[str] = []
    for one in answers:
        rows.append(f"{one.look.sign} {one.exercise.label}: {one.look.words}, {points(one)}")
        lines = [*one.lines]
        if one.mistake is not None:
            lines.insert(0, (one.mistake.title, one.mistake.hint))
        lines += [("Follow-through", one.followed), ("Comment", one.comment)]
        for label, text in lines:
            if text:
                rows += textwrap.wrap(
                    f"{label}: {visible(text)}",
                    WIDTH,
                    initial_indent="  ",
                    subsequent_indent="    ",
                )
    return "\n".join(rows) + "\n"


def _texts(raw: bytes) -> Iterator[tuple[int, str]]:
    """Yield the text cells by their numbers; of a file that is no plain notebook, none."""
    try:
        cells = json.loads(raw)["cells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    for number, cell in enumerate(cells if isinstance(cells, list) else (), start=1):
        if isinstance(cell, dict) and cell.get("cell_type") in ("markdown", "raw"):
            source = cell.get("source")
            parts = source if isinstance(source, list) else [source]
            yield number, "".join(part for part in parts if isinstance(part, str))
