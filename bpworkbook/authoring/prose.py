"""Read Markdown as prose: its words, its headings, and how they are spelt."""

import re
from collections.abc import Iterator

# American and other spellings of words that the lessons use, each with the house spelling.
# Names in code are written as code, and code is not prose.
_SPELLINGS = {
    "analyz": "analys",
    "behavior": "behaviour",
    "categoriz": "categoris",
    "characteriz": "characteris",
    "color": "colour",
    "emphasiz": "emphasis",
    "favor": "favour",
    "generaliz": "generalis",
    "gray": "grey",
    "initializ": "initialis",
    "labeled": "labelled",
    "labeling": "labelling",
    "maximiz": "maximis",
    "memoriz": "memoris",
    "minimiz": "minimis",
    "modeled": "modelled",
    "modeling": "modelling",
    "neighbor": "neighbour",
    "normaliz": "normalis",
    "optimiz": "optimis",
    "organiz": "organis",
    "penaliz": "penalis",
    "randomiz": "randomis",
    "realiz": "realis",
    "recogniz": "recognis",
    "regulariz": "regularis",
    "signaled": "signalled",
    "standardiz": "standardis",
    "summariz": "summaris",
    "utiliz": "utilis",
    "vectoriz": "vectoris",
    "visualiz": "visualis",
}
_CENTER = re.compile(r"\bcenter(s|ed|ing)?\b", re.I)
_FOREIGN = re.compile(rf"\b\w*?({'|'.join(_SPELLINGS)})\w*", re.I)

_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1`*\s*$", re.M | re.S)
_DISPLAY_MATHS = re.compile(r"\$\$.*?\$\$", re.S)
_INLINE_MATHS = re.compile(r"\$[^$\n]+\$")
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_ADDRESS = re.compile(r"<https?://[^>]*>|https?://\S+")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_CITATION = re.compile(r"\[@[^\]]+\]")
_WORD = re.compile(r"[^\W_][\w’'-]*")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$", re.M)
_TABLE = re.compile(r"^ *(\| *:?-+:? *)+\| *$|^ *:?-+:? *(\| *:?-+:? *)+$", re.M)


def without_fences(markdown: str) -> str:
    """Return Markdown without its fenced blocks."""
    return _FENCE.sub("", markdown)


def plain(markdown: str, code: str = "", maths: str = "") -> str:
    r"""Return the words of a text without its marks.

    Parameters
    ----------
    markdown : str
    code, maths : str
        What stands for a piece of inline code and of inline mathematics.

    Examples
    --------
    >>> plain("The **loss** `L` of [a lesson](x.ipynb).", code="x").split()
    ['The', '**loss**', 'x', 'of', 'a', 'lesson.']
    """
    text = _DISPLAY_MATHS.sub(" ", without_fences(markdown))
    text = _CITATION.sub(" ", text)
    text = _CODE.sub(f" {code} ", text)
    text = _INLINE_MATHS.sub(f" {maths} ", text)
    text = _LINK.sub(r"\1", text)
    return _TAG.sub(" ", _ADDRESS.sub(" ", text))


def count_words(markdown: str) -> int:
    """Count the words that a reader reads; a formula or a piece of code in a line counts as one.

    Examples
    --------
    >>> count_words("The gradient of `W` is $x^T g$.")
    6
    """
    return len(_WORD.findall(plain(markdown, code="code", maths="formula")))


def foreign_spellings(markdown: str) -> Iterator[tuple[str, str]]:
    """Give each word that is not spelt as the house spells it, with the house's spelling.

    Examples
    --------
    >>> list(foreign_spellings("An optimizer of any color, as `torch.optim.Optimizer`."))
    [('optimizer', 'optimiser'), ('color', 'colour')]
    """
    text = plain(markdown)
    for found in _FOREIGN.finditer(text):
        word, stem = found.group(0), found.group(1)
        yield word, word.replace(stem, _like(_SPELLINGS[stem.lower()], stem))
    for found in _CENTER.finditer(text):
        word = found.group(0)
        ending = {"s": "res", "ed": "red", "ing": "ring"}.get(found.group(1) or "", "re")
        yield word, word[:4] + ending


def headings(markdown: str) -> list[tuple[int, str]]:
    """Return the headings of a text, each with its level.

    Examples
    --------
    >>> headings("## One\\n\\ntext\\n\\n### Two")
    [(2, 'One'), (3, 'Two')]
    """
    found = _HEADING.findall(without_fences(markdown))
    return [(len(marks), title) for marks, title in found]


def has_table(markdown: str) -> bool:
    """Say whether there is a table in a text.

    Examples
    --------
    >>> has_table("| a | b |\\n|---|---|\\n| 1 | 2 |")
    True
    """
    return bool(_TABLE.search(without_fences(markdown)))


def _like(replacement: str, original: str) -> str:
    """Begin a replacement with a capital where the original does."""
    return replacement.capitalize() if original[0].isupper() else replacement
