"""Exercises 12.1 and 12.4: an order of cards, and a matching of claims with works."""

from itertools import pairwise
from typing import Any

from bpworkbook.lessons.u02_gradients.n12_history.events import cards
from bpworkbook.workbook import AnswerError

SOURCES = {
    "A": "Crick 1989",
    "B": "Kelley 1960",
    "C": "Linnainmaa 1970",
    "D": "Minsky and Papert 1969",
    "E": "Rumelhart, Hinton and Williams 1986",
    "F": "Werbos 1974",
}
"""The six works of exercise 12.4 by letter."""

CLAIMS = "BCDFEA"
"""The works that make claims 1 to 6, in order."""

POINTERS = (
    "it is about a flight path, so look in the strand of control",
    "it names neither networks nor learning, so look in the strand of differentiation",
    "it proves what cannot be done, and trains nothing",
    "it fits models to data of societies, twelve years before Nature",
    "it is about what hidden units come to mean",
    "it speaks as a biologist, after the excitement had begun",
)
"""What to say of each claim that is matched wrongly."""


def letters(answer: Any, known: str, what: str) -> str:
    """Return an answer as capital letters, each of ``known`` once.

    Raises
    ------
    AnswerError
        If it is not that.

    Examples
    --------
    >>> letters("c, a, b", "ABC", "cards")
    'CAB'
    """
    if not isinstance(answer, str):
        raise AnswerError(f'return the letters of the {what} as one string, such as "{known}"')
    kept = "".join(letter for letter in answer.upper() if letter not in " ,;-\n")
    if unknown := sorted(set(kept) - set(known)):
        raise AnswerError(f"there is no {unknown[0]!r}: the {what} are {known[0]} to {known[-1]}")
    if missing := sorted(set(known) - set(kept)):
        raise AnswerError(f"{missing[0]} is missing: each of the {len(known)} letters stands once")
    if len(kept) > len(known):
        twice = next(letter for letter in kept if kept.count(letter) > 1)
        raise AnswerError(f"{twice} stands more than once: each letter stands once")
    return kept


def card_order(answer: Any) -> Any:
    """Return the learner's order of the cards as letters; nothing stays nothing."""
    order = answer()
    return order if order is None else letters(order, "ABCDEFGHIJ", "cards")


def work_letters(answer: Any) -> Any:
    """Return the learner's works for claims 1 to 6 as letters; nothing stays nothing."""
    works = answer()
    return works if works is None else letters(works, "ABCDEF", "works")


def judge_order(order: str, args: Any) -> str:
    """Name the first pair of neighbours that is reversed.

    Examples
    --------
    >>> judge_order("FHCBJDAIEG", ())
    ''
    >>> judge_order("FHCBJADIEG", ())
    'cards A and D are reversed: Linnainmaa came before Werbos'
    >>> judge_order("GEIADJBCHF", ())
    'M240'
    """
    deck = cards()
    years = [deck[letter].year for letter in order]
    if years == sorted(years, reverse=True):
        return "M240"
    for first, second in pairwise(order):
        if deck[first].year > deck[second].year:
            older, newer = deck[second].who, deck[first].who
            return f"cards {first} and {second} are reversed: {older} came before {newer}"
    return ""


def judge_works(works: str, args: Any) -> str:
    """Name the first claim that is matched with a work that does not make it.

    Examples
    --------
    >>> judge_works("BCDFEA", ())
    ''
    >>> judge_works("BCFDEA", ())
    'claim 3 is not from F (Werbos 1974): it proves what cannot be done, and trains nothing'
    >>> judge_works("BEDFCA", ())
    'M241'
    """
    if works[1] == "E":
        return "M241"
    for place, (given, right) in enumerate(zip(works, CLAIMS, strict=True)):
        if given != right:
            told = f"claim {place + 1} is not from {given} ({SOURCES[given]})"
            return f"{told}: {POINTERS[place]}"
    return ""
