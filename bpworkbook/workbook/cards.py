"""A card: what the workbook says to a learner, as HTML in a notebook and plain text elsewhere."""

from dataclasses import dataclass
from enum import Enum
from html import escape
from typing import Any


class Tone(Enum):
    """A card's sign and colour. Sign and heading carry the meaning; colour only helps."""

    PASS = ("✓", "#00785a")
    REMARK = ("✓", "#0072b2")
    MISTAKE = ("→", "#b34700")
    NEUTRAL = ("○", "#6b7280")
    INFO = ("i", "#0072b2")

    @property
    def sign(self) -> str:
        """The character before the heading."""
        return self.value[0]

    @property
    def colour(self) -> str:
        """The colour of the card's edge."""
        return self.value[1]


@dataclass(frozen=True)
class Card:
    """A heading, labelled lines, and perhaps a block of code.

    Examples
    --------
    >>> print(Card("09.1 linear_backward: passed", Tone.PASS, (("right", "everything"),)))
    ✓ 09.1 linear_backward: passed
      right       everything
    """

    heading: str
    tone: Tone
    lines: tuple[tuple[str, str], ...] = ()
    code: str = ""
    table: tuple[tuple[str, ...], ...] = ()

    def __str__(self) -> str:
        rows = [f"{self.tone.sign} {self.heading}"]
        rows += [f"  {label:<11} {text}".rstrip() for label, text in self.lines]
        if self.table:
            widths = [max(len(row[i]) for row in self.table) for i in range(len(self.table[0]))]
            for row in self.table:
                cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
                rows.append(("  " + "  ".join(cells)).rstrip())
        if self.code:
            rows += ["", *("    " + line if line else "" for line in self.code.splitlines())]
        return "\n".join(rows)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        parts = [
            f'<div style="border-left: 5px solid {self.tone.colour}; {BOX}">',
            f"<div><strong>{self.tone.sign} {inline(self.heading)}</strong></div>",
        ]
        if self.lines:
            rows = "".join(_row(label, text) for label, text in self.lines)
            parts.append(f'<table style="margin: 0.4em 0 0 0; border: none">{rows}</table>')
        if self.table:
            parts.append(_table(self.table))
        if self.code:
            parts.append(f'<pre style="margin: 0.6em 0 0 0"><code>{escape(self.code)}</code></pre>')
        parts.append("</div>")
        return "".join(parts)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}


BOX = (
    "padding: 0.5em 0.9em; margin: 0.3em 0; max-width: 56em; "
    "background: var(--jp-layout-color2, #f5f5f5); color: var(--jp-content-font-color1, #222)"
)
CELL = (
    "text-align: left; vertical-align: top; white-space: normal; border: none; "
    "padding: 0.1em 0.9em 0.1em 0"
)
LABEL = f"{CELL}; font-weight: 600; min-width: 5.5em"
PLAIN_ROW = '<tr style="background: none">'


def _row(label: str, text: str) -> str:
    return (
        f'{PLAIN_ROW}<th scope="row" style="{LABEL}">{escape(label)}</th>'
        f'<td style="{CELL}">{inline(text)}</td></tr>'
    )


def _table(rows: tuple[tuple[str, ...], ...]) -> str:
    head = "".join(f'<th scope="col" style="{CELL}">{inline(cell)}</th>' for cell in rows[0])
    body = "".join(
        PLAIN_ROW + "".join(f'<td style="{CELL}">{inline(cell)}</td>' for cell in row) + "</tr>"
        for row in rows[1:]
    )
    return (
        f'<table style="margin: 0.4em 0 0 0"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def inline(text: str) -> str:
    """Escape text for HTML and set what stands between backticks as code.

    >>> inline("use `a < b`")
    'use <code>a &lt; b</code>'
    """
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return escape(text)
    return "".join(
        f"<code>{escape(piece)}</code>" if i % 2 else escape(piece)
        for i, piece in enumerate(pieces)
    )
