"""Words are counted and spelt as a reader sees them."""

import pytest

from bpworkbook.authoring.prose import count_words, foreign_spellings, has_table, headings


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("One two three.", 3),
        ("A [link to it](https://example.org/a-b-c) and <https://example.org>.", 5),
        ("Code `a + b` and $x^2 + y$ count as one each", 8),
        ("before\n\n```python\nnot = counted\n```\n\nafter", 2),
        ("sum:\n\n$$\\sum_i x_i$$\n\nend", 2),
        ("| a | b |\n|---|---|\n| one | two |", 4),
        ("cited [@werbos1990; @kelley1960] here", 2),
        ("it's a well-known <b>rule</b>", 4),
    ],
)
def test_words_are_those_that_are_read(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Normalized colors", [("Normalized", "Normalised"), ("colors", "colours")]),
        ("centered at the center", [("centered", "centred"), ("center", "centre")]),
        ("The gray neighbor", [("gray", "grey"), ("neighbor", "neighbour")]),
        ("initialise, colour, centre, size, prize, emphasis, optimal, colourful", []),
        ("`torch.optim.Optimizer` and\n\n```\ncenter_columns(color)\n```", []),
    ],
)
def test_spellings_of_the_house(text: str, pairs: list[tuple[str, str]]) -> None:
    assert list(foreign_spellings(text)) == pairs


def test_headings_inside_code_are_none() -> None:
    assert headings("## One\n\n```python\n# comment\n```\n\n### Two ##") == [(2, "One"), (3, "Two")]


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("| a | b |\n|:--|--:|\n| 1 | 2 |", True),
        ("a | b\n--- | ---\n1 | 2", True),
        ("| one |\n|-----|\n| 1 |", True),
        ("Title\n---\n\ntext | text", False),
        ("```\n| a |\n|---|\n```", False),
    ],
)
def test_tables(text: str, table: bool) -> None:
    assert has_table(text) is table
