"""Rules for one text cell or one code cell of a lesson: length, spelling, links, headings."""

import ast
import re
from collections.abc import Iterator

from bpworkbook.authoring.findings import Finding
from bpworkbook.authoring.prose import (
    count_words,
    foreign_spellings,
    has_table,
    headings,
    plain,
)
from bpworkbook.lessons.source import Cell, LessonSource

TEXT_WORDS = 150
CODE_LINES = 25
LESSON_WORDS = (900, 1500)
SLACK = 0.1  # this far outside the range of words is a warning, farther an error

_UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|TBD)\b")
_DOI = re.compile(r"\b10\.\d{4,9}/|doi\.org")
_EMPTY_ALT = re.compile(r"!\[\s*\]\(")
_EXPERIMENT = re.compile(r"\bw\.experiment\(")
_REVIEW = "w.review()"


def text_findings(source: LessonSource, file: str) -> Iterator[Finding]:
    """Check the cells of a lesson one by one, then their order.

    Parameters
    ----------
    source : LessonSource
    file : str
        How findings call the lesson's file.
    """
    for cell in source.cells:
        for rule, what, mend in _cell_faults(cell):
            yield Finding(rule, file, _place(cell), what, mend)
    yield from _words(source, file)
    yield from _headings(source, file)
    yield from _order(source, file)
    yield from _predictions(source, file)


def _place(cell: Cell) -> str:
    return f"line {cell.line}"


def _cell_faults(cell: Cell) -> Iterator[tuple[str, str, str]]:
    """Give the faults of one cell as rule, what is wrong, and how to mend it."""
    if found := _UNFINISHED.search(cell.text):
        yield "unfinished", f"there is a {found.group()}", "do it, or leave it out"
    if cell.kind == "code":
        lines = len(cell.text.splitlines())
        if lines > CODE_LINES:
            what = f"this code cell has {lines} lines, {CODE_LINES} at most"
            yield "code-lines", what, "split it, or move what is not taught into the package"
        if cell.role == "answer" and not _is_functions(cell):
            what = "this answer cell holds more than functions, or no answer"
            mend = "define what the exercise asks for; what it needs goes into a setup cell"
            yield "functions", what, mend
        return
    words = count_words(cell.text)
    if words > TEXT_WORDS:
        what = f"this text cell has {words} words, {TEXT_WORDS} at most"
        yield "text-words", what, "split it at an idea, or cut"
    if _DOI.search(cell.text):
        what = "a DOI stands in the text"
        yield "raw-doi", what, "add it to bibliography.toml and cite it as [@key]"
    if _EMPTY_ALT.search(cell.text):
        yield "text-alt", "a picture has no alt text", "describe it: ![what it shows](...)"
    for word, ours in foreign_spellings(cell.text):
        yield "spelling", f"{word!r} is not our spelling", f"write {ours!r}, or mark it as `code`"


def _is_functions(cell: Cell) -> bool:
    """Tell whether an answer cell defines functions only; one that is given may stand first."""
    statements = ast.parse(cell.text).body
    return bool(cell.answered) and all(isinstance(s, ast.FunctionDef) for s in statements)


def _words(source: LessonSource, file: str) -> Iterator[Finding]:
    """Check the words of a lesson, as its reader meets them: explanations do not count."""
    read = [cell for cell in source.cells if cell.kind == "markdown"]
    texts = [cell.text for cell in read if cell.role != "explanation"]
    words = sum(map(count_words, texts))
    low, high = LESSON_WORDS
    if low <= words <= high:
        return
    far = not low * (1 - SLACK) <= words <= high * (1 + SLACK)
    yield Finding(
        "lesson-words",
        file,
        "",
        f"the lesson has {words} words, {low} to {high} wanted",
        "cut what is said twice" if words > high else "say what is missing",
        "error" if far else "warning",
    )


def _headings(source: LessonSource, file: str) -> Iterator[Finding]:
    """Check that headings start at level 2 (the title is made) and skip no level going down."""
    level = 1
    for cell in source.cells:
        if cell.kind != "markdown":
            continue
        for this, title in headings(cell.text):
            where = _place(cell)
            if this == 1:
                mend = "the title is made from the front matter: use ##"
                yield Finding("heading", file, where, f"{title!r} is a heading of level 1", mend)
            elif this > level + 1:
                what = f"{title!r} is of level {this}, after level {level}"
                yield Finding("heading", file, where, what, f"use {'#' * (level + 1)}")
            level = this


def _order(source: LessonSource, file: str) -> Iterator[Finding]:
    """Check that a lesson starts with its set-up and the review, and ends with a summary."""
    code = [cell for cell in source.cells if cell.kind == "code"]
    if not code or code[0].role != "setup":
        mend = 'start with: from bpworkbook import lesson, then w = lesson("NN")'
        yield Finding("setup", file, "", "the first code cell is not tagged setup", mend)
    first = next((cell for cell in code if cell.role != "setup"), None)
    if first is None or first.text.splitlines()[:1] != [_REVIEW]:
        where = _place(first) if first else ""
        what = f"the first line after the set-up is not {_REVIEW}"
        yield Finding("review", file, where, what, f"put a code cell with {_REVIEW} there")
    summaries = [
        cell
        for cell in source.cells
        if cell.kind == "markdown"
        and any("summary" in title.lower() for _, title in headings(cell.text))
    ]
    if not summaries:
        mend = "end with ## Summary: three sentences and a table of shapes"
        yield Finding("summary", file, "", "there is no summary", mend)
    elif not any(has_table(cell.text) for cell in summaries):
        what, mend = "the summary has no table", "add the table of shapes to the summary's cell"
        yield Finding("summary", file, _place(summaries[-1]), what, mend)


def _predictions(source: LessonSource, file: str) -> Iterator[Finding]:
    """Check that the text before each experiment asks for a prediction."""
    for before, cell in zip((None, *source.cells), source.cells, strict=False):
        if cell.kind != "code" or not _EXPERIMENT.search(cell.text):
            continue
        asks = before and before.kind == "markdown" and "predict" in plain(before.text).lower()
        if not asks:
            what = "the text before this experiment asks for no prediction"
            mend = "put a text cell before it that says: Predict first: ..."
            yield Finding("prediction", file, _place(cell), what, mend)
