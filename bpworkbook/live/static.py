"""What stays when there is no browser: tables and questions as plain text and as plain HTML.

These outputs are stored in the notebooks and compared by nbval, so they hold no number that
depends on the machine, no address and no time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from bpworkbook.workbook import Choice
from bpworkbook.workbook.cards import inline

if TYPE_CHECKING:
    from bpworkbook.live.experiment import Experiment

_ABSENT = "–"


@dataclass(frozen=True, repr=False)
class StaticTable:
    """Rows of words under a summary that a reader can open.

    Parameters
    ----------
    summary : str
        The line that is always seen.
    rows : sequence of mapping of str to str
        One for each row; the columns are the keys, in the order they first appear.
    note : str
        A sentence under the table.
    lead : str
        A sentence above it, in the HTML only.

    Examples
    --------
    >>> table = StaticTable("Squares", [{"n": "1", "square": "1"}, {"n": "12", "square": "144"}])
    >>> print(table.text())
    Squares
    n   square
    1   1
    12  144
    """

    summary: str
    rows: Sequence[Mapping[str, str]]
    note: str = ""
    lead: str = ""

    @property
    def columns(self) -> list[str]:
        """The column heads."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    def text(self) -> str:
        """Return the table with aligned columns."""
        lines = [self.summary]
        if self.rows:
            cells = [[row.get(c, _ABSENT) for c in self.columns] for row in self.rows]
            columns = zip(self.columns, *cells, strict=True)
            widths = [max(len(cell) for cell in column) for column in columns]
            for row in [self.columns, *cells]:
                padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
                lines.append("  ".join(padded).rstrip())
        return "\n".join([*lines, *([self.note] if self.note else [])])

    def html(self) -> str:
        """Return the table inside ``<details>``, every word escaped."""
        parts = ["<details>", f"<summary>{escape(self.summary)}</summary>"]
        if self.lead:
            parts.append(f"<p>{escape(self.lead)}</p>")
        if self.rows:
            head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.columns)
            parts += ["<table>", f"<thead><tr>{head}</tr></thead>", "<tbody>"]
            for row in self.rows:
                cells = (f"<td>{escape(row.get(c, _ABSENT))}</td>" for c in self.columns)
                parts.append(f"<tr>{''.join(cells)}</tr>")
            parts += ["</tbody>", "</table>"]
        if self.note:
            parts.append(f"<p>{escape(self.note)}</p>")
        return "\n".join([*parts, "</details>"])

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.text()}


def experiment_table(experiment: "Experiment", alt: str = "") -> StaticTable:
    """Run an experiment at the settings of its table.

    Parameters
    ----------
    experiment : Experiment
        The experiment; its controls that do not vary are told in the note.
    alt : str
        The alt text of the first picture. JupyterLab without a kernel and nbconvert's usual
        template drop the alt text of a stored PNG, so it is told here as well.

    Returns
    -------
    StaticTable
        Ready to be displayed. If the experiment fails, a sentence without rows.

    Examples
    --------
    >>> from bpworkbook.live import Choice, Int, Result, experiment
    >>> ask = Choice("Its square is", ("below 20", "above 20"), answer=1, why="5 times 5 is 25.")
    >>> @experiment(id="E00.9", title="Squares", controls={"n": Int(1, 9, 5)}, predict=ask,
    ...             settings=[{"n": 1}, {"n": 2}, {"n": 3}])
    ... def squares(n: int) -> Result:
    ...     return Result(None, {"square": n * n})
    >>> print(experiment_table(squares).text().splitlines()[0])
    E00.9 Squares: a table of 3 settings
    """
    name = f"{experiment.id} {experiment.title}"
    try:
        rows = experiment.table()
    except Exception as error:  # a learner gets a sentence, never a traceback
        return StaticTable(f"{name}: a table", [], failure(error))
    same = [
        f"{experiment.label(n)} {control.text(experiment.settings[0][n])}"
        for n, control in experiment.controls.items()
        if experiment.label(n) not in rows[0]
    ]
    note = f"Held fixed: {', '.join(same)}." if same else ""
    lead = f"The first picture in words: {alt}" if alt else ""
    return StaticTable(f"{name}: a table of {len(rows)} settings", rows, note, lead)


def failure(error: Exception) -> str:
    """Say in a sentence that a setting could not be computed.

    Examples
    --------
    >>> failure(ZeroDivisionError("division by zero"))
    'This setting could not be computed (ZeroDivisionError: division by zero).'
    """
    detail = " ".join(str(error).split())
    kind = type(error).__name__
    return f"This setting could not be computed ({kind}{': ' if detail else ''}{detail})."


def questions_text(heading: str, questions: Sequence[Choice]) -> str:
    """Write questions and options, without the answers, as plain text.

    Examples
    --------
    >>> from bpworkbook.live import Choice
    >>> print(questions_text("Review", [Choice("Which?", ("rises", "falls"), answer=0, why="So.")]))
    Review
    1. Which?
       a) rises
       b) falls
    """
    lines = [heading]
    for position, question in enumerate(questions, 1):
        lines.append(f"{position}. {question.prompt}")
        lines += [f"   {chr(97 + k)}) {text}" for k, text in enumerate(question.options)]
    return "\n".join(lines)


def questions_html(heading: str, questions: Sequence[Choice]) -> str:
    """Write questions and options, without the answers, as HTML lists, every word escaped.

    Examples
    --------
    >>> from bpworkbook.live import Choice
    >>> html = questions_html("Review", [Choice("Is `a < b`?", ("yes", "no"), answer=0, why="So.")])
    >>> "<code>a &lt; b</code>" in html
    True
    """
    items = "\n".join(
        f"<li>{inline(q.prompt)}\n"
        f'<ol type="a">{"".join(f"<li>{inline(text)}</li>" for text in q.options)}</ol></li>'
        for q in questions
    )
    return f"<p><strong>{escape(heading)}</strong></p>\n<ol>\n{items}\n</ol>"
