"""Tables for the terminal and for Markdown, and files that are written whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

from benchmarks.bars import Verdict
from benchmarks.environment import BenchmarkError
from bpworkbook.figures import Picture
from bpworkbook.workbook.atomic import write_atomically

QUICK = "**A quick look with few rounds: not figures to quote.**"


@dataclass(frozen=True)
class Table:
    """A table: its title, the names of its columns, and rows of words.

    Examples
    --------
    >>> print(Table("Times", ("network", "ms"), (("MLP", "0.5"),)).markdown())
    ### Times
    <BLANKLINE>
    | network | ms |
    |---|---|
    | MLP | 0.5 |
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def markdown(self) -> str:
        """Return the table as Markdown, with its title as a heading."""
        lines = [self.columns, ["---"] * len(self.columns), *self.rows]
        table = ["| " + " | ".join(line) + " |" for line in lines]
        table[1] = "|" + "---|" * len(self.columns)
        return "\n".join([f"### {self.title}", "", *table])

    def show(self, console: Console) -> None:
        """Print the table; a missed bar is red as well as named."""
        table = RichTable(title=self.title, title_justify="left")
        for position, column in enumerate(self.columns):
            first = position == 0
            table.add_column(
                column, justify="left" if first else "right", no_wrap=first, overflow="fold"
            )
        for row in self.rows:
            table.add_row(*row, style="red" if "missed" in row else "")
        console.print(table)


@dataclass(frozen=True)
class Report:
    """What a benchmark leaves behind: a Markdown file, and a picture where there is one.

    Parameters
    ----------
    name : str
        The name of the files, without their endings.
    title : str
        The heading.
    facts : sequence of str
        Where and when it was measured, one fact a line.
    notes : sequence of str
        How to read the figures, one paragraph each.
    tables : sequence of Table
        The figures.
    picture : Picture, optional
        Its alt text is written beside it.
    verdicts : sequence of Verdict
        The bars.
    """

    name: str
    title: str
    facts: Sequence[str]
    notes: Sequence[str]
    tables: Sequence[Table]
    picture: Picture | None = None
    verdicts: Sequence[Verdict] = ()

    def markdown(self) -> str:
        """Return the whole report as Markdown."""
        parts = [f"# {self.title}", "\n".join(f"- {fact}" for fact in self.facts), *self.notes]
        if self.picture is not None:
            parts.append(f"![{self.picture.alt}]({self.name}.png)")
        parts += [table.markdown() for table in self.tables]
        if self.verdicts:
            parts += ["### Bars", "\n".join(f"- {verdict}" for verdict in self.verdicts)]
        return "\n\n".join(parts) + "\n"

    def write(self, folder: Path) -> list[Path]:
        """Write the files and return their paths.

        Raises
        ------
        BenchmarkError
            If the folder cannot be written.
        """
        files = {folder / f"{self.name}.md": self.markdown().encode()}
        if self.picture is not None:
            files[folder / f"{self.name}.png"] = self.picture.png(dpi=120)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for path, data in files.items():
                write_atomically(path, data)
        except OSError as error:
            raise BenchmarkError(f"{folder} cannot be written: {error.strerror}.") from error
        return list(files)

    def show(self, console: Console) -> None:
        """Print facts, tables and bars."""
        for line in self.facts:
            console.print(line, highlight=False, markup=False)
        for table in self.tables:
            console.print()
            table.show(console)
        missed = [verdict for verdict in self.verdicts if not verdict.met]
        for verdict in missed:
            console.print(f"Missed: {verdict}", style="red", markup=False, highlight=False)
        if self.verdicts:
            met = len(self.verdicts) - len(missed)
            console.print(f"{met} of {len(self.verdicts)} bars met.", highlight=False)


def milliseconds(value: float | None) -> str:
    """Write a time, or a dash where there is none.

    >>> milliseconds(0.04567), milliseconds(12.345), milliseconds(None)
    ('0.0457', '12.3', '–')
    """
    if value is None:
        return "–"
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"
